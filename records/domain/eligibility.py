"""What stands between a mark and a list: flaws, the lists of bests, and what a record policy refuses.

A performance carries its flaws as one integer. A list takes the performance when none of the flaws it
refuses is among them, so the same rule costs one ``&`` in Python and in SQL, and every refusal can be named.
Sources: WA Competition Rules 2022/23 CR31.14 (timing), CR31.17 (wind), CR31.18 (combined events).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Literal

from records.domain.disciplines import Discipline

WIND_LIMIT_TENTHS = 20
"""Up to and including +2.0 m/s is legal; 2.1 is not (CR31.14.3)."""


class Flaw(IntFlag):
    """A reason why some list may not take a performance. Stored: values never change their meaning."""

    NO_MARK = 1
    ANNULLED = 2
    SUPERSEDED = 4
    CONVERTED = 8
    WIND_OVER = 16
    NO_READING = 32
    HAND = 64
    COURSE = 128


NOBODY_TAKES = Flaw.NO_MARK | Flaw.ANNULLED | Flaw.SUPERSEDED | Flaw.CONVERTED
"""No list of bests and no record book takes these, whatever its policy says."""

WIND = Flaw.WIND_OVER | Flaw.NO_READING
"""What a book doesn't look at where any wind counts."""

LAP_MM, LAP_YARDS_MM = 400_000, 402_336
"""400 m and 440 yards."""


class BestList(IntEnum):
    """Which list of an athlete's bests a performance stands in. Wind-aided and hand marks are kept apart."""

    NONE = 0
    LEGAL = 1
    WIND = 2
    HAND = 3


def flaws_of(
    discipline: Discipline, *, valid: bool, timing: str, wind: int | None, windy: bool, facility: str, converted: bool
) -> Flaw:
    """The flaws of one performance as it was achieved. ``wind`` in tenths of m/s, None where nobody read it."""
    flaws = Flaw(0)
    if not valid:
        return Flaw.NO_MARK
    if converted:
        flaws |= Flaw.CONVERTED
    if wind is not None and wind > WIND_LIMIT_TENTHS and (discipline.needs_wind or discipline.family == "combined"):
        flaws |= Flaw.WIND_OVER
    elif discipline.needs_wind and facility == "outdoor" and wind is None:
        flaws |= Flaw.WIND_OVER if windy else Flaw.NO_READING
    elif discipline.family == "combined" and facility == "outdoor" and wind is None and windy:
        flaws |= Flaw.WIND_OVER
    if timing == "hand" and discipline.needs_automatic_timing:
        flaws |= Flaw.HAND
    if discipline.family == "cross":
        flaws |= Flaw.COURSE
    return flaws


def best_list(flaws: Flaw) -> BestList:
    """The list of bests that takes a performance with ``flaws``; a wind-aided hand time stands in none."""
    if flaws & NOBODY_TAKES or (flaws & Flaw.WIND_OVER and flaws & Flaw.HAND):
        return BestList.NONE
    if flaws & Flaw.WIND_OVER:
        return BestList.WIND
    return BestList.HAND if flaws & Flaw.HAND else BestList.LEGAL


@dataclass(frozen=True, slots=True)
class Policy:
    """What a record book takes. The defaults are World Athletics' rules with indoor lists kept apart."""

    wind: Literal["reading", "no_reading_too", "any"] = "reading"
    hand: Literal["refused", "apart", "mixed", "converted"] = "refused"
    ties: Literal["shared", "first", "newest"] = "shared"
    facilities: Literal["apart", "together"] = "apart"
    inheritance: Literal["own", "own_and_senior", "all_older"] = "all_older"
    claims: Literal["first", "any"] = "any"
    wind_from_age: int = 0
    any_wind: frozenset[str] = frozenset()
    hand_short_ms: int = 240
    hand_400_ms: int = 140
    minimum_field: int = 0

    @property
    def refuses(self) -> Flaw:
        """Every flaw that keeps a performance out of the book."""
        refused = NOBODY_TAKES | Flaw.COURSE
        if self.wind != "any":
            refused |= Flaw.WIND_OVER
        if self.wind == "reading":
            refused |= Flaw.NO_READING
        if self.hand == "refused":
            refused |= Flaw.HAND
        return refused

    def against(self, flaws: int, *, age: int | None, discipline: str) -> Flaw:
        """Those of ``flaws`` that keep out a performance in ``discipline`` (its code), achieved by somebody of ``age``
        in whole years on the day; None where nobody knows it, and then the wind counts."""
        found = self.refuses & Flaw(flaws)
        if discipline in self.any_wind or (age is not None and age < self.wind_from_age):
            found &= ~WIND
        return found

    def added_ms(self, flaws: int, distance_mm: int | None) -> int:
        """What a hand time is made longer by before it is compared, in ms; 440 yards count as 400 m.

        0.24 s below 400 m and 0.14 s at 400 m unless the book says otherwise, nothing beyond: a watch that starts at
        the flash is late by the reaction of a hand, which matters less the longer the race.
        """
        if self.hand != "converted" or not flaws & Flaw.HAND or distance_mm is None:
            return 0
        if distance_mm < LAP_MM:
            return self.hand_short_ms
        return self.hand_400_ms if distance_mm <= LAP_YARDS_MM else 0
