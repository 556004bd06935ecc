"""Sessions and tokens: a key planted before a login opens nothing after it, by whichever door one came."""

from __future__ import annotations

import base64
import json
import re
import time
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from tests.factories import PASSWORD, UserFactory
from tests.security.conftest import Site
from tests.trackhub.clubs.accounts import code_of, give_totp, is_in, log_in, phone
from trackhub.clubs.actions import inviting
from trackhub.clubs.models import Club, Invitation, User

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"


def planted(client: Client) -> str:
    """A session that begins before the login, as an attacker would plant it; its key."""
    session = client.session
    session["planted"] = True
    session.save()
    key = session.session_key
    assert key
    return key


def opens(key: str) -> bool:
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    return is_in(thief) or thief.get("/accounts/").status_code == 200


def test_a_session_planted_before_a_login_by_password_or_code_is_none_after(client: Client, alice: User) -> None:
    key = planted(client)
    assert log_in(client, alice.email).status_code == 302
    assert is_in(client) and not opens(key)
    by_code = Client()
    key = planted(by_code)
    by_code.post("/accounts/login/code/", {"email": alice.email})
    code = next(line for line in mail.outbox[-1].body.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,9}", line))
    by_code.post("/accounts/login/code/confirm/", {"code": code})
    assert is_in(by_code) and not opens(key)


def test_a_session_of_before_the_second_factor_is_none_after_it(client: Client, alice: User) -> None:
    secret = give_totp(alice)
    log_in(client, alice.email)
    waiting = client.session.session_key
    assert waiting and not is_in(client) and not opens(waiting)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert is_in(client) and not opens(waiting)


def test_logging_out_ends_the_session_on_the_server_too(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    key = client.session.session_key
    assert key and opens(key)
    client.post("/accounts/logout/")
    assert not opens(key)


def test_a_deleted_account_leaves_no_open_session(client: Client, dana: User) -> None:
    log_in(client, dana.email)
    key = client.session.session_key
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.post("/accounts/close/").status_code == 302
    assert not User.objects.filter(pk=dana.pk).exists()
    assert key and not opens(key)


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def bearer(token: str) -> int:
    return Client().get(ME, headers={"Authorization": f"Bearer {token}"}).status_code


def test_the_api_takes_no_token_that_the_site_did_not_sign_for_this(alice: User) -> None:
    """Without a signature, with another key or another way of signing, for another purpose, or of yesterday."""
    said = phone(Client(), "auth/login", {"email": alice.email, "password": PASSWORD}).json()["meta"]
    good = said["access_token"]
    assert bearer(good) == 200
    claims = jwt.decode(good, options={"verify_signature": False})
    head, body, sign = good.split(".")
    forged = {
        "none": f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "None": f"{encoded({'alg': 'None', 'typ': 'JWT'})}.{body}.{sign}",
        "no signature": f"{head}.{body}.",
        "another key": jwt.encode(claims, "x" * 64, algorithm="HS256"),
        "an empty key": jwt.encode(claims, "\0" * 64, algorithm="HS256"),
        "another way": jwt.encode(claims, settings.SECRET_KEY, algorithm="HS512"),
        "a key named in it": jwt.encode(claims, "x" * 64, algorithm="HS256", headers={"kid": "../../dev/null"}),
        "another person": f"{head}.{encoded({**claims, 'sub': str(alice.pk + 1)})}.{sign}",
        "yesterday's": jwt.encode({**claims, "exp": int(time.time()) - 1}, settings.SECRET_KEY, algorithm="HS256"),
        "a refresh token": said["refresh_token"],
    }
    assert {name: bearer(token) for name, token in forged.items()} == dict.fromkeys(forged, 401)


def test_a_refresh_token_stolen_and_used_ends_what_both_have(alice: User) -> None:
    """The thief's and the owner's pair alike, at the API too; so does the end of the session."""
    said = phone(Client(), "auth/login", {"email": alice.email, "password": PASSWORD}).json()["meta"]
    fresh = phone(Client(), "tokens/refresh", {"refresh_token": said["refresh_token"]}).json()["data"]
    assert bearer(fresh["access_token"]) == 200
    assert phone(Client(), "tokens/refresh", {"refresh_token": said["refresh_token"]}).status_code == 400
    assert bearer(fresh["access_token"]) == bearer(said["access_token"]) == 401
    assert phone(Client(), "tokens/refresh", {"refresh_token": fresh["refresh_token"]}).status_code == 400


def test_a_new_password_ends_every_token_of_a_phone(client: Client, alice: User) -> None:
    said = phone(Client(), "auth/login", {"email": alice.email, "password": PASSWORD}).json()["meta"]
    log_in(client, alice.email)
    new = {"oldpassword": PASSWORD, "password1": "nine slow laps", "password2": "nine slow laps"}
    assert client.post("/accounts/password/change/", new).status_code == 302
    assert bearer(said["access_token"]) == 401
    assert phone(Client(), "tokens/refresh", {"refresh_token": said["refresh_token"]}).status_code == 400


def blank(text: str) -> str:
    """Without what differs each time: tokens, addresses, and the words about how long something took."""
    text = re.sub(r'value="[^"]{64}"|"session_token": ?"[^"]*"', "", text)
    return re.sub(r"[\w.%+-]+(@|%40)example\.org", "", text)


@pytest.mark.parametrize("path", ["auth/login", "auth/code/request", "auth/password/request", "auth/signup"])
def test_the_door_for_phones_tells_nobody_who_has_an_account(path: str, alice: User) -> None:
    UserFactory(email="unusable@example.org", password=None)
    UserFactory(email="closed@example.org", is_active=False)
    answers = set()
    for name in ("alice", "nobody", "unusable", "closed"):
        said = {"email": f"{name}@example.org", "password": "not the right laps", "name": "X"}
        answer = phone(Client(), path, said)
        answers.add((answer.status_code, blank(answer.content.decode())))
    assert len(answers) == 1, answers


def test_an_invitation_tells_nobody_who_has_an_account(site: Site, alice: User, charlie: User) -> None:
    """Neither its sender, whoever is asked to come, nor whoever finds the link."""
    client = Client()
    client.force_login(alice)
    answers = set()
    for email in (charlie.email, "nobody@example.org"):
        said = {"email": email, "role": "viewer"}
        answer = client.post("/clubs/harbour/members/", said, follow=True)
        answers.add((answer.status_code, blank(answer.content.decode()).count("<tr")))
        order = client.post("/api/v1/clubs/harbour/invitations/", said, content_type="application/json")
        assert (order.status_code, sorted(order.json())) == (201, sorted({*order.json()}))
    assert len({status for status, _rows in answers}) == 1
    pages = set()
    for email in (charlie.email, "nobody@example.org"):
        offer = Invitation.objects.filter(email=email).latest("pk")
        page = Client().get(f"/invitations/{inviting.token_of(offer)}/")
        assert "example.org" not in page.content.decode()
        pages.add(
            (
                page.status_code,
                re.sub(r"/invitations/[^/\"]+/|%2Finvitations%2F[^\"]+", "", blank(page.content.decode())),
            )
        )
    assert len(pages) == 1


def test_a_wrong_answer_of_the_second_factor_tells_nothing_of_the_first(client: Client, alice: User) -> None:
    """Only who gave the right password is asked for the code; the wrong one is refused as everybody's is."""
    give_totp(alice)
    UserFactory(email="plain@example.org")
    pages = {
        blank(log_in(Client(), f"{name}@example.org", "wrong laps here").content.decode())
        for name in ("alice", "plain", "nobody")
    }
    assert len(pages) == 1
    assert Club.objects.exists()
