"""Clubs, and for their chief registrars the people of a club."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.factories import MembershipFactory
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import AuditEntry, Club, Invitation, Role, User

pytestmark = pytest.mark.django_db

JSON = "application/json"
HARBOUR = "/api/v1/clubs/harbour/"


@pytest.fixture
def chief(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_clubs(client: Client, harbour: Club, other: Club) -> None:
    def slugs(**asked: str) -> list[str]:
        return [one["slug"] for one in client.get("/api/v1/clubs/", asked).json()["results"]]

    assert set(slugs()) == {"harbour", "other"}
    assert slugs(q="ports") == slugs(q="AC harbour") == slugs(q="harbour\0") == ["harbour"]
    assert slugs(q="zzz") == []
    assert client.get(HARBOUR).json() == {
        "slug": "harbour", "name": "Harbour AC", "short_name": "", "country": "GBR", "town": "Portsmouth",
        "colour": "", "season_start": 1,
    }  # fmt: skip
    assert client.get("/api/v1/clubs/nowhere/").status_code == 404


def settle(client: Client, **said: Any) -> Any:
    return client.patch(f"{HARBOUR}settings/", said, content_type=JSON)


def test_settings(chief: Client, harbour: Club, alice: User) -> None:
    before = chief.get(f"{HARBOUR}settings/").json()
    assert before == chief.get(HARBOUR).json() | {"minors_shown_as": "full", "second_factor_required": False}
    said = settle(chief, town=" Southsea ", colour="#0a5c36", slug="stolen", season_start=7).json()
    assert said == before | {"town": "Southsea", "colour": "#0a5c36"}
    assert chief.get(f"{HARBOUR}settings/").json() == said
    deed = AuditEntry.objects.get(action="change_club")
    assert (deed.by, deed.after) == (alice, {"town": "Southsea", "colour": "#0a5c36"})
    assert settle(chief).json() == said
    assert AuditEntry.objects.filter(action="change_club").count() == 1


def test_a_second_factor_is_asked_of_whoever_asks_for_it(chief: Client, harbour: Club) -> None:
    assert settle(chief, second_factor_required=True).json()["second_factor_required"] is True
    response = settle(chief, second_factor_required=False)
    assert (response.status_code, response.json()["error"]) == (403, "second_factor_required")


@pytest.mark.parametrize(
    "said",
    [{"name": ""}, {"name": None}, {"country": "gb"}, {"colour": "red"}, {"town": "x" * 81}, {"short_name": "a\0b"}],
    ids=str,
)
def test_settings_that_cannot_be(chief: Client, harbour: Club, said: dict[str, Any]) -> None:
    response = settle(chief, **{"town": "Southsea"} | said)
    assert (response.status_code, list(response.json()["details"])) == (422, list(said))
    harbour.refresh_from_db()
    assert (harbour.name, harbour.town) == ("Harbour AC", "Portsmouth")


def test_members(chief: Client, harbour: Club, bob: User, dana: User) -> None:
    MembershipFactory(club=harbour, role=Role.VIEWER, ends=date(2020, 1, 1))
    found = chief.get(f"{HARBOUR}members/").json()
    assert [one["role"] for one in found] == ["chief_registrar", "registrar", "athlete", "viewer"]
    assert found[1] == {
        "id": bob.memberships.get().pk, "name": "Bob", "email": "bob@example.org", "role": "registrar", "starts": None,
        "ends": None,
    }  # fmt: skip


def change(client: Client, who: User, **said: Any) -> Any:
    return client.put(f"{HARBOUR}members/{who.memberships.get().pk}/", said, content_type=JSON)


def test_a_role_is_changed(chief: Client, bob: User, alice: User) -> None:
    said = change(chief, bob, role="coach", starts="2026-01-01", ends="2099-12-31", user=alice.pk, club="other").json()
    assert (said["role"], said["starts"], said["ends"]) == ("coach", "2026-01-01", "2099-12-31")
    member = bob.memberships.get()
    assert (member.role, member.club.slug, member.ends) == ("coach", "harbour", date(2099, 12, 31))
    assert AuditEntry.objects.get(action="change_membership").by == alice
    assert change(chief, bob, role="official").json()["ends"] is None


def test_a_role_that_cannot_be(chief: Client, bob: User) -> None:
    for said in ({}, {"role": "king"}, {"role": "coach", "ends": "x"}):
        response = change(chief, bob, **said)
        assert (response.status_code, response.json()["error"]) == (422, "invalid")
    response = change(chief, bob, role="coach", starts="2026-02-01", ends="2026-01-01")
    assert (response.status_code, response.json()["message"]) == (422, "The last day is before the first.")


def test_nobody_changes_their_own_role_and_no_club_stays_alone(chief: Client, alice: User) -> None:
    response = change(chief, alice, role="chief_registrar", ends="2026-12-31")
    assert response.status_code == 422
    assert "Nobody changes their own role" in response.json()["message"]
    assert chief.delete(f"{HARBOUR}members/{alice.memberships.get().pk}/").status_code == 422
    assert alice.memberships.get().ends is None


def test_a_role_ends(chief: Client, bob: User) -> None:
    address = f"{HARBOUR}members/{bob.memberships.get().pk}/"
    response = chief.delete(address)
    assert (response.status_code, response.content) == (204, b"")
    assert bob.memberships.get().ends == timezone.localdate() - timedelta(days=1)
    assert chief.delete(address).status_code == 422


def invite(client: Client, **said: Any) -> Any:
    return client.post(
        f"{HARBOUR}invitations/", {"email": "new@example.org", "role": "coach"} | said, content_type=JSON
    )


def test_invited_and_withdrawn(chief: Client, alice: User, harbour: Club) -> None:
    made = invite(chief, by=1, accepted="2026-01-01T00:00:00Z", club="other").json()
    assert (made["email"], made["role"]) == ("new@example.org", "coach")
    one = Invitation.objects.get()
    assert (one.by, one.club, one.accepted) == (alice, harbour, None)
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]]
    assert "http://testserver/" in mail.outbox[0].body
    assert chief.get(f"{HARBOUR}invitations/").json() == [made]
    address = f"{HARBOUR}invitations/{made['id']}/"
    assert chief.delete(address).status_code == 204
    assert chief.delete(address).status_code == 404
    assert chief.get(f"{HARBOUR}invitations/").json() == []


def test_sent_again_also_when_it_has_run_out(chief: Client) -> None:
    made = invite(chief).json()
    address = f"{HARBOUR}invitations/{made['id']}/"
    Invitation.objects.update(expires=timezone.now() - timedelta(days=1))
    assert chief.get(f"{HARBOUR}invitations/").json() == []
    said = chief.post(f"{address}send/").json()
    assert said["expires"] > made["expires"]
    assert chief.get(f"{HARBOUR}invitations/").json() == [said]
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]] * 2
    chief.delete(address)
    assert chief.post(f"{address}send/").status_code == 409
    assert chief.post(f"{HARBOUR}invitations/999999/send/").status_code == 404


def test_an_address_is_not_flooded(chief: Client, settings: Any) -> None:
    settings.INVITATION_LIMITS = settings.INVITATION_LIMITS | {"address": (1, 86_400)}
    made = invite(chief).json()
    for response in (invite(chief), chief.post(f"{HARBOUR}invitations/{made['id']}/send/")):
        said = response.json()
        assert (response.status_code, said["error"]) == (429, "throttled")
        assert said["message"].startswith("This address has been sent enough invitations for a while.")
        assert 0 < int(response["Retry-After"]) == said["details"]["retry_after_seconds"] <= 86_400
    assert (len(mail.outbox), Invitation.objects.count()) == (1, 1)


def test_the_link_of_an_invitation_is_in_the_letter_alone(chief: Client) -> None:
    text = invite(chief).content.decode() + chief.get(f"{HARBOUR}invitations/").content.decode()
    link = next(word for word in mail.outbox[0].body.split() if word.startswith("http"))
    assert link.rstrip("/").rsplit("/", 1)[1] not in text


@pytest.mark.parametrize(
    "said",
    [{"email": "x"}, {"email": ""}, {"role": "king"}, {"role": None}, {"email": "a@b.org\nBcc: c@d.org"}],
    ids=str,
)
def test_an_invitation_that_cannot_be(chief: Client, said: dict[str, Any]) -> None:
    response = invite(chief, **said)
    assert (response.status_code, list(response.json()["details"])) == (422, list(said))
    assert not Invitation.objects.exists()


def test_nobody_invites_themselves(chief: Client, alice: User) -> None:
    response = invite(chief, email=alice.email.upper())
    assert response.status_code == 422
    assert "Nobody gives themselves a role" in response.json()["message"]


def test_a_letter_that_cannot_be_sent(chief: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    response = invite(chief)
    assert response.status_code == 422
    assert "mail could not be sent" in response.json()["message"]


def test_events(client: Client, harbour: Club, other: Club, dana: User, charlie: User) -> None:
    at = timezone.now()
    tell(Kind.RECORDS_SET, club=harbour, payload={"n": 1}, at=at, public=True)
    tell(Kind.IMPORT_APPLIED, club=harbour, payload={"n": 2}, at=at)
    tell(Kind.IMPORT_APPLIED, club=None, payload={"n": 3}, at=at)

    def seen() -> list[int]:
        return [one["payload"]["n"] for one in client.get("/api/v1/events/").json()["results"]]

    assert seen() == [1]
    client.force_login(charlie)
    assert seen() == [1]
    client.force_login(dana)
    assert seen() == [2, 1]
