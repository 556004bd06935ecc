"""Who asks: by an API token, by the access token or the session of a phone, by the browser's session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.headless.tokens.strategies.jwt import internal
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from tests.factories import UserFactory
from trackhub.clubs.actions.sessions import end_sessions
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.models import Club, Scope, User

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"
JSON = "application/json"


def ways_in(user: User) -> dict[str, dict[str, str]]:
    """By name of the way: the headers that come with it."""
    client = Client()
    client.force_login(user)
    session, at = client.session, timezone.now()
    key = make_token(user, name="x", scope=Scope.WRITE, club=None, expires=at + timedelta(days=9), at=at)[1]
    return {
        "token": {"Authorization": f"Bearer {key}"},
        "access token": {"Authorization": f"Bearer {internal.create_access_token(user, session, {})}"},
        "phone": {"X-Session-Token": str(session.session_key)},
        "browser": {"Cookie": f"sessionid={session.session_key}"},
    }


WAYS = ("token", "access token", "phone", "browser")


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_knows_the_person(client: Client, alice: User, way: str) -> None:
    response = client.get(ME, headers=ways_in(alice)[way])
    assert response.status_code == 200
    assert response.json()["email"] == "alice@example.org"


@pytest.mark.parametrize("way", ["token", "access token", "phone"])
def test_only_a_browser_needs_a_csrf_token(alice: User, way: str) -> None:
    headers, strict = ways_in(alice), Client(enforce_csrf_checks=True)
    said: dict[str, Any] = {"data": {"name": "A"}, "content_type": JSON}
    assert strict.patch(ME, **said, headers=headers[way]).status_code == 200
    assert strict.patch(ME, **said, headers=headers["browser"]).status_code == 403


@pytest.mark.parametrize("way", WAYS)
def test_an_inactive_person_gets_in_by_no_way(client: Client, alice: User, way: str) -> None:
    headers = ways_in(alice)[way]
    alice.is_active = False
    alice.save()
    assert client.get(ME, headers=headers).status_code == 401


@pytest.mark.parametrize("way", ["access token", "phone", "browser"])
def test_what_came_from_a_session_ends_with_it(client: Client, alice: User, way: str) -> None:
    browser = Client()
    browser.force_login(alice)
    session = browser.session
    headers = {
        "access token": {"Authorization": f"Bearer {internal.create_access_token(alice, session, {})}"},
        "phone": {"X-Session-Token": str(session.session_key)},
        "browser": {"Cookie": f"sessionid={session.session_key}"},
    }[way]
    assert client.get(ME, headers=headers).status_code == 200
    end_sessions(alice)
    session.delete()
    assert client.get(ME, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "said",
    [
        "Bearer", "Bearer ", "Bearer  th_x", "Bearer x.y.z", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "bearer x",
        "Bearer null", "BEARER ÿ", "Bearer th_\x7f", "Bearer " + "x" * 7000, "Bearer " + "th_" + "0" * 7000,
    ],
)  # fmt: skip
def test_a_bearer_of_nothing_is_refused_even_where_anybody_may_look(client: Client, said: str) -> None:
    response = client.get("/api/v1/athletes/", headers={"Authorization": said})
    assert (response.status_code, response.json()["error"]) == (401, "authentication_failed")


@pytest.mark.parametrize("said", ["Basic YTpi", "Token x", "", "Digest x"])
def test_other_schemes_are_nobodys(client: Client, said: str) -> None:
    assert client.get("/api/v1/athletes/", headers={"Authorization": said}).status_code == 200
    assert client.get(ME, headers={"Authorization": said}).status_code == 401


def test_a_refresh_token_is_no_access_token(client: Client, alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    refresh = internal.create_refresh_token(alice, browser.session)
    assert client.get(ME, headers={"Authorization": f"Bearer {refresh}"}).status_code == 401


def test_a_token_counts_before_the_session_beside_it(alice: User, bob: User) -> None:
    """The program decides by its header who it is; the cookie beside it adds nothing."""
    browser = Client()
    browser.force_login(alice)
    token = ways_in(bob)["token"]
    assert browser.get(ME, headers=token).json()["email"] == "bob@example.org"


@pytest.mark.parametrize("way", WAYS)
def test_whoever_lacks_the_second_factor_that_is_asked_of_them_does_nothing(
    client: Client, harbour: Club, bob: User, dana: User, way: str
) -> None:
    harbour.second_factor_required = True
    harbour.save()
    for address in (ME, "/api/v1/athletes/", "/api/v1/imports/"):
        response = client.get(address, headers=ways_in(bob)[way])
        assert (response.status_code, response.json()["error"]) == (403, "second_factor_required")
    # Of athletes it isn't asked, and whoever has one goes on.
    assert client.get(ME, headers=ways_in(dana)[way]).status_code == 200
    TOTP.activate(bob, generate_totp_secret())
    assert client.get(ME, headers=ways_in(bob)[way]).status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_a_site_administrator_needs_a_second_factor_where_the_site_says_so(
    client: Client, settings: Any, way: str
) -> None:
    headers = ways_in(UserFactory(is_superuser=True))[way]
    assert client.get(ME, headers=headers).status_code == 200
    settings.STAFF_SECOND_FACTOR = True
    assert client.get(ME, headers=headers).status_code == 403
