"""What each age group throws and runs over: weights of implements, heights and spacing of hurdles.

Facts of the rules, as printed (records/data/implements.csv and hurdles.csv say of which). What a discipline's code
means is said in records.domain.disciplines.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from records.domain.disciplines import Discipline, resolve

THROWS = ("SP", "DT", "HT", "JT", "WT")


@dataclass(frozen=True, slots=True)
class Specification:
    """One age group's own: ``code`` is the discipline with it. Lengths in mm; None where the rules say nothing."""

    rules: str
    sex: str
    age_group: str
    code: str
    implement_g: int | None = None
    height_mm: int | None = None
    hurdles: int | None = None
    to_first_mm: int | None = None
    between_mm: int | None = None
    to_finish_mm: int | None = None


def specifications_of(discipline: Discipline, sex: str) -> list[Specification]:
    """The age groups' specifications of the event that ``discipline`` is one of, for ``sex``; seniors first, the
    youngest last, then masters. Empty where all use the same, or where the rules aren't known."""
    event = _event(discipline)
    found = _barriers(event) if discipline.hurdle_mm else _implements().get(event, ())
    return [one for one in found if one.sex == sex]


def implement_of(event: str, sex: str, age_group: str) -> int | None:
    """The weight in grams of what an age group of ``WMA`` or ``WA`` throws in ``event`` ('SP', 'DT' …)."""
    found = (one for one in _implements().get(event, ()) if (one.sex, one.age_group) == (sex, age_group))
    return next((one.implement_g for one in found), None)


def _event(discipline: Discipline) -> str:
    """The code without what tells one specification from another: 'SP', '110H', '3000SC'."""
    if discipline.implement_g:
        return next((event for event in THROWS if discipline.code.startswith(event)), "")
    for letters in ("SC", "H"):
        race, found, _height = discipline.code.partition(letters)
        if found and race.isdecimal():
            return race + found
    return ""


@cache
def _implements() -> dict[str, tuple[Specification, ...]]:
    """By event."""
    found: dict[str, list[Specification]] = {event: [] for event in THROWS}
    for row in _rows("implements.csv"):
        for event in THROWS:
            if row[event]:
                grams = int(row[event])
                code = resolve(f"{event}{grams}G", row["sex"]).code
                found[event].append(Specification(row["rules"], row["sex"], row["age_group"], code, grams))
    return {event: tuple(of) for event, of in found.items()}


def _barriers(event: str) -> Iterator[Specification]:
    """Barriers of the steeplechase are of the same height over both distances of the championships."""
    table = "SC" if event in ("2000SC", "3000SC") else event
    for row in _rows("hurdles.csv"):
        if row["event"] == table:
            height = int(row["height_mm"])
            code = resolve(f"{event}{height}", row["sex"]).code
            columns = ("hurdles", "to_first_mm", "between_mm", "to_finish_mm")
            rest = (int(row[name]) if row[name] else None for name in columns)
            yield Specification(row["rules"], row["sex"], row["age_group"], code, None, height, *rest)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("records").joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
