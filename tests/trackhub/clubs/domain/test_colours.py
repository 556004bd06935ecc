"""Any club's colour can be read wherever the sheets set it."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from trackhub.clubs.domain.colours import CLEAR, DARK, HOUSE, LIGHT, READABLE, accents, contrast

SHEET = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def tokens(half: str) -> dict[str, str]:
    """The colours that the sheet gives one half of the day."""
    light, dark = SHEET.split("@media (prefers-color-scheme: dark)")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", {"light": light, "dark": dark}[half]))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # The first three are what the definition gives by hand; #767676 is known as the lightest grey to be read on white.
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#000000", 21.0), ("#0a5c36", "#0a5c36", 1.0), ("#767676", "#ffffff", 4.54)],
)  # fmt: skip
def test_contrast_is_wcags(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@given(COLOURS)
@example("#ffffff")
@example("#000000")
@example("#ffff00")
@example("#00ff00")
def test_every_clubs_ink_is_clear_on_every_ground(colour: str) -> None:
    made = accents(colour)
    assert all(contrast(made.ink, ground) >= CLEAR for ground in (*LIGHT, made.wash))
    assert all(contrast(made.ink_dark, ground) >= CLEAR for ground in (*DARK, made.wash_dark))
    for half, wash in (("light", made.wash), ("dark", made.wash_dark)):
        assert all(contrast(tokens(half)[text], wash) >= READABLE for text in ("ink", "soft"))


def test_a_colour_that_is_clear_already_stays() -> None:
    assert accents("#0a3d62").ink == "#0a3d62"
    assert accents("#ffff00").ink_dark == "#ffff00"


@pytest.mark.parametrize(("half", "grounds"), [("light", LIGHT), ("dark", DARK)])
def test_the_sheet_keeps_to_the_same_rules(half: str, grounds: tuple[str, ...]) -> None:
    said = tokens(half)
    assert (said["paper"], said["raised"]) == grounds
    for text in ("ink", "soft", "good", "bad"):
        assert all(contrast(said[text], ground) >= READABLE for ground in grounds), text
    assert contrast(said["bad"], said["bad-wash"]) >= READABLE


def test_the_houses_own_accents_follow_from_its_colour() -> None:
    made, said = accents(HOUSE), tokens("light")
    assert said["club"] == HOUSE
    assert (said["club-ink"], said["club-wash"]) == (made.ink, made.wash)
    assert (said["club-ink-dark"], said["club-wash-dark"]) == (made.ink_dark, made.wash_dark)
