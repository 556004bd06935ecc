"""Judging stored performances again after what they were judged by has changed."""

from __future__ import annotations

from datetime import date

import pytest

from records.actions.rejudging import flaws_now, rejudge_ages, rejudge_flaws
from records.domain.eligibility import BestList, Flaw
from records.models import Performance
from tests.factories import AthleteFactory, PerformanceFactory

pytestmark = pytest.mark.django_db


def test_ages_follow_the_birth_date() -> None:
    athlete = AthleteFactory(birth_date=date(2000, 6, 2))
    performance = PerformanceFactory(athlete=athlete, on=date(2026, 6, 1))
    assert (performance.age_day, performance.age_dec31, performance.age_aug31) == (25, 26, 26)
    athlete.birth_date = date(2001, 6, 1)
    rejudge_ages(athlete)
    performance.refresh_from_db()
    assert (performance.age_day, performance.age_dec31, performance.age_aug31) == (25, 25, 25)
    athlete.birth_date, athlete.birth_precision = None, "unknown"
    rejudge_ages(athlete)
    performance.refresh_from_db()
    assert (performance.age_day, performance.age_dec31, performance.age_aug31) == (None, None, None)


def test_the_ages_of_others_stay() -> None:
    other = PerformanceFactory()
    athlete = AthleteFactory(birth_date=date(1950, 1, 1))
    rejudge_ages(athlete)
    other.refresh_from_db()
    assert other.age_day == 28


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("10.80", {"wind": 0}),
        ("10.80", {"wind": 21}),
        ("10.80", {}),
        ("10.80w", {}),
        ("10.80c", {"wind": 0}),
        ("10.8h", {"wind": 0}),
        ("10.8h", {"wind": 30}),
        ("DNF", {}),
    ],
)
def test_nothing_changed_leaves_the_flaws_as_they_were(mark: str, said: dict[str, int]) -> None:
    performance = PerformanceFactory(mark=mark, **said)
    assert flaws_now(performance) == Flaw(performance.flaws)


def test_annulled_and_superseded_come_and_go() -> None:
    performance = PerformanceFactory(mark="10.80w")
    Performance.objects.update(annulled_because="doping", superseded_by=performance)
    rejudge_flaws(Performance.objects.all())
    performance.refresh_from_db()
    assert Flaw(performance.flaws) == Flaw.ANNULLED | Flaw.SUPERSEDED | Flaw.WIND_OVER
    assert performance.best_list == BestList.NONE
    Performance.objects.update(annulled_because="", superseded_by=None)
    rejudge_flaws(Performance.objects.all())
    performance.refresh_from_db()
    assert (Flaw(performance.flaws), performance.best_list) == (Flaw.WIND_OVER, BestList.WIND)
