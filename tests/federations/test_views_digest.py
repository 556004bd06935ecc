"""Pages of the weekly mail: asking, saying yes, ending it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from federations.actions.subscribing import token_of
from federations.models import DigestSubscription
from tests.factories import NOW
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

GETS_IT, WAITS, UNKNOWN = "gets@example.org", "waits@example.org", "unknown@example.org"


def subscribed(email: str = GETS_IT, **said: Any) -> DigestSubscription:
    return DigestSubscription.objects.create(**{"locale": "en", "asked": NOW} | said | {"email": email})


def plain(page: bytes) -> str:
    return re.sub(r'value="[^"]*"', "", page.decode())


def test_from_the_form_to_the_end(client: Client, harbour: Club) -> None:
    page = client.get("/digest/", {"club": "harbour"}).content.decode()
    assert '<option value="harbour" selected>' in page
    asked = client.post("/digest/", {"email": "Fan@example.org", "club": "harbour"})
    assert (asked.status_code, asked["Location"]) == (302, "/digest/asked/")
    link = re.findall(r"http://testserver(/digest/\S+)", mail.outbox[0].body)[0]
    assert "Yes, send it to me" in client.get(link).content.decode()
    assert DigestSubscription.objects.get().confirmed is None  # a program that looks into mail has opened it
    assert client.post(link, follow=True).status_code == 200
    assert DigestSubscription.objects.get().confirmed
    assert "It is settled" in client.get(link).content.decode()
    assert "fan@example.org" in client.get(f"{link}end/").content.decode()
    assert DigestSubscription.objects.exists()
    for _n in range(2):
        assert "No more mails come" in client.post(f"{link}end/").content.decode()
    assert not DigestSubscription.objects.exists()
    assert client.get(link).status_code == 410


def test_the_language_is_that_of_the_page(client: Client) -> None:
    client.post("/digest/", {"email": "fan@example.org", "club": ""}, headers={"Accept-Language": "pt"})
    assert DigestSubscription.objects.get().locale == "pt"


def test_a_person_finds_the_own_address_there(client: Client, dana: User) -> None:
    client.force_login(dana)
    assert f'value="{dana.email}"' in client.get("/digest/").content.decode()


def test_nobody_learns_who_gets_it() -> None:
    subscribed(confirmed=NOW)
    subscribed(WAITS)
    answers = set()
    for email in (GETS_IT, WAITS, UNKNOWN, UNKNOWN):
        answer = Client().post("/digest/", {"email": email, "club": ""}, follow=True)
        answers.add((answer.status_code, plain(answer.content), len(mail.outbox)))
        mail.outbox.clear()
    assert len(answers) == 1


@pytest.mark.parametrize(
    "said", [{}, {"email": "nobody"}, {"email": "a@b.example\0"}, {"email": "a@b.example", "club": "x"}]
)
def test_what_is_no_address_or_club_is_said_at_the_form(client: Client, said: dict[str, str]) -> None:
    answer = client.post("/digest/", said)
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert mail.outbox == []


def test_too_many_and_a_broken_post_office_are_said(client: Client, settings: Any) -> None:
    settings.DIGEST_LIMITS = settings.DIGEST_LIMITS | {"visitor": (1, 3600)}
    client.post("/digest/", {"email": UNKNOWN})
    answer = client.post("/digest/", {"email": "second@example.org"})
    assert (answer.status_code, "in an hour" in answer.content.decode()) == (429, True)
    settings.DIGEST_LIMITS = settings.DIGEST_LIMITS | {"visitor": (9, 3600)}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = client.post("/digest/", {"email": "second@example.org"})
    assert (answer.status_code, "could not be sent" in answer.content.decode()) == (503, True)


@pytest.mark.parametrize("end", ["", "end/"])
def test_a_link_of_somebody_elses_making_opens_nothing(client: Client, end: str) -> None:
    one = subscribed(confirmed=NOW)
    for token in (f"{one.pk}", f"{one.pk}:x", token_of(one) + "x"):
        for ask in (client.get, client.post):
            assert ask(f"/digest/{token}/{end}").status_code == 404
    assert DigestSubscription.objects.exists()


def test_pages_with_a_link_in_their_address_are_kept_by_nobody(client: Client) -> None:
    token = token_of(subscribed())
    for address in (f"/digest/{token}/", f"/digest/{token}/end/"):
        assert "no-store" in client.get(address)["Cache-Control"]
