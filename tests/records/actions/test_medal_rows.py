"""Medals by file: judged, applied, taken back."""

from __future__ import annotations

from datetime import date

import pytest

from records.actions.applying import apply_import
from records.actions.ceremonies import choose_honours, plan_ceremony
from records.actions.erasing import erase_athlete
from records.actions.medals import enter_awards
from records.actions.undoing import undo_import
from records.models import Athlete, Award, ExternalId
from records.queries.medals import SHEET, MedalFilters, award_rows
from records.queries.placings import Contest, Placing
from tests.factories import NOW, AthleteFactory, PerformanceFactory, discipline, imported, staged
from tests.records.importing import counts, csv, issues, verdicts
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

GOOD = {
    "athlete id": "", "name": "Ann First", "event": "100", "age group": "u20", "place": "1", "competition": "County",
    "date": "2026-06-01", "team": "",
}  # fmt: skip


def rows(*changes: dict[str, str]) -> str:
    return csv(",".join(GOOD), *(",".join(f'"{cell}"' for cell in (GOOD | change).values()) for change in changes))


@pytest.fixture(autouse=True)
def ann(harbour: Club) -> Athlete:
    found = AthleteFactory(given_name="Ann", family_name="First", birth_date=date(2008, 1, 1), club=harbour)
    ExternalId.objects.create(athlete=found, source="test", value="a1")
    return found


@pytest.mark.parametrize(
    ("change", "target", "code"),
    [
        ({"name": ""}, "athlete_external_id", "no_athlete"),
        ({"name": "", "athlete id": "zz"}, "athlete_external_id", "unknown_athlete"),
        ({"name": "Ann Nobody"}, "family_name", "no_such_athlete"),
        ({"name": "12/05/2020"}, "full_name", "name_is_a_date"),
        ({"name": "Olga Other"}, "family_name", "no_such_athlete"),
        ({"name": "", "athlete id": "o1"}, "family_name", "no_such_athlete"),
        ({"name": "Sam Twin"}, "family_name", "several_athletes"),
        ({"event": ""}, "discipline", "no_discipline"),
        ({"event": "egg and spoon"}, "discipline", "unknown_discipline"),
        ({"place": ""}, "place", "no_place"),
        ({"place": "first"}, "place", "unreadable_place"),
        ({"place": "13"}, "place", "place_without_award"),
        ({"competition": ""}, "competition", "no_competition"),
        ({"competition": "x" * 161}, "competition", "too_long"),
        ({"team": "x" * 81}, "team", "too_long"),
        ({"age group": "x" * 21}, "age_group", "too_long"),
        ({"date": ""}, "date", "no_date"),
        ({"date": "2026"}, "date", "day_needed"),
        ({"date": "soon"}, "date", "unreadable_date"),
        ({"date": "2027-01-01"}, "date", "date_in_future"),
        ({"date": "2000-01-01"}, "date", "date_before_birth"),
    ],
)
def test_a_bad_row_names_the_column_and_the_reason(
    harbour: Club, other: Club, change: dict[str, str], target: str, code: str
) -> None:
    olga = AthleteFactory(given_name="Olga", family_name="Other", club=other)
    ExternalId.objects.create(athlete=olga, source="test", value="o1")
    for _ in range(2):
        AthleteFactory(given_name="Sam", family_name="Twin", club=harbour)
    batch = staged("medals", rows(change, {}), club=harbour)
    assert (verdicts(batch), issues(batch)) == (["refused", "new"], [[(target, code)], []])


def test_too_many_cells(harbour: Club) -> None:
    batch = staged(
        "medals", csv("name,event,place,competition,date", "Ann First,100,1,County,2026-06-01,x"), club=harbour
    )
    assert issues(batch) == [[("", "extra_cells")]]


