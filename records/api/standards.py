"""Qualifying standards: the sets, their standards, and who has one."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api import examples, shapes
from records.api.serializers import MarkShape, PerformanceShape, Shape
from records.models import RecordPolicy, Standard, StandardSet
from records.models.disciplines import Sex
from records.models.performances import Facility
from records.queries import standards as queries
from records.queries.lines import Visitor
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView, ListView

_SET = {
    "id": 3,
    "name": "Coast Cup",
    "club": None,
    "held_on": "2026-09-05",
    "starts": "2025-09-01",
    "ends": "2026-08-31",
    "age_group_scheme": "wa",
    "wind": "reading",
    "hand": False,
    "facility": "",
    "url": "/standards/3-coast-cup-2026/",
}
_STANDARD = {
    "id": 41,
    "discipline": "100",
    "sex": "M",
    "age_group": "U20",
    "a": {"value": 10_500, "unit": "ms", "text": "10.50"},
    "b": {"value": 10_800, "unit": "ms", "text": "10.80"},
}
_ENTRY = {"performance": examples.PERFORMANCE, "short": "0.02 s", "percent": "0.19"}


@example(_SET)
class StandardSetShape(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    club = serializers.CharField(allow_null=True, help_text="Whose own set it is; its athletes alone are listed.")
    held_on = serializers.DateField(help_text="The first day of the championship, which decides on age groups.")
    starts = serializers.DateField(help_text="Marks count from this day …")
    ends = serializers.DateField(help_text="… until this one.")
    age_group_scheme = serializers.CharField(allow_null=True)
    wind = serializers.ChoiceField(RecordPolicy.Wind.values)
    hand = serializers.BooleanField(help_text="Whether hand times count.")
    facility = serializers.ChoiceField(["", *Facility.values], help_text="Blank: wherever achieved.")
    url = serializers.CharField(help_text="The page of the set.")


@example(_STANDARD)
class StandardShape(Shape):
    id = serializers.IntegerField()
    discipline = serializers.CharField()
    sex = serializers.ChoiceField(Sex.values)
    age_group = serializers.CharField(allow_blank=True, help_text="Blank: all ages.")
    a = MarkShape(allow_null=True, help_text="Qualifies automatically.")
    b = MarkShape(allow_null=True, help_text="Qualifies for consideration.")


@example(_SET | {"standards": [_STANDARD]})
class StandardSetDetailShape(StandardSetShape):
    standards = StandardShape(many=True)


@example(_ENTRY)
class StandardEntryShape(Shape):
    performance = PerformanceShape()
    short = serializers.CharField(allow_blank=True, help_text="What lacks to the next standard, in words.")
    percent = serializers.CharField(allow_blank=True, help_text="The same in percent of it.")


@example(_STANDARD | {"with_a": [_ENTRY | {"short": "", "percent": ""}], "with_b": [_ENTRY], "next_ones": []})
class StandardDetailShape(StandardShape):
    with_a = StandardEntryShape(many=True, help_text=f"Everybody's best mark, the best first, {queries.MOST} at most.")
    with_b = StandardEntryShape(many=True)
    next_ones = StandardEntryShape(many=True, help_text="The closest of those who have neither.")


class StandardSets(ListView):
    """Championships with qualifying standards, the newest set first."""

    serializer_class = StandardSetShape

    def get_queryset(self) -> Any:
        return queries.all_sets()

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return [_set(one) for one in rows]


@extend_schema(responses=StandardSetDetailShape)
class OneStandardSet(ApiView):
    """One championship with its standards."""

    conditional = True

    def get(self, request: Request, pk: int) -> Response:
        one = _set_or_404(pk)
        return Response(_set(one) | {"standards": [_standard(row) for row in queries.standards_of(one)]})


@extend_schema(parameters=[OpenApiParameter("club", description="A short address: this club's athletes alone.")])
class OneStandard(ApiView):
    """One standard: who has A, who has B, and who comes next."""

    conditional = True

    @extend_schema(responses=StandardDetailShape)
    def get(self, request: Request, pk: int, standard: int) -> Response:
        one = _set_or_404(pk)
        row = next((row for row in queries.standards_of(one) if row.pk == standard), None)
        if row is None:
            raise Http404
        club = request.query_params.get("club", "").replace("\0", "")
        (listed,) = queries.listed_with(one, [row], request.user, club=club, most=queries.MOST)
        return Response(_standard(row) | _entries(listed, request.user))


def _set_or_404(pk: int) -> StandardSet:
    one = queries.set_called(pk)
    if one is None:
        raise Http404
    return one


def _set(one: StandardSet) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "club": one.club.slug if one.club else None,
        "held_on": one.held_on,
        "starts": one.starts,
        "ends": one.ends,
        "age_group_scheme": one.scheme.code if one.scheme else None,
        "wind": one.wind,
        "hand": one.hand,
        "facility": one.facility,
        "url": one.get_absolute_url(),
    }


def _standard(row: Standard) -> dict[str, Any]:
    unit = shapes.UNITS.get(row.discipline.measure, "cm")
    a, b = (
        {"value": value, "unit": unit, "text": text} if text else None
        for value, text in ((row.a_value, row.a), (row.b_value, row.b))
    )
    return {
        "id": row.pk,
        "discipline": row.discipline.code,
        "sex": row.sex,
        "age_group": row.age_group,
        "a": a,
        "b": b,
    }


def _entries(listed: queries.Listed, user: Visitor) -> dict[str, Any]:
    groups = {"with_a": listed.with_a, "with_b": listed.with_b, "next_ones": listed.next_ones}
    ids = [entry.line.pk for entries in groups.values() for entry in entries if entry.line.pk]
    marks = shapes.performances_by_id(ids, user)
    return {
        name: [
            {"performance": marks[entry.line.pk], "short": entry.short, "percent": entry.percent}
            for entry in found
            if entry.line.pk
        ]
        for name, found in groups.items()
    }
