"""Competitions as results tell of them: their days, how many marks, and whom nobody counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from records.actions.correcting import correct_performance
from records.models import Athlete, Performance
from records.queries import results
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()
TODAY = NOW.date()


@pytest.fixture
def swift(harbour: Club) -> Athlete:
    return AthleteFactory(family_name="Swift", club=harbour)


def held(user: Any = NOBODY, **said: Any) -> list[tuple[str, str, str, int]]:
    return [
        (one.name, str(one.first), str(one.last), one.results)
        for one in results.editions_held(user, today=TODAY, **said).items
    ]


def run(who: Athlete, name: str, day: date, **said: Any) -> Performance:
    return PerformanceFactory(athlete=who, **({"competition": name, "on": day, "venue": "Leeds", "wind": 5} | said))


def test_days_of_one_competition_are_put_together(swift: Athlete) -> None:
    for day in (1, 2, 5, 20):
        run(swift, "Open", date(2026, 5, day))
    run(swift, "Cup", date(2026, 5, 2))
    run(swift, "Open", date(2026, 5, 2), venue="Bath")
    assert held() == [
        ("Open", "2026-05-20", "2026-05-20", 1),
        ("Open", "2026-05-01", "2026-05-05", 3),
        ("Cup", "2026-05-02", "2026-05-02", 1),
        ("Open", "2026-05-02", "2026-05-02", 1),
    ]


def test_superseded_marks_are_not_counted(swift: Athlete) -> None:
    wrong = run(swift, "Open", date(2026, 5, 1), mark="10.80")
    correct_performance(wrong, by=None, at=NOW, because="read again", mark="10.90")
    assert held() == [("Open", "2026-05-01", "2026-05-01", 1)]


def test_hidden_athletes_are_not_counted(swift: Athlete, harbour: Club, bob: User, charlie: User) -> None:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    run(swift, "Open", date(2026, 5, 1))
    run(shy, "Open", date(2026, 5, 1))
    run(shy, "Secret", date(2026, 5, 9))
    assert held() == held(charlie) == [("Open", "2026-05-01", "2026-05-01", 1)]
    assert held(bob) == [("Secret", "2026-05-09", "2026-05-09", 1), ("Open", "2026-05-01", "2026-05-01", 2)]
    days = {"first": date(2026, 5, 1), "last": date(2026, 5, 9), "venue": "Leeds"}
    seen = results.results_of(NOBODY, today=TODAY, name="Open", **days)
    assert [line.holders[0].name for line in seen.items] == ["Sam Swift"]
    assert results.results_of(NOBODY, today=TODAY, name="Secret", **days).items == []


def test_standing_records_are_counted_once_however_many_lists_they_lead(swift: Athlete) -> None:
    run(swift, "Open", date(2026, 5, 1), mark="10.80")
    run(swift, "Open", date(2026, 5, 1), mark="10.90")
    (one,) = results.editions_held(NOBODY, today=TODAY).items
    assert (one.results, one.records) == (2, 1)


def test_a_day_known_to_the_month_stays_so(swift: Athlete) -> None:
    run(swift, "Open", date(2026, 5, 1), date_precision="month")
    (one,) = results.editions_held(NOBODY, today=TODAY).items
    assert one.precision == "month"


def test_older_competitions_follow_by_day(swift: Athlete) -> None:
    for day in range(1, 9):
        run(swift, f"Open {day}", date(2026, 5, day))
    run(swift, "Second of that day", date(2026, 5, 6))
    first = results.editions_held(NOBODY, today=TODAY, limit=3)
    assert [one.name for one in first.items] == ["Open 8", "Open 7", "Open 6", "Second of that day"]
    second = results.editions_held(NOBODY, today=TODAY, limit=3, before=first.before)
    assert [one.name for one in second.items] == ["Open 5", "Open 4", "Open 3"]
    third = results.editions_held(NOBODY, today=TODAY, limit=3, before=second.before)
    assert ([one.name for one in third.items], third.before) == (["Open 2", "Open 1"], None)


def test_of_a_long_list_no_day_is_told_in_part(swift: Athlete, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "NEWEST", 4)
    for day in (1, 1, 1, 2, 2):
        run(swift, f"Open {day}", date(2026, 5, day))
    first = results.editions_held(NOBODY, today=TODAY)
    assert [(one.name, one.results) for one in first.items] == [("Open 2", 2)]
    second = results.editions_held(NOBODY, today=TODAY, before=first.before)
    assert [(one.name, one.results) for one in second.items] == [("Open 1", 3)]


def test_a_day_longer_than_the_list_is_shown_as_far_as_it_is_read(
    swift: Athlete, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "NEWEST", 3)
    for _n in range(5):
        run(swift, "Open", date(2026, 5, 1))
    assert held() == [("Open", "2026-05-01", "2026-05-01", 3)]


def test_results_stand_by_discipline_the_best_first(swift: Athlete) -> None:
    run(swift, "Open", date(2026, 5, 1), mark="10.90")
    run(swift, "Open", date(2026, 5, 2), mark="10.80")
    run(swift, "Open", date(2026, 5, 2), mark="DNF")
    run(swift, "Open", date(2026, 5, 1), mark="7.10", discipline="LJ")
    run(swift, "Open", date(2025, 5, 1), mark="10.50")
    found = results.results_of(
        NOBODY, today=TODAY, name="Open", venue="Leeds", first=date(2026, 5, 1), last=date(2026, 5, 2)
    )
    assert [line.mark for line in found.items] == ["10.80", "10.90", "DNF", "7.10"]


def test_one_query_however_many(swift: Athlete, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for day in range(1, 20):
        run(swift, f"Open {day}", date(2026, 5, day))
    with django_assert_num_queries(1):
        results.editions_held(NOBODY, today=TODAY, limit=30)
