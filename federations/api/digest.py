"""The weekly mail: asked for by an address, begun and ended by the link that is mailed there."""

from __future__ import annotations

from math import ceil
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from federations.actions import subscribing
from federations.api import examples
from federations.api.news import club_of_slug
from federations.models import DigestSubscription
from trackhub.clubs.rest.errors import Unprocessable
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView

Shape = serializers.Serializer[Any]


@example(examples.DIGEST_ORDER, request=True)
class DigestOrderShape(Shape):
    email = serializers.EmailField(max_length=254)
    club = serializers.SlugField(required=False, allow_null=True, default=None, help_text="Without one: of all clubs.")


@example(examples.DIGEST)
class DigestShape(Shape):
    club = serializers.CharField(allow_null=True, help_text="Null: of all clubs.")
    locale = serializers.CharField(help_text="In which language it comes.")
    confirmed = serializers.DateTimeField(allow_null=True, help_text="Null: nothing is sent yet.")


def shaped(one: DigestSubscription) -> dict[str, Any]:
    return {"club": one.club.slug if one.club else None, "locale": one.locale, "confirmed": one.confirmed}


class Digest(ApiView):
    open = True

    @extend_schema(request=DigestOrderShape, responses={204: None})
    def post(self, request: Request) -> Response:
        """Ask for the weekly mail. A link is mailed to the address, known or not; nothing else comes before its yes."""
        order = DigestOrderShape(data=request.data)
        order.is_valid(raise_exception=True)
        club = club_of_slug(order.validated_data["club"])
        said = {"locale": get_language() or "en", "site": f"{request.scheme}://{request.get_host()}"}
        visitor = get_adapter().get_client_ip(request._request)
        try:
            subscribing.ask_for_digest(
                order.validated_data["email"], club=club, visitor=visitor, at=timezone.now(), **said
            )
        except subscribing.DigestRefused as refusal:
            if refusal.wait:
                raise Throttled(ceil(refusal.wait), str(refusal)) from refusal
            raise Unprocessable(str(refusal), "mail_failed") from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)


class DigestLink(ApiView):
    """Whoever holds the mailed link answers for the address."""

    open = True

    def _subscription(self, token: str) -> DigestSubscription:
        found = subscribing.subscription_behind(token)
        if found is None:
            raise Http404
        return found

    @extend_schema(responses=DigestShape)
    def get(self, request: Request, token: str) -> Response:
        """What a mailed link stands for, by the word after ``digest/`` in its address."""
        return Response(shaped(self._subscription(token)))

    @extend_schema(request=None, responses=DigestShape)
    def post(self, request: Request, token: str) -> Response:
        """Say yes to the weekly mail. Twice is as good as once."""
        found = self._subscription(token)
        subscribing.confirm_digest(found, at=timezone.now())
        found.refresh_from_db()
        return Response(shaped(found))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, token: str) -> Response:
        """End the weekly mail. Nothing is kept of it."""
        subscribing.end_digest(self._subscription(token))
        return Response(status=status.HTTP_204_NO_CONTENT)
