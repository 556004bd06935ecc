"""Sessions end by themselves when nobody uses them, and elsewhere when their person says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from tests.factories import PASSWORD, MembershipFactory, UserFactory
from tests.trackhub.clubs.accounts import is_in, log_in, phone
from trackhub.clubs.actions.sessions import NOTED_EVERY
from trackhub.clubs.models import Club, Role, User

pytestmark = pytest.mark.django_db

WHY = "You were logged out: nothing happened for a while"


def let_pass(key: str, **span: float) -> None:
    """So much time goes by without a sign of life: the row's end and the last sign come nearer instead."""
    row = Session.objects.get(pk=key)
    said = row.get_decoded()
    said["seen"] -= int(timedelta(**span).total_seconds())
    row.session_data = SessionStore().encode(said)
    row.expire_date -= timedelta(**span)
    row.save()
    cache.clear()  # on Redis a copy is there


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", ["browser", "phone"])
def test_how_long_a_session_may_stand_idle_depends_on_what_one_may_do(harbour: Club, role: Role, kind: str) -> None:
    user = UserFactory()
    MembershipFactory(user=user, club=harbour, role=role)
    if kind == "browser":
        log_in(Client(), user.email)
    else:
        phone(Client(), "auth/login", {"email": user.email, "password": PASSWORD})
    left = Session.objects.get().expire_date - timezone.now()
    office = role in (Role.CHIEF_REGISTRAR, Role.REGISTRAR, Role.OFFICIAL)
    expected = timedelta(minutes=30) if office else timedelta(days=30)
    assert expected - timedelta(minutes=1) < left <= expected


@override_settings(STAFF_IDLE_MINUTES=5)
def test_the_site_administrators_limit_is_the_settings(client: Client) -> None:
    log_in(client, UserFactory(is_superuser=True).email)
    assert Session.objects.get().expire_date < timezone.now() + timedelta(minutes=5, seconds=1)


def test_whoever_comes_back_too_late_is_told_why_and_led_back(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    let_pass(client.session.session_key, minutes=31)
    response = client.get("/clubs/harbour/imports/")
    assert response["Location"] == "/accounts/login/?next=/clubs/harbour/imports/"
    assert WHY in client.get(response["Location"]).content.decode()
    assert WHY not in client.get(response["Location"]).content.decode()
    assert log_in(client, alice.email, next="/clubs/harbour/imports/")["Location"] == "/clubs/harbour/imports/"


def test_whoever_logged_out_is_told_nothing(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    client.post("/accounts/logout/")
    assert WHY not in client.get("/clubs/harbour/imports/", follow=True).content.decode()
    assert WHY not in Client().get("/clubs/harbour/imports/", follow=True).content.decode()


def test_use_keeps_a_session_alive(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    for _ in range(4):
        let_pass(client.session.session_key, minutes=29)
        assert client.get("/clubs/harbour/imports/").status_code == 200
    assert UserSession.objects.get().last_seen_at > timezone.now() - timedelta(minutes=1)


def test_a_sign_of_life_is_written_once_a_minute(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    client.get("/clubs/")

    def writes() -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get("/clubs/")
        return [query["sql"] for query in seen if "django_session" in query["sql"] and "UPDATE" in query["sql"]]

    assert writes() == []
    let_pass(client.session.session_key, seconds=NOTED_EVERY + 1)
    assert len(writes()) == 1
    assert writes() == []


def test_a_page_without_visitors_asks_for_no_session(client: Client, harbour: Club) -> None:
    response = client.get("/clubs/harbour/colours.css")
    assert "Cookie" not in response.headers.get("Vary", "")
    with CaptureQueriesContext(connection) as seen:
        client.get("/health")
    assert len(seen) == 0


def test_a_new_role_shortens_the_next_minute_on(client: Client, dana: User) -> None:
    log_in(client, dana.email)
    dana.memberships.update(role=Role.OFFICIAL)
    let_pass(client.session.session_key, minutes=2)
    client.get("/clubs/")
    assert Session.objects.get().expire_date < timezone.now() + timedelta(minutes=31)


def test_a_phone_is_held_to_the_limit_too(client: Client, alice: User) -> None:
    answer = phone(client, "auth/login", {"email": alice.email, "password": PASSWORD})
    said = answer.json()["meta"]
    headers = {"HTTP_AUTHORIZATION": f"Bearer {said['access_token']}"}
    assert client.get("/api/v1/auth/app/v1/auth/session", **headers).status_code == 200
    let_pass(said["session_token"], minutes=31)
    assert client.get("/api/v1/auth/app/v1/auth/session", **headers).status_code == 401
    assert phone(client, "tokens/refresh", {"refresh_token": said["refresh_token"]}).status_code == 400
    gone = client.get("/api/v1/auth/app/v1/auth/session", HTTP_X_SESSION_TOKEN=said["session_token"])
    assert gone.status_code == 410


def test_a_phones_sign_of_life_lengthens_its_session(client: Client, alice: User) -> None:
    key = phone(client, "auth/login", {"email": alice.email, "password": PASSWORD}).json()["meta"]["session_token"]
    let_pass(key, minutes=29)
    client.get("/api/v1/auth/app/v1/auth/session", HTTP_X_SESSION_TOKEN=key)
    assert Session.objects.get(pk=key).expire_date > timezone.now() + timedelta(minutes=29)


def test_logging_out_elsewhere_ends_every_other_session_and_its_tokens(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    other = Client(HTTP_USER_AGENT="Old tablet")
    log_in(other, alice.email)
    said = phone(Client(), "auth/login", {"email": alice.email, "password": PASSWORD}).json()["meta"]
    page = client.get("/accounts/sessions/").content.decode()
    assert "Old tablet" in page
    assert page.count("last seen") == 3
    assert client.post("/accounts/sessions/").status_code == 302
    assert is_in(client)
    assert other.get("/clubs/harbour/imports/").status_code == 302
    headers = {"HTTP_AUTHORIZATION": f"Bearer {said['access_token']}"}
    assert client.get("/api/v1/auth/app/v1/auth/session", **headers).status_code == 401
    assert phone(Client(), "tokens/refresh", {"refresh_token": said["refresh_token"]}).status_code == 400


def test_a_new_password_ends_the_sessions_elsewhere(client: Client, alice: User) -> None:
    other = Client()
    for one in (client, other):
        log_in(one, alice.email)
    new = {"oldpassword": PASSWORD, "password1": "nine slow laps", "password2": "nine slow laps"}
    assert client.post("/accounts/password/change/", new).status_code == 302
    assert client.get("/clubs/harbour/imports/").status_code == 200
    assert other.get("/clubs/harbour/imports/").status_code == 302
