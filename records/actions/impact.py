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

# Staged rows bear negative ids; a person whom the import would make bears that of the first row.
_STAGED = """
    SELECT -r.id AS id,
           CASE WHEN r.athlete_key <> '' THEN -min(r.id) OVER (PARTITION BY r.athlete_key) ELSE r.athlete_id END
               AS athlete_id,
           r.club_id, r.discipline_id, r.sex, r.facility, r.best_list, r.season, r.date, r.seq, r.merit, r.flaws,
           r.age_day, r.age_dec31, r.age_aug31
    FROM records_importrow r WHERE r.batch_id = {batch} AND r.verdict IN ('new', 'changed')
"""

_BOTH = f"""(
    SELECT p.id, {_COLUMNS.replace("athlete_id", "p.athlete_id")} FROM records_performance p
    WHERE p.id NOT IN (
        SELECT o.id FROM records_importrow r JOIN records_performance o
            ON o.source = r.source AND o.external_id = r.external_id
            AND o.superseded_by_id IS NULL AND o.external_id > ''
        WHERE r.batch_id = {{batch}} AND r.verdict = 'changed')
    UNION ALL {_STAGED})"""


def impact_of(batch: ImportBatch) -> dict[str, int]:
    """How many personal bests, season bests and record steps the rows of a staged ``batch`` would make."""
    if batch.kind != ImportBatch.Kind.PERFORMANCES:
        return {"personal_bests": 0, "season_bests": 0, "records": 0}
    staged, both = _STAGED.format(batch=int(batch.pk)), _BOTH.format(batch=int(batch.pk))
    with connection.cursor() as cursor:
        touched = (
            f"JOIN (SELECT DISTINCT athlete_id, discipline_id FROM ({staged}) s) t "
            "ON p.athlete_id = t.athlete_id AND p.discipline_id = t.discipline_id"
        )
        cursor.execute(
            f"""SELECT count(CASE WHEN career = 1 THEN 1 END), count(CASE WHEN season = 1 THEN 1 END)
                FROM ({best_steps(touched, both)}) steps WHERE performance_id < 0"""
        )
        personal_bests, season_bests = cursor.fetchone()
        records = 0
        for kind, club in ((CLUB_BOOKS, " AND t.club_id = {}.club_id"), (SITE_BOOKS, "")):
            keys = "discipline_id, sex, club_id" if club else "discipline_id, sex"
            same = "t.discipline_id = p.discipline_id AND t.sex = p.sex"
            join = f"JOIN (SELECT DISTINCT {keys} FROM ({staged}) s) t ON {same}"
            steps = record_steps(kind, join + club.format("p"), join + club.format("c"), both)
            cursor.execute(f"SELECT count(*) FROM ({steps}) steps WHERE performance_id < 0")
            records += cursor.fetchone()[0]
    return {"personal_bests": personal_bests, "season_bests": season_bests, "records": records}


def preview_import(batch: ImportBatch, *, today: date, progress: Progress = no_progress) -> None:
    """Stage ``batch`` and add what it would do, for the page on which a registrar decides."""
    stage_import(batch, today=today, progress=progress)
    if batch.state == ImportBatch.State.STAGED:
        batch.result |= impact_of(batch)
        batch.save(update_fields=["result"])
