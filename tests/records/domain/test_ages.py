"""Ages against the age groups of World Athletics, UK Athletics and the masters, as the data file bounds them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.ages import UNKNOWN, Ages, ages, competition_year_end, group_of, is_minor, latest_adult_birth

DATA = Path(__file__).resolve().parents[3] / "records" / "data" / "age_groups.csv"
LINES = [line for line in DATA.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
GROUPS = list(csv.DictReader(LINES))

days = st.dates(date(1850, 1, 1), date(2150, 12, 31))


def groups_of(born: date, on: date, scheme: str) -> set[str]:
    """The codes of the groups of ``scheme`` that hold somebody ``born`` then ``on`` a day."""
    age = ages(born, "day", on)._asdict()
    return {
        row["code"]
        for row in GROUPS
        if row["scheme"] == scheme
        and (row["valid_from"] or "0") <= on.isoformat() <= (row["valid_until"] or "9")
        and int(row["lower_age"]) <= age[row["lower_on"]]
        and age[row["upper_on"]] <= int(row["upper_age"])
    }


JUNE_2026, JUNE_2027 = date(2026, 6, 1), date(2027, 6, 30)


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        (date(2012, 9, 1), JUNE_2026, {"U14"}),
        (date(2013, 8, 31), JUNE_2026, {"U14"}),
        (date(2012, 8, 31), JUNE_2026, {"U16"}),
        (date(2014, 8, 31), JUNE_2026, {"U14"}),
        (date(2014, 9, 1), JUNE_2026, {"U12"}),
        (date(2007, 10, 1), JUNE_2026, {"U20"}),
        (date(2007, 10, 1), JUNE_2027, {"U23", "Senior"}),
        (date(2008, 1, 1), JUNE_2027, {"U20"}),
        (date(2016, 9, 1), JUNE_2026, {"U10"}),
        (date(2018, 9, 1), JUNE_2026, set()),
        # To 31 March 2026, with the competition year from 1 October.
        (date(2012, 9, 1), date(2026, 3, 31), {"U15"}),
        (date(2012, 9, 1), date(2025, 9, 30), {"U13"}),
        (date(2012, 9, 1), date(2025, 10, 1), {"U15"}),
        (date(2009, 9, 1), date(2026, 3, 31), {"U17"}),
        (date(2009, 8, 31), date(2026, 3, 31), {"U20"}),
        (date(2008, 9, 1), date(2026, 3, 31), {"U20"}),
        (date(2006, 1, 1), date(2025, 12, 31), {"U20"}),
        (date(2005, 12, 31), date(2025, 12, 31), {"U23", "Senior"}),
        (date(1991, 6, 2), JUNE_2026, {"Senior"}),
        (date(1991, 6, 1), JUNE_2026, {"Senior", "*"}),
    ],
)
def test_ages_by_the_groups_of_uk_athletics(born: date, on: date, expected: set[str]) -> None:
    assert groups_of(born, on, "uka") == expected


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (2013, set()),
        (2012, {"U16"}),
        (2011, {"U16"}),
        (2010, {"U18"}),
        (2009, {"U18"}),
        (2008, {"U20"}),
        (2007, {"U20"}),
        (2006, {"U23", "Senior"}),
        (2004, {"U23", "Senior"}),
        (2003, {"Senior"}),
    ],
)
def test_ages_by_the_groups_of_world_athletics(born: int, expected: set[str]) -> None:
    for birthday in (date(born, 1, 1), date(born, 12, 31)):
        for on in (date(2026, 1, 1), date(2026, 12, 31)):
            assert groups_of(birthday, on, "wa") == expected


def test_ages_make_a_master_on_the_thirty_fifth_birthday() -> None:
    born = date(1991, 6, 15)
    assert groups_of(born, date(2026, 6, 14), "masters") == set()
    assert groups_of(born, date(2026, 6, 15), "masters") == {"*"}


def test_ages_of_somebody_born_on_29_february_change_on_1_march() -> None:
    born = date(2004, 2, 29)
    assert ages(born, "day", date(2025, 2, 28)).day == 20
    assert ages(born, "day", date(2025, 3, 1)).day == 21
    assert ages(born, "day", date(2024, 2, 29)).day == 20


def test_ages_of_a_vague_birth_date_are_as_vague() -> None:
    on = date(2026, 6, 1)
    assert ages(None, "day", on) == UNKNOWN
    assert ages(date(2000, 1, 1), "unknown", on) == UNKNOWN
    assert ages(date(2000, 12, 31), "year", on) == Ages(None, 26, None)


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2025, 9, 30), 2025), (date(2025, 10, 1), 2026), (date(2026, 1, 1), 2026), (date(2026, 9, 30), 2026)],
)
def test_competition_year_end_turns_in_october(on: date, expected: int) -> None:
    assert competition_year_end(on) == expected


@given(days, days, days)
def test_ages_never_fall_as_days_pass(born: date, one: date, other: date) -> None:
    before, after = (ages(born, "day", on) for on in sorted((one, other)))
    assert all((a or 0) <= (b or 0) for a, b in zip(before, after, strict=True))


@given(days, days, days)
def test_ages_are_never_less_for_the_elder(one: date, other: date, on: date) -> None:
    elder, younger = (ages(born, "day", on) for born in sorted((one, other)))
    assert all((a or 0) >= (b or 0) for a, b in zip(elder, younger, strict=True))


@given(days, days)
def test_ages_on_reference_days_are_at_most_a_year_away(born: date, on: date) -> None:
    day, dec31, aug31 = ages(born, "day", on)
    assert day is not None and dec31 is not None and aug31 is not None
    assert dec31 - 1 <= day <= dec31
    assert day <= aug31 + 1 <= day + 2
    assert ages(born, "year", on).dec31 == dec31


@given(days, days)
def test_a_minor_is_under_eighteen_on_the_day(born: date, on: date) -> None:
    completed = ages(born, "day", on).day
    assert completed is not None
    assert is_minor(born, "day", on) is (completed < 18)
    assert is_minor(born, "day", on) is (born > latest_adult_birth(on))


@given(days, days)
def test_of_a_known_year_alone_majority_comes_on_1_january(born: date, on: date) -> None:
    assert is_minor(born, "year", on) is (on.year - born.year < 18)
    assert not is_minor(born, "unknown", on)
    assert not is_minor(None, "unknown", on)


def test_born_on_29_february_majority_comes_on_1_march() -> None:
    assert is_minor(date(2008, 2, 29), "day", date(2026, 2, 28))
    assert not is_minor(date(2008, 2, 29), "day", date(2026, 3, 1))
    assert latest_adult_birth(date(2028, 2, 29)) == date(2010, 2, 28)


def test_masters_groups_are_called_by_sex() -> None:
    said = [group_of(code, sex) for code, sex in (("M50", "F"), ("M50", "M"), ("U20", "F"), ("Master", "F"), ("", "F"))]
    assert said == ["W50", "M50", "U20", "Master", ""]
