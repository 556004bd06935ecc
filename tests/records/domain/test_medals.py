"""Places and what they are worth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.medals import LAST_PLACE, PlaceRefused, Worth, full_table, read_place, shared_places


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 1), (" 2 ", 2), ("3rd", 3), ("1st", 1), ("2nd place", 2), ("4.", 4), ("=2", 2), ("2=", 2), ("T3", 3),
        ("01", 1), ("1.0", 1), ("12th", 12), ("1º", 1), ("2ª", 2), ("no. 5", 5), ("#6", 6), ("Gold", 1), ("prata", 2),
        ("bronce", 3),
    ],
)  # fmt: skip
def test_places_as_files_write_them(text: str, place: int) -> None:
    assert read_place(text) == place


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_place"), ("  ", "no_place"), ("first", "unreadable_place"), ("1/2", "unreadable_place"),
        ("-1", "unreadable_place"), ("1.5", "unreadable_place"), ("DNF", "unreadable_place"),
        ("0", "place_without_award"), ("13", "place_without_award"), ("999", "place_without_award"),
    ],
)  # fmt: skip
def test_what_is_no_place(text: str, code: str) -> None:
    with pytest.raises(PlaceRefused) as refusal:
        read_place(text)
    assert refusal.value.code == code


@given(st.text(max_size=12))
def test_a_place_is_one_of_twelve_or_refused(text: str) -> None:
    try:
        assert 1 <= read_place(text) <= LAST_PLACE
    except PlaceRefused as refusal:
        assert refusal.code in ("no_place", "unreadable_place", "place_without_award")


def test_a_club_without_a_table_has_the_usual_one() -> None:
    table = full_table([])
    assert [one.metal for one in table] == ["gold", "silver", "bronze", *[""] * 9]
    assert [one.position for one in table] == list(range(1, 13))


def test_a_clubs_own_table_stands_alone() -> None:
    table = full_table([Worth(4, "Fourth man", "bronze"), Worth(1, "", "gold")])
    assert table[0] == Worth(1, "", "gold")
    assert table[3] == Worth(4, "Fourth man", "bronze")
    assert {one.metal for one in table[1:3]} == {""}


def test_two_on_a_place_share_it_and_a_team_does_not() -> None:
    assert shared_places(iter([("U20", 2, ""), ("U20", 2, ""), ("", 2, "")])) == {("U20", 2)}
    assert shared_places([("", 1, "A"), ("", 1, "A"), ("", 1, "A")]) == frozenset()
    assert shared_places([("", 1, "A"), ("", 1, "A"), ("", 1, "B")]) == {("", 1)}
    assert shared_places([("", 1, "A"), ("", 1, "")]) == {("", 1)}
