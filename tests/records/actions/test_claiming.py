"""Candidates become claims."""

from __future__ import annotations

from datetime import date

import pytest

from records.actions.claiming import NothingToClaim, submit_claims
from records.models import Performance, RecordClaim
from records.queries.claims import candidate_records, candidates
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported
from tests.racing import at_once
from tests.records.claims import claimed, ratifying
from tests.records.importing import csv
from trackhub.clubs.models import AuditEntry, Club, Event, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def mark(harbour: Club) -> Performance:
    ratifying(harbour)
    return PerformanceFactory(athlete=AthleteFactory(club=harbour), mark="10.80", wind=5)


def test_a_mark_is_claimed_in_every_list_where_it_stands(mark: Performance, harbour: Club, bob: User) -> None:
    book = harbour.books.get()
    claims = submit_claims(book, performances=[mark.pk], by=bob, at=NOW)
    assert {one.age_group for one in claims} == {"", "Senior"}
    assert {(one.state, one.opened_by) for one in claims} == {("pending", bob)}
    assert not candidate_records([book]).exists()
    assert AuditEntry.objects.filter(action="claim_record", by=bob, club=harbour).count() == 2
    told = Event.objects.filter(kind="record_claimed")
    assert [one.payload["performance"] for one in told] == [mark.pk, mark.pk]
    assert not told.filter(public=True).exists()


def test_nothing_is_claimed_twice(mark: Performance, harbour: Club, bob: User) -> None:
    claimed(mark, bob)
    with pytest.raises(NothingToClaim, match="look at the claims"):
        submit_claims(harbour.books.get(), performances=[mark.pk], by=bob, at=NOW)
    assert RecordClaim.objects.count() == 2


def test_a_book_that_does_not_ratify_has_no_candidates(harbour: Club, bob: User) -> None:
    one = PerformanceFactory(athlete=AthleteFactory(club=harbour))
    with pytest.raises(NothingToClaim):
        submit_claims(harbour.books.get(), performances=[one.pk], by=bob, at=NOW)


def test_what_has_been_bettered_or_stands_in_an_old_book_is_no_candidate(mark: Performance, harbour: Club) -> None:
    PerformanceFactory(athlete=mark.athlete, mark="10.60", wind=5, on=date(2026, 7, 1))
    book = harbour.books.get()
    imported("records", csv("event,sex,mark,holder,date", "200,M,20.00,Somebody,1999"), book=book, club=harbour)
    assert {one.performance.mark for one in candidate_records([book]) if one.performance} == {"10.60"}


def test_candidates_say_until_when(mark: Performance, harbour: Club, bob: User) -> None:
    ratifying(harbour, claim_days=30)
    one = candidates(harbour, bob, today=date(2026, 7, 1)).items[0]
    assert (one.groups, one.last_day, one.late) == (("", "Senior"), date(2026, 7, 1), False)
    assert candidates(harbour, bob, today=date(2026, 7, 2)).items[0].late


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_registrars_at_once_claim_it_once(mark: Performance, harbour: Club, bob: User) -> None:
    book = harbour.books.get()

    def claim() -> int:
        return len(submit_claims(book, performances=[mark.pk], by=bob, at=NOW))

    answers = at_once(claim, claim)
    assert sorted(map(str, answers))[0] == "2"
    assert [type(one) for one in answers if not isinstance(one, int)] == [NothingToClaim]
    assert RecordClaim.objects.count() == 2
