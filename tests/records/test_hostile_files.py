"""Files that nobody should hand in, through the real importer: a clear sentence, and nothing half done."""

from __future__ import annotations

import io
import itertools
import random
import tracemalloc
import zipfile
from csv import writer as csv_writer
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from records.actions import staging
from records.actions.applying import NotStaged, apply_import
from records.actions.receiving import receive_file
from records.domain.refusals import FileRefused
from records.models import Athlete, ColumnMapping, ImportBatch, ImportChunk, ImportRow, Performance
from records.queries.issues import issues_of
from records.sentences import SENTENCES, refusal_text
from tests.factories import NOW, imported, staged
from tests.records.importing import csv, verdicts
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

HEADER = "id,name,sex,dob,event,mark,wind,date"
JO = "p1,José Muñoz,M,2001-01-01,100,10.80,+1.0,2026-05-05"
KIM = "p2,Kim Vale,F,2002-02-02,LJ,6.00,0.3,2026-05-05"
PLAIN = csv(HEADER, JO, KIM)

MEGABYTE = 1024 * 1024


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def zip_bomb() -> bytes:
    return archive(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b"<sheetData>" + b" " * 200_000_000)


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty."),
    "blank": (b"\n\n ,,\n\n", "The file is empty."),
    "header only": (HEADER.encode(), "The file has a header but no rows below it."),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "This is not a table but a PNG."),
    "PDF": (b"%PDF-1.7\n" + PLAIN.encode(), "This is not a table but a PDF."),
    "ZIP": (archive(readme=b"hello"), "This is not a table but a ZIP archive."),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "This is an old Excel file (.xls) or one with a password."),
    "HTML": (b"<html><table><tr><td>id</td></tr></table></html>", "This is not a table but a HTML."),
    "no mark column": (
        csv("name,event,date", "Jo Bloggs,100,2026-05-05").encode(),
        "No column says mark. The header is: name, event, date.",
    ),
    "no header": (csv(JO, KIM).encode(), "No column says athlete_external_id / family_name / full_name / team."),
    "binary": (random.Random(1).randbytes(5000), "This is not a text file."),
    "zip bomb": (zip_bomb(), "The workbook unpacks to 201 MB or more; at most 100 MB are read."),
    "truncated workbook": (workbook(["id"], ["p1"])[:-200], "The workbook is damaged and can't be opened."),
    "million columns": (
        (",".join(["mark"] * 1_000_000) + "\n1\n").encode(),
        "The file has 1000000 columns; at most 500 are read.",
    ),
    "NULs all over": (b"\0".join(bytes([byte]) for byte in PLAIN.encode()[:60]) + bytes(90), "This is not a text file."),
    "two encodings": (
        csv(HEADER, JO).encode() + KIM.replace("Kim", "Zoë").encode("cp1252"),
        "Row 3 is written in another encoding than the rest. Save the whole file as UTF-8.",
    ),
    "a column twice": (
        csv(f"{HEADER},Mark", f"{JO},10.90").encode(),
        "The column “mark” is there twice. Rename one of them.",
    ),
    "long cell": (
        csv(HEADER, JO, KIM.replace("Kim", "K" * 20_000)).encode(), "Row 3 has a cell of more than 10000 characters.",
    ),
    "long cell in a workbook": (
        workbook(HEADER.split(","), JO.split(","), ["p2", "K" * 20_000]),
        "Row 3 has a cell of more than 10000 characters.",
    ),
    "long row": (csv(HEADER, JO, "x" * 9 + ",y" * 600_000).encode(), "Row 3 is longer than 1000000 characters."),
    "unclosed quote": (
        csv(HEADER, JO, KIM.replace("Kim", '"Kim')).encode(), "A quotation mark opened in row 3 is never closed.",
    ),
}  # fmt: skip


def assert_nothing_is_left() -> None:
    left = [model.__name__ for model in (Performance, Athlete, ImportRow, ColumnMapping) if model.objects.exists()]
    assert left == []


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(harbour: Club, name: str) -> None:
    content, sentence = REFUSED[name]
    batch = staged("performances", content, club=harbour)
    batch.refresh_from_db()
    assert batch.state == "refused"
    assert refusal_text(batch.refusal).startswith(sentence)
    assert [issue["message"] for issue in issues_of(batch)] == [refusal_text(batch.refusal)]
    with pytest.raises(NotStaged):
        apply_import(batch, by=None, at=NOW)
    assert_nothing_is_left()
    # The process and the club's next file are well.
    assert verdicts(imported("performances", PLAIN, club=harbour)) == ["new", "new"]


@pytest.mark.parametrize("name", ["two encodings", "unclosed quote", "long cell", "long row", "zip bomb", "binary"])
def test_a_file_refused_by_a_command_leaves_nothing(harbour: Club, tmp_path: Path, name: str) -> None:
    content, sentence = REFUSED[name]
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as said:
        call_command("import_performances", str(path), stdout=io.StringIO())
    assert str(said.value).startswith(sentence)
    assert_nothing_is_left()
    assert not (ImportBatch.objects.exists() or ImportChunk.objects.exists())


