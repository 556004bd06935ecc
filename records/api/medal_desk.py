"""The registrar's side of medals: what places are worth, a whole contest, an award taken away; and the tally."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from records.actions.medals import AwardRefused, check_placing, enter_awards, remove_award, set_medal_table
from records.api.claims import KEEP, Shape, club_or_404, reference
from records.api.medals import COMPETITION, METAL, PLACE, SEASON, AwardShape, discipline_of, filters_of, shaped
from records.api.rankings import choice
from records.api.serializers import NamedShape
from records.domain.medals import DEFAULT_METALS, LAST_PLACE, METALS, Worth
from records.forms.medals import MOST_ROWS
from records.models import Athlete, Discipline
from records.queries import medals as queries
from records.queries import placings
from records.queries.lines import Page
from records.queries.medals import Tally
from trackhub.clubs.models import Club, User
from trackhub.clubs.rest.authentication import person
from trackhub.clubs.rest.errors import Conflict, Unprocessable
from trackhub.clubs.rest.permissions import WithinScope, WithoutApiToken
from trackhub.clubs.rest.schema import example
from trackhub.clubs.rest.views import ApiView
from trackhub.clubs.rules import require

SAM = {"id": 700_042, "name": "Sam Open"}
WORTHS = [{"place": 1, "label": "County champion", "metal": "gold"}, {"place": 4, "label": "", "metal": "bronze"}]
CONTEST = {
    "discipline": "100",
    "competition": "County Championships",
    "date": "2026-05-10",
    "placings": [{"athlete": SAM["id"], "place": 2, "age_group": "U20"}],
}


class WorthShape(Shape):
    place = serializers.IntegerField(**PLACE)
    label = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)  # type: ignore[assignment]
    metal = serializers.ChoiceField(["", *METALS], required=False, default="")


@example(
    {"places": [{"place": n, "label": "", "metal": DEFAULT_METALS.get(n, "")} for n in range(1, LAST_PLACE + 1)]},
)
class MedalTableShape(Shape):
    places = WorthShape(many=True)


@example({"places": WORTHS}, request=True)
class NewMedalTableShape(Shape):
    places = serializers.ListField(
        child=WorthShape(), min_length=1, max_length=LAST_PLACE, help_text="Places that aren't named bring no medal."
    )


class PlacingShape(Shape):
    athlete = reference(help_text="One who belongs or belonged to the club.")
    place = serializers.IntegerField(**PLACE)
    age_group = serializers.CharField(required=False, allow_blank=True, default="", max_length=20)
    team = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)


@example(CONTEST, request=True)
class ContestShape(Shape):
    discipline = serializers.CharField(max_length=40, help_text="A code of /api/v1/disciplines/.")
    competition = serializers.CharField(max_length=160)
    date = serializers.DateField()
    placings = serializers.ListField(child=PlacingShape(), min_length=1, max_length=MOST_ROWS)


@example(
    {
        "athlete": SAM,
        "place": 2,
        "age_group": "U20",
        "team": "",
        "worth": "silver",
        "metal": "silver",
        "tied": False,
        "known": None,
        "twice": False,
    }
)
class CheckedPlacingShape(Shape):
    athlete = NamedShape()
    place = serializers.IntegerField(**PLACE)
    age_group = serializers.CharField(allow_blank=True)
    team = serializers.CharField(allow_blank=True)
    worth = serializers.CharField(help_text="In words, by the club's own table.")
    metal = serializers.ChoiceField(["", *METALS])
    tied = serializers.BooleanField(help_text="Somebody else takes the same place.")
    known = serializers.IntegerField(allow_null=True, help_text="The place that is kept already, so this is left out.")
    twice = serializers.BooleanField(help_text="The athlete stands above already, so this is left out.")


COUNTS = {"gold": 1, "silver": 2, "bronze": 0, "other": 3}


class CountsShape(Shape):
    gold = serializers.IntegerField()
    silver = serializers.IntegerField()
    bronze = serializers.IntegerField()
    other = serializers.IntegerField(help_text="Places that bring no medal.")


class TallyLineShape(CountsShape):
    name = serializers.CharField(help_text="Of the competition or the athlete.")
    first = serializers.DateField(allow_null=True, help_text="Of a competition in one year.")
    last = serializers.DateField(allow_null=True)


@example(
    COUNTS
    | {
        "lines": [COUNTS | {"name": "County Championships", "first": "2026-05-09", "last": "2026-05-10"}],
        "more": False,
    }
)
class TallyShape(CountsShape):
    lines = TallyLineShape(many=True, help_text="The page of ``by``; none without it.")
    more = serializers.BooleanField(help_text="Whether another page follows.")


class OneAward(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Take an award away that was entered by mistake. One that is part of a ceremony is taken off that first."""
        by, club = person(request), club_or_404(slug)
        require(by, KEEP, club)
        award = queries.award_of(club, pk)
        if award is None:
            raise Http404
        try:
            remove_award(award, by=by, at=timezone.now())
        except AwardRefused as refusal:
            raise Conflict(str(refusal)) from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)


