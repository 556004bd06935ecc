"""What an import has to say about its rows, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from records.models import ImportBatch, ImportRow
from records.sentences import say


def issues_of(batch: ImportBatch) -> Iterator[dict[str, Any]]:
    """One entry per issue: row, column (as the file's header calls it), code, message, verdict. In the file's order."""
    if batch.refusal:
        values = batch.refusal["values"]
        yield {
            "row": int(values["row"]) if "row" in values else None,
            "column": values.get("column"),
            "code": batch.refusal["code"],
            "message": say(batch.refusal["code"], values),
            "verdict": "refused",
        }
    names = batch.reading.get("columns", {})
    rows = ImportRow.objects.filter(batch=batch, issues__isnull=False).order_by("number")
    for number, verdict, issues in rows.values_list("number", "verdict", "issues").iterator():
        for issue in issues or ():
            yield {
                "row": number,
                "column": names.get(issue["target"], issue["target"]) or None,
                "code": issue["code"],
                "message": say(issue["code"], issue["values"]),
                "verdict": verdict,
            }
