"""The fold, rule by rule: what each policy does to a few marks, and what one book's own rebuild touches."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args, get_type_hints

import pytest

from records.actions import folding
from records.domain.eligibility import Policy
from records.models import AgeGroupScheme, Athlete, Best, Performance, Record, RecordBook, RecordPolicy
from tests.factories import AthleteFactory, ClubFactory, ClubSpellFactory, PerformanceFactory, imported
from tests.records.oracle import derived, expected
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


def decide(book: RecordBook, **rules: str) -> None:
    """The next version of the book's policy, folded."""
    version = RecordPolicy.objects.filter(book=book).count() + 1
    book.policy = RecordPolicy.objects.create(book=book, version=version, **rules)
    book.save()
    folding.rebuild(book)


def open_steps(book: RecordBook, **key: str) -> list[tuple[str, str, str]]:
    """(mark as written, set on, until) of the list for all ages, oldest first."""
    rows = Record.objects.filter(book=book, **{"age_group": ""} | key).order_by("set_on", "merit", "pk")
    return [(row.performance.written, str(row.set_on), str(row.until)) for row in rows if row.performance]


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(club=harbour)


@pytest.fixture
def book(harbour: Club) -> RecordBook:
    return harbour.books.get()


def run(athlete: Athlete, mark: str, day: str, **said: Any) -> Performance:
    return PerformanceFactory(athlete=athlete, mark=mark, on=date.fromisoformat(day), **{"wind": 0} | said)


@pytest.mark.parametrize(
    ("ties", "told"),
    [
        (
            "shared",
            [
                ("10.80", "2026-05-01", "2026-05-04"),
                ("10.80", "2026-05-02", "2026-05-04"),
                ("10.70", "2026-05-04", "None"),
            ],
        ),
        ("first", [("10.80", "2026-05-01", "2026-05-04"), ("10.70", "2026-05-04", "None")]),
        (
            "newest",
            [
                ("10.80", "2026-05-01", "2026-05-02"),
                ("10.80", "2026-05-02", "2026-05-04"),
                ("10.70", "2026-05-04", "None"),
            ],
        ),
    ],
)
def test_ties(athlete: Athlete, book: RecordBook, ties: str, told: list[tuple[str, str, str]]) -> None:
    for mark, day in (
        ("10.80", "2026-05-02"),
        ("10.70", "2026-05-04"),
        ("10.80", "2026-05-01"),
        ("10.90", "2026-05-03"),
    ):
        run(athlete, mark, day)
    decide(book, ties=ties)
    assert open_steps(book) == told


def test_marks_that_nothing_tells_apart_share_the_record_even_where_the_first_keeps_it(
    athlete: Athlete, book: RecordBook
) -> None:
    for _ in range(2):
        run(athlete, "10.80", "2026-05-01")
    decide(book, ties="first")
    assert open_steps(book) == [("10.80", "2026-05-01", "None")] * 2
    assert set(Record.objects.filter(book=book).values_list("equal", flat=True)) == {False}
    assert set(Best.objects.values_list("career", "season")) == {(1, 1)}


def test_the_heat_comes_before_the_final_of_the_same_day(athlete: Athlete, book: RecordBook) -> None:
    run(athlete, "10.80", "2026-05-01", round="Final")
    run(athlete, "10.75", "2026-05-01", round="Heat 2")
    assert open_steps(book) == [("10.75", "2026-05-01", "None")]


def test_hand_times_refused_apart_and_mixed(athlete: Athlete, book: RecordBook) -> None:
    run(athlete, "10.80", "2026-05-01")
    run(athlete, "10.7h", "2026-05-02")
    assert open_steps(book) == [("10.80", "2026-05-01", "None")]
    decide(book, hand="apart")
    assert open_steps(book, timing="") == [("10.80", "2026-05-01", "None")]
    assert open_steps(book, timing="hand") == [("10.7h", "2026-05-02", "None")]
    decide(book, hand="mixed")
    assert open_steps(book) == [("10.80", "2026-05-01", "2026-05-02"), ("10.7h", "2026-05-02", "None")]


def test_wind(athlete: Athlete, book: RecordBook) -> None:
    run(athlete, "10.80", "2026-05-01", wind=20)
    run(athlete, "10.70", "2026-05-02", wind=None)
    run(athlete, "10.60", "2026-05-03", wind=21)
    assert [mark for mark, *_ in open_steps(book)] == ["10.80"]
    decide(book, wind="no_reading_too")
    assert [mark for mark, *_ in open_steps(book)] == ["10.80", "10.70"]
    decide(book, wind="any")
    assert [mark for mark, *_ in open_steps(book)] == ["10.80", "10.70", "10.60"]


