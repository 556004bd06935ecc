"""An account's name, its end, and what stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from tests.factories import AthleteFactory, MembershipFactory, UserFactory
from tests.trackhub.clubs.accounts import give_totp, log_in
from trackhub.clubs.actions.accounts import LastChiefRegistrar, delete_account, vouch_for_address
from trackhub.clubs.actions.locking import open_attempt
from trackhub.clubs.actions.profiles import rename_person
from trackhub.clubs.models import ApiToken, AuditEntry, Club, LoginFailure, Membership, Role, User

pytestmark = pytest.mark.django_db


def test_everything_of_the_account_goes_and_the_athlete_stays(dana: User, harbour: Club, now: datetime) -> None:
    athlete = AthleteFactory(club=harbour, account=dana)
    log_in(Client(), dana.email)
    give_totp(dana)
    ApiToken.objects.create(user=dana, name="x", prefix="p", digest="d", created=now, expires=now)
    open_attempt(dana.email, address="192.0.2.1", at=now)
    rename_person(dana, name="Dana Dash", by=dana, at=now)
    delete_account(dana, at=now)
    for model in (User, Membership, EmailAddress, Authenticator, UserSession, ApiToken, LoginFailure, Session):
        assert not model.objects.exists(), model
    athlete.refresh_from_db()
    assert athlete.account is None


def test_what_remains_names_nobody(dana: User, now: datetime) -> None:
    number = dana.pk
    rename_person(dana, name="Dana Dash", by=dana, at=now)
    delete_account(dana, at=now)
    entry = AuditEntry.objects.get(action="delete_account")
    assert (entry.by, entry.target, entry.before, entry.after) == (None, f"user {number}", {}, {})
    left = " ".join(str(row) for row in AuditEntry.objects.values())
    assert "Dana" not in left
    assert "dana" not in left


def test_the_last_chief_registrar_hands_over_first(alice: User, harbour: Club, now: datetime) -> None:
    with pytest.raises(LastChiefRegistrar, match="only chief registrar of Harbour AC"):
        delete_account(alice, at=now)
    assert User.objects.filter(pk=alice.pk).exists()
    second = MembershipFactory(club=harbour, role=Role.CHIEF_REGISTRAR, ends=now.date() - timedelta(days=1))
    with pytest.raises(LastChiefRegistrar):
        delete_account(alice, at=now)
    Membership.objects.filter(pk=second.pk).update(ends=None)
    delete_account(alice, at=now)
    assert not User.objects.filter(pk=alice.pk).exists()


def test_an_address_that_somebody_vouches_for_is_the_only_one(now: datetime) -> None:
    user, other = UserFactory(), UserFactory()
    EmailAddress.objects.create(user=other, email="new@example.org", verified=False)
    user.email = "New@Example.org"
    vouch_for_address(user)
    assert list(EmailAddress.objects.filter(email="new@example.org").values_list("user", "verified", "primary")) == [
        (user.pk, True, True)
    ]
    assert user.emailaddress_set.count() == 1
