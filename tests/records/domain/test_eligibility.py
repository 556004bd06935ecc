"""Flaws, the lists of bests that take them, and what a record policy refuses."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.disciplines import Discipline, catalogue, resolve
from records.domain.eligibility import NOBODY_TAKES, WIND, BestList, Flaw, Policy, best_list, flaws_of

CATALOGUE = list(catalogue())
EVERY_FLAW = [Flaw(bits) for bits in range(256)]


def codes(text: str) -> list[str]:
    return text.split()


def choices(name: str) -> tuple[str, ...]:
    return get_args(get_type_hints(Policy)[name])


NAMES = ("wind", "hand", "ties", "facilities", "inheritance", "claims")
POLICIES = [Policy(**dict(zip(NAMES, values, strict=True))) for values in product(*map(choices, NAMES))]  # type: ignore[arg-type]


def flaws(code: str, sex: str = "M", **facts: Any) -> Flaw:
    """The flaws of a valid automatic outdoor mark with a legal wind, but for ``facts``."""
    plain: dict[str, Any] = {
        "valid": True, "timing": "auto", "wind": 0, "windy": False, "facility": "outdoor", "converted": False,
    }  # fmt: skip
    return flaws_of(resolve(code, sex), **plain | facts)


@pytest.mark.parametrize("code", ["60", "100", "200", "110H", "110H99", "80H", "LJ", "TJ", "DEC"])
def test_flaws_of_wind_begin_above_two_metres_a_second(code: str) -> None:
    assert flaws(code, wind=20) == Flaw(0)
    assert flaws(code, wind=21) == Flaw.WIND_OVER
    assert flaws(code, wind=-50) == Flaw(0)


@pytest.mark.parametrize("code", ["300", "400", "400H", "4x100", "HJ", "SP", "1500", "SLJ"])
def test_flaws_of_wind_are_none_where_it_does_not_matter(code: str) -> None:
    assert flaws(code, wind=50) == flaws(code, wind=None) == flaws(code, wind=None, windy=True) == Flaw(0)


@pytest.mark.parametrize("code", ["100", "110H", "LJ", "TJ"])
def test_flaws_of_a_missing_reading_count_outdoors_alone(code: str) -> None:
    assert flaws(code, wind=None) == Flaw.NO_READING
    assert flaws(code, wind=None, windy=True) == Flaw.WIND_OVER
    assert flaws(code, wind=None, facility="indoor") == flaws(code, wind=None, windy=True, facility="indoor") == Flaw(0)


def test_flaws_of_a_combined_event_come_from_its_mean_or_its_sign() -> None:
    assert flaws("DEC", wind=None) == Flaw(0)
    assert flaws("DEC", wind=None, windy=True) == Flaw.WIND_OVER
    assert flaws("HEPI", wind=None, windy=True, facility="indoor") == Flaw(0)


# §2.2: automatic timing alone up to 800 m, for hurdles and relays up to 4 × 400 m.
@pytest.mark.parametrize(
    ("code", "expected"),
    [(code, Flaw.HAND) for code in codes("100 400 800 880Y 60H 110H 400H 4x100 4x200 4x400")]
    + [(code, Flaw(0)) for code in codes("1000 1500 Mile 3000SC 4x800 4x1500 DMR 5000W 10000 MAR 20KW MileR")],
)
def test_flaws_of_hand_timing_follow_the_distance(code: str, expected: Flaw) -> None:
    assert flaws(code, timing="hand") == expected
    assert flaws(code, timing="") == Flaw(0)


def test_flaws_of_cross_country_and_conversion() -> None:
    assert flaws("CC8.0", facility="road", wind=None) == Flaw.COURSE
    assert flaws("MAR", facility="road", wind=None) == Flaw(0)
    assert flaws("100", converted=True, wind=30, timing="hand") == Flaw.CONVERTED | Flaw.WIND_OVER | Flaw.HAND


def test_flaws_of_a_row_without_a_mark_are_that_alone() -> None:
    assert flaws("CC8.0", valid=False, converted=True, wind=99) == Flaw.NO_MARK


facts = st.fixed_dictionaries(
    {
        "valid": st.booleans(),
        "timing": st.sampled_from(["", "auto", "hand", "gun", "chip"]),
        "wind": st.none() | st.integers(-150, 150),
        "windy": st.booleans(),
        "facility": st.sampled_from(["outdoor", "indoor", "road"]),
        "converted": st.booleans(),
    }
)


@given(st.sampled_from(CATALOGUE), facts)
def test_flaws_never_say_both_too_much_wind_and_no_reading(one: Discipline, said: dict[str, Any]) -> None:
    found = flaws_of(one, **said)
    assert not (found & Flaw.WIND_OVER and found & Flaw.NO_READING)
    assert not (found & Flaw.NO_READING and said["wind"] is not None)
    assert bool(found & Flaw.NO_MARK) == (not said["valid"])
    if found & NOBODY_TAKES:
        assert best_list(found) == BestList.NONE


@pytest.mark.parametrize(
    ("flaw", "expected"),
    [
        (Flaw(0), BestList.LEGAL),
        (Flaw.NO_READING, BestList.LEGAL),
        (Flaw.WIND_OVER, BestList.WIND),
        (Flaw.HAND, BestList.HAND),
        (Flaw.HAND | Flaw.NO_READING, BestList.HAND),
        (Flaw.WIND_OVER | Flaw.HAND, BestList.NONE),
        (Flaw.CONVERTED, BestList.NONE),
        (Flaw.ANNULLED | Flaw.WIND_OVER, BestList.NONE),
        (Flaw.SUPERSEDED, BestList.NONE),
        (Flaw.NO_MARK, BestList.NONE),
    ],
)
def test_best_list_of_flaws(flaw: Flaw, expected: BestList) -> None:
    assert best_list(flaw) == expected


def test_best_list_takes_nothing_that_nobody_takes() -> None:
    for flaw in EVERY_FLAW:
        listed = best_list(flaw)
        if flaw & NOBODY_TAKES:
            assert listed == BestList.NONE
        if listed == BestList.LEGAL:
            assert not flaw & (Flaw.WIND_OVER | Flaw.HAND)
    assert {best_list(flaw) for flaw in EVERY_FLAW} == set(BestList)


def test_flaw_values_are_stored_and_so_never_change() -> None:
    assert {flaw.name: flaw.value for flaw in Flaw} == {
        "NO_MARK": 1, "ANNULLED": 2, "SUPERSEDED": 4, "CONVERTED": 8,
        "WIND_OVER": 16, "NO_READING": 32, "HAND": 64, "COURSE": 128,
    }  # fmt: skip
    assert [listed.value for listed in BestList] == [0, 1, 2, 3]


def test_policy_refuses_as_world_athletics_does_by_default() -> None:
    assert Policy().refuses == NOBODY_TAKES | Flaw.COURSE | Flaw.WIND_OVER | Flaw.NO_READING | Flaw.HAND


@pytest.mark.parametrize("policy", POLICIES)
def test_policy_refuses_what_nobody_takes_whatever_it_says(policy: Policy) -> None:
    assert policy.refuses & NOBODY_TAKES == NOBODY_TAKES
    assert policy.refuses & Flaw.COURSE
    assert bool(policy.refuses & Flaw.WIND_OVER) == (policy.wind != "any")
    assert bool(policy.refuses & Flaw.NO_READING) == (policy.wind == "reading")
    assert bool(policy.refuses & Flaw.HAND) == (policy.hand == "refused")


@pytest.mark.parametrize(
    ("age", "code", "found"),
    [
        (13, "100", Flaw(0)),
        (14, "100", Flaw.WIND_OVER),
        (None, "100", Flaw.WIND_OVER),
        (30, "LJ", Flaw(0)),
        (None, "LJ", Flaw(0)),
    ],
)
def test_policy_against_the_wind_below_an_age_or_in_a_discipline(age: int | None, code: str, found: Flaw) -> None:
    policy = Policy(wind_from_age=14, any_wind=frozenset({"LJ"}))
    assert policy.against(Flaw.WIND_OVER, age=age, discipline=code) == found


@given(st.sampled_from(POLICIES), st.sampled_from(EVERY_FLAW), st.none() | st.integers(5, 90))
def test_policy_against_is_what_it_refuses_but_for_the_wind(policy: Policy, found: Flaw, age: int | None) -> None:
    assert policy.against(found, age=age, discipline="100") == policy.refuses & found
    young = replace(policy, wind_from_age=100).against(found, age=age or 5, discipline="100")
    assert young == policy.refuses & found & ~WIND


@pytest.mark.parametrize(
    ("code", "added"),
    [("60", 240), ("300", 240), ("110H", 240), ("400", 140), ("440Y", 140), ("4x100", 140), ("500", 0), ("800", 0)],
)
def test_policy_adds_to_hand_times_what_the_distance_asks(code: str, added: int) -> None:
    distance = resolve(code, "M").distance_mm
    assert Policy(hand="converted").added_ms(Flaw.HAND, distance) == added
    assert Policy(hand="converted").added_ms(Flaw.WIND_OVER, distance) == 0
    assert Policy(hand="mixed").added_ms(Flaw.HAND, distance) == 0


def test_policy_adds_what_the_book_says() -> None:
    policy = Policy(hand="converted", hand_short_ms=200, hand_400_ms=100)
    assert (policy.added_ms(Flaw.HAND, 100_000), policy.added_ms(Flaw.HAND, 400_000)) == (200, 100)
    assert policy.added_ms(Flaw.HAND, None) == 0
