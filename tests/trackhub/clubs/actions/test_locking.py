"""Failed logins and the locks they lead to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.core.cache import cache
from kombu.exceptions import OperationalError

from tests.factories import NOW, UserFactory
from tests.racing import at_once
from trackhub.clubs import tasks
from trackhub.clubs.actions import locking
from trackhub.clubs.actions.locking import (
    LoginLocked,
    account_digest,
    fail_attempt,
    forgive_failures,
    open_attempt,
    pass_attempt,
)
from trackhub.clubs.models import LoginFailure, User

pytestmark = pytest.mark.django_db

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was queued for owners."""
    queued: list[Any] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args: queued.append((name, *args)))
    return queued


def fail(email: str, times: int, *, address: str = HERE, at: datetime = NOW) -> None:
    for number in range(times):
        fail_attempt(open_attempt(email, address=address, at=at + timedelta(seconds=number)), email=email)


def is_locked(email: str, *, address: str = HERE, at: datetime = NOW) -> bool:
    try:
        pass_attempt(open_attempt(email, address=address, at=at))
    except LoginLocked:
        return True
    return False


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
def test_five_failures_lock_the_pair_for_half_an_hour_from_the_last(alice: User, told: list[Any], email: str) -> None:
    fail(email, 4)
    assert not is_locked(email)
    fail(email, 1, at=NOW + timedelta(minutes=20))
    assert is_locked(email, at=NOW + timedelta(minutes=49, seconds=59))
    assert not is_locked(email, at=NOW + timedelta(minutes=50, seconds=1))


def test_failures_far_apart_lock_nothing(told: list[Any]) -> None:
    for number in range(12):
        fail("a@example.org", 1, at=NOW + timedelta(minutes=8 * number))
    assert told == []


def test_the_lock_is_for_that_account_and_address_alone(told: list[Any]) -> None:
    fail("a@example.org", 5)
    assert is_locked(" A@Example.ORG ")
    assert not is_locked("a@example.org", address=THERE)
    assert not is_locked("b@example.org")


def test_attempts_while_locked_neither_count_nor_lengthen_it(told: list[Any]) -> None:
    fail("a@example.org", 5)
    for minute in range(1, 29):
        assert is_locked("a@example.org", at=NOW + timedelta(minutes=minute))
    assert LoginFailure.objects.count() == 5
    assert not is_locked("a@example.org", at=NOW + timedelta(minutes=31))


def test_fifty_failures_lock_the_account_from_everywhere(told: list[Any]) -> None:
    for number in range(10):
        fail("a@example.org", 5, address=f"198.51.100.{number}")
    assert is_locked("a@example.org", address=THERE)
    assert not is_locked("b@example.org", address=THERE)


def test_fifty_failures_lock_the_address_for_every_account(told: list[Any]) -> None:
    for number in range(13):
        fail(f"a{number}@example.org", 4 if number < 12 else 2)
    assert is_locked("b@example.org")
    assert not is_locked("b@example.org", address=THERE)
    assert told == []


def test_a_complete_login_forgives_its_own_address_only(told: list[Any]) -> None:
    fail("a@example.org", 4)
    fail("a@example.org", 4, address=THERE)
    fail("b@example.org", 4)
    forgive_failures("A@example.org", address=HERE)
    left = LoginFailure.objects.values_list("account", "address")
    assert set(left) == {(account_digest("a@example.org"), THERE), (account_digest("b@example.org"), HERE)}


def test_a_right_secret_leaves_earlier_failures_standing() -> None:
    attempt = open_attempt("a@example.org", address=HERE, at=NOW)
    pass_attempt(open_attempt("a@example.org", address=HERE, at=NOW))
    assert list(LoginFailure.objects.all()) == [attempt]


def test_neither_an_emptied_cache_nor_a_restart_unlocks(told: list[Any]) -> None:
    fail("a@example.org", 5)
    cache.clear()
    assert is_locked("a@example.org")


def test_the_row_holds_no_address_of_a_person(told: list[Any]) -> None:
    fail("alice@example.org", 1)
    row = LoginFailure.objects.get()
    assert len(row.account) == 64
    assert "alice" not in str(LoginFailure.objects.values().get())
    assert HERE in str(row)


def test_the_owner_is_told_once_a_lock(alice: User, told: list[Any]) -> None:
    fail(alice.email, 5)
    for minute in range(1, 29):
        is_locked(alice.email, at=NOW + timedelta(minutes=minute))
    assert told == [("clubs.tell_of_lock", alice.pk, HERE)]
    fail(alice.email, 5, at=NOW + timedelta(minutes=31))
    assert len(told) == 2


def test_an_unknown_account_takes_the_same_steps_and_nobody_is_told(told: list[Any]) -> None:
    fail("nobody@example.org", 5)
    assert told == [("clubs.tell_of_lock", 0, HERE)]
    tasks.tell_owner(0, HERE)
    assert mail.outbox == []


def test_the_mail_says_from_where_and_for_how_long(alice: User) -> None:
    tasks.tell_owner(alice.pk, HERE)
    (sent,) = mail.outbox
    assert sent.to == [alice.email]
    assert sent.subject == "TrackHub: your account was locked for half an hour"
    assert HERE in sent.body
    assert "30 minutes" in sent.body


def test_a_lost_queue_stops_no_login(
    alice: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(current_app, "send_task", broken)
    fail(alice.email, 5)
    assert "the owner wasn't told of the lock" in caplog.text
    assert is_locked(alice.email)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_attempts_at_one_moment_cant_all_slip_through() -> None:
    UserFactory(email="a@example.org")
    outcomes = at_once(*[lambda: open_attempt("a@example.org", address=HERE, at=datetime.now(UTC))] * 12)
    let_in = [one for one in outcomes if isinstance(one, LoginFailure)]
    assert len(let_in) <= locking.MOST_OF_PAIR
    assert all(isinstance(one, LoginFailure | LoginLocked) for one in outcomes)
