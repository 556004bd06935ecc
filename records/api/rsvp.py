"""A guest's own answer to a ceremony's invitation, by the link that was mailed, without an account."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions import ceremonies as actions
from records.api.claims import Shape
from records.models import CeremonyGuest
from trackhub.clubs.rest.errors import Conflict
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView

INVITED = {
    "name": "Kim Open",
    "club": "harbour",
    "ceremony": "Awards evening",
    "starts": "2026-12-11T19:00:00Z",
    "place": "Club house",
    "answer": "yes",
    "persons": 2,
    "answered": "2026-11-21T09:00:00Z",
}


@example(INVITED)
class RsvpShape(Shape):
    name = serializers.CharField(help_text="The guest's.")
    club = serializers.CharField()
    ceremony = serializers.CharField()
    starts = serializers.DateTimeField()
    place = serializers.CharField(allow_blank=True)
    answer = serializers.ChoiceField(CeremonyGuest.Answer.values)
    persons = serializers.IntegerField(help_text="How many come.")
    answered = serializers.DateTimeField(allow_null=True)


@example({"answer": "yes", "persons": 2}, request=True)
class RsvpAnswerShape(Shape):
    answer = serializers.ChoiceField([CeremonyGuest.Answer.YES.value, CeremonyGuest.Answer.NO.value])
    persons = serializers.IntegerField(
        required=False,
        default=1,
        min_value=1,
        max_value=actions.MOST_PERSONS,
        help_text="The guest included.",
    )


def _shaped(guest: CeremonyGuest) -> dict[str, Any]:
    evening = guest.ceremony
    plain = {name: getattr(guest, name) for name in ("name", "answer", "persons", "answered")}
    about = {"ceremony": evening.title, "starts": evening.starts, "place": evening.place}
    return plain | about | {"club": evening.club.slug}


class Rsvp(ApiView):
    open = True

    def _guest(self, token: str) -> CeremonyGuest:
        guest = actions.guest_behind(token)
        if guest is None:
            raise Http404
        return guest

    @extend_schema(responses=RsvpShape)
    def get(self, request: Request, token: str) -> Response:
        """What an invitation's link opens, by the word after ``rsvp/`` in its address."""
        return Response(_shaped(self._guest(token)))

    @extend_schema(request=RsvpAnswerShape, responses=RsvpShape)
    def post(self, request: Request, token: str) -> Response:
        """Answer an invitation. The answer may be changed until the day is over."""
        guest, order = self._guest(token), RsvpAnswerShape(data=request.data)
        order.is_valid(raise_exception=True)
        try:
            actions.answer_invitation(guest, at=timezone.now(), **order.validated_data)
        except actions.AnswerClosed as refusal:
            raise Conflict(str(refusal), "over") from refusal
        guest.refresh_from_db()
        return Response(_shaped(guest))
