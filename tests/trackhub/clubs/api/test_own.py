"""One's own account and API tokens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, MembershipFactory, UserFactory
from trackhub.clubs.actions.accounts import vouch_for_address
from trackhub.clubs.models import ApiToken, AuditEntry, Club, Invitation, Role, User

pytestmark = pytest.mark.django_db

JSON = "application/json"
ME, TOKENS = "/api/v1/me/", "/api/v1/tokens/"


@pytest.fixture
def mine(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def make(client: Client, **said: Any) -> Any:
    return client.post(TOKENS, {"name": "script"} | said, content_type=JSON)


def test_me(mine: Client, alice: User, other: Club) -> None:
    MembershipFactory(user=alice, club=other, role=Role.COACH, starts=date(2020, 1, 1))
    MembershipFactory(user=alice, role=Role.VIEWER, ends=date(2020, 1, 1))
    assert mine.get(ME).json() == {
        "email": "alice@example.org",
        "name": "Alice",
        "is_site_administrator": False,
        "memberships": [
            {"club": "harbour", "role": "chief_registrar", "starts": None, "ends": None},
            {"club": "other", "role": "coach", "starts": "2020-01-01", "ends": None},
        ],
    }


def test_a_name_and_nothing_else_is_changed(mine: Client, alice: User) -> None:
    said = {
        "name": "Alicia",
        "email": "x@example.org",
        "is_superuser": True,
        "is_site_administrator": True,
        "is_active": False,
    }
    said["memberships"] = [{"club": "other", "role": "chief_registrar"}]
    response = mine.patch(ME, said, content_type=JSON)
    assert (response.status_code, response.json()["name"]) == (200, "Alicia")
    alice.refresh_from_db()
    assert (alice.email, alice.is_superuser, alice.is_active) == ("alice@example.org", False, True)
    assert alice.memberships.count() == 1
    assert AuditEntry.objects.get(action="rename_person").by == alice


@pytest.mark.parametrize("name", ["x" * 121, None, [], {"a": 1}, "a\0b"])
def test_a_name_that_cannot_be(mine: Client, alice: User, name: Any) -> None:
    response = mine.patch(ME, {"name": name}, content_type=JSON)
    assert (response.status_code, list(response.json()["details"])) == (422, ["name"])
    alice.refresh_from_db()
    assert alice.name == "Alice"


def test_a_token_is_made_listed_used_and_revoked(mine: Client, alice: User) -> None:
    made = make(mine, scope="write", days=30).json()
    key = made.pop("key")
    assert (made["name"], made["scope"], made["club"], made["last_used"], made["revoked"]) == (
        "script",
        "write",
        None,
        None,
        None,
    )
    assert mine.get(TOKENS).json()["results"] == [made]
    token = ApiToken.objects.get()
    assert timedelta(days=29) < token.expires - timezone.now() < timedelta(days=31)
    program = Client()
    headers = {"Authorization": f"Bearer {key}"}
    assert program.get(ME, headers=headers).json()["email"] == "alice@example.org"
    listed = mine.get(TOKENS).json()["results"][0]
    assert listed["last_used"] is not None
    assert "key" not in listed
    assert "digest" not in listed
    assert mine.delete(f"{TOKENS}{token.pk}/").status_code == 204
    assert program.get(ME, headers=headers).status_code == 401
    assert mine.get(TOKENS).json()["results"][0]["revoked"] is not None
    assert mine.delete(f"{TOKENS}{token.pk}/").status_code == 204


def test_a_token_reads_for_three_months_unless_more_is_said(mine: Client) -> None:
    said = make(mine).json()
    assert said["scope"] == "read"
    assert timedelta(days=89) < ApiToken.objects.get().expires - timezone.now() < timedelta(days=91)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scope": "admin"}, "scope"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"days": "x"}, "days"),
        ({"days": 1e300}, "days"),
        ({"club": "other"}, "club"),
        ({"club": "nowhere"}, "club"),
        ({"club": "no slug!"}, "club"),
    ],
    ids=str,
)
def test_a_token_that_cannot_be(mine: Client, other: Club, said: dict[str, Any], field: str) -> None:
    response = make(mine, **said)
    assert (response.status_code, list(response.json()["details"])) == (422, [field])
    assert not ApiToken.objects.exists()


def test_a_club_of_mine_and_none_of_others(mine: Client, other: Club) -> None:
    assert make(mine, club="harbour").json()["club"] == "harbour"
    assert make(mine, club=None).json()["club"] is None
    # A club in which one is nothing is refused as one that isn't there.
    said = {name: make(mine, club=name).content for name in ("other", "nowhere")}
    assert said["other"] == said["nowhere"]


def test_nobody_makes_a_token_for_somebody_else(mine: Client, alice: User) -> None:
    bob = UserFactory()
    make(mine, user=bob.pk, prefix="0" * 12, digest="0" * 64, expires="2099-01-01T00:00:00Z", last_used=None)
    token = ApiToken.objects.get()
    assert token.user == alice
    assert token.prefix != "0" * 12
    assert token.expires.year < 2099


def offer(club: Club, email: str, **said: Any) -> Invitation:
    at = timezone.now()
    made: Invitation = Invitation.objects.create(
        club=club, email=email, role=Role.COACH, created=at, expires=at + timedelta(days=9), **said
    )
    return made


def test_a_role_is_taken_up(client: Client, other: Club, bob: User, alice: User) -> None:
    client.force_login(bob)
    mine, foreign = offer(other, bob.email.upper(), by=alice), offer(other, "erin@example.org", by=alice)
    EmailAddress.objects.filter(user=bob).update(verified=False)
    assert client.get(f"{ME}invitations/").json() == []
    vouch_for_address(bob)
    (shown,) = client.get(f"{ME}invitations/").json()
    assert (shown["id"], shown["club"], shown["role"]) == (mine.pk, "other", "coach")
    assert client.post(f"{ME}invitations/{foreign.pk}/accept/").status_code == 404
    taken = client.post(f"{ME}invitations/{mine.pk}/accept/")
    assert taken.json() == {"club": "other", "role": "coach", "starts": None, "ends": None}
    assert taken.json() in client.get(ME).json()["memberships"]
    assert client.post(f"{ME}invitations/{mine.pk}/accept/").status_code == 404


def test_nobody_takes_up_a_role_that_they_wrote_or_have(client: Client, harbour: Club, alice: User, bob: User) -> None:
    client.force_login(alice)
    assert client.post(f"{ME}invitations/{offer(harbour, alice.email, by=alice).pk}/accept/").status_code == 404
    refused = client.post(f"{ME}invitations/{offer(harbour, alice.email, by=bob).pk}/accept/")
    assert (refused.status_code, refused.json()["error"]) == (422, "not_possible")


def test_an_account_is_closed_by_the_person_who_has_just_confirmed(client: Client, bob: User, alice: User) -> None:
    client.force_login(bob)
    asked = client.delete(ME)
    assert (asked.status_code, asked.json()["error"]) == (403, "confirmation_required")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.delete(ME).status_code == 204
    assert not User.objects.filter(email=bob.email).exists()
    assert client.get(ME).status_code == 401
    client.force_login(alice)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    last = client.delete(ME)
    assert (last.status_code, last.json()["error"]) == (409, "last_chief_registrar")
