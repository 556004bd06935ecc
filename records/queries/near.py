"""How close the club's athletes came to its records in the last twelve months, and which records are in danger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from records.domain.dates import season_of
from records.domain.marks import format_value
from records.models import AgeGroup, Performance, Record, RecordBook, RecordPolicy
from records.queries.boards import story_url
from records.queries.lines import Faces, Line, Visitor, line_of_record, performance_line
from records.queries.refused import younger_count
from records.queries.standing import standing_records
from records.queries.why import first_claimers

NEAR_PERMILLE, RISK_PERMILLE = 10, 20
"""A near-record is within 1 % of the record, a record in danger has a season's best within 2 %."""
DAYS = 365
MOST = 30
CHALLENGERS = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """A mark short of a record: by how much in words ('3 cm'), of which age groups' lists."""

    discipline: str
    facility: str
    sex: str
    line: Line
    record: Line
    short: str
    groups: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Danger:
    """A standing record, and who of this season comes closest to it."""

    discipline: str
    facility: str
    sex: str
    record: Line
    groups: tuple[str, ...]
    url: str
    challengers: tuple[tuple[Line, str], ...]


@dataclass(frozen=True, slots=True)
class CloseCalls:
    near: list[Gap]
    dangers: list[Danger]
    season: int


@dataclass(frozen=True, slots=True)
class _Miss:
    performance: Performance
    record: Record
    groups: tuple[str, ...]

    @property
    def short(self) -> int:
        return self.record.merit - (self.performance.merit or 0)

    @property
    def permille(self) -> float:
        return self.short * 1000 / abs(self.record.merit)


def close_calls(book: RecordBook, user: Visitor, *, today: date) -> CloseCalls:
    """Both lists, the closest first. Seven queries at most, however many marks and records."""
    misses = _misses(book, user, today)
    now = season_of(today, book.club.season_start if book.club else 1)
    # A season that has just begun has no marks yet.
    season = max((one.performance.season for one in misses), default=now)
    near = [one for one in misses if one.permille <= NEAR_PERMILLE][:MOST]
    dangers = _endangered([one for one in misses if one.performance.season == season])
    shown = [*near, *(one for of_record in dangers for one in of_record)]
    holders = [one.record.performance for one in shown if one.record.performance]
    faces = Faces([*(one.performance for one in shown), *holders], user)
    return CloseCalls(
        [_gap(book, one, faces) for one in near], [_danger(book, of_record, faces) for of_record in dangers], season
    )


def _misses(book: RecordBook, user: Visitor, today: date) -> list[_Miss]:
    """Marks that fell short of a standing record by no more than RISK_PERMILLE, once for each record they come
    close to, the closest first."""
    policy = book.policy
    if policy is None:
        return []
    groups: dict[str, list[AgeGroup]] = defaultdict(list)
    for group in AgeGroup.objects.filter(scheme=book.scheme).order_by("place_in_list"):
        groups[group.code].append(group)
    lists: dict[tuple[int, str], list[Record]] = defaultdict(list)
    for record in standing_records(book):
        lists[record.discipline_id, record.sex].append(record)
    places = {"": -1, **{code: n for n, code in enumerate(groups)}}
    found = []
    for one in _taken(book, policy, user, today):
        close: dict[tuple[str, int], list[Record]] = defaultdict(list)  # a shared record is one to beat
        for record in lists.get((one.discipline_id, one.sex), ()):
            if _is_close(one, record) and _of_age(one, groups.get(record.age_group, []), policy, record.age_group):
                close[record.facility, record.merit].append(record)
        for records in close.values():
            codes = sorted({record.age_group for record in records}, key=lambda code: places.get(code, 999))
            found.append(_Miss(one, records[0], tuple(codes)))
    return sorted(found, key=lambda miss: (miss.permille, -miss.performance.day.toordinal(), miss.performance.pk))


