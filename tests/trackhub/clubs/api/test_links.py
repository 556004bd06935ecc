"""Links for officials: made, listed and revoked by those who run competitions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import MembershipFactory
from trackhub.clubs.models import Club, OfficialLink, Role, User

pytestmark = pytest.mark.django_db

LINKS = "/api/v1/clubs/harbour/links/"


@pytest.fixture
def official(client: Client, harbour: Club) -> Client:
    client.force_login(MembershipFactory(club=harbour, role=Role.OFFICIAL, user__name="Olga").user)
    return client


def make(client: Client, days: int = 0, **said: Any) -> Any:
    day = timezone.localdate() + timedelta(days=days)
    return client.post(LINKS, {"place": "Pit A", "day": day.isoformat()} | said, content_type="application/json")


def test_a_link_is_made_listed_opened_and_revoked(official: Client) -> None:
    response = make(official, by=1, revoked="2026-01-01T00:00:00Z", club="other")
    made = response.json()
    assert (response.status_code, made["place"], made["by"], made["revoked"]) == (201, "Pit A", "Olga", None)
    assert response["Cache-Control"] == "no-store"
    assert made["address"].startswith("http://testserver/")
    assert official.get(LINKS).json()["results"] == [made]
    assert Client().get(made["address"]).status_code == 200
    for _ in range(2):
        assert official.delete(f"{LINKS}{made['id']}/").status_code == 204
    assert Client().get(made["address"]).status_code == 410
    (one,) = official.get(LINKS).json()["results"]
    assert (one["address"], one["revoked"] is None) == (None, False)


def test_a_link_of_the_past_says_no_address(official: Client, harbour: Club) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    OfficialLink.objects.create(club=harbour, place="Pit B", day=yesterday, created=timezone.now())
    (one,) = official.get(LINKS).json()["results"]
    assert (one["address"], one["by"], one["day"]) == (None, None, yesterday.isoformat())


def test_the_newest_come_first_in_pages(official: Client) -> None:
    ids = [make(official, days).json()["id"] for days in (3, 1, 2)]
    first = official.get(LINKS, {"page_size": 2}).json()
    second = official.get(first["next"]).json()
    assert [one["id"] for one in first["results"] + second["results"]] == ids[::-1]


@pytest.mark.parametrize(
    ("said", "field"),
    [({"days": -1}, "day"), ({"day": "x"}, "day"), ({"place": ""}, "place"), ({"place": "x" * 81}, "place")],
    ids=str,
)
def test_a_link_that_cannot_be(official: Client, said: dict[str, Any], field: str) -> None:
    response = make(official, **said)
    assert (response.status_code, list(response.json()["details"])) == (422, [field])
    assert not OfficialLink.objects.exists()


def test_an_order_that_is_repeated_does_not_tell_the_address(official: Client) -> None:
    headers: dict[str, Any] = {"Idempotency-Key": "once"}
    said = {"place": "Pit A", "day": "2099-06-14"}
    first, again = (official.post(LINKS, said, content_type="application/json", headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()["error"]) == (201, 409, "done_before")
    assert OfficialLink.objects.count() == 1


def test_links_of_others_are_nowhere(official: Client, other: Club, charlie: User) -> None:
    theirs = OfficialLink.objects.create(club=other, place="Pit B", day=timezone.localdate(), created=timezone.now())
    assert official.delete(f"{LINKS}{theirs.pk}/").status_code == 404
    assert official.get("/api/v1/clubs/other/links/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked is None
