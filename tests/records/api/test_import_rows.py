"""An import looked into by a program: rows, effects, what stayed, files."""

from __future__ import annotations

import pytest
from django.test import Client

from records.actions.correcting import correct_performance
from records.actions.impact import preview_import
from records.actions.undoing import undo_import
from records.models import ImportChunk, Performance
from tests.factories import NOW, AthleteFactory, imported, received, staged
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

HEAD = "family name,given name,sex,discipline,mark,wind,date\n"


@pytest.fixture
def open_(client: Client, bob: User, harbour: Club) -> Client:
    AthleteFactory(family_name="Open", club=harbour)
    client.force_login(bob)
    return client


def test_rows_and_effects(open_: Client, harbour: Club) -> None:
    lines = "Open,Sam,M,100,10.52,+1.4,2026-06-01\nOpen,Sam,M,LJ,1o.2,,2026-06-01\n"
    batch = received("performances", HEAD + lines, club=harbour)
    preview_import(batch, today=NOW.date())
    address = f"/api/v1/imports/{batch.pk}"
    good, bad = open_.get(f"{address}/rows/").json()["rows"]
    assert (good["who"], good["mark"], good["verdict"]) == ("Sam Open", "10.52", "new")
    assert bad["messages"][0]["column"] == "mark"
    assert open_.get(f"{address}/rows/", {"show": "refused"}).json()["rows"] == [bad]
    assert open_.get(f"{address}/rows/", {"after": good["row"]}).json() == {"rows": [bad], "next": None}
    effects = open_.get(f"{address}/effects/").json()["effects"]
    assert ("10.52", str(harbour.books.get()), True) in {(one["mark"], one["book"], one["stands"]) for one in effects}
    assert open_.get(f"{address}/effects/", {"kind": "pb"}).json()["effects"][0]["row"] == good["row"]
    for wrong in ("rows/?show=all,new", "rows/?after=x", "effects/?kind=weather", "effects/?after=-1"):
        assert open_.get(f"{address}/{wrong}").status_code == 422
    assert AuditEntry.objects.filter(action="read", target=f"import {batch.pk}").count() == 1


def test_what_stayed(open_: Client, harbour: Club) -> None:
    batch = imported("performances", HEAD + "Open,Sam,M,100,10.52,+1.4,2026-06-01\n", club=harbour)
    address = f"/api/v1/imports/{batch.pk}/kept/"
    standing = open_.get(address)
    assert (standing.status_code, standing.json()["message"]) == (404, "This import hasn't been taken back.")
    correct_performance(Performance.objects.get(), by=None, at=NOW, because="misread", mark="10.53")
    undo_import(batch, by=None, at=NOW)
    (kept,) = open_.get(address).json()["performances"]
    assert (kept["why"], "10.52" in kept["text"]) == ("the mark was corrected", True)


def test_files(open_: Client, harbour: Club) -> None:
    batch = staged("performances", HEAD + "Open,Sam,M,LJ,1o.2,,2026-06-01\n", club=harbour)
    copy = open_.get(f"/api/v1/imports/{batch.pk}/annotated/").getvalue().decode("utf-8-sig")
    assert copy.splitlines()[1].startswith("Open,Sam,M,LJ,1o.2,,2026-06-01,refused,")
    ImportChunk.objects.filter(batch=batch).delete()
    assert open_.get(f"/api/v1/imports/{batch.pk}/annotated/").status_code == 404
    form = open_.get("/api/v1/clubs/harbour/imports/template/", {"what": "medals"}).getvalue().decode("utf-8-sig")
    assert "competition" in form.splitlines()[0]
    assert open_.get("/api/v1/clubs/harbour/imports/template/").status_code == 422