def _taken(book: RecordBook, policy: RecordPolicy, user: Visitor, today: date) -> list[Performance]:
    """Season's bests of the last twelve months, and relays, that the book's rules take."""
    found = _of_year(book, user, today).annotate(refused=F("flaws").bitand(policy.refuses)).filter(refused=0)
    if policy.minimum_field:
        found = found.filter(Q(field_size=None) | Q(field_size__gte=policy.minimum_field))
    rows: list[Performance] = list(found.select_related("discipline", "athlete", "club"))
    if policy.claims == RecordPolicy.Claims.FIRST:
        first = first_claimers(rows)
        rows = [one for one in rows if one.pk in first]
    return rows


def _of_year(book: RecordBook, user: Visitor, today: date) -> QuerySet[Performance]:
    """Of athletes whom ``user`` may see: a mark that is no record tells of nobody else."""
    found = (
        Performance.objects.visible_to(user).current().filter(date__gt=today - timedelta(days=DAYS), date__lte=today)
    )
    found = found.filter(Q(best__season__gt=0) | Q(athlete=None), merit__isnull=False)
    return found.filter(club=book.club_id) if book.club_id else found


def _is_close(one: Performance, record: Record) -> bool:
    if record.timing or record.facility not in ("", one.facility) or record.set_on > one.day:
        return False
    short = record.merit - (one.merit or 0)
    return short > 0 and short * 1000 <= RISK_PERMILLE * abs(record.merit)


def _of_age(one: Performance, groups: Iterable[AgeGroup], policy: RecordPolicy, code: str) -> bool:
    """Whether the fold would take the mark for the list of age group ``code``."""
    if not code:
        return True
    ages = {"day": one.age_day, "dec31": one.age_dec31, "aug31": one.age_aug31}
    for group in groups:
        upper, lower = ages[group.upper_on], ages[group.lower_on]
        young = upper is not None and upper <= group.upper_age
        old = younger_count(group, policy) or (lower is not None and lower >= group.lower_age)
        valid = (group.valid_from or one.day) <= one.day <= (group.valid_until or one.day)
        if young and old and valid:
            return True
    return False


def _endangered(misses: Sequence[_Miss]) -> list[list[_Miss]]:
    """By record the closest of each athlete, at most CHALLENGERS; the record most in danger first."""
    by_record: dict[tuple[int, str, str, int, str], dict[object, _Miss]] = defaultdict(dict)
    for one in misses:
        if one.record.performance and one.record.performance.athlete_id == one.performance.athlete_id:
            continue  # one's own record is no more in danger than it was
        key = (one.record.discipline_id, one.record.sex, one.record.facility, one.record.merit, one.groups[0])
        by_record[key].setdefault(one.performance.athlete_id or one.performance.team, one)
    return [list(of_record.values())[:CHALLENGERS] for of_record in by_record.values()][:MOST]


def short_text(measure: str, gap: int) -> str:
    """A gap in words: '0.12 s', '3 cm', '1.20 m', '35 points'."""
    if measure == "time":
        text = format_value(measure, gap, 2 if gap % 1000 else 0).removesuffix("s")
        return text if ":" in text else f"{text} s"
    if measure == "points":
        return _("{n} points").format(n=gap)
    return f"{gap} cm" if gap < 100 else f"{format_value(measure, gap)} m"


def _gap(book: RecordBook, one: _Miss, faces: Faces) -> Gap:
    record = one.record
    return Gap(
        record.discipline.name,
        record.facility,
        record.sex,
        performance_line(one.performance, faces),
        line_of_record(record, faces),
        short_text(record.discipline.measure, one.short),
        one.groups,
        story_url(book, record, one.groups[0]),
    )


def _danger(book: RecordBook, misses: list[_Miss], faces: Faces) -> Danger:
    record, groups = misses[0].record, misses[0].groups
    measure = record.discipline.measure
    return Danger(
        record.discipline.name,
        record.facility,
        record.sex,
        line_of_record(record, faces),
        groups,
        story_url(book, record, groups[0]),
        tuple((performance_line(one.performance, faces), short_text(measure, one.short)) for one in misses),
    )
