"""An athlete's reports of marks, and the club's queue of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from records.actions.correcting import correct_performance
from records.models import Athlete, Guardianship, MarkReport, Performance
from tests.factories import NOW, AthleteFactory, ClubSpellFactory, PerformanceFactory, UserFactory
from tests.records.claims import png, reported
from tests.test_access import visitor
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def athlete(harbour: Club, dana: User) -> Athlete:
    made: Athlete = AthleteFactory(family_name="Diver", club=harbour, account=dana)
    return made


@pytest.fixture
def mark(athlete: Athlete) -> Performance:
    made: Performance = PerformanceFactory(athlete=athlete, mark="10.80", wind=5, venue="Leeds", competition="County")
    return made


def get(client: Client, who: User, route: str, *args: object, **query: str) -> Any:
    client.force_login(who)
    return client.get(reverse(route, args=args), query)


def post(client: Client, who: User, route: str, *args: object, **said: Any) -> Any:
    client.force_login(who)
    return client.post(reverse(route, args=args), said)


def missing(**more: Any) -> dict[str, Any]:
    said = {"discipline": "100", "mark": "10.52", "date": "2026-06-01", "wind": "+1.1"}
    return said | {"competition": "County", "venue": "Leeds", "text": "see the photo"} | more


def accepting(**more: Any) -> dict[str, Any]:
    return missing(**{"answer": "found it", "facility": "", "round": "", "place": ""} | more)


def test_from_the_athletes_page_to_the_entered_mark(
    client: Client, athlete: Athlete, dana: User, bob: User, django_capture_on_commit_callbacks: Any
) -> None:
    page = get(client, dana, "athlete", athlete.pk, "sam-diver")
    assert reverse("report_missing", args=[athlete.pk]) in page.text
    assert get(client, dana, "report_missing", athlete.pk).status_code == 200
    file = SimpleUploadedFile("photo.png", png())
    answer = post(client, dana, "report_missing", athlete.pk, **missing(file=file))
    assert answer["Location"] == reverse("my_reports")
    one = MarkReport.objects.get()
    assert "waiting for an answer" in get(client, dana, "my_reports").text

    assert "with proof" in get(client, bob, "reports", "harbour").text
    page = get(client, bob, "report", one.pk)
    assert 'value="10.52"' in page.text
    assert "see the photo" in page.text
    with django_capture_on_commit_callbacks(execute=True):
        answer = post(client, bob, "report", one.pk, **accepting())
    assert answer["Location"] == reverse("reports", args=["harbour"])
    assert Performance.objects.get().mark == "10.52"
    assert "found it" in get(client, dana, "my_reports").text
    assert "found it" in get(client, bob, "reports", "harbour", answered="1").text
    assert "No report waits" in get(client, bob, "reports", "harbour").text
    assert mail.outbox[0].to == [dana.email]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"mark": "quick"}, "not a mark of this discipline"),
        ({"wind": "strong"}, "not a wind reading"),
        ({"date": "2099-01-01"}, "in the future"),
        ({"date": ""}, "required"),
        ({"file": b"MZ"}, "neither a picture"),
    ],
)
def test_a_mistake_is_told_beside_the_field_and_the_input_is_kept(
    said: dict[str, Any], sentence: str, client: Client, athlete: Athlete, dana: User
) -> None:
    if "file" in said:
        said = {"file": SimpleUploadedFile("photo.jpg", said["file"])}
    answer = post(client, dana, "report_missing", athlete.pk, **missing(**said))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "see the photo" in answer.text
    assert not MarkReport.objects.exists()


def test_a_wrong_mark_is_reported_from_the_list_of_ones_own(
    client: Client, mark: Performance, dana: User, bob: User
) -> None:
    assert mark.athlete
    page = get(client, dana, "athlete", mark.athlete_id, "sam-diver")
    assert reverse("report_wrong", args=[mark.pk]) in page.text
    client.force_login(bob)
    assert reverse("report_wrong", args=[mark.pk]) not in client.get(mark.athlete.get_absolute_url()).text
    page = get(client, dana, "report_wrong", mark.pk)
    assert 'value="10.80"' in page.text
    said = {"mark": "10.80", "date": "2026-06-01", "wind": "+0.5", "competition": "County", "venue": "Leeds"}
    assert "Say what is wrong" in post(client, dana, "report_wrong", mark.pk, **said).text
    assert post(client, dana, "report_wrong", mark.pk, **said | {"mark": "10.70"}).status_code == 302
    again = post(client, dana, "report_wrong", mark.pk, **said | {"mark": "10.60"})
    assert again.status_code == 422
    assert "has been reported already" in again.text
    assert "has been reported already" in get(client, dana, "report_wrong", mark.pk).text

    one = MarkReport.objects.get()
    assert "Accept and correct" in get(client, bob, "report", one.pk).text
    post(client, bob, "report", one.pk, **accepting(mark="10.70", wind="+0.5"))
    mark.refresh_from_db()
    assert mark.superseded_by
    assert mark.superseded_by.mark == "10.70"


def test_a_guardian_reports_for_a_ward(client: Client, harbour: Club) -> None:
    ward = AthleteFactory(club=harbour, birth_date=date(2012, 1, 1), family_name="Ward")
    guardian = UserFactory()
    assert get(client, guardian, "report_missing", ward.pk).status_code == 404
    Guardianship.objects.create(athlete=ward, guardian=guardian, created=NOW)
    assert post(client, guardian, "report_missing", ward.pk, **missing()).status_code == 302
    assert "10.52" in get(client, guardian, "my_reports").text


def test_a_report_is_withdrawn_by_its_own(client: Client, athlete: Athlete, dana: User, bob: User) -> None:
    one = reported(athlete, dana)
    assert post(client, bob, "withdraw_report", one.pk).status_code == 404
    post(client, dana, "withdraw_report", one.pk)
    one.refresh_from_db()
    assert one.state == "withdrawn"
    post(client, dana, "withdraw_report", one.pk)
    assert "withdrawn already" in get(client, dana, "my_reports").text


def test_declined_with_a_reason(client: Client, athlete: Athlete, dana: User, bob: User) -> None:
    one = reported(athlete, dana)
    answer = post(client, bob, "decline_report", one.pk, because="")
    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert post(client, bob, "decline_report", one.pk, because="not in the results").status_code == 302
    assert "not in the results" in get(client, dana, "my_reports").text
    again = post(client, bob, "decline_report", one.pk, because="twice")
    assert "declined already (Bob)" in again.text


def test_what_the_registrar_gets_wrong_is_told_and_kept(
    client: Client, athlete: Athlete, mark: Performance, dana: User, bob: User
) -> None:
    one = reported(athlete, dana)
    assert "10.80" in get(client, bob, "report", one.pk).text, "the other mark of that day"
    answer = post(client, bob, "report", one.pk, **accepting(mark="fast", answer="kept"))
    assert answer.status_code == 422
    assert "not a mark of this discipline" in answer.text
    assert "kept" in answer.text
    post(client, dana, "report_wrong", mark.pk, **missing(mark="10.70"))
    wrong = MarkReport.objects.get(kind="wrong")
    correct_performance(mark, by=bob, at=NOW, because="x", venue="York")
    answer = post(client, bob, "report", wrong.pk, **accepting(mark="10.70"))
    assert "corrected meanwhile" in answer.text


def test_a_mark_that_stands_for_a_club_is_answered_by_that_club(
    client: Client, harbour: Club, other: Club, dana: User, bob: User, charlie: User
) -> None:
    mover = AthleteFactory(account=dana, family_name="Mover")
    ClubSpellFactory(athlete=mover, club=other, ends=date(2026, 7, 1))
    ClubSpellFactory(athlete=mover, club=harbour, starts=date(2026, 7, 2))
    old = PerformanceFactory(athlete=mover, mark="10.80", wind=5, on=date(2026, 6, 1))
    assert old.club == other
    post(client, dana, "report_wrong", old.pk, **missing(mark="10.70"))
    one = MarkReport.objects.get()
    assert get(client, bob, "report", one.pk).status_code == 404
    assert "Mover" not in get(client, bob, "reports", "harbour").text
    assert "Mover" in get(client, charlie, "reports", "other").text
    assert get(client, charlie, "report", one.pk).status_code == 200
    missed = reported(mover, dana, mark="10.60")
    for who, club in ((bob, "harbour"), (charlie, "other")):
        assert get(client, who, "report", missed.pk).status_code == 200
        assert "10.60" in get(client, who, "reports", club).text
    assert set(MarkReport.objects.visible_to(bob, NOW.date())) == {missed}
    assert set(MarkReport.objects.visible_to(charlie, NOW.date())) == {missed, one}
    assert set(MarkReport.objects.visible_to(dana, NOW.date())) == {missed, one}
    assert get(client, visitor("coach", harbour) or dana, "report", missed.pk).status_code == 403


def test_pages_without_anything(client: Client, dana: User, bob: User) -> None:
    assert "isn't linked to an athlete" in get(client, dana, "my_reports").text
    assert "Nothing has been answered yet" in get(client, bob, "reports", "harbour", answered="1").text
    assert get(client, bob, "reports", "harbour", page="7").status_code == 200
    assert get(client, dana, "report_wrong", 999_999).status_code == 404
    assert get(client, bob, "report", 999_999).status_code == 404
