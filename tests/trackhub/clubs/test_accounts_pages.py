"""The pages of an account: all in the site's look, with nothing inline, and the account's own page and end."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, UserFactory
from tests.trackhub.clubs.accounts import give_totp, is_in, log_in
from tests.trackhub.test_views import Inline
from trackhub.clubs.models import User

pytestmark = pytest.mark.django_db

FOR_ANYBODY = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_request_login_code",
    "account_email_verification_sent",
    "account_inactive",
    "socialaccount_login_cancelled",
)
FOR_ONESELF = (
    "account",
    "account_email",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "close_account",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "socialaccount_connections",
    "usersessions_list",
)
WITH_A_FACTOR = (
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
)


def is_clean(client: Client, address: str, status: int = 200) -> None:
    response = client.get(address)
    assert response.status_code == status, response.headers.get("Location")
    page = response.content.decode()
    parser = Inline()
    parser.feed(page)
    assert parser.found == []
    for said in ('class="skip" href="#main"', '<html lang="en">', "TrackHub</title>"):
        assert said in page
    assert "Sign In" not in page


@pytest.mark.parametrize("route", FOR_ANYBODY)
def test_pages_for_anybody_are_ours(client: Client, route: str) -> None:
    is_clean(client, reverse(route))


def test_a_failed_login_with_google_has_its_page(client: Client) -> None:
    is_clean(client, reverse("socialaccount_login_error"), 401)


@pytest.fixture
def confirmed(client: Client, alice: User) -> Client:
    """Alice, who has just given her password again."""
    log_in(client, alice.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.mark.parametrize("route", FOR_ONESELF)
def test_pages_for_oneself_are_ours(confirmed: Client, route: str) -> None:
    is_clean(confirmed, reverse(route))


@pytest.mark.parametrize("route", WITH_A_FACTOR)
def test_pages_of_a_second_factor_are_ours(confirmed: Client, alice: User, route: str) -> None:
    give_totp(alice)
    is_clean(confirmed, reverse(route))


def test_the_page_that_asks_for_the_code_is_ours(client: Client, alice: User) -> None:
    give_totp(alice)
    is_clean(client, log_in(client, alice.email)["Location"])


@pytest.mark.parametrize("route", FOR_ONESELF)
def test_nobody_else_sees_them(client: Client, route: str) -> None:
    response = client.get(reverse(route))
    assert response.status_code == 302
    assert response["Location"].startswith(("/accounts/login/", "/"))


@pytest.mark.parametrize("language", ["es", "pt"])
def test_the_pages_stand_in_other_languages(client: Client, language: str) -> None:
    client.get("/language/", {"language": language})
    assert f'<html lang="{language}">' in client.get("/accounts/login/").content.decode()


def test_an_account_without_a_password_may_set_one(client: Client) -> None:
    client.force_login(UserFactory(password=None))
    assert reverse("account_set_password") in client.get("/accounts/").content.decode()
    is_clean(client, reverse("account_set_password"))


def test_the_name_is_changed_on_ones_page_and_kept_on_error(client: Client, alice: User) -> None:
    client.force_login(alice)
    response = client.post("/accounts/", {"name": "x" * 121})
    assert (response.status_code, "x" * 121 in response.content.decode()) == (422, True)
    assert client.post("/accounts/", {"name": "Alice A"})["Location"] == "/accounts/"
    alice.refresh_from_db()
    assert alice.name == "Alice A"


def test_deleting_an_account_asks_for_the_password(client: Client, dana: User) -> None:
    log_in(client, dana.email)
    assert client.post("/accounts/close/")["Location"].startswith("/accounts/reauthenticate/")
    assert User.objects.filter(pk=dana.pk).exists()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    response = client.post("/accounts/close/", follow=True)
    assert "Your account is deleted." in response.content.decode()
    assert not User.objects.filter(pk=dana.pk).exists()
    assert not is_in(client)


def test_looking_deletes_nothing_and_the_last_chief_registrar_is_told(confirmed: Client, alice: User) -> None:
    assert confirmed.get("/accounts/close/").status_code == 200
    response = confirmed.post("/accounts/close/")
    assert (response.status_code, "only chief registrar" in response.content.decode()) == (409, True)
    assert User.objects.filter(pk=alice.pk).exists()
