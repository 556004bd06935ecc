"""What disciplines and age groups are, in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from records.models import AgeGroup, AgeGroupScheme, Discipline
from records.queries.reference import (
    age_group_page,
    bounds_in_words,
    discipline_page,
    disciplines_by_family,
    equipment,
    rules_of,
    schemes,
    sexes_of,
)
from tests.factories import AthleteFactory, PerformanceFactory, discipline
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"lower_age": 16, "upper_age": 17}, "16 to 17 on 31 December of the year"),
        ({"lower_age": 16, "upper_age": 16}, "16 on 31 December of the year"),
        ({"lower_age": 20, "upper_age": 200}, "20 or older on 31 December of the year"),
        ({"lower_on": "day", "lower_age": 35, "upper_on": "day", "upper_age": 39}, "35 to 39 on the day of the mark"),
        (
            {"lower_on": "aug31", "lower_age": 17, "upper_age": 19},
            "at least 17 on 31 August in the competition year and at most 19 on 31 December of the year",
        ),
    ],
)
def test_bounds(bounds: dict[str, Any], words: str) -> None:
    assert bounds_in_words(AgeGroup(code="U", **bounds)) == words


@pytest.mark.parametrize(
    ("code", "sex", "words"),
    [("SP", "M", "7.26 kg"), ("JT", "F", "600 g"), ("110H", "M", "1.067 m high"), ("100", "M", "")],
)
def test_equipment(code: str, sex: str, words: str) -> None:
    assert equipment(discipline(code, sex)) == words


def test_rules_follow_the_specification() -> None:
    def said(code: str) -> str:
        return " ".join(rules_of(discipline(code)))

    assert "wind" in said("100")
    assert "automatic timing" in said("100")
    assert "wind" not in said("400")
    assert "Hand times count" in said("5000")
    assert "wind" in said("LJ")
    assert "timing" not in said("LJ")
    assert "team's mark" in said("4x100")
    assert "outside a stadium" in said("MAR")
    assert rules_of(discipline("SP")) == []


def test_a_discipline_of_the_country_has_no_records() -> None:
    assert rules_of(Discipline(code="CC5", family="cross", measure="time"))[-1] == (
        "Courses differ, so no records are kept."
    )


def test_who_competes() -> None:
    def of(code: str) -> list[str]:
        return sexes_of(Discipline.objects.filter(code=code))

    assert of("100") == ["F", "M"]
    assert of("110H") == ["M"]
    assert of("SP") == ["F", "M"]
    assert of("4x100") == ["F", "M", "X"]


def test_every_discipline_stands_under_its_family() -> None:
    found = disciplines_by_family()
    assert next(iter(found)) == "Sprints"
    throws = {one.code: one.specifications for one in found["Throws"]}
    assert throws["SP"] == (("F", "4 kg"), ("M", "7.26 kg"))
    assert sum(map(len, found.values())) == Discipline.objects.values("code").distinct().count()


def test_a_page_per_discipline(harbour: Club) -> None:
    man = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=man, mark="14.00", discipline="SP", on=date(2024, 6, 1))
    PerformanceFactory(athlete=man, mark="13.00", discipline="SP", on=date(2025, 6, 1))
    page = discipline_page("sp", "M", NOBODY, today=TODAY)
    assert page
    assert (page.discipline.code, page.sexes, page.sex, page.equipment) == ("SP", ["F", "M"], "M", "7.26 kg")
    assert ("SP5", "5 kg") in [(one.code, text) for one, text in page.kin]
    assert "SP" not in [one.code for one, _text in page.kin]
    assert {one.line.mark for one in page.records} == {"14.00"}
    assert (page.season, [one.line.mark for one in page.best]) == (2025, ["13.00"])
    asked = discipline_page("SP", "X", NOBODY, today=TODAY)
    assert asked
    assert asked.sex == "M"  # who has marks
    women = discipline_page("SP", "F", NOBODY, today=TODAY)
    assert women
    assert (women.sex, women.records, women.season, women.best) == ("F", [], None, [])
    light = discipline_page("SP5", "M", NOBODY, today=TODAY)
    assert light
    assert "SP" in [one.code for one, _text in light.kin]
    assert "4 kg" in [text for _one, text in light.kin]
    assert discipline_page("nonsense", "", NOBODY, today=TODAY) is None


def test_hurdles_of_other_heights_are_kin() -> None:
    page, other = (discipline_page(code, "M", NOBODY, today=TODAY) for code in ("110H", "110H99"))
    assert page
    assert other
    assert ("110H99", "0.991 m high") in [(one.code, text) for one, text in page.kin]
    assert ("110H", "1.067 m high") in [(one.code, text) for one, text in other.kin]
    assert "110H99" not in [one.code for one, _text in other.kin]
    steeple = discipline_page("3000SC", "F", NOBODY, today=TODAY)
    assert steeple
    assert {one.family for one, _text in steeple.kin} <= {"steeple"}


def test_schemes_list_the_youngest_first() -> None:
    found = {one.code: one for one in schemes()}
    assert [one.code for one in found["wa"].groups][:4] == ["U16", "U18", "U20", "U23"]
    assert [one.valid_until for one in found["uka"].groups if one.code == "U20"] == [date(2026, 3, 31), None]


def test_the_best_record_of_each_list_among_all_books(harbour: Club, other: Club) -> None:
    for club, mark in ((harbour, "10.90"), (other, "10.80")):
        PerformanceFactory(athlete=AthleteFactory(club=club, birth_date=date(2008, 5, 1)), mark=mark, wind=5)
    PerformanceFactory(
        athlete=AthleteFactory(club=harbour, birth_date=date(2008, 5, 1)), mark="6.50", discipline="LJ", wind=0
    )
    page = age_group_page("wa", "U20", "M", NOBODY, page=1)
    assert page
    assert [(one.code, one.line.mark) for one in page.records.items] == [("100", "10.80"), ("LJ", "6.50")]
    assert page.books == 2
    assert "U18" in page.others
    women = age_group_page("wa", "U20", "F", NOBODY, page=1)
    assert women
    assert women.records.items == []
    assert age_group_page("wa", "U99", "M", NOBODY, page=1) is None
    assert age_group_page("nobody", "U20", "M", NOBODY, page=1) is None


def test_a_scheme_without_groups() -> None:
    AgeGroupScheme.objects.create(code="bare", name="Bare")
    assert [one.groups for one in schemes() if one.code == "bare"] == [[]]


def test_a_discipline_says_whose_specification_is_which() -> None:
    page = discipline_page("SP6", "M", NOBODY, today=TODAY)
    assert page is not None
    told = [(one.rules, one.groups, one.equipment, one.code) for one in page.used_by]
    assert told[:4] == [
        ("World Athletics", "Senior", "7.26 kg", "SP"),
        ("World Athletics", "U20", "6 kg", "SP6"),
        ("World Athletics", "U18", "5 kg", "SP5"),
        ("World Masters Athletics", "M35–M45", "7.26 kg", "SP"),
    ]
    assert told[-1] == ("World Masters Athletics", "M80–M100", "3 kg", "SP3")


def test_hurdles_say_their_spacing_and_neighbours_stand_together() -> None:
    page = discipline_page("100H", "F", NOBODY, today=TODAY)
    assert page is not None
    assert [(one.groups, one.equipment, one.code) for one in page.used_by] == [
        ("Senior, U20", "0.838 m high", "100H"),
        ("U18", "0.762 m high", "100H76"),
    ]
    assert page.used_by[0].spacing == "10 hurdles: 13 m to the first, 8.5 m between, 10.5 m to the finish"
    steeple = discipline_page("3000SC", "M", NOBODY, today=TODAY)
    assert steeple is not None
    assert [(one.groups, one.equipment, one.spacing, one.code) for one in steeple.used_by] == [
        ("Senior, U20", "0.914 m high", "", "3000SC"),
        ("U18", "0.838 m high", "", ""),
    ]


def test_where_all_use_the_same_nothing_is_said(client: Client) -> None:
    page = discipline_page("LJ", "F", NOBODY, today=TODAY)
    assert page is not None
    assert page.used_by == []
    assert "Specification by age group" not in client.get("/disciplines/LJ/").content.decode()
    assert "M35–M45" in client.get("/disciplines/SP/", {"sex": "M"}).content.decode()
