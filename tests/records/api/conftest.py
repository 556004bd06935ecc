"""A season with performances of every kind, and a book with a succession."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from records.actions.correcting import annul_performance, correct_performance
from records.models import Athlete, Performance, RelayLeg
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported
from trackhub.clubs.models import Club


@pytest.fixture
def season(harbour: Club, other: Club) -> dict[str, Performance]:
    """Performances of many kinds."""
    ann = AthleteFactory(given_name="Ann", family_name="Able", club=harbour, sex="F", country="GBR")
    bob = AthleteFactory(given_name="Bob", family_name="Baker", club=other, country="ESP")

    def did(athlete: Athlete, code: str, mark: str, on: date, **said: Any) -> Performance:
        return PerformanceFactory(athlete=athlete, discipline=code, mark=mark, on=on, **said)

    made = {
        "pb": did(ann, "100", "11.80", date(2025, 6, 1), wind=5),
        "equal": did(ann, "100", "11.80", date(2025, 7, 1), wind=5),
        "windy": did(
            ann, "100", "11.60", date(2026, 6, 1), wind=25, competition="Gala", venue="Hove", round="Final", place="1"
        ),
        "hand": did(ann, "100", "11.5h", date(2026, 6, 2), wind=5),
        "jump": did(ann, "LJ", "6.01", date(2026, 6, 3), wind=-3),
        "indoor": did(ann, "60", "7.70", date(2026, 2, 1), facility="indoor"),
        "dnf": did(bob, "1500", "DNF", date(2026, 6, 1)),
        "dq": did(bob, "1500", "DQ TR16.8", date(2026, 6, 8)),
        "run": did(bob, "1500", "3:59.10", date(2026, 7, 1)),
        "annulled": did(bob, "1500", "3:50.00", date(2026, 7, 2)),
        "points": did(bob, "DEC", "7000", date(2026, 7, 5)),
        "wrong": did(bob, "HJ", "1.80", date(2026, 7, 6)),
    }
    annul_performance(made["annulled"], by=None, at=NOW, because="measured short")
    made["right"] = correct_performance(made["wrong"], by=None, at=NOW, because="misread", mark="1.85")
    lines = "team,sex,discipline,mark,date\nHarbour A,F,4x100,47.50,2026-06-01\n"
    imported("performances", lines, club=harbour)
    made["relay"] = Performance.objects.get(team="Harbour A")
    RelayLeg.objects.create(performance=made["relay"], number=1, athlete=ann)
    return made


@pytest.fixture
def book(harbour: Club) -> None:
    """A line of an old book, bettered twice, the second time equalled."""
    old = "discipline,sex,mark,holder,date\nHJ,F,1.71,Ann Elder,1978\n"
    imported("records", old, club=harbour, book=harbour.books.get())
    for name, mark, day in (("Bee", "1.75", 1), ("Cee", "1.80", 2), ("Dee", "1.80", 3)):
        one = AthleteFactory(given_name="", family_name=name, sex="F", birth_date=None, club=harbour)
        PerformanceFactory(athlete=one, discipline="HJ", mark=mark, on=date(2026, 6, day))
