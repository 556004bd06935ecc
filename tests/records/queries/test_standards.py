"""Who has reached which standard: windows, rules, age groups, clubs, and how far the next ones are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from records.models import AgeGroupScheme, Athlete, Performance, Standard, StandardSet
from records.queries.standards import (
    Asked,
    Entry,
    Listed,
    age_groups_of,
    listed_with,
    sets_of_standards,
    standards_of,
    standards_page,
    standards_reached,
)
from tests.factories import (
    AthleteFactory,
    PerformanceFactory,
    StandardFactory,
    StandardSetFactory,
    discipline,
    imported,
)
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


def standard(one: StandardSet, a: int | None, b: int | None, code: str = "100", **said: Any) -> Standard:
    return StandardFactory(set=one, a_value=a, b_value=b, discipline=code, **said)


def runner(club: Club, name: str, mark: str, **said: Any) -> Athlete:
    person = {key: said.pop(key) for key in ("sex", "visibility", "birth_date", "birth_precision") if key in said}
    athlete = AthleteFactory(given_name="", family_name=name, club=club, **person)
    PerformanceFactory(athlete=athlete, mark=mark, **{"wind": 5} | said)
    return athlete


def names(entries: list[Entry]) -> list[str]:
    return [entry.line.holders[0].name for entry in entries]


def told(listed: Listed) -> tuple[list[str], list[str], list[str]]:
    return names(listed.with_a), names(listed.with_b), names(listed.next_ones)


def only(one: StandardSet, user: Any = NOBODY, **said: str) -> Listed:
    (listed,) = standards_page(one, user, Asked(**said)).listed.items
    return listed


def test_who_has_a_who_has_b_and_who_comes_next(harbour: Club) -> None:
    standard(one := StandardSetFactory(), 10_500, 10_800)
    for name, mark in (("Ann", "10.50"), ("Bea", "10.51"), ("Cid", "10.80"), ("Dot", "10.81"), ("Eve", "11.90")):
        runner(harbour, name, mark)
    listed = only(one)
    assert told(listed) == (["Ann"], ["Bea", "Cid"], ["Dot"])
    assert [(entry.short, entry.percent) for entry in listed.with_b] == [("0.01 s", "0.10"), ("0.30 s", "2.86")]
    assert (listed.next_ones[0].short, listed.next_ones[0].percent) == ("0.01 s", "0.09")
    assert (listed.with_a[0].short, listed.with_a[0].percent, listed.lowest) == ("", "", "B")


def test_in_the_field_more_is_better(harbour: Club) -> None:
    standard(one := StandardSetFactory(), 700, 680, code="LJ")
    for name, mark in (("Ann", "7.00"), ("Bea", "6.99"), ("Cid", "6.79"), ("Dot", "6.11")):
        runner(harbour, name, mark, discipline="LJ")
    listed = only(one)
    assert told(listed) == (["Ann"], ["Bea"], ["Cid"])
    assert [listed.with_b[0].short, listed.next_ones[0].short] == ["1 cm", "1 cm"]


@pytest.mark.parametrize(
    ("a", "b", "found", "lowest"),
    [(10_500, None, (["Ann"], [], ["Bea"]), "A"), (None, 10_500, ([], ["Ann"], ["Bea"]), "B")],
)
def test_one_of_the_two_standards_is_enough(
    harbour: Club, a: int | None, b: int | None, found: tuple[list[str], ...], lowest: str
) -> None:
    standard(one := StandardSetFactory(), a, b)
    runner(harbour, "Ann", "10.40")
    runner(harbour, "Bea", "10.60")
    listed = only(one)
    assert told(listed) == found
    assert listed.lowest == lowest
    assert listed.next_ones[0].short == "0.10 s"


def test_everybody_stands_once_with_the_best_mark_of_the_window(harbour: Club) -> None:
    standard(one := StandardSetFactory(), 10_500, 10_800)
    ann = runner(harbour, "Ann", "10.70")
    PerformanceFactory(athlete=ann, mark="10.60", wind=5, on=date(2026, 8, 31))
    for before_or_after in (date(2025, 8, 31), date(2026, 9, 1)):
        PerformanceFactory(athlete=ann, mark="10.30", wind=5, on=before_or_after)
    listed = only(one)
    assert told(listed) == ([], ["Ann"], [])
    assert listed.with_b[0].line.mark == "10.60"


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ({}, {"Legal"}),
        ({"wind": "no_reading_too"}, {"Legal", "Unread"}),
        ({"wind": "any"}, {"Legal", "Unread", "Windy"}),
        ({"hand": True}, {"Legal", "Hand"}),
        ({"facility": "indoor"}, set()),
        ({"facility": "outdoor"}, {"Legal"}),
    ],
)
def test_the_set_says_which_marks_count(harbour: Club, rules: dict[str, Any], found: set[str]) -> None:
    standard(one := StandardSetFactory(**rules), 10_500, 10_800)
    runner(harbour, "Legal", "10.40")
    runner(harbour, "Windy", "10.40", wind=31)
    runner(harbour, "Unread", "10.40", wind=None)
    runner(harbour, "Hand", "10.4h")
    assert set(names(only(one).with_a)) == found


def test_a_clubs_own_set_lists_its_athletes_and_a_filter_any_clubs(harbour: Club, other: Club) -> None:
    runner(harbour, "Ann", "10.40")
    runner(other, "Bea", "10.45")
    standard(own := StandardSetFactory(club=harbour), 10_500, None)
    standard(all_clubs := StandardSetFactory(), 10_500, None)
    assert names(only(own).with_a) == ["Ann"]
    assert names(only(all_clubs).with_a) == ["Ann", "Bea"]
    assert names(only(all_clubs, club="other").with_a) == ["Bea"]
    assert names(only(all_clubs, club="nowhere").with_a) == []


def test_an_age_group_takes_the_age_at_the_championship(harbour: Club) -> None:
    one = StandardSetFactory(scheme=AgeGroupScheme.objects.get(code="wa"))
    standard(one, 10_900, None, age_group="U20")
    standard(one, 10_900, None, age_group="M35")
    standard(one, 10_900, None)
    runner(harbour, "Nineteen", "10.60", birth_date=date(2007, 12, 31))
    runner(harbour, "Twenty", "10.50", birth_date=date(2006, 12, 31), on=date(2025, 9, 1))
    runner(harbour, "Eighteen", "10.70", birth_date=date(2008, 1, 1), birth_precision="year")
    runner(harbour, "Master", "10.80", birth_date=date(1989, 9, 5), on=date(2026, 6, 1))
    runner(harbour, "Older", "10.85", birth_date=date(1980, 9, 5))
    found = standards_page(one, NOBODY, Asked()).listed.items
    by_group = {listed.standard.age_group: names(listed.with_a) for listed in found}
    assert by_group["U20"] == ["Nineteen", "Eighteen"]
    assert by_group["M35"] == ["Master"]
    assert by_group[""] == ["Twenty", "Nineteen", "Eighteen", "Master", "Older"]


def test_bounds_that_dont_hold_on_the_day_take_nobody(harbour: Club) -> None:
    scheme = AgeGroupScheme.objects.create(code="own", name="Own")
    scheme.groups.create(code="Kids", kind="youth", upper_age=40, valid_until=date(2026, 1, 1))
    standard(one := StandardSetFactory(scheme=scheme), 10_900, None, age_group="Kids")
    ann = runner(harbour, "Ann", "10.60")
    assert told(only(one)) == ([], [], [])
    assert standards_reached(ann, NOBODY, today=date(2026, 11, 20)) == []


def test_relays_stand_by_team_and_club(harbour: Club, other: Club) -> None:
    standard(one := StandardSetFactory(), 42_000, 43_000, code="4x100")
    header = "team,sex,discipline,mark,date\n"
    imported("performances", f"{header}A,M,4x100,41.50,2026-06-01\nA,M,4x100,41.40,2026-06-02\n", club=harbour)
    imported("performances", f"{header}A,M,4x100,41.45,2026-06-03\n", club=other)
    assert [(entry.line.team, entry.line.mark, entry.line.club) for entry in only(one).with_a] == [
        ("A", "41.40", "Harbour AC"),
        ("A", "41.45", "Other Harriers"),
    ]


def test_hidden_athletes_are_for_their_club(harbour: Club, bob: User) -> None:
    standard(one := StandardSetFactory(), 10_500, None)
    runner(harbour, "Shylock", "10.10", visibility="club")
    assert told(only(one)) == ([], [], [])
    assert names(only(one, bob).with_a) == ["Shylock"]


def test_a_long_list_says_how_many_more_there_are(harbour: Club) -> None:
    standard(one := StandardSetFactory(), 10_500, 10_800)
    for number in range(12):
        runner(harbour, f"Fast{number}", "10.40")
        runner(harbour, f"Good{number}", "10.70")
        runner(harbour, f"Next{number}", "10.90")
    listed = only(one)
    assert [len(found) for found in told(listed)] == [5, 5, 3]
    assert (listed.more_a, listed.more_b) == (7, 7)
    listed = only(one, discipline="100")
    assert [len(found) for found in told(listed)] == [12, 12, 3]
    assert (listed.more_a, listed.more_b) == (0, 0)


def test_filters_narrow_the_standards_and_choices_stay(harbour: Club) -> None:
    one = StandardSetFactory()
    standard(one, 10_500, None)
    standard(one, 11_500, None, sex="F")
    standard(one, 700, None, code="LJ")
    page = standards_page(one, NOBODY, Asked(discipline="100", sex="F"))
    assert [str(listed.standard) for listed in page.listed.items] == ["100 m F"]
    assert (page.disciplines, page.sexes) == ([("100", "100 m"), ("LJ", "Long jump")], ["F", "M"])
    assert standards_page(one, NOBODY, Asked(discipline="XYZ")).listed.items == []


def test_many_standards_and_marks_take_no_more_queries(
    harbour: Club, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    one = StandardSetFactory(scheme=AgeGroupScheme.objects.get(code="wa"))
    for code, a in (("100", 10_500), ("200", 21_500), ("400", 49_000), ("LJ", 700)):
        for group in ("", "U20", "U23"):
            standard(one, a, None, code=code, age_group=group)
    for number in range(4):
        runner(harbour, f"Runner{number}", "10.40", birth_date=date(2008, 1, 1))
        runner(harbour, f"Shy{number}", "21.40", discipline="200", visibility="club")
    with django_assert_max_num_queries(6):
        assert len(standards_page(one, NOBODY, Asked()).listed.items) == 12
    with django_assert_max_num_queries(1):
        assert [one.name for one in sets_of_standards(1).items] == ["Coast Cup"]
    with django_assert_max_num_queries(0):
        assert listed_with(one, [], NOBODY) == []


def test_what_an_athlete_has_reached(harbour: Club, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    ann = runner(harbour, "Ann", "10.60", birth_date=date(2008, 1, 1))
    today = date(2026, 11, 20)
    with django_assert_max_num_queries(1):
        assert standards_reached(ann, NOBODY, today=today) == []
    old = StandardSetFactory(name="Old", held_on=date(2025, 11, 19), starts=date(2025, 1, 1), ends=date(2026, 12, 31))
    earlier = StandardSetFactory(name="Earlier", held_on=date(2026, 7, 1))
    one = StandardSetFactory(scheme=AgeGroupScheme.objects.get(code="wa"))
    standard(old, 10_900, None)
    standard(earlier, 10_600, None)
    standard(one, 10_500, 10_800)
    standard(one, 10_500, 10_700, age_group="U20")
    standard(one, 10_900, None, age_group="M35")
    PerformanceFactory(athlete=ann, mark="10.55", wind=5, on=date(2026, 8, 1))
    with django_assert_max_num_queries(6):
        found = standards_reached(ann, NOBODY, today=today)
    assert [(said.standard.set.name, said.standard.age_group, said.level, said.line.mark) for said in found] == [
        ("Coast Cup", "", "B", "10.55"),
        ("Coast Cup", "U20", "B", "10.55"),
        ("Earlier", "", "A", "10.55"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"a_value": None, "b_value": None},
        {"a_value": 0},
        {"b_value": 0},
        {"a_value": 10_800, "b_value": 10_500},
        {"sex": "Q"},
    ],
)
def test_no_row_holds_what_is_no_standard(said: dict[str, Any]) -> None:
    usual = {
        "set": StandardSetFactory(),
        "discipline": discipline("100"),
        "sex": "M",
        "a_value": 10_500,
        "b_value": 10_800,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Standard.objects.create(**usual | said)


def test_one_set_for_each_championship_and_one_standard_for_each_class(harbour: Club) -> None:
    standard(one := StandardSetFactory(), 10_500, None)
    StandardSetFactory(club=harbour)
    StandardSetFactory(held_on=date(2027, 9, 5))
    for again in (
        lambda: StandardSetFactory(),
        lambda: StandardSetFactory(club=harbour),
        lambda: standard(one, 10_600, None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            again()
    with pytest.raises(IntegrityError), transaction.atomic():
        StandardSetFactory(name="Backwards", ends=date(2025, 8, 31))


def test_standards_print_canonically_and_know_their_group() -> None:
    one = StandardSetFactory(scheme=AgeGroupScheme.objects.get(code="wa"))
    row = standard(one, 125_000, None, code="800")
    assert (row.a, row.b, str(row), str(one)) == ("2:05.00", "", "800 m M", "Coast Cup 2026")
    assert (row.a_merit, row.b_merit) == (-125_000, None)
    assert age_groups_of(one.scheme)[:2] == ["U16", "U18"]
    assert age_groups_of(None) == []
    assert standards_of(one) == [row]
    assert Performance.objects.count() == 0
