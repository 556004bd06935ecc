"""Who a row means: never on doubt, and every doubt with its candidates."""

from __future__ import annotations

from datetime import date

import pytest

from records.actions.matching import Match, NewPerson, NoMatch, match_person, read_person, read_sex
from records.models import Athlete
from records.queries.known import KnownAthletes, Person
from tests.factories import AthleteFactory
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


def match(club: Club | None = None, **said: str) -> Match:
    cells = {"full_name": "Jo Bloggs", "sex": "F"} | said
    return match_person(lambda target: cells.get(target, ""), KnownAthletes("test"), club.pk if club else None, "iso")


def known(match_found: Match) -> int:
    assert isinstance(match_found.person, Person)
    return match_found.person.pk


def jo(**fields: object) -> Athlete:
    return AthleteFactory(**{"given_name": "Jo", "family_name": "Bloggs", "sex": "F", "birth_date": None} | fields)


@pytest.mark.parametrize(
    ("text", "sex"),
    [("", ""), ("m", "M"), ("Women", "F"), (" hombre ", "M"), ("Mulher", "F"), ("W", "F"), ("boys", "M")],
)
def test_sexes_as_files_write_them(text: str, sex: str) -> None:
    assert read_sex(text) == sex


def test_a_mixed_team_where_teams_are_meant() -> None:
    assert read_sex("Mixto", mixed=True) == "X"
    with pytest.raises(NoMatch):
        read_sex("Mixto")


def test_a_person_is_read_from_either_kind_of_name() -> None:
    def read(**cells: str) -> NewPerson:
        return read_person(lambda target: cells.get(target, ""), "iso")

    assert read(full_name="Bloggs, Jo").name_key == read(given_name="Jo", family_name="Bloggs").name_key
    assert (read(full_name="Bloggs").given_name, read(given_name="?", family_name="Bloggs").given_name) == ("", "")
    assert [read(family_name="B", nation=text).country for text in ("gbr", "Great Britain", "")] == ["GBR", "", ""]
    assert read(family_name="B", birth_date="2001-05").birth_precision == "year"
    assert read(family_name="B", birth_year="2001").born == date(2001, 12, 31)


def test_nobody_of_the_name() -> None:
    found = match(birth_date="2001-01-01")
    assert isinstance(found.person, NewPerson)
    assert found.warnings == []


def test_the_same_name_and_birth_date() -> None:
    athlete = jo(birth_date=date(2001, 1, 1))
    jo(birth_date=date(2001, 1, 2))
    assert known(match(birth_date="2001-01-01", sex="")) == athlete.pk


def test_the_other_sex_is_another_person() -> None:
    jo(birth_date=date(2001, 1, 1))
    assert isinstance(match(birth_date="2001-01-01", sex="M").person, NewPerson)


def test_the_merged_are_who_they_became() -> None:
    survivor = jo(birth_date=date(2001, 1, 2))
    for born in (date(2001, 1, 1), None):
        jo(birth_date=born, merged_into=survivor)
    assert known(match(birth_date="2001-01-01")) == survivor.pk
    assert known(match(birth_date="2001-01-02")) == survivor.pk
    # That one entry had no birth date makes nobody of another birth date a doubt.
    assert isinstance(match(birth_date="1990-01-01").person, NewPerson)


@pytest.mark.parametrize(
    ("born", "precision", "said"),
    [(None, "unknown", "2001-01-01"), (date(2001, 12, 31), "year", "2001-01-01"), (date(2001, 1, 1), "day", "2001")],
)
def test_a_birth_date_that_neither_agrees_nor_differs_is_a_doubt(born: date | None, precision: str, said: str) -> None:
    athlete = jo(birth_date=born, birth_precision=precision)
    with pytest.raises(NoMatch) as doubt:
        match(birth_date=said)
    assert (doubt.value.target, doubt.value.code) == ("birth_date", "doubtful_athlete")
    assert doubt.value.values == {
        "text": "Jo Bloggs",
        "candidates": f"no. {athlete.pk} ({ {'unknown': '?', 'year': '2001', 'day': '2001'}[precision] })",
        "ids": str(athlete.pk),
    }


