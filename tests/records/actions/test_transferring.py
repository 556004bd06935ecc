"""Changing clubs: a result counts for the club to which the athlete belongs on that day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from records.actions.policies import change_policy
from records.actions.transferring import TransferRefused, transfer_athlete
from records.models import Athlete, Best, ClubSpell, Performance, Record
from tests.factories import NOW, AthleteFactory, ClubSpellFactory, PerformanceFactory
from tests.records.oracle import derived, expected
from trackhub.clubs.models import AuditEntry, Club, Event, User

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 1)


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(club=harbour)


def go(athlete: Athlete, to: Club | None, on: date = DAY, **said: Any) -> int:
    return transfer_athlete(athlete, to=to, on=on, by=said.pop("by", None), at=NOW, **said)


def spells(athlete: Athlete) -> list[tuple[Any, ...]]:
    return list(athlete.spells.order_by("pk").values_list("club__slug", "starts", "ends", "claim"))


def held(club: Club) -> set[str]:
    return {record.mark for record in Record.objects.filter(book__club=club, until=None).select_related("performance")}


def test_results_count_for_the_club_of_the_day(athlete: Athlete, harbour: Club, other: Club, alice: User) -> None:
    PerformanceFactory(athlete=athlete, mark="10.90", wind=0, on=date(2026, 4, 30))
    new = PerformanceFactory(athlete=athlete, mark="10.80", wind=0, on=DAY)
    guest = PerformanceFactory(athlete=athlete, mark="10.70", wind=0, on=date(2026, 6, 1))
    assert held(harbour) == {"10.70"}
    assert go(athlete, other, results=[new.pk], by=alice) == 1
    assert spells(athlete) == [
        ("harbour", None, date(2026, 4, 30), "first"),
        ("other", DAY, None, "first"),
    ]
    guest.refresh_from_db()
    assert guest.club == harbour
    assert (held(harbour), held(other)) == ({"10.70"}, {"10.80"})
    assert derived() == expected()
    entry = AuditEntry.objects.get(action="transfer_athlete")
    assert (entry.by, entry.after["from"], entry.after["performances"]) == (alice, "harbour", [new.pk])
    assert set(Event.objects.filter(kind="athlete_transferred").values_list("club", flat=True)) == {
        harbour.pk,
        other.pk,
    }


def test_the_season_is_the_new_club_s(athlete: Athlete, other: Club) -> None:
    Club.objects.filter(pk=other.pk).update(season_start=5)
    other.refresh_from_db()
    first = PerformanceFactory(athlete=athlete, mark="10.90", wind=0, on=date(2026, 4, 30))
    new = PerformanceFactory(athlete=athlete, mark="11.00", wind=0, on=DAY)
    assert Best.objects.filter(performance=new).count() == 0
    go(athlete, other, results=[first.pk, new.pk])
    new.refresh_from_db()
    assert (new.club, new.season, new.best.season) == (other, 2027, 1)
    # Of the time before the transfer nothing is moved.
    assert Performance.objects.get(pk=first.pk).club != other
    assert derived() == expected()


def test_only_first_claim_members_count_from_the_day_on(athlete: Athlete, harbour: Club, other: Club) -> None:
    """The records of a book of first claims follow the spells even where no result is moved."""
    change_policy(harbour.books.get(), by=None, at=NOW, claims="first")
    PerformanceFactory(athlete=athlete, mark="10.90", wind=0, on=date(2026, 4, 30))
    PerformanceFactory(athlete=athlete, mark="10.70", wind=0, on=date(2026, 6, 1))
    assert held(harbour) == {"10.70"}
    assert go(athlete, other) == 0
    assert (held(harbour), held(other)) == ({"10.90"}, set())
    assert derived() == expected()


def test_leaving_and_joining(athlete: Athlete, harbour: Club, other: Club) -> None:
    mark = PerformanceFactory(athlete=athlete, mark="10.70", wind=0, on=date(2026, 6, 1))
    assert go(athlete, None, results=[mark.pk]) == 1
    mark.refresh_from_db()
    assert (mark.club, held(harbour)) == (None, set())
    with pytest.raises(TransferRefused, match="no club on that day already"):
        go(athlete, None, date(2026, 7, 1))
    assert go(athlete, other, date(2026, 7, 1)) == 0
    assert spells(athlete) == [
        ("harbour", None, date(2026, 4, 30), "first"),
        ("other", date(2026, 7, 1), None, "first"),
    ]
    assert derived() == expected()


def test_a_spell_of_second_claim_goes_on(athlete: Athlete, harbour: Club, other: Club) -> None:
    third = ClubSpellFactory(athlete=athlete, claim="second").club
    go(athlete, other)
    assert (third.slug, None, None, "second") in spells(athlete)


@pytest.mark.parametrize("starts", [DAY, date(2026, 9, 1)])
def test_what_comes_after_a_later_transfer_is_refused(
    athlete: Athlete, harbour: Club, other: Club, starts: date
) -> None:
    third = ClubSpellFactory(athlete=athlete, starts=starts).club
    before = spells(athlete)
    with pytest.raises(TransferRefused, match=f"joined {third.name}|belongs to"):
        go(athlete, other if starts > DAY else harbour)
    assert spells(athlete) == before


def test_who_cannot_change_clubs(athlete: Athlete, harbour: Club, other: Club) -> None:
    with pytest.raises(TransferRefused, match="belongs to Harbour AC on that day already"):
        go(athlete, harbour)
    with pytest.raises(TransferRefused, match="isn't kept"):
        go(AthleteFactory(erased=NOW), harbour)
    with pytest.raises(TransferRefused, match="isn't kept"):
        go(AthleteFactory(merged_into=athlete), harbour)
    ClubSpellFactory(athlete=athlete, club=other, starts=DAY, claim="second")
    with pytest.raises(TransferRefused, match="second claim"):
        go(athlete, other)
    assert not ClubSpell.objects.filter(ends__isnull=False).exists()
