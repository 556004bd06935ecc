"""Records that somebody took: a book's former records, the latest to fall first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from records.models import Record, RecordBook
from records.queries.athletes import Place
from records.queries.boards import story_url
from records.queries.lines import PAGE_SIZE, Faces, Line, Visitor, line_of_record
from records.queries.standing import in_order_of_age, standing_records


@dataclass(frozen=True, slots=True)
class Fallen:
    """One mark that was a record until a day, and the age groups whose lists lost it then."""

    line: Line
    until: date
    groups: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class FallenRecords:
    items: list[Fallen]
    older: Place | None


def former_records(book: RecordBook, user: Visitor, *, before: Place | None = None) -> FallenRecords:
    """Three queries at most; the last page costs what the first does."""
    found = standing_records(book, history=True).filter(until__isnull=False).with_places().select_related("book")
    if before:
        found = found.filter(Q(until__lt=before.day) | Q(until=before.day, pk__lt=before.pk))
    rows = list(found.order_by("-until", "-pk")[: PAGE_SIZE + 1])
    shown, last = rows[:PAGE_SIZE], rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    by_mark: dict[tuple[object, ...], list[Record]] = defaultdict(list)
    for record in in_order_of_age(shown):
        by_mark[record.until, record.performance_id, record.legacy_id].append(record)
    faces = Faces([record.performance for record in shown if record.performance], user)
    items = []
    for records in sorted(by_mark.values(), key=lambda records: records[0].until or date.min, reverse=True):
        first = records[0]
        groups = tuple(dict.fromkeys(one.age_group for one in records))
        items.append(
            Fallen(line_of_record(first, faces), first.until or first.set_on, groups, story_url(book, first, groups[0]))
        )
    return FallenRecords(items, Place(last.until, 0, last.pk) if last and last.until else None)
