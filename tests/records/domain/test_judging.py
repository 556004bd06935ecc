"""Rows judged: rounds, places, wind, what is derived from a mark, and dates that can't be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.ages import UNKNOWN, ages
from records.domain.disciplines import Discipline, catalogue, resolve
from records.domain.eligibility import BestList, Flaw, best_list
from records.domain.judging import Judged, date_fault, judge, parse_facility, parse_wind, round_order
from records.domain.marks import Mark, MarkRefused, parse_mark

WIND_LIKE = "0123456789+-.,() nwiNWIm/s\xa0"

ON = date(2026, 6, 1)
BORN = date(2004, 2, 29)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("P", 1), ("Prelim", 1), ("Preliminary Round", 1), ("p1", 1),
        ("H", 2), ("Heat", 2), ("Heats", 2), ("heat 2", 2), ("h3", 2), ("Round 1", 2), ("R1", 2), ("Q", 2),
        ("Qualification", 2), ("Qualification Group A", 2), ("Group", 2), ("Group A", 2), ("heat 1-2", 2),
        ("Quarterfinal", 3), ("Quarter-final 1", 3), ("QF", 3), ("qf 2", 3),
        ("S", 4), ("Semi-Final", 4), ("Semifinal 2", 4), ("SF1", 4),
        ("", 5), ("F", 5), ("Final", 5), ("final a", 5), ("Final A-B", 5), ("Extra Race", 5), ("jump-off", 5),
    ],
)  # fmt: skip
def test_round_order_of_the_names_of_rounds(text: str, order: int) -> None:
    assert round_order(text) == round_order(f" {text.upper()} ") == order


@given(st.text())
def test_round_order_takes_any_text(text: str) -> None:
    assert 1 <= round_order(text) <= 5


@pytest.mark.parametrize(
    ("text", "facility"),
    [
        ("", ""),
        ("Outdoor", "outdoor"),
        (" o ", "outdoor"),
        ("Track", "outdoor"),
        ("Aire libre", "outdoor"),
        ("indoors", "indoor"),
        ("I", "indoor"),
        ("sh", "indoor"),
        ("Short Track", "indoor"),
        ("pista coberta", "indoor"),
        ("Road", "road"),
    ],
)
def test_parse_facility_reads_what_files_call_environment(text: str, facility: str) -> None:
    assert parse_facility(text) == facility


@given(st.text())
def test_parse_facility_raises_nothing_but_refusals(text: str) -> None:
    try:
        assert parse_facility(text) in ("", "outdoor", "indoor", "road")
    except MarkRefused as refused:
        assert (refused.code, refused.values) == ("unknown_environment", {"text": text})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+1.4", 14),
        ("-0.3", -3),
        ("+0.0", 0),
        ("0.0", 0),
        ("2,0", 20),
        ("+2.03", 21),
        ("-2.03", -20),
        ("3", 30),
        ("(+2.3)", 23),
        ("( -1.1 )", -11),
        ("+1.1 m/s", 11),
        ("15.0", 150),
        ("", None),
        ("NWI", None),
        ("nwi", None),
        ("NW", None),
        ("-", None),
        ("n/a", None),
        ("i", None),
    ],
)
def test_parse_wind_reads_every_form(text: str, expected: int | None) -> None:
    assert parse_wind(text) == expected


@pytest.mark.parametrize("text", ["strong", "15.1", "-99", "1.234", "1e1", "--1.0", "+", "1.0 km/h"])
def test_parse_wind_refuses_what_is_no_reading(text: str) -> None:
    with pytest.raises(MarkRefused) as refused:
        parse_wind(text)
    assert (refused.value.code, refused.value.values) == ("unreadable_wind", {"text": text})


@given(st.text() | st.text(WIND_LIKE, max_size=8))
def test_parse_wind_raises_nothing_but_refusals(text: str) -> None:
    try:
        reading = parse_wind(text)
    except MarkRefused as refused:
        assert refused.code == "unreadable_wind"
        return
    assert reading is None or -150 <= reading <= 150


@given(st.integers(-150, 150))
def test_parse_wind_reads_its_own_print_back(reading: int) -> None:
    assert parse_wind(f"{reading / 10:+.1f}") == reading


def judged(text: str, code: str, sex: str = "M", **facts: Any) -> Judged:
    one = resolve(code, sex, "indoor" if code == "HEPI" else "outdoor")
    plain: dict[str, Any] = {"on": ON, "facility": "", "wind": None, "born": BORN, "birth_precision": "day"}
    return judge(parse_mark(text, one, sex), one, **plain | {"season_start": 1} | facts)


def test_judge_derives_everything_from_one_row() -> None:
    assert judged("10.52", "100", facility="outdoor", wind=14, season_start=10) == Judged(
        value=10_520,
        merit=-10_520,
        decimals=2,
        timing="auto",
        wind=14,
        facility="outdoor",
        season=2026,
        status="valid",
        reason="",
        flaws=Flaw(0),
        best_list=BestList.LEGAL,
        ages=ages(BORN, "day", ON),
    )


@pytest.mark.parametrize(
    ("text", "code", "said", "facility"),
    [
        ("2:10:00", "MAR", "", "road"),
        ("25:00", "CC8.0", "outdoor", "road"),
        ("6.60", "60", "", "outdoor"),
        ("6.60i", "60", "outdoor", "indoor"),
        ("46.12sh", "400", "", "indoor"),
        ("6.60", "60", "indoor", "indoor"),
        ("5800", "HEPI", "", "indoor"),
        ("10.52", "100", "road", "outdoor"),
    ],
)
def test_judge_finds_the_facility(text: str, code: str, said: str, facility: str) -> None:
    assert judged(text, code, facility=said).facility == facility


def test_judge_takes_the_wind_of_the_column_before_that_of_the_mark() -> None:
    assert judged("7.45 (+2.3)", "LJ").wind == 23
    assert judged("7.45 (+2.3)", "LJ", wind=10).wind == 10
    assert judged("7.45 (+2.3)", "LJ", wind=0).wind == 0
    assert judged("7.45 (+2.3)", "LJ", facility="indoor").wind is None


@pytest.mark.parametrize(
    ("text", "code", "facts", "listed"),
    [
        ("11.90w", "100", {}, BestList.WIND),
        ("11.90", "100", {"wind": 21}, BestList.WIND),
        ("11.90", "100", {"wind": 20}, BestList.LEGAL),
        ("11.90", "100", {}, BestList.LEGAL),
        ("11.9", "100", {"wind": 0}, BestList.HAND),
        ("11.9w", "100", {}, BestList.NONE),
        ("10.74c", "100", {"wind": 0}, BestList.NONE),
        ("DNF", "100", {}, BestList.NONE),
        ("4:01.2", "1500", {}, BestList.LEGAL),
        ("8893W", "DEC", {}, BestList.WIND),
    ],
)
def test_judge_finds_the_list_of_bests(text: str, code: str, facts: dict[str, Any], listed: BestList) -> None:
    assert judged(text, code, **facts).best_list == listed


def test_judge_keeps_status_and_reason_of_a_row_without_a_mark() -> None:
    found = judged("DQ TR16.8", "100")
    assert (found.status, found.reason, found.value, found.merit, found.flaws) == (
        "dq", "TR16.8", None, None, Flaw.NO_MARK,
    )  # fmt: skip


def test_judge_leaves_ages_unknown_where_the_birth_date_is() -> None:
    assert judged("10.52", "100", born=None).ages == UNKNOWN
    assert judged("10.52", "100", birth_precision="unknown").ages == UNKNOWN


@given(
    st.sampled_from(list(catalogue())),
    st.integers(1, 10**6),
    st.sampled_from(["", "outdoor", "indoor", "road"]),
    st.none() | st.integers(-150, 150),
    st.booleans(),
)
def test_judge_agrees_with_the_flaws_it_found(
    one: Discipline, value: int, facility: str, wind: int | None, indoor: bool
) -> None:
    mark = Mark(one.measure, value, indoor=indoor)
    found = judge(mark, one, on=ON, facility=facility, wind=wind, born=None, birth_precision="unknown", season_start=1)
    assert found.best_list == best_list(found.flaws)
    assert found.merit == mark.merit
    assert found.facility in ("outdoor", "indoor", "road")
    assert not (found.facility == "indoor" and found.wind is not None)


@pytest.mark.parametrize(
    ("on", "born", "birth_precision", "precision", "fault"),
    [
        (ON, BORN, "day", "day", ""),
        (ON, None, "unknown", "day", ""),
        (date(2026, 6, 10), BORN, "day", "day", ""),
        (date(2026, 6, 11), BORN, "day", "day", "date_in_future"),
        (date(2026, 6, 30), BORN, "day", "month", ""),
        (date(2026, 7, 31), BORN, "day", "month", "date_in_future"),
        (date(2027, 1, 31), BORN, "day", "month", "date_in_future"),
        (date(2026, 12, 31), BORN, "day", "year", ""),
        (date(2027, 12, 31), BORN, "day", "year", "date_in_future"),
        (date(1849, 12, 31), None, "unknown", "day", "date_too_early"),
        (date(1850, 1, 1), None, "unknown", "day", ""),
        (date(2004, 2, 28), BORN, "day", "day", "date_before_birth"),
        (date(2003, 12, 31), BORN, "day", "day", "date_before_birth"),
        (date(2009, 2, 28), BORN, "day", "day", "too_young"),
        (date(2009, 3, 1), BORN, "day", "day", ""),
        (date(2008, 12, 31), date(2004, 1, 1), "year", "day", "too_young"),
        (date(2009, 1, 1), date(2004, 12, 31), "year", "day", ""),
        (date(2006, 1, 1), BORN, "unknown", "day", ""),
        (date(2015, 3, 2), date(1904, 3, 2), "day", "day", "too_old"),
        (date(2015, 3, 1), date(1904, 3, 2), "day", "day", ""),
    ],
)
def test_date_fault_names_why_nobody_can_have_done_it(
    on: date, born: date | None, birth_precision: str, precision: str, fault: str
) -> None:
    today = date(2026, 6, 10)
    found = date_fault(on, today=today, born=born, birth_precision=birth_precision, precision=precision)
    assert found == fault


@given(st.dates(date(1850, 1, 1), ON), st.integers(0, 130 * 366))
def test_date_fault_finds_every_age_from_five_to_a_hundred_and_ten_possible(born: date, days: int) -> None:
    on = born + timedelta(days=days)
    age = ages(born, "day", on).day or 0
    fault = date_fault(on, today=date.max, born=born, birth_precision="day")
    assert fault == ("too_young" if age < 5 else "too_old" if age > 110 else "")
