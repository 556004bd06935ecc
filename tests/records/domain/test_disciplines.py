"""Disciplines: the codes that files write, the rules' specifications, and what holds of every one."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.disciplines import (
    Discipline,
    Measure,
    UnknownDiscipline,
    catalogue,
    resolve,
    standard_disciplines,
)

CATALOGUE = list(catalogue())
SEXES = ["", "M", "F", "X"]
FACILITIES = ["", "outdoor", "indoor", "road"]
CODE_LIKE = "0123456789.,KMGWRHSCXYPDTJ -_×kmhwx½²٣"

sexes = st.sampled_from(SEXES)


def codes(text: str) -> set[str]:
    return set(text.split())


def find(text: str, sex: str = "", facility: str = "outdoor") -> Discipline | None:
    try:
        return resolve(text, sex, facility)
    except UnknownDiscipline:
        return None


@pytest.mark.parametrize(
    ("text", "sex", "expected"),
    [
        ("100", "M", "100"),
        ("100m", "M", "100"),
        ("100M", "F", "100"),
        ("10,000 m", "M", "10000"),
        ("10 000 metres", "M", "10000"),
        ("100y", "M", "100Y"),
        ("Mile", "F", "Mile"),
        ("1MILE", "M", "Mile"),
        ("Road Mile", "M", "MileR"),
        ("1 miles", "M", "MileR"),
        ("1.0MR", "M", "MileR"),
        ("2M", "M", "2M"),
        ("2 miles", "M", "2M"),
        ("MAR", "M", "MAR"),
        ("Mar", "F", "MAR"),
        ("Marathon", "", "MAR"),
        ("HMAR", "M", "HM"),
        ("Half marathon", "M", "HM"),
        ("10K", "M", "10K"),
        ("10 km", "F", "10K"),
        ("7,5km", "M", "7.5K"),
        ("5M", "M", "5MR"),
        ("10 miles", "F", "10MR"),
        ("20W", "M", "20KW"),
        ("20KW", "F", "20KW"),
        ("20 km race walk", "M", "20KW"),
        ("MarW", "M", "MARW"),
        ("5000W", "F", "5000W"),
        ("3000 m walk", "F", "3000W"),
        ("3000S", "M", "3000SC"),
        ("3000SC", "F", "3000SC"),
        ("3000m Steeplechase", "M", "3000SC"),
        ("3000SC76", "M", "3000SC76"),
        ("2000SC 83.8cm", "M", "2000SC83"),
        ("110H", "M", "110H"),
        ("110mH", "M", "110H"),
        ("110H100", "M", "110H99"),
        ("110H99", "", "110H99"),
        ("110H99.1", "M", "110H99"),
        ("110H991", "M", "110H99"),
        ("110H106.7cm", "M", "110H"),
        ("110H1067", "M", "110H"),
        ("110m hurdles 91.4 cm", "M", "110H91"),
        ("100H84", "F", "100H"),
        ("100H84", "M", "100H83"),
        ("100H91", "M", "100H"),
        ("100H91", "F", "100H91"),
        ("100H91", "", "100H91"),
        ("80H", "F", "80H"),
        ("80H60.5", "F", "80H60.5"),
        ("80H65", "F", "80H65"),
        ("SP", "M", "SP"),
        ("Shot Put", "F", "SP"),
        ("SP5", "M", "SP5"),
        ("SP5kg", "F", "SP5"),
        ("SP 7.26kg", "M", "SP"),
        ("SP7,26", "M", "SP"),
        ("SP7260g", "M", "SP"),
        ("SP7.26", "F", "SP7.26"),
        ("SP4", "F", "SP"),
        ("SP4", "M", "SP4"),
        ("SP4", "", "SP4"),
        ("DT1.5", "M", "DT1.5"),
        ("DT1,5", "M", "DT1.5"),
        ("JT700", "M", "JT700"),
        ("JT0.7", "M", "JT700"),
        ("JT 700 g", "M", "JT700"),
        ("Javelin", "F", "JT"),
        ("JT600", "F", "JT"),
        ("WT9.08", "F", "WT"),
        ("4x100", "X", "4x100"),
        ("4×400m", "M", "4x400"),
        ("DMR", "M", "DMR"),
        ("Hep", "F", "HEP"),
        ("Hep", "M", "HEPI"),
        ("HEPU18", "F", "HEPJ"),
        ("HEPU18", "M", "HEPIJ"),
        ("IPent", "F", "PENI"),
        ("Decathlon", "M", "DEC"),
        ("CC8.0", "M", "CC8.0"),
        ("XC8", "F", "CC8.0"),
        ("CC4.25km", "F", "CC4.25"),
        ("1HR", "M", "1HR"),
        ("HJ", "F", "HJ"),
        ("long jump", "F", "LJ"),
    ],
)
def test_resolve_finds_what_a_file_means(text: str, sex: str, expected: str) -> None:
    assert resolve(text, sex).code == expected


@pytest.mark.parametrize(
    ("text", "sex", "expected"),
    [("HEP", "M", "HEPI"), ("PEN", "F", "PENI"), ("PEN", "M", "PENI"), ("HEPJ", "M", "HEPIJ"), ("DEC", "M", "DEC")],
)
def test_resolve_finds_the_indoor_combined_events(text: str, sex: str, expected: str) -> None:
    assert resolve(text, sex, "indoor").code == expected


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("", "M"),
        ("banana", "M"),
        ("SP", ""),
        ("110H", ""),
        ("110H", "F"),
        ("HEP", ""),
        ("3000SC", "X"),
        ("17", "M"),
        ("5x100", "M"),
        ("SP0", "M"),
        ("JT0", "F"),
        ("SP7260", "M"),
        ("DT15", "M"),
        ("JT5", "M"),
        ("SP" + "9" * 400, "M"),
        ("9" * 400 + "K", "M"),
        ("0K", "M"),
        ("0W", "M"),
        ("0MR", "M"),
        ("CC0", "M"),
        ("800W", "M"),
        ("400mW", "M"),
        ("3000.5W", "M"),
        ("110H150", "M"),
        ("110H9999", "M"),
        ("120H99", "M"),
    ],
)
def test_resolve_refuses_what_it_would_have_to_guess(text: str, sex: str) -> None:
    with pytest.raises(UnknownDiscipline) as refused:
        resolve(text, sex)
    assert str(refused.value) == text


# Athletics rules §2.7 (TR22, TR32): (sex, implement or height by code).
@pytest.mark.parametrize(
    ("sex", "code", "expected"),
    [
        ("F", "SP3", 3000), ("F", "SP", 4000), ("M", "SP5", 5000), ("M", "SP6", 6000), ("M", "SP", 7260),
        ("F", "DT", 1000), ("M", "DT1.5", 1500), ("M", "DT1.75", 1750), ("M", "DT", 2000),
        ("F", "HT3", 3000), ("F", "HT", 4000), ("M", "HT5", 5000), ("M", "HT6", 6000), ("M", "HT", 7260),
        ("F", "JT500", 500), ("F", "JT", 600), ("M", "JT700", 700), ("M", "JT", 800),
        ("M", "110H", 1067), ("M", "110H99", 991), ("M", "110H91", 914), ("F", "100H", 838), ("F", "100H76", 762),
        ("M", "400H", 914), ("M", "400H84", 838), ("F", "400H", 762),
        ("M", "3000SC", 914), ("M", "2000SC84", 838), ("F", "3000SC", 762),
    ],
)  # fmt: skip
def test_resolve_knows_the_specifications_of_the_rules(sex: str, code: str, expected: int) -> None:
    found = resolve(code, sex)
    assert expected == (found.implement_g if found.family == "throw" else found.hurdle_mm)


def test_resolve_keeps_each_specification_apart() -> None:
    same_code = [one.code for one in CATALOGUE if not one.sex]
    assert len(same_code) == len(set(same_code))
    assert resolve("SP5", "M").name == "Shot put 5 kg"
    assert resolve("JT700").name == "Javelin throw 700 g"
    assert resolve("110H99", "M").name == "110 m hurdles 0.991 m"


@pytest.mark.parametrize("facility", FACILITIES[:2])
@pytest.mark.parametrize("sex", SEXES)
def test_resolve_is_a_fixed_point_for_the_catalogue(sex: str, facility: str) -> None:
    for one in CATALOGUE:
        found = find(one.code, sex, facility)
        if found is None:
            assert one.sex != sex, f"{one.code} is unknown for its own sex"
            continue
        assert resolve(found.code, sex) == found
        assert found.sex in ("", sex)
        # What is stored is the code and the sex of the discipline, not of the athlete.
        assert resolve(found.code, found.sex) == found


def test_resolve_finds_every_discipline_of_the_catalogue_by_its_own_code() -> None:
    for one in CATALOGUE:
        facility = "indoor" if one.code in ("HEPI", "HEPIJ", "PENI") else "outdoor"
        assert resolve(one.code, one.sex, facility) == one


@given(st.text() | st.text(CODE_LIKE, max_size=9), sexes, st.sampled_from(FACILITIES))
def test_resolve_raises_nothing_but_unknown(text: str, sex: str, facility: str) -> None:
    found = find(text, sex, facility)
    if found is not None:
        assert resolve(found.code, sex) == found
        assert resolve(found.code, found.sex) == found
        assert len(found.code) <= 20 and len(found.name) <= 60


@given(
    st.sampled_from(["SP{}", "DT{}kg", "HT{}", "JT{}", "JT{}g", "WT{}", "60H{}", "80H{}", "110H{}", "3000SC{}"])
    | st.sampled_from(["{}K", "{}km", "{}M", "{}MR", "{}W", "{}KW", "{}MW", "CC{}", "XC{}km"]),
    st.decimals(0, 2000, places=1) | st.decimals(0, 100, places=4) | st.integers(0, 2000),
    sexes,
)
def test_resolve_is_a_fixed_point_for_every_amount(pattern: str, amount: object, sex: str) -> None:
    found = find(pattern.format(amount), sex)
    if found is not None:
        assert resolve(found.code, sex) == found
        assert resolve(found.code, found.sex) == found


@given(st.sampled_from(CATALOGUE), st.sampled_from(["M", "F"]))
def test_resolve_bounds_a_discipline_alike_for_everyone(one: Discipline, sex: str) -> None:
    found = find(one.code, sex)
    if found is not None and found.sex == "":
        assert found == resolve(one.code)


def test_catalogue_has_each_code_once_per_sex() -> None:
    keys = [(one.code, one.sex) for one in CATALOGUE]
    assert len(keys) == len(set(keys))
    assert codes("100 110H SP DEC HEPI 4x400 MAR 20KW SP5 110H99 100H91 CC8.0") <= {code for code, _ in keys}


def test_catalogue_measures_and_bounds_are_sound() -> None:
    for one in CATALOGUE:
        assert one.measure in get_args(Measure)
        assert one.sex in ("", "M", "F")
        assert one.world_best("X") == one.world_best("")
        if one.measure == "time":
            assert one.distance_mm is not None
            for best in filter(None, (one.best_m, one.best_f)):
                assert 3 < one.distance_mm / best < 12, f"{one.code}: {best} ms"


@pytest.mark.parametrize(
    ("text", "sex", "low", "high"),
    [
        ("1K", "M", 90_000, 140_000),
        ("3K", "M", 420_000, 480_000),
        ("5K", "F", 834_000, 834_000),
        ("MAR", "M", 7_235_000, 7_235_000),
        ("1KW", "F", 90_000, 330_000),
        ("20KW", "M", 4_570_000, 4_570_000),
    ],
)
def test_world_best_of_a_road_race_follows_its_distance(text: str, sex: str, low: int, high: int) -> None:
    assert low <= (resolve(text).world_best(sex) or 0) <= high


def test_world_best_grows_as_implements_lighten_and_barriers_fall() -> None:
    assert (resolve("SP5").best_m or 0) > (resolve("SP6").best_m or 0) > (resolve("SP", "M").best_m or 0)
    assert resolve("SP7.26").best_f == resolve("SP", "F").best_f
    assert (resolve("110H99").best_m or 0) < (resolve("110H", "M").best_m or 0)
    assert resolve("110H99").best_f == resolve("110H99").best_m
    assert resolve("70H69").best_m == round(9000 * 0.95)


def test_barriers_without_a_best_have_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    known = standard_disciplines()
    monkeypatch.setitem(known, ("70H", ""), replace(known["70H", ""], best_m=None, best_f=None))
    assert resolve("70H69").world_best("M") is None


# §2.1: outdoor races up to 200 m, their hurdles, long and triple jump; no relay.
WINDY = codes("50 55 60 75 80 100 150 200 100Y 50H 55H 60H 70H 75H 80H 100H 110H 200H LJ TJ")
# §2.2: running up to 800 m, all hurdles, relays up to 4 × 400 m.
AUTOMATIC = WINDY - {"LJ", "TJ"} | codes("220Y 300 400 440Y 500 600 800 880Y 300H 400H 4x100 4x200 4x400")


def test_needs_wind_up_to_200_metres_and_for_two_jumps() -> None:
    assert {code for (code, _), one in standard_disciplines().items() if one.needs_wind} == WINDY
    assert resolve("110H99").needs_wind and not resolve("SP5").needs_wind


def test_needs_automatic_timing_up_to_800_metres_and_for_hurdles() -> None:
    assert {code for (code, _), one in standard_disciplines().items() if one.needs_automatic_timing} == AUTOMATIC
    by_hand_too = codes("1000 1500 Mile 3000SC 4x800 DMR 4x1500 1HR 5000W MileR")
    assert by_hand_too <= {code for code, _ in standard_disciplines()}
    assert resolve("300H84").needs_automatic_timing and not resolve("3000SC76").needs_automatic_timing


def test_outside_stadium_are_roads_walks_on_them_and_fields() -> None:
    outside = {one.code for one in CATALOGUE if one.outside_stadium}
    assert codes("MAR HM 10K 20KW 5MR MileR CC8.0") <= outside
    assert not outside & codes("10000 20000W Mile 3000SC 1HR 4x100")
