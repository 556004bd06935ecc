"""Who is who, for programs: doubles found, merged, parted; athletes who change clubs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from records.models import Athlete, AthleteMerge, ClubSpell
from tests.factories import AthleteFactory, ClubSpellFactory, PerformanceFactory
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(harbour: Club) -> tuple[Athlete, Athlete]:
    return (
        AthleteFactory(given_name="Bob", family_name="Smith", club=harbour),
        AthleteFactory(given_name="Robert", family_name="Smith", club=harbour),
    )


def post(client: Client, who: User, address: str, **said: Any) -> Any:
    client.force_login(who)
    return client.post(f"/api/v1/{address}", said, content_type="application/json")


def test_from_the_list_to_the_merge_and_back(client: Client, pair: tuple[Athlete, Athlete], bob: User) -> None:
    one, other = pair
    client.force_login(bob)
    (found,) = client.get("/api/v1/clubs/harbour/duplicates/").json()
    assert (found["one"]["id"], found["other"]["name"]) == (one.pk, "Robert Smith")
    assert found["score"] > 50
    assert found["reasons"]
    made = post(client, bob, f"athletes/{one.pk}/merge/", merged=other.pk)
    assert (made.status_code, made.json()["survivor"]["id"], made.json()["undone"]) == (201, one.pk, None)
    assert client.get("/api/v1/clubs/harbour/duplicates/").json() == []
    again = post(client, bob, f"athletes/{one.pk}/merge/", merged=other.pk)
    assert (again.status_code, again.json()["error"]) == (422, "refused")

    Athlete.objects.filter(pk=one.pk).update(given_name="Bobby")
    PerformanceFactory(athlete=one, mark="10.90", wind=0)
    undone = post(client, bob, f"merges/{made.json()['id']}/undo/")
    assert undone.status_code == 200
    assert undone.json()["undone"]
    assert undone.json()["stayed"] == ["1 result came after the merge and stays with Bobby Smith: look whose it is."]
    twice = post(client, bob, f"merges/{made.json()['id']}/undo/")
    assert (twice.status_code, twice.json()["error"]) == (422, "refused")
    assert post(client, bob, "merges/999999/undo/").status_code == 404


def test_athletes_of_others_are_not_merged(
    client: Client, pair: tuple[Athlete, Athlete], bob: User, other: Club, harbour: Club
) -> None:
    stranger = AthleteFactory(family_name="Smith", club=other)
    assert post(client, bob, f"athletes/{pair[0].pk}/merge/", merged=stranger.pk).status_code == 404
    assert post(client, bob, f"athletes/{stranger.pk}/merge/", merged=pair[0].pk).status_code == 404
    assert post(client, bob, "athletes/999999/merge/", merged=pair[0].pk).status_code == 404
    # One was harbour's and is the other's today: of that alone the name and the club are told.
    ClubSpellFactory(athlete=stranger, club=harbour, starts=date(2020, 1, 1), ends=date(2021, 1, 1))
    refused = post(client, bob, f"athletes/{pair[0].pk}/merge/", merged=stranger.pk)
    assert (refused.status_code, "belonged to Other" in refused.json()["message"]) == (422, True)
    made = AthleteMerge.objects.create(survivor=stranger, merged=pair[1], moved={}, at="2026-01-01T00:00Z")
    refused = post(client, bob, f"merges/{made.pk}/undo/")
    assert (refused.status_code, "belonged to Other" in refused.json()["message"]) == (422, True)


def test_an_athlete_changes_clubs(client: Client, pair: tuple[Athlete, Athlete], alice: User, other: Club) -> None:
    one = pair[0]
    kept, moved = (PerformanceFactory(athlete=one, mark="10.90", wind=0, on=date(2026, 10, day)) for day in (3, 4))
    address = f"athletes/{one.pk}/transfer/"
    for said, field in (
        ({"to": "other", "day": "2026-10-01"}, "to"), ({"to": "", "day": "1800-01-01"}, "day"),
        ({"to": "", "day": "2026-10-01", "results": [999_999]}, "results"),
    ):  # fmt: skip
        refused = post(client, alice, address, **said)
        assert (refused.status_code, list(refused.json()["details"])) == (422, [field]), said
    same = post(client, alice, address, to="harbour", day="2026-10-01")
    assert (same.status_code, same.json()["error"]) == (422, "refused")
    alice.memberships.create(club=other, role="registrar")
    done = post(client, alice, address, to="other", day="2026-10-01", results=[moved.pk])
    assert done.json() == {
        "athlete": {"id": one.pk, "name": "Bob Smith"}, "to": "other", "day": "2026-10-01", "moved": 1,
    }  # fmt: skip
    for performance, slug in ((kept, "harbour"), (moved, "other")):
        performance.refresh_from_db()
        assert performance.club is not None
        assert performance.club.slug == slug
    assert ClubSpell.objects.get(athlete=one, club__slug="harbour").ends == date(2026, 9, 30)


def test_nobody_is_transferred_who_is_not_there(client: Client, alice: User, other: Club) -> None:
    hidden = AthleteFactory(family_name="Shylock", club=other, visibility="club")
    for pk in (hidden.pk, 999_999):
        assert post(client, alice, f"athletes/{pk}/transfer/", to="", day="2026-10-01").status_code == 404


def test_two_persons_are_told_apart(client: Client, pair: tuple[Athlete, Athlete], bob: User, other: Club) -> None:
    one, two = pair
    PerformanceFactory(athlete=two, mark="10.90", wind=0)
    seen = post(client, bob, f"athletes/{one.pk}/merge/preview/", merged=two.pk).json()
    assert (seen["refusal"], seen["two"], seen["score"] > 50) == ("", False, True)
    assert {"about": "Given name", "survivor": ["Bob"], "merged": ["Robert"]} in seen["facts"]
    assert seen["moves"] == [{"what": "Performances", "number": 1}]
    told = post(client, bob, f"athletes/{one.pk}/apart/", other=two.pk)
    assert (told.status_code, told.json()["other"]["name"]) == (200, "Robert Smith")
    assert client.get("/api/v1/clubs/harbour/duplicates/").json() == []
    assert post(client, bob, f"athletes/{one.pk}/merge/preview/", merged=two.pk).json()["two"]
    stranger = AthleteFactory(family_name="Smith", club=other)
    for deed, name in (("apart", "other"), ("merge/preview", "merged")):
        assert post(client, bob, f"athletes/{one.pk}/{deed}/", **{name: stranger.pk}).status_code == 404
        assert post(client, bob, f"athletes/{one.pk}/{deed}/", **{name: one.pk}).status_code == 404
    assert AuditEntry.objects.filter(action="read", target=f"athlete {two.pk}", by=bob).exists()


def test_merges_that_stand_are_listed(client: Client, pair: tuple[Athlete, Athlete], bob: User) -> None:
    made = post(client, bob, f"athletes/{pair[0].pk}/merge/", merged=pair[1].pk).json()
    assert client.get("/api/v1/clubs/harbour/merges/").json() == [made]
    refused = post(client, bob, f"athletes/{pair[0].pk}/apart/", other=pair[1].pk)
    assert (refused.status_code, refused.json()["error"]) == (409, "merged")
    nothing = post(client, bob, f"athletes/{pair[0].pk}/merge/preview/", merged=pair[1].pk).json()
    assert ("merged already" in nothing["refusal"], nothing["moves"]) == (True, [])
    post(client, bob, f"merges/{made['id']}/undo/")
    assert client.get("/api/v1/clubs/harbour/merges/").json() == []
