"""Words of lines, in each language."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from records.queries.figures import figures


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [
        ("10.52", "10.52", "10,52"),
        ("1:45.32", "1:45.32", "1:45,32"),
        ("+1.4", "+1.4", "+1,4"),
        ("−0.3", "−0.3", "−0,3"),
        ("10.5h", "10.5h", "10,5h"),
        ("3 cm", "3 cm", "3 cm"),
        ("DQ TR16.8", "DQ TR16.8", "DQ TR16.8"),
        ("", "", ""),
    ],
)
def test_figures_have_the_decimal_sign_of_the_language(text: str, english: str, spanish: str) -> None:
    with override("en"):
        assert figures(text) == english
    for language in ("es", "pt"):
        with override(language):
            assert figures(text) == spanish
