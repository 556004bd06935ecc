"""Ages on the days that age-group schemes ask for.

An age group is bounded by ages on up to three days: the day of the mark (masters, WMA), 31 December of
the calendar year (World Athletics TR3), and 31 August within the competition year 1 October to
30 September (UK Athletics). Somebody born on 29 February grows a year older on 1 March.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Ages(NamedTuple):
    """Completed years on each reference day; None where the birth date is too vague to tell."""

    day: int | None
    dec31: int | None
    aug31: int | None


UNKNOWN = Ages(None, None, None)


def competition_year_end(on: date) -> int:
    """The calendar year in which the UKA competition year (1 October to 30 September) of ``on`` ends."""
    return on.year + (on.month >= 10)


MAJORITY = 18
"""Years."""


def latest_adult_birth(on: date) -> date:
    """Whoever was born on this day or before is of age ``on`` that one."""
    # Eighteen years before a leap year there was none.
    day = 28 if (on.month, on.day) == (2, 29) else on.day
    return on.replace(year=on.year - MAJORITY, day=day)


def is_minor(born: date | None, precision: str, on: date) -> bool:
    """Whether somebody is under 18 ``on`` this day; of a known year alone, from 1 January of age. Of unknown age is
    nobody."""
    if born is None or precision == "unknown":
        return False
    return born.year > on.year - MAJORITY if precision == "year" else born > latest_adult_birth(on)


def ages(born: date | None, precision: str, on: date) -> Ages:
    """Ages for a mark made ``on`` a day. ``precision`` is 'day', 'year' (only born.year is known) or 'unknown'."""
    if born is None or precision == "unknown":
        return UNKNOWN
    dec31 = on.year - born.year
    if precision == "year":
        return Ages(None, dec31, None)
    day = dec31 - ((on.month, on.day) < (born.month, born.day))
    aug31 = competition_year_end(on) - born.year - ((born.month, born.day) > (8, 31))
    return Ages(day, dec31, aug31)


def group_of(code: str, sex: str) -> str:
    """What an age group is called for one sex: masters' groups are M35 for men and W35 for women (WMA)."""
    return f"W{code[1:]}" if sex == "F" and code[:1] == "M" and code[1:].isdigit() else code
