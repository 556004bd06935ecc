"""Age grading: a master's mark as a share of the best that the age allows.

By the factors for track and field of World Masters Athletics, edition 2023, for each year of age. They come with the
package athlib, whose data alone is read: importing it would change the package jsonschema for the whole process, and
its own grading takes every implement for the right one.

The factors of throws hold for the implement of the age group, so a mark with another one has none. Road races follow
other tables, and which hurdles the factors suppose isn't known here: both stay ungraded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from records.domain.disciplines import UnknownDiscipline, resolve
from records.domain.specifications import THROWS, implement_of

EDITION = "WMA 2023"
YOUNGEST = 35

_EVENTS = {
    **{code: code for code in ("60", "100", "200", "400", "800", "1000", "1500", "3000", "5000", "10000")},
    **{code: code for code in ("HJ", "PV", "LJ", "TJ", *THROWS)},
    "Mile": "MILE", "3000W": "3KW", "5000W": "5KW", "10KW": "10KW", "20KW": "20KW",
}  # fmt: skip
"""Our codes and those of the tables; a throw's without its weight."""

_OUT_OF_ORDER = frozenset({("F", event) for event in ("HJ", "PV", "LJ", "TJ", "SP", "DT", "HT")})
_OUT_OF_ORDER_AGES = frozenset({71, 72, 73})
"""Athlib 0.9.8 has these three years of women's factors in a wrong order: a high jumper of 73 would be favoured less
than one of 71. Rather no grade than a wrong one."""


@dataclass(frozen=True, slots=True)
class Factors:
    """Of one discipline and sex: the open ``standard`` in ms or cm, and by age the factor in ten-thousandths. The
    more age matters, the smaller the factor of a race and the greater that of a jump or throw."""

    is_time: bool = False
    standard: int = 0
    by_age: Mapping[int, int] = field(default_factory=dict)

    def grade(self, age: int, value: int) -> int | None:
        """The percentage in tenths, 815 for 81.5 %; None where there is no factor."""
        factor = self.by_age.get(age)
        if factor is None or value <= 0:
            return None
        if self.is_time:
            return _rounded(self.standard * 10_000 * 1_000, value * factor)
        return _rounded(value * factor * 1_000, self.standard * 10_000)


NO_FACTORS = Factors()


def age_grade(code: str, sex: str, age: int | None, value: int) -> int | None:
    """The percentage in tenths for a mark in ms or cm, of somebody of ``age`` in whole years on the day."""
    return None if age is None else factors_of(code, sex).grade(age, value)


@cache
def factors_of(code: str, sex: str) -> Factors:
    """What the tables say of the discipline ``code``, at those ages whose implement it is thrown with."""
    event = next((event for event in THROWS if code.startswith(event)), code)
    known = _tables().get((sex, _EVENTS.get(event, "")))
    if known is None:
        return NO_FACTORS
    grams = _grams(code, sex) if event in THROWS else None
    fitting = {
        age: factor
        for age, factor in known.by_age.items()
        if not ((sex, event) in _OUT_OF_ORDER and age in _OUT_OF_ORDER_AGES)
        and (grams is None or grams == implement_of(event, sex, masters_group(sex, age)))
    }
    return Factors(known.is_time, known.standard, fitting)


def masters_group(sex: str, age: int) -> str:
    """'M45', 'W100': five years each, and one for everybody of 100 or more."""
    return f"{'W' if sex == 'F' else 'M'}{min(age // 5 * 5, 100)}"


def _grams(code: str, sex: str) -> int:
    """The weight that a code means; 0 for a code that means none, which no age group throws."""
    try:
        return resolve(code, sex).implement_g or 0
    except UnknownDiscipline:
        return 0


def _rounded(number: int, by: int) -> int:
    """Divided and rounded, halves up."""
    return (2 * number + by) // (2 * by)


@cache
def _tables(package: str = "athlib") -> Mapping[tuple[str, str], Factors]:
    """By sex and event; empty where the package isn't there or is another one than we know."""
    try:
        path = Path(str(distribution(package).locate_file(f"{package}/wma/wma-data-2023.json")))
        data = json.loads(path.read_text(encoding="utf-8"))
        return {
            (sex, row[0]): _factors(row, data["ages"])
            for sex, letter in (("F", "f"), ("M", "m"))
            for row in data[letter]
            if row[0] in _EVENTS.values()
        }
    except (PackageNotFoundError, OSError, ValueError, LookupError, TypeError):
        return {}


def _factors(row: list[object], ages: list[int]) -> Factors:
    event, _kilometres, standard, *factors = row
    is_time = event not in ("HJ", "PV", "LJ", "TJ", *THROWS)
    by_age = {age: _scaled(factor, 10_000) for age, factor in zip(ages, factors, strict=True) if age >= YOUNGEST}
    return Factors(is_time, _scaled(standard, 1_000 if is_time else 100), by_age)


def _scaled(number: object, scale: int) -> int:
    return round(float(str(number)) * scale)
