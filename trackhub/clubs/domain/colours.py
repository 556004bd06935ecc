"""A club's colour where it must be read: darkened or lightened until it stands out from whatever it stands on."""

from __future__ import annotations

from dataclasses import dataclass

READABLE = 4.5
"""The contrast ratio that WCAG 2.2 (1.4.3) asks of text."""

CLEAR = 7.0
"""The one a club's ink has, WCAG's enhanced (1.4.6): badges are small, and a button under the pointer is brighter."""

HOUSE = "#b3401f"
"""The accent of whoever has chosen none."""

# --paper and --raised of static/css/tokens.css; a test holds both files together.
LIGHT = ("#ffffff", "#f5f4f1")
DARK = ("#101418", "#1a2026")

_STEPS = 50


@dataclass(frozen=True, slots=True)
class Accents:
    """What follows from one colour. A wash is the ground of what is marked out; its ink is read on it as well."""

    ink: str
    wash: str
    ink_dark: str
    wash_dark: str


def contrast(one: str, other: str) -> float:
    """The ratio of two colours such as #0a5c36 by WCAG 2: from 1 to 21, whichever is named first."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def accents(colour: str) -> Accents:
    """Inks and washes of ``colour`` (#rrggbb), each ink CLEAR on paper, on raised ground and on its wash."""
    wash, wash_dark = _mixed(colour, LIGHT[0], 0.1), _mixed(colour, DARK[0], 0.16)
    ink = _clear(colour, "#000000", (*LIGHT, wash))
    return Accents(ink, wash, _clear(colour, "#ffffff", (*DARK, wash_dark)), wash_dark)


def _clear(colour: str, towards: str, grounds: tuple[str, ...]) -> str:
    inks = (_mixed(towards, colour, step / _STEPS) for step in range(_STEPS))
    return next((ink for ink in inks if min(contrast(ink, ground) for ground in grounds) >= CLEAR), towards)


def _mixed(one: str, other: str, share: float) -> str:
    """``share`` of ``one`` in ``other``."""
    channels = (a * share + b * (1 - share) for a, b in zip(_channels(one), _channels(other), strict=True))
    return "#" + "".join(f"{round(value):02x}" for value in channels)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (value / 255 for value in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
