"""Rankings: the best marks of one discipline, narrowed as a page, a file or a program asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.formats import number_format

from records.domain.eligibility import BestList
from records.domain.grading import age_grade
from records.domain.points import NoScoringTable, world_athletics_points
from records.models import AgeGroup, Discipline, Performance
from records.models.disciplines import discipline_name
from records.queries.catalogue import performances_seen_by
from records.queries.lines import PAGE_SIZE, Line, Visitor, lines_of

MARKS = {
    "legal": (BestList.LEGAL,),
    "wind": (BestList.LEGAL, BestList.WIND),
    "hand": (BestList.HAND,),
}
"""What a ranking takes: legal marks, wind-aided ones as well, or hand times among themselves."""
_BLOCK = 500
_SPOT = re.compile(r"(-?[0-9]{1,9})\.([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Asked:
    """How a ranking is narrowed; '' and None stand for everything. ``age_group`` is 'scheme:code', ``every_mark`` takes
    all of an athlete's and not only the best, ``on`` leaves out what came later."""

    sex: str = ""
    season: int | None = None
    facility: str = ""
    club: str = ""
    country: str = ""
    age_group: str = ""
    marks: str = "legal"
    every_mark: bool = False
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a page of a ranking begins or ends."""

    merit: int
    pk: int

    def __str__(self) -> str:
        return f"{self.merit}.{self.pk}"

    @property
    def behind(self) -> Q:
        return Q(merit__lt=self.merit) | Q(merit=self.merit, pk__gt=self.pk)

    @property
    def ahead(self) -> Q:
        return Q(merit__gt=self.merit) | Q(merit=self.merit, pk__lt=self.pk)


def spot_said(text: str) -> Spot | None:
    """The spot that an address names; None where it says nothing sensible."""
    said = _SPOT.fullmatch(text)
    return Spot(int(said[1]), int(said[2])) if said else None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of a ranking; ``points`` by the World Athletics tables, ``grade`` of a master as percentage in tenths by
    the tables of age grading, None where they have none for it."""

    rank: int
    line: Line
    points: int | None
    grade: int | None = None

    @property
    def percent(self) -> str:
        """The age grade as people of the reader's language write it."""
        return "" if self.grade is None else number_format(self.grade / 10, decimal_pos=1)


@dataclass(frozen=True, slots=True)
class RankingPage:
    """Some lines of a ranking. The page before ends ahead of ``first``, the next begins behind ``last``; None where
    there is none."""

    items: list[Ranked]
    first: Spot | None
    last: Spot | None

    @property
    def scored(self) -> bool:
        return any(one.points is not None for one in self.items)

    @property
    def graded(self) -> bool:
        return any(one.grade is not None for one in self.items)


def ranking(user: Visitor, discipline: Discipline, asked: Asked) -> QuerySet[Performance]:
    """Marks of ``discipline`` of athletes whom ``user`` may see; put them in order by ``-merit`` and ``pk``."""
    found = performances_seen_by(user).filter(discipline=discipline, best_list__in=MARKS[asked.marks], status="valid")
    narrow: dict[str, Any] = {
        "sex": asked.sex,
        "season": asked.season,
        "facility": asked.facility,
        "club__slug": asked.club,
        "date__lte": asked.on,
    }
    found = found.filter(**{name: value for name, value in narrow.items() if value})
    if asked.country:
        found = found.filter(Q(athlete__country=asked.country) | Q(athlete=None, country=asked.country))
    if asked.age_group:
        found = found.filter(of_age(asked.age_group))
    if asked.every_mark:
        return found
    own = Window(RowNumber(), partition_by=[F("athlete"), F("team")], order_by=[F("merit").desc(), F("date"), F("pk")])
    # Within, so that a later filter of one page doesn't move the window: the second best would be a best there.
    firsts = found.annotate(nth=own).filter(nth=1).values("pk")
    return Performance.objects.filter(pk__in=firsts)


def of_age(name: str) -> Q:
    """Marks of whoever is in the age group 'scheme:code', by the bounds that held on the day; nobody for one that
    nobody knows. Younger athletes stand in it too, as in the books that take them, but no younger masters."""
    scheme, _colon, code = name.partition(":")
    taken = Q(pk__in=[])
    for group in AgeGroup.objects.filter(scheme__code=scheme, code=code):
        bounds = Q(**{f"age_{group.upper_on}__lte": group.upper_age})
        if group.kind == AgeGroup.Kind.MASTERS:
            bounds &= Q(**{f"age_{group.lower_on}__gte": group.lower_age})
        if group.valid_from:
            bounds &= Q(date__gte=group.valid_from)
        if group.valid_until:
            bounds &= Q(date__lte=group.valid_until)
        taken |= bounds
    return taken


