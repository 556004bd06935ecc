"""Rows of our own exports come back: what is there already is known by the id that the export gave it."""

from __future__ import annotations

import json

from django.db import connection

from records.models import ImportBatch
from records.queries.known import OWN

_ROWS = f"r.batch_id = %s AND r.verdict = 'new' AND r.external_id LIKE '{OWN}%%'"
_MEANT = f"r.external_id = '{OWN}' || p.id"
_KEPT = json.dumps([{"target": "mark", "code": "kept_correction", "values": {}}])


def recognise_own_rows(batch: ImportBatch, *, same: str) -> None:
    """Give rows that a club's own export named the ids under which their performances are kept, so that they are
    compared like all others. A performance that was entered by hand has no such id: its row is there already, and
    says so where it says something else. ``same`` is the condition that row ``r`` and performance ``p`` agree.

    Only performances of the batch's club are known by their own ids; of all clubs where the batch has none.
    """
    said = "CAST(%s AS jsonb)" if connection.vendor == "postgresql" else "%s"
    club, whose = ("AND p.club_id = %s", [batch.club_id]) if batch.club_id else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM records_importrow r WHERE {_ROWS})", [batch.pk])
        if not cursor.fetchone()[0]:
            return
        cursor.execute(
            f"""UPDATE records_importrow AS r SET source = p.source, external_id = p.external_id
                FROM records_performance p
                WHERE {_ROWS} AND {_MEANT} AND p.external_id > '' AND p.superseded_by_id IS NULL {club}""",
            [batch.pk, *whose],
        )
        cursor.execute(
            f"""UPDATE records_importrow AS r SET verdict = 'duplicate',
                    issues = CASE WHEN {same} THEN r.issues ELSE {said} END
                FROM records_performance p WHERE {_ROWS} AND {_MEANT} {club}""",
            [_KEPT, batch.pk, *whose],
        )
