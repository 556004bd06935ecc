"""Points for a mark: the combined events' own tables and the World Athletics tables.

Two books that must not be mixed. The Scoring Tables for Combined Events (IAAF, 2001
edition) make up a decathlon or heptathlon; the Scoring Tables of Athletics (World
Athletics, 2022 edition) compare marks across all events, totals of combined events
included. Both give whole points, rounded down, and never fewer than 0.

Marks are the official ones, rounded already as TR 19 and TR 26 ask: times in whole
milliseconds, heights and distances in whole centimetres.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache
from importlib.resources import files

COMBINED_EVENTS_EDITION = 2001
WORLD_ATHLETICS_EDITION = 2022

# Own context: a caller's lower precision or traps must not move a mark across a floor.
_EXACT = Context(prec=34)

# How many of our units (ms, cm) make one unit of the printed formula.
_UNITS = {
    "time": Decimal(1000),
    "jump": Decimal(1),
    "throw": Decimal(100),
    "length": Decimal(100),
    "points": Decimal(1),
}


class NoScoringTable(LookupError):
    """The book asked has no table for this event; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class _CombinedTable:
    measure: str
    zero_at: Decimal
    factor: Decimal
    exponent: Decimal
    hand_ms: int

    def points(self, value: int) -> int:
        beyond = _EXACT.subtract(value, self.zero_at)
        if self.measure == "time":
            beyond = beyond.copy_negate()
        if beyond <= 0:
            return 0
        base = _EXACT.divide(beyond, _UNITS[self.measure])
        return int(_EXACT.multiply(self.factor, _EXACT.power(base, self.exponent)))


@dataclass(frozen=True, slots=True)
class _WorldAthleticsTable:
    measure: str
    vertex: Decimal
    factor: Decimal
    base: Decimal

    def points(self, value: int) -> int:
        # A time beyond the vertex is on the parabola's rising arm: the slower, the more points.
        if self.measure == "time" and value >= self.vertex:
            return 0
        beyond = _EXACT.divide(_EXACT.subtract(value, self.vertex), _UNITS[self.measure])
        square = _EXACT.multiply(beyond, beyond)
        return max(0, int(_EXACT.fma(self.factor, square, self.base)))


def combined_points(code: str, sex: str, value: int, *, hand: bool = False) -> int:
    """Points within a combined event, by the 2001 tables, which serve every age group.

    ``value`` is in ms on the track, in cm in the field; ``sex`` is 'M' or 'F'. A hand time is
    charged 0.24 s below 400 m (hurdles included), 0.14 s at 400 m and nothing above (p. 25).
    For the men's 60H in 12.15 the book prints 208, its own formula gives 209: we follow the
    formula, as everywhere.
    """
    table = _combined_tables().get((sex, code))
    if table is None:
        raise NoScoringTable(
            f"The combined events tables of {COMBINED_EVENTS_EDITION} have no event “{code}” for “{sex}”."
        )
    _require_possible(value, table.measure)
    return table.points(value + table.hand_ms if hand else value)


def world_athletics_points(code: str, sex: str, value: int, *, facility: str = "outdoor") -> int:
    """Points across events, by the World Athletics tables of 2022.

    ``value`` is in ms, in cm, or in points for a combined event ('DEC', 'HEP', 'HEPI', 'PENI');
    ``sex`` is 'M' or 'F'; ``facility`` is 'outdoor', 'indoor' or 'road'. The book prints the road
    events among the outdoor ones, so 'outdoor' finds them too; 'road' finds nothing else.
    """
    tables = _world_athletics_tables()
    table = tables.get((facility, sex, code))
    if table is None and facility == "outdoor":
        table = tables.get(("road", sex, code))
    if table is None:
        raise NoScoringTable(
            f"The World Athletics tables of {WORLD_ATHLETICS_EDITION} have no event “{code}” ({facility}) for “{sex}”."
        )
    _require_possible(value, table.measure)
    return table.points(value)


def _require_possible(value: int, measure: str) -> None:
    # A missing time stored as 0 would otherwise score as the fastest race ever run.
    if value < 0 or (measure == "time" and value == 0):
        raise ValueError(f"{value} is no mark")


@cache
def _combined_tables() -> Mapping[tuple[str, str], _CombinedTable]:
    return {
        (row["sex"], row["code"]): _CombinedTable(
            measure=row["measure"],
            zero_at=Decimal(row["zero_at"]),
            factor=Decimal(row["factor"]),
            exponent=Decimal(row["exponent"]),
            hand_ms=int(row["hand_ms"]),
        )
        for row in _rows(f"combined_events_{COMBINED_EVENTS_EDITION}.csv")
    }


@cache
def _world_athletics_tables() -> Mapping[tuple[str, str, str], _WorldAthleticsTable]:
    return {
        (row["facility"], row["sex"], row["code"]): _WorldAthleticsTable(
            measure=row["measure"],
            vertex=Decimal(row["vertex"]),
            factor=Decimal(row["factor"]),
            base=Decimal(row["base"]),
        )
        for row in _rows(f"world_athletics_points_{WORLD_ATHLETICS_EDITION}.csv")
    }


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("records").joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
