"""Performances and old records as lists show them: one line each, with hidden athletes' names left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from records.domain.eligibility import BestList, Flaw
from records.domain.marks import HAND, format_value
from records.models import Athlete, Best, LegacyRecord, Performance, RelayLeg
from records.queries.why import reasons_of
from trackhub.clubs.models import User

PAGE_SIZE = 50

Visitor = User | AnonymousUser
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a long list; nobody counts how many there are."""

    items: list[T]
    number: int
    more: bool

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


def page_of(rows: QuerySet[Any, T] | Sequence[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """Page ``number`` (from 1) of ``rows``, one row more read than shown to know whether there are more."""
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(found[:size], number, len(found) > size)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who achieved it: a name, with an address where there is a page that the visitor may see."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One performance, or one line of an old record book."""

    discipline: str
    sex: str
    measure: str
    mark: str
    counts: bool
    wind: str
    badges: tuple[str, ...]
    holders: tuple[Holder, ...]
    team: str
    club: str
    club_url: str
    day: date | None
    precision: str
    competition: str
    venue: str
    country: str
    round: str
    place: str
    note: str
    legacy: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def has_unit(self) -> bool:
        """A clock time such as 1:45.32 names its units itself."""
        return self.counts and not (self.measure == "time" and (":" in self.mark or self.mark.endswith("s")))


def hidden_among(athletes: Iterable[Athlete], user: Visitor) -> frozenset[int]:
    """Ids of those among ``athletes`` whom ``user`` may not see by name. One query, none when all are public."""
    private = {one.pk for one in athletes if one.visibility != Athlete.Visibility.PUBLIC}
    if not private:
        return frozenset()
    seen = Athlete.objects.visible_to(user).filter(pk__in=private).values_list("pk", flat=True)
    return frozenset(private.difference(seen))


class Faces:
    """The names behind a page of performances: relay legs and hidden athletes, in two queries at most."""

    def __init__(self, performances: Sequence[Performance], user: Visitor) -> None:
        relays = [one.pk for one in performances if one.athlete_id is None]
        self.legs: dict[int, list[Athlete]] = defaultdict(list)
        if relays:
            legs = RelayLeg.objects.filter(performance__in=relays).select_related("athlete")
            for leg in legs.order_by("performance_id", "number"):
                self.legs[leg.performance_id].append(leg.athlete)
        people = [one.athlete for one in performances if one.athlete is not None]
        people += [athlete for legs_of_one in self.legs.values() for athlete in legs_of_one]
        self.hidden = hidden_among(people, user)

    def holders(self, performance: Performance) -> tuple[Holder, ...]:
        club = performance.club.name if performance.club else ""
        people = [performance.athlete] if performance.athlete else self.legs[performance.pk]
        return tuple(self._holder(athlete, club) for athlete in people)

    def _holder(self, athlete: Athlete, club: str) -> Holder:
        if athlete.pk in self.hidden:
            return Holder(_("Athlete of {club}").format(club=club) if club else _("Athlete, name withheld"))
        return Holder(str(athlete), athlete.get_absolute_url())


def lines_of(performances: Sequence[Performance], user: Visitor, *, why: bool = False) -> list[Line]:
    """Lines for ``performances``, loaded with discipline, athlete, club and best; with the reasons if ``why``."""
    faces = Faces(performances, user)
    return [performance_line(one, faces, best=getattr(one, "best", None), why=why) for one in performances]


def performance_line(
    one: Performance, faces: Faces, *, best: Best | None = None, why: bool = False, equal: bool = False
) -> Line:
    mark = one.mark
    if one.value is not None:
        mark = format_value(one.discipline.measure, one.value, one.decimals)
    return Line(
        discipline=one.discipline.name,
        sex=one.sex,
        measure=one.discipline.measure,
        mark=mark,
        counts=one.value is not None,
        wind=one.wind_text.replace("-", "−"),
        badges=tuple(_badges(one, best, equal=equal)),
        holders=faces.holders(one),
        team=one.team,
        club=one.club.name if one.club else "",
        club_url=one.club.get_absolute_url() if one.club else "",
        day=one.date,
        precision=one.date_precision,
        competition=one.competition,
        venue=one.venue,
        country=one.country,
        round=one.round,
        place=one.place,
        note=one.note,
        reasons=tuple(reasons_of(one)) if why else (),
    )


def _badges(one: Performance, best: Best | None, *, equal: bool) -> Iterable[str]:
    flaws = Flaw(one.flaws)
    if equal:
        yield "="
    if one.value is not None and one.timing == HAND and one.decimals:
        yield "h"
    if flaws & Flaw.WIND_OVER:
        yield "w"
    if flaws & Flaw.NO_READING:
        yield "nwi"
    if one.facility == "indoor":
        yield "i"
    # A personal best is the season's best as well; one badge says enough.
    if best is not None and one.best_list == BestList.LEGAL and (best.pb or best.sb):
        yield best.pb or best.sb


def legacy_line(one: LegacyRecord, *, equal: bool = False) -> Line:
    badges = [*(["="] if equal else []), *(["h"] if one.timing == HAND and one.decimals else [])]
    if one.facility == "indoor":
        badges.append("i")
    return Line(
        discipline=one.discipline.name,
        sex=one.sex,
        measure=one.discipline.measure,
        mark=format_value(one.discipline.measure, one.value, one.decimals),
        counts=True,
        wind="",
        badges=tuple(badges),
        holders=(Holder(one.holder),),
        team="",
        club="",
        club_url="",
        day=one.date,
        precision=one.date_precision,
        competition="",
        venue="",
        country="",
        round="",
        place="",
        note=one.note,
        legacy=True,
    )
