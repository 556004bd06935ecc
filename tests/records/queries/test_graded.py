"""Age-graded rankings: in whose order, of which marks, and that Python and SQL grade alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from records.queries.graded import graded_page, whole_graded
from records.queries.lines import PAGE_SIZE
from records.queries.rankings import Asked
from tests.factories import AthleteFactory, PerformanceFactory, discipline
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()
MEN = Asked(sex="M")


def master(club: Club, name: str, age: int, *marks: str, **said: Any) -> None:
    """Somebody who had the birthday in May and competes in June 2026."""
    person = {key: said.pop(key) for key in ("visibility", "sex") if key in said}
    born = date(2026 - age, 5, 1)
    athlete = AthleteFactory(given_name="", family_name=name, club=club, birth_date=born, **person)
    for day, mark in enumerate(marks, 1):
        PerformanceFactory(athlete=athlete, mark=mark, **{"wind": 5, "on": date(2026, 6, day)} | said)


def told(code: str = "100", asked: Asked = MEN, user: Any = NOBODY) -> list[tuple[int, str, str]]:
    page = graded_page(user, discipline(code, asked.sex), asked)
    return [(one.rank, one.line.holders[0].name, one.percent) for one in page.items]


def test_the_older_may_be_slower_and_stand_first(harbour: Club) -> None:
    master(harbour, "Young", 34, "10.50")
    master(harbour, "Forty", 40, "11.50", "11.40")
    master(harbour, "Sixty", 60, "12.60")
    master(harbour, "Windy", 60, "12.00", wind=31)
    master(harbour, "Hand", 60, "12.0h")
    assert told() == [(1, "Sixty", "90.2"), (2, "Forty", "86.9")]
    every = told(asked=Asked(sex="M", every_mark=True))
    assert [name for _rank, name, _percent in every] == ["Sixty", "Forty", "Forty"]


def test_in_the_field_more_is_better_and_the_implement_counts(harbour: Club) -> None:
    master(harbour, "Fifty", 50, "13.00", "14.00", discipline=discipline("SP6"))
    master(harbour, "Light", 45, "16.00", discipline=discipline("SP6"))
    assert told("SP6") == [(1, "Fifty", "69.2")]


def test_equal_grades_share_their_rank(harbour: Club) -> None:
    for name in ("Ann", "Bea"):
        master(harbour, name, 50, "12.00")
    master(harbour, "Cid", 50, "12.50")
    assert [rank for rank, _name, _percent in told()] == [1, 1, 3]


def test_an_athletes_best_grade_need_not_be_the_best_mark(harbour: Club) -> None:
    athlete = AthleteFactory(given_name="", family_name="Ann", club=harbour, birth_date=date(1966, 5, 1))
    PerformanceFactory(athlete=athlete, mark="12.00", wind=5, on=date(2016, 6, 1))
    PerformanceFactory(athlete=athlete, mark="12.40", wind=5, on=date(2026, 6, 1))
    (one,) = graded_page(NOBODY, discipline("100"), MEN).items
    assert one.line.mark == "12.40"


def test_a_long_race_is_no_overflow(harbour: Club) -> None:
    master(harbour, "Ann", 50, "35:00.00", discipline="10000")
    assert told("10000")[0][1] == "Ann"


@pytest.mark.parametrize(("code", "sex"), [("4x100", "M"), ("110H", "M"), ("100", "")])
def test_without_factors_nobody_stands_there(harbour: Club, code: str, sex: str) -> None:
    master(harbour, "Ann", 50, "12.00")
    assert graded_page(NOBODY, discipline(code), Asked(sex=sex)).items == []


def test_hidden_athletes_are_for_their_club(harbour: Club, bob: User) -> None:
    master(harbour, "Shylock", 50, "12.00", visibility="club")
    assert told() == []
    assert [name for _rank, name, _percent in told(user=bob)] == ["Shylock"]


def test_pages_go_on_counting(harbour: Club, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(PAGE_SIZE + 2):
        master(harbour, f"Runner{number}", 50, "12.00" if number <= PAGE_SIZE else "13.00")
    with django_assert_max_num_queries(4):
        page = graded_page(NOBODY, discipline("100"), MEN, page=2)
    assert [one.rank for one in page.items] == [1, PAGE_SIZE + 2]
    assert len(list(whole_graded(NOBODY, discipline("100"), MEN))) == PAGE_SIZE + 2


def test_the_page_names_the_tables(client: Client, harbour: Club) -> None:
    master(harbour, "Sixty", 60, "12.60")
    said = {"discipline": "100", "sex": "M"}
    page = client.get("/rankings/", said).content.decode()
    assert "90.2 % age-graded" in page
    assert "WMA 2023" in page
    graded = client.get("/rankings/", said | {"order": "grade"}).content.decode()
    assert "90.2 % age-graded" in graded
    assert "35 or older on the day" in graded
    assert "the tables of age grading know" in client.get("/rankings/", {"sex": "F", "order": "grade"}).content.decode()
    deep = client.get("/rankings/", said | {"order": "grade", "page": "3"}).content.decode()
    assert "The list ends before this page." in deep


def test_files_say_the_grade(client: Client, harbour: Club) -> None:
    master(harbour, "Sixty", 60, "12.60")
    for order in ("", "grade"):
        answer: Any = client.get("/rankings.csv", {"discipline": "100", "sex": "M", "order": order})
        header, row = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert "age grade in %" in header
        assert ",90.2," in row


def test_young_athletes_pages_say_nothing_of_it(client: Client, harbour: Club) -> None:
    master(harbour, "Young", 30, "10.90")
    assert "age-graded" not in client.get("/rankings/", {"discipline": "100", "sex": "M"}).content.decode()
