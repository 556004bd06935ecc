"""An import looked into, and files to take along."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.actions.correcting import annul_performance
from records.documents.sheets import xlsx_file
from records.domain.samples import SAMPLES
from records.domain.tabular import read_table
from records.models import ImportBatch, Performance
from tests.factories import imported, staged
from tests.records.uploading import GOOD, MARKS, MIXED, address, page, upload, work
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def registrar(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages go nowhere: the tests run the tasks themselves."""
    monkeypatch.setattr("trackhub.clubs.actions.jobs.send", lambda job: None)


def test_rows_are_looked_through_by_their_verdict(registrar: Client, harbour: Club) -> None:
    imported("performances", "id," + MARKS + "p1,Swift,Sam,M,100,10.52,+1.4,2026-06-01\n", club=harbour)
    lines = "p1,Swift,Sam,M,100,10.42,+1.4,2026-06-01\np2,Slow,Sid,M,100,abc,,2026-06-01\n"
    batch = staged("performances", "id," + MARKS + lines, club=harbour)
    shown = registrar.get(address("import_rows", batch)).content.decode()
    assert "Sam Swift" in shown
    assert "<del>10.52</del> → <ins>10.42</ins>" in shown
    shown = registrar.get(address("import_rows", batch) + "?show=refused&after=1").content.decode()
    assert "not a mark" in shown
    assert "10.42" not in shown
    assert "There are no such rows." in registrar.get(address("import_rows", batch) + "?show=new").content.decode()
    assert "ends before" in registrar.get(address("import_rows", batch) + "?after=99").content.decode()
    for query in ("?show=everything", "?show=%00"):
        assert registrar.get(address("import_rows", batch) + query).status_code == 404
    assert registrar.get(address("import_rows", batch) + "?after=-1").status_code == 200


def test_what_it_would_set_is_shown(registrar: Client, harbour: Club) -> None:
    upload(registrar, GOOD)
    work()
    batch = ImportBatch.objects.get()
    assert "See the bests and records" in page(registrar, batch)
    shown = registrar.get(address("import_impact", batch)).content.decode()
    assert "Sam Swift" in shown
    assert "Harbour AC" in shown
    assert "Sam Swift" in registrar.get(address("import_impact", batch) + "?show=pb").content.decode()
    assert "nothing of this kind" in registrar.get(address("import_impact", batch) + "?show=returned").content.decode()
    assert registrar.get(address("import_impact", batch) + "?show=x").status_code == 404


def test_what_was_kept_is_listed(registrar: Client, harbour: Club, bob: User) -> None:
    batch = imported("performances", GOOD, club=harbour)
    assert registrar.get(address("import_kept", batch)).status_code == 302
    annul_performance(Performance.objects.get(), by=bob, at=timezone.now(), because="false start")
    registrar.post(address("undo_import", batch))
    work()
    shown = page(registrar, batch)
    assert "Kept, because somebody changed it since" in shown
    assert "1 performance kept" in shown
    assert "1 athlete stays" in shown
    shown = registrar.get(address("import_kept", batch)).content.decode()
    for said in ("false start", str(bob), "Sam Swift"):
        assert said in shown


def test_the_annotated_copy_is_of_the_kind_of_the_original(registrar: Client, harbour: Club) -> None:
    batch = staged("performances", MIXED.replace(",", "\t"), club=harbour, filename="marks.tsv")
    response = registrar.get(address("annotated_copy", batch))
    sheet = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]
    assert response["Content-Disposition"] == f'attachment; filename="import-{batch.pk}.csv"'
    assert sheet.splitlines()[0].split("\t")[-2:] == ["TrackHub: verdict", "TrackHub: what to look at"]
    assert sheet.splitlines()[2].split("\t")[-2] == "refused"


def test_a_workbook_comes_back_as_a_workbook(registrar: Client, harbour: Club) -> None:
    with xlsx_file(MARKS.strip().split(","), [GOOD.splitlines()[1].split(",")]) as made:
        batch = staged("performances", made.read(), club=harbour, filename="marks.xlsx")
    response = registrar.get(address("annotated_copy", batch))
    assert response["Content-Disposition"] == f'attachment; filename="import-{batch.pk}.xlsx"'
    content = b"".join(response)  # type: ignore[arg-type]
    sheet = read_table(lambda: iter([content]), "")
    assert [cells[-2] for _number, cells in sheet.rows()] == ["new"]


def test_a_header_is_no_formula_either(registrar: Client, harbour: Club) -> None:
    batch = staged("performances", "=1+1," + GOOD.replace("\n", "\n=2,", 1), club=harbour)
    sheet = b"".join(registrar.get(address("annotated_copy", batch))).decode("utf-8-sig")  # type: ignore[arg-type]
    assert sheet.startswith("'=1+1,")
    assert sheet.splitlines()[1].startswith("'=2,")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_template_is_taken_in_without_a_doubt(registrar: Client, harbour: Club, form: str) -> None:
    for kind in SAMPLES:
        response = registrar.get(f"/clubs/harbour/imports/template/{kind}.{form}")
        assert response["Content-Disposition"] == f'attachment; filename="trackhub-{kind}.{form}"'
        book = harbour.books.get() if kind == "records" else None
        batch = imported(kind, b"".join(response), club=harbour, book=book)  # type: ignore[arg-type]
        assert (batch.refusal, batch.result["created"], batch.result["warnings"], batch.reading["ignored"]) == (
            None, 2, 0, [],
        ), kind  # fmt: skip
    for there in ("nothing.csv", "athletes.pdf"):
        assert registrar.get(f"/clubs/harbour/imports/template/{there}").status_code == 404
    for shown in ("/clubs/harbour/imports/", "/clubs/harbour/imports/new/"):
        assert "template/athletes.xlsx" in registrar.get(shown).content.decode()


def test_refused_rows_come_as_a_sheet_without_formulas(registrar: Client, harbour: Club) -> None:
    batch = staged("performances", MARKS + "=cmd(),Sam,M,100,10.5,,2026-06-01\n", club=harbour)
    batch.reading = batch.reading | {"columns": {"family_name": "=HYPERLINK(1)"}}
    batch.save()
    response = registrar.get(reverse("refused_rows", args=[batch.pk]))
    sheet = b"".join(response).decode()  # type: ignore[arg-type]
    assert response["Content-Disposition"] == f'attachment; filename="import-{batch.pk}-refused.csv"'
    assert "2,'=HYPERLINK(1)," in sheet
