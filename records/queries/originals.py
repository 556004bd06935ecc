"""The file of an import as it came, as long as it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from records.domain.columns import guess_columns
from records.domain.refusals import FileRefused
from records.domain.tabular import Table, read_table
from records.models import ColumnMapping, ImportBatch

SHOWN_ROWS = 3


def original_table(batch: ImportBatch) -> Table:
    """The table in the file. Raises FileRefused: with original_gone once the file isn't kept any more."""
    if batch.size and not batch.chunks.exists():
        raise FileRefused("original_gone")
    return read_table(batch.content, batch.filename)


def guessed_columns(batch: ImportBatch, header: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """By column what it says if nobody says otherwise, '' for nothing, and whether that is as it was last time."""
    remembered = None
    if not batch.reading:
        earlier = ColumnMapping.objects.filter(club=batch.club, kind=batch.kind, source=batch.source).first()
        remembered = earlier.columns if earlier else None
    guess = guess_columns(header, batch.kind, remembered=remembered)
    found = {column: (target, column in guess.remembered) for target, column in guess.names.items()}
    found |= {column: ("", True) for column in guess.ignored if column in guess.remembered}
    read = {column: target for target, column in batch.reading.get("columns", {}).items()}
    found |= {column: (read.get(column, ""), True) for column in batch.reading.get("remembered", ())}
    return found


def columns_shown(batch: ImportBatch) -> list[tuple[str, list[str]]]:
    """Each column with what it says in the first rows. Raises FileRefused as original_table does."""
    table = original_table(batch)
    rows = [cells for _number, cells in islice(table.rows(), SHOWN_ROWS)]
    return [(name, [cells[at] for cells in rows]) for at, name in enumerate(table.header)]
