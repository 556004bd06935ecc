"""Decisions on claims, and what they make of the record book."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from records.actions.correcting import annul_performance
from records.actions.folding import rebuild
from records.actions.proving import add_evidence
from records.actions.ratifying import AlreadyDecided, DecisionRefused, decide_claims
from records.models import Athlete, Performance, Record, RecordClaim
from records.queries.claims import claim_page, objections_of, siblings_of
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from tests.racing import at_once
from tests.records.claims import claimed, ratifying
from trackhub.clubs.models import AuditEntry, Club, Event, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def marks(harbour: Club) -> list[Performance]:
    """10.90 of Old Holder, then 10.80 of New Holder."""
    ratifying(harbour)
    old, new = (AthleteFactory(family_name=name, club=harbour) for name in ("Oldholder", "Newholder"))
    return [
        PerformanceFactory(athlete=old, mark="10.90", wind=5, on=date(2026, 5, 1)),
        PerformanceFactory(athlete=new, mark="10.80", wind=5, on=date(2026, 6, 1)),
    ]


@pytest.fixture
def claim(marks: list[Performance], bob: User) -> RecordClaim:
    return claimed(marks[1], bob)


def standing(club: Club, age_group: str = "") -> list[str]:
    found = Record.objects.filter(book__club=club, age_group=age_group, until=None).select_related("performance")
    return [one.mark for one in found]


def decide(claim: RecordClaim, step: str, by: User, because: str = "", *, despite: bool = False) -> None:
    decide_claims([claim], step=step, by=by, at=NOW, because=because, despite=despite)


def test_ratified(claim: RecordClaim, alice: User, harbour: Club) -> None:
    decide(claim, "ratify", alice)
    assert (claim.state, claim.decided, claim.decided_by, claim.reason) == ("ratified", NOW, alice, "")
    assert standing(harbour) == ["10.80"]
    entry = AuditEntry.objects.get(action="ratify_claim")
    assert (entry.target, entry.by, entry.club) == (f"recordclaim {claim.pk}", alice, harbour)
    assert entry.before == {"state": "pending"}
    assert entry.after == {"state": "ratified", "because": ""}
    told = Event.objects.get(kind="record_ratified")
    assert told.public
    assert told.payload["claim"] == claim.pk


def test_of_a_hidden_athlete_nothing_is_told_to_everybody(claim: RecordClaim, alice: User) -> None:
    Athlete.objects.filter(family_name="Newholder").update(visibility="club")
    decide(claim, "ratify", alice)
    assert not Event.objects.get(kind="record_ratified").public


@pytest.mark.parametrize("steps", [["reject"], ["ratify", "rescind"]])
def test_the_holder_before_returns_and_goes_again(
    steps: list[str], claim: RecordClaim, alice: User, harbour: Club
) -> None:
    for step in steps:
        decide(claim, step, alice, "not a legal start")
    assert standing(harbour) == ["10.90"]
    assert standing(harbour, "Senior") == ["10.80"], "each list is decided by itself"
    before = list(Record.objects.order_by("pk").values_list("performance", "age_group", "until"))
    rebuild()
    assert sorted(before, key=str) == sorted(Record.objects.values_list("performance", "age_group", "until"), key=str)
    decide(claim, "reopen", alice, "the starter was asked")
    assert standing(harbour) == ["10.80"]
    assert claim.state == "pending"


def test_all_lists_at_once_or_none(claim: RecordClaim, alice: User, harbour: Club) -> None:
    decide_claims(siblings_of(claim), step="reject", by=alice, at=NOW, because="no wind gauge")
    assert standing(harbour) == standing(harbour, "Senior") == ["10.90"]
    claims = siblings_of(claim)
    decide(claims[0], "reopen", alice, "found")
    with pytest.raises(AlreadyDecided):
        decide_claims(siblings_of(claim), step="reopen", by=alice, at=NOW, because="found")
    assert sorted(one.state for one in siblings_of(claim)) == ["pending", "rejected"]


def test_a_retired_record_stays_and_is_open_to_nothing(claim: RecordClaim, alice: User, harbour: Club) -> None:
    decide(claim, "ratify", alice)
    decide(claim, "retire", alice, "the event is no longer held")
    assert standing(harbour) == ["10.80"]
    for step in ("ratify", "reject", "rescind", "retire", "reopen"):
        with pytest.raises(AlreadyDecided, match="retired now"):
            decide(claim, step, alice, "x")


@pytest.mark.parametrize("step", ["reject", "rescind", "retire", "reopen"])
def test_a_refusal_without_a_reason_is_refused(step: str, claim: RecordClaim, alice: User) -> None:
    with pytest.raises(DecisionRefused, match="the athlete reads") as refused:
        decide(claim, step, alice, "  ")
    assert refused.value.field == "because"
    claim.refresh_from_db()
    assert claim.state == "pending"


def test_the_second_of_two_is_told(claim: RecordClaim, alice: User) -> None:
    mine = RecordClaim.objects.select_related("book").get(pk=claim.pk)
    decide(claim, "reject", alice, "hand timed")
    with pytest.raises(AlreadyDecided, match=r"rejected now \(Alice\)"):
        decide(mine, "ratify", alice)
    assert AuditEntry.objects.filter(action="ratify_claim").count() == 0


def test_the_site_decides_too(claim: RecordClaim) -> None:
    decide_claims([claim], step="reject", by=None, at=NOW, because="x")
    with pytest.raises(AlreadyDecided, match="Bob"):
        decide_claims([claim], step="reject", by=None, at=NOW, because="x")


def test_what_is_no_record_any_more_is_not_ratified(marks: list[Performance], claim: RecordClaim, alice: User) -> None:
    annul_performance(marks[1], by=alice, at=NOW, because="false start")
    with pytest.raises(DecisionRefused, match="no record of the list any more"):
        decide(claim, "ratify", alice, "x", despite=True)
    assert not claim_page(claim, alice).holds


def test_missing_evidence_and_lateness_block_unless_the_chief_says_why(
    marks: list[Performance], harbour: Club, alice: User, bob: User
) -> None:
    ratifying(harbour, claim_days=30, evidence=["results", "wind", "implement", "birth"])
    claim = claimed(marks[1], bob)
    assert objections_of([claim]) == [
        "Claimed too late: the last day was 1 Jul 2026.",
        "Evidence is missing: full results, wind sheet.",
    ]
    with pytest.raises(DecisionRefused, match="wind sheet.*Tick the box") as refused:
        decide(claim, "ratify", alice, "well known")
    assert refused.value.field == "despite"
    with pytest.raises(DecisionRefused, match="all the same") as refused:
        decide(claim, "ratify", alice, despite=True)
    assert refused.value.field == "because"
    decide(claim, "ratify", alice, "the whole club saw it", despite=True)
    assert (claim.state, claim.reason) == ("ratified", "the whole club saw it")


def test_evidence_of_one_list_serves_the_others(
    marks: list[Performance], harbour: Club, alice: User, bob: User
) -> None:
    ratifying(harbour, evidence=["results"])
    claim = claimed(marks[1], bob)
    other = siblings_of(claim)[1]
    add_evidence(other, kind="results", note="on paper", file=None, by=bob, at=NOW)
    decide(claim, "ratify", alice)
    assert claim.state == "ratified"


def test_the_page_says_what_a_decision_is_made_by(
    marks: list[Performance], claim: RecordClaim, alice: User, bob: User
) -> None:
    page = claim_page(claim, alice)
    assert page.before
    assert (page.line.mark, page.before.mark, page.equals, page.holds) == ("10.80", "10.90", False, True)
    assert [step.name for step in page.steps] == ["ratify", "reject"]
    decide(claim, "reject", alice, "hand timed")
    page = claim_page(claim, alice)
    assert [(one.words, one.because, one.by) for one in page.history] == [
        ("Claimed", "", bob), ("Rejected", "hand timed", alice)
    ]  # fmt: skip
    assert page.before
    assert (page.before.mark, page.holds) == ("10.90", False)


def test_the_first_record_has_none_before_it_and_an_equal_one_says_so(harbour: Club, alice: User) -> None:
    ratifying(harbour)
    first = PerformanceFactory(athlete=AthleteFactory(club=harbour), mark="10.80", wind=5)
    equal = PerformanceFactory(athlete=AthleteFactory(club=harbour), mark="10.80", wind=5, on=first.day + timedelta(1))
    claim = claimed(first, alice)
    assert claim_page(claim, alice).before is None
    assert claim_page(claimed(equal, alice), alice).equals


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_chiefs_at_once(claim: RecordClaim, alice: User, harbour: Club) -> None:
    def act(step: str) -> None:
        mine = RecordClaim.objects.select_related("book__club", "book__policy", "performance").get(pk=claim.pk)
        decide(mine, step, alice, "because")

    answers = at_once(lambda: act("ratify"), lambda: act("reject"))
    assert [type(one) for one in answers if one is not None] == [AlreadyDecided]
    claim.refresh_from_db()
    assert standing(harbour) == (["10.80"] if claim.state == "ratified" else ["10.90"])
