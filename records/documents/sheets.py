"""Tables as CSV and XLSX that a spreadsheet opens without running anything, row by row in constant memory."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse

from records.domain.cells import guarded

IN_MEMORY = 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 40


class _Echo:
    """A file that hands back what the CSV writer writes."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",") -> Iterator[str]:
    """The lines of a CSV file in UTF-8 with the mark by which spreadsheets know that it is."""
    writer = csv.writer(_Echo(), delimiter=delimiter)
    yield "\ufeff" + writer.writerow([guarded(name) for name in header])
    for row in rows:
        yield writer.writerow([guarded(text) for text in row])


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> IO[bytes]:
    """A workbook of one sheet, at its beginning. Every cell is a text: a mark isn't turned into a time of day."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the caller sends and closes it
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, min(_WIDEST, max(10, len(name) + 2)))
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, guarded(text))
    book.close()
    file.seek(0)
    return file


def table_response(
    name: str, kind: str, header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ","
) -> FileResponse | StreamingHttpResponse:
    """``rows`` as the file ``name``.csv, or .xlsx where ``kind`` is 'xlsx'."""
    if kind == "xlsx":
        return FileResponse(xlsx_file(header, rows), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    response = StreamingHttpResponse(csv_lines(header, rows, delimiter), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
