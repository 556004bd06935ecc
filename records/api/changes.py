"""One performance entered, corrected, annulled or reinstated by hand."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.correcting import (
    AlreadySuperseded,
    PerformanceRefused,
    annul_performance,
    correct_performance,
    enter_performance,
    reinstate_performance,
)
from records.api import serializers as shape
from records.api.imports import RIGHT
from records.api.lists import Performances, athlete_or_404, detail_of
from records.domain.disciplines import UnknownDiscipline
from records.domain.judging import parse_wind
from records.domain.marks import MarkRefused
from records.models import Performance
from records.queries import catalogue
from records.queries.known import KnownDisciplines
from records.sentences import say
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict, Unprocessable
from trackhub.clubs.rest.views import ApiView
from trackhub.clubs.rules import require


def read(said: dict[str, Any], sex: str) -> dict[str, Any]:
    """What was said, in the types that actions take."""
    read = dict(said)
    if "wind" in read:
        read["wind"] = parse_wind(read["wind"])
    if "discipline" in read:
        pk, _specification = KnownDisciplines().find(read["discipline"], sex, read.get("facility", ""))
        read["discipline"] = catalogue.all_disciplines().get(pk=pk)
    if "date" in read:
        read["on"] = read.pop("date")
    return {name: value for name, value in read.items() if value not in ("", None) or name == "wind"}


class PerformanceDesk(Performances):
    """Current performances; those of athletes whom you may not see are left out."""

    @extend_schema(
        request=shape.EnteredShape,
        responses={201: shape.PerformanceDetailShape},
    )
    def post(self, request: Request) -> Response:
        """Enter a performance by hand, for those who keep the records of the athlete's club of that day."""
        by = person(request)
        order = shape.EnteredShape(data=request.data)
        order.is_valid(raise_exception=True)
        said = dict(order.validated_data)
        athlete = athlete_or_404(request, said.pop("athlete"))
        require(by, RIGHT, catalogue.club_of(athlete, said["date"]))
        with translated():
            one = enter_performance(athlete, by=by, at=timezone.now(), **read(said, athlete.sex))
        return Response(detail_of(one, request), status.HTTP_201_CREATED)


class translated:  # a class that reads as a statement
    """Refusals of the domain become sentences of the API."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, AlreadySuperseded):
            raise Conflict(str(error), "superseded") from error
        if isinstance(error, MarkRefused):
            raise Unprocessable(say(error.code, error.values), error.code) from error
        if isinstance(error, UnknownDiscipline):
            raise Unprocessable(say("unknown_discipline", {"text": str(error)}), "unknown_discipline") from error
        if isinstance(error, PerformanceRefused):
            raise Unprocessable(str(error), "refused") from error


def performance_of(request: Request, pk: int) -> Performance:
    """One of a club whose records the visitor keeps."""
    user = person(request)
    found = catalogue.performance_seen_by(user, pk)
    if found is None:
        raise Http404
    require(user, RIGHT, found.club)
    return found


class Correct(ApiView):
    """Correct a performance. A new version takes the place of the old one, which stays readable."""

    @extend_schema(
        request=shape.CorrectedShape,
        responses={201: shape.PerformanceDetailShape},
    )
    def post(self, request: Request, pk: int) -> Response:
        one, order = performance_of(request, pk), shape.CorrectedShape(data=request.data)
        order.is_valid(raise_exception=True)
        said = dict(order.validated_data)
        because = said.pop("because")
        with translated():
            changes = read(said, one.sex)
            new = correct_performance(one, by=person(request), at=timezone.now(), because=because, **changes)
        return Response(detail_of(new, request), status.HTTP_201_CREATED)


@extend_schema(request=shape.ReasonShape, responses=shape.PerformanceDetailShape)
class Annul(ApiView):
    """Annul a performance. It stays readable and counts nowhere."""

    def post(self, request: Request, pk: int) -> Response:
        one, order = performance_of(request, pk), shape.ReasonShape(data=request.data)
        order.is_valid(raise_exception=True)
        because = order.validated_data["because"]
        with translated():
            annul_performance(one, by=person(request), at=timezone.now(), because=because)
        return Response(detail_of(one, request))


@extend_schema(request=None, responses=shape.PerformanceDetailShape)
class Reinstate(ApiView):
    """Take an annulment back."""

    def post(self, request: Request, pk: int) -> Response:
        one = performance_of(request, pk)
        with translated():
            reinstate_performance(one, by=person(request), at=timezone.now())
        return Response(detail_of(one, request))
