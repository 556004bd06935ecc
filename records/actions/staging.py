"""Staging: every row of a file read, judged and kept beside its verdict. Nothing real is touched yet.

Rows are written in blocks, each with its own short transaction, so that progress can be seen and a killed
worker loses at most a block; staging again starts from the beginning.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Q

from records.actions.athlete_rows import ATHLETE_STAGED_COLUMNS, AthleteRows
from records.actions.medal_rows import MEDAL_STAGED_COLUMNS, MedalRows
from records.actions.performance_rows import STAGED_COLUMNS, PerformanceRows
from records.actions.receiving import remember_mapping
from records.actions.recognising import recognise_own_rows
from records.actions.record_rows import RECORD_STAGED_COLUMNS, RecordRows
from records.actions.scanning import scan_file
from records.actions.steps import make_room
from records.domain.columns import Choice, Columns, match_columns
from records.domain.refusals import FileRefused
from records.domain.tabular import Table
from records.models import AgeGroup, ColumnMapping, ImportBatch, ImportRow, RelayLeg
from records.queries.doubts import decided_people
from records.queries.known import KnownAthletes, KnownClubs
from records.queries.originals import original_table
from records.queries.placings import age_groups_offered
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
        scan_file(batch.content())
        table = original_table(batch)
        columns = _columns(batch, table)
        _write_rows(batch, table, columns, today, progress)
    except FileRefused as refusal:
        batch.state = ImportBatch.State.REFUSED
        batch.refusal = {"code": refusal.code, "values": {k: str(v) for k, v in refusal.values.items()}}
        batch.save(update_fields=["state", "refusal"])
        ImportRow.objects.filter(batch=batch).delete()
        return
    with transaction.atomic(), connection.cursor() as cursor:
        make_room(cursor)
        if batch.kind == ImportBatch.Kind.PERFORMANCES:
            recognise_own_rows(batch, same=_same("p", "r"))
            compare_within_file(batch)
            compare_with_performances(batch)
        batch.state = ImportBatch.State.STAGED
        batch.reading = {
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "notes": list(table.notes),
            "columns": dict(columns.names),
            "ignored": list(columns.ignored),
            "remembered": _remembered(batch, columns),
        }
        batch.result = verdict_counts(batch)
        batch.save(update_fields=["state", "reading", "result"])
        remember_mapping(batch, Choice(columns.names, _left_out(batch, columns)))


def _remembered(batch: ImportBatch, columns: Columns) -> list[str]:
    """What is read as it was in an earlier file. Read again, a file remembers itself, which is no news."""
    news = batch.reading.get("remembered")
    return [name for name in columns.remembered if news is None or name in news]


def _left_out(batch: ImportBatch, columns: Columns) -> list[str]:
    """What somebody said nothing is to be made of, now or an earlier time."""
    said = {*Choice.kept(batch.mapping).left_out, *columns.remembered}
    return [name for name in columns.ignored if name in said]


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
    known: dict[str, Any] = {
        "club_id": batch.club_id,
        "athletes": KnownAthletes(batch.source, batch.club_id),
        "clubs": KnownClubs(),
    }
    known["create_clubs"] = batch.create_clubs
    known["people"] = decided_people(batch)
    if batch.kind == ImportBatch.Kind.MEDALS:
        codes = {code.lower(): code for code in age_groups_offered(batch.club)} if batch.club else {}
        return MedalRows(
            **shared, club_id=batch.club_id, athletes=known["athletes"], age_groups=codes
        ), MEDAL_STAGED_COLUMNS
    if batch.kind == ImportBatch.Kind.ATHLETES:
        return AthleteRows(**shared, **known, existing=batch.existing), ATHLETE_STAGED_COLUMNS
    return PerformanceRows(**shared, **known), STAGED_COLUMNS


def _write_rows(batch: ImportBatch, table: Table, columns: Columns, today: date, progress: Progress) -> None:
    judge, names = _judge_for(batch, table, columns, today)
    write = writer(names)
    done, rows = 0, table.rows()
    total = _estimated_rows(batch)
    with _without_cycle_search():
        while block := list(islice(rows, BLOCK_ROWS)):
            staged = [judge.staged(number, cells) for number, cells in block]
            with transaction.atomic():
                write(staged)
            done += len(block)
            progress(min(done, total), total)
    if not done:
        raise FileRefused("no_rows")


@contextmanager
def _without_cycle_search() -> Iterator[None]:
    """Rows are tuples of texts, among which Python's cycle collector finds nothing but takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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
    with connection.cursor() as cursor:
        # No waiting for the disk: what a crash loses of a staging is staged again.
        cursor.execute("SET LOCAL synchronous_commit TO off")
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


def _insert_many(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(rows))


_COMPARED = (
    "athlete_id", "discipline_id", "date", "value", "status", "reason", "timing", "wind", "facility", "sex", "round",
    "place", "competition", "venue", "country", "note", "team", "field_size",
)  # fmt: skip


