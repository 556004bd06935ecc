"""The rows of an Excel workbook (.xlsx, .xlsm), as the text a registrar sees in its cells.

A workbook is a ZIP archive of XML, and both can be made to unpack to far more than was handed in. The library
that reads it is compiled and ends the whole process when memory runs out, so all is measured beforehand.
"""

from __future__ import annotations

import copy
import io
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from records.domain.cells import CELL_LIMIT, Records
from records.domain.refusals import FileRefused

UNPACKED_LIMIT = 100  # megabytes
AREA_LIMIT = 5_000_000  # cells from A1 to the last one used, blank ones included; each takes 32 bytes

# Zeros shrink a thousandfold. What people typed stays well below this, and small parts may do as they like.
_RATIO_LIMIT = 200
_RATIO_FREE = 20  # megabytes

_MEGABYTE = 1_000_000

Cell = int | float | str | bool | time | date | datetime | timedelta


def read_sheet(content: bytes) -> Callable[[], Records]:
    """The first visible sheet that has any cells, to be gone through as often as needed."""
    _refuse_unsafe(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for index, sheet in enumerate(workbook.sheets_metadata):
            if sheet.visible == SheetVisibleEnum.Visible:
                cells = workbook.get_sheet_by_index(index)
                if cells.start is not None:
                    return partial(_records, cells)
    except CalamineError as error:
        raise FileRefused("broken_workbook") from error
    raise FileRefused("empty_file")


def _records(sheet: CalamineSheet) -> Records:
    for row, values in enumerate(sheet.iter_rows(), 1):
        cells = [_text(value) for value in values]
        # A row of a sheet is as wide as the widest: what's right of its last cell isn't its own.
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            if max(map(len, cells)) > CELL_LIMIT:
                raise FileRefused("cell_too_long", row=row, limit=CELL_LIMIT)
            yield row, cells


def _text(value: Cell) -> str:
    # Of the kinds, bool is an int and datetime a date, so each comes before the other.
    if isinstance(value, str):
        return value.replace("\0", "").strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        # Excel keeps fifteen digits; more would show how the machine stores 10.32.
        return str(int(value)) if value == int(value) else f"{value:.15g}"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        value = datetime.combine(date.min, value) - datetime.min
    return _time_taken(value)


def _moment(value: datetime) -> str:
    """Excel stores days as a fraction, so 14:30 may come as a microsecond before."""
    nearest = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    return nearest.date().isoformat() if nearest.time() == time.min else nearest.isoformat()


def _time_taken(value: timedelta) -> str:
    """As athletics writes it: 10.32, 1:45.32, 2:08:44. What was typed as 1:45 Excel holds as 1:45:00."""
    hundredths = round(value / timedelta(milliseconds=10))
    sign = "-" if hundredths < 0 else ""
    minutes, rest = divmod(abs(hundredths), 6000)
    hours, minutes = divmod(minutes, 60)
    seconds, hundredths = divmod(rest, 100)
    fraction = f".{hundredths:02}" if hundredths else ""
    if hours:
        return f"{sign}{hours}:{minutes:02}:{seconds:02}{fraction}"
    if minutes:
        return f"{sign}{minutes}:{seconds:02}{fraction}"
    return f"{sign}{seconds}{fraction}"


def _refuse_unsafe(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise FileRefused("wrong_type", found="ZIP archive")
            _refuse_large(archive.infolist())
            left = UNPACKED_LIMIT * _MEGABYTE
            for entry in archive.infolist():
                left -= _measured(archive, entry, left)
    # RuntimeError is how zipfile says that an entry is encrypted, NotImplementedError how it is packed.
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, RuntimeError, ValueError) as error:
        raise FileRefused("broken_workbook") from error


def _refuse_large(entries: list[zipfile.ZipInfo]) -> None:
    """Goes by the archive's own directory, which is quick to read and may lie."""
    total = sum(entry.file_size for entry in entries)
    if total > UNPACKED_LIMIT * _MEGABYTE:
        raise _too_large(total, UNPACKED_LIMIT)
    for entry in entries:
        if entry.file_size > max(_RATIO_FREE * _MEGABYTE, entry.compress_size * _RATIO_LIMIT):
            raise _too_large(entry.file_size, _RATIO_FREE)


def _too_large(size: int, limit: int) -> FileRefused:
    return FileRefused("workbook_too_large", megabytes=-(-size // _MEGABYTE), limit=limit)


def _measured(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """The bytes an entry really unpacks to. Refuses it if they, or the cells it describes, are too many."""
    honest = copy.copy(entry)
    # zipfile stops at the size the directory gives, the library that reads the workbook does not.
    honest.file_size = 1 << 62
    size = 0
    extent = _Extent(strict=entry.filename.lower().endswith((".xml", ".rels")))
    with archive.open(honest) as file:
        for piece in iter(lambda: file.read(_MEGABYTE), b""):
            size += len(piece)
            if size > left:
                raise _too_large(UNPACKED_LIMIT * _MEGABYTE + 1, UNPACKED_LIMIT)
            extent.feed(piece)
    extent.close()
    return size


class _Extent:
    """Watches a sheet go by, and refuses it as soon as its cells in use span more than memory should hold."""

    def __init__(self, *, strict: bool) -> None:
        self._parser = None
        if strict:
            self._parser = expat.ParserCreate()
            self._parser.StartElementHandler = self._start
            self._parser.StartDoctypeDeclHandler = self._refuse_declarations
        self._tail = b""
        self._reference: str | None = None
        self._row = self._column = 0
        self._lowest = self._rightmost = 0
        self._known: dict[str, int] = {}

    def feed(self, piece: bytes) -> None:
        if self._parser:
            self._parser.Parse(piece)
        elif b"sheetData" in self._tail + piece:
            # Pictures and macros aren't looked into; so no sheet may pass for one.
            raise FileRefused("broken_workbook")
        else:
            self._tail = piece[-16:]

    def close(self) -> None:
        if self._parser:
            self._parser.Parse(b"", True)

    def _refuse_declarations(self, *_what: object) -> None:
        """No workbook declares entities; whoever does wants them to unfold."""
        raise FileRefused("broken_workbook")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        # Called for millions of elements, hence few steps for each.
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                # It stands right of the one before it.
                self._settle()
                self._column += 1
            self._reference = reference
        elif name in ("v", "is"):
            # Formatted cells without a value are not counted: people format to the last row and column.
            self._count_cell()
        elif name == "row":
            self._settle()
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            self._reference = None

    def _settle(self) -> None:
        if self._reference is not None:
            letters = self._reference.rstrip("0123456789")
            self._row = int(self._reference[len(letters) :])
            self._column = self._known.get(letters) or self._learn(letters)

    def _count_cell(self) -> None:
        self._settle()
        if self._row > self._lowest or self._column > self._rightmost:
            self._lowest = max(self._lowest, self._row)
            self._rightmost = max(self._rightmost, self._column)
            found = self._lowest * self._rightmost
            if found > AREA_LIMIT:
                raise FileRefused("too_many_cells", found=found, limit=AREA_LIMIT)

    def _learn(self, letters: str) -> int:
        column = 0
        for letter in letters.upper():
            column = column * 26 + ord(letter) - ord("A") + 1
        self._known[letters] = column
        return column