class MedalTable(ApiView):
    private = True
    permission_classes = (WithinScope, WithoutApiToken)

    def _club(self, slug: str) -> tuple[Club, User]:
        club = club_or_404(slug)
        return club, require(person(self.request), "clubs.change_club", club)

    def _shown(self, club: Club) -> Response:
        table = queries.medal_table(club)
        return Response({"places": [{"place": w.position, "label": w.label, "metal": w.metal} for w in table]})

    @extend_schema(responses=MedalTableShape)
    def get(self, request: Request, slug: str) -> Response:
        """What each place from 1 to 12 is worth in the club."""
        club, _user = self._club(slug)
        return self._shown(club)

    @extend_schema(request=NewMedalTableShape, responses=MedalTableShape)
    def put(self, request: Request, slug: str) -> Response:
        """Set what each place is worth from now on, for the medals won before as well."""
        (club, by), order = self._club(slug), NewMedalTableShape(data=request.data)
        order.is_valid(raise_exception=True)
        said = {one["place"]: one for one in order.validated_data["places"]}
        if len(said) < len(order.validated_data["places"]):
            raise ValidationError({"places": [_("Name each place once.")]})
        named = {place: Worth(place, one["label"], one["metal"]) for place, one in said.items()}
        worths = [named.get(place) or Worth(place, "", "") for place in range(1, LAST_PLACE + 1)]
        set_medal_table(club, worths, by=by, at=timezone.now())
        return self._shown(club)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Go back to the usual table: gold, silver and bronze for the first three."""
        club, by = self._club(slug)
        set_medal_table(club, [], by=by, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def contest_of(request: Request, club: Club) -> tuple[placings.Contest, list[placings.Placing]]:
    order = ContestShape(data=request.data)
    order.is_valid(raise_exception=True)
    said = order.validated_data
    people = _people(club, {one["athlete"] for one in said["placings"]})
    discipline = _discipline(said["discipline"], people.values())
    groups = {code.lower(): code for code in placings.age_groups_offered(club)}
    taken = [
        placings.Placing(
            people[one["athlete"]], one["place"], groups.get(one["age_group"].lower(), one["age_group"]), one["team"]
        )
        for one in said["placings"]
    ]
    return placings.Contest(discipline, said["competition"], said["date"]), taken


def _people(club: Club, ids: set[int]) -> dict[int, Athlete]:
    people = {one.pk: one for one in placings.athletes_of_club(club).filter(pk__in=ids)}
    if strange := sorted(ids - people.keys()):
        sentence = _("No athlete of the club has the id: {ids}.").format(ids=", ".join(map(str, strange)))
        raise ValidationError({"placings": [sentence]})
    return people


def _discipline(code: str, people: Iterable[Athlete]) -> Discipline:
    found = {discipline_of(code, one) for one in {one.sex: one for one in people}.values()}
    if len(found) > 1:
        raise ValidationError({"discipline": [_("Women and men have disciplines of their own here: send them apart.")]})
    return found.pop()


@contextmanager
def translated() -> Iterator[None]:
    """What nobody can have won becomes a refusal of the API."""
    try:
        yield
    except AwardRefused as refusal:
        raise Unprocessable(str(refusal), "refused") from refusal


@extend_schema(request=ContestShape, responses=CheckedPlacingShape(many=True))
class PreviewContest(ApiView):
    """See what entering the places of one contest would do: what each is worth, which are kept already. Nothing is
    changed."""

    def post(self, request: Request, slug: str) -> Response:
        by, club = person(request), club_or_404(slug)
        require(by, KEEP, club)
        contest, taken = contest_of(request, club)
        with translated():
            for one in taken:
                check_placing(one, contest, today=timezone.localdate())
        return Response([_checked(one) for one in placings.check_placings(club, contest, taken)])


def _checked(one: placings.Checked) -> dict[str, Any]:
    who = one.placing
    return {
        "athlete": {"id": who.athlete.pk, "name": str(who.athlete)},
        "place": who.position,
        "age_group": who.age_group,
        "team": who.team,
        **{name: getattr(one, name) for name in ("worth", "metal", "tied", "known", "twice")},
    }


@extend_schema(request=ContestShape, responses={201: AwardShape(many=True)})
class EnterContest(ApiView):
    """Enter the places that the club's athletes took in one contest. Those kept already are left out."""

    def post(self, request: Request, slug: str) -> Response:
        by, club = person(request), club_or_404(slug)
        require(by, KEEP, club)
        contest, taken = contest_of(request, club)
        with translated():
            entered = enter_awards(club, contest, taken, by=by, at=timezone.now())
        if not entered:
            raise Conflict(_("All these places are kept already."), "already_there")
        return Response(shaped(entered, club, by), status.HTTP_201_CREATED)