@pytest.mark.parametrize("name", ["two encodings", "unclosed quote", "long cell", "long row"])
def test_blocks_written_before_the_bad_row_are_taken_back(
    harbour: Club, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "BLOCK_ROWS", 1)
    assert staged("performances", REFUSED[name][0], club=harbour).state == "refused"
    assert_nothing_is_left()


def test_a_stream_of_200_mb_is_let_go_at_the_limit(settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 4 * MEGABYTE
    taken = itertools.count()
    stream = (bytes(MEGABYTE) for _ in range(200) if next(taken) >= 0)
    tracemalloc.start()
    with pytest.raises(FileRefused) as refused, transaction.atomic():
        receive_file("performances", content=stream, filename="f", source="s", by=None, at=NOW)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (refused.value.code, refused.value.values) == ("too_large", {"limit": 4})
    assert next(taken) <= 6
    assert peak < 20 * MEGABYTE
    assert not (ImportBatch.objects.exists() or ImportChunk.objects.exists())


def test_a_file_of_200_mb_is_refused_by_a_command(settings: Any, tmp_path: Path) -> None:
    settings.IMPORT_MAX_BYTES = 4 * MEGABYTE
    path = tmp_path / "large.csv"
    with path.open("wb") as sparse:
        sparse.truncate(200 * MEGABYTE)
    tracemalloc.start()
    with pytest.raises(CommandError, match="^The file is larger than 4 MB"):
        call_command("import_athletes", str(path), stdout=io.StringIO())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * MEGABYTE
    assert not (ImportBatch.objects.exists() or ImportChunk.objects.exists())


BAD_ROWS = {
    "formula as mark": (JO.replace("10.80", "=cmd|' /C calc'!A0"), "mark", "unreadable_mark", "“=cmd|' /C calc'!A0” is not a mark"),
    "formula as name": (JO.replace("José Muñoz", "=cmd|' /C calc'!A0"), "name", "name_is_a_formula", "is a formula, not a name."),
    "date as name": (JO.replace("José Muñoz", "2026-05-12"), "name", "name_is_a_date", "“2026-05-12” looks like a date"),
    "number as name": (JO.replace("José Muñoz", "12345"), "name", "name_is_a_number", "“12345” is a number, not a name."),
    "no name": (JO.replace("José Muñoz", ""), "name", "no_athlete", "The row names no athlete."),
    "year 2049": (JO.replace("2026-05-05", "2049-05-05"), "date", "date_in_future", "2049-05-05 is in the future."),
    "year 0": (JO.replace("2026-05-05", "0000-05-05"), "date", "unreadable_date", "“0000-05-05” is not a date"),
    "day and month": (JO.replace("2026-05-05", "05/06/2026"), "date", "ambiguous_date", "could be two dates"),
    "born later": (JO.replace("2001-01-01", "2049-01-01"), "date", "date_before_birth", "before the athlete's birth (2049)"),
    "a cell too many": (JO.replace("José", "José, Luis"), None, "extra_cells", "The row has 9 cells, the header has 8."),
    "storm": (JO.replace("+1.0", "99.9"), "wind", "unreadable_wind", "“99.9” is not a wind reading"),
    "nonsense event": (JO.replace(",100,", ",=1+1,"), "event", "unknown_discipline", "“=1+1” is not a discipline"),
    "emoji": (JO.replace("10.80", "🏃"), "mark", "unreadable_mark", "“🏃” is not a mark"),
    "huge number": (JO.replace("10.80", "9" * 5000), "mark", "unreadable_mark", "is not a mark"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_named_and_the_others_are_taken(harbour: Club, name: str) -> None:
    row, column, code, sentence = BAD_ROWS[name]
    batch = imported("performances", csv(HEADER, KIM, row), club=harbour)
    issue, *more = issues_of(batch)
    assert (issue["row"], issue["code"], issue["verdict"], more) == (3, code, "refused", [])
    assert sentence in issue["message"]
    assert issue["column"] == column
    assert (Performance.objects.get().external_id, Athlete.objects.get().family_name) == ("p2", "Vale")


FINE = {
    "UTF-8 with a mark": (PLAIN.encode("utf-8-sig"), []),
    "UTF-16": (PLAIN.encode("utf-16"), ["read_as_utf_16"]),
    "UTF-16 without a mark": (PLAIN.encode("utf-16-be"), ["read_as_utf_16"]),
    "cp1252": (PLAIN.encode("cp1252"), ["read_as_cp1252"]),
    "Mac Roman": (PLAIN.encode("mac-roman"), ["read_as_mac_roman"]),
    "CR only": (PLAIN.replace("\n", "\r").encode(), []),
    "CRLF": (PLAIN.replace("\n", "\r\n").encode(), []),
    "semicolons": (PLAIN.replace(",", ";").encode(), []),
    "tabs": (PLAIN.replace(",", "\t").encode(), []),
    "sep line": (("sep=;\n" + PLAIN.replace(",", ";")).encode(), []),
    "stray NULs": (PLAIN.replace("José", "Jo\0sé").encode(), ["nul_bytes_removed"]),
    "no last line end": (PLAIN.strip().encode(), []),
    "workbook": (workbook(*(line.split(",") for line in PLAIN.splitlines())), []),
    "a column twice that nobody needs": (csv(f"{HEADER},shoes,shoes", f"{JO},a,b", f"{KIM},c,d").encode(), []),
}


@pytest.mark.parametrize("name", FINE)
def test_an_odd_file_is_read_as_its_owner_meant_it(harbour: Club, name: str) -> None:
    content, notes = FINE[name]
    batch = imported("performances", content, club=harbour, filename="photo.png")
    assert batch.reading["notes"] == notes
    assert all(note in SENTENCES for note in notes)
    told = Performance.objects.order_by("external_id").values_list(
        "athlete__given_name", "athlete__family_name", "discipline__code", "value", "wind", "date"
    )
    assert [(*one[:5], str(one[5])) for one in told] == [
        ("José", "Muñoz", "100", 10_800, 10, "2026-05-05"),
        ("Kim", "Vale", "LJ", 600, 3, "2026-05-05"),
    ]


def settle(kind: str, content: bytes, club: Club | None) -> None:
    """Stage and apply ``content``, whatever it is: it ends applied whole or refused with nothing left."""
    with transaction.atomic():
        batch = staged(kind, content, club=club, create_clubs=True)
        batch.refresh_from_db()
        if batch.state == ImportBatch.State.REFUSED:
            assert refusal_text(batch.refusal)
            assert_nothing_is_left()
            with pytest.raises(NotStaged):
                apply_import(batch, by=None, at=NOW)
        else:
            assert batch.state == ImportBatch.State.STAGED
            assert not (Performance.objects.exists() or Athlete.objects.exists())
            result = apply_import(batch, by=None, at=NOW)
            batch.refresh_from_db()
            assert batch.state == ImportBatch.State.APPLIED
            rows = ImportRow.objects.filter(batch=batch)
            assert rows.count() == result["rows"] > 0
            assert result["rows"] == sum(result[name] for name in ("created", "changed", "duplicates", "refused"))
            if kind == "performances":
                assert Performance.objects.current().count() == result["created"] + result["changed"]
            silent = rows.filter(verdict="refused", issues=None)
            assert not silent.exists()
        for issue in issues_of(batch):
            assert issue["message"] not in ("", issue["code"])
        transaction.set_rollback(True)


KINDS = ("performances", "athletes")


@given(content=st.binary(max_size=2000), kind=st.sampled_from(KINDS))
def test_random_bytes_never_break_the_importer(content: bytes, kind: str) -> None:
    settle(kind, content, None)


@given(content=st.binary(max_size=200), kind=st.sampled_from(KINDS))
def test_random_bytes_below_a_header_never_break_the_importer(content: bytes, kind: str) -> None:
    settle(kind, HEADER.encode() + b"\n" + content, None)


BITS = [b",", b";", b"\t", b'"', b"\n", b"\r", b"\0", b"=", b"'", b"-", b"0", b"9999", b"\xe9", "é".encode(), b"\xff\xfe",
        b"DQ", b"h", b":", b"/", "\u0663".encode(), "\u00b2".encode(), b"1e9", b"nan", b"0001-01-01", b"9999-12-31", b"{}", b"%s"]  # fmt: skip
mutations = st.lists(
    st.tuples(st.integers(0, len(PLAIN)), st.integers(0, 6), st.sampled_from(BITS) | st.binary(max_size=3)),
    min_size=1,
    max_size=6,
)


@given(mutations=mutations, kind=st.sampled_from(KINDS))
def test_a_mutated_file_never_breaks_the_importer(mutations: list[tuple[int, int, bytes]], kind: str) -> None:
    content = PLAIN.encode()
    for at, gone, put in mutations:
        content = content[:at] + put + content[at + gone :]
    settle(kind, content, None)


CELLS = st.sampled_from(
    ["", "M", "F", "X", "p1", "Jo Bloggs", "100", "4x100", "SP6", "10.80", "9" * 400, "NM", "2026-05-05", "2026", "0001-01-01",
     "9999-12-31", "-", "=1+1", "+1.0", "é", "\u0663", "\u00b2", "CC1e9", "Harbour", "x" * 130, "{text}", "a/b", "31/12/2025"]
) | st.text(max_size=12)  # fmt: skip
TARGETS = ["id", "athlete id", "name", "given name", "sex", "dob", "yob", "club", "nation", "event", "mark", "wind", "timing",
           "place", "round", "environment", "competition", "venue", "country", "date", "note", "part of", "team", "legs",
           "club from", "club until", "claim", "native name"]  # fmt: skip


@given(
    rows=st.lists(st.lists(CELLS, min_size=len(TARGETS), max_size=len(TARGETS)), min_size=1, max_size=4),
    kind=st.sampled_from(KINDS),
)
def test_any_words_in_the_cells_never_break_the_importer(rows: list[list[str]], kind: str) -> None:
    out = io.StringIO()
    writer = csv_writer(out)
    writer.writerows([TARGETS, *rows])
    settle(kind, out.getvalue().encode("utf-8", "replace"), None)
