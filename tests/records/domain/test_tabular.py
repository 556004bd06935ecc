from __future__ import annotations

import codecs
import csv
import io
import pickle
import random
import time
import tracemalloc
from collections.abc import Iterator

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from records.domain.cells import CELL_LIMIT
from records.domain.refusals import FileRefused
from records.domain.tabular import RECORD_LIMIT, Chunks, Table, read_table

NAMES = ["Müller", "Östlund", "GARCÍA", "José Núñez", "Håkon Bjørnsen", "François", "Zoë", "MÜLLER", "Çelik"]


def chunked(content: bytes, size: int = 1 << 20) -> Chunks:
    def chunks() -> Iterator[bytes]:
        for start in range(0, len(content), size):
            yield content[start : start + size]

    return chunks


def table_of(content: bytes | str, size: int = 1 << 20) -> Table:
    return read_table(chunked(content.encode() if isinstance(content, str) else content, size), "marks.csv")


def rows_of(content: bytes | str, size: int = 1 << 20) -> list[tuple[int, list[str]]]:
    return list(table_of(content, size).rows())


def refusal_of(content: bytes | str) -> tuple[str, dict[str, object]]:
    with pytest.raises(FileRefused) as refused:
        list(table_of(content).rows())
    return refused.value.code, refused.value.values


def test_a_refusal_carries_its_code_and_values_even_between_processes() -> None:
    refused = FileRefused("cell_too_long", row=3, limit=10)
    assert str(refused) == "cell_too_long row=3 limit=10"
    again = pickle.loads(pickle.dumps(refused))
    assert (again.code, again.values) == ("cell_too_long", {"row": 3, "limit": 10})


