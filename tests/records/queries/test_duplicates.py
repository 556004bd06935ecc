"""Who of a club may be entered twice."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from records.actions.merging import merge_athletes
from records.actions.parting import part_athletes, tell_apart
from records.models import Athlete, ExternalId
from records.queries import duplicates
from records.queries.duplicates import likeness_of, merges_of, possible_duplicates
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

BORN = date(1998, 3, 14)


def person(name: str, club: Club, born: date | None = None, **fields: object) -> Athlete:
    given, _, family = name.partition(" / ")
    return AthleteFactory(given_name=given, family_name=family, birth_date=born, club=club, **fields)


def pairs(club: Club) -> set[tuple[str, str]]:
    return {(str(pair.one), str(pair.other)) for pair in possible_duplicates(club)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José / Núñez", "Jose / Nunez"),
        ("Maria / Silva", "Silva / Maria"),
        ("Bob / Smith", "Robert / Smith"),
        ("Roberto / Fernandes", "Roberto / Fernandez"),
        ("Roberta / Hill", "Robetra / Hill"),
    ],
)
def test_pairs_are_found_without_a_birth_date(harbour: Club, one: str, other: str) -> None:
    first, second = person(one, harbour), person(other, harbour)
    person("Somebody / Else", harbour)
    assert [(pair.one, pair.other) for pair in possible_duplicates(harbour)] == [(first, second)]


@pytest.mark.parametrize("other", ["J. / Smith", "John Paul / Smith", "John / Smith Jones", "Jhon / Smiht"])
def test_weaker_ones_are_found_by_the_birth_date(harbour: Club, other: str) -> None:
    person("John / Smith", harbour, BORN)
    person(other, harbour, BORN)
    assert len(possible_duplicates(harbour)) == 1


def test_the_likeliest_come_first_with_their_reasons(harbour: Club) -> None:
    first, second = person("Ana / Silva", harbour, BORN), person("Ana / Silva", harbour, BORN)
    third = person("Ana / Silva", harbour)
    for athlete, venue in ((first, "Leeds"), (second, "Rio")):
        ExternalId.objects.create(athlete=athlete, source="roster", value=venue)
        PerformanceFactory(athlete=athlete, venue=venue)
    relay = PerformanceFactory(athlete=third, mark="10.90", venue="Leeds")
    found = possible_duplicates(harbour)
    assert [(pair.one, pair.other, pair.score) for pair in found] == [(first, third, 60)]
    alike = likeness_of(second, first)
    assert (alike.one, alike.other) == (first, second)
    assert "The same birth date." in alike.reasons
    assert "The same mark in the same discipline on 1 Jun 2026." in alike.reasons
    assert "The source roster knows them by two different ids." in alike.doubts
    assert "On 1 Jun 2026 one competed in Leeds and one in Rio." in alike.doubts
    assert relay.venue == "Leeds"


def test_who_is_none_of_the_club_s_or_no_more_is_not_compared(harbour: Club, other: Club) -> None:
    one = person("Ana / Silva", harbour)
    person("Ana / Silva", other)
    person("Ana / Silva", harbour, erased=NOW)
    person("Ana / Silva", harbour, merged_into=one)
    person("Ana / Silva", harbour, sex="F")
    assert pairs(harbour) == set()


def test_two_who_were_told_apart_stay_apart(harbour: Club) -> None:
    one, two = person("Ana / Silva", harbour), person("Ana / Silva", harbour)
    assert len(possible_duplicates(harbour)) == 1
    tell_apart(two, one, by=None, at=NOW)
    assert possible_duplicates(harbour) == []


def test_a_name_of_half_the_club_is_told_apart_by_narrower_keys(harbour: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "LARGEST_BLOCK", 3)
    for year in (1990, 1991, 1992):
        person("Ana / Silva", harbour, date(year, 1, 1))
    person("Ana / Silva", harbour, date(1992, 1, 1))
    assert len(possible_duplicates(harbour)) == 1


def test_the_number_of_queries_does_not_grow(harbour: Club, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(3):
        person("Ana / Silva", harbour)
    with django_assert_num_queries(4):
        assert len(possible_duplicates(harbour)) == 3


def test_merges_lately(harbour: Club, other: Club) -> None:
    one, two = person("Ana / Silva", harbour), person("Ana / Silva", harbour)
    made = merge_athletes(one, merged=two, by=None, at=NOW)
    assert merges_of(harbour, since=NOW.replace(year=2025)) == [made]
    assert merges_of(harbour, since=NOW) == merges_of(other, since=NOW.replace(year=2025)) == []
    part_athletes(made, by=None, at=NOW)
    assert merges_of(harbour, since=NOW.replace(year=2025)) == []