def test_indoor_records_apart_or_together(athlete: Athlete, book: RecordBook) -> None:
    run(athlete, "7.00", "2026-05-01", discipline="LJ")
    run(athlete, "7.10", "2026-02-01", discipline="LJ", facility="indoor")
    assert {row.facility for row in Record.objects.filter(book=book, age_group="")} == {"indoor", "outdoor"}
    decide(book, facilities="together")
    assert open_steps(book, facility="") == [("7.10", "2026-02-01", "None")]


@pytest.mark.parametrize(
    ("inheritance", "groups"),
    [
        ("own", {"", "U18"}),
        ("own_and_senior", {"", "U18", "Senior"}),
        ("all_older", {"", "U18", "U20", "U23", "Senior"}),
    ],
)
def test_a_youth_mark_counts_where_the_book_says(
    harbour: Club, book: RecordBook, inheritance: str, groups: set[str]
) -> None:
    run(AthleteFactory(club=harbour, birth_date=date(2009, 12, 31)), "11.20", "2026-05-01")
    decide(book, inheritance=inheritance)
    assert set(Record.objects.filter(book=book).values_list("age_group", flat=True)) == groups


def test_a_masters_mark_never_counts_for_other_masters(harbour: Club, book: RecordBook) -> None:
    master = AthleteFactory(club=harbour, birth_date=date(1986, 5, 2))
    run(master, "11.20", "2026-05-01")
    run(master, "11.10", "2026-05-02")
    by_group = {row.age_group: row.performance.written for row in Record.objects.filter(book=book, until=None)}  # type: ignore[union-attr]
    assert by_group == {"": "11.10", "Senior": "11.10", "M35": "11.20", "M40": "11.10"}


def test_only_first_claim_members_hold_records_where_the_book_says_so(harbour: Club, book: RecordBook) -> None:
    first, second = AthleteFactory(), AthleteFactory()
    ClubSpellFactory(athlete=first, club=harbour, starts=date(2026, 5, 1), ends=date(2026, 5, 2))
    ClubSpellFactory(athlete=second, club=harbour, claim="second")
    run(second, "10.50", "2026-05-01", club=harbour)
    for mark, day in (
        ("10.40", "2026-04-30"),
        ("10.80", "2026-05-01"),
        ("10.70", "2026-05-02"),
        ("10.30", "2026-05-03"),
    ):
        run(first, mark, day, club=harbour)
    decide(book, claims="first")
    assert [mark for mark, *_ in open_steps(book)] == ["10.80", "10.70"]


def test_a_change_of_club_folds_the_records_that_only_first_claim_members_hold(
    athlete: Athlete, harbour: Club, other: Club, book: RecordBook
) -> None:
    decide(book, claims="first")
    run(athlete, "10.80", "2026-05-10", club=harbour)
    assert len(open_steps(book)) == 1
    said = f"{athlete.given_name},{athlete.family_name},M,1998-03-14,Other Harriers,2026-05-01"
    imported("athletes", f"given name,family name,sex,dob,club,club from\n{said}\n")
    assert derived() == expected()
    assert open_steps(book) == []


def test_the_career_goes_by_the_day_where_two_clubs_seasons_start_in_different_months(harbour: Club) -> None:
    autumn = ClubFactory(season_start=10)
    athlete = AthleteFactory()
    # Of season 2027, though before the other one, which is of season 2026.
    earlier = run(athlete, "10.80", "2026-10-03", club=autumn)
    later = run(athlete, "10.90", "2026-11-03", club=harbour)
    assert (earlier.season, later.season) == (2027, 2026)
    assert (earlier.best.career, later.best.career) == (1, 0)


def test_an_old_hand_time_stands_in_the_line_where_a_new_one_would(athlete: Athlete, book: RecordBook) -> None:
    decide(book, hand="apart")
    run(athlete, "3:50.2h", "2026-05-01", discipline="1500")
    imported("records", "event,sex,mark,holder,date\n1500,M,3:51.0h,Old Star,1975\n", book=book)
    assert set(Record.objects.filter(book=book, age_group="").values_list("timing", flat=True)) == {""}


