"""Rows out of whatever file a club registrar hands in: CSV and its cousins, or a workbook.

What a file is follows from its bytes, never from its name. Of a text file nothing is held but the record
being read, and a file that can't be read faithfully is refused rather than guessed at.

*Row* is the number a spreadsheet shows beside a record: the first is 1, blank ones count, and a cell with
line breaks in it still makes one row. *Line* is what a text editor counts.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from records.domain.cells import CELL_LIMIT, Records
from records.domain.refusals import FileRefused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Chunks = Callable[[], Iterator[bytes]]

COLUMN_LIMIT = 500
RECORD_LIMIT = 1_000_000  # characters, delimiters and line breaks included

_HEAD = 65_536
_DELIMITERS = (",", ";", "\t")
_SEP_LINE = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)
# A quote opens a field only where the field begins: in `5" disc,mark` it is an inch.
_QUOTED = re.compile(r'(?<![^,;\t\r\n])"[^"]*(?:""[^"]*)*"')

_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip archive"),
)
# Many sites name an HTML table `.xls`; Excel opens it, and its owner believes it a workbook.
_MARKUP = ((b"<!doctype html", "HTML"), (b"<html", "HTML"), (b"<table", "HTML"), (b"<?xml", "XML"))

_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\r")) + b"\x7f"

_UNDECODED = re.compile("[\udc80-\udcff]")
# Everyday characters, whose UTF-8 bytes are gibberish in cp1252 and in Mac Roman (`Ã¼`, `√º`).
_SURELY_UTF_8 = re.compile("[\u00a0-\u00ff\u2010-\u2027\ufeff]")

_AMONG_SMALL = re.compile(r"(?<=[a-z])[\x80-\xff]|(?<=[A-Z])[\x80-\xff](?=[a-z])")
_AMONG_CAPITALS = re.compile(r"(?<![A-Za-z\x80-\xff])[\x80-\xff](?=[A-Za-z])|(?<=[A-Z])[\x80-\xff](?![a-z])")
# How telling a letter is. The rare ones (Šimon, Þór, Cœur) share their bytes with commoner letters of the
# other encoding, so they weigh less.
_LETTERS = dict.fromkeys("äöüßåæøéèêëáàâãíìîïóòôõúùûñç", 3) | dict.fromkeys("œšžÿýðþ", 1)


@dataclass(frozen=True)
class Table:
    """A file's header, and its rows as often as they are asked for.

    The delimiter of a workbook is ''. Notes are codes of what the registrar should check with their own eyes.
    """

    header: tuple[str, ...]
    encoding: str
    delimiter: str
    notes: tuple[str, ...]
    _records: Callable[[], Records] = field(repr=False, compare=False)

    def rows(self) -> Records:
        """What follows the header, without blank rows. Short rows are filled up, long ones keep all.

        Raises FileRefused at the row that shows the file to be unreadable: treat what came before as unread.
        """
        width = len(self.header)
        for row, cells in itertools.islice(self._records(), 1, None):
            if len(cells) < width:
                cells += [""] * (width - len(cells))
            yield row, cells


def read_table(chunks: Chunks, filename: str) -> Table:
    """The table in a stored file. Its name has no say: `.xls` may be HTML and `.csv` a workbook."""
    head = _head_of(chunks)
    _refuse_foreign(head)
    if head.startswith(b"PK\x03\x04"):
        # Only here: the compiled library behind it is loaded by those who read workbooks, and no one else.
        from records.domain.workbook import read_sheet

        records = read_sheet(b"".join(chunks()))
        encoding, delimiter = "xlsx", ""
        notes: tuple[str, ...] = ()
    else:
        encoding, codec, notes = _encoding_of(chunks, head)
        text = _Text(chunks, codec, without_nuls="nul_bytes_removed" in notes)
        delimiter, named = _delimiter_of(text)
        _refuse_wide_header(text, delimiter, named=named)
        records = partial(_records, text, delimiter, named=named)
    _, header = next(records(), (0, []))
    if not header:
        raise FileRefused("empty_file")
    if len(header) > COLUMN_LIMIT:
        raise FileRefused("too_many_columns", found=len(header), limit=COLUMN_LIMIT)
    return Table(tuple(header), encoding, delimiter, notes, records)


def _head_of(chunks: Chunks) -> bytes:
    head = b""
    for chunk in chunks():
        head += chunk
        if len(head) >= _HEAD:
            break
    return head


def _refuse_foreign(head: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("old_excel")
    start = head.removeprefix(codecs.BOM_UTF8)[:1000].lstrip().lower()
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            raise FileRefused("wrong_type", found=name)
    for tag, name in _MARKUP:
        if start.startswith(tag):
            raise FileRefused("wrong_type", found=name)


def _encoding_of(chunks: Chunks, head: bytes) -> tuple[str, str, tuple[str, ...]]:
    """What the file is written in: the name for people, Python's codec, and the notes."""
    codec = _utf_16_codec(head) or "utf-8"
    decodes, holds_nuls = _survey(chunks, codec)
    notes = ("nul_bytes_removed",) if holds_nuls else ()
    if codec != "utf-8":
        if not decodes:
            raise FileRefused("not_text")
        return "utf-16", codec, ("read_as_utf_16", *notes)
    if decodes:
        name = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
        return name, name, notes
    _refuse_mixture(chunks)
    name = _single_byte_encoding(chunks)
    return name, name, (f"read_as_{name.replace('-', '_')}", *notes)


