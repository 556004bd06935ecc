"""What fits what somebody typed, and how well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.names import fold
from records.domain.seeking import MOST_WORDS, best_first, near_to, rank_of, sought_in

NAMES = st.lists(st.text(alphabet="abcdefghij", min_size=6, max_size=10), min_size=1, max_size=4, unique=True)


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("Núñez José", (("nunez",), ("jose",))),
        ("  al  ", (("al",),)),
        ("a b", (("a",), ("b",))),
        ("sam SAM", (("sam",),)),
        ("a", ()),
        (" . ", ()),
        ("", ()),
        ("😀😀", ()),
    ],
)
def test_words_are_read_without_accents_and_capitals(text: str, sought: object) -> None:
    assert sought_in(text) == sought


def test_no_more_words_are_read_than_anybody_types() -> None:
    assert len(sought_in(" ".join(f"w{n}" for n in range(50)))) == MOST_WORDS


@pytest.mark.parametrize(
    ("text", "key", "rank"),
    [
        ("al", "al ali", 0),
        ("al", "ali bab", 1),
        ("al", "sal bab", 2),
        ("al", "bob", None),
        ("al bob", "bob sal", 2),
        ("al bob", "sal", None),
        ("100", "100 m", 0),
        ("100", "1000 m", None),
        ("10", "100 m", None),
    ],
)
def test_whole_words_come_before_beginnings_and_those_before_the_rest(text: str, key: str, rank: int | None) -> None:
    assert rank_of(sought_in(text), key) == rank


def test_the_best_come_first_and_equals_by_the_alphabet() -> None:
    keys = ["sal", "bob", "alz", "al b", "al a"]
    assert [keys[place] for place in best_first(sought_in("al"), keys)] == ["al a", "al b", "alz", "sal"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("salmnan", "salmann"), ("jhon", "john"), ("smiht", "smith"), ("gonzales", "gonzalez"), ("rodrigez", "rodriguez")],
)
def test_a_slip_is_forgiven(typed: str, meant: str) -> None:
    known = {"salmann", "john", "smith", "gonzalez", "rodriguez", "unlike"}
    assert near_to(sought_in(typed), known) == ((meant,),)


@pytest.mark.parametrize("typed", ["abc", "1000", "jhno", "entirely"])
def test_short_words_and_numbers_and_more_than_a_slip_are_not(typed: str) -> None:
    assert near_to(sought_in(typed), {"abd", "1001", "john", "unlike"}) == ()


def test_a_word_that_is_known_still_has_its_neighbours() -> None:
    """There is a Joan, but who was meant is John Swift."""
    known = {"joan", "john", "swift", "joanna"}
    assert near_to(sought_in("joan swift"), known) == (("joan", "john"), ("swift",))
    assert near_to(sought_in("jean swift"), known) == (("joan",), ("swift",))
    assert near_to(sought_in("jonn swift"), known) == (("joan", "john"), ("swift",))


def test_every_word_needs_something_near() -> None:
    assert near_to(sought_in("smiht zzzzzz"), {"smith"}) == ()


@given(NAMES)
def test_every_order_of_the_words_finds_the_name(words: list[str]) -> None:
    sought = sought_in(" ".join(reversed(words)))
    assert rank_of(sought, " ".join(words)) == 0
    assert near_to(sought, words)


@given(NAMES, st.data())
def test_a_letter_left_out_is_forgiven(words: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(words))
    at = data.draw(st.integers(0, len(word) - 1))
    (spellings,) = near_to(sought_in(word[:at] + word[at + 1 :]), [word])
    assert word in spellings


@given(st.text(max_size=60), st.text(max_size=60))
def test_anything_may_be_typed(text: str, name: str) -> None:
    sought, key = sought_in(text), fold(name)
    rank = rank_of(sought, key)
    assert rank is None or 0 <= rank <= 2 * MOST_WORDS
    assert (best_first(sought, [key]) == [0]) is (rank is not None)
