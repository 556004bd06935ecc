"""Who looks like one person: by names in every spelling, and by what else speaks for it or against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.likeness import NICKNAMES, SHOWN, Face, likeness

BORN = date(1998, 3, 4)
NAMES = ("Ana", "Bob", "Robert", "José", "Zé", "Núñez", "Silva", "Smith", "Smyth", "J", "García López", "", "Li")
DAYS = (None, BORN, date(1998, 4, 3), date(1998, 12, 31), date(2001, 1, 1))


def face(name: str, born: date | None = None, precision: str = "day", sex: str = "M") -> Face:
    given_name, _, family = name.partition(" / ")
    return Face(given_name, family, sex, born, precision if born else "unknown")


def reasons(one: Face, other: Face) -> list[str]:
    return [reason.code for reason in likeness(one, other).reasons]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("José / Núñez", "jose / NUNEZ", "same_name"),
        ("Jean-Paul / Roux", "Jeanpaul / Roux", "same_name"),
        ("Maria / Silva", "Silva / Maria", "same_words"),
        ("Maria Silva / Costa", "Maria / Costa Silva", "same_words"),
        ("Bob / Smith", "Robert / Smith", "nickname"),
        ("Pepe / Ruiz", "José / Ruiz", "nickname"),
        ("Zé / Costa", "José / Costa", "nickname"),
        ("Liz / Hill", "Elizabeth / Hill", "nickname"),
        ("Robert / Smith", "Robert / Smiht", "slip"),
        ("Roberto / Fernandes", "Roberto / Fernandez", "slip"),
        ("Jonas / Smith", "Jonaz / Smith", "slip"),
        ("Roberto / Fernandes", "Fernandez / Roberto", "transposed_slip"),
        ("Fernandez / Roberto", "Roberto / Fernandes", "transposed_slip"),
        ("Ana / García", "Ana / García López", "shorter_name"),
        ("Ana Luisa / Silva", "Ana / Silva", "shorter_name"),
        ("J. / Smith", "John / Smith", "initial"),
        (" / Smith", "John / Smith", "initial"),
    ],
)
def test_names_that_are_alike(one: str, other: str, reason: str) -> None:
    assert reasons(face(one), face(other)) == [reason]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana / Silva", "Eva / Silva"),  # short names differ by nature
        ("Bob / Smith", "Richard / Smith"),
        ("Robert / Smith", "Robert / Jones"),
        ("J. / Smith", "Anna / Smith"),
        ("Maria / Silva", "Joana / Costa"),
    ],
)
def test_names_that_are_not(one: str, other: str) -> None:
    found = likeness(face(one, BORN), face(other, BORN))
    assert (found.score, found.reasons, found.is_shown) == (0, (), False)


@pytest.mark.parametrize(
    ("other", "precision", "reason", "shown"),
    [
        (BORN, "day", "same_birth_date", True),
        (date(1998, 12, 31), "year", "same_birth_year", True),
        (date(1999, 12, 31), "year", "other_birth_year", False),
        (date(1998, 4, 3), "day", "swapped_birth_date", True),
        (date(1998, 3, 5), "day", "birth_date_slip", True),
        (date(2001, 11, 5), "day", "other_birth_date", False),
    ],
)
def test_what_birth_dates_say(other: date, precision: str, reason: str, shown: bool) -> None:
    found = likeness(face("Ana / Silva", BORN), face("Ana / Silva", other, precision))
    assert {one.code for one in found.reasons} == {"same_name", reason}
    assert found.is_shown is shown


def test_a_swapped_birth_date_is_never_enough_by_itself() -> None:
    assert likeness(face("Ana / Silva", BORN), face("Joana / Costa", date(1998, 4, 3))).score == 0
    assert not likeness(face("A. / Smyth", BORN), face("Ana / Smith", date(1998, 4, 3))).is_shown


def test_a_weak_likeness_is_shown_with_evidence() -> None:
    assert not likeness(face("J. / Smith"), face("John / Smith")).is_shown
    assert likeness(face("J. / Smith", BORN), face("John / Smith", date(1998, 12, 31), "year")).is_shown


def test_the_other_sex_is_the_other_person() -> None:
    found = likeness(face("Ana / Silva", BORN), face("Ana / Silva", BORN, sex="F"))
    assert (found.score, [one.code for one in found.reasons]) == (0, ["other_sex"])


def test_two_ids_of_one_source_speak_against_it() -> None:
    one, other = face("Ana / Silva"), face("Ana / Silva")
    first = replace(one, ids=frozenset({("roster", "1"), ("wa", "7")}))
    second = replace(other, ids=frozenset({("roster", "2")}))
    found = likeness(first, second)
    assert found.score < SHOWN
    assert found.reasons[-1].values == {"source": "roster"}
    assert likeness(first, replace(other, ids=frozenset({("roster", "1"), ("roster", "3")}))).score == 60
    assert likeness(first, replace(other, ids=frozenset({("elsewhere", "2")}))).score == 60


def test_one_day_in_two_places_speaks_against_it_and_the_same_mark_for_it() -> None:
    here, there = ({BORN: frozenset({place})} for place in ("Leeds", "Rio"))
    one = replace(face("Ana / Silva"), days=here, marks=frozenset({(BORN, 1, 10_800)}))
    elsewhere = replace(face("Ana / Silva"), days=there)
    assert "two_places" in reasons(one, elsewhere)
    assert not likeness(one, elsewhere).is_shown
    assert reasons(one, replace(elsewhere, days=here)) == ["same_name"]
    assert reasons(one, replace(elsewhere, days={BORN: frozenset()})) == ["same_name"]
    assert likeness(one, replace(one, days={})).score == 75


def test_nicknames_are_folded_and_may_mean_several_names() -> None:
    assert NICKNAMES["alex"] == {"alexander", "alexandra"}
    assert all(name.isascii() and name.isalpha() and name.islower() for name in NICKNAMES)


faces = st.builds(
    lambda one, other, born, year, source, venue: Face(
        one,
        other,
        "M",
        born,
        ("year" if year else "day") if born else "unknown",
        frozenset({("roster", source)}),
        {BORN: frozenset({venue})},
        frozenset({(BORN, 1, 10_800)}) if venue else frozenset(),
    ),
    st.sampled_from(NAMES),
    st.sampled_from([name for name in NAMES if name]),
    st.sampled_from(DAYS),
    st.booleans(),
    st.sampled_from("12"),
    st.sampled_from(["Leeds", "Rio", ""]),
)


@given(faces, faces)
def test_it_is_the_same_whichever_comes_first(one: Face, other: Face) -> None:
    there, back = likeness(one, other), likeness(other, one)
    assert there.score == back.score
    assert {reason.code for reason in there.reasons} == {reason.code for reason in back.reasons}
    assert 0 <= there.score <= 100


@given(faces, faces)
def test_nobody_is_more_like_one_than_oneself(one: Face, other: Face) -> None:
    assert likeness(one, one).is_shown
    assert likeness(one, one).score >= likeness(one, other).score


@given(faces)
def test_the_order_of_the_names_hides_nobody(one: Face) -> None:
    turned = replace(one, given=one.family, family=one.given or one.family)
    if one.given:
        assert likeness(one, turned).is_shown
