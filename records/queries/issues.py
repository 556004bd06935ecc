"""What an import has to say about its rows, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from records.models import ImportBatch, ImportRow
from records.sentences import say

_INSTEAD = {
    "family_name": "full_name",
    "given_name": "full_name",
    "birth_date": "birth_year",
    "athlete_external_id": "full_name",
}
"""What says the same in a file that has no column for the one to blame."""


def column_name(names: Mapping[str, str], target: str) -> str | None:
    """What the file calls the column of ``target``; None where no single column is to blame."""
    return names.get(target) or names.get(_INSTEAD.get(target, "")) or target or None


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
                "column": column_name(names, issue["target"]),
                "code": issue["code"],
                "message": say(issue["code"], issue["values"]),
                "verdict": verdict,
            }
