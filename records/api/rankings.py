"""Rankings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from records.api import serializers as shape
from records.api import shapes
from records.api.lists import YEAR, day, discipline_asked, whole
from records.domain.eligibility import BestList
from records.domain.grading import age_grade
from records.models.disciplines import Sex
from records.models.performances import Facility
from records.queries import rankings
from trackhub.clubs.rest.views import ListView


def choice(request: Request, name: str, choices: list[str]) -> str:
    """One of ``choices`` from the address, '' where it says nothing."""
    said = request.query_params.get(name, "")
    if said and said not in choices:
        raise ValidationError({name: [_("Choose among: {all}.").format(all=", ".join(choices))]})
    return said


_TEXT = ("club", "country", "age_group")


@extend_schema(
    parameters=[
        OpenApiParameter("discipline", required=True, description="A code of /api/v1/disciplines/."),
        OpenApiParameter("sex", enum=Sex.values),
        OpenApiParameter("season", YEAR, description="All-time without it."),
        OpenApiParameter("facility", enum=Facility.values),
        OpenApiParameter("club"),
        OpenApiParameter("country"),
        OpenApiParameter("age_group", description="A scheme and the code of one of its groups, as in wa:U20."),
        OpenApiParameter("wind", enum=["legal", "any"], default="legal"),
        OpenApiParameter("timing", enum=["auto", "hand"], default="auto", description="Hand times stand apart."),
        OpenApiParameter("on", date, description="Without what came after this day."),
        OpenApiParameter("per", enum=["athlete", "mark"], default="athlete", description="One mark each, or all."),
    ],
)
class Rankings(ListView):
    """The best marks of one discipline, with ranks that equal marks share."""

    examples = {"discipline": "100", "sex": "M", "season": 2026, "per": "mark", "wind": "legal", "age_group": "wa:U20"}
    serializer_class = shape.RankedShape

    def get_queryset(self) -> Any:
        request = self.request
        asked = rankings.Asked(
            sex=choice(request, "sex", Sex.values),
            season=whole(request, "season"),
            facility=choice(request, "facility", Facility.values),
            marks=_marks(request),
            every_mark=choice(request, "per", ["athlete", "mark"]) == "mark",
            on=day(request, "on"),
            **{name: request.query_params.get(name, "").replace("\0", "") for name in _TEXT},
        )
        self.order_by("-merit", "id")
        found = rankings.ranking(request.user, discipline_asked(request), asked)
        return found.values("merit", "age_day", *shapes.PERFORMANCE_COLUMNS)

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        if not rows:
            return []
        rank, place = rankings.place_of(self.get_queryset(), rankings.Spot(rows[0]["merit"], rows[0]["id"]))
        numbers = rankings.ranks((row["merit"] for row in rows), rank=rank, place=place)
        items = shapes.performances(rows, self.request.user)
        for number, item, row in zip(numbers, items, rows, strict=True):
            item["rank"], item["age_grade"] = number, _grade(row)
        return items


def _grade(row: Mapping[str, Any]) -> float | None:
    """In percent, of a legal mark."""
    if row["best_list"] != BestList.LEGAL:
        return None
    tenths = age_grade(row["discipline__code"], row["sex"], row["age_day"], row["value"])
    return None if tenths is None else tenths / 10


def _marks(request: Request) -> str:
    """A key of records.queries.rankings.MARKS."""
    wind = choice(request, "wind", ["legal", "any"])
    if choice(request, "timing", ["auto", "hand"]) == "hand":
        return "hand"
    return "wind" if wind == "any" else "legal"
