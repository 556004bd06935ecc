"""Staging: every row of a file read, judged and kept beside its verdict. Nothing real is touched yet.

Rows are written in blocks, each with its own short transaction, so that progress can be seen and a killed
worker loses at most a block; staging again starts from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import Length

from records.actions.athlete_rows import ATHLETE_STAGED_COLUMNS, AthleteRows
from records.actions.performance_rows import STAGED_COLUMNS, PerformanceRows
from records.actions.receiving import remember_mapping
from records.actions.record_rows import RECORD_STAGED_COLUMNS, RecordRows
from records.domain.columns import Columns, match_columns
from records.domain.tabular import FileRefused, Table, read_table
from records.models import AgeGroup, ColumnMapping, ImportBatch, ImportRow
from records.queries.known import KnownAthletes, KnownClubs
from trackhub.clubs.actions.jobs import Progress

BLOCK_ROWS = 5_000


class Rows(Protocol):
    """Judges rows of one kind of file."""

    def staged(self, number: int, cells: Sequence[str]) -> tuple[Any, ...]: ...


def no_progress(done: int, total: int) -> None:
    """For callers that nobody watches."""


def stage_import(batch: ImportBatch, *, today: date, progress: Progress = no_progress) -> None:
    """Read and judge the whole file. A file that can't be read leaves the batch refused, with the reason."""
    if batch.state not in (ImportBatch.State.RECEIVED, ImportBatch.State.STAGED):
        return
    ImportRow.objects.filter(batch=batch).delete()
    try:
        table = read_table(batch.content, batch.filename)
        columns = _columns(batch, table)
        _write_rows(batch, table, columns, today, progress)
    except FileRefused as refusal:
        batch.state = ImportBatch.State.REFUSED
        batch.refusal = {"code": refusal.code, "values": {k: str(v) for k, v in refusal.values.items()}}
        batch.save(update_fields=["state", "refusal"])
        ImportRow.objects.filter(batch=batch).delete()
        return
    with transaction.atomic():
        compare_with_performances(batch)
        batch.state = ImportBatch.State.STAGED
        batch.reading = {
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "notes": list(table.notes),
            "columns": dict(columns.names),
            "ignored": list(columns.ignored),
        }
        batch.result = verdict_counts(batch)
        batch.save(update_fields=["state", "reading", "result"])
        remember_mapping(batch, columns.names)


def _columns(batch: ImportBatch, table: Table) -> Columns:
    remembered = ColumnMapping.objects.filter(club=batch.club, kind=batch.kind, source=batch.source).first()
    return match_columns(
        table.header,
        batch.kind,
        chosen=batch.mapping,
        remembered=remembered.columns if remembered else None,
        reserved=batch.club_column,
    )


def _judge_for(batch: ImportBatch, table: Table, columns: Columns, today: date) -> tuple[Rows, tuple[str, ...]]:
    shared: dict[str, Any] = {
        "batch_id": batch.pk,
        "at": columns.at,
        "width": len(table.header),
        "source": batch.source,
        "date_order": batch.date_order,
        "today": today,
    }
    if batch.kind == ImportBatch.Kind.RECORDS:
        scheme = batch.book.scheme if batch.book else None
        groups = AgeGroup.objects.filter(scheme=scheme).values_list("code", flat=True)
        codes = {code.lower(): code for code in groups}
        return RecordRows(**shared, age_groups=codes, scheme=str(scheme or "")), RECORD_STAGED_COLUMNS
    known: dict[str, Any] = {"club_id": batch.club_id, "athletes": KnownAthletes(batch.source), "clubs": KnownClubs()}
    if batch.kind == ImportBatch.Kind.ATHLETES:
        return AthleteRows(**shared, **known, create_clubs=batch.create_clubs), ATHLETE_STAGED_COLUMNS
    return PerformanceRows(**shared, **known), STAGED_COLUMNS


def _write_rows(batch: ImportBatch, table: Table, columns: Columns, today: date, progress: Progress) -> None:
    judge, names = _judge_for(batch, table, columns, today)
    write = writer(names)
    done, read, rows = 0, 0, table.rows()
    total = _estimated_rows(batch)
    while block := list(islice(rows, BLOCK_ROWS)):
        staged = [judge.staged(number, cells) for number, cells in block]
        with transaction.atomic():
            write(staged)
        done += len(block)
        read = max(read, block[-1][0])
        progress(min(done, total), total)
    if not done:
        raise FileRefused("no_rows")


def _estimated_rows(batch: ImportBatch) -> int:
    """The number of line ends: near enough for a progress bar."""
    return max(1, sum(piece.count(b"\n") or piece.count(b"\r") for piece in batch.content()))


def writer(columns: Sequence[str]) -> Callable[[Iterable[tuple[Any, ...]]], None]:
    """The fastest way this database takes many rows into the staging table."""
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "postgresql":
        return partial(_copy, f"COPY records_importrow ({names}) FROM STDIN")
    marks = ", ".join(["%s"] * len(columns))
    return partial(_insert_many, f"INSERT INTO records_importrow ({names}) VALUES ({marks})")


def _copy(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _insert_many(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(_plain_dates(rows)))


def _plain_dates(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(value.isoformat() if isinstance(value, date) else value for value in row)


_COMPARED = (
    "athlete_id", "discipline_id", "date", "value", "status", "reason", "timing", "wind", "facility", "sex", "round",
    "place", "competition", "venue", "country", "note", "team",
)  # fmt: skip


def compare_with_performances(batch: ImportBatch) -> None:
    """Settle, set by set, which rows are there already, which say something else, and which ids stand twice."""
    if batch.kind != ImportBatch.Kind.PERFORMANCES:
        return
    same = " AND ".join(f"p.{column} IS NOT DISTINCT FROM r.{column}" for column in _COMPARED)
    matching = """records_performance p WHERE p.source = r.source AND p.external_id = r.external_id
        AND p.superseded_by_id IS NULL"""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE records_importrow")
        cursor.execute(
            """UPDATE records_importrow SET verdict = 'duplicate' WHERE id IN (
                SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY external_id ORDER BY number) AS nth
                                FROM records_importrow WHERE batch_id = %s AND verdict = 'new') numbered
                WHERE nth > 1)""",
            [batch.pk],
        )
        cursor.execute(
            f"""UPDATE records_importrow AS r SET verdict =
                (SELECT CASE WHEN p.batch_id IS NULL OR ({same}) THEN 'duplicate' ELSE 'changed' END FROM {matching})
                WHERE r.batch_id = %s AND r.verdict = 'new' AND EXISTS (SELECT 1 FROM {matching})""",
            [batch.pk],
        )


def verdict_counts(batch: ImportBatch) -> dict[str, int]:
    """How many rows got which verdict, and how many carry a warning."""
    rows = ImportRow.objects.filter(batch=batch)
    counts = dict(rows.values_list("verdict").annotate(n=Count("pk")))
    warned = (
        rows.exclude(verdict=ImportRow.Verdict.REFUSED).annotate(size=Length("issues")).filter(issues__isnull=False)
    )
    return {
        "rows": sum(counts.values()),
        "created": counts.get("new", 0),
        "changed": counts.get("changed", 0),
        "duplicates": counts.get("duplicate", 0),
        "refused": counts.get("refused", 0),
        "warnings": warned.count(),
    }
