"""The weekly mail: what is public, in the reader's language, once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from federations.actions.sending import Sent, send_digests
from federations.models import DigestSubscription
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from tests.federations.news import news
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)
SITE = "https://t.example"


def subscribed(email: str = "fan@example.org", **said: Any) -> DigestSubscription:
    return DigestSubscription.objects.create(
        **{"locale": "en", "asked": NOW, "confirmed": NOW} | said | {"email": email}
    )


@pytest.fixture
def week(harbour: Club) -> None:
    """A mark and record of a public athlete and one of a hidden one, entered yesterday; news for all and for members."""
    sam = AthleteFactory(family_name="Swift", club=harbour)
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    said = {"on": NOW.date() - 3 * A_DAY, "at": NOW - A_DAY, "wind": 5}
    PerformanceFactory(athlete=sam, mark="10.52", competition="Spring Open", venue="Leeds", **said)
    PerformanceFactory(athlete=shy, mark="6.90", discipline="LJ", competition="Secret Cup", **said)
    news(harbour, at=NOW - A_DAY, title="Everybody's news", summary="A <b>short</b> one.")
    news(harbour, at=NOW - A_DAY, title="Only for members", audience="members")


def send(**said: Any) -> Sent:
    return send_digests(**{"at": NOW, "site": SITE} | said)


def only() -> tuple[EmailMultiAlternatives, str]:
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    return message, str(html)


@pytest.mark.usefixtures("week")
def test_both_parts_say_what_happened_and_nothing_private() -> None:
    subscribed()
    assert send() == Sent(sent=1)
    message, html = only()
    for part in (message.body, html):
        for said in (
            "Swift",
            "10.52",
            "Spring Open",
            "Leeds",
            "Everybody&#x27;s news" if part is html else "Everybody's news",
        ):
            assert said in part, said
        for hidden in ("Shylock", "Only for members"):
            assert hidden not in part
    assert "Athlete of Harbour AC" in message.body
    assert f"{SITE}/news/" in message.body
    assert "A <b>short</b> one." in message.body
    assert "A &lt;b&gt;short&lt;/b&gt; one." in html


@pytest.mark.usefixtures("week")
def test_every_mail_can_be_ended_by_one_order_without_a_page(client: Client) -> None:
    subscribed()
    send()
    message, html = only()
    found = re.fullmatch(r"<(https://t\.example(/digest/\S+/end/))>", message.extra_headers["List-Unsubscribe"])
    assert found
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found[1] in message.body and found[1] in html
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(found[2], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not DigestSubscription.objects.exists()


@pytest.mark.usefixtures("week")
def test_a_week_is_sent_once_however_often_it_is_asked() -> None:
    subscribed()
    assert send().sent == 1
    assert send(at=NOW + A_DAY) == Sent()
    assert len(mail.outbox) == 1
    news(None, at=NOW + 6 * A_DAY)
    assert send(at=NOW + 7 * A_DAY).sent == 1


@pytest.mark.usefixtures("week")
def test_two_workers_send_one(monkeypatch: pytest.MonkeyPatch) -> None:
    one = subscribed()
    rows = type(DigestSubscription.objects.all())
    seen = rows.__iter__

    def slow(found):  # type: ignore[no-untyped-def]
        there = list(seen(found))
        DigestSubscription.objects.filter(pk=one.pk).update(last_sent=NOW)  # the other worker
        return iter(there)

    monkeypatch.setattr(rows, "__iter__", slow)
    assert send() == Sent()
    assert mail.outbox == []


def test_nothing_happened_nothing_is_sent(harbour: Club) -> None:
    one = subscribed()
    assert send() == Sent(quiet=1)
    one.refresh_from_db()
    assert (one.last_sent, mail.outbox) == (None, [])


@pytest.mark.usefixtures("week")
def test_who_has_not_said_yes_gets_nothing() -> None:
    subscribed(confirmed=None)
    subscribed("b@example.org", confirmed=NOW + A_DAY)
    assert send() == Sent()


@pytest.mark.usefixtures("week")
def test_each_in_their_language_and_of_their_club(harbour: Club, other: Club) -> None:
    news(other, at=NOW - A_DAY, title="Noticias de Leeds", language="es")
    subscribed("all@example.org", locale="es")
    subscribed("english@example.org")
    subscribed("other@example.org", locale="es", club=other)
    subscribed("quiet@example.org", club=other)
    assert send() == Sent(sent=3, quiet=1)
    sent = {one.to[0]: one for one in mail.outbox}
    assert "Noticias de Leeds" in sent["all@example.org"].body and "Swift" in sent["all@example.org"].body
    assert "Noticias de Leeds" not in sent["english@example.org"].body
    assert "Swift" not in sent["other@example.org"].body
    assert "Other Harriers" in sent["other@example.org"].subject
    assert 'lang="es"' in str(sent["all@example.org"].alternatives[0][0])


@pytest.mark.usefixtures("week")
def test_what_can_not_be_mailed_is_due_again(settings: Any) -> None:
    one = subscribed()
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert send() == Sent(failed=1)
    one.refresh_from_db()
    assert one.last_sent is None
    settings.EMAIL_BACKEND = backend
    assert send() == Sent(sent=1)


def test_the_past_is_no_news(harbour: Club) -> None:
    sam = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=sam, mark="10.52", on=date(2019, 6, 1), at=NOW - A_DAY)
    PerformanceFactory(athlete=sam, mark="10.42", on=NOW.date() - 9 * A_DAY, at=NOW - 8 * A_DAY)
    subscribed()
    assert send() == Sent(quiet=1)
