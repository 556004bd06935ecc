"""What a staged import would do to bests and records: the fold over both, read and not written."""

from __future__ import annotations

from datetime import date

from django.db import connection

from records.actions.staging import no_progress, stage_import
from records.actions.steps import CLUB_BOOKS, SITE_BOOKS, best_steps, record_steps
from records.models import ImportBatch
from trackhub.clubs.actions.jobs import Progress

_COLUMNS = """athlete_id, club_id, discipline_id, sex, facility, best_list, season, date, seq, merit, flaws,
    age_day, age_dec31, age_aug31"""

# Staged rows bear negative ids; a person whom the import would make bears that of the first row. Performances that
# the file would supersede are left out; those of other disciplines can't be touched.
_BOTH = f"""
    CREATE TEMP TABLE impact_performance AS
    SELECT p.id, {_COLUMNS.replace("athlete_id", "p.athlete_id", 1)} FROM records_performance p
    WHERE (p.discipline_id, p.sex) IN (
            SELECT discipline_id, sex FROM records_importrow
            WHERE batch_id = {{batch}} AND verdict IN ('new', 'changed'))
      AND p.id NOT IN (
            SELECT o.id FROM records_importrow r JOIN records_performance o
                ON o.source = r.source AND o.external_id = r.external_id
                AND o.superseded_by_id IS NULL AND o.external_id > ''
            WHERE r.batch_id = {{batch}} AND r.verdict = 'changed')
    UNION ALL
    SELECT -id, CASE WHEN athlete_key <> '' THEN -min(id) OVER (PARTITION BY athlete_key) ELSE athlete_id END,
           {_COLUMNS.removeprefix("athlete_id, ")}
    FROM records_importrow WHERE batch_id = {{batch}} AND verdict IN ('new', 'changed')
"""


def impact_of(batch: ImportBatch) -> dict[str, int]:
    """How many personal bests, season bests and record steps the rows of a staged ``batch`` would make."""
    if batch.kind != ImportBatch.Kind.PERFORMANCES:
        return {"personal_bests": 0, "season_bests": 0, "records": 0}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS impact_performance")
        cursor.execute(_BOTH.format(batch=int(batch.pk)))
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE impact_performance")
        cursor.execute(
            f"""SELECT count(CASE WHEN career = 1 THEN 1 END), count(CASE WHEN season = 1 THEN 1 END)
                FROM ({best_steps(performances="impact_performance")}) steps WHERE performance_id < 0"""
        )
        personal_bests, season_bests = cursor.fetchone()
        records = 0
        for kind in (CLUB_BOOKS, SITE_BOOKS):
            steps = record_steps(kind, performances="impact_performance")
            cursor.execute(f"SELECT count(*) FROM ({steps}) steps WHERE performance_id < 0")
            records += cursor.fetchone()[0]
        cursor.execute("DROP TABLE impact_performance")
    return {"personal_bests": personal_bests, "season_bests": season_bests, "records": records}


def preview_import(batch: ImportBatch, *, today: date, progress: Progress = no_progress) -> None:
    """Stage ``batch`` and add what it would do, for the page on which a registrar decides."""
    stage_import(batch, today=today, progress=progress)
    if batch.state == ImportBatch.State.STAGED:
        batch.result |= impact_of(batch)
        batch.save(update_fields=["result"])
