"""Medals: the club's table, and who won what where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, ExtractYear
from django.utils.translation import gettext as _

from records.domain.dates import season_days, season_of
from records.domain.medals import METALS, Worth, full_table
from records.models import Athlete, Award, ClubMedal
from records.models.honours import AwardQuerySet, Metal
from records.queries.lines import Holder, Page, Visitor, hidden_among, holder_unnamed, page_of
from trackhub.clubs.models import Club

NO_MEDAL = "none"
"""How an address names the places that bring no medal."""


def medal_table(club: Club) -> tuple[Worth, ...]:
    """What the places from 1 to 12 are worth in ``club``. One query."""
    own = ClubMedal.objects.filter(club=club).values_list("position", "label", "metal")
    return full_table(Worth(*one) for one in own)


def worth_text(worth: Worth) -> str:
    """'gold', 'County champion' or 'place 5'."""
    if worth.label:
        return worth.label
    return str(Metal(worth.metal).label) if worth.metal else _("place {place}").format(place=worth.position)


@dataclass(frozen=True, slots=True)
class MedalFilters:
    """What a visitor asked for; '' and None stand for everything."""

    season: int | None = None
    metal: str = ""
    competition: str = ""


@dataclass(frozen=True, slots=True)
class AwardLine:
    """One award as lists show it."""

    pk: int
    holder: Holder
    position: int
    worth: str
    metal: str
    discipline: str
    age_group: str
    competition: str
    date: date
    team: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Medals counted; a team's counts once. ``name``, ``url`` and ``days`` say whose or where."""

    gold: int
    silver: int
    bronze: int
    other: int
    name: str = ""
    url: str = ""
    days: tuple[date, ...] = ()

    @property
    def total(self) -> int:
        return self.gold + self.silver + self.bronze + self.other


def awards_of_club(club: Club, filters: MedalFilters, table: Sequence[Worth]) -> AwardQuerySet:
    found = Award.objects.filter(club=club)
    if filters.season:
        found = found.filter(date__range=season_days(filters.season, club.season_start))
    if filters.metal:
        metal = "" if filters.metal == NO_MEDAL else filters.metal
        found = found.filter(position__in=[one.position for one in table if one.metal == metal])
    if filters.competition:
        found = found.filter(competition=filters.competition)
    return found


def seasons_of_awards(club: Club) -> list[int]:
    """The seasons in which the club's athletes won something, the latest first."""
    months = Award.objects.filter(club=club).dates("date", "month")
    return sorted({season_of(month, club.season_start) for month in months}, reverse=True)


def award_lines(awards: Sequence[Award], table: Sequence[Worth], user: Visitor) -> list[AwardLine]:
    """Lines for ``awards``, loaded with athlete, club and discipline; a hidden athlete's name is left out."""
    hidden = hidden_among([one.athlete for one in awards], user)
    return [
        AwardLine(
            one.pk,
            award_holder(one, hidden),
            one.position,
            worth_text(table[one.position - 1]),
            table[one.position - 1].metal,
            one.discipline.name,
            one.age_group,
            one.competition,
            one.date,
            one.team,
        )
        for one in awards
    ]


def award_holder(award: Award, hidden: Mapping[int, str]) -> Holder:
    if award.athlete_id in hidden:
        return holder_unnamed(hidden[award.athlete_id], award.club.name)
    return Holder(str(award.athlete), award.athlete.get_absolute_url())


def _loaded(awards: QuerySet[Award]) -> QuerySet[Award]:
    return awards.select_related("athlete", "club", "discipline").order_by(
        "-date", "competition", "discipline__place_in_list", "discipline", "age_group", "position", "pk"
    )


def award_page(club: Club, user: Visitor, filters: MedalFilters, *, page: int) -> Page[AwardLine]:
    """The club's awards, the newest first."""
    table = medal_table(club)
    found = page_of(_loaded(awards_of_club(club, filters, table)), page)
    return Page(award_lines(found.items, table, user), found.number, found.more)


def _counts(table: Sequence[Worth]) -> dict[str, Count]:
    places = {metal: [one.position for one in table if one.metal == metal] for metal in (*METALS, "")}
    return {
        metal or "other": Count("contest", distinct=True, filter=Q(position__in=at)) for metal, at in places.items()
    }


