"""Making athletes, ids and spells: once each, and what a file says later is written where it is known better."""

from __future__ import annotations

from datetime import date

import pytest

from records.actions.applying import apply_import
from records.models import Athlete, ClubSpell, ExternalId, ImportRow
from tests.factories import NOW, AthleteFactory, ClubFactory, ClubSpellFactory, PerformanceFactory, imported, staged
from tests.records.importing import csv
from tests.records.oracle import derived, expected
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


def test_a_birth_date_that_is_now_known_moves_marks_between_age_groups(harbour: Club) -> None:
    imported("athletes", csv("id,name,sex,dob", "a1,Jo Bloggs,M,2001-01-01"), club=harbour)
    PerformanceFactory(athlete=Athlete.objects.get(), wind=0)
    groups = {row[3] for row in derived()[1]}
    imported("athletes", csv("id,name,sex,dob", "a1,Jo Bloggs,M,2008-01-01"), club=harbour)
    assert {row[3] for row in derived()[1]} > groups
    assert derived() == expected()


def test_what_it_was_is_kept_for_the_undo() -> None:
    imported("athletes", csv("id,name,sex,dob", "a1,Jo Bloggs,M,2001-01-01"))
    batch = imported("athletes", csv("id,name,sex,dob", "a1,Jo Blogs,M,2002-02-02"))
    data = ImportRow.objects.get(batch=batch).data
    assert data["before"] == {"family_name": "Bloggs", "birth_date": "2001-01-01", "birth_precision": "day"}


def test_an_id_that_came_meanwhile_stays_with_whom_it_names() -> None:
    athlete = AthleteFactory(given_name="Jo", family_name="Bloggs", birth_date=date(2001, 1, 1))
    batch = staged("athletes", csv("id,name,sex,dob", "a1,Jo Bloggs,M,2001-01-01"))
    other = AthleteFactory()
    ExternalId.objects.create(athlete=other, source="test", value="a1")
    apply_import(batch, by=None, at=NOW)
    assert ExternalId.objects.get().athlete == other
    assert not athlete.external_ids.exists()


def test_a_transfer_leaves_the_closed_and_the_later_spells_alone(harbour: Club, other: Club) -> None:
    imported("athletes", csv("id,name,sex", "a1,Jo Bloggs,M"))
    athlete = Athlete.objects.get()
    later = ClubFactory()
    ClubSpellFactory(athlete=athlete, club=harbour, ends=date(2019, 12, 31))
    ClubSpellFactory(athlete=athlete, club=later, starts=date(2026, 9, 1))
    imported("athletes", csv("id,name,sex,club,club from,club until", "a1,Jo Bloggs,M,other,2026-03-01,2026-08-31"))
    assert set(ClubSpell.objects.values_list("club", "starts", "ends")) == {
        (harbour.pk, None, date(2019, 12, 31)),
        (other.pk, date(2026, 3, 1), date(2026, 8, 31)),
        (later.pk, date(2026, 9, 1), None),
    }


def test_several_clubs_for_one_new_athlete_in_the_order_of_the_days(harbour: Club, other: Club) -> None:
    content = csv("id,name,sex,club,club from", "a1,Jo Bloggs,M,harbour,2020-01-01", "a1,Jo Bloggs,M,other,2026-01-01")
    imported("athletes", content)
    assert set(ClubSpell.objects.values_list("club", "starts", "ends")) == {
        (harbour.pk, date(2020, 1, 1), date(2025, 12, 31)),
        (other.pk, date(2026, 1, 1), None),
    }
    imported("athletes", content)
    assert ClubSpell.objects.count() == 2


def test_a_club_that_was_founded_meanwhile_is_used(alice: User) -> None:
    batch = staged("athletes", csv("name,sex,club", "Jo Bloggs,M,Newtown"), create_clubs=True)
    founded = ClubFactory(name="Newtown")
    apply_import(batch, by=alice, at=NOW)
    assert ClubSpell.objects.get().club == founded
    assert not AuditEntry.objects.filter(action="found_club", by=alice).exists()


def test_more_people_than_one_query_takes_are_looked_up_in_blocks() -> None:
    people = [f"a{n},Jo {chr(97 + n // 26 % 26)}{chr(97 + n % 26)},M,2001-01-{n % 28 + 1:02}" for n in range(501)]
    content = csv("id,name,sex,dob", *people)
    first, second = staged("athletes", content), staged("athletes", content)
    apply_import(first, by=None, at=NOW)
    apply_import(second, by=None, at=NOW)
    second.refresh_from_db()
    assert (Athlete.objects.count(), second.result["duplicates"]) == (501, 501)
