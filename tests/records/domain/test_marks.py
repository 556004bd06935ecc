"""Marks against the rules' own tables, the forms that files bring, and what holds of every mark."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.disciplines import Discipline, catalogue, resolve
from records.domain.marks import (
    AUTO,
    DNF,
    DNS,
    DQ,
    HAND,
    NM,
    VALID,
    Mark,
    MarkRefused,
    ceil_to,
    format_value,
    official_distance,
    official_time,
    parse_mark,
    tenths,
)

CATALOGUE = list(catalogue())
TIMED = [one for one in CATALOGUE if one.measure == "time"]
TIMINGS = ["", AUTO, HAND, "gun", "chip"]
MARK_LIKE = "0123456789:;.,'\"hmsftinQqRPBSBAwWc+-=() xXrDNFSHTR><~×½²٣"

disciplines = st.sampled_from(CATALOGUE)
timed = st.sampled_from(TIMED)
sexes = st.sampled_from(["", "M", "F", "X"])
timings = st.sampled_from(TIMINGS)


def read(text: str, code: str, sex: str = "M", timing: str = "") -> Mark:
    return parse_mark(text, resolve(code, sex), sex, timing)


def refusal(text: str, code: str, sex: str = "M", timing: str = "") -> tuple[str, dict[str, object]]:
    with pytest.raises(MarkRefused) as refused:
        read(text, code, sex, timing)
    return refused.value.code, refused.value.values


@st.composite
def written(draw: st.DrawFn) -> tuple[str, Discipline, str, str]:
    """(text, discipline, sex, timing) of a plausible mark with up to three decimals."""
    one, sex, timing = draw(disciplines), draw(sexes), draw(timings)
    best = one.world_best(sex) or 1000
    if one.measure != "time":
        text = format_value(one.measure, draw(st.integers(1 if one.measure == "points" else 0, best)))
        return text, one, sex, ""
    ms = draw(st.integers(ceil_to(best, 1000), best * 7))
    return format_value("time", ms, draw(st.integers(0, 3)), hand=timing == HAND), one, sex, timing


# Athletics rules §1.2 (TR19.10, 19.23, 19.24): (timing, discipline, as measured, official).
ROUNDING = [
    (AUTO, "10000", "26:17.533", "26:17.54"),
    (AUTO, "20000", "59:26.322", "59:26.4"),
    (AUTO, "MAR", "2:09:44.322", "2:09:45"),
    (AUTO, "MileR", "3:51.233", "3:51.24"),
    (HAND, "100", "10.11", "10.2h"),
    (HAND, "MAR", "2:09:44.3", "2:09:45"),
    (HAND, "MileR", "3:51.2", "3:52"),
    ("chip", "MAR", "2:09:44.3", "2:09:45"),
    ("gun", "MAR", "2:09:44.0", "2:09:44"),
    ("chip", "MileR", "3:51.23", "3:51.3"),
    (AUTO, "400", "59.999", "1:00.00"),
    (HAND, "100", "12.32", "12.4h"),
    (AUTO, "100", "10.52", "10.52"),
    (HAND, "100", "10.5", "10.5h"),
    (AUTO, "5KW", "20:00.1", "20:01"),
    (AUTO, "CC8.0", "24:00.01", "24:01"),
    (AUTO, "4x1500", "15:00.001", "15:00.01"),
    ("", "800", "1:45.3", "1:45.3h"),
    ("", "800", "1:45.30", "1:45.30"),
    ("", "20000", "1:00:00.5", "1:00:00.5"),
]


@pytest.mark.parametrize(("timing", "code", "measured", "official"), ROUNDING)
def test_official_time_of_the_rounding_table(timing: str, code: str, measured: str, official: str) -> None:
    assert str(read(measured, code, "M", timing)) == official


def test_ceil_to_goes_up_to_whole_units_and_carries() -> None:
    assert [ceil_to(59_999, 10), ceil_to(59_990, 10), ceil_to(1, 1000), ceil_to(0, 100)] == [60_000, 59_990, 1000, 0]


@given(st.integers(0, 10**9), st.integers(0, 3), timings, timed)
def test_official_time_never_gets_faster_and_moves_less_than_a_unit(
    ms: int, decimals: int, timing: str, one: Discipline
) -> None:
    official, kept = official_time(ms, decimals, timing, one)
    unit = 10 ** (3 - kept)
    assert kept <= min(decimals, 2)
    assert 0 <= official - ms < unit
    assert official % unit == 0
    assert official_time(official, kept, timing, one) == (official, kept)


def test_official_distance_goes_down_to_the_whole_centimetre() -> None:
    assert [official_distance(7129), official_distance(7120), official_distance(9)] == [712, 712, 0]


# §1.3: every form that files bring: (text, discipline, canonical form, fields that differ from a plain mark's).
FORMS = [
    ("10.5h", "100", "10.5h", {"timing": HAND}),
    ("1:45.3h", "800", "1:45.3h", {"timing": HAND}),
    ("12.6", "100", "12.6h", {"timing": HAND}),
    ("12.60", "100", "12.60", {"timing": AUTO}),
    ("1:45.32", "800", "1:45.32", {"timing": AUTO}),
    ("3:26.00", "1500", "3:26.00", {"timing": AUTO}),
    ("3:26.0h", "1500", "3:26.0h", {"timing": HAND}),
    ("3:56", "MileR", "3:56", {"timing": ""}),
    ("3:56", "Mile", "3:56", {"timing": HAND}),
    ("105.5", "800", "1:45.5h", {"timing": HAND}),
    ("10,52", "100", "10.52", {"timing": AUTO}),
    ("1;45.32", "800", "1:45.32", {"timing": AUTO}),
    ("1.45.32", "800", "1:45.32", {"timing": AUTO}),
    ("1,34,91", "600", "1:34.91", {"timing": AUTO}),
    ("4'10\"2", "1500", "4:10.2h", {"timing": HAND}),
    ("4m 32.6", "1500", "4:32.6h", {"timing": HAND}),
    ("4 min 32.6s", "1500", "4:32.6h", {"timing": HAND}),
    ("2h06:32", "MAR", "2:06:32", {}),
    ("2h06m32s", "MAR", "2:06:32", {}),
    ("2h06", "MAR", "2:06:00", {}),
    ("2:06:32", "MAR", "2:06:32", {}),
    ("12.0s", "100", "12.0h", {"timing": HAND}),
    ("12s", "100", "12s", {"timing": HAND}),
    ("13.4h", "100", "13.4h", {"timing": HAND}),
    ("10.52a", "100", "10.52", {"timing": AUTO}),
    ("10.5a", "100", "10.5", {"timing": AUTO}),
    ("10.52A", "100", "10.52", {"timing": AUTO, "altitude": True}),
    ("6.60i", "60", "6.60", {"timing": AUTO, "indoor": True}),
    ("46.12sh", "400", "46.12", {"timing": AUTO, "indoor": True}),
    ("46.12 sh A =", "400", "46.12", {"timing": AUTO, "indoor": True, "altitude": True}),
    ("11.90w", "100", "11.90", {"timing": AUTO, "windy": True}),
    ("14:59.1+", "10000", "14:59.1h", None),
    ("29:59.1+", "10000", "29:59.1h", {"timing": HAND, "split": True}),
    ("10.74c", "100", "10.74", {"timing": AUTO, "converted": True}),
    ("10.52 Q", "100", "10.52", {"timing": AUTO}),
    ("10.52q PB", "100", "10.52", {"timing": AUTO}),
    ("10.52 SB R", "100", "10.52", {"timing": AUTO}),
    ("10.52 qR", "100", "10.52", {"timing": AUTO}),
    ("10.52 qJ", "100", "10.52", {"timing": AUTO}),
    ("46.12 L", "400", "46.12", {"timing": AUTO}),
    ("10.52 =NR", "100", "10.52", {"timing": AUTO}),
    ("9.58 WR", "100", "9.58", {"timing": AUTO}),
    ("43:10.21~>", "10000W", "43:10.21", {"timing": AUTO}),
    ("7.45 (+2.3)", "LJ", "7.45", {"wind": 23}),
    ("7.45 +2.3", "LJ", "7.45", {"wind": 23}),
    ("7.45 (-0,3) A", "LJ", "7.45", {"wind": -3, "altitude": True}),
    ("7.45 (+2.03)", "LJ", "7.45", {"wind": 21}),
    ("7.45 (0.0)", "LJ", "7.45", {"wind": 0}),
    ("7.45 (NWI)", "LJ", "7.45", {}),
    ("7.45 (nw)", "LJ", "7.45", {}),
    ("7.45 (w)", "LJ", "7.45", {"windy": True}),
    ("7m45", "LJ", "7.45", {}),
    ("7.45m", "LJ", "7.45", {}),
    ("7,4", "LJ", "7.40", {}),
    ("7", "LJ", "7.00", {}),
    ("2.05", "HJ", "2.05", {}),
    ("1233", "SP", "12.33", {}),
    ("7012", "JT", "70.12", {}),
    ("21330", "1HR", "21330.00", {}),
    ("12-10.25", "SP", "3.91", {}),
    ("12 -10.25", "SP", "3.91", {}),
    ("12' 10.25", "SP", "3.91", {}),
    ("12'", "SP", "3.65", {}),
    ("12ft 10in", "SP", "3.91", {}),
    ("121025", "SP", "3.91", {}),
    ("28' 2.5", "SP", "8.59", {}),
    ("4' 6", "HJ", "1.37", {}),
    ("8893", "DEC", "8893", {}),
    ("8,893", "DEC", "8893", {}),
    ("8.893", "DEC", "8893", {}),
    ("8893W", "DEC", "8893", {"windy": True}),
]


@pytest.mark.parametrize(("text", "code", "canonical", "fields"), FORMS)
def test_parse_mark_reads_every_form(text: str, code: str, canonical: str, fields: dict[str, object] | None) -> None:
    if fields is None:
        assert refusal(text, code)[0] == "too_good"
        return
    mark = read(text, code)
    plain = Mark(mark.measure, mark.value, mark.decimals)
    assert mark == replace(plain, **fields)  # type: ignore[arg-type]
    assert str(mark) == canonical


@pytest.mark.parametrize(
    ("text", "status", "canonical"),
    [
        ("DNS", DNS, "DNS"),
        ("dnf", DNF, "DNF"),
        ("NM", NM, "NM"),
        ("NH", NM, "NM"),
        ("ND", NM, "NM"),
        ("X", NM, "NM"),
        ("xxx", NM, "NM"),
        ("FOUL", NM, "NM"),
        ("F", NM, "NM"),
        ("-", NM, "NM"),
        ("P", NM, "NM"),
        ("PASS", NM, "NM"),
        ("r", NM, "NM r"),
        ("NM r", NM, "NM r"),
        ("DQ", DQ, "DQ"),
        ("DQ TR16.8", DQ, "DQ TR16.8"),
        ("DSQ. TR39.8.3", DQ, "DQ TR39.8.3"),
        ("Disqualified", DQ, "DQ"),
        ("FS", DQ, "DQ TR16.8"),
        ("8:08.47DQ", DQ, "DQ"),
        ("DQ 8:08.47", DQ, "DQ"),
        ("8:08.47 DQ TR28.1", DQ, "DQ TR28.1"),
    ],
)
def test_parse_mark_reads_result_codes(text: str, status: str, canonical: str) -> None:
    mark = read(text, "3000SC")
    assert (mark.status, mark.value, mark.merit, str(mark)) == (status, None, None, canonical)
    assert read(canonical, "3000SC") == mark


def test_parse_mark_cuts_a_long_reason_where_reading_it_again_gives_the_same() -> None:
    mark = read("DQ " + "a" * 59 + " b", "100")
    assert mark.reason == "a" * 59
    assert read(str(mark), "100") == mark


@pytest.mark.parametrize(
    ("text", "code", "first", "second"),
    [
        ("2.05", "800", "2:05", "2.05"),
        ("10:50", "100", "10.50", "10:50"),
        ("1:45:32", "800", "1:45.32", "1:45:32"),
        ("2:06", "MAR", "2:06:00", "2:06"),
        ("2.06.32", "MAR", "2:06:32", "2:06.32"),
        ("745", "LJ", "7.45", "745.00"),
        ("1233m", "SP", "12.33", "1233.00"),
        ("75:30", "400", "1:15.30", "1:15:30"),
    ],
)
def test_parse_mark_asks_where_two_readings_are_possible(text: str, code: str, first: str, second: str) -> None:
    assert refusal(text, code) == ("ambiguous_mark", {"text": text, "first": first, "second": second})


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("", "100", "no_mark"),
        ("  ", "LJ", "no_mark"),
        ("SCR", "100", "withdrawn"),
        ("wd", "100", "withdrawn"),
        ("2:75", "800", "sixty_or_more"),
        ("1:75:10", "MAR", "sixty_or_more"),
        ("1.75.32", "800", "sixty_or_more"),
        ("-5", "100", "unreadable_mark"),
        ("1:-5", "800", "unreadable_mark"),
        ("1e3", "800", "unreadable_mark"),
        ("nan", "100", "unreadable_mark"),
        ("fast", "100", "unreadable_mark"),
        ("h", "100", "unreadable_mark"),
        ("28' 2.5", "100", "too_poor"),
        ("12ft", "100", "unreadable_mark"),
        ("10.52", "DEC", "unreadable_mark"),
        ("x7", "LJ", "unreadable_mark"),
        ("12.345", "SP", "three_decimals"),
        ("5' 12", "HJ", "twelve_inches"),
        ("9.11", "100", "too_good"),
        ("77.00", "100", "too_poor"),
        ("24.74", "SP", "too_good"),
        ("24.73", "SP", ""),
        ("9583", "DEC", "too_good"),
        ("9.13", "100", ""),
    ],
)
def test_parse_mark_refuses_with_the_reason(text: str, code: str, reason: str) -> None:
    if reason:
        assert refusal(text, code)[0] == reason
    else:
        assert read(text, code).status == VALID


def test_parse_mark_names_the_worlds_best_where_a_mark_is_too_good() -> None:
    assert refusal("9.10", "100") == ("too_good", {"text": "9.10", "best": "9.58"})


def test_parse_mark_takes_anything_where_no_best_is_known() -> None:
    assert parse_mark("1.00", replace(resolve("100"), best_m=None, best_f=None)).value == 1000


def test_parse_mark_refuses_a_page_of_blanks_at_once() -> None:
    code, values = refusal("1" + " " * 9_000 + "z", "100")
    assert (code, len(str(values["text"]))) == ("unreadable_mark", 60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("+2.03", 21), ("-2.03", -20), ("2.0", 20), ("+1,4", 14), ("-0.3", -3), ("0.0", 0), ("-0.05", 0), ("3", 30)],
)
def test_tenths_go_up_in_the_positive_direction(text: str, expected: int) -> None:
    assert tenths(text) == expected


@given(st.integers(-9999, 9999))
def test_tenths_move_up_by_less_than_a_tenth(hundredths: int) -> None:
    sign = "-" if hundredths < 0 else ""
    assert 0 <= tenths(f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}") * 10 - hundredths < 10


@given(written())
def test_canonical_form_is_a_fixed_point(case: tuple[str, Discipline, str, str]) -> None:
    text, one, sex, timing = case
    mark = parse_mark(text, one, sex, timing)
    again = parse_mark(str(mark), one, sex, mark.timing)
    assert again == mark
    assert str(again) == str(mark)


@given(written())
def test_canonical_form_alone_tells_the_timing_on_the_track_up_to_10_km(case: tuple[str, Discipline, str, str]) -> None:
    text, one, sex, _ = case
    mark = parse_mark(text, one, sex)
    again = parse_mark(str(mark), one, sex)
    assert (again.value, str(again)) == (mark.value, str(mark))
    if not one.outside_stadium and (one.distance_mm or 0) <= 10_000_000:
        assert again == mark


@given(st.sampled_from([one for one in TIMED if one.outside_stadium or (one.distance_mm or 0) <= 10**7]), st.data())
def test_canonical_form_is_what_world_athletics_takes(one: Discipline, data: st.DataObject) -> None:
    """The time pattern of the results upload (S3), which knows no tenths without an h."""
    best = one.world_best("") or 0
    ms = data.draw(st.integers(best, best * 7))
    timing, decimals = data.draw(st.sampled_from([(AUTO, 2), (HAND, 1)]))
    text = str(parse_mark(format_value("time", ms, decimals), one, "", timing))
    assert re.fullmatch(r"\d{1,3}\.\d[\dh]|\d{1,3}:[0-5]\d(\.\d[\dh])?|\d{1,3}(:[0-5]\d){2}(\.\d[\dh])?", text)


@given(disciplines, sexes, timings, st.text() | st.text(MARK_LIKE, max_size=12))
def test_parse_mark_raises_nothing_but_refusals(one: Discipline, sex: str, timing: str, text: str) -> None:
    try:
        mark = parse_mark(text, one, sex, timing)
    except MarkRefused as refused:
        assert refused.code
        return
    assert (mark.value is None) == (mark.status != VALID)
    assert parse_mark(str(mark), one, sex, mark.timing).value == mark.value


@given(st.text() | st.text(MARK_LIKE, max_size=12))
def test_parse_mark_without_a_value_is_a_fixed_point(after: str) -> None:
    for text in ("DQ " + after, "DSQ" + after):
        mark = parse_mark(text, resolve("100"))
        assert parse_mark(str(mark), resolve("100")) == mark


@given(disciplines, st.integers(0, 10**6), st.integers(0, 10**6))
def test_merit_order_agrees_with_value_order(one: Discipline, first: int, second: int) -> None:
    a, b = (Mark(one.measure, value).merit or 0 for value in (first, second))
    better = first < second if one.measure == "time" else first > second
    assert (a > b) == better


def test_who_retires_from_a_race_did_not_finish_and_from_a_field_event_has_no_mark() -> None:
    assert parse_mark("RET", resolve("1500"), "M").status == DNF
    assert parse_mark("ret", resolve("LJ"), "M").status == NM


@pytest.mark.parametrize("text", ["5", "5.5", "5.80", "0.05.999", "0.05.80"])
def test_an_impossible_time_without_another_reading_is_too_good(text: str) -> None:
    assert refusal(text, "800")[0] == "too_good"