BY = ("competition", "athlete")
MOST_PAGES = 100_000
NUMBER = {"type": "integer", "minimum": 1, "maximum": MOST_PAGES, "default": 1}


@extend_schema(
    parameters=[
        SEASON, METAL, COMPETITION, OpenApiParameter("by", enum=BY, description="Counted by this as well."),
        OpenApiParameter("page", NUMBER, description="Of the lines."),
    ],
    responses=TallyShape,
)  # fmt: skip
class AwardTally(ApiView):
    """How many medals the club's athletes won, in all and by competition or athlete. A team's counts once."""

    conditional = True
    examples = {"by": "competition", "metal": "silver", "competition": "County Championships"}

    def get(self, request: Request, slug: str) -> Response:
        club, asked = club_or_404(slug), filters_of(request)
        by, page = choice(request, "by", [*BY]), page_asked(request)
        lines: Page[Tally] = Page([], page, False)
        if by == "competition":
            lines = queries.tallies_by_competition(club, asked, page=page)
        elif by == "athlete":
            lines = queries.tallies_by_athlete(club, request.user, asked, page=page)
        return Response(
            _counts(queries.tally_of(club, asked)) | {"lines": [*map(_line, lines.items)], "more": lines.more}
        )


def page_asked(request: Request) -> int:
    """The number of the page, 1 where the address names none."""
    text = request.query_params.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:7]) <= MOST_PAGES):
        raise ValidationError({"page": [_("A number from 1 on.")]})
    return int(text)


def _counts(tally: Tally) -> dict[str, int]:
    return {"gold": tally.gold, "silver": tally.silver, "bronze": tally.bronze, "other": tally.other}


def _line(tally: Tally) -> dict[str, Any]:
    days = {"first": tally.days[0] if tally.days else None, "last": tally.days[-1] if tally.days else None}
    return {**_counts(tally), "name": tally.name, **days}