def test_another_year_is_another_person() -> None:
    jo(birth_date=date(2001, 12, 31), birth_precision="year")
    assert isinstance(match(birth_date="2002").person, NewPerson)


def test_two_of_one_name_and_birth_date() -> None:
    for _ in range(2):
        jo(birth_date=date(2001, 1, 1))
    with pytest.raises(NoMatch) as doubt:
        match(birth_date="2001-01-01")
    assert (doubt.value.code, doubt.value.values["count"]) == ("several_athletes", 2)


def test_without_a_birth_date_the_only_one_of_the_name_is_meant() -> None:
    athlete = jo(birth_date=date(2001, 1, 1))
    assert known(match(sex="")) == athlete.pk


def test_without_a_birth_date_the_one_in_the_club_is_meant(harbour: Club, other: Club) -> None:
    athlete = jo(birth_date=date(2001, 1, 1), club=harbour)
    jo(birth_date=date(1990, 1, 1), club=other)
    assert known(match(harbour)) == athlete.pk
    with pytest.raises(NoMatch) as doubt:
        match()
    assert doubt.value.code == "several_athletes"


def test_without_a_birth_date_one_in_another_club_is_a_new_one_with_a_warning(harbour: Club, other: Club) -> None:
    jo(birth_date=date(2001, 1, 1), club=other)
    found = match(harbour)
    assert isinstance(found.person, NewPerson)
    assert [warning["code"] for warning in found.warnings] == ["possible_duplicate"]


@pytest.mark.parametrize(("born", "said"), [(None, ""), (date(2000, 5, 1), "2000-05-01"), (date(2000, 5, 1), "")])
def test_given_and_family_name_exchanged_are_a_doubt(born: date | None, said: str) -> None:
    one = jo(birth_date=born)
    found = match(full_name="Bloggs Jo", birth_date=said)
    assert isinstance(found.person, NewPerson)
    assert [(warning["code"], warning["values"]["ids"]) for warning in found.warnings] == [
        ("possible_duplicate", str(one.pk))
    ]


def test_names_exchanged_with_another_birth_date_are_another_person() -> None:
    jo(birth_date=date(2000, 5, 1))
    assert match(full_name="Bloggs Jo", birth_date="2001-05-01").warnings == []


def test_a_new_person_needs_a_sex() -> None:
    with pytest.raises(NoMatch) as refused:
        match(sex="")
    assert (refused.value.target, refused.value.code) == ("sex", "unknown_sex")


@pytest.mark.parametrize(
    ("said", "born"),
    [
        ("Joanna Blogs", "2001-03-04"),
        ("Joana Bloggs", ""),
        ("Jo Bloggs", ""),
        ("Joanna Bloggs", "2001-04-03"),
        ("Blogs Joanna", "2001-03-04"),
    ],
)
def test_nearly_the_same_name_in_the_club_is_a_doubt(harbour: Club, other: Club, said: str, born: str) -> None:
    joanna = jo(given_name="Joanna", birth_date=date(2001, 3, 4), club=harbour)
    found = match(harbour, full_name=said, birth_date=born)
    assert isinstance(found.person, NewPerson)
    assert [one["values"]["ids"] for one in found.warnings] == [str(joanna.pk)]
    assert match(other, full_name=said, birth_date=born).warnings == []


@pytest.mark.parametrize(("said", "born"), [("Jo Blogs", "1990-07-08"), ("Ann Bloggs", "2001-03-05"), ("Jo Ng", "")])
def test_another_person_of_the_club_is_no_doubt(harbour: Club, said: str, born: str) -> None:
    jo(birth_date=date(2001, 3, 4), club=harbour)
    assert match(harbour, full_name=said, birth_date=born).warnings == []
