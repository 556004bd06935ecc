"""What readers of text and of workbooks have in common."""

from __future__ import annotations

from collections.abc import Iterator

CELL_LIMIT = 10_000
"""The most characters of one cell."""

Records = Iterator[tuple[int, list[str]]]
"""(row as a spreadsheet numbers it, its cells)"""
