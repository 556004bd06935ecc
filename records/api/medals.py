"""Places that a club's athletes took, and what the club's own table makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.medals import AwardRefused, enter_awards
from records.api import shapes
from records.api.claims import KEEP, Shape, club_or_404, reference
from records.api.lists import YEAR, whole
from records.api.rankings import choice
from records.api.serializers import NamedShape
from records.domain.medals import LAST_PLACE, METALS, Worth
from records.models import Athlete, Award, Discipline
from records.queries import catalogue, placings
from records.queries import medals as queries
from records.queries.lines import hidden_among
from trackhub.clubs.models import Club
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict, Unprocessable
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ListView
from trackhub.clubs.rules import require

CHOICES = (*METALS, queries.NO_MEDAL)
PLACE: dict[str, Any] = {"min_value": 1, "max_value": LAST_PLACE}


@example(
    {
        "id": 8,
        "athlete": {"id": 700_042, "name": "Sam Open"},
        "place": 2,
        "worth": "silver",
        "metal": "silver",
        "discipline": "100",
        "age_group": "U20",
        "competition": "County Championships",
        "date": "2026-05-09",
        "team": "",
        "performance": 9001,
    }
)
class AwardShape(Shape):
    id = serializers.IntegerField()
    athlete = NamedShape(allow_null=True, help_text="Null where the name is withheld.")
    place = serializers.IntegerField(**PLACE)
    worth = serializers.CharField(help_text="In words, by the club's own table.")
    metal = serializers.ChoiceField(["", *METALS])
    discipline = serializers.CharField()
    age_group = serializers.CharField(allow_blank=True)
    competition = serializers.CharField()
    date = serializers.DateField()
    team = serializers.CharField(allow_blank=True, help_text="Each of its members has an award.")
    performance = serializers.IntegerField(allow_null=True, help_text="Null too where the name is withheld.")


@example(
    {
        "athlete": 700_042,
        "place": 2,
        "discipline": "100",
        "age_group": "U20",
        "competition": "County Championships",
        "date": "2026-05-09",
    },
    request=True,
)
class NewAwardShape(Shape):
    athlete = reference(help_text="One who belongs or belonged to the club.")
    place = serializers.IntegerField(**PLACE)
    discipline = serializers.CharField(max_length=40, help_text="A code of /api/v1/disciplines/.")
    age_group = serializers.CharField(required=False, allow_blank=True, default="", max_length=20)
    competition = serializers.CharField(max_length=160)
    date = serializers.DateField()
    team = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)


SEASON = OpenApiParameter("season", YEAR)
METAL = OpenApiParameter("metal", enum=CHOICES, description="'none': places that bring no medal.")
COMPETITION = OpenApiParameter("competition", description="As it is written.")


def filters_of(request: Request) -> queries.MedalFilters:
    """What the address narrows the medals to."""
    competition = request.query_params.get("competition", "").replace("\0", "")
    return queries.MedalFilters(whole(request, "season"), choice(request, "metal", [*CHOICES]), competition)


@extend_schema(methods=["GET"], parameters=[SEASON, METAL, COMPETITION])
class Awards(ListView):
    """Places from 1 to 12 that the club's athletes took, the latest first, with what the club makes of each."""

    examples = {"metal": "silver", "competition": "County Championships"}
    serializer_class = AwardShape

    def get_queryset(self) -> Any:
        self.order_by("-date", "-id")
        self.club = club_or_404(self.kwargs["slug"])
        found = queries.awards_of_club(self.club, filters_of(self.request), queries.medal_table(self.club))
        return found.select_related("athlete", "discipline")

    def shaped(self, rows: Any) -> list[dict[str, Any]]:
        return shaped(rows, self.club, self.request.user)

    @extend_schema(request=NewAwardShape, responses={201: AwardShape})
    def post(self, request: Request, slug: str) -> Response:
        """Enter one place that an athlete of the club took."""
        by, club = person(request), club_or_404(slug)
        require(by, KEEP, club)
        order = NewAwardShape(data=request.data)
        order.is_valid(raise_exception=True)
        contest, placing = _read(club, dict(order.validated_data))
        try:
            entered = enter_awards(club, contest, [placing], by=by, at=timezone.now())
        except AwardRefused as refusal:
            raise Unprocessable(str(refusal), "refused") from refusal
        if not entered:
            raise Conflict(_("The athlete's place in this contest is kept already."), "already_there")
        return Response(shaped(entered, club, by)[0], status.HTTP_201_CREATED)


def _read(club: Club, said: dict[str, Any]) -> tuple[placings.Contest, placings.Placing]:
    athlete = placings.athletes_of_club(club).filter(pk=said["athlete"]).first()
    if athlete is None:
        raise ValidationError({"athlete": [_("No athlete of the club has this id.")]})
    groups = {code.lower(): code for code in placings.age_groups_offered(club)}
    group = groups.get(said["age_group"].lower(), said["age_group"])
    discipline = discipline_of(said["discipline"], athlete)
    contest = placings.Contest(discipline, said["competition"], said["date"])
    return contest, placings.Placing(athlete, said["place"], group, said["team"])


def discipline_of(code: str, athlete: Athlete) -> Discipline:
    found = catalogue.discipline_called(code, athlete.sex)
    if found is None:
        raise ValidationError({"discipline": [_("There is no such discipline: see /api/v1/disciplines/.")]})
    return found


def shaped(awards: list[Award], club: Club, user: Any) -> list[dict[str, Any]]:
    table = queries.medal_table(club)
    hidden = hidden_among([one.athlete for one in awards], user)
    return [_award(one, table[one.position - 1], hidden) for one in awards]


def _award(one: Award, worth: Worth, hidden: Mapping[int, str]) -> dict[str, Any]:
    athlete = shapes.named(one.athlete_id, str(one.athlete), hidden)
    return {
        "id": one.pk,
        "athlete": athlete,
        "place": one.position,
        "worth": queries.worth_text(worth),
        "metal": worth.metal,
        "discipline": one.discipline.code,
        "age_group": one.age_group,
        "competition": one.competition,
        "date": one.date,
        "team": one.team,
        "performance": one.performance_id if athlete else None,
    }
