"""Names of disciplines in the reader's language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from records.domain.disciplines import resolve, standard_disciplines
from records.models.disciplines import discipline_name


@pytest.mark.parametrize(
    ("code", "sex", "english", "spanish", "portuguese"),
    [
        ("LJ", "M", "Long jump", "Salto de longitud", "Salto em comprimento"),
        ("100", "M", "100 m", "100 m", "100 m"),
        ("10000", "M", "10,000 m", "10\xa0000 m", "10.000 m"),
        ("5KW", "F", "5 km walk", "5 km marcha", "5 km marcha"),
        ("4x100", "F", "4 × 100 m", "4 × 100 m", "4 × 100 m"),
        ("DEC", "M", "Decathlon", "Decatlón", "Decatlo"),
    ],
)
def test_names_are_in_the_language(code: str, sex: str, english: str, spanish: str, portuguese: str) -> None:
    for language, name in (("en", english), ("es", spanish), ("pt", portuguese)):
        with override(language):
            assert discipline_name(resolve(code, sex, "outdoor").name) == name


def test_every_standard_discipline_has_a_name_in_spanish() -> None:
    figures = set("0123456789")
    with override("es"):
        for one in standard_disciplines().values():
            assert discipline_name(one.name) != one.name or set(one.name) & figures or one.name == "Marathon", one.name


def test_a_name_of_no_known_form_stays() -> None:
    with override("es"):
        for name in ("Egg race 3 km", "1 2 3 4", "{a} km", "1" + " 2" * 29, ""):
            assert discipline_name(name) == name
