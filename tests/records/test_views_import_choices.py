"""What columns say and whom names mean, as a registrar settles it."""

from __future__ import annotations

import pytest
from django.test import Client

from records.models import ImportBatch
from tests.factories import AthleteFactory, staged
from tests.records.uploading import GOOD, address, page, work
from trackhub.clubs.models import Club, Job, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def registrar(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages go nowhere: the tests run the tasks themselves."""
    monkeypatch.setattr("trackhub.clubs.actions.jobs.send", lambda job: None)


def test_a_refused_file_says_why_and_its_columns_can_be_named(registrar: Client, harbour: Club) -> None:
    batch = staged("performances", "who,sex,what,mark,date\nSwift,M,100,10.52,2026-06-01\n", club=harbour)
    shown = page(registrar, batch)
    assert "The file was refused; nothing was changed." in shown
    assert "No column says" in shown
    shown = registrar.get(address("import_columns", batch)).content.decode()
    for said in ("Swift", "as found: mark", "leave this column out"):
        assert said in shown
    columns = {"column_0": "family_name", "column_2": "discipline"}
    assert registrar.post(address("import_columns", batch), columns).status_code == 302
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.reading["columns"]["discipline"]) == ("staged", "what")


def test_what_was_matched_before_is_said(registrar: Client, harbour: Club) -> None:
    marks = "who,sex,what,mark,date,note\nSwift,M,100,10.52,2026-06-01,x\n"
    batch = staged("performances", marks, club=harbour)
    columns = {"column_0": "family_name", "column_2": "discipline", "column_5": "-"}
    registrar.post(address("import_columns", batch), columns)
    work()
    batch.refresh_from_db()
    assert batch.reading["ignored"] == ["note"]
    shown = registrar.get(address("import_columns", batch)).content.decode()
    assert '<option value="-" selected>' in shown
    again = staged("performances", marks.replace("10.52", "10.42"), club=harbour)
    assert "as last time" in page(registrar, again)
    shown = registrar.get(address("import_columns", again)).content.decode()
    assert "as last time: family name" in shown
    assert "nothing, as last time" in shown


def test_columns_that_cannot_be_are_refused_beside_the_field(registrar: Client, harbour: Club) -> None:
    batch = staged("performances", GOOD, club=harbour)
    response = registrar.post(address("import_columns", batch), {"column_0": "price"})
    assert response.status_code == 422
    assert "Select a valid choice" in response.content.decode()
    response = registrar.post(address("import_columns", batch), {"column_0": "mark", "column_1": "mark"})
    assert response.status_code == 422
    assert "The column “family name” says this already." in response.content.decode()
    batch.refresh_from_db()
    assert batch.state == "staged"


def test_the_columns_of_a_file_that_is_gone(registrar: Client, harbour: Club) -> None:
    batch = staged("performances", GOOD, club=harbour)
    batch.chunks.all().delete()
    for route in ("import_columns", "annotated_copy"):
        shown = registrar.get(address(route, batch), follow=True).content.decode()
        assert "The original file is no longer kept." in shown


def test_persons_in_doubt_are_compared_and_settled(registrar: Client, harbour: Club) -> None:
    known = AthleteFactory(given_name="Sam", family_name="Swift", birth_date=None, club=harbour)
    twin = AthleteFactory(given_name="Sam", family_name="Swift", birth_date=None, club=harbour)
    batch = staged("performances", GOOD, club=harbour)
    assert "1 person in the file may be somebody who is here already." in page(registrar, batch)
    shown = registrar.get(address("import_people", batch)).content.decode()
    for said in ("Sam Swift", f"no. {known.pk}", f"no. {twin.pk}", "somebody else", "not decided yet", "Harbour AC"):
        assert said in shown
    assert registrar.post(address("import_people", batch), {"person_2": "99999"}).status_code == 422
    assert registrar.post(address("import_people", batch), {"person_2": ""}).status_code == 302
    assert not Job.objects.exists()
    registrar.post(address("import_people", batch), {"person_2": str(twin.pk)})
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.result["refused"], list(batch.people.values())) == ("staged", 0, [twin.pk])
    shown = registrar.get(address("import_people", batch)).content.decode()
    assert "Nobody in the file is in doubt." in shown
    assert f"athlete no. {twin.pk}" in shown
    registrar.post(address("import_people", batch), {"undecided": next(iter(batch.people))})
    work()
    batch.refresh_from_db()
    assert (batch.people, batch.result["refused"]) == ({}, 1)


def test_persons_of_an_applied_file_are_settled(registrar: Client, harbour: Club) -> None:
    AthleteFactory(given_name="", family_name="Double", birth_date=None)
    batch = staged("athletes", "family name,sex\nDouble,M\n", club=harbour)
    ImportBatch.objects.update(state="applied")
    shown = registrar.post(address("import_people", batch), {"person_2": "other"}, follow=True).content.decode()
    assert "This import is not waiting to be applied." in shown
