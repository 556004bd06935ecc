"""The commands that print, export, rebuild and take back."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from records.actions.correcting import annul_performance, correct_performance
from records.models import Athlete, Best, ExternalId, ImportBatch, Performance, Record
from records.queries.exports import COLUMNS
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported
from tests.records.importing import csv as lines
from tests.records.oracle import derived
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


def text_of(command: str, *args: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(command, *args, **options, stdout=out)
    return out.getvalue()


def json_of(command: str, *args: str, **options: Any) -> Any:
    return json.loads(text_of(command, *args, **options, format="json"))


def csv_of(command: str, *args: str, **options: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(command, *args, **options, format="csv"))))


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    """Sam with three wind-legal 100 m marks, each better, one aided and an indoor 60 m."""
    athlete = AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)
    ExternalId.objects.create(athlete=athlete, source="s", value="a1")
    for mark, day, wind in (
        ("11.00", date(2025, 6, 1), 10),
        ("10.90", date(2026, 5, 1), -3),
        ("10.80", date(2026, 6, 1), 20),
        ("10.70", date(2026, 7, 1), 21),
    ):
        PerformanceFactory(athlete=athlete, mark=mark, on=day, wind=wind, competition="Cup", venue="Leeds")
    PerformanceFactory(athlete=athlete, discipline="60", mark="6.90", on=date(2026, 1, 9), facility="indoor")
    return athlete


def marks(found: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [tuple(str(one[name]) for name in ("discipline", "mark", "date", "until")) for one in found]


def test_records_prints_what_stands(athlete: Athlete) -> None:
    found = json_of("records", book="harbour", age_group="")
    assert marks(found) == [("60", "6.90", "2026-01-09", "None"), ("100", "10.80", "2026-06-01", "None")]
    assert set(found[0]) == {
        "discipline", "sex", "age_group", "facility", "timing", "mark", "wind", "athlete", "athlete_id", "club",
        "date", "until", "equal", "competition", "venue", "source", "external_id",
    }  # fmt: skip
    assert found[1] | {"discipline": "100"} == found[1] | {
        "sex": "M", "facility": "outdoor", "wind": "+2.0", "athlete": "Sam Hill", "athlete_id": athlete.pk,
        "club": "harbour", "equal": False, "competition": "Cup", "venue": "Leeds",
    }  # fmt: skip


def test_records_on_a_day_are_those_of_its_end(athlete: Athlete) -> None:
    def on(day: date) -> list[tuple[str, ...]]:
        return marks(json_of("records", book="harbour", discipline="100", age_group="", on=day))

    assert on(date(2025, 5, 31)) == []
    assert on(date(2026, 4, 30)) == [("100", "11.00", "2025-06-01", "2026-05-01")]
    assert on(date(2026, 5, 1)) == [("100", "10.90", "2026-05-01", "2026-06-01")]


def test_the_history_of_records_has_every_step(athlete: Athlete) -> None:
    found = json_of("records", book="world", discipline="100", age_group="", history=True)
    assert marks(found) == [
        ("100", "11.00", "2025-06-01", "2026-05-01"),
        ("100", "10.90", "2026-05-01", "2026-06-01"),
        ("100", "10.80", "2026-06-01", "None"),
    ]
    until = json_of("records", book="world", discipline="100", age_group="", history=True, on=date(2026, 5, 9))
    assert marks(until) == marks(found)[:2]


def test_records_of_one_sex_or_group_or_of_nothing_known(athlete: Athlete) -> None:
    assert json_of("records", book="harbour", sex="F") == []
    assert {one["age_group"] for one in json_of("records", book="harbour")} == {"", "Senior"}
    assert {one["age_group"] for one in json_of("records", book="harbour", age_group="Senior")} == {"Senior"}
    assert json_of("records", book="harbour", discipline="quidditch") == []
    assert text_of("records", book="harbour", discipline="quidditch") == "Nothing found.\n"


def test_a_table_of_records_lines_up(athlete: Athlete) -> None:
    header, sixty, hundred = text_of("records", book="harbour", age_group="").splitlines()
    assert header.split() == "discipline sex age group facility mark wind athlete club date".split()  # noqa: SIM905
    assert sixty.split() == ["60", "M", "indoor", "6.90", "Sam", "Hill", "harbour", "2026-01-09"]
    assert header.index("mark") == sixty.index("6.90") == hundred.index("10.80")
    assert text_of("records", book="harbour", history=True).splitlines()[0].endswith("date        until")


def test_csv_of_records_holds_the_same_as_json(athlete: Athlete) -> None:
    as_json = json_of("records", book="harbour")
    texts = [{name: "" if value is None else str(value) for name, value in one.items()} for one in as_json]
    assert len(texts) == 4
    assert csv_of("records", book="harbour") == texts


def test_csv_without_rows_still_has_a_header(harbour: Club) -> None:
    assert text_of("records", book="harbour", format="csv").startswith("discipline,sex,age_group,")


def test_bests_prints_each_list_apart(athlete: Athlete) -> None:
    found = json_of("bests", athlete="s:a1", on=date(2026, 11, 20))
    told = [(one["discipline"], one["facility"], one["list"], one["mark"], one["season_best"]) for one in found]
    assert told == [
        ("60", "indoor", "legal", "6.90", "6.90"),
        ("100", "outdoor", "legal", "10.80", "10.80"),
        ("100", "outdoor", "wind", "10.70", "10.70"),
    ]


def test_bests_on_a_day_are_those_of_its_end(athlete: Athlete) -> None:
    found = json_of("bests", athlete="s:a1", on=date(2026, 4, 30))
    told = [(one["discipline"], one["mark"], one["date"], one["season_best"]) for one in found]
    assert told == [("60", "6.90", "2026-01-09", "6.90"), ("100", "11.00", "2025-06-01", "")]
    assert json_of("bests", athlete="s:a1", on=date(2020, 1, 1)) == []


def test_bests_know_the_season_of_the_athlete_s_club(athlete: Athlete, harbour: Club) -> None:
    harbour.season_start = 10
    harbour.save()
    PerformanceFactory(athlete=athlete, discipline="SP", mark="15.00", on=date(2026, 10, 5))
    found = json_of("bests", athlete="s:a1", on=date(2026, 11, 20))
    assert [one["season_best"] for one in found if one["discipline"] == "SP"] == ["15.00"]


def test_bests_as_table_and_csv(athlete: Athlete) -> None:
    table = text_of("bests", athlete="s:a1", on=date(2026, 11, 20)).splitlines()
    assert (len(table), table[2].split()[:5]) == (4, ["100", "outdoor", "legal", "10.80", "+2.0"])
    assert [one["mark"] for one in csv_of("bests", athlete="s:a1", on=date(2026, 11, 20))] == ["6.90", "10.80", "10.70"]


def test_an_athlete_s_words_are_no_formula_in_a_spreadsheet(athlete: Athlete) -> None:
    Performance.objects.filter(discipline__code="60").update(competition="=cmd|' /C calc'!A0")
    assert json_of("bests", athlete="s:a1")[0]["competition"] == "=cmd|' /C calc'!A0"
    assert csv_of("bests", athlete="s:a1")[0]["competition"] == "'=cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("command", "args", "sentence"),
    [
        ("records", ["--book", "nowhere"], "There is no record book “nowhere”. A club's book bears its slug; “world” is the site's."),
        ("rebuild_records", ["--book", "nowhere"], "There is no record book “nowhere”. A club's book bears its slug; “world” is the site's."),
        ("bests", ["--athlete", "s:a9"], "No athlete has the id a9 in source s."),
        ("bests", ["--athlete", "a1"], "--athlete a1: write SOURCE:ID, as in --athlete powerof10:12345."),
        ("bests", ["--athlete", "s:a1", "--on", "soon"], "Error: argument --on: “soon” is not a day. Write it as 2026-05-31."),
        ("records", ["--book", "world", "--on", "2026-02-30"], "Error: argument --on: “2026-02-30” is not a day. Write it as 2026-05-31."),
        ("export_performances", ["--club", "nowhere"], "There is no club “nowhere”."),
        ("undo_import", ["987654"], "There is no import 987654."),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(athlete: Athlete, command: str, args: list[str], sentence: str) -> None:
    out = io.StringIO()
    with pytest.raises(CommandError) as said:
        call_command(command, *args, stdout=out)
    assert (str(said.value), out.getvalue()) == (sentence, "")


def test_a_column_that_is_not_there_is_said_with_the_choices(athlete: Athlete) -> None:
    with pytest.raises(
        CommandError, match=r"^There is no column shoes, laces\. Choose from: external_id, .*as_written"
    ):
        text_of("export_performances", columns="mark,shoes,laces")


def test_export_as_csv_and_json_hold_the_same(athlete: Athlete) -> None:
    as_csv, as_json = csv_of("export_performances"), json_of("export_performances")
    assert [list(one) for one in (as_csv[0], as_json[0])] == [list(COLUMNS)] * 2
    assert [one["mark"] for one in as_csv] == ["11.00", "10.90", "10.80", "10.70", "6.90"]
    assert [one["legal"] for one in as_json] == [True, True, True, False, True]
    assert [one | {"legal": "yes" if one["legal"] else "no"} for one in as_json] == as_csv


def test_export_of_nothing(harbour: Club) -> None:
    assert json_of("export_performances") == []
    assert text_of("export_performances") == ",".join(COLUMNS) + "\r\n"


def test_export_of_chosen_columns_keeps_their_order(athlete: Athlete) -> None:
    assert text_of("export_performances", columns="date, mark").splitlines()[:2] == ["date,mark", "2025-06-01,11.00"]


def test_export_of_one_club_or_source(athlete: Athlete, other: Club) -> None:
    imported(
        "performances", lines("id,name,sex,event,mark,date", "p1,Ali Far,M,SP,15.00,2026-05-05"), club=other, source="x"
    )
    assert len(csv_of("export_performances")) == 6
    assert [one["external_id"] for one in csv_of("export_performances", club="other")] == ["p1"]
    assert [one["external_id"] for one in csv_of("export_performances", source="x")] == ["p1"]
    assert csv_of("export_performances", source="x", club="harbour") == []


def test_export_leaves_out_superseded_versions(athlete: Athlete) -> None:
    old = Performance.objects.get(discipline__code="60")
    correct_performance(old, by=None, at=NOW, because="photo", mark="6.95")
    assert [one["mark"] for one in csv_of("export_performances") if one["discipline"] == "60"] == ["6.95"]


def test_rebuild_gives_the_same_rows(athlete: Athlete) -> None:
    before = derived()
    Best.objects.all().delete()
    Record.objects.all().delete()
    said = json.loads(text_of("rebuild_records", json=True))
    assert derived() == before
    standing = Record.objects.filter(until=None).count()
    assert (said["bests"], said["records"], said["standing"]) == (len(before[0]), len(before[1]), standing)
    assert f"{said['bests']} bests and {said['records']} record steps" in text_of("rebuild_records")


def test_rebuild_of_one_book_leaves_the_others(athlete: Athlete) -> None:
    Record.objects.all().delete()
    said = json.loads(text_of("rebuild_records", book="harbour", json=True))
    assert said["records"] == Record.objects.filter(book__slug="harbour").count() == 8
    assert not Record.objects.exclude(book__slug="harbour").exists()


HEADER = "id,given,family,sex,event,mark,date"


def test_undo_takes_an_import_back(athlete: Athlete) -> None:
    before = derived(), Performance.objects.count(), Athlete.objects.count()
    batch = imported(
        "performances", lines(HEADER, "p1,Al,New,M,SP,15.00,2026-05-05", "p2,Al,New,M,SP,16.00,2026-05-06")
    )
    said = json.loads(text_of("undo_import", str(batch.pk), json=True))
    assert (said["batch"], said["state"]) == (batch.pk, "undone")
    assert (said["performances_removed"], said["performances_kept"], said["athletes_removed"]) == (2, 0, 1)
    assert (derived(), Performance.objects.count(), Athlete.objects.count()) == before


def test_undo_says_what_was_kept(athlete: Athlete) -> None:
    batch = imported(
        "performances", lines(HEADER, "p1,Al,New,M,SP,15.00,2026-05-05", "p2,Al,New,M,SP,16.00,2026-05-06")
    )
    annul_performance(Performance.objects.get(external_id="p1"), by=None, at=NOW, because="foul")
    said = text_of("undo_import", str(batch.pk)).splitlines()
    assert said[0] == f"Import {batch.pk} is taken back:"
    assert {"  performances removed: 1", "  performances kept: 1", "  athletes kept: 1"} <= set(said[1:])


def test_undo_happens_once(athlete: Athlete) -> None:
    batch = imported("performances", lines(HEADER, "p1,Al,New,M,SP,15.00,2026-05-05"))
    text_of("undo_import", str(batch.pk))
    with pytest.raises(CommandError, match=r"^This import is not applied, so there is nothing to take back\.$"):
        text_of("undo_import", str(batch.pk))
    assert ImportBatch.objects.get().state == "undone"