class TestRows:
    def test_cells_are_stripped_and_numbered_as_a_spreadsheet_shows_them(self) -> None:
        table = table_of("\n Name , Mark\nAnna, 10.52 \n\n , \nBea,11.0\n")
        assert table.header == ("Name", "Mark")
        assert list(table.rows()) == [(3, ["Anna", "10.52"]), (6, ["Bea", "11.0"])]

    def test_can_be_gone_through_twice(self) -> None:
        table = table_of("a\n1\n")
        assert list(table.rows()) == list(table.rows()) == [(2, ["1"])]

    def test_short_rows_are_filled_up_and_long_ones_keep_their_cells(self) -> None:
        assert rows_of("a,b\n1\n1,2,3\n") == [(2, ["1", ""]), (3, ["1", "2", "3"])]

    def test_a_header_alone_is_a_table(self) -> None:
        table = table_of("Name,Mark")
        assert (table.header, list(table.rows())) == (("Name", "Mark"), [])

    def test_a_repeated_header_is_left_to_the_caller(self) -> None:
        assert table_of("a,a\n").header == ("a", "a")

    @pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
    @pytest.mark.parametrize("size", [1, 2, 7, 1 << 20])
    def test_line_ends_wherever_the_chunks_break(self, end: str, size: int) -> None:
        content = end.join(["Näme;b", '"x;1";"y', 'z"', "", "ü;2"])
        assert rows_of(content, size) == [(2, ["x;1", f"y{end}z"]), (4, ["ü", "2"])]

    def test_mixed_line_ends(self) -> None:
        assert rows_of("a,b\r1,2\r\n3,4\n5,6") == [(2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"])]

    def test_a_vertical_tab_or_line_separator_ends_no_row(self) -> None:
        assert rows_of("a,b\nx\u2028y,1\n" * 40)[0] == (2, ["x\u2028y", "1"])

    def test_quotes_inside_quotes(self) -> None:
        assert rows_of('a,b\n"say ""hi"", you",2\n') == [(2, ['say "hi", you', "2"])]


class TestDelimiter:
    @pytest.mark.parametrize(
        ("header", "delimiter"),
        [
            ("a,b", ","),
            ("a;b", ";"),
            ("a\tb", "\t"),
            ("a", ","),
            ("a;b,c", ","),
            ("a;b;c,d", ";"),
            ('"a,b,c";d', ";"),
            ('"a ""x,y"" b";d', ";"),
            ('"line\nbreak,in,it";d', ";"),
            ('Height 5";Mark', ";"),
            ('x,"a;"', ","),
            (";;;\na;b", ";"),
        ],
    )
    def test_is_the_most_frequent_outside_quotes(self, header: str, delimiter: str) -> None:
        assert table_of(header + "\n1\n").delimiter == delimiter

    @pytest.mark.parametrize("line", ["sep=;", "SEP=;\r", '"sep=;"', "sep=; "])
    def test_an_excel_sep_line_is_honoured_and_counted(self, line: str) -> None:
        table = table_of(f"{line}\nName,x,y;Mark\nAnna;10\n")
        assert (table.delimiter, table.header) == (";", ("Name,x,y", "Mark"))
        assert list(table.rows()) == [(3, ["Anna", "10"])]

    def test_a_sep_line_alone_is_empty(self) -> None:
        assert refusal_of("sep=;\n") == ("empty_file", {})


class TestEncoding:
    @pytest.mark.parametrize(
        ("codec", "encoding", "notes"),
        [
            ("utf-8", "utf-8", ()),
            ("utf-8-sig", "utf-8-sig", ()),
            ("utf-16", "utf-16", ("read_as_utf_16",)),
            ("utf-16-le", "utf-16", ("read_as_utf_16",)),
            ("utf-16-be", "utf-16", ("read_as_utf_16",)),
            ("cp1252", "cp1252", ("read_as_cp1252",)),
            ("mac-roman", "mac-roman", ("read_as_mac_roman",)),
        ],
    )
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("size", [1, 1 << 20])
    def test_of_a_single_name(self, codec: str, encoding: str, notes: tuple[str, ...], name: str, size: int) -> None:
        table = table_of(f"Name,Mark\r\n{name},10\r\n".encode(codec), size)
        assert list(table.rows()) == [(2, [name, "10"])]
        assert (table.encoding, table.notes, table.header) == (encoding, notes, ("Name", "Mark"))

    def test_big_endian_with_its_mark(self) -> None:
        content = codecs.BOM_UTF16_BE + "Näme\nÖ\n".encode("utf-16-be")
        assert (table_of(content).header, rows_of(content)) == (("Näme",), [(2, ["Ö"])])

    def test_a_mark_alone_is_empty(self) -> None:
        for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            assert refusal_of(mark) == ("empty_file", {})

    def test_high_bytes_that_are_no_letters(self) -> None:
        assert table_of("Mark\n10 ½ 11\n".encode("cp1252")).encoding == "cp1252"
        assert table_of(b"Mark\n10 \x8d 11\n").encoding == "mac-roman"

    def test_the_odd_pair_that_happens_to_be_utf_8(self) -> None:
        content = "Club,Ort\nL\u2019équipe Besançon,Orléans\n".encode("mac-roman")
        assert rows_of(content) == [(2, ["L\u2019équipe Besançon", "Orléans"])]

    @pytest.mark.parametrize(
        "lines",
        [
            [b"Name", "Müller".encode(), b"Anna", "Jörg".encode("cp1252")],
            [b"Name", b"Anna", b"Bea", "Jörg".encode("cp1252"), "Müller".encode()],
            ["Имя".encode(), "Иван".encode(), b"x", "J\xf6rg".encode("latin-1")],
            [b"Name", b"x", b"y", b"M\xfcller J\xf6rg \x81"],
        ],
    )
    def test_mixtures_name_the_first_bad_line(self, lines: list[bytes]) -> None:
        assert refusal_of(b"\r\n".join(lines)) == ("mixed_encodings", {"row": 4})

    def test_a_file_cut_off_inside_a_letter(self) -> None:
        assert refusal_of("Name\nMüller\nJö".encode()[:-1]) == ("mixed_encodings", {"row": 3})

    @pytest.mark.parametrize("content", [b"\xff\xfea\x00\n\x00b", "a\nb\n".encode("utf-16-le") + b"\x00\xd8"])
    def test_broken_utf_16(self, content: bytes) -> None:
        assert refusal_of(content) == ("not_text", {})

    def test_a_few_nuls_are_removed(self) -> None:
        table = table_of(b"na\0me,mark\nA\0nna,1\n")
        assert table.notes == ("nul_bytes_removed",)
        assert (table.header, list(table.rows())) == (("name", "mark"), [(2, ["Anna", "1"])])

    def test_nuls_in_other_encodings(self) -> None:
        assert table_of("Name\nMü\0ller\n".encode("cp1252")).notes == ("read_as_cp1252", "nul_bytes_removed")
        assert rows_of("Name\nMü\0ller\n".encode("utf-16")) == [(2, ["Müller"])]


class TestWrongFiles:
    def test_a_workbook_is_known_by_its_content(self) -> None:
        file = io.BytesIO()
        book = openpyxl.Workbook()
        book.active.append(["Name"])
        book.save(file)
        table = table_of(file.getvalue())
        assert (table.header, table.encoding, table.delimiter) == (("Name",), "xlsx", "")

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (b"%PDF-1.7\n", "PDF"),
            (b"\x89PNG\r\n\x1a\n", "PNG"),
            (b"\xff\xd8\xff\xe0", "JPEG"),
            (b"GIF89a", "GIF"),
            (b"\x1f\x8b\x08", "gzip archive"),
            (b"\xef\xbb\xbf\r\n<HTML><table>", "HTML"),
            (b"<!DOCTYPE html>", "HTML"),
            (b"<?xml version='1.0'?><Workbook/>", "XML"),
        ],
    )
    def test_foreign_kinds_are_named(self, content: bytes, found: str) -> None:
        assert refusal_of(content) == ("wrong_type", {"found": found})

    def test_old_excel(self) -> None:
        assert refusal_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)) == ("old_excel", {})

    @pytest.mark.parametrize("content", [random.Random(3).randbytes(5000), bytes(100), b"\1\2\3", b"a\0\0b" * 99])
    def test_binary_junk(self, content: bytes) -> None:
        assert refusal_of(content) == ("not_text", {})

    @pytest.mark.parametrize("content", ["", "\n\r\n  \n\t\n", ";;;\n;;;\n", '""\n'])
    def test_nothing_in_it(self, content: str) -> None:
        assert refusal_of(content) == ("empty_file", {})


