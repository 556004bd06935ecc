"""What the reference pages say, for everybody: age groups, seasons, competitions that were held."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api import examples, shapes
from records.api.lists import YEARS, day
from records.api.serializers import PerformanceShape, Shape
from records.models import AgeGroup
from records.queries import results, seasons
from records.queries.reference import all_schemes, bounds_in_words, groups_in_order
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView, ListView

_GROUP = {
    "code": "U18",
    "kind": "youth",
    "bounds": "16 to 17 on 31 December of the year",
    "lower_age": 16,
    "lower_on": "dec31",
    "upper_age": 17,
    "upper_on": "dec31",
    "valid_from": None,
    "valid_until": None,
}
_COUNT = {"year": 2026, "results": 812, "athletes": 140, "clubs": 3}
_HELD = {
    "competition": "Harbour Open",
    "venue": "Portsmouth",
    "country": "GBR",
    "first": "2026-06-01",
    "last": "2026-06-02",
    "results": 41,
    "records": 2,
    "url": "/results/?competition=Harbour+Open&venue=Portsmouth&from=2026-06-01&until=2026-06-02",
}


class AgeGroupShape(Shape):
    code = serializers.CharField()
    kind = serializers.CharField()
    bounds = serializers.CharField(help_text="Both bounds in words.")
    lower_age = serializers.IntegerField()
    lower_on = serializers.CharField(help_text="The day on which the age is taken: day (of the mark), dec31 or aug31.")
    upper_age = serializers.IntegerField()
    upper_on = serializers.CharField(help_text="The same for the upper bound.")
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)


@example({"code": "wa", "name": "World Athletics", "groups": [_GROUP]})
class AgeGroupSchemeShape(Shape):
    code = serializers.CharField()
    name = serializers.CharField()
    groups = AgeGroupShape(many=True, help_text="The youngest first; a code may have other bounds at other times.")


class AgeGroupSchemes(ListView):
    """The age-group schemes by which clubs keep their records, with the bounds of each group."""

    serializer_class = AgeGroupSchemeShape

    def get_queryset(self) -> Any:
        self.order_by("name", "id")
        return all_schemes()

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [
            {"code": one.code, "name": one.name, "groups": [_group(group) for group in groups_in_order(one)]}
            for one in rows
        ]


def _group(one: AgeGroup) -> dict[str, Any]:
    return {
        "code": one.code,
        "kind": one.kind,
        "bounds": bounds_in_words(one),
        "lower_age": one.lower_age,
        "lower_on": one.lower_on,
        "upper_age": one.upper_age,
        "upper_on": one.upper_on,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
    }


@example(_COUNT)
class SeasonCountShape(Shape):
    year = serializers.IntegerField()
    results = serializers.IntegerField(help_text="Marks of athletes whom everybody sees.")
    athletes = serializers.IntegerField(help_text="Relay teams aside.")
    clubs = serializers.IntegerField()


@example(_COUNT | {"records": 31, "bests": [examples.PERFORMANCE]})
class SeasonShape(SeasonCountShape):
    records = serializers.IntegerField(help_text="Records of clubs at any age that were set in it.")
    bests = PerformanceShape(many=True, help_text="The best legal mark of each discipline, sex and facility.")


@extend_schema(responses=SeasonCountShape(many=True))
class Seasons(ApiView):
    """Every season with marks, the latest first."""

    conditional = True

    def get(self, request: Request) -> Response:
        return Response([asdict(one) for one in seasons.seasons()])


@extend_schema(responses=SeasonShape)
class OneSeason(ApiView):
    """One season in numbers, and the best of each discipline; all zeros where nobody did anything."""

    conditional = True

    def get(self, request: Request, year: int) -> Response:
        if not YEARS["min_value"] <= year <= YEARS["max_value"]:
            raise Http404
        page = seasons.season_page(year, request.user)
        count = page.count or seasons.SeasonCount(year, 0, 0, 0)
        ids = [one.line.pk for one in page.bests if one.line.pk]
        marks = shapes.performances_by_id(ids, request.user)
        return Response(asdict(count) | {"records": page.records, "bests": [marks[pk] for pk in ids]})


@example(_HELD)
class CompetitionHeldShape(Shape):
    competition = serializers.CharField(allow_blank=True, help_text="Blank where the results name none.")
    venue = serializers.CharField(allow_blank=True)
    country = serializers.CharField(allow_blank=True)
    first = serializers.DateField()
    last = serializers.DateField()
    results = serializers.IntegerField()
    records = serializers.IntegerField(help_text="How many of them are a club's records today.")
    url = serializers.CharField(help_text="The page with its results.")


@example({"before": "2026-05-31", "competitions": [_HELD]})
class CompetitionsHeldShape(Shape):
    before = serializers.DateField(allow_null=True, help_text="Say this to read on; null at the end.")
    competitions = CompetitionHeldShape(many=True)


@extend_schema(
    parameters=[
        OpenApiParameter("competition", description="As it is written; all of them without it."),
        OpenApiParameter("before", {"type": "string", "format": "date"}, description="Held before this day."),
    ],
    responses=CompetitionsHeldShape,
)
class CompetitionsHeld(ApiView):
    """Competitions with results, the latest first; the marks of one are performances with its name and days."""

    conditional = True
    examples = {"competition": "Harbour Open", "before": "2026-11-01"}

    def get(self, request: Request) -> Response:
        held = results.editions_held(
            request.user,
            today=timezone.localdate(),
            name=request.query_params.get("competition", "").replace("\0", ""),
            before=day(request, "before"),
        )
        return Response({"before": held.before, "competitions": [_held(one) for one in held.items]})


def _held(one: results.Edition) -> dict[str, Any]:
    return {
        "competition": one.name,
        "venue": one.venue,
        "country": one.country,
        "first": one.first,
        "last": one.last,
        "results": one.results,
        "records": one.records,
        "url": one.url,
    }
