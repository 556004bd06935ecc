"""Finding one person's name in texts, in whatever spelling."""

from __future__ import annotations

import pytest

from records.domain.identity import Identity

NUNEZ = Identity((("María José", "Núñez-Gil"),), ("玛丽亚",))


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("María José Núñez-Gil", "X"),
        ("MARIA JOSE NUNEZ GIL", "X"),
        ("nunez gil, maria jose", "X"),
        ("Maria Núñez-Gil paced", "X paced"),
        ("won by Núñez Gil María!", "won by X!"),
        ("Mari\u0301a Jose\u0301 Nu\u0301n\u0303ez-Gil", "X"),
        ("maria-jose_nunez-gil.csv", "X.csv"),
        ("玛丽亚", "X"),
        ("María José and Núñez-Gil", "María José and Núñez-Gil"),
        ("Gil Park", "Gil Park"),
        ("", ""),
    ],
)
def test_mentions_are_replaced(text: str, redacted: str) -> None:
    assert NUNEZ.redacted(text, "X") == redacted
    assert NUNEZ.named_in(text) == (redacted != text)


def test_the_family_name_alone_counts_only_in_a_text_about_the_person() -> None:
    hill = Identity((("Sam", "Hill"),))
    assert hill.redacted("Hill Park, S. Hill", "X") == "Hill Park, S. Hill"
    assert hill.redacted("Sam Hill fell, Hill got up", "X") == "X fell, X got up"
    assert hill.redacted("Hill was tripped, S. Hill ran on uphill", "X", own=True) == "X was tripped, X ran on uphill"
    assert hill.redacted("uphill all the way", "X", own=True) == "uphill all the way"


def test_one_short_name_is_no_full_name() -> None:
    alone = Identity((("", "Hill"),))
    assert alone.redacted("Hill Park", "X") == "Hill Park"
    assert alone.redacted("Hill", "X", own=True) == "X"


def test_a_name_of_signs_is_nobody() -> None:
    assert Identity((("J", "—"),)).redacted("J was here", "X", own=True) == "J was here"


def test_plain_texts_without_the_name_are_skipped_by_a_cheap_look() -> None:
    assert not NUNEZ.may_be_in("somebody else")
    assert NUNEZ.may_be_in("nunez")
    assert NUNEZ.may_be_in("N\\u00fa\\u00f1ez")
    assert NUNEZ.may_be_in("é")
