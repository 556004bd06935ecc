"""JWTs: what is refused, and that a refresh token works once."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from tests.factories import PASSWORD, UserFactory
from tests.racing import at_once
from tests.trackhub.clubs.accounts import phone
from trackhub.clubs.models import AuditEntry, User

pytestmark = pytest.mark.django_db

SESSION = "/api/v1/auth/app/v1/auth/session"


def tokens(user: User) -> dict[str, str]:
    answer = phone(Client(), "auth/login", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200
    said: dict[str, str] = answer.json()["meta"]
    return said


def opens(token: str) -> bool:
    status = Client().get(SESSION, HTTP_AUTHORIZATION=f"Bearer {token}").status_code
    assert status in (200, 401)
    return status == 200


def refresh(token: Any) -> Any:
    return phone(Client(), "tokens/refresh", {"refresh_token": token})


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def payload(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_a_token_opens_and_is_refreshed(alice: User) -> None:
    said = tokens(alice)
    assert opens(said["access_token"])
    new = refresh(said["refresh_token"]).json()["data"]
    assert opens(new["access_token"])
    assert new["refresh_token"] != said["refresh_token"]
    assert refresh(new["refresh_token"]).status_code == 200


def test_a_refresh_token_that_comes_twice_ends_the_session_and_is_written_down(alice: User) -> None:
    said = tokens(alice)
    other = tokens(alice)
    new = refresh(said["refresh_token"]).json()["data"]
    assert refresh(said["refresh_token"]).status_code == 400
    assert refresh(new["refresh_token"]).status_code == 400
    assert not opens(new["access_token"])
    assert not opens(said["access_token"])
    assert opens(other["access_token"])
    entry = AuditEntry.objects.get(action="reuse_refresh_token")
    assert entry.target == f"user {alice.pk}"


def test_logging_out_ends_the_tokens(alice: User) -> None:
    said = tokens(alice)
    Client().delete(SESSION, HTTP_AUTHORIZATION=f"Bearer {said['access_token']}")
    assert not opens(said["access_token"])
    assert refresh(said["refresh_token"]).status_code == 400


def test_a_closed_account_has_no_tokens(alice: User) -> None:
    said = tokens(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not opens(said["access_token"])
    assert refresh(said["refresh_token"]).status_code == 400


def test_tokens_without_or_with_a_foreign_signature_are_refused(alice: User) -> None:
    token = tokens(alice)["access_token"]
    said = payload(token)
    head, body, signature = token.split(".")
    forged = [
        f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{body}.{signature}",
        f"{head}.{body}.",
        f"{head}.{encoded(said | {'sub': '1'})}.{signature}",
        jwt.encode(said, "another key, of at least thirty-two bytes", algorithm="HS256"),
        jwt.encode(said, settings.SECRET_KEY, algorithm="HS512"),
        "",
        "a.b.c",
        "..",
        "é.é.é",
    ]
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    forged.append(jwt.encode(said, pem, algorithm="RS256"))
    assert opens(token)
    assert [one for one in forged if opens(one)] == []


def test_an_expired_token_is_refused(alice: User) -> None:
    said = tokens(alice)
    for name in ("access_token", "refresh_token"):
        late = payload(said[name]) | {"exp": int(time.time()) - 1}
        token = jwt.encode(late, settings.SECRET_KEY, algorithm="HS256")
        assert not opens(token)
        assert refresh(token).status_code == 400
    assert refresh(said["refresh_token"]).status_code == 200


def test_one_kind_of_token_is_not_the_other(alice: User) -> None:
    said = tokens(alice)
    assert not opens(said["refresh_token"])
    assert refresh(said["access_token"]).status_code == 400
    assert refresh(said["refresh_token"]).status_code == 200


def test_the_session_in_a_token_is_no_key(alice: User) -> None:
    """Whoever reads a token can't log in with what stands in it."""
    said = tokens(alice)
    key = Session.objects.get().pk
    assert key not in said["access_token"]
    assert key not in json.dumps(payload(said["access_token"]))


@pytest.mark.parametrize("token", ["", None, 5, {"a": 1}, "x" * 10_000, "a.b.c", "\x00"])
def test_nonsense_is_no_refresh_token(token: Any) -> None:
    assert refresh(token).status_code == 400


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_refreshes_at_one_moment_cant_both_succeed() -> None:
    said = tokens(UserFactory())
    answers = at_once(*[lambda: refresh(said["refresh_token"]).status_code] * 2)
    assert sorted(answers) == [200, 400]
