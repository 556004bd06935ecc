"""A copy of an imported file that says beside each row what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from records.domain.cells import Records
from records.models import ImportBatch, ImportRow
from records.queries.issues import column_name
from records.queries.originals import original_table
from records.sentences import say


def annotated_rows(batch: ImportBatch) -> tuple[str, list[str], Iterator[list[str]]]:
    """(delimiter, '' of a workbook; header; rows): every column as it was, the verdict, and what to look at.

    Row by row: neither the file nor what was said of it is held. Raises FileRefused where the file can't be read.
    """
    table = original_table(batch)
    header = [*table.header, "TrackHub: " + _("verdict"), "TrackHub: " + _("what to look at")]
    return table.delimiter, header, _with_verdicts(batch, table.rows(), len(table.header))


def _with_verdicts(batch: ImportBatch, rows: Records, width: int) -> Iterator[list[str]]:
    """Both come in the order of the row numbers."""
    names = batch.reading.get("columns", {})
    judged = ImportRow.objects.filter(batch=batch).only("number", "verdict", "issues").order_by("number").iterator()
    one = next(judged, None)
    for number, cells in rows:
        while one is not None and one.number < number:
            one = next(judged, None)
        beside = ["", ""]
        if one is not None and one.number == number:
            beside = [one.get_verdict_display(), _said(one, names)]
        # What stood beyond the header's last column stands beyond ours.
        yield [*cells[:width], *beside, *cells[width:]]


def _said(row: ImportRow, names: dict[str, str]) -> str:
    found = []
    for issue in row.issues or ():
        column, sentence = column_name(names, issue["target"]), say(issue["code"], issue["values"])
        found.append(f"{column}: {sentence}" if column else sentence)
    return " ".join(found)
