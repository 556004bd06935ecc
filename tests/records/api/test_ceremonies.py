"""Ceremonies for programs: planned, filled, guests invited and ticked off, papers printed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from records.actions.ceremonies import plan_ceremony
from records.models import Ceremony, CeremonyGuest, Performance
from tests.factories import AthleteFactory, PerformanceFactory
from tests.records.api.answers import rows
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

CLUB = "/api/v1/clubs/harbour"


def planned(club: Club, days: int = 7) -> Ceremony:
    starts = timezone.now() + timedelta(days=days)
    return plan_ceremony(club, title="Awards", starts=starts, place="Hall", text="", by=None, at=timezone.now())


@pytest.fixture
def record(harbour: Club, dana: User) -> Performance:
    athlete = AthleteFactory(given_name="Dana", family_name="Hill", club=harbour, account=dana)
    made: Performance = PerformanceFactory(athlete=athlete, discipline="HJ", mark="1.95", on=date(2026, 5, 9))
    return made


def send(client: Client, method: str, address: str, **said: Any) -> Any:
    return getattr(client, method)(f"{CLUB}/{address}", said, content_type="application/json")


def test_from_the_plan_to_the_programme(client: Client, record: Performance, bob: User) -> None:
    client.force_login(bob)
    made = send(client, "post", "ceremonies/", title="Awards", starts="2099-12-05T19:00:00Z", place="Hall")
    assert made.status_code == 201
    where = f"ceremonies/{made.json()['id']}/"
    (waits,) = client.get(f"{CLUB}/unrecognised/").json()
    assert (waits["key"], waits["names"], waits["record"]) == (f"performance-{record.pk}", ["Dana Hill"], "club record")
    assert client.get(f"{CLUB}/unrecognised/", {"name": "nobody so called"}).json() == []
    assert client.get(f"{CLUB}/{where}certificates/").status_code == 404
    chosen = send(client, "post", f"{where}honours/", honours=[waits["key"]])
    (honour,) = chosen.json()["honours"]
    assert (chosen.status_code, honour["mark"], honour["waiting"]) == (201, "1.95 m", 0)
    again = send(client, "post", f"{where}honours/", honours=[waits["key"]])
    assert (again.status_code, again.json()["error"]) == (409, "not_waiting")
    assert client.get(f"{CLUB}/unrecognised/").json() == []
    assert client.get(f"{CLUB}/{where}certificates/").getvalue().startswith(b"%PDF-")
    assert "High jump: 1.95 m, club record" in client.get(f"{CLUB}/{where}programme/").getvalue().decode()
    assert send(client, "patch", where, public=True).json()["public"] is True
    moved = send(client, "patch", where, place="Town hall").json()
    assert (moved["place"], moved["title"], moved["public"]) == ("Town hall", "Awards", True)
    listed = rows(client, "clubs/harbour/ceremonies/")
    assert [(one["title"], one["place"], one["honoured"]) for one in listed] == [("Awards", "Town hall", 1)]
    assert client.delete(f"{CLUB}/{where}honours/{honour['id']}/").status_code == 204
    assert client.delete(f"{CLUB}/{where}honours/{honour['id']}/").status_code == 404
    assert client.delete(f"{CLUB}/{where}").status_code == 204
    assert not Ceremony.objects.exists()
    deeds = set(AuditEntry.objects.filter(by=bob).values_list("action", flat=True))
    assert deeds >= {"plan_ceremony", "choose_honours", "change_ceremony", "drop_honour", "cancel_ceremony"}


def test_one_that_has_begun_stays(client: Client, harbour: Club, bob: User) -> None:
    client.force_login(bob)
    begun = planned(harbour, days=-1)
    stays = client.delete(f"{CLUB}/ceremonies/{begun.pk}/")
    assert (stays.status_code, stays.json()["error"]) == (409, "begun")
    over = send(client, "post", f"ceremonies/{begun.pk}/guests/invite/")
    assert (over.status_code, over.json()["error"]) == (409, "over")


def test_guests_are_listed_invited_and_ticked_off(
    client: Client, record: Performance, harbour: Club, bob: User
) -> None:
    ceremony = planned(harbour)
    client.force_login(bob)
    where = f"ceremonies/{ceremony.pk}/guests/"
    send(client, "post", f"ceremonies/{ceremony.pk}/honours/", honours=[f"performance-{record.pk}"])
    assert send(client, "post", f"{where}honoured/").json() == {"added": 1}
    said = {"name": "Aunt Hill", "email": "aunt@example.org", "family_of": record.athlete_id}
    aunt = send(client, "post", where, **said).json()
    assert (aunt["family_of"], aunt["answer"], aunt["came"]) == (record.athlete_id, "", None)
    twice = send(client, "post", where, **said)
    assert (twice.status_code, twice.json()["error"]) == (409, "already_there")
    stranger = send(client, "post", where, name="X", family_of=999_999)
    assert (stranger.status_code, list(stranger.json()["details"])) == (422, ["family_of"])
    sent = send(client, "post", f"{where}invite/").json()
    assert sent == {"sent": 2, "failed": 0, "waiting": 0, "wait_seconds": 0}
    assert "/rsvp/" in str(mail.outbox[0].body)
    assert send(client, "post", f"{where}invite/").json()["sent"] == 0
    assert send(client, "post", f"{where}invite/", guest=aunt["id"]).json()["sent"] == 1
    came = send(client, "patch", f"{where}{aunt['id']}/", came=True)
    assert came.json()["came"] is True
    counts = client.get(f"{CLUB}/ceremonies/{ceremony.pk}/").json()["guests"]
    assert counts == {"invited": 2, "coming": 0, "here": 1, "silent": 2, "to_invite": 0}
    assert [one["name"] for one in client.get(f"{CLUB}/{where}").json()] == ["Aunt Hill", "Dana Hill"]
    assert client.delete(f"{CLUB}/{where}{aunt['id']}/").status_code == 204
    assert not CeremonyGuest.objects.filter(pk=aunt["id"]).exists()


def test_another_clubs_ceremony_is_none(client: Client, harbour: Club, other: Club, bob: User) -> None:
    client.force_login(bob)
    mine, foreign = planned(harbour), planned(other)
    guest = CeremonyGuest.objects.create(ceremony=foreign, name="Uncle")
    for address in (
        f"ceremonies/{foreign.pk}/", f"ceremonies/{foreign.pk}/guests/", f"ceremonies/{foreign.pk}/programme/",
    ):  # fmt: skip
        assert client.get(f"{CLUB}/{address}").status_code == 404
        assert client.get(f"/api/v1/clubs/other/{address}").status_code == 404
    for ceremony in (mine, foreign):
        assert client.delete(f"{CLUB}/ceremonies/{ceremony.pk}/guests/{guest.pk}/").status_code == 404
        assert send(client, "post", f"ceremonies/{ceremony.pk}/guests/invite/", guest=guest.pk).status_code == 404
    assert CeremonyGuest.objects.filter(pk=guest.pk).exists()
