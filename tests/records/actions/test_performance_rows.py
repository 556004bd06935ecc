"""Rows of a performance file: what is stored of a good one, and what is said of a bad one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from records.actions.folding import rebuild
from records.domain.eligibility import BestList, Flaw
from records.models import (
    Athlete,
    ClubSpell,
    ExternalId,
    ImportBatch,
    ImportRow,
    Performance,
    Record,
    RecordPolicy,
    RelayLeg,
)
from records.sentences import say
from tests.factories import AthleteFactory, ClubFactory, ClubSpellFactory, imported, staged
from tests.records.importing import csv, issues, verdicts
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

GOOD = {
    "id": "p1", "athlete id": "", "name": "Jo Bloggs", "sex": "M", "dob": "2001-01-01", "club": "", "event": "100",
    "mark": "10.80", "wind": "+1.0", "timing": "", "place": "", "round": "", "environment": "", "competition": "",
    "venue": "", "country": "", "date": "2026-05-05", "note": "", "combined event": "", "team": "", "legs": "",
}  # fmt: skip


def rows(*changes: dict[str, str]) -> str:
    """A file of good rows, each with some cells said otherwise."""
    lines = [",".join(f'"{cell}"' for cell in (GOOD | change).values()) for change in changes]
    return csv(",".join(GOOD), *lines)


def staged_row(change: dict[str, str], **fields: Any) -> ImportRow:
    return ImportRow.objects.get(batch=staged("performances", rows(change), **fields))


def performed(change: dict[str, str], **fields: Any) -> Performance:
    imported("performances", rows(change), **fields)
    return Performance.objects.get()


def register(athlete: Athlete, value: str, source: str = "test") -> None:
    ExternalId.objects.create(athlete=athlete, source=source, value=value)


@pytest.mark.parametrize(
    ("change", "target", "code"),
    [
        ({"date": ""}, "date", "no_date"),
        ({"date": "soon"}, "date", "unreadable_date"),
        ({"date": "03/04/2026"}, "date", "ambiguous_date"),
        ({"date": "2026-11-21"}, "date", "date_in_future"),
        ({"date": "2027"}, "date", "date_in_future"),
        ({"date": "1849-12-31"}, "date", "date_too_early"),
        ({"date": "2000-12-31"}, "date", "date_before_birth"),
        ({"date": "2005-12-31"}, "date", "too_young"),
        ({"dob": "1880-01-01"}, "date", "too_old"),
        ({"event": ""}, "discipline", "no_discipline"),
        ({"event": "egg and spoon"}, "discipline", "unknown_discipline"),
        ({"mark": ""}, "mark", "no_mark"),
        ({"mark": "quick"}, "mark", "unreadable_mark"),
        ({"mark": "WD"}, "mark", "withdrawn"),
        ({"mark": "8.00"}, "mark", "too_good"),
        ({"mark": "99.00"}, "mark", "too_poor"),
        ({"event": "800", "mark": "1:75.00"}, "mark", "sixty_or_more"),
        ({"event": "LJ", "mark": "6.123"}, "mark", "three_decimals"),
        ({"event": "LJ", "mark": "19' 12"}, "mark", "twelve_inches"),
        ({"wind": "breezy"}, "wind", "unreadable_wind"),
        ({"wind": "+15.1"}, "wind", "unreadable_wind"),
        ({"environment": "on the moon"}, "environment", "unknown_environment"),
        ({"club": "Nowhere AC"}, "club", "unknown_club"),
        ({"name": ""}, "athlete_external_id", "no_athlete"),
        ({"name": "", "athlete id": "a9"}, "athlete_external_id", "unknown_athlete"),
        ({"name": "?"}, "family_name", "no_name"),
        ({"name": "12-May"}, "full_name", "name_is_a_date"),
        ({"name": "=A1"}, "full_name", "name_is_a_formula"),
        ({"name": "4711"}, "full_name", "name_is_a_number"),
        ({"name": "Jo " + "B" * 81}, "family_name", "too_long"),
        ({"sex": "yes"}, "sex", "unknown_sex"),
        ({"sex": ""}, "sex", "unknown_sex"),
        ({"sex": "X"}, "sex", "unknown_sex"),
        ({"dob": "long ago"}, "birth_date", "unreadable_date"),
        ({"place": "1" * 11}, "place", "too_long"),
        ({"round": "r" * 41}, "round", "too_long"),
        ({"competition": "c" * 161}, "competition", "too_long"),
        ({"venue": "v" * 121}, "venue", "too_long"),
        ({"venue": "v" * 110, "country": "Great Britain"}, "venue", "too_long"),
        ({"note": "n" * 201}, "note", "too_long"),
        ({"id": "i" * 81}, "external_id", "too_long"),
        ({"team": "t" * 81, "event": "4x100", "mark": "41.00"}, "team", "too_long"),
        ({"team": "Harbour A", "event": "4x100", "mark": "41.00", "legs": "a1/a2"}, "legs", "unknown_leg"),
        ({"team": "Harbour A", "event": "4x100", "mark": "41.00", "sex": "?"}, "sex", "unknown_sex"),
    ],
)  # fmt: skip
def test_a_bad_row_names_the_column_and_the_reason(change: dict[str, str], target: str, code: str) -> None:
    batch = imported("performances", rows(change, {"id": "p2"}))
    assert verdicts(batch) == ["refused", "new"]
    assert issues(batch) == [[(target, code)], []]
    row = ImportRow.objects.get(batch=batch, number=2)
    assert row.issues is not None
    assert say(code, row.issues[0]["values"])
    assert Performance.objects.get().external_id == "p2"


def test_a_row_with_too_many_cells_is_refused_and_one_with_too_few_is_read() -> None:
    batch = imported(
        "performances",
        csv("name,sex,event,mark,date,note", "Jo,B,M,100,10.80,2026-05-05,x", "Jo B,M,100,10.80,2026-05-05"),
    )
    assert issues(batch) == [[("", "extra_cells")], []]


def test_the_words_and_the_integers_of_a_good_row() -> None:
    performance = performed(
        {
            "mark": "10.804", "wind": "1.41", "place": "1", "round": "Heat 2", "competition": "Spring Open",
            "venue": "Leeds", "country": "gbr", "note": "sunny", "combined event": "DEC",
        }
    )  # fmt: skip
    assert (performance.value, performance.merit, performance.decimals, performance.written) == (
        10810,
        -10810,
        2,
        "10.804",
    )
    assert (performance.wind, performance.timing, performance.facility, performance.seq) == (15, "auto", "outdoor", 2)
    assert (performance.place, performance.round, performance.competition) == ("1", "Heat 2", "Spring Open")
    assert (performance.venue, performance.country, performance.note) == ("Leeds", "GBR", "DEC; sunny")
    assert (performance.age_day, performance.age_dec31, performance.age_aug31) == (25, 25, 25)
    assert (performance.season, performance.sex, performance.date) == (2026, "M", date(2026, 5, 5))
    assert (performance.flaws, performance.best_list) == (0, BestList.LEGAL)
    assert (performance.source, performance.external_id) == ("test", "p1")


def test_long_words_within_the_limits_are_kept() -> None:
    said = {"competition": "c" * 160, "venue": "v" * 120, "note": "n" * 200, "round": "r" * 40, "place": "1" * 10}
    performance = performed(said)
    assert {name: getattr(performance, name) for name in said} == said


def test_a_combined_event_alone_is_the_note() -> None:
    assert performed({"combined event": "DEC"}).note == "DEC"


def test_a_country_in_full_is_part_of_the_venue() -> None:
    performance = performed({"venue": "Leeds", "country": "Great Britain"})
    assert (performance.venue, performance.country) == ("Leeds, Great Britain", "")


def test_a_country_in_full_without_a_venue_is_the_venue() -> None:
    assert performed({"country": "Great Britain"}).venue == "Great Britain"


@pytest.mark.parametrize(
    ("change", "flaws", "best"),
    [
        ({"wind": "+2.0"}, Flaw(0), BestList.LEGAL),
        ({"wind": "+2.1"}, Flaw.WIND_OVER, BestList.WIND),
        ({"wind": ""}, Flaw.NO_READING, BestList.LEGAL),
        ({"wind": "", "mark": "10.80w"}, Flaw.WIND_OVER, BestList.WIND),
        ({"mark": "10.8h"}, Flaw.HAND, BestList.HAND),
        ({"mark": "10.80", "timing": "Manual"}, Flaw.HAND, BestList.HAND),
        ({"mark": "10.8h", "wind": "+3.0"}, Flaw.HAND | Flaw.WIND_OVER, BestList.NONE),
        ({"mark": "10.80c"}, Flaw.CONVERTED, BestList.NONE),
        ({"mark": "DNF"}, Flaw.NO_MARK, BestList.NONE),
        ({"event": "60", "mark": "7.00", "environment": "indoor", "wind": "+3.0"}, Flaw(0), BestList.LEGAL),
    ],
)
def test_what_stands_against_a_mark(change: dict[str, str], flaws: Flaw, best: BestList) -> None:
    performance = performed(change)
    assert (Flaw(performance.flaws), BestList(performance.best_list)) == (flaws, best)


def test_altitude_and_split_are_flags() -> None:
    assert performed({"mark": "10.80A"}).flags == "A"
    assert staged_row({"id": "p3", "event": "1000", "mark": "2:30.00+"}).flags == "+"


def test_an_athlete_is_known_by_the_id_of_the_source() -> None:
    athlete = AthleteFactory()
    register(athlete, "a1")
    assert staged_row({"athlete id": "a1", "name": "Whoever"}).athlete == athlete
    assert staged_row({"athlete id": "a1", "name": ""}).athlete == athlete
    assert staged_row({"athlete id": "a1"}, source="elsewhere").athlete is None


def test_an_athlete_is_known_by_name_and_birth_date() -> None:
    athlete = AthleteFactory(given_name="Jö", family_name="Bloggs", birth_date=date(2001, 1, 1))
    assert staged_row({}).athlete == athlete


def test_an_unknown_athlete_with_an_id_is_made_with_it() -> None:
    performance = performed({"athlete id": "a7"})
    assert performance.athlete is not None
    assert str(performance.athlete) == "Jo Bloggs"
    assert performance.athlete.external_ids.get().value == "a7"


def test_the_whole_file_is_of_one_club(harbour: Club) -> None:
    performance = performed({}, club=harbour)
    assert performance.club == harbour
    assert ClubSpell.objects.get(athlete=performance.athlete).club == harbour


def test_the_club_of_the_row(harbour: Club, other: Club) -> None:
    batch = staged("performances", rows({"club": "OTHER harriers"}, {"id": "p2", "club": "Harbour AC"}), club=harbour)
    assert issues(batch) == [[("club", "not_your_club")], []]
    assert staged_row({"club": "Other Harriers"}).club == other


def test_a_declared_column_names_the_club(harbour: Club) -> None:
    batch = staged("performances", rows({"note": "harbour"}), club_column="note")
    assert ImportRow.objects.get(batch=batch).club == harbour
    assert staged("performances", rows({}), club_column="vest").refusal["code"] == "no_such_column"  # type: ignore[index]


def test_the_club_of_the_day_counts_where_the_row_names_none(harbour: Club, other: Club) -> None:
    athlete = AthleteFactory()
    register(athlete, "a1")
    ClubSpellFactory(athlete=athlete, club=harbour, ends=date(2026, 5, 4))
    ClubSpellFactory(athlete=athlete, club=other, starts=date(2026, 5, 6))
    days = {"2026-05-04": harbour, "2026-05-05": None, "2026-05-06": other}
    assert {day: staged_row({"athlete id": "a1", "date": day}).club for day in days} == days


def test_a_club_s_file_says_who_belonged_to_another_that_day(harbour: Club, other: Club) -> None:
    athlete = AthleteFactory(family_name="Guest", sex="M")
    register(athlete, "a1")
    ClubSpellFactory(athlete=athlete, club=harbour, ends=date(2026, 5, 4))
    ClubSpellFactory(athlete=athlete, club=other, starts=date(2026, 5, 6))
    days = ("2026-05-04", "2026-05-05", "2026-05-06")
    lines = rows(*({"id": day, "athlete id": "a1", "date": day} for day in days))
    batch = staged("performances", lines, club=harbour)
    assert issues(batch) == [[], [], [("club", "runs_for_another")]]
    assert set(ImportRow.objects.filter(batch=batch).values_list("club", flat=True)) == {harbour.pk}
    ClubSpellFactory(athlete=athlete, club=harbour, claim="second", starts=date(2026, 5, 6))
    assert issues(staged("performances", lines, club=harbour)) == [[], [], []]


def test_unknown_clubs_are_made_where_the_registrar_asks_for_it() -> None:
    batch = imported("performances", rows({"club": "Newtown"}, {"id": "p2", "club": "Newtown"}), create_clubs=True)
    club = Club.objects.get()
    assert (club.name, club.books.count(), batch.result["clubs_created"]) == ("Newtown", 1, 1)
    assert set(Performance.objects.values_list("club", flat=True)) == {club.pk}
    assert ClubSpell.objects.get().club == club
    refused = staged("performances", rows({"club": "N" * 121}), create_clubs=True)
    assert issues(refused) == [[("club", "too_long")]]


def test_the_season_is_the_club_s() -> None:
    ClubFactory(name="Autumn", season_start=10)
    assert staged_row({"club": "Autumn", "date": "2025-10-01"}).season == 2026
    assert staged_row({"club": "Autumn", "date": "2025-09-30"}).season == 2025


def relay(**change: str) -> dict[str, str]:
    said = {"event": "4x100", "mark": "41.00", "wind": "", "name": "", "sex": "M", "dob": "", "team": "Harbour A"}
    return said | {"legs": "a1/a2/ a3 /a4"} | change


def runners(*sexes: str) -> list[Athlete]:
    made = [AthleteFactory(sex=sex) for sex in sexes]
    for number, athlete in enumerate(made, start=1):
        register(athlete, f"a{number}")
    return made


def test_a_relay_is_its_team_s_with_a_leg_for_each_runner(harbour: Club) -> None:
    four = runners(*"MMMM")
    performance = performed(relay(), club=harbour)
    assert (performance.athlete, performance.team, performance.club, performance.sex) == (
        None,
        "Harbour A",
        harbour,
        "M",
    )
    legs = RelayLeg.objects.filter(performance=performance).order_by("number")
    assert [(leg.number, leg.athlete) for leg in legs] == list(enumerate(four, start=1))


def test_a_relay_may_be_mixed_and_without_legs(harbour: Club) -> None:
    performance = performed(relay(event="4x400", mark="3:20.00", sex="Mixed", legs=""), club=harbour)
    assert (performance.sex, RelayLeg.objects.count()) == ("X", 0)


def test_a_relay_that_changed_has_the_new_runners(harbour: Club) -> None:
    four = runners(*"MMMMM")
    imported("performances", rows(relay()), club=harbour)
    imported("performances", rows(relay(legs="a5/a2/a3/a4")), club=harbour)
    current = Performance.objects.current().get()
    assert RelayLeg.objects.get(performance=current, number=1).athlete == four[4]


def test_a_relay_that_is_there_already_with_the_same_runners(harbour: Club) -> None:
    runners(*"MMMM")
    batches = [imported("performances", rows(relay()), club=harbour) for _ in range(2)]
    assert [verdicts(batch) for batch in batches] == [["new"], ["duplicate"]]


def test_a_year_as_birth_date_or_of_birth_is_kept_as_such() -> None:
    batch = imported("performances", csv("name,sex,yob,event,mark,date", "Jo Bloggs,M,2001,100,10.80,2026-05-05"))
    athlete = Athlete.objects.get(batch=batch)
    assert (athlete.born, athlete.birth_precision) == ("2001", "year")
    performance = Performance.objects.get()
    assert (performance.age_day, performance.age_dec31, performance.age_aug31) == (None, 25, None)


def test_a_date_may_be_a_month_or_the_running_year() -> None:
    performance = performed({"date": "2026"})
    assert (performance.date, performance.date_precision) == (date(2026, 12, 31), "year")
    assert staged_row({"id": "p2", "date": "2026-02"}).date == date(2026, 2, 28)


def test_dates_in_a_declared_order() -> None:
    batch: ImportBatch = staged("performances", rows({"date": "03/04/2026", "dob": "01/02/2001"}), date_order="mdy")
    assert ImportRow.objects.get(batch=batch).date == date(2026, 3, 4)


def test_two_of_one_name_in_two_new_clubs_are_two() -> None:
    file = rows({"club": "Newtown", "dob": ""}, {"id": "p2", "club": "Oldtown", "dob": ""})
    imported("performances", file, create_clubs=True)
    assert Athlete.objects.count() == 2
    again = imported("performances", file, create_clubs=True)
    assert (Athlete.objects.count(), again.result["created"]) == (2, 0)


def test_rows_without_ids_of_two_clubs_are_two_performances(harbour: Club, other: Club) -> None:
    file = rows({"id": "", "club": "harbour", "dob": ""}, {"id": "", "club": "other", "dob": ""})
    assert imported("performances", file).result["created"] == 2


def test_a_relay_counts_among_first_claims_when_all_its_runners_are(harbour: Club) -> None:
    book = harbour.books.get()
    book.policy = RecordPolicy.objects.create(book=book, version=2, claims="first")
    book.save()
    four = runners(*"MMMM")
    for runner in four[:3]:
        ClubSpell.objects.create(athlete=runner, club=harbour)
    imported("performances", rows(relay()), club=harbour)
    assert Record.objects.filter(book=book).count() == 0
    ClubSpell.objects.create(athlete=four[3], club=harbour)
    rebuild(book)
    assert Record.objects.filter(book=book).count() == 1


def test_what_an_export_guarded_comes_back_as_it_was() -> None:
    first = imported("performances", rows({"id": "@p2", "note": "=wet"}))
    assert first.result["created"] == 1
    again = imported("performances", rows({"id": "'@p2", "note": "'=wet"}))
    assert verdicts(again) == ["duplicate"]


def test_an_athlete_s_id_has_a_limit_too() -> None:
    batch = staged(
        "performances", csv("athlete id,name,sex,event,mark,date", f"{'x' * 81},Jo B,M,100,10.80,2026-05-05")
    )
    assert issues(batch) == [[("athlete_external_id", "too_long")]]


@pytest.mark.parametrize(
    ("text", "kept"), [("", None), ("8", 8), ("30000", 30_000), ("0", "no"), ("30001", "no"), ("²", "no")]
)
def test_how_many_competed(text: str, kept: int | str | None) -> None:
    batch = staged("performances", csv("name,sex,event,mark,date,starters", f"Jo Bloggs,M,100,10.80,2026-05-05,{text}"))
    row = ImportRow.objects.get(batch=batch)
    if kept == "no":
        assert issues(batch) == [[("field_size", "unreadable_field_size")]]
    else:
        assert (row.verdict, row.field_size) == ("new", kept)
