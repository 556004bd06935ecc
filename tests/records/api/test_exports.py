"""A club's lists as files, for programs of those who may take them along."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import AthleteFactory, MembershipFactory, PerformanceFactory, UserFactory
from trackhub.clubs.models import AuditEntry, Club, Role, User

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/clubs/harbour/export/"


def lines(client: Client, what: str, **asked: Any) -> list[str]:
    response = client.get(ADDRESS, {"what": what} | asked)
    assert response.status_code == 200
    return response.getvalue().decode("utf-8-sig").splitlines()


def test_every_list_is_a_file(client: Client, harbour: Club, bob: User) -> None:
    athlete = AthleteFactory(family_name="Hill", club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.80", wind=0)
    client.force_login(bob)
    assert "1998-03-14" in lines(client, "athletes")[1]
    assert ",10.80," in lines(client, "performances")[1]
    assert len(lines(client, "bests", season=2026)) == 2
    assert len(lines(client, "imports")) == 1
    assert any("performance entered" in line for line in lines(client, "changes"))
    assert AuditEntry.objects.filter(action="read", target="club harbour", by=bob).exists()
    sheet = client.get(ADDRESS, {"what": "bests", "kind": "xlsx"})
    assert sheet.getvalue().startswith(b"PK")
    assert sheet["Content-Disposition"] == 'attachment; filename="harbour-bests.xlsx"'
    for wrong in ({}, {"what": "keys"}, {"what": "bests", "season": "x"}, {"what": "bests", "kind": "pdf"}):
        assert client.get(ADDRESS, wrong).status_code == 422


def test_a_coach_takes_no_birth_dates_and_no_log(client: Client, harbour: Club) -> None:
    AthleteFactory(family_name="Hill", club=harbour)
    coach = UserFactory()
    MembershipFactory(user=coach, club=harbour, role=Role.COACH)
    client.force_login(coach)
    assert ",1998," in lines(client, "athletes")[1]
    for what in ("imports", "changes"):
        assert client.get(ADDRESS, {"what": what}).status_code == 403
