"""API tokens: made, used, revoked; the key is nowhere but with whoever made it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.factories import UserFactory
from trackhub.clubs.actions.tokens import LONGEST, make_token, revoke_token, use_token
from trackhub.clubs.models import ApiToken, AuditEntry, Club, Scope, User

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


def made(user: User, at: datetime, *, club: Club | None = None, lasts: timedelta = WEEK) -> tuple[ApiToken, str]:
    return make_token(user, name="script", scope=Scope.READ, club=club, expires=at + lasts, at=at)


def test_the_key_opens_the_token_and_stands_nowhere(alice: User, now: datetime) -> None:
    token, key = made(alice, now)
    assert key.startswith(f"th_{token.prefix}_")
    assert len(key) > 50
    opened = use_token(key, at=now)
    assert opened == token
    secret = key.split("_", 2)[2]
    kept = str(ApiToken.objects.values().get()) + str(list(AuditEntry.objects.values()))
    assert secret not in kept
    assert key not in kept


def test_no_two_keys_are_alike(alice: User, now: datetime) -> None:
    assert len({made(alice, now)[1] for _n in range(20)}) == 20


def test_it_stands_in_the_audit_trail(alice: User, harbour: Club, now: datetime) -> None:
    token, _key = made(alice, now, club=harbour)
    deed = AuditEntry.objects.get(action="make_token")
    assert (deed.by, deed.club, deed.target) == (alice, harbour, f"token {token.prefix}")
    assert deed.after["scope"] == "read"


def test_no_token_lives_longer_than_a_year(alice: User, now: datetime) -> None:
    assert made(alice, now, lasts=10 * LONGEST)[0].expires == now + LONGEST
    assert made(alice, now)[0].expires == now + WEEK


def test_wrong_keys_open_nothing(alice: User, now: datetime) -> None:
    token, key = made(alice, now)
    other = made(alice, now)[1]
    swapped = f"th_{token.prefix}_{other.split('_', 2)[2]}"
    start = f"th_{token.prefix}"
    for wrong in (swapped, key[:-1], key + "x", key.upper(), f"{start}_", start, "th_", "", token.digest, key[3:]):
        assert use_token(wrong, at=now) is None, wrong


def test_it_opens_until_it_expires(alice: User, now: datetime) -> None:
    _token, key = made(alice, now)
    assert use_token(key, at=now + WEEK - MINUTE) is not None
    assert use_token(key, at=now + WEEK) is None


def test_revoked_for_good(alice: User, harbour: Club, now: datetime) -> None:
    token, key = made(alice, now, club=harbour)
    revoke_token(token, by=alice, at=now)
    assert use_token(key, at=now) is None
    revoke_token(token, by=alice, at=now + MINUTE)
    token.refresh_from_db()
    assert token.revoked == now
    assert AuditEntry.objects.filter(action="revoke_token", club=harbour).count() == 1


def test_an_inactive_persons_token_opens_nothing(alice: User, now: datetime) -> None:
    _token, key = made(alice, now)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert use_token(key, at=now) is None


def test_bound_to_a_club_the_person_is_nothing_elsewhere(
    charlie: User, harbour: Club, other: Club, now: datetime
) -> None:
    charlie.memberships.create(club=harbour, role="registrar")
    free, bound = (use_token(made(charlie, now, club=club)[1], at=now) for club in (None, harbour))
    assert free is not None
    assert bound is not None
    assert free.user.roles == {harbour.pk: "registrar", other.pk: "chief_registrar"}
    assert bound.user.roles == {harbour.pk: "registrar"}


def test_bound_to_a_club_the_site_administrator_is_none(harbour: Club, now: datetime) -> None:
    admin = UserFactory(is_superuser=True)
    bound = use_token(made(admin, now, club=harbour)[1], at=now)
    assert bound is not None
    assert not bound.user.is_superuser
    assert not bound.user.has_perm("clubs.change_club", harbour)
    free = use_token(made(admin, now)[1], at=now)
    assert free is not None
    assert free.user.is_superuser
    admin.refresh_from_db()
    assert admin.is_superuser


def test_the_last_use_is_noted_once_a_minute(alice: User, now: datetime) -> None:
    token, key = made(alice, now)

    def used(at: datetime) -> datetime | None:
        use_token(key, at=at)
        token.refresh_from_db()
        return token.last_used

    assert used(now) == now
    assert used(now + MINUTE) == now
    later = now + MINUTE + timedelta(seconds=1)
    assert used(later) == later
    # A clock that runs behind takes nothing back.
    assert used(now) == later


def test_a_use_costs_one_query(alice: User, now: datetime, django_assert_num_queries: Any) -> None:
    _token, key = made(alice, now)
    use_token(key, at=now)
    with django_assert_num_queries(1):
        opened = use_token(key, at=now)
        assert opened is not None
        assert opened.user.email == alice.email
