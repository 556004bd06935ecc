"""Performances and old records as lists show them: one line each, with hidden athletes' names left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from records.domain.eligibility import BestList, Flaw
from records.domain.links import host_of
from records.domain.marks import HAND, format_value
from records.domain.names import initials
from records.models import Athlete, Best, LegacyRecord, Performance, Record, RelayLeg
from records.models.athletes import seen_in_public
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
    url: str = ""
    pk: int | None = None
    state: str = ""
    """Of a record that its book wants ratified: 'candidate', or the state of its claim."""
    video: str = ""
    """On an athlete's own page where the mark can be watched."""

    @property
    def video_host(self) -> str:
        return host_of(self.video)

    @property
    def has_unit(self) -> bool:
        """A clock time such as 1:45.32 names its units itself."""
        return self.counts and not (self.measure == "time" and (":" in self.mark or self.mark.endswith("s")))


def hidden_among(athletes: Iterable[Athlete], user: Visitor) -> dict[int, str]:
    """Those among ``athletes`` whom ``user`` may not see by name, with their initials where these may stand there and
    '' where nothing may. One query, none when all are public and of age."""
    today = timezone.localdate()
    return withheld((one.pk for one in athletes if may_be_withheld(one.visibility, one.is_minor(today))), user)


def may_be_withheld(visibility: str, minor: bool) -> bool:
    """Whether it must be asked who may see the name of an athlete; those of most are everybody's."""
    return minor or visibility != Athlete.Visibility.PUBLIC


def withheld(athletes: Iterable[int], user: Visitor) -> dict[int, str]:
    """As hidden_among, by ids of those of whom it must be asked."""
    asked = set(athletes)
    if not asked:
        return {}
    unseen = Athlete.objects.filter(pk__in=asked).exclude(pk__in=Athlete.objects.visible_to(user).values("pk"))
    shown = seen_in_public(timezone.localdate())
    found = unseen.annotate(shown=Case(When(shown, then=True), default=False))
    names = found.values_list("pk", "given_name", "family_name", "shown")
    return {pk: initials(given, family) if shown else "" for pk, given, family, shown in names}


def named_publicly(athlete: Athlete) -> bool:
    """Whether everybody may see the athlete by name."""
    return not hidden_among([athlete], AnonymousUser())


class Faces:
    """The names behind a page of performances: relay legs and hidden athletes, in two queries at most."""

    def __init__(self, performances: Sequence[Performance], user: Visitor) -> None:
        self.legs = legs_of([one.pk for one in performances if one.athlete_id is None])
        people = [one.athlete for one in performances if one.athlete is not None]
        people += [athlete for legs_of_one in self.legs.values() for athlete in legs_of_one]
        self.hidden = hidden_among(people, user)

    def holders(self, performance: Performance) -> tuple[Holder, ...]:
        club = performance.club.name if performance.club else ""
        people = [performance.athlete] if performance.athlete else self.legs[performance.pk]
        return tuple(self._holder(athlete, club) for athlete in people)

    def are_named(self, performance: Performance) -> bool:
        """Whether the visitor may see everybody behind it by name."""
        people = [performance.athlete] if performance.athlete else self.legs[performance.pk]
        return not any(athlete.pk in self.hidden for athlete in people)

    def url(self, performance: Performance) -> str:
        """The performance's page, '' where the visitor may not see it."""
        seen = performance.pk and self.hidden.get(performance.athlete_id or 0) != ""
        return reverse("performance", args=[performance.pk]) if seen else ""

    def _holder(self, athlete: Athlete, club: str) -> Holder:
        if athlete.pk in self.hidden:
            return holder_unnamed(self.hidden[athlete.pk], club)
        return Holder(str(athlete), athlete.get_absolute_url())


def holder_unnamed(initials: str, club: str) -> Holder:
    """Somebody whose name is withheld: by initials where they may be shown, or as one of a club."""
    return Holder(initials or (_("Athlete of {club}").format(club=club) if club else _("Athlete, name withheld")))


def legs_of(relays: Sequence[int]) -> dict[int, list[Athlete]]:
    """Who ran in ``relays``, in the order of running. One query, none without relays."""
    found: dict[int, list[Athlete]] = defaultdict(list)
    if relays:
        legs = RelayLeg.objects.filter(performance__in=relays).select_related("athlete")
        for leg in legs.order_by("performance_id", "number"):
            found[leg.performance_id].append(leg.athlete)
    return found


def lines_of(performances: Sequence[Performance], user: Visitor, *, why: bool = False) -> list[Line]:
    """Lines for ``performances``, loaded with discipline, athlete, club and best; with the reasons if ``why``."""
    faces = Faces(performances, user)
    return [performance_line(one, faces, best=getattr(one, "best", None), why=why) for one in performances]


def performance_line(
    one: Performance,
    faces: Faces,
    *,
    best: Best | None = None,
    why: bool = False,
    equal: bool = False,
    state: str = "",
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
        badges=tuple(badges_of(one, best, equal=equal)),
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
        url=faces.url(one),
        pk=one.pk,
        state=state,
    )


def line_of_record(record: Record, faces: Faces, *, state: str = "") -> Line:
    """The performance, or the line of an old book, that a record is."""
    if record.performance:
        return performance_line(record.performance, faces, equal=record.equal, state=state)
    assert record.legacy  # noqa: S101  # a record without a performance is a line of an old book
    return legacy_line(record.legacy, equal=record.equal)


class Facts(Protocol):
    """What the badges of a performance are judged by, whether it was read as an object or as a row."""

    @property
    def value(self) -> int | None: ...
    @property
    def decimals(self) -> int: ...
    @property
    def timing(self) -> str: ...
    @property
    def flaws(self) -> int: ...
    @property
    def facility(self) -> str: ...
    @property
    def best_list(self) -> int: ...


class Step(Protocol):
    """Which best it was: 'PB', '=PB', 'SB', '=SB' or ''."""

    @property
    def pb(self) -> str: ...
    @property
    def sb(self) -> str: ...


_WIND_OVER, _NO_READING = int(Flaw.WIND_OVER), int(Flaw.NO_READING)  # & makes an object of a Flaw each time


def badges_of(one: Facts, best: Step | None, *, equal: bool = False) -> Iterable[str]:
    if equal:
        yield "="
    if one.value is not None and one.timing == HAND and one.decimals:
        yield "h"
    if one.flaws & _WIND_OVER:
        yield "w"
    if one.flaws & _NO_READING:
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
