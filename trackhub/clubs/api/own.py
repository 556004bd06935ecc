"""One's own account and API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import logout
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from trackhub.clubs.actions.accounts import LastChiefRegistrar, delete_account
from trackhub.clubs.actions.inviting import InvitationClosed, accept_invitation
from trackhub.clubs.actions.memberships import MembershipRefused
from trackhub.clubs.actions.profiles import rename_person
from trackhub.clubs.actions.tokens import make_token, revoke_token
from trackhub.clubs.api import serializers as shape
from trackhub.clubs.api.clubs import invitation_shaped
from trackhub.clubs.models import ApiToken, Club, Membership, Scope, User
from trackhub.clubs.queries import invitations_for
from trackhub.clubs.rest.authentication import is_confirmed, person
from trackhub.clubs.rest.errors import Conflict, NotConfirmed, Unprocessable
from trackhub.clubs.rest.permissions import WithoutApiToken
from trackhub.clubs.rest.views import ApiView, ListView


def me_shaped(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "is_site_administrator": user.is_superuser,
        "memberships": [membership_shaped(one) for one in user.active_memberships],
    }


def membership_shaped(one: Membership) -> dict[str, Any]:
    return {"club": one.club.slug, "role": one.role, "starts": one.starts, "ends": one.ends}


class Me(ApiView):
    """Who you are here, and what you are in which club today."""

    private = True

    def get_permissions(self) -> list[Any]:
        """No program closes its person's account."""
        return [*super().get_permissions(), *([WithoutApiToken()] if self.request.method == "DELETE" else [])]

    @extend_schema(responses=shape.MeShape)
    def get(self, request: Request) -> Response:
        return Response(me_shaped(person(request)))

    @extend_schema(request=shape.MyNameShape, responses=shape.MeShape)
    def patch(self, request: Request) -> Response:
        """Change your name, as the people of your clubs see it."""
        user, said = person(request), shape.MyNameShape(data=request.data)
        said.is_valid(raise_exception=True)
        rename_person(user, name=said.validated_data["name"], by=user, at=timezone.now())
        return Response(me_shaped(user))

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Close your account for good, having given your password or second factor within the last minutes. Your
        athlete stays, without an account."""
        user = person(request)
        if not is_confirmed(request):
            raise NotConfirmed
        try:
            delete_account(user, at=timezone.now())
        except LastChiefRegistrar as refusal:
            raise Conflict(str(refusal), "last_chief_registrar") from refusal
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(responses=shape.OfferShape(many=True))
class MyInvitations(ApiView):
    """Roles that clubs offer you, at the addresses that you have confirmed."""

    private = True
    permission_classes = (WithoutApiToken,)

    def get(self, request: Request) -> Response:
        found = invitations_for(person(request), timezone.now())
        return Response([invitation_shaped(one) | {"club": one.club.slug} for one in found])


@extend_schema(request=None, responses=shape.MyMembershipShape)
class AcceptInvitation(ApiView):
    """Take up a role that a club offers you."""

    permission_classes = (WithoutApiToken,)

    def post(self, request: Request, pk: int) -> Response:
        user, now = person(request), timezone.now()
        offer = invitations_for(user, now).filter(pk=pk).first()
        if offer is None:
            raise Http404
        try:
            taken = accept_invitation(offer, by=user, at=now)
        except InvitationClosed as refusal:
            raise Conflict(str(refusal)) from refusal
        except MembershipRefused as refusal:
            raise Unprocessable(str(refusal)) from refusal
        return Response(membership_shaped(taken))


def token_shaped(one: ApiToken) -> dict[str, Any]:
    club = one.club.slug if one.club else None
    plain = ("id", "name", "prefix", "scope", "created", "expires", "last_used", "revoked")
    return {**{name: getattr(one, name) for name in plain}, "club": club}


class Tokens(ListView):
    """Your API tokens, made while logged in as yourself: a token can't make another."""

    conditional = False
    private = True
    secret = True
    serializer_class = shape.TokenShape
    permission_classes = (WithoutApiToken,)
    filterset_class = None

    def get_queryset(self) -> Any:
        return ApiToken.objects.visible_to(self.request.user).select_related("club")

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [token_shaped(one) for one in rows]

    def get(self, request: Request, **kwargs: Any) -> Response:
        return super().get(request, **kwargs)

    @extend_schema(request=shape.NewTokenShape, responses={201: shape.MadeTokenShape})
    def post(self, request: Request) -> Response:
        """Make an API token. The answer holds its key, this once."""
        user, order = person(request), shape.NewTokenShape(data=request.data)
        order.is_valid(raise_exception=True)
        said, at = order.validated_data, timezone.now()
        club, expires = own_club(user, said.get("club")), at + timedelta(days=said["days"])
        token, key = make_token(user, name=said["name"], scope=Scope(said["scope"]), club=club, expires=expires, at=at)
        return Response({**token_shaped(token), "key": key}, status.HTTP_201_CREATED)


def own_club(user: User, slug: str | None) -> Club | None:
    if not slug:
        return None
    found = next((one.club for one in user.active_memberships if one.club.slug == slug), None)
    if found is None:
        raise ValidationError({"club": [_("You belong to no club of this address.")]})
    return found


class OneToken(ApiView):
    permission_classes = (WithoutApiToken,)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Revoke an API token now."""
        user = person(request)
        token = ApiToken.objects.visible_to(user).filter(pk=pk).first()
        if token is None:
            raise Http404
        revoke_token(token, by=user, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
