"""Places entered by hand: whom a typed name means, and what speaks against entering them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet

from records.domain.medals import shared_places
from records.domain.names import fold
from records.domain.refusals import Refused
from records.models import AgeGroup, Athlete, Award, Discipline
from records.queries.medals import medal_table, worth_text
from trackhub.clubs.models import Club

MOST_OFFERED = 2_000
"""Names that a page offers while somebody types; whoever has more types the whole name."""


@dataclass(frozen=True, slots=True)
class Contest:
    """What all placings of one entry have in common."""

    discipline: Discipline
    competition: str
    date: date


@dataclass(frozen=True, slots=True)
class Placing:
    """Who took which place; '' where there is no age group or no team."""

    athlete: Athlete
    position: int
    age_group: str = ""
    team: str = ""

    @property
    def key(self) -> tuple[int, str]:
        return self.athlete.pk, self.age_group


@dataclass(frozen=True, slots=True)
class Checked:
    """A placing beside what speaks against it: ``known`` is the place kept already, ``twice`` that it stands above."""

    placing: Placing
    worth: str
    metal: str
    tied: bool
    known: int | None
    twice: bool

    @property
    def is_new(self) -> bool:
        return self.known is None and not self.twice


def check_placings(club: Club, contest: Contest, placings: Sequence[Placing]) -> list[Checked]:
    """What entering ``placings`` would do, one by one. Two queries."""
    table = medal_table(club)
    there = Award.objects.filter(
        club=club,
        athlete__in=[one.athlete for one in placings],
        discipline=contest.discipline,
        competition=contest.competition,
        date=contest.date,
    )
    known = {(pk, group): place for pk, group, place in there.values_list("athlete", "age_group", "position")}
    shared = shared_places((one.age_group, one.position, one.team) for one in placings)
    checked: list[Checked] = []
    above: set[tuple[int, str]] = set()
    for one in placings:
        worth = table[one.position - 1]
        tied = (one.age_group, one.position) in shared
        checked.append(
            Checked(one, worth_text(worth), worth.metal, tied, known.get(one.key), one.key in above),
        )
        above.add(one.key)
    return checked


_NUMBERED = re.compile(r"(?:^|.*\s)(?:no\.|#)\s*(\d{1,9})")


def athletes_of_club(club: Club) -> QuerySet[Athlete]:
    """Everybody who belongs or belonged to the club."""
    mine = Athlete.objects.filter(merged_into=None, erased=None, spells__club=club)
    return mine.distinct().order_by("name_key", "pk")


def athlete_meant(club: Club, text: str) -> Athlete:
    """The club's athlete whom ``text`` names: 'Sam Hill', 'hill sam', a part that fits only one, or 'no. 12'.
    Raises Refused with no_such_athlete or which_athlete."""
    mine = athletes_of_club(club)
    if number := _NUMBERED.fullmatch(text.strip()):
        found = list(mine.filter(pk=int(number[1])))
    else:
        named = Athlete.objects.named(text).filter(pk__in=mine.order_by().values("pk")) if fold(text) else mine.none()
        found = list(named.order_by("name_key", "pk")[:20])
        words = sorted(fold(text).split())
        same = [one for one in found if sorted(one.name_key.replace(",", "").split()) == words]
        found = same or found
    if not found:
        raise Refused("no_such_athlete", text=text[:60])
    if len(found) > 1:
        shown = ", ".join(f"{one} no. {one.pk} ({one.born[:4] or '?'})" for one in found[:5])
        raise Refused("which_athlete", text=text[:60], candidates=shown)
    return found[0]


def names_offered(club: Club) -> list[str]:
    """What a page offers while a name is typed; namesakes with their number."""
    people = list(athletes_of_club(club)[:MOST_OFFERED])
    namesakes = Counter(map(str, people))
    return [f"{one} no. {one.pk}" if namesakes[str(one)] > 1 else str(one) for one in people]


def competitions_offered(club: Club) -> list[str]:
    found = Award.objects.filter(club=club).values("competition").annotate(last=Max("date")).order_by("-last")
    return [row["competition"] for row in found[:50]]


def age_groups_offered(club: Club) -> list[str]:
    groups = AgeGroup.objects.filter(scheme__code=club.age_group_scheme).order_by("place_in_list", "pk")
    return list(dict.fromkeys(groups.values_list("code", flat=True)))


def disciplines_offered() -> QuerySet[Discipline]:
    return Discipline.objects.order_by("place_in_list", "english_name", "sex")
