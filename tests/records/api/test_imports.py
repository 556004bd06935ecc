"""A file handed in by a program: upload, look, name its columns, confirm, take back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from records.api.serializers import DoubtShape, ImportShape, IssueShape
from records.models import Athlete, ImportBatch, Performance
from records.tasks import apply, stage, undo
from tests.factories import AthleteFactory, imported, staged
from tests.records.api.answers import declared
from trackhub.clubs.models import Club, Job, User

pytestmark = pytest.mark.django_db

JSON = "application/json"
MARKS = "family name,given name,sex,discipline,mark,wind,date\n"
GOOD = MARKS + "Swift,Sam,M,100,10.52,+1.4,2026-06-01\n"
MIXED = GOOD + "Slow,Sid,M,100,abc,+1.4,2026-06-01\n"
ODD = "who,sex,what,mark,date\nSwift,M,100,10.52,2026-06-01\n"


@pytest.fixture
def registrar(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages go nowhere: the tests run the tasks themselves."""
    monkeypatch.setattr("trackhub.clubs.actions.jobs.send", lambda job: None)


def upload(client: Client, content: str | bytes, **said: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    form = {"club": "harbour", "kind": "performances", "file": SimpleUploadedFile("marks.csv", data)} | said
    return client.post("/api/v1/imports/", {name: value for name, value in form.items() if value is not None})


def work() -> None:
    """Do what is queued."""
    for job in Job.objects.filter(state="queued").order_by("pk"):
        {"records.stage_import": stage, "records.apply_import": apply, "records.undo_import": undo}[job.task](job.pk)


def look(client: Client, pk: int, deep: str = "") -> Any:
    response = client.get(f"/api/v1/imports/{pk}/{deep}")
    assert response.status_code == 200
    return response.json()


def act(client: Client, pk: int, what: str, body: Any = None) -> Any:
    return client.post(f"/api/v1/imports/{pk}/{what}/", body or {}, content_type=JSON)


def test_from_the_file_to_the_record_and_back(registrar: Client, harbour: Club, bob: User) -> None:
    AthleteFactory(given_name="Sam", family_name="Swift", club=harbour)
    response = upload(registrar, MIXED)
    said = response.json()
    pk = said["id"]
    assert (response.status_code, response["Location"]) == (202, f"/api/v1/imports/{pk}/")
    assert (said["state"], said["club"], said["source"], said["filename"]) == (
        "received",
        "harbour",
        "harbour",
        "marks.csv",
    )
    assert said["job"]["state"] == "queued"
    batch = ImportBatch.objects.get()
    assert (batch.by, batch.club) == (bob, harbour)
    work()
    said = look(registrar, pk)
    assert (said["state"], said["job"]["state"], said["refusal"]) == ("staged", "done", "")
    assert (said["result"]["created"], said["result"]["refused"]) == (1, 1)
    assert said["reading"]["columns"]["mark"] == "mark"
    issues = look(registrar, pk, "issues/")
    assert [(one["row"], one["column"]) for one in issues if "abc" in one["message"]] == [(3, "mark")]
    assert not Performance.objects.exists()
    response = act(registrar, pk, "confirm")
    assert (response.status_code, response["Location"]) == (202, f"/api/v1/imports/{pk}/")
    work()
    assert look(registrar, pk)["state"] == "applied"
    assert registrar.get("/api/v1/records/?book=harbour&age_group=open").json()["results"][0]["mark"]["text"] == "10.52"
    assert act(registrar, pk, "undo").status_code == 202
    work()
    assert look(registrar, pk)["state"] == "undone"
    assert not Performance.objects.exists()
    assert registrar.get("/api/v1/records/?book=harbour").json()["results"] == []


def test_columns_are_named_and_the_file_is_read_again(registrar: Client) -> None:
    pk = upload(registrar, ODD).json()["id"]
    work()
    said = look(registrar, pk)
    assert said["state"] == "refused"
    assert "No column says" in said["refusal"]
    declared(ImportShape, said)
    issue = look(registrar, pk, "issues/")[0]
    declared(IssueShape, issue)
    assert issue["row"] == 0
    response = act(registrar, pk, "columns", {"columns": {"family_name": "who", "discipline": "what"}})
    assert response.status_code == 202
    work()
    said = look(registrar, pk)
    assert (said["state"], said["reading"]["columns"]["discipline"]) == ("staged", "what")


@pytest.mark.parametrize(
    "columns",
    [{"mark": "price"}, {"price": "mark"}, {"mark": ""}, {"mark": None}, {"mark": 1}, [], "mark", None, {"": "mark"}],
)
def test_columns_that_are_not_there(registrar: Client, harbour: Club, columns: Any) -> None:
    batch = staged("performances", GOOD, club=harbour)
    response = act(registrar, batch.pk, "columns", {"columns": columns})
    assert (response.status_code, list(response.json()["details"])) == (422, ["columns"])
    batch.refresh_from_db()
    assert (batch.state, batch.mapping) == ("staged", {})


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": None}, "kind"),
        ({"kind": "people"}, "kind"),
        ({"file": None}, "file"),
        ({"file": "text"}, "file"),
        ({"file": SimpleUploadedFile("x.csv", b"")}, "file"),
        ({"file": SimpleUploadedFile("x.pdf", b"%PDF-1.4 \0\1\2\3")}, "file"),
        ({"source": "not a slug"}, "source"),
        ({"source": "x" * 41}, "source"),
        ({"date_order": "ymd"}, "date_order"),
    ],
    ids=lambda said: str(said)[:40],
)
def test_what_cannot_be_taken_is_refused_with_its_field(registrar: Client, said: Any, field: str) -> None:
    response = upload(registrar, GOOD, **said)
    details = response.json()["details"]
    assert (response.status_code, list(details)) == (422, [field])
    assert all(isinstance(text, str) for text in details[field])
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_too_large(registrar: Client, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 50
    response = upload(registrar, GOOD)
    assert response.status_code == 422
    assert response.json()["message"]
    assert not ImportBatch.objects.exists()


def test_what_is_said_beside_the_file(registrar: Client, harbour: Club) -> None:
    said = upload(registrar, GOOD, source="roster", date_order="dmy").json()
    batch = ImportBatch.objects.get()
    assert (said["source"], batch.date_order, batch.book) == ("roster", "dmy", None)
    upload(registrar, "discipline,sex,mark,holder,date\nHJ,F,1.71,Ann Elder,1978\n", kind="records")
    assert ImportBatch.objects.latest("pk").book == harbour.books.get()


def test_only_what_waits_is_confirmed_and_only_what_was_done_is_taken_back(registrar: Client, harbour: Club) -> None:
    fresh = upload(registrar, GOOD).json()["id"]
    for what in ("confirm", "undo"):
        response = act(registrar, fresh, what)
        assert (response.status_code, response.json()["error"]) == (
            409,
            {"confirm": "not_staged", "undo": "not_applied"}[what],
        )
    done = imported("performances", GOOD, club=harbour).pk
    assert act(registrar, done, "confirm").status_code == 409
    assert act(registrar, done, "columns", {"columns": {"mark": "mark"}}).status_code == 409
    assert Athlete.objects.count() == 1


def test_confirmed_twice_is_applied_once(registrar: Client, harbour: Club) -> None:
    batch = staged("performances", GOOD, club=harbour)
    assert [act(registrar, batch.pk, "confirm").status_code for _time in range(2)] == [202, 202]
    assert Job.objects.filter(task="records.apply_import").count() == 1
    work()
    assert Performance.objects.count() == 1


def test_the_list_holds_ones_own_clubs(registrar: Client, harbour: Club, other: Club) -> None:
    ours, more = (staged("athletes", "family name,sex\nNew,M\n", club=harbour) for _time in range(2))
    staged("athletes", "family name,sex\nNew,M\n", club=other)
    act(registrar, ours.pk, "confirm")
    found = registrar.get("/api/v1/imports/").json()["results"]
    assert [one["id"] for one in found] == [more.pk, ours.pk]
    assert [one["job"] and one["job"]["state"] for one in found] == [None, "queued"]
    assert look(registrar, ours.pk) == found[1]


def test_a_thousand_issues_are_enough(registrar: Client, harbour: Club) -> None:
    lines = "".join(f"Slow,Sid,M,100,x{n},,2026-06-01\n" for n in range(1005))
    batch = staged("performances", MARKS + lines, club=harbour)
    found = look(registrar, batch.pk, "issues/")
    assert len(found) == 1000
    for issue in found[:3]:
        declared(IssueShape, issue)


def test_a_column_is_left_out(registrar: Client, harbour: Club) -> None:
    batch = staged("performances", GOOD, club=harbour)
    assert act(registrar, batch.pk, "columns", {"columns": {}, "left_out": ["wind"]}).status_code == 202
    work()
    assert look(registrar, batch.pk)["reading"]["ignored"] == ["wind"]
    assert act(registrar, batch.pk, "columns", {"columns": {}, "left_out": ["shoes"]}).status_code == 422


def test_a_large_share_is_asked_about_twice(registrar: Client, harbour: Club) -> None:
    lines = "".join(f"p{n},Swift,Sam,M,100,11.52,+1.4,2026-06-01\n" for n in range(25))
    imported("performances", "id," + MARKS + lines, club=harbour)
    batch = staged("performances", "id," + MARKS + lines.replace("11.52", "11.42"), club=harbour)
    response = act(registrar, batch.pk, "confirm")
    assert (response.status_code, response.json()["error"]) == (409, "needs_second_word")
    assert "25 of 25 performances" in response.json()["message"]
    assert act(registrar, batch.pk, "confirm", {"sure": True}).status_code == 202
    work()
    assert act(registrar, batch.pk, "undo").json()["error"] == "needs_second_word"
    assert act(registrar, batch.pk, "undo", {"sure": True}).status_code == 202
    assert act(registrar, batch.pk, "confirm", {"sure": "perhaps"}).status_code == 422


def test_another_registrar_was_first(registrar: Client, harbour: Club, alice: User) -> None:
    batch = staged("performances", GOOD, club=harbour)
    first = Client()
    first.force_login(alice)
    assert act(first, batch.pk, "confirm").status_code == 202
    response = act(registrar, batch.pk, "confirm")
    assert (response.status_code, response.json()["error"]) == (409, "under_way")


def test_only_the_clean_part_is_applied(registrar: Client, harbour: Club) -> None:
    AthleteFactory(given_name="Sam", family_name="Swift", birth_date=None)
    batch = staged("performances", GOOD, club=harbour)
    assert act(registrar, batch.pk, "confirm", {"clean_only": True}).status_code == 202
    work()
    assert look(registrar, batch.pk)["result"]["left_out"] == 1


def test_persons_in_doubt_are_settled(registrar: Client, harbour: Club) -> None:
    known = AthleteFactory(given_name="Sam", family_name="Swift", birth_date=None)
    batch = staged("performances", GOOD, club=harbour)
    [one] = look(registrar, batch.pk, "people/")
    declared(DoubtShape, one)
    assert (one["name"], one["row"], one["candidates"]) == ("Sam Swift", 2, [known.pk])
    for people in ({one["key"]: known.pk + 1}, {"nobody": None}, {one["key"]: "x"}):
        response = act(registrar, batch.pk, "people", {"people": people})
        assert (response.status_code, list(response.json()["details"])) == (422, ["people"])
    assert act(registrar, batch.pk, "people", {"people": {one["key"]: known.pk}}).status_code == 202
    work()
    assert look(registrar, batch.pk, "people/") == []
    assert look(registrar, batch.pk)["result"]["doubtful"] == 0
    ImportBatch.objects.update(state="applied")
    assert act(registrar, batch.pk, "people", {"people": {}}).json()["error"] == "not_staged"


def test_what_becomes_of_athletes_there_is_said(registrar: Client) -> None:
    upload(registrar, "first_name,last_name,gender\nSam,Swift,Male\n", kind="athletes", existing="create")
    assert ImportBatch.objects.get().existing == "create"
