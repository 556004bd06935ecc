"""Search: whom and what it finds, in which order, and whom it never tells of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from records.models import Athlete, ClubSpell, Performance, Record
from records.queries import gathered, search
from records.queries.findings import findings
from tests.factories import AthleteFactory, ClubFactory, ClubSpellFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()
TODAY = date(2026, 11, 20)


def athlete(given: str, family: str, club: Club | None = None, **said: Any) -> Athlete:
    return AthleteFactory(given_name=given, family_name=family, club=club, **said)


def names(text: str, user: Any = NOBODY, **said: Any) -> list[str]:
    return [str(one) for one in search.athletes_named(text, user, **said).items]


def test_whole_words_stand_before_beginnings_and_those_before_insides(harbour: Club) -> None:
    for given, family in (("Ida", "Marsal"), ("Ida", "Salt"), ("Sal", "Abt"), ("Ida", "Marz-Sal")):
        athlete(given, family, harbour)
    assert names("sal") == ["Sal Abt", "Ida Marz-Sal", "Ida Salt", "Ida Marsal"]
    assert names("ida sal") == ["Ida Marz-Sal", "Ida Salt", "Ida Marsal"]


def test_accents_capitals_and_order_do_not_matter() -> None:
    athlete("José", "Núñez Peña")
    for text in ("nunez", "NÚÑEZ", "pena jose", "jose núñ", "  nunez  "):
        assert names(text) == ["José Núñez Peña"], text


def test_pages_go_on_where_the_last_ended() -> None:
    for n in range(25):
        athlete("Sam", f"Runner{chr(97 + n)}")
    pages = [search.athletes_named("sam", NOBODY, page=page) for page in (1, 2, 3, 4)]
    assert [len(one.items) for one in pages] == [10, 10, 5, 0]
    assert [one.more for one in pages] == [True, True, False, False]
    assert not any(one.near for one in pages)
    assert len({one.pk for page in pages for one in page.items}) == 25


def test_a_slip_is_forgiven_only_where_nothing_is_spelled_so() -> None:
    athlete("John", "Smith")
    found = search.athletes_named("jhon smiht", NOBODY)
    assert ([str(one) for one in found.items], found.near) == (["John Smith"], True)
    athlete("Jhon", "Smiht")
    found = search.athletes_named("jhon smiht", NOBODY)
    assert ([str(one) for one in found.items], found.near) == (["Jhon Smiht"], False)


def test_the_nearest_spelling_stands_first() -> None:
    athlete("Ada", "Gonzalos")
    athlete("Zoe", "Gonzalez")
    assert names("gonzalex") == ["Zoe Gonzalez", "Ada Gonzalos"]


def test_the_second_page_of_near_spellings() -> None:
    for n in range(12):
        athlete(f"Sam{chr(97 + n)}", "Swift")
    assert [len(names("swfit", page=page)) for page in (1, 2, 3)] == [10, 2, 0]


def test_hidden_names_are_told_to_nobody_by_no_slip(harbour: Club, bob: User, charlie: User) -> None:
    athlete("Ann", "Shylock", harbour, visibility="club")
    gone = athlete("Ann", "Shyland", harbour)
    Athlete.objects.filter(pk=gone.pk).update(merged_into=athlete("Ann", "Other", harbour))
    for text in ("shylock", "shylokc", "shyl", "shyland", "shylnad"):
        assert names(text) == []
        assert names(text, charlie) == []
        assert findings(text, NOBODY, today=TODAY) == []
    assert names("shylock", bob) == ["Ann Shylock"]
    assert "shylock" not in gathered.words_of_names()


def test_names_that_came_since_the_words_were_gathered_are_found() -> None:
    athlete("Ann", "Swift")
    assert names("swfit") == ["Ann Swift"]
    athlete("Bea", "Salmann")
    assert names("salmnan") == ["Bea Salmann"]


def test_after_many_new_rows_the_words_are_kept_anew(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(gathered, "_MANY", 3)
    athlete("Ann", "Swift")
    gathered.words_of_names()
    for n in range(2):
        athlete("Bea", f"Salmann{chr(97 + n)}")
    assert len(gathered.words_of_names()) == 5
    for n in range(4):
        athlete("Cid", f"Dorlund{chr(97 + n)}")
    assert len(gathered.words_of_names()) == 10
    with django_assert_num_queries(1):
        assert len(gathered.words_of_names()) == 10


def test_where_the_newest_rows_are_gone_the_words_are_gathered_anew() -> None:
    athlete("Ann", "Swift")
    gone = athlete("Bea", "Salmann")
    assert "salmann" in gathered.words_of_names()
    gone.delete()
    assert gathered.words_of_names() == {"ann", "swift"}


def test_clubs_are_found_by_name_short_name_and_town() -> None:
    ClubFactory(name="Atlético Río", short_name="ARC", town="Portwyn")
    ClubFactory(name="Portwyn Harriers")
    for text in ("atletico", "rio", "arc", "atleticorio"):
        assert [one.name for one in search.clubs_named(text).items] == ["Atlético Río"], text
    assert [one.name for one in search.clubs_named("portwyn").items] == ["Atlético Río", "Portwyn Harriers"]
    assert [one.name for one in search.clubs_named("hariers").items] == ["Portwyn Harriers"]


def test_disciplines_are_found_by_name_and_code() -> None:
    assert "Long jump" in {one.name for one in search.disciplines_named("long jump").items}
    assert search.disciplines_named("100m").items[0].code == "100"
    assert search.disciplines_named("hurdels").near


@pytest.fixture
def marks(harbour: Club, other: Club) -> None:
    man, woman = athlete("Sam", "Swift", harbour), athlete("Ada", "Quick", harbour, sex="F")
    PerformanceFactory(athlete=man, mark="10.80", wind=5)
    PerformanceFactory(athlete=man, mark="7.10", discipline="LJ", wind=5)
    PerformanceFactory(athlete=woman, mark="12.10", wind=5)
    junior = athlete("Joe", "Young", other, birth_date=date(2009, 5, 1))
    PerformanceFactory(athlete=junior, mark="11.40", wind=5)


def lists(text: str, **said: Any) -> list[tuple[str, str, str, str]]:
    found = search.records_named(text, **said).items
    return [(one.book.slug, one.discipline.code, one.sex, one.age_group) for one in found]


@pytest.mark.usefixtures("marks")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("long jump", {("harbour", "LJ", "M", "")}),
        ("longjump harbour", {("harbour", "LJ", "M", "")}),
        ("lj", {("harbour", "LJ", "M", "")}),
        ("women 100 m", {("harbour", "100", "F", "")}),
        ("100m men harbour", {("harbour", "100", "M", "")}),
        ("other 100", {("other", "100", "M", "")}),
        ("other u18", {("other", "100", "M", "U18")}),
        ("u18 100 m other men", {("other", "100", "M", "U18")}),
        ("harbour", set()),
        ("harbour men", set()),
        ("nowhere 100", set()),
        ("1000", set()),
    ],
)
def test_records_are_found_by_discipline_class_age_group_and_book(text: str, found: set[tuple[str, ...]]) -> None:
    assert {one for one in lists(text) if one[0] in ("harbour", "other")} == found


@pytest.mark.usefixtures("marks")
def test_a_slip_in_a_discipline_is_forgiven() -> None:
    found = search.records_named("lnog jmup")
    assert ({one.discipline.code for one in found.items}, found.near) == ({"LJ"}, True)


@pytest.mark.usefixtures("marks")
def test_of_equal_records_the_first_stands(harbour: Club) -> None:
    PerformanceFactory(athlete=athlete("Two", "Same", harbour), mark="10.80", wind=5, on=date(2026, 7, 1))
    assert (
        Record.objects.filter(book__club=harbour, discipline__code="100", sex="M", age_group="", until=None).count()
        == 2
    )
    assert lists("harbour men 100 m").count(("harbour", "100", "M", "")) == 1


def competition(name: str, on: date, who: Athlete, **said: Any) -> Performance:
    return PerformanceFactory(athlete=who, competition=name, on=on, wind=5, **said)


def test_competitions_are_found_by_name_the_latest_first(harbour: Club) -> None:
    who = athlete("Sam", "Swift", harbour)
    competition("Spring Open", date(2024, 5, 1), who)
    competition("Spring Open", date(2026, 5, 1), who)
    competition("Spring Cup", date(2025, 5, 1), who)
    found = search.competitions_named("spring").items
    assert [(one.name, one.first.year, one.last.year) for one in found] == [
        ("Spring Cup", 2025, 2025), ("Spring Open", 2024, 2026),
    ]  # fmt: skip
    assert [one.name for one in search.competitions_named("sprign cup").items] == ["Spring Cup"]
    competition("Autumn Cup", date(2026, 9, 1), who)
    competition("Spring Open", date(2023, 5, 1), who)
    assert [one.name for one in search.competitions_named("autumn").items] == ["Autumn Cup"]
    assert search.competitions_named("open spring").items[0].first.year == 2023


def test_where_only_hidden_athletes_were_there_is_no_competition(harbour: Club) -> None:
    competition("Secret Cup", date(2026, 5, 1), athlete("Ann", "Shylock", harbour, visibility="club"))
    assert search.competitions_named("secret cup").items == []


@pytest.mark.parametrize("text", ["", "a", "%%", "__", "''", "\\\\", "😀😀", "..", "ﷺﷺ", "x" * 5000, "a b c d e f g h"])
def test_anything_may_be_typed(harbour: Club, text: str) -> None:
    athlete("Sam", "Swift", harbour)
    assert findings(text, NOBODY, today=TODAY) == []


@pytest.mark.usefixtures("marks")
@pytest.mark.parametrize("text", ["sw", "swift", "swfit", "100 m", "hurdels", "zzzzzz"])
@pytest.mark.parametrize("more", [0, 30])
def test_the_number_of_queries_is_small_and_constant(
    harbour: Club, text: str, more: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = Athlete.objects.bulk_create(
        Athlete(given_name="Sam", family_name="Swift", name_key=f"swift{n}, sam", sex="M") for n in range(more)
    )
    ClubSpell.objects.bulk_create(ClubSpell(athlete=one, club=harbour) for one in people)
    findings(text, NOBODY, today=TODAY)
    with django_assert_max_num_queries(8):
        findings(text, NOBODY, today=TODAY)


@pytest.mark.usefixtures("marks")
def test_each_kind_says_what_tells_its_lines_apart(harbour: Club) -> None:
    swift = Athlete.objects.get(family_name="Swift")
    ClubSpellFactory(athlete=swift, club=ClubFactory(name="Old Club"), ends=date(2020, 1, 1))
    PerformanceFactory(athlete=swift, mark="10.70", wind=5, competition="Swift Cup", on=date(2026, 6, 2))
    groups = {group.kind: group.found.items for group in findings("swift", NOBODY, today=TODAY)}
    assert list(groups) == ["athletes", "competitions"]
    (one,) = groups["athletes"]
    assert (one.name, one.born, one.notes, one.url) == ("Sam Swift", 1998, ("Harbour AC",), swift.get_absolute_url())
    (cup,) = groups["competitions"]
    assert (cup.name, cup.url) == ("Swift Cup", "/results/?competition=Swift+Cup")
    groups = {group.kind: group.found.items for group in findings("harbour men 100", NOBODY, today=TODAY)}
    (record,) = groups["records"]
    assert record.line is not None
    assert (record.name, record.notes, record.line.mark) == ("100 m", ("Harbour AC",), "10.70")
    assert record.url.startswith("/records/harbour/100/M/")
    (club,) = findings("harbour", NOBODY, today=TODAY)[0].found.items
    assert (club.name, club.url) == ("Harbour AC", "/clubs/harbour/")


def test_a_page_behind_the_last_says_so() -> None:
    (group,) = findings("zzz", NOBODY, today=TODAY, kinds=("clubs",), page=3)
    assert (group.kind, group.found.items) == ("clubs", [])
