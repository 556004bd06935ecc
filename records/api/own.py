"""What is one's own, or a ward's: what the site holds, what was agreed to, and being erased."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.consenting import VERSION, WORDS, ConsentRefused, give_consent, withdraw_consent
from records.actions.erasing import AlreadyErased, erase_athlete
from records.actions.exporting import export_person
from records.api import serializers as shape
from records.models import Athlete, Consent
from records.queries.personal import subject_of
from records.queries.voices import asked_by, athlete_called, club_of, consents_of, voiced_by, voices_of
from trackhub.clubs.rest.authentication import is_confirmed, person
from trackhub.clubs.rest.errors import Conflict, NotConfirmed, Unprocessable
from trackhub.clubs.rest.permissions import WithoutApiToken
from trackhub.clubs.rest.renderers import FileOrRefusal
from trackhub.clubs.rest.views import ApiView
from trackhub.clubs.rules import require


class OwnView(ApiView):
    """A person decides here, and no program for them."""

    private = True
    permission_classes = (WithoutApiToken,)


def voice(request: Request, pk: int) -> Athlete:
    """The athlete, if the visitor speaks for them."""
    found = voiced_by(person(request), pk, on=timezone.localdate())
    if found is None:
        raise Http404
    return found


class MyData(OwnView):
    limit = "export"
    content_negotiation_class = FileOrRefusal

    @extend_schema(parameters=[shape.WhoseShape], responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> FileResponse:
        """Everything that the site holds about you. One zip with every table as JSON and as CSV."""
        by, now, said = person(request), timezone.now(), shape.WhoseShape(data=request.query_params)
        said.is_valid(raise_exception=True)
        pk = said.validated_data.get("athlete")
        zipped = export_person(subject_of(by, voice(request, pk) if pk else None), by=by, at=now)
        return FileResponse(zipped, as_attachment=True, filename=f"trackhub-{now:%Y-%m-%d}.zip")


def consent_shaped(one: Consent) -> dict[str, Any]:
    names = ("id", "athlete_id", "purpose", "version", "words", "given", "withdrawn")
    return {name.removesuffix("_id"): getattr(one, name) for name in names} | {"by": str(one.by) if one.by else None}


def voice_shaped(athlete: Athlete) -> dict[str, Any]:
    receipts = consents_of(athlete)
    purposes = []
    for purpose in Consent.Purpose:
        standing = receipts.standing(purpose)
        asked = {"purpose": purpose.value, "version": VERSION, "words": str(WORDS[purpose])}
        purposes.append(asked | {"consent": standing.pk if standing else None})
    return {
        "athlete": {"id": athlete.pk, "name": str(athlete)},
        "purposes": purposes,
        "receipts": [consent_shaped(one) for one in receipts],
    }


class Consents(OwnView):
    @extend_schema(responses=shape.VoiceShape(many=True))
    def get(self, request: Request) -> Response:
        """What you may agree to and what you agreed to, for yourself and for your wards."""
        return Response([voice_shaped(one) for one in voices_of(person(request), on=timezone.localdate())])

    @extend_schema(request=shape.NewConsentShape, responses={201: shape.ConsentShape})
    def post(self, request: Request) -> Response:
        """Agree to a purpose, in the words that are shown with it. A consent that stands already is the answer."""
        said = shape.NewConsentShape(data=request.data)
        said.is_valid(raise_exception=True)
        athlete, purpose = voice(request, said.validated_data["athlete"]), said.validated_data["purpose"]
        try:
            receipt = give_consent(athlete, purpose=purpose, by=person(request), at=timezone.now())
        except ConsentRefused as refusal:
            raise Unprocessable(str(refusal)) from refusal
        return Response(consent_shaped(receipt), status.HTTP_201_CREATED)


class OneConsent(OwnView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Withdraw a consent from now on. Its receipt stays, with both days."""
        mine = voices_of(person(request), on=timezone.localdate())
        receipt = next((one for athlete in mine for one in consents_of(athlete) if one.pk == pk), None)
        if receipt is None:
            raise Http404
        try:
            withdraw_consent(receipt, by=person(request), at=timezone.now())
        except ConsentRefused as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)


class Erase(OwnView):
    @extend_schema(request=None, responses=shape.ErasureShape)
    def post(self, request: Request, pk: int) -> Response:
        """Erase who an athlete is, for good. Marks, placings and records stay, under a name made by chance.

        For the athlete, a guardian, the chief registrar of the club and the site administrator, who have given their
        password or second factor once more within the last minutes.
        """
        user, athlete, today = person(request), athlete_called(pk), timezone.localdate()
        if athlete is None:
            raise Http404
        who = asked_by(user, athlete, on=today)
        if not who:
            require(user, "clubs.change_club", club_of(athlete, on=today))
        if not is_confirmed(request):
            raise NotConfirmed
        try:
            done = erase_athlete(athlete, by=user, at=timezone.now(), asked_by=who)
        except AlreadyErased as refusal:
            raise Conflict(str(refusal), "already_erased") from refusal
        return Response({"name": done.name, "files": done.files, "rows": done.rows, "doubtful": done.doubtful})
