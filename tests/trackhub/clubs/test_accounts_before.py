"""Accounts from before sign-up: the migration vouches for their addresses, once."""

from __future__ import annotations

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.test import Client

from tests.trackhub.clubs.accounts import is_in, log_in
from trackhub.clubs.models import User
from trackhub.management.commands import demo

pytestmark = pytest.mark.django_db


def test_an_account_from_before_logs_in_without_mail(client: Client, alice: User, bob: User) -> None:
    EmailAddress.objects.filter(user=alice).delete()
    assert log_in(client, alice.email)["Location"] == "/accounts/confirm-email/"
    EmailAddress.objects.filter(user=alice).delete()
    vouch = import_module("trackhub.clubs.migrations.0002_access_and_events").vouch_for_addresses
    for _ in range(2):
        vouch(apps, None)
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 2
    fresh = Client()
    log_in(fresh, alice.email)
    assert is_in(fresh)


def test_everybody_of_the_demonstration_logs_in_without_mail(client: Client) -> None:
    demo._found_clubs()
    for user in (User.objects.get(email=demo.ADMIN), User.objects.filter(memberships__role="coach").first()):
        one = Client()
        log_in(one, user.email, demo.PASSWORD)
        assert is_in(one)
    assert EmailAddress.objects.filter(verified=True).count() == User.objects.count()
