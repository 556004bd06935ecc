"""The weekly mail by the API: an address says yes and no by the link that is mailed to it."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from federations.models import DigestSubscription
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


def ask(client: Client, **said: object) -> int:
    order = {"email": "Kim@example.org"} | said
    return client.post("/api/v1/digest/", order, content_type="application/json").status_code


def test_from_asking_to_ending(client: Client, harbour: Club) -> None:
    assert ask(client, club="harbour") == 204
    (sent,) = mail.outbox
    assert sent.to == ["kim@example.org"]
    (token,) = re.findall(r"/digest/([^/]+)/", str(sent.body))
    address = f"/api/v1/digest/{token}/"
    assert client.get(address).json() == {"club": "harbour", "locale": "en", "confirmed": None}
    said = client.post(address).json()
    assert said["confirmed"]
    assert client.post(address).json() == said
    assert client.delete(address).status_code == 204
    assert not DigestSubscription.objects.exists()
    assert [getattr(client, method)(address).status_code for method in ("get", "post", "delete")] == [404] * 3


def test_nobody_learns_whether_an_address_is_known(client: Client, settings: object) -> None:
    assert [ask(client) for _ in range(2)] == [204, 204]


def test_who_asks_too_often_waits(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.DIGEST_LIMITS = settings.DIGEST_LIMITS | {"visitor": (1, 60)}  # type: ignore[attr-defined]
    assert ask(client) == 204
    refused = client.post("/api/v1/digest/", {"email": "a@example.org"}, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]) == (429, "throttled")
    assert int(refused["Retry-After"]) > 0


def test_a_mail_that_does_not_go_is_said(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]  # where nobody listens
    refused = client.post("/api/v1/digest/", {"email": "a@example.org"}, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]) == (422, "mail_failed")


def test_what_cannot_be_asked(client: Client) -> None:
    assert [ask(client, email="nobody"), ask(client, club="nowhere")] == [422, 404]
    assert client.get("/api/v1/digest/7:forged/").status_code == 404
