"""Google sign-in, against a Google of our own on loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from tests.factories import PASSWORD
from tests.trackhub.clubs.accounts import give_totp, is_in, log_in
from trackhub.clubs.models import Membership, User

pytestmark = pytest.mark.django_db

APP = {"client_id": "our-id", "secret": "our-secret"}
PERSON = {
    "sub": "1001",
    "email": "gina@example.org",
    "email_verified": True,
    "given_name": "Gina",
    "family_name": "Gold",
}


class Google(ThreadingHTTPServer):
    """Plays authorize and token; ``person`` is who is logged in there."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = dict(PERSON)
        self.asked: dict[str, list[str]] = {}
        self.told: dict[str, list[str]] = {}
        super().__init__(("127.0.0.1", 0), Answers)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Google

    def do_GET(self) -> None:
        self.server.asked = parse_qs(urlsplit(self.path).query)
        self._say(200, {"code": "one-code", "state": self.server.asked["state"][0]})

    def do_POST(self) -> None:
        self.server.told = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.server.told.get("code") != ["one-code"] or self.server.told.get("client_secret") != ["our-secret"]:
            return self._say(400, {"error": "invalid_grant"})
        now = int(time.time())
        claims = {"iss": "https://accounts.google.com", "aud": "our-id", "iat": now, "exp": now + 60}
        token = jwt.encode(claims | self.server.person, "a key of Google's, thirty-two bytes", algorithm="HS256")
        return self._say(200, {"access_token": "x", "id_token": token, "expires_in": 60, "token_type": "Bearer"})

    def _say(self, status: int, said: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def google(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    settings.SOCIALACCOUNT_PROVIDERS = {"google": {"APPS": [APP], "OAUTH_PKCE_ENABLED": True}}
    server = Google()
    monkeypatch.setattr(GoogleOAuth2Adapter, "authorize_url", f"{server.address}/authorize")
    monkeypatch.setattr(GoogleOAuth2Adapter, "access_token_url", f"{server.address}/token")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def through_google(client: Client, google: Google, process: str = "login", **altered: str) -> HttpResponse:
    """From our button to Google and back to what we answer; ``altered`` stands in for what Google said."""
    there = client.post(f"/accounts/google/login/?process={process}")
    assert there.status_code == 302
    assert there["Location"].startswith(google.address)
    with urlopen(Request(there["Location"])) as answer:  # noqa: S310
        said = json.load(answer)
    return client.get("/accounts/google/login/callback/", said | altered)


def test_without_a_key_there_is_no_google(client: Client, alice: User) -> None:
    assert "Google" not in client.get("/accounts/login/").content.decode()
    for path in ("/accounts/google/login/", "/accounts/google/login/callback/", "/accounts/google/login/token/"):
        assert client.get(path).status_code == 404, path
        assert client.post(path).status_code in (404, 405), path


def test_a_first_login_makes_a_viewer(client: Client, google: Google) -> None:
    assert "With Google" in client.get("/accounts/login/").content.decode()
    assert through_google(client, google)["Location"] == "/"
    assert is_in(client)
    user = User.objects.get()
    assert (user.name, user.email, user.is_superuser) == ("Gina Gold", "gina@example.org", False)
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified
    assert not Membership.objects.exists()
    again = Client()
    through_google(again, google)
    assert is_in(again)
    assert User.objects.count() == 1


def test_the_way_there_carries_a_challenge_and_the_way_back_its_answer(client: Client, google: Google) -> None:
    through_google(client, google)
    assert google.asked["code_challenge_method"] == ["S256"]
    assert google.asked["redirect_uri"] == ["http://testserver/accounts/google/login/callback/"]
    assert google.told["code_verifier"]


def test_looking_is_not_going(client: Client, google: Google) -> None:
    response = client.get("/accounts/google/login/")
    assert (response.status_code, "You go to Google now" in response.content.decode()) == (200, True)


@pytest.mark.parametrize("altered", [{"state": "forged"}, {"code": "forged"}])
def test_a_forged_way_back_opens_nothing(client: Client, google: Google, altered: dict[str, str]) -> None:
    response = through_google(client, google, **altered)
    assert response.status_code in (200, 401, 403)
    assert not is_in(client)
    assert not User.objects.exists()


def test_an_address_that_google_hasnt_verified_makes_no_account(client: Client, google: Google, alice: User) -> None:
    for email in ("gina@example.org", alice.email):
        google.person |= {"email": email, "email_verified": False}
        response = through_google(client, google)
        assert (response.status_code, "verified there" in response.content.decode()) == (403, True)
        assert not is_in(client)
    assert User.objects.get() == alice


def test_an_address_alone_opens_no_account_that_is_there(client: Client, google: Google, alice: User) -> None:
    """Not even a verified one: the owner is told by mail, and the answer is that of a sign-up."""
    google.person["email"] = alice.email
    assert through_google(client, google)["Location"] == "/accounts/confirm-email/"
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert "already exists" in mail.outbox[0].body


def test_after_proof_it_is_connected_and_opens_the_account(client: Client, google: Google, alice: User) -> None:
    log_in(client, alice.email)
    response = through_google(client, google, process="connect")
    assert response["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    through_google(client, google, process="connect")
    assert SocialAccount.objects.get().user == alice
    assert "gina@example.org" in client.get("/accounts/3rdparty/").content.decode()
    fresh = Client()
    through_google(fresh, google)
    assert fresh.session["_auth_user_id"] == str(alice.pk)
    client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()


def test_google_is_no_way_round_the_second_factor(client: Client, google: Google, alice: User) -> None:
    give_totp(alice)
    SocialAccount.objects.create(user=alice, provider="google", uid="1001")
    assert through_google(client, google)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)