def _utf_16_codec(head: bytes) -> str:
    """Without a byte order mark UTF-16 shows by NULs at every other byte: in commas, digits, blanks."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first, second = head[0::2].count(0), head[1::2].count(0)
    # A quarter of the characters is more than stray NULs ever come to, and less than any table's digits do.
    if max(first, second) < max(2, len(head) / 8):
        return ""
    if first * 20 < second:
        return "utf-16-le"
    if second * 20 < first:
        return "utf-16-be"
    return ""


def _survey(chunks: Chunks, codec: str) -> tuple[bool, bool]:
    """Whether the whole file decodes, and whether it holds NULs. Refuses what holds too many to be text."""
    decoder = codecs.getincrementaldecoder(codec)()
    size = nuls = controls = 0
    decodes = True
    for chunk in itertools.chain(chunks(), [b""]):
        body = chunk
        if decodes:
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                decodes = False
            else:
                body = chunk if codec == "utf-8" else text.encode()
        size += len(body)
        nuls += body.count(0)
        controls += len(body) - len(body.translate(None, _CONTROLS))
    # A damaged byte or two happens, and old databases pad with NULs; of compressed data a tenth is controls.
    if controls > 1 + size // 50 or nuls > 3 + size // 50:
        raise FileRefused("not_text")
    return decodes, nuls > 0


def _refuse_mixture(chunks: Chunks) -> None:
    """Refuses a file part UTF-8, part not: read either way, some of its names would come out as gibberish.

    Some byte pairs of Mac Roman and cp1252 happen to be UTF-8 (in Mac Roman, a curly apostrophe and é), so an
    exotic character proves nothing unless it is as common as what doesn't decode.
    """
    sure = odd = bad = first = 0
    text = _Text(chunks, "utf-8", errors="surrogateescape")
    for line, content in enumerate(text.pieces(), 1):
        if content.isascii():
            continue
        undecoded = len(_UNDECODED.findall(content))
        likely = len(_SURELY_UTF_8.findall(content))
        sure += likely
        odd += len(content) - len(content.encode("ascii", "ignore")) - undecoded - likely
        bad += undecoded
        if undecoded and not first:
            first = line
    if sure or odd >= bad:
        raise FileRefused("mixed_encodings", row=first)


def _single_byte_encoding(chunks: Chunks) -> str:
    """Whether a file that isn't UTF-8 comes from Windows or from an old Mac.

    Each high byte beside a letter votes for the encoding that makes it a letter of Western European names, in
    the right case for its place: 0x8E ending `Andr` is é to a Mac but Ž to Windows. Windows wins ties.
    """
    small: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    unknown_to_windows = 0
    for line, content in enumerate(_Text(chunks, "latin-1").pieces(), 1):
        if not content.isascii():
            small.update(_AMONG_SMALL.findall(content))
            capitals.update(_AMONG_CAPITALS.findall(content))
            if not unknown_to_windows and re.search("[\x81\x8d\x8f\x90\x9d]", content):
                unknown_to_windows = line
    windows, mac = (
        _votes(small, codec, str.islower) + _votes(capitals, codec, str.isupper) for codec in ("cp1252", "mac-roman")
    )
    if mac > windows or (unknown_to_windows and mac == windows):
        return "mac-roman"
    if unknown_to_windows:
        raise FileRefused("mixed_encodings", row=unknown_to_windows)
    return "cp1252"


def _votes(high_bytes: Counter[str], codec: str, fits: Callable[[str], bool]) -> int:
    votes = 0
    for high_byte, times in high_bytes.items():
        letter = high_byte.encode("latin-1").decode(codec, "replace")
        if fits(letter):
            votes += times * _LETTERS.get(letter.lower(), 0)
    return votes


class _ChunkStream(io.RawIOBase):
    """Chunks as a file, so that Python's own text layer decodes and finds the line ends."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        target = memoryview(buffer)
        size = min(len(target), len(self._rest))
        target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


