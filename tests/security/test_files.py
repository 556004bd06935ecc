"""Files in and out: names lead to no folder, contents come back as what they are never taken for a page or a formula."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from records.domain.cells import FORMULA_SIGNS
from records.models import Athlete, ExternalId, ImportBatch, Performance
from tests.answers import closing
from tests.factories import AthleteFactory, PerformanceFactory, staged
from tests.security.conftest import Site
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

NAMES = (
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    'a"; filename="evil.html',
    "x.html",
    "%2e%2e%2fpasswd",
    "....//x.csv",
    "con.csv",
)
PAGE = b"<html><script>alert(1)</script></html>,sex\nA,M\n"
FORMULAS = (
    "=cmd|'/C calc'!A0",
    "+1+cmd|x!A0",
    "-2+3+cmd|x",
    "@SUM(1+1)*cmd|x",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("//evil")',
)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def multipart(name: str, content: bytes, **fields: str) -> dict[str, Any]:
    """A body in which the file is called exactly so; Django's own client would tidy the name."""
    parts = [f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    head = (
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{escaped}"\r\nContent-Type: text/html\r\n\r\n'
    )
    return {
        "data": b"".join([*parts, head.encode(), content, b"\r\n--b--\r\n"]),
        "content_type": "multipart/form-data; boundary=b",
    }


def written_files() -> set[Path]:
    """What lies in the checkout and beside it that an upload could have made."""
    root = Path(__file__).resolve().parent.parent.parent
    return {*root.iterdir(), *(root / "static").rglob("*"), *(root / "templates").rglob("*"), *root.parent.iterdir()}


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_is_a_word_and_no_way(name: str, site: Site, alice: User) -> None:
    before = written_files()
    client = browser(alice)
    said = {"kind": "athletes", "source": "x", "date_order": "iso"}
    page = client.post(site.address("new_import"), **multipart(name, b"family name,sex\nA,M\n", **said))
    order = client.post("/api/v1/imports/", **multipart(name, b"family name,sex\nB,M\n", **said, club="harbour"))
    assert (page.status_code, order.status_code) == (302, 202)
    for batch in ImportBatch.objects.order_by("-pk")[:2]:
        assert "/" not in batch.filename and "\\" not in batch.filename and ".." not in batch.filename.split("/")
        shown = client.get(f"/imports/{batch.pk}/refused.csv")
        with closing(shown):
            assert shown["Content-Disposition"] == f'attachment; filename="import-{batch.pk}-refused.csv"'
    assert written_files() == before


@pytest.mark.parametrize(
    "way", ["%2e%2e/%2e%2e/etc/passwd", "../../etc/passwd", "..%2f..%2fmanage.py", "%00", "....//"]
)
def test_no_address_leads_to_a_file_of_the_machine(way: str, alice: User, harbour: Club) -> None:
    client = browser(alice)
    for start in ("/static/", "/static/img/", "/imports/", "/clubs/harbour/", "/records/harbour/", "/"):
        with closing(client.get(start + way)) as answer:
            assert answer.status_code in (301, 302, 400, 404), start + way
            body = b"".join(answer) if answer.streaming else answer.content
        assert b"root:" not in body and b"DJANGO_SETTINGS_MODULE" not in body


def test_what_was_uploaded_comes_back_from_nowhere_as_a_page(site: Site, alice: User) -> None:
    """Files are kept in the database and no address gives them out; their words come back as text and as CSV."""
    client = browser(alice)
    batch = staged("athletes", "family name,sex\n<script>alert(1)</script>,Q\n", club=site.club, filename="x.html")
    for address in (f"/imports/{batch.pk}/", f"/imports/{batch.pk}/refused.csv", f"/api/v1/imports/{batch.pk}/",
                    f"/api/v1/imports/{batch.pk}/issues/", f"/imports/{batch.pk}/x.html", "/x.html", "/static/x.html"):  # fmt: skip
        with closing(client.get(address)) as answer:
            body = b"".join(answer) if answer.streaming else answer.content
            kind = answer["Content-Type"]
            assert answer["X-Content-Type-Options"] == "nosniff"
        if "html" in kind:
            assert b"<script>alert" not in body
        else:
            assert kind.startswith(("text/csv", "application/json")), address
            if "csv" in kind:
                assert answer["Content-Disposition"].startswith("attachment")


def test_a_page_called_csv_is_refused_at_the_door(site: Site, alice: User) -> None:
    client = browser(alice)
    said = {"kind": "athletes", "source": "x", "date_order": "iso"}
    file = SimpleUploadedFile("x.csv", b"\x89PNG\r\n\x1a\n\0\0\0", content_type="text/csv")
    assert client.post(site.address("new_import"), {**said, "file": file}).status_code == 422


def test_the_names_in_ones_own_archive_are_plain(site: Site, dana: User) -> None:
    """Whoever unpacks it writes into no other folder, whatever they were called."""
    dana.name = "../../../etc/cron.d/evil"
    dana.save()
    AthleteFactory(family_name="../../x", given_name="/etc/passwd", account=dana, club=site.club)
    with closing(browser(dana).post("/accounts/data/export/")) as answer:
        assert answer["Content-Disposition"].startswith('attachment; filename="trackhub-')
        assert answer["Content-Type"] == "application/zip"
        archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert len(archive.namelist()) > 10
    for name in archive.namelist():
        assert not name.startswith(("/", "\\")) and ".." not in name and ":" not in name


@pytest.fixture
def calculating(site: Site, dana: User) -> Athlete:
    """An athlete whose every text is a formula, and a performance as well."""
    athlete = AthleteFactory(account=dana, club=site.club)
    PerformanceFactory(athlete=athlete, mark="10.70", wind=5, competition=FORMULAS[0])
    for formula in FORMULAS:
        PerformanceFactory(athlete=athlete, mark="10.90", wind=5, competition=formula, venue=formula)
    texts = ("competition", "venue", "note", "round", "team", "written", "place")
    Performance.objects.filter(athlete=athlete).update(
        **{name: "=1+1" for name in texts if name not in ("competition", "venue")}
    )
    Athlete.objects.filter(pk=athlete.pk).update(
        given_name=FORMULAS[0], family_name=FORMULAS[3], native_name=FORMULAS[6]
    )
    User.objects.filter(pk=dana.pk).update(name=FORMULAS[0])
    ExternalId.objects.create(athlete=athlete, source="calc", value="1")
    return athlete


def runs(cell: str) -> bool:
    """A spreadsheet would run it. Numbers and our own =PB and =SB it shows."""
    return (
        cell[:1] in FORMULA_SIGNS
        and cell not in ("=PB", "=SB", "-", "+")
        and not cell.lstrip("+-").replace(".", "").isdigit()
    )


def formulas_in(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) for cell in row if runs(cell)]


