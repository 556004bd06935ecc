"""Consents: receipts of what was agreed to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from records.actions.consenting import VERSION, WORDS, ConsentRefused, give_consent, withdraw_consent
from records.models import Athlete, Consent
from records.queries.voices import consents_of
from tests.factories import NOW, AthleteFactory
from trackhub.clubs.models import AuditEntry, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def athlete(dana: User) -> Athlete:
    found: Athlete = AthleteFactory(account=dana)
    return found


def test_a_receipt_keeps_the_words(athlete: Athlete, dana: User) -> None:
    receipt = give_consent(athlete, purpose="photo", by=dana, at=NOW)
    receipt.refresh_from_db()
    assert (receipt.words, receipt.version, receipt.by, receipt.given) == (str(WORDS["photo"]), VERSION, dana, NOW)
    assert receipt.withdrawn is None
    assert AuditEntry.objects.get(action="give_consent").target == f"consent {receipt.pk}"


def test_every_purpose_has_words() -> None:
    assert set(WORDS) == set(Consent.Purpose)


def test_one_stands_at_most(athlete: Athlete, dana: User) -> None:
    first = give_consent(athlete, purpose="photo", by=dana, at=NOW)
    assert give_consent(athlete, purpose="photo", by=dana, at=NOW + timedelta(1)) == first
    assert Consent.objects.count() == AuditEntry.objects.filter(action="give_consent").count() == 1


def test_withdrawn_once_and_given_anew(athlete: Athlete, dana: User) -> None:
    first = give_consent(athlete, purpose="photo", by=dana, at=NOW)
    withdraw_consent(first, by=dana, at=NOW)
    with pytest.raises(ConsentRefused, match="withdrawn already"):
        withdraw_consent(first, by=dana, at=NOW + timedelta(1))
    first.refresh_from_db()
    assert first.withdrawn == NOW
    second = give_consent(athlete, purpose="photo", by=dana, at=NOW)
    assert consents_of(athlete).standing("photo") == second
    assert len(consents_of(athlete)) == 2
    assert AuditEntry.objects.filter(action="withdraw_consent").count() == 1


def test_nobody_else_agrees_or_withdraws(athlete: Athlete, dana: User, alice: User) -> None:
    receipt = give_consent(athlete, purpose="photo", by=dana, at=NOW)
    with pytest.raises(ConsentRefused, match="Only the athlete"):
        give_consent(athlete, purpose="name", by=alice, at=NOW)
    with pytest.raises(ConsentRefused, match="Only the athlete"):
        withdraw_consent(receipt, by=alice, at=NOW)
    with pytest.raises(ConsentRefused, match="no such purpose"):
        give_consent(athlete, purpose="world", by=dana, at=NOW)
