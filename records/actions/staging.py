"""Staging: every row of a file read, judged and kept beside its verdict. Nothing real is touched yet.

Rows are written in blocks, each with its own short transaction, so that progress can be seen and a killed
worker loses at most a block; staging again starts from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count
from django.db.models.functions import Length

from records.actions.athlete_rows import ATHLETE_STAGED_COLUMNS, AthleteRows
from records.actions.performance_rows import STAGED_COLUMNS, PerformanceRows
from records.actions.receiving import remember_mapping
from records.actions.record_rows import RECORD_STAGED_COLUMNS, RecordRows
from records.domain.columns import Columns, match_columns
from records.domain.refusals import FileRefused
from records.domain.tabular import Table, read_table
from records.models import AgeGroup, ColumnMapping, ImportBatch, ImportRow, RelayLeg
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
        if batch.kind == ImportBatch.Kind.PERFORMANCES:
            compare_within_file(batch)
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


def _judge_for(batch: ImportBatch, table: Table, columns: Columns, today: date) -> tuple[Rows, Sequence[str]]:
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
    known["create_clubs"] = batch.create_clubs
    if batch.kind == ImportBatch.Kind.ATHLETES:
        return AthleteRows(**shared, **known), ATHLETE_STAGED_COLUMNS
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
        cursor.executemany(statement, list(rows))


_COMPARED = (
    "athlete_id", "discipline_id", "date", "value", "status", "reason", "timing", "wind", "facility", "sex", "round",
    "place", "competition", "venue", "country", "note", "team",
)  # fmt: skip


_MATCHING = """records_performance p WHERE p.source = r.source AND p.external_id = r.external_id
    AND p.superseded_by_id IS NULL AND p.external_id > ''"""
# A person corrected or annulled it since: what they did stays.
_BY_HAND = "(p.batch_id IS NULL OR p.annulled_because <> '')"


def _same(left: str, right: str) -> str:
    return " AND ".join(f"{left}.{column} IS NOT DISTINCT FROM {right}.{column}" for column in _COMPARED)


def compare_within_file(batch: ImportBatch) -> None:
    """Settle which rows of the file say the same once more, and which ids stand twice with other contents."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE records_importrow (batch_id, verdict, external_id)")
        cursor.execute(
            """SELECT number, first FROM (
                   SELECT number, min(number) OVER (PARTITION BY external_id) AS first
                   FROM records_importrow WHERE batch_id = %s AND verdict = 'new') numbered
               WHERE number > first ORDER BY number""",
            [batch.pk],
        )
        again = cursor.fetchall()
    for start in range(0, len(again), 400):
        _settle_again(batch, dict(again[start : start + 400]))


def _settle_again(batch: ImportBatch, first: dict[int, int]) -> None:
    """Rows that bear the id of an earlier one: the same contents are a duplicate, others a slip of the pen."""
    rows = ImportRow.objects.filter(batch=batch)
    columns = ("number", "external_id", "athlete_key", *_COMPARED)
    said = {row[0]: row for row in rows.filter(number__in={*first, *first.values()}).values_list(*columns)}
    rows.filter(number__in=first).update(verdict=ImportRow.Verdict.DUPLICATE)
    for number, earlier in first.items():
        if said[number][1:] != said[earlier][1:]:
            values = {"text": said[number][1], "row": str(earlier)}
            issue = {"target": "external_id", "code": "id_twice", "values": values}
            rows.filter(number=number).update(verdict=ImportRow.Verdict.REFUSED, issues=[issue])


def compare_with_performances(batch: ImportBatch) -> None:
    """Settle, set by set, which rows are there already and which say something else than what is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE records_importrow AS r SET verdict =
                (SELECT CASE WHEN {_BY_HAND} OR ({_same("p", "r")}) THEN 'duplicate' ELSE 'changed' END
                 FROM {_MATCHING})
                WHERE r.batch_id = %s AND r.verdict = 'new' AND EXISTS (SELECT 1 FROM {_MATCHING})""",
            [batch.pk],
        )
        _say_what_was_kept(cursor, batch)
    _compare_legs(batch)


def _say_what_was_kept(cursor: CursorWrapper, batch: ImportBatch) -> None:
    cursor.execute(
        f"""SELECT r.id FROM records_importrow r JOIN {_MATCHING.replace(" WHERE ", " ON ", 1)}
            WHERE r.batch_id = %s AND r.verdict = 'duplicate' AND {_BY_HAND} AND NOT ({_same("p", "r")})""",
        [batch.pk],
    )
    kept = [{"target": "mark", "code": "kept_correction", "values": {}}]
    for (pk,) in cursor.fetchall():
        ImportRow.objects.filter(pk=pk, issues__isnull=True).update(issues=kept)


def _compare_legs(batch: ImportBatch) -> None:
    """Relays that are there already but were run by others."""
    relays = ImportRow.objects.filter(batch=batch, verdict=ImportRow.Verdict.DUPLICATE).exclude(team="")
    for row in relays.only("external_id", "source", "data"):
        known = RelayLeg.objects.filter(
            performance__source=row.source, performance__external_id=row.external_id, performance__superseded_by=None
        )
        runners = list(known.order_by("number").values_list("athlete_id", flat=True))
        if runners and runners != row.data.get("legs", []):
            ImportRow.objects.filter(pk=row.pk).update(verdict=ImportRow.Verdict.CHANGED)


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
