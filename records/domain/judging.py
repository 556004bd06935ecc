"""One line of results, judged: from the texts of a row to the integers that the folds compare.

Everything that a performance stores and that can be derived from what was written is derived here, once,
whether the row comes from a file, a form or a competition.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from records.domain.ages import UNKNOWN, Ages, ages
from records.domain.dates import season_of
from records.domain.disciplines import Discipline
from records.domain.eligibility import BestList, Flaw, best_list, flaws_of
from records.domain.marks import NO_READING, VALID, Mark, MarkRefused, tenths

YOUNGEST = 5
OLDEST = 110
FIRST_YEAR = 1850

_ROUNDS = (
    (re.compile(r"p(relim.*)?\W?\d*"), 1),
    (re.compile(r"(h(eats?)?|q(ual.*)?|r(ound)?|g(roup)?) ?\d*[a-d]?(-.*)?"), 2),
    (re.compile(r"(quarter.*|qf ?\d*)"), 3),
    (re.compile(r"(s(emi.*)?|sf) ?\d*"), 4),
)
_FINAL = 5


@lru_cache(maxsize=4096)
def round_order(text: str) -> int:
    """The order of a round within its day: preliminary 1, heats and qualification 2, …, final 5.

    A race without a round was the only one, which is a final.
    """
    lowered = text.strip().lower()
    for pattern, order in _ROUNDS:
        if pattern.fullmatch(lowered):
            return order
    return _FINAL


_FACILITY = {
    "": "", "outdoor": "outdoor", "outdoors": "outdoor", "o": "outdoor", "out": "outdoor", "track": "outdoor",
    "indoor": "indoor", "indoors": "indoor", "i": "indoor", "in": "indoor", "short track": "indoor", "sh": "indoor",
    "short_track": "indoor", "road": "road", "r": "road",
    "aire libre": "outdoor", "ar livre": "outdoor", "pista cubierta": "indoor", "pista coberta": "indoor",
}  # fmt: skip


def parse_facility(text: str) -> str:
    """'outdoor', 'indoor', 'road' or '' for what a file calls environment. Raises MarkRefused."""
    try:
        return _FACILITY[text.strip().lower()]
    except KeyError:
        raise MarkRefused("unknown_environment", text=text) from None


_WIND = re.compile(r"[+-]?\d{1,2}(?:[.,]\d{1,2})?(?:\s*m/s)?")


@lru_cache(maxsize=2048)
def parse_wind(text: str) -> int | None:
    """Tenths of m/s, or None for no reading. Raises MarkRefused: nobody has ever raced in 15 m/s."""
    cleaned = text.strip("() \t\xa0")
    if cleaned.upper() in ("", NO_READING, "NW", "-", "N/A", "I"):
        return None
    if not _WIND.fullmatch(cleaned):
        raise MarkRefused("unreadable_wind", text=text)
    reading = tenths(cleaned.removesuffix("m/s").strip())
    if abs(reading) > 150:
        raise MarkRefused("unreadable_wind", text=text)
    return reading


class Judged(NamedTuple):
    """What is stored of one performance beyond the words of the row."""

    value: int | None
    merit: int | None
    decimals: int
    timing: str
    wind: int | None
    facility: str
    season: int
    status: str
    reason: str
    flaws: Flaw
    best_list: BestList
    ages: Ages


def judge(
    mark: Mark,
    discipline: Discipline,
    *,
    on: date,
    facility: str,
    wind: int | None,
    born: date | None,
    birth_precision: str,
    season_start: int,
) -> Judged:
    """Judge ``mark`` made ``on`` a day. ``facility`` may be '' where nobody said; ``wind`` in tenths."""
    if discipline.outside_stadium:
        facility = "road"
    elif mark.indoor or discipline.code in ("HEPI", "HEPIJ", "PENI"):
        facility = "indoor"
    elif facility in ("", "road"):
        facility = "outdoor"
    if facility == "indoor":
        wind = None
    elif wind is None:
        wind = mark.wind
    flaws, listed = _standing(discipline, mark.status == VALID, mark.timing, wind, mark.windy, facility, mark.converted)
    born_ages = ages(born, birth_precision, on) if born else UNKNOWN
    season = season_of(on, season_start)
    return Judged(
        mark.value, mark.merit, mark.decimals, mark.timing, wind, facility, season, mark.status, mark.reason,
        flaws, listed, born_ages,
    )  # fmt: skip


@lru_cache(maxsize=16_384)
def _standing(
    discipline: Discipline, valid: bool, timing: str, wind: int | None, windy: bool, facility: str, converted: bool
) -> tuple[Flaw, BestList]:
    """Flaws and list of bests; remembered, because a season's file asks the same few thousand questions."""
    flaws = flaws_of(
        discipline, valid=valid, timing=timing, wind=wind, windy=windy, facility=facility, converted=converted
    )
    return flaws, best_list(flaws)


def date_fault(on: date, *, today: date, born: date | None, birth_precision: str, precision: str = "day") -> str:
    """'' or why nobody can have achieved a mark ``on`` this day."""
    # A vague date stands for its last day, which may be still to come.
    if on > today and (precision == "day" or on.year > today.year or (precision == "month" and on.month > today.month)):
        return "date_in_future"
    if on.year < FIRST_YEAR:
        return "date_too_early"
    if born is None:
        return ""
    if on < born:
        return "date_before_birth"
    if YOUNGEST < on.year - born.year < OLDEST:
        return ""
    age = ages(born, birth_precision, on)
    years = age.day if age.day is not None else age.dec31
    if years is not None and years < YOUNGEST:
        return "too_young"
    return "too_old" if years is not None and years > OLDEST else ""
