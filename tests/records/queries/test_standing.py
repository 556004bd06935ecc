"""Records of a book and bests of an athlete, now and as they stood."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.models import AgeGroup, Athlete, ClubSpell, Performance, RecordBook
from records.queries.standing import (
    age_group_order,
    best_line,
    disciplines_called,
    record_line,
    season_start_of,
    standing_bests,
    standing_records,
)
from tests.factories import AthleteFactory, ClubFactory, PerformanceFactory, imported
from tests.records.importing import csv
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

NOVEMBER = date(2026, 11, 20)


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)


@pytest.fixture
def world() -> RecordBook:
    return RecordBook.objects.get(slug="world")


def put(athlete: Athlete, mark: str, day: str, code: str = "SP", **said: Any) -> Performance:
    return PerformanceFactory(athlete=athlete, discipline=code, mark=mark, on=date.fromisoformat(day), **said)


def records(book: RecordBook, **asked: Any) -> list[str]:
    return [record.mark for record in standing_records(book, **{"age_group": "", **asked})]


def test_records_change_hands_on_the_day(athlete: Athlete, world: RecordBook) -> None:
    put(athlete, "15.00", "2025-05-01")
    put(athlete, "16.00", "2026-05-01")
    day = date(2026, 5, 1)
    assert records(world) == records(world, on=day) == records(world, on=date.max) == ["16.00"]
    assert records(world, on=day - timedelta(days=1)) == ["15.00"]
    assert records(world, on=date(2025, 4, 30)) == []
    assert records(world, history=True) == ["15.00", "16.00"]
    assert records(world, history=True, on=date(2025, 5, 1)) == ["15.00"]


def test_a_shared_record_stands_twice(athlete: Athlete, world: RecordBook) -> None:
    put(athlete, "15.00", "2026-05-01")
    put(AthleteFactory(), "15.00", "2026-06-01")
    found = list(standing_records(world, age_group=""))
    assert [(record.mark, record.equal) for record in found] == [("15.00", False), ("15.00", True)]


def test_records_are_told_apart_by_what_is_asked(athlete: Athlete, harbour: Club, world: RecordBook) -> None:
    put(athlete, "15.00", "2026-05-01")
    put(AthleteFactory(sex="F", club=harbour), "14.00", "2026-05-01")
    put(athlete, "7.00", "2026-05-01", "LJ", wind=0)
    assert sorted(records(world)) == ["14.00", "15.00", "7.00"]
    assert records(world, sex="F") == ["14.00"]
    assert sorted(records(world, discipline="shot put")) == ["14.00", "15.00"]
    assert records(world, discipline="lj") == ["7.00"]
    assert records(world, discipline="quidditch") == []
    assert records(world, age_group="Senior") == []
    assert len(records(harbour.books.get(), age_group="Senior")) == len(records(harbour.books.get())) == 3
    assert len(records(harbour.books.get(), age_group=None)) == 6


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("100", {("100", "")}),
        ("sp", {("SP", "M"), ("SP", "F")}),
        ("Shot Put", {("SP", "M"), ("SP", "F")}),
        ("SP7.26", {("SP", "M")}),
        ("Marathon", {("MAR", "")}),
        ("quidditch", set()),
        ("", set()),
    ],
)
def test_the_disciplines_that_a_code_means(code: str, found: set[tuple[str, str]]) -> None:
    assert set(disciplines_called(code).values_list("code", "sex")) == found


def test_age_groups_are_ordered_with_all_ages_first(harbour: Club, world: RecordBook) -> None:
    book = harbour.books.get()
    order = age_group_order(book)
    assert order[""] < min(place for code, place in order.items() if code)
    assert set(order) == {"", *AgeGroup.objects.filter(scheme=book.scheme).values_list("code", flat=True)}
    assert age_group_order(world) == {"": -1}


def lists(athlete: Athlete, on: date = NOVEMBER, **said: int) -> list[tuple[str, ...]]:
    return [
        tuple(str(best_line(best)[name]) for name in ("discipline", "facility", "list", "mark", "season_best"))
        for best in standing_bests(athlete, on=on, **said)
    ]


def test_each_list_of_bests_stands_apart(athlete: Athlete) -> None:
    for mark, day, wind in (("10.90", "2026-05-01", 20), ("10.80", "2026-05-02", 21), ("10.7h", "2026-05-03", 0)):
        put(athlete, mark, day, "100", wind=wind)
    put(athlete, "10.6h", "2026-05-04", "100", wind=25)
    put(athlete, "22.00", "2026-02-01", "200", facility="indoor")
    put(athlete, "22.50", "2026-05-01", "200")
    assert lists(athlete) == [
        ("100", "outdoor", "legal", "10.90", "10.90"),
        ("100", "outdoor", "wind", "10.80", "10.80"),
        ("100", "outdoor", "hand", "10.7h", "10.7h"),
        ("200", "indoor", "legal", "22.00", "22.00"),
        ("200", "outdoor", "legal", "22.50", "22.50"),
    ]


def test_bests_are_those_of_the_day_asked(athlete: Athlete) -> None:
    put(athlete, "15.00", "2025-05-01")
    put(athlete, "14.00", "2026-05-01")
    put(athlete, "16.00", "2026-07-01")
    told = {
        on: lists(athlete, date.fromisoformat(on)) for on in ("2025-04-30", "2026-04-30", "2026-06-30", "2026-07-01")
    }
    assert told == {
        "2025-04-30": [],
        "2026-04-30": [("SP", "outdoor", "legal", "15.00", "")],
        "2026-06-30": [("SP", "outdoor", "legal", "15.00", "14.00")],
        "2026-07-01": [("SP", "outdoor", "legal", "16.00", "16.00")],
    }


def test_of_equal_bests_the_first_is_shown(athlete: Athlete) -> None:
    first = put(athlete, "15.00", "2026-05-01")
    put(athlete, "15.00", "2026-06-01")
    (best,) = standing_bests(athlete, on=NOVEMBER)
    assert (best.performance, best.season_best) == (first, first)


def test_the_better_round_of_one_day_stands(athlete: Athlete) -> None:
    put(athlete, "10.70", "2026-05-01", "100", wind=0, round="final")
    put(athlete, "10.80", "2026-05-01", "100", wind=0, round="heat 1")
    assert lists(athlete) == [("100", "outdoor", "legal", "10.70", "10.70")]


def test_seasons_start_when_the_club_says(athlete: Athlete, harbour: Club) -> None:
    assert season_start_of(athlete, NOVEMBER) == 1
    harbour.season_start = 10
    harbour.save()
    put(athlete, "15.00", "2026-09-30")
    put(athlete, "14.00", "2026-10-01")
    assert lists(athlete, season_start=season_start_of(athlete, NOVEMBER)) == [
        ("SP", "outdoor", "legal", "15.00", "14.00")
    ]


def test_the_season_is_that_of_the_first_claim_club_of_the_day(athlete: Athlete) -> None:
    ClubSpell.objects.filter(athlete=athlete).update(ends=date(2026, 8, 31))
    second = ClubFactory(season_start=4)
    ClubSpell.objects.create(athlete=athlete, club=second, claim="second")
    ClubSpell.objects.create(athlete=athlete, club=ClubFactory(season_start=9), starts=date(2026, 9, 1))
    assert season_start_of(athlete, date(2026, 8, 31)) == 1
    assert season_start_of(athlete, date(2026, 9, 1)) == 9
    assert season_start_of(AthleteFactory(), NOVEMBER) == 1


def test_bests_take_one_query(athlete: Athlete) -> None:
    for month in range(1, 10):
        put(athlete, f"1{month}.00", f"2026-0{month}-01")
        put(athlete, f"6.{month}0", f"2026-0{month}-01", "LJ")
    with CaptureQueriesContext(connection) as counted:
        assert len([best_line(best) for best in standing_bests(athlete, on=NOVEMBER)]) == 2
    assert len(counted) == 1


def test_records_take_one_query(athlete: Athlete, harbour: Club) -> None:
    imported("records", csv("event,sex,mark,holder,date", "TJ,M,15.00,Old Hand,1988"), book=harbour.books.get())
    for code, mark in (("SP", "15.00"), ("LJ", "7.00"), ("100", "10.80")):
        put(athlete, mark, "2026-05-01", code, wind=0)
    book = harbour.books.get()
    with CaptureQueriesContext(connection) as counted:
        lines = [record_line(record) for record in standing_records(book)]
    assert (len(lines), len(counted)) == (7, 1)


def test_lines_of_old_records_and_relays_name_who_held_them(harbour: Club) -> None:
    book = harbour.books.get()
    imported("records", csv("id,event,sex,mark,holder,date", "l1,TJ,M,15.00,Old Hand,1988"), book=book, source="book")
    imported("performances", csv("id,team,sex,event,mark,date", "r1,Harbour A,M,4x100,41.50,2026-05-01"), club=harbour)
    relay, old = sorted((record_line(one) for one in standing_records(book)), key=lambda one: str(one["discipline"]))
    names = ("athlete", "athlete_id", "club", "mark", "date", "source", "external_id")
    assert [relay[name] for name in names] == ["Harbour A", None, "harbour", "41.50", "2026-05-01", "test", "r1"]
    assert [old[name] for name in names] == ["Old Hand", None, "", "15.00", "1988-12-31", "book", "l1"]
