"""Logging in, logging out, switching clubs."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from tests.factories import PASSWORD, MembershipFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


def test_login_leads_back_and_minds_no_capitals(client: Client, alice: User) -> None:
    said = {"username": "Alice@Example.org", "password": PASSWORD, "next": "/clubs/harbour/imports/"}
    response = client.post("/accounts/login/", said)
    assert (response.status_code, response["Location"]) == (302, "/clubs/harbour/imports/")


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_one_message_for_a_wrong_address_and_a_wrong_password(client: Client, alice: User, email: str) -> None:
    page = client.post("/accounts/login/", {"username": email, "password": "wrong"}).content.decode()
    assert "This e-mail and password don&#x27;t go together." in page
    assert f'value="{email}"' in page


def test_login_never_leads_away(client: Client, alice: User) -> None:
    said = {"username": alice.email, "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/accounts/login/", said)["Location"] == "/"


def test_logout_is_a_post(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_the_switcher_is_there_for_several_memberships(client: Client, alice: User, other: Club) -> None:
    client.force_login(alice)
    assert "Other Harriers" not in client.get("/athletes/?q=x").content.decode().split("</header>")[0]
    MembershipFactory(user=alice, club=other, role="viewer")
    head = client.get("/athletes/?q=x").content.decode().split("</header>")[0]
    assert "Choose a club" in head
    response = client.post("/accounts/club/", {"club": "other", "next": "/athletes/"})
    assert response["Location"] == "/athletes/"
    head = client.get("/athletes/?q=x").content.decode().split("</header>")[0]
    assert "Choose a club" not in head
    assert "/clubs/other/imports/" not in head
    client.post("/accounts/club/", {"club": "harbour", "next": "https://evil.example/"})
    assert "/clubs/harbour/imports/" in client.get("/").content.decode()


def test_a_forged_switch_is_refused_and_noted(
    client: Client, charlie: User, harbour: Club, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(charlie)
    with caplog.at_level(logging.WARNING, logger="trackhub.security"):
        assert client.post("/accounts/club/", {"club": "harbour"}).status_code == 404
    assert f"user {charlie.pk} tried to switch to club 'harbour'" in caplog.text
    assert "club" not in client.session
