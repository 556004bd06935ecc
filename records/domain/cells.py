"""What readers of text and of workbooks have in common."""

from __future__ import annotations

from collections.abc import Iterator

CELL_LIMIT = 10_000
"""The most characters of one cell."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def unguarded(cell: str) -> str:
    """``cell`` without the apostrophe by which exports keep a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_SIGNS else cell


Records = Iterator[tuple[int, list[str]]]
"""(row as a spreadsheet numbers it, its cells)"""
