"""Standards as they are typed and printed, and the births that fit an age group."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.ages import ages
from records.domain.disciplines import resolve
from records.domain.marks import MarkRefused
from records.domain.standards import births, percent_short, read_standard, standard_text


@pytest.mark.parametrize(
    ("code", "text", "value", "printed"),
    [
        ("100", "10.5", 10_500, "10.50"),
        ("100", "10.52", 10_520, "10.52"),
        ("800", "2:05", 125_000, "2:05.00"),
        ("800", "2:05.3", 125_300, "2:05.30"),
        ("HM", "1:05:00", 3_900_000, "1:05:00"),
        ("MAR", "2:29:30", 8_970_000, "2:29:30"),
        ("LJ", "7,12", 712, "7.12"),
        ("HJ", "1.85m", 185, "1.85"),
        ("DEC", "7000", 7000, "7000"),
        ("4x100", "42.50", 42_500, "42.50"),
    ],
)
def test_a_standard_has_one_printed_form(code: str, text: str, value: int, printed: str) -> None:
    discipline = resolve(code, "M")
    assert read_standard(text, discipline, "M") == value
    assert standard_text(value, discipline) == printed
    assert read_standard(printed, discipline, "M") == value


@pytest.mark.parametrize(("text", "why"), [("DNF", "unreadable_mark"), ("x1", "unreadable_mark"), ("5.0", "too_good")])
def test_what_is_no_mark_is_no_standard(text: str, why: str) -> None:
    with pytest.raises(MarkRefused) as refusal:
        read_standard(text, resolve("100", "M"), "M")
    assert refusal.value.code == why


@pytest.mark.parametrize(("short", "wanted", "percent"), [(100, -10_500, 0.95), (1, 712, 0.14), (350, 7000, 5.0)])
def test_what_lacks_is_a_share_of_the_standard(short: int, wanted: int, percent: float) -> None:
    assert percent_short(short, wanted) == percent


DAYS = st.dates(date(1930, 1, 1), date(2019, 12, 31))
HELD = st.dates(date(2020, 1, 1), date(2040, 12, 31))
REFERENCE = st.sampled_from(["day", "dec31", "aug31"])


@given(DAYS, HELD, REFERENCE, st.integers(0, 60), REFERENCE, st.integers(0, 60))
def test_births_fit_exactly_those_of_that_age(
    born: date, held: date, lower_on: str, lower: int, upper_on: str, upper: int
) -> None:
    age = ages(born, "day", held)._asdict()
    assert births(lower_on, lower, upper_on, upper, held).fit(born, "day") == (
        age[lower_on] >= lower and age[upper_on] <= upper
    )


def test_on_29_february_whoever_was_born_on_one_is_a_year_older() -> None:
    leap = date(2028, 2, 29)
    assert births("day", 20, "day", 20, leap).fit(date(2008, 2, 29), "day")
    assert not births("day", 19, "day", 19, leap).fit(date(2008, 2, 29), "day")
    assert births("day", 18, "day", 200, leap).latest == date(2010, 2, 28)


def test_a_year_of_birth_is_enough_where_the_year_decides() -> None:
    born, held = date(2008, 1, 1), date(2026, 6, 1)
    assert births("dec31", 18, "dec31", 19, held).fit(born, "year")
    assert not births("dec31", 18, "dec31", 19, held).fit(None, "unknown")
    assert not births("day", 18, "day", 19, held).fit(born, "year")
    assert not births("dec31", 0, "aug31", 40, held).fit(born, "year")


def test_no_age_reaches_beyond_the_calendar() -> None:
    assert births("day", 0, "day", 32_767, date(2026, 6, 1)).earliest.year == 1