@dataclass(frozen=True)
class _Text:
    chunks: Chunks
    codec: str
    errors: str = "strict"
    without_nuls: bool = False

    def open(self) -> io.TextIOWrapper:
        raw = io.BufferedReader(_ChunkStream(self.chunks()), 1 << 18)
        # An empty newline splits at CR, LF and CRLF alike, and leaves those inside quotes as they are.
        return io.TextIOWrapper(raw, self.codec, self.errors, newline="")

    def pieces(self) -> Iterator[str]:
        """The lines; those longer than a record may be come in several pieces."""
        return iter(partial(self.open().readline, RECORD_LIMIT), "")


class _Lines:
    """Lines for the csv module, with an account of what the record in the making has taken so far."""

    def __init__(self, text: _Text) -> None:
        self._readline = text.open().readline
        self._without_nuls = text.without_nuls
        self.start_record()

    def start_record(self) -> None:
        self.taken = 0
        self.lines = 0
        self.latest = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._readline(RECORD_LIMIT + 1)
        if not line:
            if self.lines:
                # The csv module would hand over what it has; but it asked for more, so a quote is open.
                self.lines += 1
                raise csv.Error("the file ends inside quotes")
            raise StopIteration
        self.taken += len(line)
        self.lines += 1
        self.latest = line
        if self.taken > RECORD_LIMIT:
            raise csv.Error("the record does not end")
        return line.replace("\0", "") if self._without_nuls else line


def _records(text: _Text, delimiter: str, *, named: bool) -> Records:
    """Every record that isn't blank, stripped. `named`: the first line is Excel's `sep=` and no record."""
    lines = _Lines(text)
    row = first = int(named)
    if named:
        next(lines)
        lines.start_record()
    try:
        for row, cells in enumerate(csv.reader(lines, delimiter=delimiter), first + 1):
            if lines.taken > CELL_LIMIT:
                _refuse_long_cell(cells, row)
            lines.start_record()
            stripped = list(map(str.strip, cells))
            if any(stripped):
                yield row, stripped
    except csv.Error as error:
        raise _refusal(lines, delimiter, row + 1) from error


def _refuse_long_cell(cells: list[str], row: int) -> None:
    longest = max(cells, key=len)
    if len(longest) > CELL_LIMIT:
        # Nobody writes that much with line breaks: it is a quote that closed where the next one opened.
        if "\n" in longest or "\r" in longest:
            raise FileRefused("unclosed_quote", row=row)
        raise FileRefused("cell_too_long", row=row, limit=CELL_LIMIT)


def _refusal(lines: _Lines, delimiter: str, row: int) -> FileRefused:
    """Why the csv module gave up on a row."""
    if lines.lines > 1:
        return FileRefused("unclosed_quote", row=row)
    # Below the record limit only the csv module itself complains, and only of a cell.
    if lines.taken <= RECORD_LIMIT or len(max(lines.latest.split(delimiter), key=len)) > CELL_LIMIT:
        return FileRefused("cell_too_long", row=row, limit=CELL_LIMIT)
    return FileRefused("row_too_long", row=row, limit=RECORD_LIMIT)


def _delimiter_of(text: _Text) -> tuple[str, bool]:
    """The delimiter, and whether a `sep=` line names it rather than the header showing it."""
    file = text.open()
    for number, line in enumerate(iter(partial(file.readline, _HEAD), "")):
        if number == 0 and (named := _SEP_LINE.fullmatch(line)):
            return named[1], True
        if line.strip(' \t\r\n\0,;"'):
            # A header cell may hold line breaks, so what is in quotes goes before the header is cut off.
            header = re.split(r"[\r\n]", _QUOTED.sub("", line + file.read(_HEAD)), maxsplit=1)[0]
            return max(_DELIMITERS, key=header.count), False
    raise FileRefused("empty_file")


def _refuse_wide_header(text: _Text, delimiter: str, *, named: bool) -> None:
    """Counts the columns of a header that is too long to be taken apart first; leaves others alone."""
    pieces = itertools.islice(text.pieces(), int(named), None)
    columns = 1
    for piece in itertools.dropwhile(lambda piece: not piece.strip(), pieces):
        if columns == 1 and len(piece) < RECORD_LIMIT:
            return
        columns += piece.count(delimiter)
        if piece.endswith(("\n", "\r")):
            break
    if columns > COLUMN_LIMIT:
        raise FileRefused("too_many_columns", found=columns, limit=COLUMN_LIMIT)
