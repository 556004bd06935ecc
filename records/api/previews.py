"""What one performance entered, corrected, annulled or reinstated would do to bests and records. Nothing is changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.correcting import AlreadySuperseded, draft_correction, draft_performance
from records.actions.weighing import Effect, effect_of, effect_of_annulment
from records.api import serializers as shape
from records.api.changes import performance_of, read, translated
from records.api.imports import RIGHT
from records.api.lists import athlete_or_404
from records.models import Performance
from records.queries import catalogue
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView
from trackhub.clubs.rules import require

_HELD = {"before": "10.52 Sam Open (2026)", "after": "10.61 Kim Elder (1998)", "ours": False}


class ChangedListShape(serializers.Serializer[Any]):
    what = serializers.CharField(help_text="Personal best, season's best, or the book.")
    name = serializers.CharField(help_text="Of the list, in words.")
    before = serializers.CharField(allow_blank=True, help_text="What stands there now.")
    after = serializers.CharField(allow_blank=True)
    ours = serializers.BooleanField(help_text="Whether the mark that would stand there is this performance.")


@example(
    {
        "bests": [
            {"what": "personal best", "name": "100 m", "before": "10.52 (2026-06-01)", "after": "", "ours": False}
        ],
        "records": [{"what": "Harbour AC", "name": "100 m, all ages", **_HELD}],
        "steps": 2,
    }
)
class MarkEffectShape(serializers.Serializer[Any]):
    bests = ChangedListShape(many=True)
    records = ChangedListShape(many=True)
    steps = serializers.IntegerField(help_text="Steps of their histories that would be gone or new.")


class PreviewedCorrectionShape(shape.CorrectedShape):
    because = serializers.CharField(required=False, max_length=200)


def _shaped(effect: Effect) -> Response:
    lists = {name: [asdict(one) for one in getattr(effect, name)] for name in ("bests", "records")}
    return Response({**lists, "steps": effect.steps})


def _standing(request: Request, pk: int) -> Performance:
    """One that may be corrected and annulled."""
    one = performance_of(request, pk)
    if one.superseded_by_id is not None:
        raise AlreadySuperseded
    return one


@extend_schema(request=shape.EnteredShape, responses=MarkEffectShape)
class PreviewEntry(ApiView):
    """See what a performance would do to bests and records if it were entered. Nothing is changed."""

    def post(self, request: Request) -> Response:
        by, order = person(request), shape.EnteredShape(data=request.data)
        order.is_valid(raise_exception=True)
        said = dict(order.validated_data)
        athlete = athlete_or_404(request, said.pop("athlete"))
        require(by, RIGHT, catalogue.club_of(athlete, said["date"]))
        with translated():
            draft = draft_performance(athlete, at=timezone.now(), **read(said, athlete.sex))
        return _shaped(effect_of(draft, old=None, user=by))


@extend_schema(request=PreviewedCorrectionShape, responses=MarkEffectShape)
class PreviewCorrection(ApiView):
    """See what a correction would do to bests and records. Nothing is changed."""

    def post(self, request: Request, pk: int) -> Response:
        with translated():
            one, order = _standing(request, pk), PreviewedCorrectionShape(data=request.data)
            order.is_valid(raise_exception=True)
            said = dict(order.validated_data)
            said.pop("because", "")
            draft = draft_correction(one, at=timezone.now(), **read(said, one.sex))
        return _shaped(effect_of(draft, old=one, user=person(request)))


@extend_schema(request=None, responses=MarkEffectShape)
class PreviewAnnulment(ApiView):
    """See what annulling a performance would do to bests and records; or reinstating it, where it is annulled. Nothing
    is changed."""

    def post(self, request: Request, pk: int) -> Response:
        with translated():
            one = _standing(request, pk)
        because = "" if one.is_annulled else "?"
        return _shaped(effect_of_annulment(one, user=person(request), because=because))
