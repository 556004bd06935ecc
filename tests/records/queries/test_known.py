"""What the site knows when a file is matched against it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.actions.merging import merge_athletes
from records.domain.disciplines import UnknownDiscipline
from records.models import AthleteAlias, ClubSpell, Discipline, ExternalId
from records.queries.known import KnownAthletes, KnownClubs, KnownDisciplines, Person, people_text
from tests.factories import NOW, AthleteFactory, ClubFactory, ClubSpellFactory
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["Harbour AC", "harbour ac", "HÁRBOUR-AC", "harbour", "HAC", " hac. "])
def test_a_club_is_found_by_name_short_name_or_slug(harbour: Club, text: str) -> None:
    Club.objects.filter(pk=harbour.pk).update(short_name="HAC")
    known = KnownClubs()
    assert known.find(text) == harbour.pk
    assert (known.names[harbour.pk], known.season_start[harbour.pk]) == ("Harbour AC", 1)
    assert known.find("harbour athletic") is None


def test_the_older_club_keeps_a_name_that_two_bear() -> None:
    first, second = ClubFactory(name="Racing Club"), ClubFactory(name="RACING CLUB")
    known = KnownClubs()
    assert (known.find("Racing Club"), known.find(second.slug)) == (first.pk, second.pk)


def test_athletes_are_known_by_the_ids_of_one_source_only() -> None:
    one, two = AthleteFactory(), AthleteFactory()
    ExternalId.objects.create(athlete=one, source="s", value="1")
    ExternalId.objects.create(athlete=two, source="x", value="1")
    known = KnownAthletes("s")
    assert {value: person.pk for value, person in known.by_id.items()} == {"1": one.pk}
    assert known.ids_of == {one.pk: "1"}
    assert known.by_id["1"] == Person(one.pk, "M", one.birth_date, "day")


def test_athletes_are_known_by_name_however_it_is_written() -> None:
    one = AthleteFactory(given_name="José", family_name="Núñez-Łuk")
    namesake = AthleteFactory(given_name="Jose", family_name="Nunez Luk", sex="F")
    known = KnownAthletes("s")
    assert [person.pk for person in known.named("nunez luk, jose")] == [one.pk, namesake.pk]
    assert [person.pk for person in known.named("nunez luk, jose", "F")] == [namesake.pk]
    assert known.named("nobody, at all") == []


def test_a_merged_athlete_is_known_as_the_one_who_stayed() -> None:
    stays = AthleteFactory(given_name="Jo", family_name="Hill")
    goes = AthleteFactory(given_name="Jo", family_name="Dale", birth_date=date(1998, 1, 1))
    ExternalId.objects.create(athlete=goes, source="s", value="old")
    merge_athletes(stays, merged=goes, by=None, at=NOW)
    AthleteAlias.objects.create(athlete=stays, source="elsewhere", name_key="dell, jo")
    known = KnownAthletes("s")
    assert [person.pk for person in known.named("hill, jo")] == [stays.pk]
    # By the other name and either birth date; results are judged by the one that stays.
    born = {(person.pk, person.born) for person in known.named("dale, jo")}
    assert born == {(stays.pk, date(1998, 1, 1)), (stays.pk, stays.birth_date)}
    assert {known.as_stands(person).born for person in known.named("dale, jo")} == {stays.birth_date}
    assert known.by_id["old"].pk == stays.pk
    # What one source calls somebody is nothing to another.
    assert known.named("dell, jo") == []
    assert [person.pk for person in KnownAthletes("elsewhere").named("dell, jo")] == [stays.pk]


def test_a_club_does_not_know_whom_another_merged_in_private(harbour: Club, other: Club) -> None:
    stays = AthleteFactory(visibility="club", club=other)
    merge_athletes(stays, merged=AthleteFactory(given_name="Jo", family_name="Hill"), by=None, at=NOW)
    assert KnownAthletes("s", harbour.pk).named("hill, jo") == []
    assert {person.pk for person in KnownAthletes("s", other.pk).named("hill, jo")} == {stays.pk}


def test_the_club_on_a_day_is_the_first_claim_one(harbour: Club, other: Club) -> None:
    athlete = AthleteFactory()
    third = ClubFactory()
    ClubSpellFactory(athlete=athlete, club=other, claim="second")
    ClubSpellFactory(athlete=athlete, club=harbour, starts=date(2020, 1, 1), ends=date(2021, 12, 31))
    ClubSpellFactory(athlete=athlete, club=third, starts=date(2022, 1, 1))
    known = KnownAthletes("s")
    days = (date(2019, 12, 31), date(2020, 1, 1), date(2021, 12, 31), date(2022, 1, 1), date.max)
    assert [known.club_on(athlete.pk, day) for day in days] == [other.pk, harbour.pk, harbour.pk, third.pk, third.pk]
    assert known.clubs_of(athlete.pk) == {harbour.pk, other.pk, third.pk}
    assert (known.club_on(0, date.max), known.clubs_of(0)) == (None, set())


def test_everything_about_athletes_takes_five_queries_however_many(harbour: Club) -> None:
    for number in range(12):
        ExternalId.objects.create(athlete=AthleteFactory(club=harbour), source="s", value=str(number))
    known = KnownAthletes("s")
    with CaptureQueriesContext(connection) as counted:
        for person in list(known.by_id.values()):
            assert known.ids_of[person.pk] in known.by_id
            assert known.club_on(person.pk, date(2026, 1, 1)) == harbour.pk
        assert sum(len(people) for people in known.by_name.values()) == 12
    assert len(counted) == 5
    assert ClubSpell.objects.count() == 12


def test_a_discipline_is_looked_up_once() -> None:
    known = KnownDisciplines()
    found = known.find("100 m", "M", "outdoor")
    with CaptureQueriesContext(connection) as counted:
        assert known.find("100 m", "M", "outdoor") == found
        assert known.find("100", "F", "indoor")[0] == found[0]
    assert (len(counted), Discipline.objects.get(pk=found[0]).code) == (0, "100")


def test_a_plain_code_is_the_senior_specification_of_each_sex() -> None:
    known = KnownDisciplines()
    men, women = (Discipline.objects.get(pk=known.find("SP", sex, "outdoor")[0]) for sex in "MF")
    assert (men.implement_g, women.implement_g) == (7260, 4000)


def test_a_specification_met_for_the_first_time_gets_its_row_once() -> None:
    assert not Discipline.objects.filter(code="SP6.35").exists()
    pk, specification = KnownDisciplines().find("SP6.35", "M", "outdoor")
    assert KnownDisciplines().find("Sp6,35kg", "M", "outdoor")[0] == pk
    made = Discipline.objects.get(code="SP6.35")
    assert (made.pk, made.implement_g, made.specification.code) == (pk, 6350, specification.code)


def test_a_discipline_that_nobody_knows_makes_no_row() -> None:
    before = Discipline.objects.count()
    with pytest.raises(UnknownDiscipline, match="quidditch"):
        KnownDisciplines().find("quidditch", "M", "outdoor")
    assert Discipline.objects.count() == before


def test_candidates_are_told_apart_by_number_and_birth() -> None:
    people = [
        Person(12, "M", date(1990, 1, 31), "day"),
        Person(15, "M", None, "unknown"),
        Person(16, "F", date(1991, 12, 31), "year"),
    ]
    assert people_text(people) == "no. 12 (1990), no. 15 (?), no. 16 (1991)"


@pytest.mark.django_db
def test_a_club_does_not_know_whom_other_clubs_keep_to_themselves() -> None:
    own, other = ClubFactory(), ClubFactory()
    mine = AthleteFactory(family_name="Shylock", visibility="club", club=own)
    theirs = AthleteFactory(family_name="Shylock", visibility="club", club=other)
    open_to_all = AthleteFactory(family_name="Shylock", club=other)
    key = mine.name_key
    assert {one.pk for one in KnownAthletes("s", own.pk).named(key)} == {mine.pk, open_to_all.pk}
    assert {one.pk for one in KnownAthletes("s").named(key)} == {mine.pk, theirs.pk, open_to_all.pk}
