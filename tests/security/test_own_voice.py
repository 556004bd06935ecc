"""What somebody sees as the athlete, a guardian or a former registrar, and for how long."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from records.actions.ceremonies import plan_ceremony
from records.actions.proving import add_evidence
from records.actions.ratifying import decide_claims
from records.models import Athlete, Guardianship, Honour, MarkReport
from tests.factories import NOW, AthleteFactory, PerformanceFactory, UserFactory
from tests.records.claims import claimed, png, ratifying, reported
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.models import Club, Membership, Scope, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def shy(harbour: Club) -> Athlete:
    athlete: Athlete = AthleteFactory(
        given_name="Theo", family_name="Zwick", club=harbour, visibility="club", birth_date=date(NOW.year - 15, 1, 5)
    )
    return athlete


def test_why_a_record_was_taken_back_is_not_told_to_whoever_holds_the_code(
    shy: Athlete, harbour: Club, alice: User, client: Client
) -> None:
    ratifying(harbour)
    mark = PerformanceFactory(athlete=shy, mark="10.80", wind=5)
    claim = claimed(mark, by=alice)
    decide_claims([claim], step="ratify", by=alice, at=NOW, because="On the sheet", despite=True)
    decide_claims([claim], step="rescind", by=alice, at=NOW, because="Theo Zwick was not eligible")
    page, api = f"/certificates/{claim.code}/", f"/api/v1/certificates/{claim.code}/"
    said = client.get(api).json()
    assert said["reason"] == "" and said["performance"]["id"] is None and said["performance"]["athlete"] is None
    assert "Zwick" not in client.get(page).content.decode()
    client.force_login(alice)
    assert client.get(api).json()["reason"] == "Theo Zwick was not eligible"
    assert "Reason: Theo Zwick was not eligible" in client.get(page).content.decode()


def test_a_former_registrar_reads_no_proof_of_the_club(shy: Athlete, harbour: Club, bob: User, client: Client) -> None:
    ratifying(harbour)
    claim = claimed(PerformanceFactory(athlete=shy, mark="10.80", wind=5), by=bob)
    file = SimpleUploadedFile("birth.png", png(), "image/png")
    line = add_evidence(claim, kind="birth", note="", file=file, by=bob, at=NOW)
    assert line.file is not None
    client.force_login(bob)
    for door in (f"/proofs/{line.file.pk}/", f"/api/v1/proofs/{line.file.pk}/"):
        assert client.get(door).status_code == 200
        Membership.objects.filter(user=bob).update(ends=timezone.localdate() - timedelta(days=1))
        assert client.get(door).status_code == 404
        Membership.objects.filter(user=bob).update(ends=None)


def test_a_token_of_one_club_is_not_the_athlete(shy: Athlete, other: Club, client: Client) -> None:
    person = UserFactory()
    Athlete.objects.filter(pk=shy.pk).update(account=person)
    mark = PerformanceFactory(athlete=shy, mark="10.80", wind=5)
    for club, status in ((None, 200), (other, 404)):
        _token, key = make_token(
            person, name="x", scope=Scope.READ, club=club, expires=NOW + timedelta(days=900), at=NOW
        )
        headers = {"Authorization": f"Bearer {key}"}
        assert client.get(f"/api/v1/athletes/{shy.pk}/", headers=headers).status_code == status
        assert client.get(f"/api/v1/performances/{mark.pk}/", headers=headers).status_code == status


def test_a_guardian_reads_a_wards_reports_until_the_birthday(shy: Athlete, client: Client) -> None:
    guardian = UserFactory()
    Guardianship.objects.create(athlete=shy, guardian=guardian, created=NOW)
    report = reported(shy, guardian)
    client.force_login(guardian)
    today = timezone.localdate()
    assert [one["id"] for one in client.get("/api/v1/me/reports/").json()] == [report.pk]
    assert MarkReport.objects.visible_to(guardian, today).exists()
    Athlete.objects.filter(pk=shy.pk).update(birth_date=date(today.year - 19, 1, 5))
    assert client.get("/api/v1/me/reports/").json() == []
    assert not MarkReport.objects.visible_to(guardian, today).exists()


def test_a_ceremony_that_is_not_announced_is_named_to_members_alone(
    harbour: Club, alice: User, dana: User, client: Client
) -> None:
    athlete = AthleteFactory(club=harbour)
    mark = PerformanceFactory(athlete=athlete, mark="10.80", wind=5)
    dinner = plan_ceremony(
        harbour, title="Committee Dinner", starts=datetime.fromisoformat("2026-10-01T19:00:00Z"), place="Club house", text="",
        public=False, by=alice, at=NOW,
    )  # fmt: skip
    Honour.objects.create(ceremony=dinner, performance=mark)
    page = athlete.get_absolute_url()
    assert "Committee Dinner" not in client.get(page).content.decode()
    client.force_login(dana)
    assert "Committee Dinner" in client.get(page).content.decode()
