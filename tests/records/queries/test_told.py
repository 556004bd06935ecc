"""What entries of the audit trail tell, in words."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from records.actions.ceremonies import plan_ceremony
from records.actions.linking import link_account
from records.actions.policies import change_policy
from records.actions.ratifying import decide_claims
from records.models import RecordBook
from records.queries.told import accounts_in, facts_of, things_called
from tests.factories import NOW, AthleteFactory, MembershipFactory, PerformanceFactory, UserFactory
from tests.records.claims import claimed, ratifying
from trackhub.clubs.models import AuditEntry, Club, Role, User

pytestmark = pytest.mark.django_db


def told(action: str) -> tuple[str, list[str]]:
    """What the last deed was done to, and its facts."""
    entry = AuditEntry.objects.filter(action=action).latest("pk")
    name, _url = things_called([entry.target]).get(entry.target, ("", ""))
    return name, [str(one) for one in facts_of(entry, accounts_in([entry]))]


def test_a_claim_is_called_after_its_mark_and_its_state_is_a_word(harbour: Club, alice: User) -> None:
    ratifying(harbour)
    athlete = AthleteFactory(given_name="Sam", family_name="Swift", club=harbour)
    claim = claimed(PerformanceFactory(athlete=athlete, discipline="400", mark="48.20", on=date(2026, 5, 9)))
    decide_claims([claim], step="ratify", by=alice, at=NOW)
    assert told("ratify_claim") == ("48.20, 400 m, Sam Swift", ["state: pending → ratified"])
    with override("es"):
        assert told("ratify_claim")[1] == ["estado: pendiente → homologado"]


def test_an_evening_is_told_in_local_time(harbour: Club, alice: User) -> None:
    starts = timezone.make_aware(datetime(2027, 2, 6, 19, 0))
    plan_ceremony(harbour, title="Awards", starts=starts, place="Club house", text="", by=alice, at=NOW)
    name, facts = told("plan_ceremony")
    assert name == "Awards"
    assert "date and time: 6 Feb 2027, 19:00" in facts


def test_an_account_is_a_person(harbour: Club, alice: User) -> None:
    member = UserFactory(name="Kim Open")
    MembershipFactory(user=member, club=harbour, role=Role.ATHLETE)
    link_account(AthleteFactory(club=harbour), member, by=alice, at=NOW)
    assert told("link_account")[1] == ["account: Kim Open"]


def test_the_rules_of_a_book_are_said_as_the_form_says_them(harbour: Club, alice: User) -> None:
    book = RecordBook.objects.get(club=harbour)
    change_policy(book, note="a vote", by=alice, at=NOW, ties="first")
    facts = told("change_policy")[1]
    assert "ties: equal marks share the record → the first holder keeps it" in facts
