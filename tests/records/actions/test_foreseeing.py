"""What a merge would do, said before: the same as what it then does, and nothing is written for it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from records.actions.correcting import annul_performance
from records.actions.foreseeing import BestsBeside, Foreseen, foresee_merge
from records.actions.merging import merge_athletes
from records.actions.policies import change_policy
from records.domain.eligibility import Flaw
from records.models import Athlete, ClubSpell, Performance, Record, RelayLeg
from tests.factories import (
    NOW,
    AthleteFactory,
    ClubSpellFactory,
    PerformanceFactory,
    UserFactory,
    discipline,
)
from tests.records.oracle import derived, expected
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


def standing() -> set[tuple[Any, ...]]:
    rows = Record.objects.filter(until=None, performance__isnull=False)
    return set(rows.values_list("book__name", "performance", "age_group", "facility"))


def merged_as_foreseen(survivor: Athlete, merged: Athlete, user: User) -> Foreseen:
    """Look, merge, and hold the records that came and went against what was said."""
    before, rows = standing(), derived()
    foreseen = foresee_merge(survivor, merged, user)
    assert (standing(), derived()) == (before, rows)
    merge_athletes(survivor, merged=merged, by=None, at=NOW)
    assert derived() == expected()
    after = standing()
    came = sum(len(change.groups) for change in foreseen.records if change.comes)
    went = sum(len(change.groups) for change in foreseen.records if not change.comes)
    assert (came, went) == (len(after - before), len(before - after))
    return foreseen


def test_bests_of_each_and_of_both(harbour: Club, alice: User) -> None:
    one, two = AthleteFactory(club=harbour), AthleteFactory(club=harbour)
    PerformanceFactory(athlete=one, mark="10.80", wind=0)
    PerformanceFactory(athlete=one, mark="10.60", wind=30)
    PerformanceFactory(athlete=two, mark="10.90", wind=0, on=date(2026, 6, 2))
    PerformanceFactory(athlete=two, mark="10.70", wind=0, on=date(2026, 6, 3))
    PerformanceFactory(athlete=two, mark="6.95", discipline="60", facility="indoor", on=date(2026, 2, 1))
    foreseen = merged_as_foreseen(one, two, alice)
    assert foreseen.bests == [
        BestsBeside("60 m, indoors", "", "6.95", "6.95"),
        BestsBeside("100 m", "10.80", "10.70", "10.70"),
    ]
    assert foreseen.moves == [("Performances", 3)]
    assert (foreseen.doubles, foreseen.facts, foreseen.remarks, foreseen.records) == ([], [], [], [])


def test_a_birth_date_brings_records_of_age_groups(harbour: Club, alice: User) -> None:
    one = AthleteFactory(birth_date=None, club=harbour)
    two = AthleteFactory(birth_date=date(2010, 5, 1), country="GBR", visibility="club", club=harbour)
    PerformanceFactory(athlete=one, mark="10.90", wind=0)
    foreseen = merged_as_foreseen(one, two, alice)
    groups = {group for change in foreseen.records if change.comes for group in change.groups}
    assert "U18" in groups
    assert {change.holder for change in foreseen.records} == {str(one)}
    assert ("Birth date", "", "2010-05-01") in foreseen.facts
    assert ("Country", "", "GBR") in foreseen.facts
    assert len(foreseen.remarks) == 1


def test_a_result_that_both_have_is_a_record_once(harbour: Club, alice: User) -> None:
    one, two = AthleteFactory(account=UserFactory(), club=harbour), AthleteFactory(account=UserFactory(), club=harbour)
    for athlete in (one, two):
        PerformanceFactory(athlete=athlete, mark="10.80", wind=0, competition="County")
    foreseen = merged_as_foreseen(one, two, alice)
    assert foreseen.doubles == ["100 m 10.80, 1 Jun 2026"]
    assert {change.comes for change in foreseen.records} == {False}
    assert "lead to no athlete" in foreseen.remarks[0]


def test_spells_decide_where_only_first_claims_count(harbour: Club, alice: User) -> None:
    change_policy(harbour.books.get(), by=None, at=NOW, claims="first")
    one, two = AthleteFactory(club=harbour), AthleteFactory(account=UserFactory())
    ClubSpellFactory(athlete=two, club=harbour, claim="second", starts=date(2020, 1, 1))
    PerformanceFactory(athlete=two, mark="10.80", wind=0)
    relay = Performance.objects.create(
        team="A", club=harbour, discipline=discipline("4x100"), sex="M", date=date(2026, 6, 1), season=2026,
        value=42_000, merit=-42_000, flaws=Flaw(0),
    )  # fmt: skip
    RelayLeg.objects.create(performance=relay, number=1, athlete=two)
    foreseen = merged_as_foreseen(one, two, alice)
    assert {change.mark for change in foreseen.records} == {"100 m 10.80", "4 × 100 m 42.00"}
    assert all(change.comes for change in foreseen.records)
    assert "account goes" in foreseen.remarks[0]
    assert ClubSpell.objects.filter(athlete=one).count() == 2


def test_who_is_hidden_elsewhere_is_not_named(harbour: Club, other: Club, alice: User) -> None:
    shy = AthleteFactory(family_name="Shylock", visibility="club", club=other)
    one, two = AthleteFactory(club=harbour), AthleteFactory(club=harbour)
    PerformanceFactory(athlete=shy, mark="10.80", wind=0)
    mark = PerformanceFactory(athlete=one, mark="10.80", wind=0)
    PerformanceFactory(athlete=two, mark="10.80", wind=0)
    annul_performance(mark, by=None, at=NOW, because="x")
    assert "Shylock" not in str(foresee_merge(one, two, alice))
