"""Asking for the weekly mail: nothing without the owner's yes, and nobody learns who gets it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from federations.actions import subscribing
from federations.actions.subscribing import (
    DigestRefused,
    ask_for_digest,
    confirm_digest,
    end_digest,
    number_behind,
    subscription_behind,
    token_of,
)
from federations.models import DigestSubscription
from tests.factories import NOW
from trackhub.clubs.models import AuditEntry, Club
from trackhub.clubs.queries import site_version

pytestmark = pytest.mark.django_db


def ask(email: str = "fan@example.org", **said: Any) -> None:
    ask_for_digest(
        email, **{"locale": "en", "club": None, "visitor": "192.0.2.1", "at": NOW, "site": "https://t"} | said
    )


def test_the_mail_has_the_link_in_the_visitors_language(harbour: Club) -> None:
    ask("Fan@Example.org", club=harbour)
    found = DigestSubscription.objects.get()
    assert (found.email, found.locale, found.club, found.asked, found.confirmed) == (
        "fan@example.org",
        "en",
        harbour,
        NOW,
        None,
    )
    (sent,) = mail.outbox
    assert sent.to == ["fan@example.org"]
    assert "Harbour AC" in sent.body
    token = sent.body.split("https://t/digest/")[1].split("/")[0]
    assert subscription_behind(token) == found


def test_it_is_no_deed() -> None:
    before = site_version()
    ask()
    assert site_version() == before
    assert not AuditEntry.objects.exists()


def test_asking_again_makes_no_second_and_takes_the_newer_language() -> None:
    ask()
    ask("FAN@example.org", locale="pt", at=NOW + timedelta(hours=1))
    found = DigestSubscription.objects.get()
    assert (found.locale, found.asked) == ("pt", NOW + timedelta(hours=1))
    assert len(mail.outbox) == 2


def test_a_stranger_changes_nothing_for_somebody_who_gets_it() -> None:
    ask()
    confirm_digest(DigestSubscription.objects.get(), at=NOW)
    before = DigestSubscription.objects.values().get()
    ask(locale="pt", at=NOW + timedelta(hours=1))
    assert DigestSubscription.objects.values().get() == before
    assert len(mail.outbox) == 2


def test_one_address_may_follow_two_clubs(harbour: Club, other: Club) -> None:
    for club in (None, harbour, other):
        ask(club=club)
    assert DigestSubscription.objects.count() == 3


@pytest.mark.parametrize("email", ["fan@example.org", "Fan@example.org"])
def test_the_table_takes_no_second_and_no_capitals(email: str) -> None:
    ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        DigestSubscription.objects.create(email=email, locale="en", asked=NOW)


def test_a_mailbox_is_mailed_three_times_a_day_and_nobody_is_told() -> None:
    for hour in range(5):
        ask(visitor=f"192.0.2.{hour}", at=NOW + timedelta(minutes=hour))
    assert len(mail.outbox) == 3
    ask(at=NOW + timedelta(days=1))
    assert len(mail.outbox) == 4


def test_one_visitor_asks_for_so_many_mails_an_hour(settings: Any) -> None:
    settings.DIGEST_LIMITS = settings.DIGEST_LIMITS | {"visitor": (2, 3600)}
    ask("a@example.org")
    ask("b@example.org")
    with pytest.raises(DigestRefused, match="in an hour") as refused:
        ask("c@example.org")
    assert refused.value.wait == 3600
    ask("c@example.org", visitor="192.0.2.2")
    assert DigestSubscription.objects.count() == 3


def test_a_mail_that_does_not_go_out_is_said(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(DigestRefused, match="could not be sent") as refused:
        ask()
    assert refused.value.wait == 0


def test_yes_is_said_once_and_ending_forgets_it() -> None:
    ask()
    found = DigestSubscription.objects.get()
    assert confirm_digest(found, at=NOW)
    assert not confirm_digest(found, at=NOW + timedelta(days=1))
    assert DigestSubscription.objects.get().confirmed == NOW
    token = token_of(found)
    end_digest(found)
    end_digest(found)
    assert not DigestSubscription.objects.exists()
    assert number_behind(token) == found.pk
    assert subscription_behind(token) is None


@pytest.mark.parametrize("token", ["", "1", "1:x", "x:y", "1:\0"])
def test_a_link_of_somebody_elses_making_is_none(token: str) -> None:
    ask()
    assert number_behind(token) is None
    assert subscription_behind(token) is None
    assert number_behind(subscribing._signer.sign("word")) is None
