"""Rows of an athlete file: who is new, who is known, what changes, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from records.actions.applying import apply_import
from records.models import Athlete, ClubSpell, ExternalId, ImportBatch, ImportRow
from tests.factories import NOW, AthleteFactory, imported, staged
from tests.records.importing import counts, csv, issues, verdicts
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

GOOD = {
    "id": "a1", "given name": "Jo", "family name": "Bloggs", "sex": "F", "dob": "2001-01-31", "country": "gbr",
    "club": "", "club from": "", "club until": "", "claim": "", "native name": "",
}  # fmt: skip


def rows(*changes: dict[str, str]) -> str:
    return csv(",".join(GOOD), *(",".join(f'"{cell}"' for cell in (GOOD | change).values()) for change in changes))


def staged_one(change: dict[str, str], **fields: Any) -> tuple[str, list[tuple[str, str]]]:
    batch = staged("athletes", rows(change), **fields)
    return verdicts(batch)[0], issues(batch)[0]


@pytest.mark.parametrize(
    ("change", "target", "code"),
    [
        ({"id": "i" * 81}, "external_id", "too_long"),
        ({"family name": ""}, "family_name", "no_name"),
        ({"family name": "..."}, "family_name", "no_name"),
        ({"family name": "2001-01-31"}, "family_name", "name_is_a_date"),
        ({"given name": "@SUM(A1)"}, "given_name", "name_is_a_formula"),
        ({"given name": "12"}, "given_name", "name_is_a_number"),
        ({"given name": "g" * 81}, "given_name", "too_long"),
        ({"sex": ""}, "sex", "unknown_sex"),
        ({"sex": "mixed"}, "sex", "unknown_sex"),
        ({"dob": "soon"}, "birth_date", "unreadable_date"),
        ({"dob": "03/04/2001"}, "birth_date", "ambiguous_date"),
        ({"dob": "2026-11-21"}, "birth_date", "birth_in_future"),
        ({"dob": "2027"}, "birth_date", "birth_in_future"),
        ({"dob": "1700-01-01"}, "birth_date", "unreadable_date"),
        ({"club": "Nowhere"}, "club", "unknown_club"),
        ({"club from": "then"}, "club_from", "unreadable_date"),
        ({"club until": "01/02/2026"}, "club_until", "ambiguous_date"),
    ],
)
def test_a_bad_row_names_the_column_and_the_reason(change: dict[str, str], target: str, code: str) -> None:
    assert staged_one(change) == ("refused", [(target, code)])


def test_too_many_cells() -> None:
    batch = staged("athletes", csv("name,sex,id", "Bloggs,Jo,F,a1", "Jo Bloggs,F"))
    assert issues(batch) == [[("", "extra_cells")], []]


def test_an_end_before_the_start_is_refused(harbour: Club) -> None:
    change = {"club": "harbour", "club from": "2026-02-01", "club until": "2026-01-01"}
    verdict, said = staged_one(change)
    assert verdict == "refused"
    assert said[0][0] in ("club_from", "club_until")


def test_a_new_athlete_is_made_as_described(harbour: Club) -> None:
    batch = imported(
        "athletes",
        rows(
            {
                "native name": "Джо",
                "club": "Harbour AC",
                "club from": "2020-01-01",
                "club until": "2020-12-31",
                "claim": "2",
            }
        ),
    )
    athlete = Athlete.objects.get()
    spell = ClubSpell.objects.get()
    assert (athlete.given_name, athlete.family_name, athlete.sex, athlete.native_name) == ("Jo", "Bloggs", "F", "Джо")
    assert (athlete.born, athlete.country, athlete.name_key, athlete.batch) == (
        "2001-01-31",
        "GBR",
        "bloggs, jo",
        batch,
    )
    assert (athlete.external_ids.get().source, athlete.external_ids.get().value) == ("test", "a1")
    assert (spell.athlete, spell.club, spell.claim) == (athlete, harbour, "second")
    assert (spell.starts, spell.ends) == (date(2020, 1, 1), date(2020, 12, 31))


def test_the_same_file_again_creates_nothing(harbour: Club) -> None:
    content = rows({}, {"id": "a2", "given name": "Al"}, {"id": "", "given name": "Em", "dob": ""})
    assert counts(imported("athletes", content, club=harbour)) == (3, 0, 0, 0)
    assert counts(imported("athletes", content, club=harbour)) == (0, 0, 3, 0)
    assert (Athlete.objects.count(), ClubSpell.objects.count(), ExternalId.objects.count()) == (3, 3, 2)


def test_birth_dates_known_to_the_year_and_not_at_all() -> None:
    imported(
        "athletes",
        rows(
            {"dob": "2001"},
            {"id": "a2", "dob": "", "given name": "Al"},
            {"id": "a3", "dob": "2026", "given name": "Em"},
        ),
    )
    assert set(Athlete.objects.values_list("given_name", "birth_date", "birth_precision")) == {
        ("Jo", date(2001, 12, 31), "year"),
        ("Al", None, "unknown"),
        ("Em", date(2026, 12, 31), "year"),
    }


def test_two_rows_of_one_new_athlete_are_two_spells(harbour: Club, other: Club) -> None:
    batch = imported(
        "athletes", rows({"club": "harbour", "club until": "2025-12-31"}, {"club": "other", "club from": "2026-01-01"})
    )
    assert counts(batch)[0] == 1
    athlete = Athlete.objects.get()
    assert set(athlete.spells.values_list("club", "starts", "ends")) == {
        (harbour.pk, None, date(2025, 12, 31)),
        (other.pk, date(2026, 1, 1), None),
    }


def test_an_athlete_known_by_name_and_birth_gets_the_id() -> None:
    athlete = AthleteFactory(given_name="JO", family_name="Blöggs", sex="F", birth_date=date(2001, 1, 31))
    imported("athletes", rows({}))
    assert Athlete.objects.get() == athlete
    assert athlete.external_ids.get().value == "a1"


def test_an_athlete_with_another_id_of_the_same_source_is_another_person() -> None:
    imported("athletes", rows({}))
    verdict, said = staged_one({"id": "a2"})
    assert (verdict, said) == ("new", [("family_name", "possible_duplicate")])


def test_sex_is_never_changed_by_a_file() -> None:
    imported("athletes", rows({}))
    assert staged_one({"sex": "M"}) == ("refused", [("sex", "sex_differs")])


def test_a_known_athlete_may_come_without_sex() -> None:
    imported("athletes", rows({}))
    assert staged_one({"sex": ""}) == ("duplicate", [])


def test_names_and_birth_dates_are_corrected_by_id() -> None:
    imported("athletes", rows({}))
    batch = imported("athletes", rows({"family name": "Blogs", "dob": "2001-01-30"}))
    athlete = Athlete.objects.get()
    assert (athlete.family_name, athlete.name_key, athlete.born) == ("Blogs", "blogs, jo", "2001-01-30")
    assert (counts(batch), ImportRow.objects.get(batch=batch).athlete) == ((0, 1, 0, 0), athlete)


def test_a_cell_left_empty_or_written_otherwise_changes_nothing() -> None:
    imported("athletes", rows({}))
    assert staged_one({"dob": "", "given name": "JÓ"}) == ("duplicate", [])


def test_a_year_never_replaces_the_day_it_agrees_with() -> None:
    imported("athletes", rows({}))
    assert staged_one({"dob": "2001"}) == ("duplicate", [])


def test_doubtful_pairs_are_said_and_never_merged(harbour: Club) -> None:
    AthleteFactory(
        given_name="Jo", family_name="Bloggs", sex="F", birth_date=date(2001, 12, 31), birth_precision="year"
    )
    AthleteFactory(given_name="Al", family_name="Bloggs", sex="F", birth_date=None)
    batch = imported("athletes", rows({"id": ""}, {"id": "", "given name": "Al"}))
    assert issues(batch) == [[("birth_date", "possible_duplicate")]] * 2
    assert (counts(batch), batch.result["warnings"], Athlete.objects.count()) == ((2, 0, 0, 0), 2, 4)


def test_two_of_one_name_are_said_where_the_row_gives_no_birth_date(harbour: Club) -> None:
    for year in (1990, 1995):
        AthleteFactory(given_name="Jo", family_name="Bloggs", sex="F", birth_date=date(year, 1, 1), club=harbour)
    assert staged_one({"id": "", "dob": ""}, club=harbour) == ("new", [("family_name", "possible_duplicate")])


def test_a_doubtful_row_without_sex_makes_nobody() -> None:
    for year in (1990, 1995):
        AthleteFactory(given_name="Jo", family_name="Bloggs", sex="F", birth_date=date(year, 1, 1))
    verdict, said = staged_one({"id": "", "dob": "", "sex": ""})
    assert (verdict, said) == ("refused", [("family_name", "possible_duplicate"), ("sex", "unknown_sex")])


def test_two_of_one_name_and_different_birth_dates_are_two() -> None:
    batch = imported("athletes", rows({"id": ""}, {"id": "", "dob": "1999-09-09"}))
    assert (issues(batch), Athlete.objects.count()) == ([[], []], 2)


def test_a_transfer_closes_the_former_spell(harbour: Club, other: Club) -> None:
    imported("athletes", rows({"club": "harbour"}))
    imported("athletes", rows({"club": "other", "club from": "2026-03-01"}))
    assert set(ClubSpell.objects.values_list("club", "starts", "ends")) == {
        (harbour.pk, None, date(2026, 2, 28)),
        (other.pk, date(2026, 3, 1), None),
    }


def test_a_transfer_that_is_known_already_is_there_already(harbour: Club, other: Club) -> None:
    imported("athletes", rows({"club": "other", "club from": "2026-03-01"}))
    assert staged_one({"club": "other", "club from": "2026-03-01"}) == ("duplicate", [])
    assert staged_one({"club": "other"}) == ("duplicate", [])
    assert staged_one({"club": "other", "club from": "2026-03-02"}) == ("changed", [])


def test_a_second_claim_leaves_the_first_open(harbour: Club, other: Club) -> None:
    imported("athletes", rows({"club": "harbour"}))
    imported("athletes", rows({"club": "other", "club from": "2026-03-01", "claim": "second"}))
    assert ClubSpell.objects.get(club=harbour).ends is None


def test_another_club_without_a_day_is_said_and_changes_nothing(harbour: Club, other: Club) -> None:
    imported("athletes", rows({"club": "harbour"}))
    assert staged_one({"club": "other"}) == ("duplicate", [("club", "other_club")])


def test_a_known_athlete_without_a_club_joins_without_a_day(harbour: Club) -> None:
    imported("athletes", rows({}))
    assert counts(imported("athletes", rows({"club": "harbour"}))) == (0, 1, 0, 0)
    assert ClubSpell.objects.get().starts is None


def test_a_file_of_one_club_takes_no_rows_of_another(harbour: Club, other: Club) -> None:
    assert staged_one({"club": "other"}, club=harbour) == ("refused", [("club", "not_your_club")])


def test_clubs_are_made_where_the_registrar_asks_for_it() -> None:
    content = rows(
        {"club": "Newtown"},
        {"id": "a2", "given name": "Al", "club": "Newtown"},
        {"id": "a3", "given name": "Em", "club": "FRA"},
    )
    batch: ImportBatch = imported("athletes", content, create_clubs=True)
    assert batch.result["clubs_created"] == 2
    assert set(Club.objects.values_list("name", "country")) == {("Newtown", ""), ("FRA", "FRA")}
    assert ClubSpell.objects.filter(club__name="Newtown").count() == 2
    assert staged_one({"id": "a4", "club": "N" * 121}, create_clubs=True) == ("refused", [("club", "too_long")])


def test_a_known_athlete_may_join_a_club_that_is_made() -> None:
    imported("athletes", rows({}))
    imported("athletes", rows({"club": "Newtown", "club from": "2026-01-01"}), create_clubs=True)
    assert ClubSpell.objects.get().club.name == "Newtown"


def test_a_club_of_the_year_one_is_refused(harbour: Club) -> None:
    batch = staged("athletes", rows({"club": "harbour", "club from": "0001-01-01"}))
    assert issues(batch) == [[("club_from", "unreadable_date")]]


SIMPLE = "first_name,last_name,gender"


@pytest.fixture
def jo(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Jo", family_name="Bloggs", sex="F", birth_date=date(2001, 1, 31), club=harbour)


def test_the_simple_file_of_names_and_genders(harbour: Club) -> None:
    batch = imported("athletes", csv(SIMPLE, "Jo,Bloggs,Female", "Al,Newman,Male"), club=harbour)
    assert counts(batch) == (2, 0, 0, 0)
    assert set(Athlete.objects.values_list("given_name", "sex")) == {("Jo", "F"), ("Al", "M")}


def test_those_there_are_left_as_they_are(harbour: Club, jo: Athlete) -> None:
    content = csv(f"id,{SIMPLE},dob", "a1,Jo,Bloggs,Female,2001-01-31", "a2,Al,Newman,Male,")
    batch = imported("athletes", content, club=harbour, existing="skip")
    assert (verdicts(batch), Athlete.objects.count()) == (["duplicate", "new"], 2)
    assert not ExternalId.objects.filter(athlete=jo).exists()


def test_another_of_the_same_name_is_made_on_demand(harbour: Club, jo: Athlete) -> None:
    batch = imported("athletes", csv(SIMPLE, "Jo,Bloggs,Female"), club=harbour, existing="create")
    assert (verdicts(batch), issues(batch)) == (["new"], [[]])
    assert Athlete.objects.filter(name_key="bloggs, jo").count() == 2


def test_another_is_made_beside_one_in_doubt(harbour: Club, other: Club) -> None:
    AthleteFactory(given_name="Jo", family_name="Bloggs", sex="F", birth_date=None, club=other)
    content = csv(f"{SIMPLE},dob", "Jo,Bloggs,Female,2001-01-31")
    batch = imported("athletes", content, club=harbour, existing="create")
    assert (verdicts(batch), issues(batch)) == (["new"], [[]])


def test_a_true_duplicate_is_refused_even_then(harbour: Club, jo: Athlete) -> None:
    ExternalId.objects.create(athlete=jo, source="test", value="a1")
    content = csv(
        f"id,{SIMPLE},dob",
        ",Al,Newman,Male,",
        ",Al,Newman,Male,",
        "a1,Jo,Bloggs,Female,",
        ",Jo,Bloggs,Female,2001-01-31",
    )
    batch = staged("athletes", content, club=harbour, existing="create")
    assert verdicts(batch) == ["new", "refused", "refused", "refused"]
    assert issues(batch)[1:] == [
        [("", "row_twice")],
        [("external_id", "athlete_there")],
        [("birth_date", "athlete_there")],
    ]


def test_a_doubt_names_its_candidates_by_id(harbour: Club, jo: Athlete) -> None:
    ExternalId.objects.create(athlete=jo, source="test", value="a9")
    batch = staged("athletes", csv(f"id,{SIMPLE},dob", "a1,Jo,Bloggs,Female,2001-01-31"), club=harbour)
    row = ImportRow.objects.get(batch=batch)
    assert row.issues is not None
    assert row.issues[0]["values"]["ids"] == str(jo.pk)


def test_who_came_meanwhile_by_id_is_no_second_one_even_on_demand(harbour: Club) -> None:
    content = csv(f"id,{SIMPLE}", "a1,Jo,Bloggs,Female")
    batches = [staged("athletes", content, club=harbour, existing="create") for _ in range(2)]
    for batch in batches:
        apply_import(batch, by=None, at=NOW)
    assert (Athlete.objects.count(), verdicts(batches[1])) == (1, ["duplicate"])
