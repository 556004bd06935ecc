"""Reports of marks for programs: handed in, withdrawn, answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.actions.correcting import correct_performance
from records.models import Athlete, MarkReport, Performance, ProofFile
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from tests.records.api.answers import rows
from tests.records.claims import png, reported
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.models import Club, Scope, User

pytestmark = pytest.mark.django_db

MINE = "/api/v1/me/reports/"
MISSING = {"discipline": "100", "mark": "10.52", "date": "2026-06-02", "wind": "+1.1", "venue": "Leeds"}


@pytest.fixture
def athlete(harbour: Club, dana: User) -> Athlete:
    made: Athlete = AthleteFactory(family_name="Diver", club=harbour, account=dana)
    return made


@pytest.fixture
def mark(athlete: Athlete) -> Performance:
    made: Performance = PerformanceFactory(athlete=athlete, mark="10.80", wind=5, venue="Leeds")
    return made


def post(client: Client, who: User, address: str, **said: Any) -> Any:
    client.force_login(who)
    return client.post(address, said, content_type="application/json")


def answer(client: Client, who: User, pk: int, **said: Any) -> Any:
    return post(client, who, f"/api/v1/reports/{pk}/answer/", **said)


def test_from_a_missing_mark_to_the_entered_one(
    client: Client, athlete: Athlete, dana: User, bob: User, django_capture_on_commit_callbacks: Any
) -> None:
    made = post(client, dana, MINE, athlete=athlete.pk, **MISSING)
    assert (made.status_code, made.json()["kind"], made.json()["state"]) == (201, "missing", "open")
    assert client.get(MINE).json() == [made.json()]
    twice = post(client, dana, MINE, athlete=athlete.pk, **MISSING)
    assert (twice.status_code, twice.json()["error"]) == (422, "refused")

    client.force_login(bob)
    assert [one["id"] for one in rows(client, "clubs/harbour/reports/", state="open")] == [made.json()["id"]]
    assert rows(client, "clubs/harbour/reports/", state="accepted") == []
    with django_capture_on_commit_callbacks(execute=True):
        done = answer(client, bob, made.json()["id"], decision="accept", answer="found it", mark="10.53", place="2")
    assert (done.status_code, done.json()["state"], done.json()["answer"]) == (200, "accepted", "found it")
    entered = Performance.objects.get(pk=done.json()["outcome"])
    assert (entered.mark, entered.wind, entered.place, entered.venue) == ("10.53", 11, "2", "Leeds")
    assert mail.outbox[0].to == [dana.email]
    assert f"http://testserver{reverse('my_reports')}" in str(mail.outbox[0].body)
    late = answer(client, bob, made.json()["id"], decision="decline", answer="no")
    assert (late.status_code, late.json()["error"]) == (409, "already_answered")


def test_a_report_is_handed_in_with_its_proof(client: Client, athlete: Athlete, dana: User, bob: User) -> None:
    client.force_login(dana)
    said = {"athlete": athlete.pk, **MISSING}
    made = client.post(MINE, said | {"file": SimpleUploadedFile("results.png", png())})
    assert (made.status_code, made.json()["file"]) == (201, ProofFile.objects.get().pk)
    client.force_login(bob)
    assert client.get(f"/api/v1/proofs/{made.json()['file']}/")["Content-Type"] == "image/png"
    MarkReport.objects.all().delete()
    client.force_login(dana)
    refused = client.post(MINE, said | {"file": SimpleUploadedFile("results.png", b"MZ no picture")})
    assert (refused.status_code, refused.json()["error"]) == (422, "not_a_proof")
    assert not MarkReport.objects.exists()


def test_a_wrong_mark_is_reported_by_what_should_read_otherwise(
    client: Client, mark: Performance, dana: User, bob: User
) -> None:
    made = post(client, dana, MINE, performance=mark.pk, mark="10.08").json()
    assert (made["kind"], made["performance"], made["mark"], made["venue"]) == ("wrong", mark.pk, "10.08", "Leeds")
    again = post(client, dana, MINE, performance=mark.pk, mark="10.07")
    assert (again.status_code, again.json()["error"]) == (422, "refused")
    done = answer(client, bob, made["id"], decision="accept").json()
    mark.refresh_from_db()
    assert mark.superseded_by_id == done["outcome"]


def test_what_can_not_be_reported(client: Client, mark: Performance, athlete: Athlete, dana: User, bob: User) -> None:
    for said, field in (
        ({}, "athlete"), ({"athlete": athlete.pk, "performance": mark.pk}, "athlete"), ({"athlete": athlete.pk}, "mark"),
        ({"athlete": athlete.pk, **MISSING, "mark": "1o.5"}, "mark"), ({"performance": mark.pk}, "text"),
        ({"athlete": athlete.pk, **MISSING, "discipline": "none"}, "discipline"),
        ({"performance": mark.pk, "date": "2999-01-01"}, "date"),
    ):  # fmt: skip
        refused = post(client, dana, MINE, **said)
        assert (refused.status_code, field in refused.json()["details"]) == (422, True), said
    for said in ({"performance": mark.pk, "mark": "10.08"}, {"athlete": athlete.pk, **MISSING}):
        assert post(client, bob, MINE, **said).status_code == 404
    assert not MarkReport.objects.exists()


def test_a_report_is_withdrawn_before_it_is_answered(client: Client, athlete: Athlete, dana: User) -> None:
    address = f"{MINE}{reported(athlete, dana).pk}/withdraw/"
    assert post(client, dana, address).json()["state"] == "withdrawn"
    again = post(client, dana, address)
    assert (again.status_code, again.json()["error"]) == (409, "already_answered")


def test_a_report_is_declined_with_a_reason(client: Client, athlete: Athlete, dana: User, bob: User) -> None:
    report = reported(athlete, dana)
    refused = answer(client, bob, report.pk, decision="decline")
    assert (refused.status_code, list(refused.json()["details"])) == (422, ["answer"])
    assert answer(client, bob, report.pk, decision="decline", answer="not there").json()["state"] == "declined"


def test_what_can_not_be_accepted(client: Client, mark: Performance, dana: User, bob: User, harbour: Club) -> None:
    wrong = post(client, dana, MINE, performance=mark.pk, text="It was faster.").json()
    refused = answer(client, bob, wrong["id"], decision="accept")
    assert (refused.status_code, refused.json()["error"]) == (422, "refused")
    refused = answer(client, bob, wrong["id"], decision="accept", mark="fast")
    assert list(refused.json()["details"]) == ["mark"]
    assert answer(client, bob, wrong["id"], decision="accept", discipline="none").status_code == 422
    correct_performance(mark, by=bob, at=NOW, because="photo", mark="10.70")
    moved = answer(client, bob, wrong["id"], decision="accept", mark="10.60")
    assert (moved.status_code, moved.json()["error"]) == (409, "superseded")
    assert client.get("/api/v1/clubs/harbour/reports/", {"state": "odd"}).status_code == 422
    assert answer(client, bob, 999_999, decision="accept").status_code == 404


def test_no_club_answers_for_somebody_who_belongs_nowhere(
    client: Client, athlete: Athlete, dana: User, bob: User
) -> None:
    report = reported(athlete, dana)
    athlete.spells.all().delete()
    assert answer(client, bob, report.pk, decision="decline", answer="no").status_code == 404


def test_no_program_reports_for_a_person(client: Client, athlete: Athlete, dana: User) -> None:
    at = timezone.now()
    _token, key = make_token(dana, name="x", scope=Scope.WRITE, club=None, expires=at + timedelta(days=9), at=at)
    assert client.get(MINE, headers={"Authorization": f"Bearer {key}"}).status_code == 403
