"""Who sees the name of a hidden athlete is noted: by page and by API, once an hour."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from records.actions.looking import note_look
from records.models import Athlete
from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def minor(harbour: Club) -> Athlete:
    minor = AthleteFactory(family_name="Young", club=harbour, birth_date=date(timezone.localdate().year - 12, 1, 1))
    PerformanceFactory(athlete=minor, mark="13.10", wind=0, on=date(2026, 6, 1))
    return minor


def looks(athlete: Athlete) -> list[str]:
    found = AuditEntry.objects.filter(action="read", target=f"athlete {athlete.pk}").order_by("pk")
    return [one.by.name for one in found if one.by]


def test_a_member_who_sees_the_name_is_noted(
    minor: Athlete, bob: User, dana: User, charlie: User, client: Client
) -> None:
    mark = minor.performances.get()
    addresses = (
        (bob, f"/api/v1/athletes/{minor.pk}/"),
        (bob, minor.get_absolute_url()),
        (dana, f"/api/v1/performances/{mark.pk}/"),
        (charlie, f"/performances/{mark.pk}/"),
        (charlie, f"/api/v1/performances/{mark.pk}/"),
    )
    for user, address in addresses:
        client.force_login(user)
        assert client.get(address).status_code == 200
    assert looks(minor) == ["Bob", "Dana"]


def test_oneself_and_a_known_name_are_not(minor: Athlete, dana: User, harbour: Club) -> None:
    Athlete.objects.filter(pk=minor.pk).update(account=dana)
    minor.refresh_from_db()
    grown = AthleteFactory(club=harbour)
    for athlete in (minor, grown, None):
        note_look(athlete, by=dana, at=timezone.now())
    assert not AuditEntry.objects.filter(action="read").exists()
