"""Tables as files: what a spreadsheet reads is what was written, and nothing runs."""

from __future__ import annotations

import csv
import io

from openpyxl import load_workbook

from records.documents.sheets import csv_lines, xlsx_file

ROWS = [["10.52", 'Ana "Nita" Souza', "=1+1"], ["+1.4", "line\nbreak", "-"], ["2:05.3", "Łukasz, 张", ""]]


def test_a_csv_comes_back_cell_by_cell() -> None:
    text = "".join(csv_lines(["mark", "name", "note"], ROWS))
    assert text.startswith("\ufeffmark,name,note\r\n")
    assert list(csv.reader(io.StringIO(text[1:])))[1:] == [[*ROWS[0][:2], "'=1+1"], ROWS[1], ROWS[2]]


def test_a_workbook_holds_texts_alone() -> None:
    with xlsx_file(["mark", "name", "note"], ROWS) as file:
        sheet = load_workbook(file).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells == [["mark", "name", "note"], [*ROWS[0][:2], "'=1+1"], ROWS[1], ["2:05.3", "Łukasz, 张", ""]]
    assert {cell.data_type for row in sheet.iter_rows(max_col=2) for cell in row} == {"s"}