_MATCHING = """records_performance p WHERE p.source = r.source AND p.external_id = r.external_id
    AND p.superseded_by_id IS NULL AND p.external_id > ''"""
# A person corrected or annulled it since: what they did stays.
_BY_HAND = "(p.batch_id IS NULL OR p.annulled_because <> '')"


# A performance for the batch's club, or one for no club that a file of it brought.
_OWN = """(p.club_id IS NOT DISTINCT FROM %s
    OR (p.club_id IS NULL AND p.batch_id IN (SELECT b.id FROM records_importbatch b WHERE b.club_id = %s)))"""
_ID_ELSEWHERE = {"target": "external_id", "code": "id_elsewhere", "values": {}}


# The new rows of a file, each beside the first that bears its id.
_NUMBERED = """SELECT id, first_value(id) OVER (PARTITION BY source, external_id ORDER BY number) AS first
    FROM records_importrow WHERE batch_id = %s AND verdict = 'new'"""


def _same(left: str, right: str) -> str:
    return " AND ".join(f"{left}.{column} IS NOT DISTINCT FROM {right}.{column}" for column in _COMPARED)


def compare_within_file(batch: ImportBatch) -> None:
    """Settle which rows of the file say the same once more, and which ids stand twice with other contents."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL default_statistics_target TO 10")
            cursor.execute("ANALYZE records_importrow (batch_id, verdict, external_id)")
        cursor.execute(
            f"""SELECT r.id, r.external_id, f.number, {_same("f", "r")} AND f.athlete_key = r.athlete_key
                FROM ({_NUMBERED}) n JOIN records_importrow r ON r.id = n.id JOIN records_importrow f ON f.id = n.first
                WHERE n.id <> n.first""",
            [batch.pk],
        )
        again = cursor.fetchall()
        cursor.executemany(
            "UPDATE records_importrow SET verdict = 'refused', issues = %s WHERE id = %s",
            [(json.dumps([_id_twice(text, earlier)]), pk) for pk, text, earlier, same in again if not same],
        )
    duplicates = [pk for pk, *_, same in again if same]
    for start in range(0, len(duplicates), 500):
        ImportRow.objects.filter(pk__in=duplicates[start : start + 500]).update(verdict=ImportRow.Verdict.DUPLICATE)


def _id_twice(text: str, earlier: int) -> dict[str, Any]:
    return {"target": "external_id", "code": "id_twice", "values": {"text": text, "row": str(earlier)}}


def compare_with_performances(batch: ImportBatch) -> None:
    """Settle, set by set, which rows are there already and which say something else than what is there. What other
    clubs keep, a club's file doesn't change."""
    with connection.cursor() as cursor:
        if batch.club_id:
            cursor.execute(
                f"""UPDATE records_importrow AS r SET verdict = 'refused', issues = %s
                    WHERE r.batch_id = %s AND r.verdict = 'new'
                      AND EXISTS (SELECT 1 FROM {_MATCHING} AND NOT {_OWN} AND NOT ({_same("p", "r")}))""",
                [json.dumps([_ID_ELSEWHERE]), batch.pk, batch.club_id, batch.club_id],
            )
        cursor.execute(
            f"""UPDATE records_importrow AS r SET verdict =
                (SELECT CASE WHEN {_BY_HAND} OR ({_same("p", "r")}) THEN 'duplicate' ELSE 'changed' END
                 FROM {_MATCHING})
                WHERE r.batch_id = %s AND r.verdict = 'new' AND EXISTS (SELECT 1 FROM {_MATCHING})""",
            [batch.pk],
        )
        if not cursor.rowcount:
            return
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
        if batch.club_id:
            brought = Q(performance__club=None, performance__batch__club=batch.club_id)
            known = known.filter(Q(performance__club=batch.club_id) | brought)
        runners = list(known.order_by("number").values_list("athlete_id", flat=True))
        if runners and runners != row.data.get("legs", []):
            ImportRow.objects.filter(pk=row.pk).update(verdict=ImportRow.Verdict.CHANGED)


def verdict_counts(batch: ImportBatch) -> dict[str, int]:
    """How many rows got which verdict, how many carry a warning, how many would be left out for one, and how many
    ``athletes`` they make."""
    verdicts = ImportRow.Verdict
    taken = Q(verdict__in=(verdicts.NEW, verdicts.CHANGED))
    warned = Q(issues__isnull=False) & ~Q(verdict=verdicts.REFUSED)
    return ImportRow.objects.filter(batch=batch).aggregate(
        rows=Count("pk"),
        created=Count("pk", filter=Q(verdict=verdicts.NEW)),
        changed=Count("pk", filter=Q(verdict=verdicts.CHANGED)),
        duplicates=Count("pk", filter=Q(verdict=verdicts.DUPLICATE)),
        refused=Count("pk", filter=Q(verdict=verdicts.REFUSED)),
        warnings=Count("pk", filter=warned),
        doubtful=Count("pk", filter=warned & ~Q(verdict=verdicts.DUPLICATE)),
        athletes=Count("athlete_key", distinct=True, filter=taken & ~Q(athlete_key="")),
    )