def _countable(awards: AwardQuerySet) -> AwardQuerySet:
    """With what sets one medal apart from another: the members of a team hold one together."""
    team = Concat(
        Value("team "), "team", Value("|"), Cast("discipline_id", CharField()), Value("|"), "age_group",
        Value("|"), "competition", Value("|"), Cast("date", CharField()), output_field=CharField(),
    )  # fmt: skip
    return awards.annotate(contest=Case(When(team="", then=Cast("pk", CharField())), default=team))


def tally_of(club: Club, filters: MedalFilters) -> Tally:
    """All medals of the club, hidden athletes' among them."""
    table = medal_table(club)
    return Tally(**_countable(awards_of_club(club, filters, table)).aggregate(**_counts(table)))


def tallies_by_competition(club: Club, filters: MedalFilters, *, page: int) -> Page[Tally]:
    """By competition and year, the latest first."""
    table = medal_table(club)
    found = (
        _countable(awards_of_club(club, filters, table))
        .values("competition", year=ExtractYear("date"))
        .annotate(first=Min("date"), last=Max("date"), **_counts(table))
        .order_by("-last", "competition")
    )
    rows = page_of(found, page)
    return Page([_tally_at(dict(row)) for row in rows.items], rows.number, rows.more)


def _tally_at(row: dict[str, Any]) -> Tally:
    days = tuple(dict.fromkeys((row["first"], row["last"])))
    return Tally(row["gold"], row["silver"], row["bronze"], row["other"], row["competition"], days=days)


def tallies_by_athlete(club: Club, user: Visitor, filters: MedalFilters, *, page: int) -> Page[Tally]:
    """By athlete, the most golds first. Those whose names are withheld stand together on a line of their own."""
    table = medal_table(club)
    awards = _countable(awards_of_club(club, filters, table))
    seen: Any = awards.visible_to(user).values("athlete", "athlete__name_key").annotate(**_counts(table))
    ranked = seen.order_by("-gold", "-silver", "-bronze", "-other", "athlete__name_key", "athlete")
    rows = page_of(ranked, page)
    athletes = Athlete.objects.in_bulk([row["athlete"] for row in rows.items])
    lines = [
        Tally(
            row["gold"], row["silver"], row["bronze"], row["other"],
            str(athletes[row["athlete"]]), athletes[row["athlete"]].get_absolute_url(),
        )
        for row in rows.items
    ]  # fmt: skip
    if not rows.more:
        rest = awards.exclude(pk__in=Award.objects.filter(club=club).visible_to(user).values("pk"))
        withheld = Tally(**rest.aggregate(**_counts(table)), name=_("Athletes, names withheld"))
        lines += [withheld] if withheld.total else []
    return Page(lines, rows.number, rows.more)


SHEET = ("given_name", "family_name", "sex", "discipline", "age_group", "place", "medal", "competition", "date", "team")
"""Columns of the file; the importer reads them again."""


def award_rows(club: Club, user: Visitor, filters: MedalFilters) -> Iterator[list[str]]:
    """The club's awards as the texts of SHEET, with the names that ``user`` may see."""
    table = medal_table(club)
    awards = list(_loaded(awards_of_club(club, filters, table)))
    hidden = hidden_among([one.athlete for one in awards], user)
    for one in awards:
        who = one.athlete
        names = [who.given_name, who.family_name, who.sex]
        if who.pk in hidden:
            names = ["", award_holder(one, hidden).name, ""]
        medal = worth_text(table[one.position - 1])
        where = [one.competition, one.date.isoformat(), one.team]
        yield [*names, one.discipline.code, one.age_group, str(one.position), medal, *where]


def award_of(club: Club, pk: int) -> Award | None:
    return Award.objects.filter(club=club, pk=pk).select_related("club", "athlete", "discipline").first()


def awards_won_by(athlete: Athlete, user: Visitor) -> list[AwardLine]:
    """What the athlete won, each place by its own club's table; the newest first."""
    awards = list(_loaded(Award.objects.filter(athlete=athlete)))
    tables = {club: medal_table(club) for club in {one.club for one in awards}}
    return [line for one in awards for line in award_lines([one], tables[one.club], user)]