def ranks(merits: Iterable[int | None], *, rank: int = 1, place: int = 1) -> Iterator[int]:
    """The rank of each mark, equal ones sharing theirs. The first stands at ``place`` and has ``rank``."""
    before: int | None = None
    for here, merit in enumerate(merits, place):
        if before is not None and merit != before:
            rank = here
        before = merit
        yield rank


def place_of(found: QuerySet[Performance], spot: Spot) -> tuple[int, int]:
    """(rank, place) of the mark at ``spot`` in the whole ranking ``found``. One query."""
    better, ahead = Count("pk", filter=Q(merit__gt=spot.merit)), Count("pk", filter=spot.ahead)
    counted = found.aggregate(better=better, ahead=ahead)
    return counted["better"] + 1, counted["ahead"] + 1


def ranking_page(
    user: Visitor,
    discipline: Discipline,
    asked: Asked,
    *,
    after: Spot | None = None,
    before: Spot | None = None,
    size: int = PAGE_SIZE,
) -> RankingPage:
    """The best marks, or those behind ``after`` or ahead of ``before``. Ranks are those of the whole ranking; four
    queries at most, however deep the page."""
    found = ranking(user, discipline, asked)
    loaded = found.select_related("discipline", "athlete", "club", "best")
    if before:
        rows = list(loaded.filter(before.ahead).order_by("merit", "-pk")[: size + 1])
    else:
        rows = list(loaded.filter(after.behind if after else Q()).order_by("-merit", "pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if before:
        rows.reverse()
    if not rows:
        return RankingPage([], None, None)
    first, last = _spot(rows[0]), _spot(rows[-1])
    ahead, behind = (more, True) if before else (after is not None, more)
    rank, place = place_of(found, first) if ahead else (1, 1)
    items = ranked_lines(rows, user, ranks((one.merit for one in rows), rank=rank, place=place))
    return RankingPage(items, first if ahead else None, last if behind else None)


def whole_ranking(user: Visitor, discipline: Discipline, asked: Asked) -> Iterator[Ranked]:
    """Every line, for a file: the marks in one query, names in one for each block."""
    found = ranking(user, discipline, asked).select_related("discipline", "athlete", "club", "best")
    rows = found.order_by("-merit", "pk").iterator(chunk_size=_BLOCK)
    place, rank, merit = 1, 1, None
    while block := list(islice(rows, _BLOCK)):
        if block[0].merit != merit:
            rank = place
        items = ranked_lines(block, user, ranks((one.merit for one in block), rank=rank, place=place))
        yield from items
        place, rank, merit = place + len(block), items[-1].rank, block[-1].merit


def _spot(one: Performance) -> Spot:
    return Spot(one.merit or 0, one.pk)


def ranked_lines(rows: list[Performance], user: Visitor, numbers: Iterator[int]) -> list[Ranked]:
    lines = zip(numbers, lines_of(rows, user), rows, strict=True)
    return [Ranked(rank, line, points_of(one), grade_of(one)) for rank, line, one in lines]


def points_of(one: Performance) -> int | None:
    """World Athletics points of a legal mark, its discipline loaded; None where the tables don't have it."""
    if one.value is None or one.best_list != BestList.LEGAL:
        return None
    try:
        return world_athletics_points(one.discipline.code, one.sex, one.value, facility=one.facility)
    except (NoScoringTable, ValueError):
        return None


def grade_of(one: Performance) -> int | None:
    """The age grade of a legal mark, its discipline loaded, in tenths of a percent; None for whom there is none."""
    if one.value is None or one.best_list != BestList.LEGAL:
        return None
    return age_grade(one.discipline.code, one.sex, one.age_day, one.value)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of a ranking offer: (code, name) of disciplines by their family, and of age groups by scheme."""

    disciplines: dict[str, list[tuple[str, str]]]
    age_groups: dict[str, list[tuple[str, str]]]


def choices() -> Choices:
    """Disciplines in which there are marks, and the age groups of the schemes that belong to no club. Two queries."""
    marks = Performance.objects.filter(discipline=OuterRef("pk"))
    listed = Discipline.objects.filter(Exists(marks)).order_by("place_in_list", "code")
    disciplines: dict[str, dict[str, str]] = {}
    for family, code, name in listed.values_list("family", "code", "english_name"):
        disciplines.setdefault(family, {}).setdefault(code, discipline_name(name))
    groups: dict[str, dict[str, str]] = {}
    shared = AgeGroup.objects.filter(scheme__club=None).order_by("scheme__name", "place_in_list", "code")
    for scheme, name, code in shared.values_list("scheme__code", "scheme__name", "code"):
        groups.setdefault(name, {}).setdefault(f"{scheme}:{code}", code)
    return Choices(
        {family: list(of.items()) for family, of in disciplines.items()},
        {name: list(of.items()) for name, of in groups.items()},
    )
