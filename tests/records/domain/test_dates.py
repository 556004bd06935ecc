"""Dates as files write them, and seasons."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.dates import DateRefused, Order, parse_date, season_days, season_of

ORDERS: tuple[Order, ...] = get_args(Order)
DATE_LIKE = "0123456789-./T :٣"

orders = st.sampled_from(ORDERS)


@pytest.mark.parametrize(
    ("text", "order", "expected", "precision"),
    [
        ("2026-05-01", "iso", date(2026, 5, 1), "day"),
        ("2026-5-1", "dmy", date(2026, 5, 1), "day"),
        ("2026-05-01T18:30:00Z", "mdy", date(2026, 5, 1), "day"),
        ("2026-05-01 00:00:00", "iso", date(2026, 5, 1), "day"),
        ("2026-02", "iso", date(2026, 2, 28), "month"),
        ("2024-02", "iso", date(2024, 2, 29), "month"),
        ("2025-12", "iso", date(2025, 12, 31), "month"),
        ("9999-12", "iso", date(9999, 12, 31), "month"),
        ("1987", "iso", date(1987, 12, 31), "year"),
        ("01.05.2026", "iso", date(2026, 5, 1), "day"),
        ("01/05/2026", "dmy", date(2026, 5, 1), "day"),
        ("01/05/2026", "mdy", date(2026, 1, 5), "day"),
        ("01.05.2026", "mdy", date(2026, 1, 5), "day"),
        ("31/05/2026", "iso", date(2026, 5, 31), "day"),
        ("05/31/2026", "iso", date(2026, 5, 31), "day"),
        ("05-05-2026", "iso", date(2026, 5, 5), "day"),
        ("31-05-2026 18:30", "iso", date(2026, 5, 31), "day"),
    ],
)
def test_parse_date_reads_every_form(text: str, order: Order, expected: date, precision: str) -> None:
    assert parse_date(text, order) == (expected, precision)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-30", "2026-13", "2026-00", "2026-99", "0000", "0000-01-01", "31/31/2026", "1/2-2026", "26"],
)
def test_parse_date_refuses_what_is_no_date(text: str, order: Order) -> None:
    with pytest.raises(DateRefused) as refused:
        parse_date(text, order)
    assert (refused.value.code, refused.value.values) == ("unreadable_date", {"text": text})


@pytest.mark.parametrize(("text", "order"), [("31/05/2026", "mdy"), ("05/31/2026", "dmy")])
def test_parse_date_refuses_what_the_declared_order_forbids(text: str, order: Order) -> None:
    with pytest.raises(DateRefused, match="unreadable_date"):
        parse_date(text, order)


@pytest.mark.parametrize("text", ["01/05/2026", "1-5-2026"])
def test_parse_date_asks_where_no_order_was_declared(text: str) -> None:
    with pytest.raises(DateRefused) as refused:
        parse_date(text)
    assert (refused.value.code, refused.value.values) == ("ambiguous_date", {"text": text})


@given(st.text() | st.text(DATE_LIKE, max_size=12), orders)
def test_parse_date_raises_nothing_but_refusals(text: str, order: Order) -> None:
    try:
        on, precision = parse_date(text, order)
    except DateRefused as refused:
        assert refused.code in ("unreadable_date", "ambiguous_date")
        return
    assert precision in ("day", "month", "year")
    shown = on.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]
    assert parse_date(shown, order) == (on, precision)


@given(st.dates(), orders)
def test_parse_date_reads_iso_back_whatever_was_declared(on: date, order: Order) -> None:
    assert parse_date(on.isoformat(), order) == (on, "day")


@given(st.dates())
def test_parse_date_lets_a_vague_date_stand_for_its_last_day(on: date) -> None:
    month, year = parse_date(on.isoformat()[:7])[0], parse_date(on.isoformat()[:4])[0]
    assert on <= month <= year
    assert (month.year, month.month, year.year) == (on.year, on.month, on.year)
    assert month == date.max or (month + timedelta(days=1)).day == 1


@given(st.dates(date(1850, 1, 1), date(2100, 12, 31)))
def test_parse_date_reads_the_declared_order_back(on: date) -> None:
    assert parse_date(f"{on:%d/%m/%Y}", "dmy") == (on, "day")
    assert parse_date(f"{on:%m/%d/%Y}", "mdy") == (on, "day")


@pytest.mark.parametrize(
    ("on", "start_month", "expected"),
    [
        (date(2026, 1, 1), 1, 2026),
        (date(2026, 12, 31), 1, 2026),
        (date(2025, 9, 30), 10, 2025),
        (date(2025, 10, 1), 10, 2026),
        (date(2026, 9, 30), 10, 2026),
        (date(2025, 11, 1), 11, 2026),
    ],
)
def test_season_of_is_the_year_in_which_it_ends(on: date, start_month: int, expected: int) -> None:
    assert season_of(on, start_month) == expected


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(1, 12))
def test_season_of_turns_once_a_year_on_the_first_of_its_month(on: date, start_month: int) -> None:
    following = on + timedelta(days=1)
    turns = (following.month, following.day) == (start_month, 1)
    assert season_of(following, start_month) - season_of(on, start_month) == turns


@given(st.integers(1900, 2100), st.integers(1, 12))
def test_a_season_lasts_from_its_first_day_to_its_last(season: int, start_month: int) -> None:
    first, last = season_days(season, start_month)
    assert season_of(first, start_month) == season_of(last, start_month) == season
    assert season_of(first - timedelta(days=1), start_month) == season - 1
    assert season_of(last + timedelta(days=1), start_month) == season + 1
