"""Lists for programs, as queries: and who is seen in them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from records.actions.correcting import correct_performance
from records.models import Athlete, Performance, RelayLeg
from records.queries import catalogue
from tests.factories import NOW, AthleteFactory, ClubSpellFactory, PerformanceFactory, imported, staged
from trackhub.clubs.actions.jobs import queue_job
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


@pytest.fixture
def ann(harbour: Club) -> Athlete:
    return AthleteFactory(family_name="Ann", club=harbour)


def run(athlete: Athlete, mark: str, day: int = 1, **said: Any) -> Performance:
    return PerformanceFactory(athlete=athlete, mark=mark, **{"wind": 5, "on": date(2026, 6, day)} | said)


def test_versions(ann: Athlete) -> None:
    old = run(ann, "10.90")
    new = correct_performance(old, by=None, at=NOW, because="x", mark="10.80")
    assert list(catalogue.performances_seen_by(NOBODY)) == [new]
    assert catalogue.performance_seen_by(NOBODY, old.pk) == old
    assert catalogue.performance_seen_by(NOBODY, 0) is None


def test_hidden_people(harbour: Club, bob: User, charlie: User) -> None:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    mark = run(shy, "10.50")
    for user, seen in ((NOBODY, []), (charlie, []), (bob, [mark])):
        assert list(catalogue.performances_seen_by(user)) == seen
        assert catalogue.performance_seen_by(user, mark.pk) == (seen[0] if seen else None)


def test_legs_in_their_order(ann: Athlete, harbour: Club) -> None:
    imported("performances", "team,sex,discipline,mark,date\nHarbour A,M,4x100,41.50,2026-06-01\n", club=harbour)
    relay, last = Performance.objects.get(), AthleteFactory(club=harbour)
    assert catalogue.legs_seen_by(NOBODY, relay) == []
    for number, athlete in ((2, ann), (1, last)):
        RelayLeg.objects.create(performance=relay, number=number, athlete=athlete)
    assert catalogue.legs_seen_by(NOBODY, relay) == [last, ann]


def test_bests_of_a_career_and_of_a_season(ann: Athlete) -> None:
    old = run(ann, "10.80", on=date(2025, 6, 1))
    slower = run(ann, "10.90", on=date(2026, 6, 1))
    assert list(catalogue.bests_of(ann, season=None)) == [old]
    assert list(catalogue.bests_of(ann, season=2026)) == [slower]
    assert list(catalogue.bests_of(ann, season=2024)) == []


def test_clubs_of_a_day(harbour: Club, other: Club) -> None:
    moved, nobodys = AthleteFactory(), AthleteFactory()
    ClubSpellFactory(athlete=moved, club=harbour, ends=date(2025, 12, 31))
    ClubSpellFactory(athlete=moved, club=other, starts=date(2026, 1, 1), claim="second")
    ClubSpellFactory(athlete=moved, club=harbour, starts=date(2026, 6, 1))
    people = [moved.pk, nobodys.pk]
    assert catalogue.clubs_of_athletes(people, on=date(2026, 6, 1)) == {moved.pk: ["harbour", "other"], nobodys.pk: []}
    assert catalogue.clubs_of_athletes(people, on=date(2026, 1, 1))[moved.pk] == ["other"]
    assert catalogue.club_of(moved, date(2026, 7, 1)) == harbour
    assert catalogue.club_of(moved, date(2026, 2, 1)) == other
    assert catalogue.club_of(nobodys, date(2026, 2, 1)) is None


@pytest.mark.parametrize(
    ("code", "sex", "found"),
    [
        ("100", "", "100"),
        ("lj", "F", "LJ"),
        ("110H", "M", "110H"),
        ("110H", "", None),
        ("?", "M", None),
        ("", "M", None),
    ],
)
def test_disciplines_by_code(db: None, code: str, sex: str, found: str | None) -> None:
    one = catalogue.discipline_called(code, sex)
    assert (one.code if one else None) == found


def test_the_newest_job_of_each_import(harbour: Club, bob: User) -> None:
    first, second, third = (staged("athletes", "family name,sex\nNew,M\n", club=harbour) for _n in range(3))
    for task, batch in (("stage_import", first), ("apply_import", first), ("stage_import", second)):
        queue_job(f"records.{task}", subject=batch.pk, by=bob, club=harbour, at=NOW)
    queue_job("clubs.something", subject=third.pk, by=bob, club=harbour, at=NOW)
    jobs = catalogue.latest_jobs([first, second, third])
    assert {pk: job.task for pk, job in jobs.items()} == {
        first.pk: "records.apply_import",
        second.pk: "records.stage_import",
    }
    assert catalogue.latest_jobs([]) == {}


def test_imports_of_ones_own_clubs(harbour: Club, other: Club, bob: User, dana: User) -> None:
    ours = staged("athletes", "family name,sex\nNew,M\n", club=harbour)
    staged("athletes", "family name,sex\nNew,M\n", club=other)
    assert list(catalogue.imports_seen_by(bob)) == [ours]
    assert list(catalogue.imports_seen_by(dana)) == []
