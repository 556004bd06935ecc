"""Clubs, and for their chief registrars the people of a club."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from trackhub.clubs.actions.club_settings import change_club
from trackhub.clubs.actions.inviting import (
    InvitationClosed,
    MailNotSent,
    TooManyMails,
    invite_person,
    send_again,
    withdraw_invitation,
)
from trackhub.clubs.actions.memberships import MembershipRefused, change_membership, end_membership
from trackhub.clubs.api import serializers as shape
from trackhub.clubs.models import Club, Event, Invitation, Membership, User
from trackhub.clubs.queries import clubs_called, members_of, open_invitations
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict, Unprocessable
from trackhub.clubs.rest.permissions import WithinScope, WithoutApiToken
from trackhub.clubs.rest.views import ApiView, ListView
from trackhub.clubs.rules import require

CLUB = ("slug", "name", "short_name", "country", "town", "colour", "season_start")
_Q = OpenApiParameter("q", description="Part of the name or the town.")


@extend_schema(parameters=[_Q])
class Clubs(ListView):
    """Every club."""

    examples = {"q": "har"}
    serializer_class = shape.ClubShape
    filterset_class = None

    def get_queryset(self) -> Any:
        return clubs_called(self.request.query_params.get("q", "").replace("\0", "")).values("id", *CLUB)

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [{name: row[name] for name in CLUB} for row in rows]


@extend_schema(responses=shape.ClubShape)
class OneClub(ApiView):
    """One club."""

    conditional = True

    def get(self, request: Request, slug: str) -> Response:
        found = clubs_called("").filter(slug=slug).values(*CLUB).first()
        if found is None:
            raise Http404
        return Response(found)


def kept_club(request: Request, slug: str, right: str = "clubs.change_club") -> tuple[Club, User]:
    """The club, for those who keep its settings, or who have another right there."""
    user = person(request)
    club = clubs_called("").filter(slug=slug).first()
    return _present(club), require(user, right, club)


def _present(club: Club | None) -> Club:
    if club is None:
        raise Http404
    return club


def settings_shaped(club: Club) -> dict[str, Any]:
    return {name: getattr(club, name) for name in (*CLUB, "minors_shown_as", "second_factor_required")}


class Settings(ApiView):
    private = True
    permission_classes = (WithinScope, WithoutApiToken)

    @extend_schema(responses=shape.SettingsShape)
    def get(self, request: Request, slug: str) -> Response:
        """A club's settings: what it is called and looks like, and who needs a second factor."""
        club, _user = kept_club(request, slug)
        return Response(settings_shaped(club))

    @extend_schema(request=shape.ChangedSettingsShape, responses=shape.SettingsShape)
    def patch(self, request: Request, slug: str) -> Response:
        """Change a club's settings. What isn't named stays."""
        (club, user), said = kept_club(request, slug), shape.ChangedSettingsShape(data=request.data, partial=True)
        said.is_valid(raise_exception=True)
        return Response(settings_shaped(change_club(club, by=user, at=timezone.now(), said=said.validated_data)))


def member_shaped(one: Membership) -> dict[str, Any]:
    who = {"name": one.user.name, "email": one.user.email}
    return {"id": one.pk, **who, "role": one.role, "starts": one.starts, "ends": one.ends}


@extend_schema(responses=shape.MemberShape(many=True))
class Members(ApiView):
    """Everybody with a role, past and future ones too."""

    private = True

    def get(self, request: Request, slug: str) -> Response:
        club, _user = kept_club(request, slug)
        return Response([member_shaped(one) for one in members_of(club)])


class OneMember(ApiView):
    permission_classes = (WithinScope, WithoutApiToken)

    def _member(self, request: Request, slug: str, pk: int) -> tuple[Membership, User]:
        club, user = kept_club(request, slug)
        found = members_of(club).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found, user

    @extend_schema(request=shape.TermsShape, responses=shape.MemberShape)
    def put(self, request: Request, slug: str, pk: int) -> Response:
        """Give a member another role, or other dates. Your own role is changed by somebody else."""
        (member, user), terms = self._member(request, slug, pk), shape.TermsShape(data=request.data)
        terms.is_valid(raise_exception=True)
        try:
            changed = change_membership(member, by=user, at=timezone.now(), **terms.validated_data)
        except MembershipRefused as refusal:
            raise Unprocessable(str(refusal)) from refusal
        return Response(member_shaped(changed))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """End a role now."""
        member, user = self._member(request, slug, pk)
        try:
            end_membership(member, by=user, at=timezone.now())
        except MembershipRefused as refusal:
            raise Unprocessable(str(refusal)) from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)


def invitation_shaped(one: Invitation) -> dict[str, Any]:
    names = ("id", "email", "role", "starts", "ends", "created", "expires")
    return {name: getattr(one, name) for name in names}


def site(request: Request) -> str:
    return f"{request.scheme}://{request.get_host()}"


@contextmanager
def inviting() -> Iterator[None]:
    """Refusals of inviting become the API's."""
    try:
        yield
    except TooManyMails as refusal:
        raise Throttled(refusal.wait, str(refusal)) from refusal
    except InvitationClosed as refusal:
        raise Conflict(str(refusal)) from refusal
    except (MembershipRefused, MailNotSent) as refusal:
        raise Unprocessable(str(refusal)) from refusal


class Invitations(ApiView):
    private = True
    permission_classes = (WithinScope, WithoutApiToken)

    @extend_schema(responses=shape.InvitationShape(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Invitations that are still open."""
        club, _user = kept_club(request, slug)
        return Response([invitation_shaped(one) for one in open_invitations(club, timezone.now())])

    @extend_schema(request=shape.NewInvitationShape, responses={201: shape.InvitationShape})
    def post(self, request: Request, slug: str) -> Response:
        """Offer a role by e-mail; an open invitation of the same address gives way."""
        (club, user), terms = kept_club(request, slug), shape.NewInvitationShape(data=request.data)
        terms.is_valid(raise_exception=True)
        with inviting():
            made = invite_person(club, by=user, at=timezone.now(), site=site(request), **terms.validated_data)
        return Response(invitation_shaped(made), status.HTTP_201_CREATED)


class OneInvitation(ApiView):
    permission_classes = (WithinScope, WithoutApiToken)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Withdraw an invitation. Its link opens nothing any more."""
        club, user = kept_club(request, slug)
        found = open_invitations(club, timezone.now()).filter(pk=pk).first()
        if found is None:
            raise Http404
        with inviting():
            withdraw_invitation(found, by=user, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class SendInvitation(ApiView):
    permission_classes = (WithinScope, WithoutApiToken)

    @extend_schema(request=None, responses=shape.InvitationShape)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Send an invitation again. It is open for another two weeks, also where it had run out."""
        club, user = kept_club(request, slug)
        found = club.invitations.filter(pk=pk).first()
        if found is None:
            raise Http404
        with inviting():
            send_again(found, by=user, at=timezone.now(), site=site(request))
        return Response(invitation_shaped(found))


class Events(ListView):
    """What happened, as far as it is public or in a club of yours: the log behind webhooks and feeds, newest first."""

    conditional = False
    serializer_class = shape.EventShape
    filterset_class = None

    def get_queryset(self) -> Any:
        seen = Event.objects.visible_to(self.request.user)
        return seen.values("id", "kind", "at", "club__slug", "payload")

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [{**{n: row[n] for n in ("id", "kind", "at", "payload")}, "club": row["club__slug"]} for row in rows]