def test_an_old_record_stands_until_somebody_betters_it(athlete: Athlete, book: RecordBook) -> None:
    imported("records", "event,sex,mark,holder,date\n100,M,10.70,Old Star,1975\n", book=book)
    run(athlete, "10.80", "2026-05-01")
    run(athlete, "10.60", "2026-05-02")
    rows = Record.objects.filter(book=book, age_group="").order_by("set_on")
    assert [(row.mark, str(row.set_on), str(row.until)) for row in rows] == [
        ("10.70", "1975-12-31", "2026-05-02"),
        ("10.60", "2026-05-02", "None"),
    ]
    assert RecordBook.objects.get(slug="world").record_set.filter(legacy__isnull=False).count() == 0


def test_an_old_record_of_an_age_group_whose_bounds_changed_stands_once() -> None:
    book = ClubFactory(age_group_scheme="uka").books.get()
    imported("records", "event,sex,mark,holder,date,age group\n100,M,10.70,Old Star,1975,U20\n", book=book)
    rows = Record.objects.values_list("book", "age_group").order_by("age_group")
    assert list(rows) == [(book.pk, group) for group in ("", "Senior", "U20", "U23")]


def test_an_old_record_of_the_young_counts_where_the_young_do() -> None:
    book = ClubFactory(age_group_scheme="uka").books.get()
    lines = ("100,M,10.70,Young Star,1975,U20", "100,M,11.70,Master Star,1976,M40", "100,M,10.90,Old Star,1974,")
    imported("records", "event,sex,mark,holder,date,age group\n" + "\n".join(lines) + "\n", book=book)
    holders = {
        "all_older": {"": "Young", "Senior": "Young", "U23": "Young", "U20": "Young", "M40": "Master"},
        "own_and_senior": {"": "Young", "Senior": "Young", "U20": "Young", "M40": "Master"},
        "own": {"": "Young", "U20": "Young", "M40": "Master"},
    }
    for inheritance, expected_holders in holders.items():
        decide(book, inheritance=inheritance)
        standing = Record.objects.filter(book=book, until=None).values_list("age_group", "legacy__holder")
        assert dict(standing) == {group: f"{name} Star" for group, name in expected_holders.items()}
        assert derived() == expected()


def test_of_one_race_only_the_best_was_a_record(athlete: Athlete, book: RecordBook) -> None:
    for mark in ("10.90", "10.70", "10.70", "10.80"):
        PerformanceFactory(athlete=athlete, mark=mark, wind=0, on=date(2026, 5, 1), competition="Cup")
    rows = Record.objects.filter(book=book, age_group="")
    assert [(row.mark, row.equal, row.until) for row in rows] == [("10.70", False, None)] * 2
    assert derived() == expected()


def test_one_book_is_rebuilt_alone(athlete: Athlete, book: RecordBook) -> None:
    run(athlete, "10.80", "2026-05-01")
    run(athlete, "10.80", "2026-05-02")
    world = RecordBook.objects.get(slug="world")
    before = {one: set(Record.objects.filter(book=one).values_list("pk", flat=True)) for one in (book, world)}
    decide(book, ties="first")
    assert set(Record.objects.filter(book=world).values_list("pk", flat=True)) == before[world]
    assert set(Record.objects.filter(book=book).values_list("pk", flat=True)).isdisjoint(before[book])
    assert len(open_steps(book)) == 1
    decide(world, ties="first")
    assert len(open_steps(world)) == 1
    assert derived() == expected()


def test_a_book_without_a_policy_keeps_no_records(athlete: Athlete, harbour: Club) -> None:
    empty = RecordBook.objects.create(
        slug="empty", name="Empty", club=harbour, scheme=AgeGroupScheme.objects.get(code="wa")
    )
    run(athlete, "10.80", "2026-05-01")
    folding.rebuild()
    assert not Record.objects.filter(book=empty).exists()
    assert Record.objects.filter(book__club=harbour).exists()


def test_a_fold_whose_block_fails_leaves_everything_as_it_was(athlete: Athlete, book: RecordBook) -> None:
    run(athlete, "10.80", "2026-05-01")
    before = derived()
    with pytest.raises(RuntimeError, match="power cut"), folding.Fold() as fold:
        fold.touch(Performance.objects.all())
        raise RuntimeError("power cut")
    assert derived() == before


def test_the_policies_of_the_domain_and_of_the_table_are_the_same() -> None:
    book = RecordBook.objects.get(slug="world")
    assert book.policy is not None
    assert book.policy.rules == Policy()
    said = get_type_hints(Policy)
    for name in ("wind", "hand", "ties", "facilities", "inheritance", "claims"):
        choices = {value for value, _ in RecordPolicy._meta.get_field(name).choices or ()}
        assert choices == set(get_args(said[name]))
