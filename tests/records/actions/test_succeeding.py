"""What a corrected version takes over from the one before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from records.actions.correcting import correct_performance
from records.actions.ratifying import decide_claims
from records.models import Award, Ceremony, Honour, Performance
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from tests.records.claims import claimed, ratifying
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def mark(harbour: Club) -> Performance:
    ratifying(harbour)
    return PerformanceFactory(athlete=AthleteFactory(club=harbour), mark="10.80", wind=5, on=date(2026, 6, 1))


def corrected(one: Performance, by: User, **changes: Any) -> Performance:
    return correct_performance(one, by=by, at=NOW, because="the sheet said so", **changes)


def test_a_venue_put_right_keeps_the_ratification(mark: Performance, alice: User) -> None:
    claim = claimed(mark, alice)
    decide_claims([claim], step="ratify", by=alice, at=NOW, because="", despite=False)
    new = corrected(mark, alice, venue="Leeds")
    claim.refresh_from_db()
    assert (claim.performance, claim.state) == (new, "ratified")


@pytest.mark.parametrize("changes", [{"mark": "10.82"}, {"wind": 15}, {"on": date(2026, 6, 2)}])
def test_another_mark_is_a_candidate_again(mark: Performance, alice: User, changes: dict[str, Any]) -> None:
    claim = claimed(mark, alice)
    corrected(mark, alice, **changes)
    claim.refresh_from_db()
    assert claim.performance == mark


def test_honours_and_awards_go_along_whatever_changed(mark: Performance, alice: User, harbour: Club) -> None:
    ceremony = Ceremony.objects.create(club=harbour, title="Gala", starts=NOW, place="Hall")
    honour = Honour.objects.create(ceremony=ceremony, performance=mark)
    award = Award.objects.create(
        club=harbour, athlete=mark.athlete, position=1, discipline=mark.discipline, competition="Cup",
        date=date(2026, 6, 1), performance=mark,
    )  # fmt: skip
    new = corrected(mark, alice, mark="10.82")
    honour.refresh_from_db()
    award.refresh_from_db()
    assert (honour.performance, award.performance) == (new, new)
