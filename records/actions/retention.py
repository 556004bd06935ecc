"""How long imports keep the file that was handed in, and its rows."""

from __future__ import annotations

from datetime import datetime

from records.models import ImportBatch, ImportChunk, ImportRow
from trackhub.clubs.actions.retention import Clock, Rows

_CLOSED = (ImportBatch.State.APPLIED, ImportBatch.State.UNDONE, ImportBatch.State.REFUSED)


def _chunks(before: datetime) -> Rows:
    return ImportChunk.objects.filter(batch__state__in=_CLOSED, batch__received__lt=before)


def _rows(before: datetime) -> Rows:
    return ImportRow.objects.filter(batch__state__in=_CLOSED, batch__received__lt=before)


CLOCKS = (
    Clock("import_files", "batch__received", ImportChunk.objects.all, _chunks),
    Clock("import_rows", "batch__received", ImportRow.objects.all, _rows),
)
"""An import whose rows are gone can still be taken back, but for changes to athletes."""
