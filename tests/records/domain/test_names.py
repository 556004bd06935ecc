"""Names as keys, apart, and told from what isn't one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.names import fold, initials, known_name, name_fault, name_key, split_full_name

ACCENTS = "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327\u0328"

latin = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Núñez-Ł.", "nunez l"),
        ("  O'Brien  Mc-Coy ", "o brien mc coy"),
        ("MÜLLER", "muller"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Håkon Bjørnsen", "hakon bjornsen"),
        ("Þórður Ægisson", "thordur aegisson"),
        ("ǾRSTED", "orsted"),
        ("ǽsa", "aesa"),
        ("İpek Işık", "ipek isik"),
        ("Đặng Œuvre", "dang oeuvre"),
        ("ℌans", "hans"),
        ("Ωμέγας", "ωμεγασ"),
        ("李明", "李明"),
        ("?", ""),
        ("", ""),
    ],
)
def test_fold_leaves_letters_and_single_blanks(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text())
def test_fold_is_a_fixed_point(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_fold_makes_no_difference_between_cases_and_compositions(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert fold(text.upper()) == fold(text) == fold(composed) == fold(decomposed)


@given(latin, st.lists(st.sampled_from(ACCENTS), max_size=5))
def test_fold_makes_no_difference_between_accents(text: str, accents: list[str]) -> None:
    accented = "".join(c + "".join(accents[i : i + 1]) for i, c in enumerate(text))
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, accented)) == text


def test_name_key_puts_the_family_name_first() -> None:
    assert name_key("José María", "NÚÑEZ") == "nunez, jose maria"


@given(st.text(), st.text())
def test_name_key_is_the_same_for_every_spelling(given_name: str, family: str) -> None:
    decomposed = unicodedata.normalize("NFD", given_name)
    assert name_key(given_name.upper(), family.upper()) == name_key(decomposed, f" {family}-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Núñez, José", ("José", "Núñez")),
        ("José María Núñez", ("José María", "Núñez")),
        ("van Dijk, Anna, jr", ("Anna, jr", "van Dijk")),
        ("Pelé", ("", "Pelé")),
        ("  Ana  Sá ", ("Ana", "Sá")),
        ("", ("", "")),
    ],
)
def test_split_full_name_takes_the_comma_or_the_last_word(text: str, expected: tuple[str, str]) -> None:
    assert split_full_name(text) == expected


@given(st.text())
def test_split_full_name_leaves_no_outer_blanks(text: str) -> None:
    parts = split_full_name(text)
    assert parts == (parts[0].strip(), parts[1].strip())


@pytest.mark.parametrize("text", ["Ana", "李", "=1+1", "+", "@SUM", "7"])
def test_known_name_keeps_names_and_what_must_be_refused(text: str) -> None:
    assert known_name(text) == text


@pytest.mark.parametrize("text", ["?", "-", "...", "", "n/a"[1:2]])
def test_known_name_is_empty_for_signs_of_ignorance(text: str) -> None:
    assert known_name(text) == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2001-05-03", "name_is_a_date"),
        ("3/5", "name_is_a_date"),
        (" 03.05.2001 ", "name_is_a_date"),
        ("3-May", "name_is_a_date"),
        ("12 September", "name_is_a_date"),
        ("=HYPERLINK(A1)", "name_is_a_formula"),
        ("+1", "name_is_a_formula"),
        ("@x", "name_is_a_formula"),
        ("12345", "name_is_a_number"),
        ("-5", "name_is_a_number"),
        ("May Smith", ""),
        ("Ana 2", ""),
        ("Núñez-Gómez", ""),
        ("", ""),
    ],
)
def test_name_fault_names_what_a_name_cannot_be(text: str, fault: str) -> None:
    assert name_fault(text) == fault


@pytest.mark.parametrize(
    ("given_name", "family_name", "short"),
    [("Ana María", "Bravo", "A. B."), ("", "bravo", "B."), ("Ødegård", " ", "Ø."), ("", "", ""), ("李", "娜", "")],
)
def test_initials_are_first_letters(given_name: str, family_name: str, short: str) -> None:
    assert initials(given_name, family_name) == short


@given(st.text(max_size=20), st.text(max_size=20))
def test_initials_say_two_letters_at_most(given_name: str, family_name: str) -> None:
    assert len([part for part in initials(given_name, family_name).split(". ") if part]) <= 2
