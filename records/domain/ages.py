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
