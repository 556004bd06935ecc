"""What an import said of each row, short enough to compare."""

from __future__ import annotations

from records.models import ImportBatch, ImportRow


def verdicts(batch: ImportBatch) -> list[str]:
    return list(ImportRow.objects.filter(batch=batch).order_by("number").values_list("verdict", flat=True))


def issues(batch: ImportBatch) -> list[list[tuple[str, str]]]:
    """(target, code) of every issue, row by row."""
    rows = ImportRow.objects.filter(batch=batch).order_by("number").values_list("issues", flat=True)
    return [[(one["target"], one["code"]) for one in row or ()] for row in rows]


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    """(created, changed, duplicates, refused)."""
    said = batch.result
    return said["created"], said["changed"], said["duplicates"], said["refused"]


def csv(*rows: str) -> str:
    return "\n".join(rows) + "\n"
