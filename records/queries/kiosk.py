"""What the screen in a clubhouse shows in turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from records.models import RecordBook
from records.queries.boards import BoardFilters, BoardList, NewRecord, latest_records, record_board
from records.queries.feeds import latest_results
from records.queries.lines import Line, Visitor
from trackhub.clubs.models import Club

T = TypeVar("T")

A_WEEK = timedelta(days=7)
PER_SLIDE = 6
"""Lines that can be read from across a room."""

LISTS_PER_SLIDE = 2


@dataclass(frozen=True, slots=True)
class Slides:
    """The slides, in turn. ``next_page`` is the part of the board that the next load should bring."""

    records: list[NewRecord]
    results: list[Sequence[Line]]
    lists: list[Sequence[BoardList]]
    next_page: int


def slides_of(club: Club, book: RecordBook | None, user: Visitor, *, today: date, page: int) -> Slides:
    """The latest records, the last seven days' results, and one page of the board. A constant number of queries."""
    week = latest_results(today=today, club=club, since=today - A_WEEK)
    board = record_board(book, user, BoardFilters(), today=today, page=page) if book else None
    return Slides(
        latest_records(user, today=today, limit=PER_SLIDE, club=club),
        _in_turns(week, PER_SLIDE),
        _in_turns(board.items, LISTS_PER_SLIDE) if board else [],
        page + 1 if board and board.more else 1,
    )


def _in_turns(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
