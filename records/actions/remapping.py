"""Naming the columns of a file again after it was read: it goes back to the start of the line."""

from __future__ import annotations

from collections.abc import Mapping

from records.actions.applying import NotStaged
from records.models import ImportBatch


def choose_columns(batch: ImportBatch, columns: Mapping[str, str]) -> None:
    """Have ``batch`` read again with ``columns`` ({target: column}). Raises NotStaged once it was applied.

    The caller queues the staging; until then the rows of the first reading stay.
    """
    waiting = (ImportBatch.State.RECEIVED, ImportBatch.State.STAGED, ImportBatch.State.REFUSED)
    chosen = ImportBatch.objects.filter(pk=batch.pk, state__in=waiting).update(
        state=ImportBatch.State.RECEIVED, mapping=dict(columns), refusal=None
    )
    if not chosen:
        raise NotStaged
    batch.refresh_from_db()
