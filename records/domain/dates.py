"""Dates as files write them: ISO always, other orders only when declared or beyond doubt."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from records.domain.refusals import Refused

Order = Literal["iso", "dmy", "mdy"]

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_YEAR = re.compile(r"(\d{4})")
_OTHER = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?: .*)?")


class DateRefused(Refused):
    """A date that can't be taken as written; ``code`` is 'unreadable_date' or 'ambiguous_date'."""


@lru_cache(maxsize=16_384)
def parse_date(text: str, order: Order = "iso") -> tuple[date, str]:
    """(date, precision 'day' | 'month' | 'year'). A vague date stands for its last day, so that it sorts last.

    ``order`` is what the registrar declared for dates that aren't ISO. Raises DateRefused.
    """
    try:
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3])), "day"
        if match := _YEAR_MONTH.fullmatch(text):
            first = date(int(match[1]), int(match[2]), 1)
            return first.replace(day=monthrange(first.year, first.month)[1]), "month"
        if match := _YEAR.fullmatch(text):
            return date(int(match[1]), 12, 31), "year"
        if match := _OTHER.fullmatch(text):
            return _other(int(match[1]), int(match[3]), int(match[4]), match[2], order, text), "day"
    except ValueError as error:
        raise DateRefused("unreadable_date", text=text) from error
    raise DateRefused("unreadable_date", text=text)


def _other(first: int, second: int, year: int, separator: str, order: Order, text: str) -> date:
    if order == "mdy":
        return date(year, first, second)
    # Points are written between day and month everywhere that writes points.
    if order == "dmy" or separator == "." or first > 12:
        return date(year, second, first)
    if second > 12:
        return date(year, first, second)
    if first == second:
        return date(year, first, second)
    raise DateRefused("ambiguous_date", text=text)


def season_of(on: date, start_month: int) -> int:
    """The year in which the season that holds ``on`` ends; a season starting in January is the calendar year."""
    return on.year + (start_month > 1 and on.month >= start_month)


def season_days(season: int, start_month: int) -> tuple[date, date]:
    """The first and the last day of a season, as season_of names it."""
    first = date(season - (start_month > 1), start_month, 1)
    return first, first.replace(year=first.year + 1) - timedelta(days=1)
