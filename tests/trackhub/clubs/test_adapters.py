"""The lock at every door, whose address counts, and what allauth says in our words."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory, override_settings

from tests.factories import PASSWORD, UserFactory
from tests.trackhub.clubs.accounts import code_of, give_totp, is_in, log_in, phone
from trackhub.clubs.adapters import AccountAdapter
from trackhub.clubs.models import LoginFailure, User

pytestmark = pytest.mark.django_db

LOCKED = "or wait: after too many failures"


def test_a_right_password_is_refused_while_locked(client: Client, alice: User) -> None:
    for _ in range(5):
        assert LOCKED not in log_in(client, alice.email, "wrong").content.decode()
    page = log_in(client, alice.email).content.decode()
    assert LOCKED in page
    assert "This e-mail and password don&#x27;t go together." in page
    assert not is_in(client)


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_the_doors_share_one_count(client: Client, alice: User, email: str) -> None:
    for _ in range(3):
        phone(client, "auth/login", {"email": email, "password": "wrong"})
    for _ in range(2):
        log_in(client, email, "wrong")
    answer = phone(client, "auth/login", {"email": email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "too_many_login_attempts")
    assert LOCKED in log_in(client, email).content.decode()


def test_the_admins_door_locks_too(client: Client) -> None:
    root = UserFactory(is_superuser=True)
    for _ in range(5):
        log_in(client, root.email, "wrong", next="/admin/")
    assert LOCKED in log_in(client, root.email, next="/admin/").content.decode()
    client.post("/admin/login/?next=/admin/", {"username": root.email, "password": PASSWORD})
    assert not is_in(client)


def test_a_login_is_complete_only_with_the_second_factor(client: Client, alice: User) -> None:
    """A thief of the password could else have four guesses at the code, log in anew, and have four more."""
    secret = give_totp(alice)
    for thief in (Client(), client):
        assert log_in(thief, alice.email)["Location"] == "/accounts/2fa/authenticate/"
        for _ in range(2):
            assert "This code isn" in thief.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert LoginFailure.objects.count() == 4
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    page = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).content.decode()
    assert LOCKED in page
    assert not is_in(client)
    assert LOCKED in log_in(Client(), alice.email).content.decode()


def test_the_phones_door_for_codes_locks_too(client: Client, alice: User) -> None:
    secret = give_totp(alice)
    answer = phone(client, "auth/login", {"email": alice.email, "password": PASSWORD})
    key = answer.json()["meta"]["session_token"]
    for _ in range(5):
        wrong = phone(client, "auth/2fa/authenticate", {"code": "000000"}, HTTP_X_SESSION_TOKEN=key)
        assert wrong.json()["errors"][0]["code"] == "incorrect_code"
    answer = phone(client, "auth/2fa/authenticate", {"code": code_of(secret)}, HTTP_X_SESSION_TOKEN=key)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "too_many_login_attempts")


def test_asking_again_locks_too(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    for _ in range(5):
        page = client.post("/accounts/reauthenticate/", {"password": "wrong"}).content.decode()
        assert "This is not your password." in page
    assert LOCKED in client.post("/accounts/reauthenticate/", {"password": PASSWORD}).content.decode()
    give_totp(alice)
    page = client.post("/accounts/2fa/reauthenticate/", {"code": "000000"}).content.decode()
    assert LOCKED in page


def test_asking_again_on_a_phone_locks_too(client: Client, alice: User) -> None:
    answer = phone(client, "auth/login", {"email": alice.email, "password": PASSWORD})
    key = answer.json()["meta"]["session_token"]
    secret = give_totp(alice)
    for path, said in (("auth/reauthenticate", {"password": "wrong"}), ("auth/2fa/reauthenticate", {"code": "000000"})):
        for _ in range(3 if "2fa" in path else 2):
            assert phone(client, path, said, HTTP_X_SESSION_TOKEN=key).status_code == 400
    said = {"code": code_of(secret)}
    answer = phone(client, "auth/2fa/reauthenticate", said, HTTP_X_SESSION_TOKEN=key)
    assert answer.json()["errors"][0]["code"] == "too_many_login_attempts"


def test_success_forgives_ones_own_failures_and_nobody_elses(client: Client, alice: User, bob: User) -> None:
    for email in (alice.email, bob.email):
        for _ in range(4):
            log_in(client, email, "wrong")
    log_in(client, alice.email)
    assert is_in(client)
    assert LoginFailure.objects.count() == 4


def test_forged_headers_give_nobody_another_address(client: Client, alice: User) -> None:
    """Else each attempt would come from a new one, and none would ever lock."""
    for number in range(5):
        log_in(client, alice.email, "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert LOCKED in log_in(client, alice.email, HTTP_X_FORWARDED_FOR="203.0.113.99").content.decode()


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_a_trusted_proxy_is_believed_for_the_last_address_only(client: Client, alice: User) -> None:
    for number in range(5):
        log_in(client, alice.email, "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.7")
    forged = "203.0.113.99, 198.51.100.7"
    assert LOCKED in log_in(client, alice.email, HTTP_X_FORWARDED_FOR=forged).content.decode()
    log_in(client, alice.email, HTTP_X_FORWARDED_FOR="198.51.100.7, 198.51.100.8")
    assert is_in(client)


@pytest.mark.parametrize(
    ("trusted", "header", "address"),
    [
        (0, "203.0.113.1", "192.0.2.9"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "203.0.113.2, 203.0.113.1", "203.0.113.1"),
        (2, "203.0.113.2, 203.0.113.1", "203.0.113.2"),
        (2, "203.0.113.1", "192.0.2.9"),
        (1, None, "192.0.2.9"),
    ],
)
def test_the_address_is_what_trusted_proxies_saw(trusted: int, header: str | None, address: str) -> None:
    said = {"HTTP_X_FORWARDED_FOR": header} if header else {}
    request = RequestFactory(REMOTE_ADDR="192.0.2.9").get("/", **said)
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=trusted):
        assert AccountAdapter(request).get_client_ip(request) == address


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=2)
def test_without_any_address_nothing_is_done() -> None:
    request = RequestFactory(REMOTE_ADDR="").get("/", HTTP_X_FORWARDED_FOR="203.0.113.1")
    with pytest.raises(PermissionDenied):
        AccountAdapter(request).get_client_ip(request)
