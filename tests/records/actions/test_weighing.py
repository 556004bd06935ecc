"""What a change of one performance would do: said before it is done, and then found to be so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from records.actions.correcting import (
    annul_performance,
    correct_performance,
    draft_correction,
    draft_performance,
    enter_performance,
    reinstate_performance,
)
from records.actions.weighing import Change, Effect, effect_of, effect_of_annulment
from records.models import Athlete, Best, ExternalId, Performance, Record, RecordPolicy
from tests.factories import NOW, AthleteFactory, ClubFactory, PerformanceFactory, discipline, imported
from tests.records.importing import csv
from tests.records.oracle import derived
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)


def told(changes: list[Change]) -> list[tuple[str, str, str, bool]]:
    return [(one.what, one.before, one.after, one.ours) for one in changes]


def entering(athlete: Athlete, mark: str, **said: Any) -> Effect:
    said = {"discipline": discipline("100"), "on": date(2026, 6, 1), "wind": 0, "at": NOW} | said
    before = derived()
    draft = draft_performance(athlete, mark=mark, **said)
    effect = effect_of(draft, old=None, user=NOBODY)
    assert (derived(), Performance.objects.filter(written=mark).exists()) == (before, False)
    return effect


def test_the_first_mark_is_everything(athlete: Athlete) -> None:
    effect = entering(athlete, "10.80")
    assert told(effect.bests) == [
        ("personal best", "", "10.80 (1 Jun 2026)", True),
        ("season's best", "", "10.80 (1 Jun 2026)", True),
    ]
    assert effect.bests[1].name == "100 m, 2026"
    assert (effect.records[0].what, effect.records[0].name) == ("Harbour AC", "100 m, all ages, Senior")
    assert all(one.after == "10.80 Sam Hill (2026)" and one.ours and not one.before for one in effect.records)
    assert not effect.nothing


def test_a_slower_mark_changes_nothing(athlete: Athlete) -> None:
    PerformanceFactory(athlete=athlete, mark="10.80", wind=0, on=date(2026, 5, 1))
    assert entering(athlete, "10.90").nothing


def test_a_mark_from_before_changes_the_history_alone(athlete: Athlete) -> None:
    PerformanceFactory(athlete=athlete, mark="10.80", wind=0, on=date(2026, 5, 1))
    effect = entering(athlete, "10.90", on=date(2026, 4, 1))
    assert (effect.bests, effect.records, effect.nothing) == ([], [], False)


def test_wind_hand_and_indoors_are_lists_of_their_own(athlete: Athlete) -> None:
    assert [one.name for one in entering(athlete, "10.80", wind=25).bests] == [
        "100 m, wind-aided",
        "100 m, wind-aided, 2026",
    ]
    assert [one.name for one in entering(athlete, "10.8h").bests] == ["100 m, by hand", "100 m, by hand, 2026"]
    inside = entering(athlete, "6.90", discipline=discipline("60"), facility="indoor", wind=None)
    assert inside.bests[0].name == "60 m, indoors"
    assert inside.records[0].name.startswith("60 m, indoors, ")


def test_a_correction_gives_the_record_to_the_one_before(athlete: Athlete, harbour: Club) -> None:
    rival = AthleteFactory(given_name="Tom", family_name="Lee", club=harbour)
    PerformanceFactory(athlete=rival, mark="10.70", wind=0, on=date(2026, 4, 1))
    old = PerformanceFactory(athlete=athlete, mark="10.52", wind=0, on=date(2026, 5, 1))
    effect = effect_of(draft_correction(old, at=NOW, mark="10.82"), old=old, user=NOBODY)
    assert told(effect.bests) == [
        ("personal best", "10.52 (1 May 2026)", "10.82 (1 May 2026)", True),
        ("season's best", "10.52 (1 May 2026)", "10.82 (1 May 2026)", True),
    ]
    ours = next(one for one in effect.records if one.what == "Harbour AC")
    assert (ours.before, ours.after, ours.ours) == ("10.52 Sam Hill (2026)", "10.70 Tom Lee (2026)", False)


def test_a_correction_that_stays_ahead_is_still_the_record(athlete: Athlete) -> None:
    old = PerformanceFactory(athlete=athlete, mark="10.52", wind=0, on=date(2026, 5, 1))
    effect = effect_of(draft_correction(old, at=NOW, mark="10.50"), old=old, user=NOBODY)
    assert {one.after for one in effect.records} == {"10.50 Sam Hill (2026)"}
    assert all(one.ours for one in effect.records)
    assert effect_of(draft_correction(old, at=NOW, venue="Leeds"), old=old, user=NOBODY).nothing


def test_another_discipline_and_another_club_are_weighed_on_both_sides(athlete: Athlete) -> None:
    old = PerformanceFactory(athlete=athlete, mark="21.80", discipline="200", wind=0, on=date(2026, 5, 1))
    draft = draft_correction(old, at=NOW, discipline=discipline("150"), mark="16.80")
    lists = {(one.what, one.name): (one.before, one.after) for one in effect_of(draft, old=old, user=NOBODY).bests}
    assert lists["personal best", "200 m"] == ("21.80 (1 May 2026)", "")
    assert lists["personal best", "150 m"] == ("", "16.80 (1 May 2026)")
    autumn = ClubFactory(name="Autumn", season_start=10)
    moved = effect_of(draft_correction(old, at=NOW, club=autumn), old=old, user=NOBODY)
    assert {one.what for one in moved.records} == {"Harbour AC", "Autumn"}


def test_an_annulment_and_taking_it_back(athlete: Athlete) -> None:
    one = PerformanceFactory(athlete=athlete, mark="10.52", wind=0, on=date(2026, 5, 1))
    effect = effect_of_annulment(one, user=NOBODY, because="doping")
    assert {change.after for change in (*effect.bests, *effect.records)} == {""}
    annul_performance(one, by=None, at=NOW, because="doping")
    back = effect_of_annulment(one, user=NOBODY, because="")
    assert {change.before for change in (*back.bests, *back.records)} == {""}
    reinstate_performance(one, by=None, at=NOW)
    assert effect_of_annulment(one, user=NOBODY, because="").nothing


def test_an_old_book_s_line_is_named_with_its_holder(athlete: Athlete, harbour: Club) -> None:
    imported(
        "records", "event,mark,holder,date,sex\n100,10.60,Old Hero,1955,M\n", club=harbour, book=harbour.books.get()
    )
    ours = next(one for one in entering(athlete, "10.50").records if one.what == "Harbour AC" and one.before)
    assert ours.before == "10.60 Old Hero (1955)"


def test_hand_times_have_a_line_of_their_own_where_the_book_says_so(athlete: Athlete, harbour: Club) -> None:
    book = harbour.books.get()
    book.policy = RecordPolicy.objects.create(book=book, version=2, hand="apart")
    book.save()
    assert entering(athlete, "10.5h").records[0].name == "100 m, by hand, all ages, Senior"


def test_a_hidden_holder_is_not_named_to_strangers(athlete: Athlete, harbour: Club) -> None:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    PerformanceFactory(athlete=shy, mark="10.70", wind=0, on=date(2026, 4, 1))
    said = str(entering(athlete, "10.50"))
    assert "Athlete of Harbour AC" in said
    assert "Shylock" not in said


def test_a_relay_is_weighed_with_its_runners(harbour: Club) -> None:
    for number in range(4):
        ExternalId.objects.create(athlete=AthleteFactory(club=harbour), source="test", value=f"a{number}")
    imported(
        "performances",
        csv("id,team,legs,sex,event,mark,date", "r1,Harbour A,a0 / a1 / a2 / a3,M,4x100,41.50,2026-06-01"),
        club=harbour,
    )
    old = Performance.objects.get()
    effect = effect_of(draft_correction(old, at=NOW, mark="41.05"), old=old, user=NOBODY)
    assert effect.bests == []
    assert {one.after for one in effect.records} == {"41.05 Harbour A (2026)"}


@pytest.mark.parametrize(
    "change", [{"mark": "10.95"}, {"mark": "10.40"}, {"wind": 30}, {"on": date(2025, 3, 1)}, {"facility": "indoor"}]
)
def test_what_was_told_is_what_comes(athlete: Athlete, harbour: Club, change: dict[str, Any]) -> None:
    rival = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=rival, mark="10.70", wind=0, on=date(2026, 4, 1))
    PerformanceFactory(athlete=athlete, mark="10.80", wind=0, on=date(2025, 6, 1))
    old = PerformanceFactory(athlete=athlete, mark="10.52", wind=0, on=date(2026, 5, 1))
    effect = effect_of(draft_correction(old, at=NOW, **change), old=old, user=NOBODY)
    held, bests = _standing()
    correct_performance(old, by=None, at=NOW, because="x", **change)
    assert bool(effect.records) == (_standing()[0] != held)
    assert bool(effect.bests) == (_standing()[1] != bests)


def _standing() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    records = Record.objects.filter(until=None).order_by("book", "age_group", "facility", "merit", "set_on")
    bests = Best.objects.order_by("performance__best_list", "performance__merit", "performance__date")
    return (
        list(records.values_list("book", "age_group", "facility", "merit", "performance__athlete", "set_on__year")),
        list(
            bests.values_list(
                "performance__merit",
                "performance__best_list",
                "performance__facility",
                "career",
                "season",
                "performance__season",
            )
        ),
    )


def test_entering_it_sets_what_was_told(athlete: Athlete) -> None:
    effect = entering(athlete, "10.80")
    enter_performance(athlete, discipline=discipline("100"), mark="10.80", on=date(2026, 6, 1), wind=0, by=None, at=NOW)
    groups = sum(len(one.name.split(", ")) - 1 for one in effect.records)
    assert Record.objects.filter(until=None).count() == groups
