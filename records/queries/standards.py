"""Qualifying standards: who has reached them, and how far the next ones are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, When, Window
from django.db.models.functions import Abs, Coalesce, RowNumber
from django.utils.formats import number_format

from records.domain.standards import Births, births, percent_short
from records.models import AgeGroup, AgeGroupScheme, Athlete, Performance, Standard, StandardSet
from records.queries.lines import Line, Page, Visitor, lines_of, page_of
from records.queries.near import short_text

A, B, NEITHER = 2, 1, 0
"""What a mark reaches."""
NEXT = 3
"""Of those who have neither, so many of the closest are shown, if they are within a tenth of the standard."""
SHOWN, MOST = 5, 200
"""Holders of a standard on a page of many, and on one of a single discipline."""
PER_PAGE = 20
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a set is narrowed; '' stands for everything."""

    discipline: str = ""
    sex: str = ""
    club: str = ""

    def wants(self, standard: Standard) -> bool:
        return self.discipline in ("", standard.discipline.code) and self.sex in ("", standard.sex)


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody's best mark. ``short`` says what lacks to the standard above, in words and in percent; '' to whom has
    the highest."""

    line: Line
    short: str = ""
    percent: str = ""


@dataclass(slots=True)
class Listed:
    """A standard with those who have it; ``more_a`` and ``more_b`` count those beyond what is shown."""

    standard: Standard
    with_a: list[Entry] = field(default_factory=list)
    with_b: list[Entry] = field(default_factory=list)
    next_ones: list[Entry] = field(default_factory=list)
    more_a: int = 0
    more_b: int = 0

    @property
    def lowest(self) -> str:
        """Which of the two the next ones are short of."""
        return "A" if self.standard.b_value is None else "B"


@dataclass(frozen=True, slots=True)
class StandardsPage:
    """Some standards of a set. The choices are (code, name) of its disciplines, and its classes."""

    listed: Page[Listed]
    disciplines: list[tuple[str, str]]
    sexes: list[str]


def sets_of_standards(page: int) -> Page[StandardSet]:
    """All sets, the latest championship first. One query."""
    return page_of(all_sets().order_by("-held_on", "name", "pk"), page)


def all_sets() -> QuerySet[StandardSet]:
    return StandardSet.objects.select_related("club", "scheme")


def set_called(pk: int) -> StandardSet | None:
    return all_sets().filter(pk=pk).first()


def age_groups_of(scheme: AgeGroupScheme | None) -> list[str]:
    """The codes that a standard of a set may name, in their order."""
    found = AgeGroup.objects.filter(scheme=scheme).order_by("place_in_list", "code").values_list("code", flat=True)
    return list(dict.fromkeys(found)) if scheme else []


def standards_of(one: StandardSet) -> list[Standard]:
    """The standards of a set as its list has them. One query."""
    found = one.standards.select_related("discipline")
    return list(found.order_by("discipline__place_in_list", "discipline_id", "sex", "age_group", "pk"))


def standards_page(one: StandardSet, user: Visitor, asked: Asked, *, page: int = 1) -> StandardsPage:
    """The standards that were asked for and who has them. Six queries at most, however many marks there are."""
    standards = standards_of(one)
    wanted = [standard for standard in standards if asked.wants(standard)]
    shown = page_of(wanted, page, PER_PAGE)
    listed = listed_with(one, shown.items, user, club=asked.club, most=MOST if asked.discipline else SHOWN)
    disciplines = {standard.discipline.code: standard.discipline.name for standard in standards}
    sexes = sorted({standard.sex for standard in standards})
    return StandardsPage(Page(listed, shown.number, shown.more), list(disciplines.items()), sexes)


@dataclass(frozen=True, slots=True)
class Reach:
    """A mark, the standard it is held against, what it reaches of it, and how many others reach the same."""

    performance: int
    standard: int
    reached: int
    total: int


def listed_with(
    one: StandardSet, standards: Sequence[Standard], user: Visitor, *, club: str = "", most: int = SHOWN
) -> list[Listed]:
    """``standards`` with those whom ``user`` may see, of ``club`` alone where one is said. Five queries at most."""
    found = {standard.pk: Listed(standard) for standard in standards}
    reaches = marks_reaching(one, standards, user, club=club, most=most)
    rows = _loaded({reach.performance for reach in reaches})
    lines = dict(zip(rows, lines_of(list(rows.values()), user), strict=True))
    for reach in reaches:
        listed, mark = found[reach.standard], rows[reach.performance]
        entry = _entry(listed.standard, reach.reached, mark, lines[mark.pk])
        (listed.next_ones, listed.with_b, listed.with_a)[reach.reached].append(entry)
        if reach.reached == A:
            listed.more_a = reach.total - len(listed.with_a)
        elif reach.reached == B:
            listed.more_b = reach.total - len(listed.with_b)
    return list(found.values())


def _loaded(pks: Iterable[int]) -> dict[int, Performance]:
    return Performance.objects.select_related("discipline", "athlete", "club", "best").in_bulk(list(pks))


def _entry(standard: Standard, reached: int, mark: Performance, line: Line) -> Entry:
    """What lacks is counted to A from B, and to B, if there is one, from below."""
    wanted = {A: None, B: standard.a_merit}.get(reached, _lowest(standard))
    if wanted is None:
        return Entry(line)
    short = wanted - (mark.merit or 0)
    percent = number_format(percent_short(short, wanted), decimal_pos=2)
    return Entry(line, short_text(standard.discipline.measure, short), percent)


def _lowest(standard: Standard) -> int | None:
    return standard.a_merit if standard.b_merit is None else standard.b_merit


def marks_reaching(
    one: StandardSet, standards: Sequence[Standard], user: Visitor, *, club: str = "", most: int = SHOWN
) -> list[Reach]:
    """By standard everybody's best mark, the best first: ``most`` of those that reach A, as many that reach B, and
    NEXT below. Two queries at most."""
    if not standards:
        return []
    # The rules below say so too; said in dates, most marks are left out before they are held against a standard.
    seen = Performance.objects.visible_to(user).filter(date__range=(one.starts, one.ends))
    if club:
        seen = seen.filter(club__slug=club)
    beside = Q(discipline__standards__in=[standard.pk for standard in standards])
    fitting = _fitting(seen, beside & _of_age(one, {standard.age_group for standard in standards}))
    own = Window(
        RowNumber(),
        partition_by=[F("standard"), F("athlete"), F("team"), F("own_club")],
        order_by=[F("merit").desc(), F("date"), F("pk")],
    )
    # Relays alone are told apart by their club as well: whoever changes clubs stays one athlete.
    clubs = Case(When(athlete=None, then=F("club")), default=None)
    rows = fitting.annotate(own_club=clubs).annotate(own=own)
    sql, params = rows.values("id", "standard", "reached", "merit", "date", "own").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_PLACED.format(fitting=sql), (*params, NEXT, most))
        return [Reach(*row) for row in cursor.fetchall()]


_PLACED = """
WITH fitting AS ({fitting}),
placed AS (
    SELECT id, standard, reached, merit, date,
        ROW_NUMBER() OVER (PARTITION BY standard, reached ORDER BY merit DESC, date, id) AS place,
        COUNT(*) OVER (PARTITION BY standard, reached) AS total
    FROM fitting WHERE own = 1
)
SELECT id, standard, reached, total FROM placed
WHERE place <= CASE reached WHEN 0 THEN %s ELSE %s END
ORDER BY standard, reached DESC, place
"""


def _fitting(marks: QuerySet[Performance], beside: Q) -> QuerySet[Any]:
    """Those of ``marks`` that the rules of a set take and that come within a tenth of a standard ``beside`` them: a
    row for each such standard, with what of it is ``reached``."""
    at = "discipline__standards__"
    rules = Q(
        Q(**{f"{at}set__facility": ""}) | Q(**{f"{at}set__facility": F("facility")}),
        Q(**{f"{at}set__club": None}) | Q(**{f"{at}set__club": F("club")}),
        **{f"{at}sex": F("sex"), "date__gte": F(f"{at}set__starts"), "date__lte": F(f"{at}set__ends")},
    )
    # In one filter, so that all of it speaks of the same standard.
    found = marks.filter(beside & rules, status="valid").annotate(
        standard=F(f"{at}pk"),
        refused=F("flaws").bitand(F(f"{at}set__refuses")),  # type: ignore[arg-type]  # the stubs know numbers alone
        lowest=Coalesce(F(f"{at}b_merit"), F(f"{at}a_merit")),
        reached=Case(
            When(merit__gte=F(f"{at}a_merit"), then=A), When(merit__gte=F(f"{at}b_merit"), then=B), default=NEITHER
        ),
    )
    return found.filter(refused=0, merit__gte=F("lowest") - Abs(F("lowest")) / 10)


def _of_age(one: StandardSet, codes: set[str]) -> Q:
    """Standards without an age group, and those whose group the athlete is born in time for."""
    fits = Q(discipline__standards__age_group="")
    if codes - {""}:
        for group in AgeGroup.objects.filter(scheme=one.scheme_id, code__in=codes):
            if born := _births(group, one.held_on):
                known = ("day", "year") if born.by_year else ("day",)
                fits |= Q(
                    discipline__standards__age_group=group.code,
                    athlete__birth_date__range=(born.earliest, born.latest),
                    athlete__birth_precision__in=known,
                )
    return fits


def _births(group: AgeGroup, on: date) -> Births | None:
    """Younger athletes may enter an older group, but no younger masters. None where the bounds don't hold ``on`` the
    day."""
    if not (group.valid_from or on) <= on <= (group.valid_until or on):
        return None
    lower = group.lower_age if group.kind == AgeGroup.Kind.MASTERS else 0
    return births(group.lower_on, lower, group.upper_on, group.upper_age, on)


@dataclass(frozen=True, slots=True)
class Reached:
    """A standard that an athlete has, A or B, and by which mark."""

    standard: Standard
    level: str
    line: Line


def standards_reached(athlete: Athlete, user: Visitor, *, today: date) -> list[Reached]:
    """Of championships to come and of the last twelve months, the latest first. One query where there are none, four
    to six else."""
    beside = Q(discipline__standards__set__held_on__gte=today - A_YEAR)
    rows = _fitting(Performance.objects.filter(athlete=athlete), beside).filter(reached__gt=NEITHER)
    best: dict[int, tuple[int, int]] = {}
    for pk, standard, reached in rows.order_by("-merit", "date", "pk").values_list("pk", "standard", "reached"):
        best.setdefault(standard, (pk, reached))
    if not best:
        return []
    standards = Standard.objects.select_related("discipline", "set__scheme").in_bulk(list(best))
    fitting = _in_age(athlete, standards.values())
    marks = _loaded({best[one.pk][0] for one in fitting})
    lines = dict(zip(marks, lines_of(list(marks.values()), user), strict=True))
    fitting.sort(key=lambda one: (-one.set.held_on.toordinal(), one.set_id, one.discipline.place_in_list, one.pk))
    return [Reached(one, "A" if best[one.pk][1] == A else "B", lines[best[one.pk][0]]) for one in fitting]


def _in_age(athlete: Athlete, standards: Iterable[Standard]) -> list[Standard]:
    """Those of ``standards`` for whose age group the athlete is born in time."""
    standards = list(standards)
    schemes = {one.set.scheme_id for one in standards if one.age_group}
    groups: dict[tuple[int | None, str], list[AgeGroup]] = defaultdict(list)
    for group in AgeGroup.objects.filter(scheme__in=schemes) if schemes else ():
        groups[group.scheme_id, group.code].append(group)

    def fits(one: Standard) -> bool:
        bounds = [_births(group, one.set.held_on) for group in groups[one.set.scheme_id, one.age_group]]
        return any(born and born.fit(athlete.birth_date, athlete.birth_precision) for born in bounds)

    return [one for one in standards if not one.age_group or fits(one)]
