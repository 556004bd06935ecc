"""The second factor: asked at every door, and demanded of those whose club or site wants it."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings

from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.trackhub.clubs.accounts import code_of, give_totp, is_in, log_in, phone
from trackhub.clubs.models import Club, Role, User

pytestmark = pytest.mark.django_db

SETUP = "/accounts/2fa/"


def test_a_password_alone_doesnt_open_an_account_with_an_app(client: Client, alice: User) -> None:
    secret = give_totp(alice)
    assert log_in(client, alice.email, next="/clubs/")["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    response = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert response["Location"] == "/clubs/"
    assert is_in(client)


def test_a_code_works_once(client: Client, alice: User) -> None:
    secret = give_totp(alice)
    code = code_of(secret)
    for right in (True, False):
        one = Client()
        log_in(one, alice.email)
        one.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_in(one) is right


def test_the_admin_asks_for_the_second_factor() -> None:
    root = UserFactory(is_superuser=True)
    give_totp(root)
    client = Client()
    client.post("/admin/login/", {"username": root.email, "password": PASSWORD})
    assert client.get("/admin/").status_code == 302
    log_in(client, root.email, next="/admin/")
    assert client.get("/admin/").status_code == 302


def test_setting_up_an_app_asks_the_password_and_shows_a_picture(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    response = client.get("/accounts/2fa/totp/activate/")
    assert response["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r'class="key">(\w+)<', page)
    assert secret
    response = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret[1])})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    page = client.get(response["Location"]).content.decode()
    codes = re.findall(r"<li><code>(\d+)</code></li>", page)
    assert len(codes) == 10
    fresh = Client()
    log_in(fresh, alice.email)
    fresh.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert is_in(fresh)


@pytest.fixture
def strict(harbour: Club) -> Club:
    Club.objects.filter(pk=harbour.pk).update(second_factor_required=True)
    return harbour


@pytest.mark.parametrize("role", list(Role))
def test_a_club_may_ask_it_of_those_who_keep_it(client: Client, strict: Club, role: Role) -> None:
    user = UserFactory()
    MembershipFactory(user=user, club=strict, role=role)
    client.force_login(user)
    asked = role in (Role.CHIEF_REGISTRAR, Role.REGISTRAR, Role.OFFICIAL)
    assert client.get("/clubs/harbour/").status_code == (302 if asked else 200)


def test_whoever_must_set_one_up_may_do_that_and_leave_and_nothing_else(
    client: Client, strict: Club, alice: User
) -> None:
    client.force_login(alice)
    for path in ("/", "/clubs/harbour/imports/", "/athletes/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, SETUP)
    assert "asks for a second factor" in client.get(SETUP).content.decode()
    for path in ("/accounts/", "/accounts/2fa/totp/activate/", "/accounts/sessions/", "/health"):
        assert client.get(path).headers.get("Location", "") != SETUP, path
    answer = client.get("/api/v1/clubs/")
    assert (answer.status_code, answer.json()["error"]) == (403, "second_factor_required")
    assert set(answer.json()) == {"error", "message", "details"}
    assert client.post("/clubs/harbour/imports/new/").status_code == 302
    give_totp(alice)
    assert client.get("/clubs/harbour/imports/").status_code == 200
    assert Client().get("/clubs/harbour/").status_code == 200


def test_another_clubs_wish_is_nothing_to_me(client: Client, strict: Club, charlie: User) -> None:
    client.force_login(charlie)
    assert client.get("/clubs/").status_code == 200


def test_the_site_may_ask_it_of_its_administrators(client: Client, alice: User) -> None:
    client.force_login(UserFactory(is_superuser=True))
    assert client.get("/admin/").status_code == 200
    with override_settings(STAFF_SECOND_FACTOR=True):
        assert client.get("/admin/")["Location"] == SETUP
        client.force_login(alice)
        assert client.get("/clubs/").status_code == 200


def test_the_admin_shows_that_there_is_a_factor_and_never_its_secret(client: Client, alice: User) -> None:
    secret = give_totp(alice)
    client.force_login(UserFactory(is_superuser=True))
    factor = alice.authenticator_set.get(type="totp")
    page = client.get(f"/admin/mfa/authenticator/{factor.pk}/change/").content.decode()
    assert "alice" in page.lower()
    assert secret not in page
    assert client.post(f"/admin/mfa/authenticator/{factor.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not alice.authenticator_set.filter(type="totp").exists()
    for gone in ("usersessions/usersession", "socialaccount/socialapp", "socialaccount/socialtoken"):
        assert client.get(f"/admin/{gone}/").status_code == 404


def test_a_phone_waits_for_the_code(client: Client, alice: User) -> None:
    secret = give_totp(alice)
    answer = phone(client, "auth/login", {"email": alice.email, "password": PASSWORD})
    assert answer.status_code == 401
    waiting = [flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]
    assert waiting == ["mfa_authenticate"]
    assert "access_token" not in answer.content.decode()
    key = answer.json()["meta"]["session_token"]
    assert phone(client, "auth/2fa/authenticate", {"code": "000000"}, HTTP_X_SESSION_TOKEN=key).status_code == 400
    answer = phone(client, "auth/2fa/authenticate", {"code": code_of(secret)}, HTTP_X_SESSION_TOKEN=key)
    assert answer.status_code == 200
    assert {"access_token", "refresh_token"} <= set(answer.json()["meta"])
