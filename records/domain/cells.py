"""What readers of text and of workbooks have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator

CELL_LIMIT = 10_000
"""The most characters of one cell."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


_OWN_WORDS = ("=PB", "=SB")
_SAFE_NUMBER = re.compile(r"[+-]?(\d+([.,:]\d+)*)?")


def guarded(text: str) -> str:
    """``text`` so that a spreadsheet doesn't run it as a formula; a wind of +1.4 or a lone - stays as it is."""
    if text[:1] in FORMULA_SIGNS and text not in _OWN_WORDS and not _SAFE_NUMBER.fullmatch(text):
        return "'" + text
    return text


def unguarded(cell: str) -> str:
    """``cell`` without the apostrophe by which exports keep a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_SIGNS else cell


Records = Iterator[tuple[int, list[str]]]
"""(row as a spreadsheet numbers it, its cells)"""