class TestLimits:
    def test_columns(self) -> None:
        assert len(table_of(",".join(["c"] * 500)).header) == 500
        assert refusal_of(",".join(["c"] * 501)) == ("too_many_columns", {"found": 501, "limit": 500})

    @pytest.mark.parametrize("before", ["", "sep=,\n", "\n \n"])
    @pytest.mark.parametrize("after", ["", "\n1,2\n" + "x,y\n" * 300_000])
    def test_a_million_columns_cost_little(self, before: str, after: str) -> None:
        content = (before + ",".join(f"c{n}" for n in range(1_000_000)) + after).encode()
        tracemalloc.start()
        assert refusal_of(content) == ("too_many_columns", {"found": 1_000_000, "limit": 500})
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
        tracemalloc.stop()

    def test_a_cell(self) -> None:
        assert rows_of("a,b\n1," + "x" * CELL_LIMIT) == [(2, ["1", "x" * CELL_LIMIT])]
        too_long = ("cell_too_long", {"row": 3, "limit": CELL_LIMIT})
        for length in (CELL_LIMIT + 1, 200_000, 2 * RECORD_LIMIT):
            assert refusal_of("a,b\n1,2\n1," + "x" * length) == too_long
        assert refusal_of("x" * 2 * RECORD_LIMIT) == ("cell_too_long", {"row": 1, "limit": CELL_LIMIT})

    def test_a_row_of_many_cells(self) -> None:
        assert len(rows_of("a\n" + "xx," * 9000)[0][1]) == 9001
        assert refusal_of("a,b\n1,2\n" + "x," * 600_000) == (
            "row_too_long",
            {"row": 3, "limit": RECORD_LIMIT},
        )

    @pytest.mark.parametrize(
        "rest",
        [
            "",
            "\nx,y\n",
            "\nx,y" * 4000,
            "\nx,y" * 4000 + '"\n3,4\n',
            "\rx,y" * 4000 + '"\n3,4\n',
            "\nx,y" * 400_000,
        ],
    )
    def test_an_unclosed_quote_is_found_where_it_began(self, rest: str) -> None:
        assert refusal_of(f'a,b\n"fine\nfine",2\n\n"open,2{rest}') == ("unclosed_quote", {"row": 4})

    def test_an_unclosed_quote_in_the_header(self) -> None:
        assert refusal_of('Name,"Mark\n1,2\n3,4\n') == ("unclosed_quote", {"row": 1})

    def test_an_unclosed_quote_whatever_limit_others_gave_the_csv_module(self) -> None:
        usual = csv.field_size_limit(10**9)
        try:
            assert refusal_of('a,b\n"' + "x,y\n" * 400_000) == ("unclosed_quote", {"row": 2})
        finally:
            csv.field_size_limit(usual)