def test_awards_are_made_linked_and_taken_back(harbour: Club, alice: User, ann: Athlete) -> None:
    run = PerformanceFactory(athlete=ann, mark="11.90")
    content = rows({}, {"name": "", "athlete id": "a1", "event": "200", "place": "=2", "age group": "Vets"})
    batch = imported("medals", content, club=harbour, by=alice)
    assert counts(batch) == (2, 0, 0, 0)
    first, second = Award.objects.order_by("position")
    assert (first.athlete, first.age_group, first.performance, first.club) == (ann, "U20", run, harbour)
    assert (second.position, second.age_group, second.discipline.code) == (2, "Vets", "200")
    evening = plan_ceremony(harbour, title="Evening", starts=NOW, place="Hall", text="", by=alice, at=NOW)
    choose_honours(evening, [f"award-{second.pk}"], by=alice, at=NOW)
    result = undo_import(batch, by=alice, at=NOW)
    assert (result["awards_removed"], result["awards_kept"]) == (1, 1)
    assert list(Award.objects.all()) == [second]


def test_the_same_once_more_changes_nothing(harbour: Club) -> None:
    imported("medals", rows({}), club=harbour)
    again = staged(
        "medals", rows({}, {}, {"place": "2"}, {"event": "200"}, {"event": "200", "place": "3"}), club=harbour
    )
    assert verdicts(again) == ["duplicate", "duplicate", "refused", "new", "refused"]
    assert [found[0][1] for found in issues(again) if found] == ["other_place", "place_twice"]
    apply_import(again, by=None, at=NOW)
    assert Award.objects.count() == 2


def test_what_came_meanwhile_is_there_already(harbour: Club, ann: Athlete) -> None:
    batch = staged("medals", rows({}), club=harbour)
    contest = Contest(discipline("100"), "County", date(2026, 6, 1))
    enter_awards(harbour, contest, [Placing(ann, 1, "U20")], by=None, at=NOW)
    apply_import(batch, by=None, at=NOW)
    batch.refresh_from_db()
    assert counts(batch) == (0, 0, 1, 0)
    assert Award.objects.get().batch is None


def test_our_own_file_imported_again_changes_nothing(harbour: Club, bob: User) -> None:
    imported("medals", rows({}, {"event": "SP", "place": "4", "team": "Harbour, A"}), club=harbour)
    sheet = csv(",".join(SHEET), *(",".join(f'"{c}"' for c in row) for row in award_rows(harbour, bob, MedalFilters())))
    assert verdicts(staged("medals", sheet, club=harbour, source="again")) == ["duplicate", "duplicate"]


def test_an_erased_athlete_wins_nothing_more(harbour: Club, ann: Athlete) -> None:
    erase_athlete(ann, by=None, at=NOW)
    batch = staged("medals", rows({"athlete id": "a1", "name": ""}), club=harbour)
    assert issues(batch) == [[("athlete_external_id", "erased_athlete")]]


def test_undoing_the_athletes_keeps_whoever_won_something(harbour: Club) -> None:
    people = imported("athletes", csv("family name,given name,sex", "New,Nina,F", "Gone,Gina,F"), club=harbour)
    nina = Athlete.objects.get(family_name="New")
    enter_awards(harbour, Contest(discipline("100"), "County", date(2026, 6, 1)), [Placing(nina, 1)], by=None, at=NOW)
    result = undo_import(people, by=None, at=NOW)
    assert (result["athletes_removed"], result["athletes_kept"]) == (1, 1)


def test_undoing_the_performances_leaves_the_medal(harbour: Club, ann: Athlete) -> None:
    marks = csv("family name,given name,sex,birth date,event,mark,date", "First,Ann,M,2008-01-01,100,11.90,2026-06-01")
    batch = imported("performances", marks, club=harbour)
    imported("medals", rows({}), club=harbour)
    award = Award.objects.get()
    assert award.performance
    undo_import(batch, by=None, at=NOW)
    award.refresh_from_db()
    assert award.performance is None
