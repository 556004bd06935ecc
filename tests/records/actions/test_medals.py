"""Medals entered, taken away, linked and counted by the club's own table."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from records.actions.ceremonies import choose_honours, plan_ceremony
from records.actions.medals import AwardRefused, enter_awards, remove_award, set_medal_table
from records.domain.medals import Worth
from records.models import Athlete, Award, Performance, RelayLeg
from records.queries.medals import MedalFilters, medal_table, tally_of
from records.queries.placings import Contest, Placing
from tests.factories import NOW, AthleteFactory, PerformanceFactory, discipline
from tests.racing import at_once
from trackhub.clubs.models import AuditEntry, Club, Event, User

pytestmark = pytest.mark.django_db


def contest(**said: object) -> Contest:
    return Contest(**{"discipline": discipline("100"), "competition": "County", "date": date(2026, 6, 1), **said})  # type: ignore[arg-type]


@pytest.fixture
def ann(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Ann", family_name="First", club=harbour)


@pytest.fixture
def bea(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Bea", family_name="Second", club=harbour)


def test_an_entry_is_kept_told_and_audited(harbour: Club, alice: User, ann: Athlete, bea: Athlete) -> None:
    made = enter_awards(harbour, contest(), [Placing(ann, 1), Placing(bea, 1, "U20", "")], by=alice, at=NOW)
    assert [(one.athlete, one.position, one.age_group) for one in made] == [(ann, 1, ""), (bea, 1, "U20")]
    event = Event.objects.get(kind="awards_entered")
    assert event.payload == {"awards": [one.pk for one in made], "count": 2}
    entry = AuditEntry.objects.get(action="enter_awards")
    assert (entry.by, entry.club, entry.after["discipline"]) == (alice, harbour, "100")


def test_what_is_there_already_is_left_out(harbour: Club, ann: Athlete, bea: Athlete) -> None:
    enter_awards(harbour, contest(), [Placing(ann, 1)], by=None, at=NOW)
    again = enter_awards(harbour, contest(), [Placing(ann, 2), Placing(bea, 2), Placing(bea, 3)], by=None, at=NOW)
    assert [(one.athlete, one.position) for one in again] == [(bea, 2)]
    assert Award.objects.get(athlete=ann).position == 1
    assert enter_awards(harbour, contest(), [Placing(ann, 1)], by=None, at=NOW) == []
    assert AuditEntry.objects.filter(action="enter_awards").count() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_registrars_with_one_sheet_enter_it_once(harbour: Club, ann: Athlete) -> None:
    def enter() -> int:
        return len(enter_awards(harbour, contest(), [Placing(ann, 1)], by=None, at=NOW))

    assert set(at_once(enter, enter)) <= {0, 1}
    assert Award.objects.count() == 1


def test_nobody_wins_before_their_birth_nor_tomorrow(harbour: Club, ann: Athlete) -> None:
    with pytest.raises(AwardRefused, match="Ann First: 1990-01-01 is before"):
        enter_awards(harbour, contest(date=date(1990, 1, 1)), [Placing(ann, 1)], by=None, at=NOW)
    with pytest.raises(AwardRefused, match="in the future"):
        enter_awards(harbour, contest(date=date(2027, 1, 1)), [Placing(ann, 1)], by=None, at=NOW)
    Athlete.objects.filter(pk=ann.pk).update(erased=NOW)
    ann.refresh_from_db()
    with pytest.raises(AwardRefused, match="asked to be erased"):
        enter_awards(harbour, contest(), [Placing(ann, 1)], by=None, at=NOW)
    assert not Award.objects.exists()


def test_the_performance_is_linked_where_there_is_exactly_one(harbour: Club, ann: Athlete, bea: Athlete) -> None:
    only = PerformanceFactory(athlete=ann, mark="11.90")
    PerformanceFactory(athlete=ann, mark="11.80", on=date(2026, 6, 2))
    PerformanceFactory(athlete=bea, mark="12.10", round="heat")
    PerformanceFactory(athlete=bea, mark="12.00", round="final")
    enter_awards(harbour, contest(), [Placing(ann, 1), Placing(bea, 2)], by=None, at=NOW)
    assert Award.objects.get(athlete=ann).performance == only
    assert Award.objects.get(athlete=bea).performance is None


def test_a_relays_performance_is_linked_for_each_member(harbour: Club, ann: Athlete, bea: Athlete) -> None:
    relay = PerformanceFactory(athlete=ann, mark="11.90")
    Performance.objects.filter(pk=relay.pk).update(athlete=None, team="Harbour A")
    for number, runner in enumerate((ann, bea), start=1):
        RelayLeg.objects.create(performance=relay, number=number, athlete=runner)
    made = enter_awards(harbour, contest(), [Placing(one, 1, team="Harbour A") for one in (ann, bea)], by=None, at=NOW)
    assert {one.performance for one in made} == {relay}
    tally = tally_of(harbour, MedalFilters())
    assert (tally.gold, tally.total) == (1, 1)


def test_a_medal_is_removed_unless_it_was_honoured(harbour: Club, alice: User, ann: Athlete, bea: Athlete) -> None:
    first, second = enter_awards(harbour, contest(), [Placing(ann, 1), Placing(bea, 2)], by=alice, at=NOW)
    evening = plan_ceremony(harbour, title="Evening", starts=NOW, place="Hall", text="", by=alice, at=NOW)
    choose_honours(evening, [f"award-{second.pk}"], by=alice, at=NOW)
    remove_award(first, by=alice, at=NOW)
    assert Event.objects.get(kind="award_removed").payload == {"award": first.pk, "athlete": ann.pk}
    for award in (first, second):
        with pytest.raises(AwardRefused, match="part of a ceremony, or was removed"):
            remove_award(award, by=alice, at=NOW)
    assert list(Award.objects.all()) == [second]


def test_the_club_s_table_counts_for_all_medals(harbour: Club, alice: User, ann: Athlete, now: datetime) -> None:
    enter_awards(harbour, contest(), [Placing(ann, 4)], by=alice, at=now)
    assert tally_of(harbour, MedalFilters()).other == 1
    set_medal_table(harbour, [Worth(4, "Fourth counts", "bronze")], by=alice, at=now)
    assert (tally_of(harbour, MedalFilters()).bronze, medal_table(harbour)[0].metal) == (1, "")
    entry = AuditEntry.objects.get(action="set_medal_table")
    assert (entry.before, entry.after) == (
        {"1": "gold", "2": "silver", "3": "bronze"},
        {"4": "Fourth counts bronze"},
    )
    set_medal_table(harbour, [], by=alice, at=now)
    assert medal_table(harbour)[0].metal == "gold"
