"""Logging in and out: where it leads, what it says, what it costs."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from tests.factories import PASSWORD, UserFactory
from tests.trackhub.clubs.accounts import LOGIN, is_in, log_in, phone
from trackhub.clubs.actions.locking import MOST_OF_PAIR, account_digest, open_attempt
from trackhub.clubs.models import LoginFailure, User

pytestmark = pytest.mark.django_db

MISMATCH = "This e-mail and password don&#x27;t go together."


def test_login_leads_back_and_minds_no_capitals(client: Client, alice: User) -> None:
    response = log_in(client, "Alice@Example.org", next="/clubs/harbour/imports/")
    assert (response.status_code, response["Location"]) == (302, "/clubs/harbour/imports/")
    assert is_in(client)


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org", "unusable@example.org"])
def test_one_message_for_a_wrong_address_and_a_wrong_password(client: Client, alice: User, email: str) -> None:
    UserFactory(email="unusable@example.org", password=None)
    page = log_in(client, email, "wrong").content.decode()
    assert MISMATCH in page
    assert f'value="{email}"' in page


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "https:evil.example", "\\\\evil.example"])
def test_login_never_leads_away(client: Client, alice: User, away: str) -> None:
    assert log_in(client, alice.email, next=away)["Location"] == "/"


def test_the_key_of_the_session_changes_at_login(client: Client, alice: User) -> None:
    """Whoever planted a session key before the login holds nothing afterwards."""
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    log_in(client, alice.email)
    assert is_in(client)
    assert client.session.session_key != session.session_key


def test_login_and_logout_need_the_token_against_forgery(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert log_in(client, alice.email).status_code == 403
    client.force_login(alice)
    assert client.post("/accounts/logout/").status_code == 403
    assert is_in(client)


def test_logout_is_a_post(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert not is_in(client)


def test_the_admin_is_entered_by_the_same_door(client: Client) -> None:
    root = UserFactory(is_superuser=True)
    response = client.get("/admin/")
    assert response["Location"] == "/admin/login/?next=/admin/"
    assert client.get(response["Location"])["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    assert client.post("/admin/login/", {"username": root.email, "password": PASSWORD}).status_code == 302
    assert not is_in(client)
    assert log_in(client, root.email, next="/admin/")["Location"] == "/admin/"


def test_an_account_made_on_the_command_line_logs_in_without_mail(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", email="Root@Example.org", interactive=False, verbosity=0)
    assert log_in(client, "root@example.org")["Location"] == "/"
    assert is_in(client)


def test_an_account_made_in_the_admin_is_verified_and_moves_with_its_address(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    said = {"email": "New@Example.org", "name": "New", "is_active": "on"}
    said |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    assert client.post("/admin/clubs/user/add/", said).status_code == 302
    user = User.objects.get(email="new@example.org")
    assert not user.has_usable_password()
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [(user.email, True, True)]
    said["email"] = "newer@example.org"
    assert client.post(f"/admin/clubs/user/{user.pk}/change/", said).status_code == 302
    assert list(user.emailaddress_set.values_list("email", "verified")) == [("newer@example.org", True)]


def test_a_closed_account_stays_outside(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert log_in(client, alice.email)["Location"] == "/accounts/inactive/"
    assert not is_in(client)


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_no_answer_takes_longer_for_an_account_that_exists(harbour: object) -> None:
    """A wrong password, an unknown address, one without a password, a locked one: each costs one hash."""
    users = {kind: UserFactory(email=f"{kind}@example.org", password=None) for kind in ("known", "unusable", "locked")}
    User.objects.filter(pk__in=[users["known"].pk, users["locked"].pk]).update(password=make_password(PASSWORD))
    for number in range(MOST_OF_PAIR):
        open_attempt("locked@example.org", address="127.0.0.1", at=timezone.now() - timedelta(seconds=number))
    kinds = ("known", "unknown", "unusable", "locked")
    spent: dict[str, list[float]] = {kind: [] for kind in kinds}
    for round_ in range(7):
        for kind in kinds:
            LoginFailure.objects.exclude(account=account_digest("locked@example.org")).delete()
            begun = time.perf_counter()
            answer = phone(Client(), "auth/login", {"email": f"{kind}@example.org", "password": "wrong wrong"})
            if round_:  # the first warms up
                spent[kind].append(time.perf_counter() - begun)
            locked = "too_many_login_attempts" in answer.content.decode()
            assert (answer.status_code, locked) == (400, kind == "locked")
    medians = {kind: statistics.median(times) for kind, times in spent.items()}
    assert max(medians.values()) < 1.5 * min(medians.values()), medians
