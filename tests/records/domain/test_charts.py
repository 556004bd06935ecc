"""Charts: scales that hold every mark, ticks that people count by, and lines that never join what differs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Spot,
    chart_of,
    day_ticks,
    event_of,
    mark_ticks,
    tick_text,
)
from records.domain.disciplines import resolve

MEASURES = st.sampled_from(["time", "distance", "height", "points"])
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@st.composite
def spots(draw: st.DrawFn, measure: str) -> list[Spot]:
    values = st.integers(1, 100_000_000 if measure == "time" else 20_000)
    drawn = draw(st.lists(st.tuples(DAYS, values, st.sampled_from("abc"), st.booleans()), min_size=1, max_size=30))
    return [Spot(on, -value if measure == "time" else value, series, hollow) for on, value, series, hollow in drawn]


@given(st.data(), MEASURES, st.none() | DAYS)
def test_every_mark_lies_within_the_frame_and_better_is_higher(
    data: st.DataObject, measure: str, until: date | None
) -> None:
    drawn = data.draw(spots(measure))
    chart = chart_of(drawn, measure, until=until)
    assert len(chart.dots) == len(drawn)
    for dot in chart.dots:
        assert LEFT <= dot.x <= WIDTH - RIGHT
        assert TOP <= dot.y <= HEIGHT - BOTTOM
    ordered = sorted(drawn, key=lambda spot: (spot.on, spot.merit))
    for (one, dot), (other, second) in zip(
        zip(ordered, chart.dots, strict=True), list(zip(ordered, chart.dots, strict=True))[1:], strict=False
    ):
        assert dot.x <= second.x
        assert (dot.y >= second.y) if one.merit <= other.merit else (dot.y <= second.y)
    for rung in chart.rungs:
        assert TOP <= rung.y <= HEIGHT - BOTTOM
        assert rung.text
    for day in chart.days:
        assert LEFT <= day.x <= WIDTH - RIGHT


@given(st.data(), MEASURES)
def test_the_line_of_a_series_touches_no_other_and_only_rises(data: st.DataObject, measure: str) -> None:
    chart = chart_of(data.draw(spots(measure)), measure)
    counting = {dot.series for dot in chart.dots if not dot.hollow}
    assert {stair.series for stair in chart.stairs} == counting
    for stair in chart.stairs:
        own = {dot.y for dot in chart.dots if dot.series == stair.series and not dot.hollow}
        heights = [float(text) for text in re.findall(r"V([\d.]+)", stair.path)]
        heights.insert(0, float(stair.path[1:].split("H")[0].split(" ")[1]))
        assert heights == sorted(set(heights), reverse=True)
        assert set(heights) <= own
        assert heights[-1] == min(own)


@given(MEASURES, st.integers(0, 100_000_000), st.integers(1, 100_000_000))
def test_ticks_are_few_round_and_within(measure: str, lowest: int, span: int) -> None:
    ticks = mark_ticks(measure, lowest, lowest + span)
    assert len(ticks) <= 5
    assert all(lowest <= tick <= lowest + span for tick in ticks)
    assert len({b - a for a, b in pairwise(ticks)}) <= 1


@given(DAYS, DAYS)
def test_days_of_the_axis_are_firsts_of_months_within(one: date, other: date) -> None:
    first, last = sorted((one, other))
    days = day_ticks(first, last)
    assert len(days) <= 6
    assert all(day.day == 1 and first <= day <= last for day in days)


@pytest.mark.parametrize(
    ("measure", "lowest", "highest", "said"),
    [
        ("time", 10_400, 11_300, ["10.4", "10.6", "10.8", "11.0", "11.2"]),
        ("time", 105_000, 112_000, ["1:46", "1:48", "1:50", "1:52"]),
        ("time", 10_810, 10_850, ["10.81", "10.82", "10.83", "10.84", "10.85"]),
        ("distance", 690, 745, ["7.00", "7.20", "7.40"]),
        ("points", 5_900, 7_100, ["6000", "6500", "7000"]),
    ],
)
def test_ticks_as_people_read_them(measure: str, lowest: int, highest: int, said: list[str]) -> None:
    ticks = mark_ticks(measure, lowest, highest)
    assert [tick_text(measure, tick, ticks[1] - ticks[0]) for tick in ticks] == said


def test_an_axis_too_long_for_any_step_names_its_end() -> None:
    assert mark_ticks("points", 0, 10**9) == [10**9]
    assert day_ticks(date(1, 1, 1), date(9999, 12, 31)) == []


@pytest.mark.parametrize(
    ("code", "sex", "event"),
    [("SP5", "M", "SP"), ("SP", "M", "SP"), ("110H99", "M", "110H"), ("110H", "M", "110H"), ("JT700", "M", "JT"),
     ("3000SC", "M", "3000SC"), ("100", "M", "100"), ("4x100", "M", "4x100")],
)  # fmt: skip
def test_specifications_of_one_event(code: str, sex: str, event: str) -> None:
    assert event_of(resolve(code, sex)) == event


def test_a_new_implement_is_a_break() -> None:
    marks = [("5 kg", 2023, 1400), ("5 kg", 2024, 1500), ("6 kg", 2025, 1420), ("6 kg", 2026, 1390)]
    chart = chart_of([Spot(date(year, 6, 1), merit, series) for series, year, merit in marks], "distance")
    assert chart.series == ("5 kg", "6 kg")
    assert [(one.name, one.x) for one in chart.breaks] == [("6 kg", chart.dots[2].x)]
    assert len(chart.stairs) == 2
    assert chart.stairs[1].path.startswith(f"M{chart.dots[2].x} {chart.dots[2].y}H")


def test_what_does_not_count_moves_no_line() -> None:
    spots = [Spot(date(2025, 5, 1), -11_000, "100"), Spot(date(2025, 6, 1), -10_500, "100", hollow=True)]
    chart = chart_of(spots, "time", until=date(2026, 5, 1))
    assert chart.stairs[0].path == f"M{chart.dots[0].x} {chart.dots[0].y}H{WIDTH - RIGHT}.0"
    assert chart_of(spots[1:], "time").stairs == ()


def test_series_come_in_the_order_asked_for() -> None:
    spots = [Spot(date(2025, 5, 1), 700, "B"), Spot(date(2025, 5, 1) + timedelta(days=3), 710, "A")]
    assert chart_of(spots, "distance", order=["A", "B", "C"]).series == ("A", "B")


def test_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="without marks"):
        chart_of([], "time")
