"""What a staged import would do to bests and records: the fold over both, read and not written."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from records.actions.staging import no_progress, stage_import
from records.actions.steps import (
    BEST_COLUMNS,
    CLUB_BOOKS,
    RECORD_COLUMNS,
    SITE_BOOKS,
    best_steps,
    make_room,
    record_steps,
)
from records.models import ImportBatch, ImportEffect
from trackhub.clubs.actions.jobs import Progress

_COLUMNS = """athlete_id, club_id, discipline_id, sex, facility, best_list, season, date, seq, merit, flaws,
    age_day, age_dec31, age_aug31, field_size"""

# Performances that the file would supersede.
_LEAVING = """
    SELECT o.id FROM records_importrow r JOIN records_performance o
        ON o.source = r.source AND o.external_id = r.external_id
        AND o.superseded_by_id IS NULL AND o.external_id > ''
    WHERE r.batch_id = {batch} AND r.verdict = 'changed'
"""

# A personal best is measured by everything of its athlete.
_OF_ATHLETES = """
    SELECT p.id FROM records_performance p
    JOIN (SELECT DISTINCT athlete_id, discipline_id FROM records_importrow
          WHERE batch_id = {batch} AND verdict IN ('new', 'changed')) t
        ON t.athlete_id = p.athlete_id AND t.discipline_id = p.discipline_id
"""

# A record is measured by the marks that were a step of one, for the best before any day is among them. Only where a
# mark leaves may any other come to stand.
_OF_RECORDS = f"""
    SELECT x.performance_id FROM records_record x
    JOIN (SELECT DISTINCT discipline_id, sex FROM records_importrow
          WHERE batch_id = {{batch}} AND verdict IN ('new', 'changed')) t
        ON t.discipline_id = x.discipline_id AND t.sex = x.sex
    UNION
    SELECT p.id FROM records_performance p
    JOIN (SELECT DISTINCT discipline_id, sex FROM records_performance WHERE id IN ({_LEAVING})) t
        ON t.discipline_id = p.discipline_id AND t.sex = p.sex
"""

# Staged rows bear negative ids; a person whom the import would make bears that of the first row.
_BOTH = f"""
    CREATE TEMP TABLE impact_performance AS
    SELECT p.id, {_COLUMNS.replace("athlete_id", "p.athlete_id", 1)},
           CASE WHEN p.id IN ({_OF_RECORDS}) THEN 1 ELSE 0 END AS of_records FROM records_performance p
    WHERE p.id IN ({_OF_ATHLETES} UNION {_OF_RECORDS}) AND p.id NOT IN ({_LEAVING})
    UNION ALL
    SELECT -id, CASE WHEN athlete_key <> '' THEN -min(id) OVER (PARTITION BY athlete_key) ELSE athlete_id END,
           {_COLUMNS.removeprefix("athlete_id, ")}, 1
    FROM records_importrow WHERE batch_id = {{batch}} AND verdict IN ('new', 'changed')
"""

_TABLES = ("impact_performance", "impact_best", "impact_record")

_EFFECT = "INSERT INTO records_importeffect (batch_id, kind, row_id, performance_id, book_id, age_group, facility, \
timing, equal, stands)"

# Only what stands today and didn't: a record that the file takes the better mark away from.
_RETURNED = """
    FROM impact_record s WHERE s.performance_id > 0 AND s.until IS NULL AND NOT EXISTS (
        SELECT 1 FROM records_record r
        WHERE r.book_id = s.book_id AND r.discipline_id = s.discipline_id AND r.sex = s.sex
          AND r.age_group = s.age_group AND r.facility = s.facility AND r.timing = s.timing
          AND r.performance_id = s.performance_id AND r.until IS NULL)
"""


def impact_of(batch: ImportBatch) -> dict[str, int]:
    """How many personal bests, season bests and record steps the rows of a staged ``batch`` would make.

    Which they are is kept as the batch's effects, in place of those of an earlier reading. Nothing but them is
    written, and no row of the real tables is locked.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        batch.effects.all().delete()
        if batch.kind != ImportBatch.Kind.PERFORMANCES:
            return {"personal_bests": 0, "season_bests": 0, "records": 0}
        _work_out_steps(cursor, batch)
        _keep_effects(cursor, batch)
        for table in _TABLES:
            cursor.execute(f"DROP TABLE {table}")
        kept = {kind: batch.effects.filter(kind=kind).count() for kind in ("pb", "sb", "record")}
    return {"personal_bests": kept["pb"], "season_bests": kept["sb"], "records": kept["record"]}


def _work_out_steps(cursor: CursorWrapper, batch: ImportBatch) -> None:
    for table in _TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
    make_room(cursor)
    cursor.execute(_BOTH.format(batch=int(batch.pk)))
    if connection.vendor == "postgresql":
        cursor.execute("ANALYZE impact_performance")
    best = best_steps(performances="impact_performance")
    cursor.execute(f"CREATE TEMP TABLE impact_best AS SELECT {BEST_COLUMNS} FROM ({best}) s WHERE performance_id < 0")
    measured = "(SELECT * FROM impact_performance WHERE of_records = 1)"
    club, site = (record_steps(kind, performances=measured) for kind in (CLUB_BOOKS, SITE_BOOKS))
    wanted = "WHERE performance_id < 0 OR until IS NULL"
    cursor.execute(f"CREATE TEMP TABLE impact_record AS SELECT {RECORD_COLUMNS} FROM ({club}) s {wanted}")
    cursor.execute(f"INSERT INTO impact_record SELECT {RECORD_COLUMNS} FROM ({site}) s {wanted}")


def _keep_effects(cursor: CursorWrapper, batch: ImportBatch) -> None:
    pk, kinds = int(batch.pk), ImportEffect.Kind
    yes, no = ("TRUE", "FALSE") if connection.vendor == "postgresql" else ("1", "0")
    for kind, column in ((kinds.PB, "career"), (kinds.SB, "season")):
        cursor.execute(
            f"""{_EFFECT} SELECT {pk}, '{kind.value}', -performance_id, NULL, NULL, '', '', '', {no}, {no}
                FROM impact_best WHERE {column} = 1"""
        )
    key = "book_id, age_group, facility, timing, equal"
    cursor.execute(
        f"""{_EFFECT} SELECT {pk}, '{kinds.RECORD.value}', -performance_id, NULL, {key},
                CASE WHEN until IS NULL THEN {yes} ELSE {no} END FROM impact_record WHERE performance_id < 0"""
    )
    if batch.result.get("changed"):
        cursor.execute(
            f"{_EFFECT} SELECT {pk}, '{kinds.RETURNED.value}', NULL, performance_id, {key}, {yes} {_RETURNED}"
        )


def preview_import(batch: ImportBatch, *, today: date, progress: Progress = no_progress) -> None:
    """Stage ``batch`` and add what it would do, for the page on which a registrar decides."""
    stage_import(batch, today=today, progress=progress)
    if batch.state == ImportBatch.State.STAGED:
        batch.result |= impact_of(batch)
        batch.save(update_fields=["result"])
