"""Guardians: appointed for minors, until the eighteenth birthday."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from records.actions.consenting import ConsentRefused, give_consent
from records.actions.guarding import GuardianRefused, appoint_guardian, dismiss_guardian
from records.models import Athlete, Guardianship
from records.queries.voices import BelongedElsewhere, acts_for, asked_by, voices_of
from tests.factories import NOW, AthleteFactory, ClubSpellFactory, UserFactory
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def minor(harbour: Club) -> Athlete:
    athlete: Athlete = AthleteFactory(birth_date=date(2010, 3, 14), club=harbour)
    return athlete


@pytest.fixture
def parent() -> User:
    user: User = UserFactory(email="parent@example.org")
    return user


def test_appointed_and_dismissed(minor: Athlete, parent: User, alice: User) -> None:
    appointed = appoint_guardian(minor, email=" Parent@Example.org ", by=alice, at=NOW)
    assert acts_for(parent, minor, on=NOW.date())
    assert voices_of(parent, on=NOW.date()) == [minor]
    assert asked_by(parent, minor, on=NOW.date()) == "guardian"
    dismiss_guardian(appointed, by=alice, at=NOW)
    dismiss_guardian(appointed, by=alice, at=NOW)
    assert not acts_for(parent, minor, on=NOW.date())
    assert list(AuditEntry.objects.filter(by=alice).values_list("action", "target").order_by("pk")) == [
        ("appoint_guardian", f"athlete {minor.pk}"),
        ("dismiss_guardian", f"athlete {minor.pk}"),
    ]


@pytest.mark.parametrize(
    ("born", "precision", "last", "first_day_of_age"),
    [
        (date(2008, 11, 20), "day", date(2026, 11, 19), date(2026, 11, 20)),
        (date(2008, 2, 29), "day", date(2026, 2, 28), date(2026, 3, 1)),
        (date(2006, 2, 28), "day", date(2024, 2, 27), date(2024, 2, 28)),
        (date(2006, 3, 1), "day", date(2024, 2, 29), date(2024, 3, 1)),
        (date(2008, 1, 1), "year", date(2025, 12, 31), date(2026, 1, 1)),
    ],
)
def test_hand_over_on_the_birthday(
    born: date, precision: str, last: date, first_day_of_age: date, parent: User, dana: User
) -> None:
    athlete = AthleteFactory(birth_date=born, birth_precision=precision)
    Athlete.objects.filter(pk=athlete.pk).update(account=dana)
    athlete.refresh_from_db()
    Guardianship.objects.create(athlete=athlete, guardian=parent, created=NOW)
    assert acts_for(parent, athlete, on=last)
    assert not acts_for(parent, athlete, on=first_day_of_age)
    assert voices_of(parent, on=first_day_of_age) == []
    assert asked_by(parent, athlete, on=first_day_of_age) == ""
    assert acts_for(dana, athlete, on=last)
    assert acts_for(dana, athlete, on=first_day_of_age)
    birthday = datetime(first_day_of_age.year, first_day_of_age.month, first_day_of_age.day, tzinfo=UTC)
    with pytest.raises(ConsentRefused, match="eighteenth"):
        give_consent(athlete, purpose="photo", by=parent, at=birthday)
    give_consent(athlete, purpose="photo", by=dana, at=birthday)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"birth_date": date(2008, 11, 20)}, "Only a minor"),
        ({"birth_date": None}, "Only a minor"),
        ({"erased": NOW}, "Only a minor"),
    ],
)
def test_nobody_guards_an_adult_or_a_stranger(fields: dict[str, object], message: str, parent: User) -> None:
    athlete = AthleteFactory(**{"birth_date": date(2010, 3, 14)} | fields)
    with pytest.raises(GuardianRefused, match=message):
        appoint_guardian(athlete, email=parent.email, by=None, at=NOW)


def test_a_guardian_needs_an_account_of_their_own(minor: Athlete, dana: User, parent: User) -> None:
    with pytest.raises(GuardianRefused, match="signs up first"):
        appoint_guardian(minor, email="nobody@example.org", by=None, at=NOW)
    Athlete.objects.filter(pk=minor.pk).update(account=dana)
    minor.refresh_from_db()
    with pytest.raises(GuardianRefused, match="own account"):
        appoint_guardian(minor, email=dana.email, by=None, at=NOW)
    appoint_guardian(minor, email=parent.email, by=None, at=NOW)
    with pytest.raises(GuardianRefused, match="already"):
        appoint_guardian(minor, email=parent.email, by=None, at=NOW)


def test_who_may_have_an_athlete_erased(minor: Athlete, alice: User, bob: User, charlie: User, other: Club) -> None:
    on = NOW.date()
    assert [asked_by(one, minor, on=on) for one in (alice, bob, charlie)] == ["club", "", ""]
    assert asked_by(UserFactory(is_superuser=True), minor, on=on) == "site"
    minor.spells.update(ends=date(2026, 1, 1))
    ClubSpellFactory(athlete=minor, club=other, starts=date(2026, 1, 2))
    assert asked_by(alice, minor, on=on) == ""
    with pytest.raises(BelongedElsewhere):
        asked_by(charlie, minor, on=on)
