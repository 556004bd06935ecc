from __future__ import annotations

import datetime
import io
import random
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from records.domain import workbook
from records.domain.cells import CELL_LIMIT
from records.domain.refusals import FileRefused
from records.domain.tabular import Table, read_table

Fill = Callable[[openpyxl.Workbook], object]


def table_of(content: bytes) -> Table:
    return read_table(lambda: iter([content[:100], content[100:]]), "marks.xlsx")


def rows_of(content: bytes) -> list[tuple[int, list[str]]]:
    return list(table_of(content).rows())


def refusal_of(content: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(FileRefused) as refused:
        list(table_of(content).rows())
    return refused.value.code, refused.value.values


def workbook_of(fill: Fill) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheet_of(*rows: list[Any]) -> bytes:
    return workbook_of(lambda book: [book.active.append(cells) for cells in rows])


def with_entry(content: bytes, name: str, data: bytes) -> bytes:
    """The workbook with one part replaced or added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, data)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sheet_xml(rows: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode()


class TestWorkbook:
    def test_kinds_of_cells(self) -> None:
        day, moment = datetime.date(2024, 5, 1), datetime.datetime(2024, 5, 1, 14, 30)
        midnight = datetime.datetime(2024, 5, 1)
        values = [" Anna ", 10, 10.0, 10.32, 0.1 + 0.2, -3, True, False, None, day, moment, midnight, "end"]
        texts = ["Anna", "10", "10", "10.32", "0.3", "-3", "TRUE", "FALSE", "", "2024-05-01"]
        texts += ["2024-05-01T14:30:00", "2024-05-01", "end"]
        content = sheet_of([f"h{n}" for n in range(len(values))], values)
        assert rows_of(content) == [(2, texts)]

    @pytest.mark.parametrize(
        ("days", "shown_as", "text"),
        [
            (105.32 / 86400, "mm:ss.00", "1:45.32"),
            (105.3 / 86400, "mm:ss.0", "1:45.30"),
            (105 / 86400, "mm:ss", "1:45"),
            (10.32 / 86400, "[mm]:ss.00", "10.32"),
            (7724 / 86400, "h:mm:ss", "2:08:44"),
            (7724.5 / 86400, "h:mm:ss", "2:08:44.50"),
            (1.5, "[h]:mm:ss", "36:00:00"),
            (-1.5, "[h]:mm:ss", "-36:00:00"),
            (0, "h:mm:ss", "0"),
        ],
    )
    def test_times_are_written_as_athletics_does(self, days: float, shown_as: str, text: str) -> None:
        def fill(book: openpyxl.Workbook) -> None:
            book.active["A1"] = "Time"
            book.active["A2"] = days
            book.active["A2"].number_format = shown_as

        assert rows_of(workbook_of(fill)) == [(2, [text])]

    def test_rows_are_numbered_as_shown_and_end_with_their_last_cell(self) -> None:
        content = sheet_of([], ["Name", "Mark"], [], ["Anna"], [" "], ["a", "b", None, "c"])
        table = table_of(content)
        assert (table.header, table.encoding, table.delimiter) == (("Name", "Mark"), "xlsx", "")
        assert list(table.rows()) == [(4, ["Anna", ""]), (6, ["a", "b", "", "c"])]
        assert list(table.rows()) == list(table.rows())

    def test_a_header_alone_is_a_table(self) -> None:
        assert rows_of(sheet_of(["Name"])) == []

    def test_the_first_visible_sheet_with_cells(self) -> None:
        def fill(book: openpyxl.Workbook) -> None:
            book.create_sheet("hidden", 0).append(["hidden"])
            book["hidden"].sheet_state = "hidden"
            book.create_sheet("marks").append(["Name"])

        assert table_of(workbook_of(fill)).header == ("Name",)

    def test_no_cells(self) -> None:
        assert refusal_of(sheet_of()) == ("empty_file", {})
        assert refusal_of(sheet_of([" "])) == ("empty_file", {})

    def test_limits_hold_as_in_text(self) -> None:
        assert refusal_of(sheet_of(["c"] * 501)) == ("too_many_columns", {"found": 501, "limit": 500})
        too_long = ("cell_too_long", {"row": 2, "limit": CELL_LIMIT})
        assert refusal_of(sheet_of(["a"], ["x" * (CELL_LIMIT + 1)])) == too_long

    def test_another_archive(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("word/document.xml", "<x/>")
        assert refusal_of(file.getvalue()) == ("wrong_type", {"found": "ZIP archive"})


class TestBrokenWorkbook:
    def test_cut_off(self) -> None:
        assert refusal_of(sheet_of(["a"])[:-40]) == ("broken_workbook", {})
        assert refusal_of(b"PK\x03\x04") == ("broken_workbook", {})

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            (SHEET, b"<worksheet><sheetData>"),
            (SHEET, sheet_xml('<row r="1"><c r="A"><v>1</v></c></row>')),
            (SHEET, sheet_xml('<row r="one"><c><v>1</v></c></row>')),
            (SHEET, sheet_xml('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')),
            ("xl/workbook.xml", b"<workbook"),
            ("xl/media/image.png", sheet_xml("")),
        ],
    )
    def test_parts_that_make_no_sense(self, name: str, data: bytes) -> None:
        assert refusal_of(with_entry(sheet_of(["a"]), name, data)) == ("broken_workbook", {})

    def test_pictures_are_let_be(self) -> None:
        assert table_of(with_entry(sheet_of(["a"]), "xl/media/image.png", b"\x89PNG")).header == ("a",)

    def test_any_damage_is_read_or_refused(self) -> None:
        content = sheet_of(["Name", "Mark"], ["Anna", 10.5])
        chance = random.Random(11)
        for _ in range(150):
            damaged = bytearray(content)
            for _ in range(chance.randint(1, 5)):
                damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
            try:
                list(table_of(bytes(damaged)).rows())
            except FileRefused as refused:
                assert refused.code


class TestBombs:
    def test_a_directory_that_adds_up_to_too_much(self) -> None:
        content = with_entry(sheet_of(["a"]), "xl/media/x.bin", bytes(101_000_000))
        assert refusal_of(content) == ("workbook_too_large", {"megabytes": 102, "limit": 100})

    def test_an_entry_packed_too_well_to_be_a_table(self) -> None:
        content = with_entry(sheet_of(["a"]), "xl/media/x.bin", bytes(30_000_000))
        assert refusal_of(content) == ("workbook_too_large", {"megabytes": 30, "limit": 20})

    def test_a_directory_that_lies(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbook, "UNPACKED_LIMIT", 3)
        content = with_entry(sheet_of(["a"]), "xl/media/x.bin", bytes(4_000_000))
        lying = content.replace(struct.pack("<L", 4_000_000), struct.pack("<L", 4_000))
        assert refusal_of(lying) == ("workbook_too_large", {"megabytes": 4, "limit": 3})

    @pytest.mark.parametrize(
        "last",
        [
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            '<row><c r="xfd1048576"><v>1</v></c></row>',
            '<row r="1048576"><c r="XFC1048576"/><c t="inlineStr"><is><t>x</t></is></c></row>',
            '<row r="1048576">' + "<c/>" * 9 + "<c><v>1</v></c></row>",
            '<row r="1048575"/><row><c r="XFC1048576"/><c><v>1</v></c></row>',
        ],
    )
    def test_a_sheet_spanned_by_two_cells(self, last: str) -> None:
        content = with_entry(sheet_of(), SHEET, sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>' + last))
        code, values = refusal_of(content)
        assert (code, values["limit"]) == ("too_many_cells", 5_000_000)

    def test_formatting_without_values_spans_nothing(self) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
        assert table_of(with_entry(sheet_of(), SHEET, sheet_xml(rows))).header == ("1",)


def test_a_workbook_that_declares_entities_is_refused() -> None:
    sheet = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>')
    declared = b'<!DOCTYPE worksheet [<!ENTITY a "b">]>'
    head, body = sheet.split(b"<worksheet", 1)
    bomb = with_entry(sheet_of(["name"]), "xl/worksheets/sheet1.xml", head + declared + b"<worksheet" + body)
    assert refusal_of(bomb)[0] == "broken_workbook"
