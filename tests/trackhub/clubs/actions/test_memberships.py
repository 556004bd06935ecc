"""Changing and ending memberships: never one's own, never the last chief registrar's."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from tests.factories import MembershipFactory, UserFactory
from tests.racing import at_once
from trackhub.clubs.actions.memberships import (
    MembershipRefused,
    change_membership,
    end_membership,
    take_up_role,
)
from trackhub.clubs.models import AuditEntry, Club, Membership, User

pytestmark = pytest.mark.django_db

YESTERDAY, TODAY, TOMORROW = (date(2026, 11, 20) + timedelta(days=days) for days in (-1, 0, 1))


def of(user: User, club: Club) -> Membership:
    return Membership.objects.get(user=user, club=club)


def change(membership: Membership, by: User, at: datetime, role: str, **dates: date | None) -> Membership:
    return change_membership(membership, by=by, at=at, role=role, starts=dates.get("starts"), ends=dates.get("ends"))


def test_a_change_and_what_it_was_before(alice: User, dana: User, harbour: Club, now: datetime) -> None:
    change(of(dana, harbour), alice, now, "coach", starts=TODAY, ends=TOMORROW)
    changed = of(dana, harbour)
    assert (changed.role, changed.starts, changed.ends) == ("coach", TODAY, TOMORROW)
    deed = AuditEntry.objects.get(action="change_membership")
    assert (deed.by, deed.club, deed.at, deed.target) == (alice, harbour, now, f"membership {changed.pk}")
    assert deed.before == {"user": dana.pk, "role": "athlete", "starts": None, "ends": None}
    assert deed.after == {"user": dana.pk, "role": "coach", "starts": "2026-11-20", "ends": "2026-11-21"}


def test_the_last_day_is_not_before_the_first(alice: User, dana: User, harbour: Club, now: datetime) -> None:
    with pytest.raises(MembershipRefused, match="last day") as caught:
        change(of(dana, harbour), alice, now, "coach", starts=TODAY, ends=YESTERDAY)
    assert caught.value.field == "ends"
    assert not AuditEntry.objects.filter(action="change_membership").exists()


def test_nobody_changes_or_ends_their_own(alice: User, harbour: Club, now: datetime) -> None:
    MembershipFactory(club=harbour, role="chief_registrar")
    with pytest.raises(MembershipRefused, match="their own role"):
        change(of(alice, harbour), alice, now, "viewer")
    with pytest.raises(MembershipRefused, match="their own role"):
        end_membership(of(alice, harbour), by=alice, at=now)


@pytest.mark.parametrize(
    ("role", "dates"),
    [
        ("registrar", {}),
        ("chief_registrar", {"ends": YESTERDAY}),
        ("chief_registrar", {"ends": TOMORROW}),
        ("chief_registrar", {"starts": TOMORROW}),
    ],
)
def test_the_only_chief_registrar_stays_one(
    role: str, dates: dict[str, date], alice: User, harbour: Club, now: datetime
) -> None:
    root = UserFactory(is_superuser=True)
    MembershipFactory(club=harbour, role="chief_registrar", ends=YESTERDAY)
    MembershipFactory(club=harbour, role="chief_registrar", starts=TOMORROW)
    MembershipFactory(club=harbour, role="chief_registrar", user=UserFactory(is_active=False))
    with pytest.raises(MembershipRefused, match="only chief registrar"):
        change(of(alice, harbour), root, now, role, **dates)
    with pytest.raises(MembershipRefused, match="only chief registrar"):
        end_membership(of(alice, harbour), by=root, at=now)
    MembershipFactory(club=harbour, role="chief_registrar")
    change(of(alice, harbour), root, now, role, **dates)


def test_the_only_chief_registrars_dates_may_be_put_right(alice: User, harbour: Club, now: datetime) -> None:
    root = UserFactory(is_superuser=True)
    Membership.objects.filter(user=alice).update(ends=TOMORROW)
    change(of(alice, harbour), root, now, "chief_registrar", starts=YESTERDAY, ends=TOMORROW)
    with pytest.raises(MembershipRefused):
        change(of(alice, harbour), root, now, "chief_registrar", ends=TODAY)
    change(of(alice, harbour), root, now, "chief_registrar")
    assert of(alice, harbour).ends is None


def test_ending_makes_yesterday_the_last_day(alice: User, dana: User, harbour: Club, now: datetime) -> None:
    end_membership(of(dana, harbour), by=alice, at=now)
    assert of(dana, harbour).ends == YESTERDAY
    assert harbour.pk not in User.objects.get(pk=dana.pk).roles
    deed = AuditEntry.objects.get(action="end_membership")
    assert (deed.before["ends"], deed.after) == (None, {"ends": "2026-11-19"})
    with pytest.raises(MembershipRefused, match="over already"):
        end_membership(of(dana, harbour), by=alice, at=now)


@pytest.mark.parametrize("starts", [TODAY, TOMORROW])
def test_ending_what_has_not_had_a_day_removes_it(
    starts: date, alice: User, dana: User, harbour: Club, now: datetime
) -> None:
    Membership.objects.filter(user=dana).update(starts=starts)
    row = of(dana, harbour)
    end_membership(row, by=alice, at=now)
    assert not Membership.objects.filter(user=dana).exists()
    assert AuditEntry.objects.get(action="end_membership").target == f"membership {row.pk}"
    with pytest.raises(MembershipRefused, match="over already"):
        end_membership(row, by=alice, at=now)


def test_the_day_is_the_sites(alice: User, dana: User, harbour: Club, now: datetime, settings: object) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"  # type: ignore[attr-defined]
    late = now.replace(hour=22)
    end_membership(of(dana, harbour), by=alice, at=late)
    assert of(dana, harbour).ends == TODAY


def test_taking_up_a_role_makes_one_or_takes_the_place_of_the_old(
    dana: User, harbour: Club, other: Club, now: datetime
) -> None:
    said = {"at": now, "role": "coach", "starts": None, "ends": TOMORROW}
    with transaction.atomic():
        take_up_role(other, dana, **said)
        take_up_role(harbour, dana, **said)
    assert {one.club.slug: one.role for one in Membership.objects.filter(user=dana)} == {
        "other": "coach",
        "harbour": "coach",
    }
    made, changed = AuditEntry.objects.filter(action__endswith="_membership").order_by("pk")
    assert (made.action, made.before, made.by) == ("make_membership", {}, dana)
    assert (changed.action, changed.before["role"], changed.after["role"]) == ("change_membership", "athlete", "coach")


def test_the_only_chief_registrar_takes_up_nothing_less(alice: User, harbour: Club, now: datetime) -> None:
    with pytest.raises(MembershipRefused, match="only chief registrar"), transaction.atomic():
        take_up_role(harbour, alice, at=now, role="viewer", starts=None, ends=None)
    assert of(alice, harbour).role == "chief_registrar"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_end_each_other_at_once_leave_one(alice: User, harbour: Club, now: datetime) -> None:
    second = MembershipFactory(club=harbour, role="chief_registrar").user
    theirs, own = of(second, harbour), of(alice, harbour)
    outcomes = at_once(lambda: end_membership(theirs, by=alice, at=now), lambda: end_membership(own, by=second, at=now))
    assert Counter(map(type, outcomes)) == {type(None): 1, MembershipRefused: 1}
    assert Membership.objects.active(TODAY).filter(club=harbour, role="chief_registrar").count() == 1