def test_no_cell_of_ones_own_archive_is_a_formula(calculating: Athlete, dana: User) -> None:
    with closing(browser(dana).post("/accounts/data/export/")) as answer:
        archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    tables = [name for name in archive.namelist() if name.endswith(".csv")]
    assert len(tables) > 10
    assert {name: found for name in tables if (found := formulas_in(archive.read(name).decode()))} == {}
    assert "'=cmd" in archive.read(next(name for name in tables if "account" in name)).decode()
    (plain,) = [name for name in archive.namelist() if name.endswith("athlete.json")]
    assert json.loads(archive.read(plain))[0]["given_name"] == FORMULAS[0]  # JSON is as it was


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_refused_row_is_a_formula(formula: str, site: Site, alice: User) -> None:
    """The page names the column as the file did."""
    out, header = io.StringIO(), formula.strip()
    csv.writer(out).writerows([["family name", header], [formula, "Q"], ["B", formula]])
    batch = staged("athletes", out.getvalue(), club=site.club, mapping={"sex": header})
    with closing(browser(alice).get(f"/imports/{batch.pk}/refused.csv")) as answer:
        text = b"".join(answer).decode()
    assert header in text.replace('""', '"')
    assert formulas_in(text) == []


@pytest.mark.parametrize(
    "command",
    [
        ["export_performances"],
        ["bests", "--format", "csv", "--athlete", "calc:1"],
        ["records", "--format", "csv", "--book", "harbour"],
    ],
)
def test_no_cell_that_a_command_writes_is_a_formula(command: list[str], calculating: Athlete, site: Site) -> None:
    Club.objects.filter(pk=site.club.pk).update(name="=1+1", short_name="@x")
    out = io.StringIO()
    call_command(*command, stdout=out)
    assert len(out.getvalue().splitlines()) > 1
    assert formulas_in(out.getvalue()) == []
