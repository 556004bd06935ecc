"""Qualifying standards: read and printed, how far a mark is from one, and who was born in time for its age group."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from records.domain.ages import competition_year_end
from records.domain.disciplines import Discipline
from records.domain.marks import AUTO, MarkRefused, format_value, official_time, parse_mark


def read_standard(text: str, discipline: Discipline, sex: str) -> int:
    """A standard as people write it, in ms, cm or points. Times are automatic: 10.5 is 10.50. Raises MarkRefused."""
    mark = parse_mark(text, discipline, sex, AUTO)
    if mark.value is None:
        raise MarkRefused("unreadable_mark", text=text)
    return mark.value


def standard_text(value: int, discipline: Discipline) -> str:
    """The one way in which a standard is printed: '10.50', '2:05.00', '7.12', '1:05:00', '7000'."""
    decimals = official_time(value, 2, AUTO, discipline)[1] if discipline.measure == "time" else 0
    return format_value(discipline.measure, value, decimals)


def percent_short(short: int, wanted: int) -> float:
    """How far a merit is ``short`` of the ``wanted`` one, in percent of it with two decimals."""
    return round(short * 100 / abs(wanted), 2)


@dataclass(frozen=True, slots=True)
class Births:
    """Birth dates, both ends among them, that fit an age group on the day of a championship. ``by_year``: a known year
    of birth is enough."""

    earliest: date
    latest: date
    by_year: bool

    def fit(self, born: date | None, precision: str) -> bool:
        known = precision == "day" or (precision == "year" and self.by_year)
        return born is not None and known and self.earliest <= born <= self.latest


def births(lower_on: str, lower_age: int, upper_on: str, upper_age: int, on: date) -> Births:
    """Who is at least ``lower_age`` and at most ``upper_age`` years old, each taken on its reference day ('day',
    'dec31' or 'aug31') for a championship that begins ``on`` a day."""
    oldest = _birthday(_reference(upper_on, on), upper_age + 1) + timedelta(days=1)
    return Births(oldest, _birthday(_reference(lower_on, on), lower_age), {lower_on, upper_on} == {"dec31"})


def _reference(day: str, on: date) -> date:
    if day == "dec31":
        return date(on.year, 12, 31)
    return date(competition_year_end(on), 8, 31) if day == "aug31" else on


def _birthday(on: date, age: int) -> date:
    """Whoever was born on this day or before is ``age`` years old ``on`` that one; everybody is 200 at the dawn of
    the calendar."""
    if on.year - age < 1:
        return date.min
    year = on.year - age
    return date(year, on.month, min(on.day, monthrange(year, on.month)[1]))
