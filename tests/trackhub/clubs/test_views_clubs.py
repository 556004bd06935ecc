"""Switching clubs."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from tests.factories import MembershipFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


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
