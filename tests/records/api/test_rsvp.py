"""A guest answers an invitation by the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from records.actions.ceremonies import token_of
from records.models import Ceremony, CeremonyGuest
from trackhub.clubs.models import AuditEntry, Club

pytestmark = pytest.mark.django_db


def invited(club: Club, *, days: int) -> CeremonyGuest:
    starts = timezone.now() + timedelta(days=days)
    evening = Ceremony.objects.create(club=club, title="Awards", starts=starts, place="Club house", text="")
    guest: CeremonyGuest = CeremonyGuest.objects.create(ceremony=evening, name="Aunt")
    return guest


def answer(client: Client, guest: CeremonyGuest, **said: object) -> Any:
    return client.post(f"/api/v1/rsvp/{token_of(guest)}/", said, content_type="application/json")


def test_an_answer_may_be_changed(client: Client, harbour: Club) -> None:
    guest = invited(harbour, days=7)
    shown = client.get(f"/api/v1/rsvp/{token_of(guest)}/").json()
    assert (shown["name"], shown["ceremony"], shown["club"], shown["answered"]) == ("Aunt", "Awards", "harbour", None)
    said = answer(client, guest, answer="yes", persons=3).json()
    assert (said["answer"], said["persons"]) == ("yes", 3)
    assert answer(client, guest, answer="no").json()["persons"] == 1
    assert AuditEntry.objects.filter(action="answer_invitation").count() == 2


def test_after_the_day_the_list_is_closed(client: Client, harbour: Club) -> None:
    guest = invited(harbour, days=-2)
    refused = answer(client, guest, answer="yes")
    assert (refused.status_code, refused.json()["error"]) == (409, "over")
    guest.refresh_from_db()
    assert guest.answered is None


def test_what_is_no_answer(client: Client, harbour: Club) -> None:
    guest = invited(harbour, days=7)
    said: list[dict[str, object]] = [{}, {"answer": "open"}, {"answer": "yes", "persons": 21}]
    assert [answer(client, guest, **one).status_code for one in said] == [422] * 3
    assert client.get("/api/v1/rsvp/7:forged/").status_code == 404