def test_a_long_file_takes_no_more_memory_and_little_time() -> None:
    block = "Müller;Anna;1990-01-02;LG Nord;W;800 m;2:03.45;;Hamburg;2020-05-06;;;\n".encode() * 1000

    def chunks() -> Iterator[bytes]:
        yield b";".join(b"h%d" % n for n in range(13)) + b"\n"
        for _ in range(100):
            yield block

    started = time.perf_counter()
    table = read_table(chunks, "x")
    assert sum(1 for _ in table.rows()) == 100_000
    assert time.perf_counter() - started < 5
    tracemalloc.start()
    assert sum(1 for _ in zip(range(20_000), table.rows(), strict=False)) == 20_000
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\r",;\t'), max_size=8)
WESTERN = st.text(st.sampled_from("abcXYZ ,;\t\"'\n-éüößÄøñç1.5"), max_size=8)


def written(table: list[list[str]], delimiter: str, end: str) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    return file.getvalue()


def expected(table: list[list[str]]) -> list[tuple[int, list[str]]]:
    stripped = [[cell.strip() for cell in cells] for cells in table]
    return [(row, cells) for row, cells in enumerate(stripped, 2) if any(cells)]


@given(
    table=st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width))),
    delimiter=st.sampled_from(",;\t"),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r", "\r\n"]),
    size=st.integers(1, 50),
)
@settings(deadline=None)
def test_what_was_written_is_read(table: list[list[str]], delimiter: str, codec: str, end: str, size: int) -> None:
    header = ["Näme"] * (len(table[0]) if table else 1)
    content = written([header, *table], delimiter, end).encode(codec)
    read = table_of(content, size)
    assert list(read.header) == header
    assert len(header) == 1 or read.delimiter == delimiter
    assert list(read.rows()) == expected(table)


@given(
    table=st.lists(st.lists(WESTERN, min_size=2, max_size=2)),
    codec=st.sampled_from(["cp1252", "mac-roman"]),
    delimiter=st.sampled_from(",;\t"),
)
@example(table=[], codec="mac-roman", delimiter=",")
@settings(deadline=None)
def test_western_names_are_read(table: list[list[str]], codec: str, delimiter: str) -> None:
    # Enough ordinary words for the file to show where it comes from.
    table = [*table, *([["Müller", "José Núñez"], ["Håkon", "François"]] * (3 + 9 * len(table)))]
    read = table_of(written([["Name", "Ort"], *table], delimiter, "\r\n").encode(codec))
    assert read.encoding == codec
    assert list(read.rows()) == expected(table)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_whatever_the_bytes_they_are_read_or_refused(content: bytes) -> None:
    try:
        list(table_of(content).rows())
    except FileRefused as refused:
        assert refused.code
