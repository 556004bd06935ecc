"""A club's links for officials, for those who run its competitions."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from trackhub.clubs.actions.official_links import (
    LinkRefused,
    desk_token,
    make_official_link,
    revoke_official_link,
)
from trackhub.clubs.api import serializers as shape
from trackhub.clubs.api.clubs import kept_club
from trackhub.clubs.models import OfficialLink
from trackhub.clubs.queries import links_of
from trackhub.clubs.rest.permissions import WithinScope, WithoutApiToken
from trackhub.clubs.rest.views import ApiView, ListView

RIGHT = "clubs.run_competitions"


def link_shaped(one: OfficialLink, request: Request) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("id", "place", "day", "created", "revoked")}
    opens = one.revoked is None and one.day >= timezone.localdate()
    address = request.build_absolute_uri(reverse("desk", args=[desk_token(one)])) if opens else None
    return {**plain, "address": address, "by": str(one.by) if one.by else None}


class Links(ListView):
    """Links that open one pit or court for one day to whoever holds them, the newest first."""

    conditional = False
    private = True
    secret = True
    serializer_class = shape.LinkShape
    permission_classes = (WithinScope, WithoutApiToken)
    filterset_class = None

    def get_queryset(self) -> Any:
        club, _user = kept_club(self.request, self.kwargs["slug"], RIGHT)
        return links_of(club)

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [link_shaped(one, self.request) for one in rows]

    def get(self, request: Request, **kwargs: Any) -> Response:
        return super().get(request, **kwargs)

    @extend_schema(request=shape.NewLinkShape, responses={201: shape.LinkShape})
    def post(self, request: Request, slug: str) -> Response:
        """Make a link for officials. Whoever has its address enters marks there on that day, without an account."""
        (club, user), said = kept_club(request, slug, RIGHT), shape.NewLinkShape(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            made = make_official_link(club, by=user, at=timezone.now(), **said.validated_data)
        except LinkRefused as refusal:
            raise ValidationError({"day": [str(refusal)]}) from refusal
        return Response(link_shaped(made, request), status.HTTP_201_CREATED)


class OneLink(ApiView):
    permission_classes = (WithinScope, WithoutApiToken)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Revoke a link. It closes at once, also for those who have opened it."""
        club, user = kept_club(request, slug, RIGHT)
        found = links_of(club).filter(pk=pk).first()
        if found is None:
            raise Http404
        revoke_official_link(found, by=user, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
