"""Guests of a ceremony: invited by the registrar, ticked off at the door. What they answer, they say by their link."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions import ceremonies as actions
from records.api.ceremonies import ceremony_for
from records.api.claims import Shape, reference
from records.models import Athlete, Ceremony, CeremonyGuest
from records.queries import ceremonies as queries
from trackhub.clubs.models import User
from trackhub.clubs.rest.errors import Conflict
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView

GUEST = {
    "id": 11,
    "name": "Kim Open",
    "email": "kim@example.org",
    "family_of": 700_042,
    "invited": "2026-11-20T09:00:00Z",
    "answer": "yes",
    "persons": 2,
    "answered": "2026-11-21T09:00:00Z",
    "came": None,
}


@example(GUEST)
class GuestShape(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True, help_text="Blank: asked by word of mouth.")
    family_of = serializers.IntegerField(allow_null=True, help_text="The athlete themselves, or whose family it is.")
    invited = serializers.DateTimeField(allow_null=True, help_text="When the mail went out.")
    answer = serializers.ChoiceField(CeremonyGuest.Answer.values)
    persons = serializers.IntegerField(help_text="How many come.")
    answered = serializers.DateTimeField(allow_null=True)
    came = serializers.BooleanField(allow_null=True, help_text="Null before somebody stood at the door.")


@example({"name": "Kim Open", "email": "kim@example.org"}, request=True)
class NewGuestShape(Shape):
    name = serializers.CharField(max_length=120)
    email = serializers.EmailField(required=False, allow_blank=True, default="", max_length=254)
    family_of = reference(required=False, allow_null=True, default=None, help_text="An athlete who is honoured there.")


@example({"came": True}, request=True)
class CameShape(Shape):
    came = serializers.BooleanField()


@example({"added": 3})
class AddedShape(Shape):
    added = serializers.IntegerField()


@example({}, request=True)
class InviteShape(Shape):
    guest = reference(required=False, help_text="Once more to this guest alone. Without it: whoever wasn't mailed yet.")


@example({"sent": 2, "failed": 0, "waiting": 0, "wait_seconds": 0})
class SentShape(Shape):
    sent = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="They couldn't be mailed: try again in a while.")
    waiting = serializers.IntegerField(help_text="They wait for the next time that you ask.")
    wait_seconds = serializers.IntegerField(help_text="Until when it is too early to ask again.")


def guest_shaped(one: CeremonyGuest) -> dict[str, Any]:
    names = ("id", "name", "email", "invited", "answer", "persons", "answered", "came")
    return {name: getattr(one, name) for name in names} | {"family_of": one.athlete_id}


class Guests(ApiView):
    private = True

    @extend_schema(responses=GuestShape(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Who is invited to a ceremony, what they answered, and who came."""
        ceremony, _by = ceremony_for(request, slug, pk)
        return Response([guest_shaped(one) for one in queries.guests_of(ceremony).guests])

    @extend_schema(request=NewGuestShape, responses={201: GuestShape})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Put somebody on the list of guests. The invitation is mailed apart from that."""
        (ceremony, by), order = ceremony_for(request, slug, pk), NewGuestShape(data=request.data)
        order.is_valid(raise_exception=True)
        said = dict(order.validated_data)
        athlete = _honoured(ceremony, said.pop("family_of"))
        try:
            made = actions.add_guest(ceremony, athlete=athlete, by=by, at=timezone.now(), **said)
        except actions.CeremonyRefused as refusal:
            raise Conflict(str(refusal), "already_there") from refusal
        return Response(guest_shaped(made), status.HTTP_201_CREATED)


def _honoured(ceremony: Ceremony, pk: int | None) -> Athlete | None:
    found = queries.honoured_athletes(ceremony).filter(pk=pk).first() if pk else None
    if pk and found is None:
        raise ValidationError({"family_of": [_("No athlete who is honoured there has this id.")]})
    return found


class AddHonoured(ApiView):
    @extend_schema(request=None, responses=AddedShape)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Put all honoured athletes on the list of guests, with the addresses of their accounts."""
        ceremony, by = ceremony_for(request, slug, pk)
        return Response({"added": actions.add_honoured(ceremony, by=by, at=timezone.now())})


class InviteGuests(ApiView):
    @extend_schema(request=InviteShape, responses=SentShape)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Mail the invitations that weren't mailed yet, or one once more. Each guest answers by a link of their own."""
        (ceremony, by), order = ceremony_for(request, slug, pk), InviteShape(data=request.data)
        order.is_valid(raise_exception=True)
        asked = order.validated_data.get("guest")
        again = _guest(ceremony, asked) if asked else None
        site = f"{request.scheme}://{request.get_host()}"
        try:
            sent = actions.send_invitations(ceremony, by=by, at=timezone.now(), site=site, again=again)
        except actions.AnswerClosed as refusal:
            raise Conflict(str(refusal), "over") from refusal
        counts = {"sent": sent.sent, "failed": sent.failed, "waiting": sent.waiting}
        return Response(counts | {"wait_seconds": ceil(sent.wait)})


def _guest(ceremony: Ceremony, pk: int) -> CeremonyGuest:
    found = queries.guest_of(ceremony, pk)
    if found is None:
        raise Http404
    return found


class OneGuest(ApiView):
    def _guest(self, request: Request, slug: str, pk: int, guest: int) -> tuple[CeremonyGuest, User]:
        ceremony, by = ceremony_for(request, slug, pk)
        return _guest(ceremony, guest), by

    @extend_schema(request=CameShape, responses=GuestShape)
    def patch(self, request: Request, slug: str, pk: int, guest: int) -> Response:
        """Note at the door whether a guest came. A slip is taken back by the same."""
        (found, by), order = self._guest(request, slug, pk, guest), CameShape(data=request.data)
        order.is_valid(raise_exception=True)
        actions.note_attendance(found, came=order.validated_data["came"], by=by, at=timezone.now())
        found.refresh_from_db()
        return Response(guest_shaped(found))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int, guest: int) -> Response:
        """Take a guest off the list. Their link opens nothing any more."""
        found, by = self._guest(request, slug, pk, guest)
        actions.remove_guest(found, by=by, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
