"""Retention: what runs out goes, what doesn't stays, and the preview says the same as the deed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from federations.models import DigestSubscription
from records.models import ImportBatch, ImportChunk, ImportRow
from tests.factories import NOW, imported, received
from trackhub.clubs.actions.audit import note_reading
from trackhub.clubs.actions.retention import CLOCKS, tidy, what_is_due
from trackhub.clubs.models import (
    ApiToken,
    AuditEntry,
    Club,
    Delivery,
    Event,
    Invitation,
    Job,
    LoginFailure,
    SiteVersion,
    User,
    Webhook,
)
from trackhub.retention import ALL_CLOCKS

pytestmark = pytest.mark.django_db


def ago(clock: str, days: float = 0) -> datetime:
    """So long ago that the clock has run out for ``days``."""
    return NOW - timedelta(days=settings.RETENTION_DAYS[clock] + days)


@pytest.fixture
def _one_of_each(alice: User, harbour: Club) -> None:
    """For each clock one row that goes, one that is a day too young, and what stays at any age."""
    AuditEntry.objects.all().delete()
    for days in (1, -1):
        LoginFailure.objects.create(account="d", address="192.0.2.1", at=ago("login_failures", days))
        Session.objects.create(session_key=f"s{days}", session_data="", expire_date=ago("sessions", days))
        old = ago("tokens", days)
        for number, how in enumerate(({"revoked": old, "expires": NOW + timedelta(9)}, {"expires": old})):
            prefix = f"{number}{days}"
            ApiToken.objects.create(user=alice, name="t", prefix=prefix, digest="d", created=ago("tokens", 9), **how)
        for how in ({"accepted": ago("invitations", days)}, {"withdrawn": ago("invitations", days)}, {}):
            ends = NOW + timedelta(9) if how else ago("invitations", days)
            Invitation.objects.create(
                club=harbour, email="a@b.example", role="coach", created=ago("invitations", 9), expires=ends, **how
            )
        for number, state in enumerate(("done", "failed", "queued")):
            Job.objects.create(task=f"t{days}{number}", subject=1, state=state, heartbeat=ago("jobs", days))
        AuditEntry.objects.create(at=ago("audit", days), action="do", target="x")
        event = Event.objects.create(at=ago("events", days), kind="k")
        hook = Webhook.objects.create(club=harbour, url="https://a.example", created=NOW)
        Delivery.objects.create(webhook=hook, event=event, due=NOW)
        fresh = Event.objects.create(at=NOW, kind="k")
        for number, state in enumerate(("delivered", "dead", "waiting")):
            hook = Webhook.objects.create(club=harbour, url=f"https://b.example/{number}", created=NOW)
            Delivery.objects.create(webhook=hook, event=fresh, due=ago("deliveries", days), state=state)
        asked = ago("unconfirmed_digests", days)
        for how, confirmed in (("silent", None), ("agreed", asked)):
            email = f"{how}{days}@example.org"
            DigestSubscription.objects.create(email=email, locale="en", asked=asked, confirmed=confirmed)
        file = "family name,given name,sex\nA,B,M\nC,D,M\n"
        at = ago("import_files", days)
        imported("athletes", file, at=at, by=alice, club=harbour, source=f"i{days}")
        received("athletes", file, at=at, club=harbour)
    AuditEntry.objects.filter(action="apply_import").delete()


@pytest.mark.usefixtures("_one_of_each")
def test_preview_and_deed_are_the_same() -> None:
    assert {clock.name for clock in ALL_CLOCKS} == set(settings.RETENTION_DAYS)
    due = {one.name: one.going for one in what_is_due(ALL_CLOCKS, at=NOW)}
    assert due == {
        "login_failures": 1, "sessions": 1, "invitations": 3, "tokens": 2, "deliveries": 2, "jobs": 2, "events": 1,
        "audit": 1, "import_files": 1, "import_rows": 2, "unconfirmed_digests": 1,
    }  # fmt: skip
    assert tidy(ALL_CLOCKS, at=NOW) == due
    assert {one.name: one.going for one in what_is_due(ALL_CLOCKS, at=NOW)} == dict.fromkeys(due, 0)
    entry = AuditEntry.objects.get(action="tidy")
    assert (entry.after, entry.target) == (due, "site")


@pytest.mark.usefixtures("_one_of_each")
def test_what_is_open_or_young_stays() -> None:
    tidy(ALL_CLOCKS, at=NOW)
    assert set(Job.objects.filter(heartbeat__lt=ago("jobs")).values_list("state", flat=True)) == {"queued"}
    assert set(Delivery.objects.filter(due__lt=ago("deliveries")).values_list("state", flat=True)) == {"waiting"}
    waiting = ImportBatch.objects.filter(state="received")
    assert ImportChunk.objects.filter(batch__in=waiting).count() == 2
    assert ImportRow.objects.count() == 2
    assert ImportBatch.objects.count() == 4


@pytest.mark.usefixtures("_one_of_each")
def test_the_preview_says_how_old_the_oldest_is() -> None:
    found = {one.name: one for one in what_is_due(CLOCKS, at=NOW)}
    assert (found["jobs"].oldest, found["jobs"].kept, found["jobs"].days) == (ago("jobs", 1), 4, 90)


def test_nothing_due_leaves_no_trace() -> None:
    assert set(tidy(ALL_CLOCKS, at=NOW).values()) == {0}
    assert not AuditEntry.objects.exists()


def test_a_look_is_noted_once_an_hour_for_each_person_and_thing(alice: User, bob: User) -> None:
    before = SiteVersion.objects.get().number
    for minutes in (0, 30, 59, 61):
        note_reading("athlete 5", by=alice, at=NOW + timedelta(minutes=minutes))
    note_reading("athlete 6", by=alice, at=NOW)
    note_reading("athlete 5", by=bob, at=NOW)
    looks = AuditEntry.objects.filter(action="read")
    assert sorted(looks.values_list("by__name", "target")) == [
        ("Alice", "athlete 5"), ("Alice", "athlete 5"), ("Alice", "athlete 6"), ("Bob", "athlete 5"),
    ]  # fmt: skip
    assert SiteVersion.objects.get().number == before
