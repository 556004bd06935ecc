"""Who is close to whom: marks close to a club's records, and two athletes beside each other."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.looking import note_look
from records.api import examples, shapes
from records.api.lists import athlete_or_404
from records.api.serializers import PerformanceShape, Shape
from records.models.performances import Facility
from records.queries import boards, rivals
from records.queries.lines import Line
from records.queries.near import Danger, Gap, close_calls
from records.queries.progress import Feat
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView

_HELD = {"text": "10.49", "holder": "Kim Elder", "date": "1998-06-20", "performance": 8004}
_SHORT = {"performance": examples.PERFORMANCE, "short": "0.03 s"}


class StandingShape(Shape):
    text = serializers.CharField(help_text="The record's mark.")
    holder = serializers.CharField(help_text="A name, a team, or initials where the name is withheld.")
    date = serializers.DateField(allow_null=True)
    performance = serializers.IntegerField(allow_null=True, help_text="Null where it stands in an old book alone.")


class ShortShape(Shape):
    performance = PerformanceShape()
    short = serializers.CharField(help_text="What lacked, in words.")


class _ListedShape(Shape):
    facility = serializers.ChoiceField(["", *Facility.values])
    sex = serializers.CharField()
    age_groups = serializers.ListField(child=serializers.CharField(allow_blank=True), help_text="Blank: all ages.")
    record = StandingShape()


class NearShape(_ListedShape):
    performance = PerformanceShape()
    short = serializers.CharField(help_text="What lacked, in words.")


class DangerShape(_ListedShape):
    challengers = ShortShape(many=True, help_text="Who came closest this season, three at most.")


_LISTED = {"facility": "outdoor", "sex": "M", "age_groups": ["", "U23"], "record": _HELD}


@example({"season": 2026, "near": [_LISTED | _SHORT], "in_danger": [_LISTED | {"challengers": [_SHORT]}]})
class CloseCallsShape(Shape):
    season = serializers.IntegerField()
    near = NearShape(many=True, help_text="Within 1 % of a record in the last twelve months, the closest first.")
    in_danger = DangerShape(many=True, help_text="Records of which somebody is within 2 % this season.")


@extend_schema(responses=CloseCallsShape)
class NearRecords(ApiView):
    """Who came close to a record of the club lately, and which records are in danger."""

    conditional = True

    def get(self, request: Request, slug: str) -> Response:
        club, book = boards.club_and_book(slug)
        if club is None or book is None:
            raise Http404
        calls = close_calls(book, request.user, today=timezone.localdate())
        lines = [one.line for one in calls.near] + [line for one in calls.dangers for line, _short in one.challengers]
        marks = shapes.performances_by_id({line.pk for line in lines if line.pk}, request.user)
        near = [
            _listed(one) | {"performance": marks[one.line.pk], "short": one.short} for one in calls.near if one.line.pk
        ]
        dangers = [
            _listed(one)
            | {
                "challengers": [
                    {"performance": marks[line.pk], "short": short} for line, short in one.challengers if line.pk
                ]
            }
            for one in calls.dangers
        ]
        return Response({"season": calls.season, "near": near, "in_danger": dangers})


def _listed(one: Gap | Danger) -> dict[str, Any]:
    return {"facility": one.facility, "sex": one.sex, "age_groups": one.groups, "record": _standing(one.record)}


def _standing(record: Line) -> dict[str, Any]:
    holders = ", ".join(one.name for one in record.holders)
    return {
        "text": record.mark,
        "holder": record.team or holders,
        "date": record.day,
        "performance": record.pk if record.url else None,
    }


_MARK = examples.PERFORMANCE


class RivalBestShape(Shape):
    discipline = serializers.CharField()
    facility = serializers.ChoiceField(Facility.values)
    one = PerformanceShape(allow_null=True)
    two = PerformanceShape(allow_null=True)
    better = serializers.IntegerField(help_text="1 or 2; 0 where they are equal or one of them has none.")


class MeetingShape(Shape):
    one = PerformanceShape()
    two = PerformanceShape()
    winner = serializers.IntegerField(help_text="1 or 2; 0 where nobody was better.")


_PAIR = {"discipline": "100", "facility": "outdoor", "one": _MARK, "two": None, "better": 0}


@example(
    {
        "season": 2026,
        "bests": [_PAIR],
        "season_bests": [_PAIR],
        "wins": [1, 0],
        "meetings": [{"one": _MARK, "two": _MARK | {"id": 9002, "place": "3"}, "winner": 1}],
    }
)
class RivalryShape(Shape):
    season = serializers.IntegerField(allow_null=True, help_text="The latest of either.")
    bests = RivalBestShape(many=True, help_text="What both did comes first.")
    season_bests = RivalBestShape(many=True)
    wins = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    meetings = MeetingShape(many=True, help_text=f"The newest first, {rivals.MOST_MEETINGS} at most.")


WITH = OpenApiParameter(
    "with",
    {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
    required=True,
    description="The other athlete's id.",
)


@extend_schema(parameters=[WITH], responses=RivalryShape)
class Rivalry(ApiView):
    """Two athletes beside each other: bests, this season's bests, and what happened when they met."""

    conditional = True
    examples = {"with": 700_999}

    def get(self, request: Request, pk: int) -> Response:
        one, two = athlete_or_404(request, pk), athlete_or_404(request, _other(request, pk))
        for shown in (one, two):
            note_look(shown, by=request.user, at=timezone.now())
        found = rivals.rivalry_of(one, two, (str(one), str(two)))
        return Response(_rivalry(found, request))


def _other(request: Request, pk: int) -> int:
    text = request.query_params.get("with", "")
    other = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    if other in (0, pk):
        raise ValidationError({"with": [_("The id of another athlete.")]})
    return other


def _rivalry(found: rivals.Rivalry, request: Request) -> dict[str, Any]:
    beside: list[rivals.Pair | rivals.Meeting] = [*found.bests, *found.season_bests, *found.meetings]
    feats: list[Feat] = [feat for pair in beside for feat in (pair.one, pair.two) if feat]
    marks = shapes.performances_by_id({feat.pk for feat in feats}, request.user)

    def paired(pair: rivals.Pair) -> dict[str, Any]:
        sides = {"one": pair.one and marks[pair.one.pk], "two": pair.two and marks[pair.two.pk]}
        return {"discipline": pair.code, "facility": pair.facility, **sides, "better": pair.better}

    met = [{"one": marks[one.one.pk], "two": marks[one.two.pk], "winner": one.winner} for one in found.meetings]
    return {
        "season": found.season,
        "bests": [paired(pair) for pair in found.bests],
        "season_bests": [paired(pair) for pair in found.season_bests],
        "wins": found.wins,
        "meetings": met,
    }
