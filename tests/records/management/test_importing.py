"""The import commands: what they read, what they report, and that a dry run keeps nothing."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError

from records.models import Athlete, ClubSpell, ExternalId, ImportBatch, LegacyRecord, Performance, Record
from tests.factories import AthleteFactory
from tests.records.importing import csv
from trackhub.clubs.models import AuditEntry, Club

pytestmark = pytest.mark.django_db

ATHLETES = csv("id,given,family,sex,dob,club", "a1,Jo,Bloggs,M,2001-01-01,harbour", "a2,Kim,Vale,F,2002-02-02,harbour")
PERFORMANCES = csv(
    "id,athlete id,event,mark,wind,date",
    "p1,a1,100,10.80,+1.0,2026-05-05",
    "p2,a1,100,10.80,+1.0,2026-06-05",
    "p3,a2,LJ,6.00,2.3,2026-05-05",
    "p4,a2,LJ,jumped well,0.3,2026-05-06",
    "p5,a9,LJ,6.00,0.3,2026-05-06",
    "p1,a1,100,10.80,+1.0,2026-05-05",
)
RECORDS = csv("event,sex,age group,mark,holder,date", "100,M,,10.50,Old Hand,1988", "TJ,F,,never,Nobody,1990")
COUNTS = ("rows", "created", "changed", "duplicates", "refused", "warnings", "personal_bests", "season_bests",
          "records", "clubs_created")  # fmt: skip


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(content: str | bytes, name: str = "file.csv") -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


def text_of(command: str, *args: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(command, *args, **options, stdout=out)
    return out.getvalue()


def report_of(command: str, *args: str, **options: Any) -> dict[str, Any]:
    found = json.loads(text_of(command, *args, **options, json=True))
    assert isinstance(found, dict)
    return found


def numbers(report: dict[str, Any]) -> tuple[int, ...]:
    """rows, created, changed, duplicates, refused, warnings."""
    return tuple(report[name] for name in COUNTS[:6])


def everything() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_a_json_report_holds_its_keys_and_counts(harbour: Club, write: Any) -> None:
    athletes = report_of("import_athletes", write(ATHLETES), source="s")
    assert numbers(athletes) == (2, 2, 0, 0, 0, 0)
    report = report_of("import_performances", write(PERFORMANCES), source="s")
    assert set(report) == {
        "batch", "state", *COUNTS, "seconds", "encoding", "columns", "notes", "issues",
    }  # fmt: skip
    batch = ImportBatch.objects.get(pk=report["batch"])
    assert (report["state"], batch.state, batch.source, batch.filename) == ("applied", "applied", "s", "file.csv")
    assert numbers(report) == (6, 3, 0, 1, 2, 0)
    assert (report["personal_bests"], report["season_bests"]) == (2, 2)
    # Two equal 100 m marks, in the club's and the world's book: all ages and the seniors.
    assert report["records"] == Record.objects.count() > 0
    assert report["seconds"] >= 0
    assert report["issues"] == [
        {
            "row": 5,
            "column": "mark",
            "code": "unreadable_mark",
            "message": "“jumped well” is not a mark of this discipline.",
        },
        {
            "row": 6,
            "column": "athlete id",
            "code": "unknown_athlete",
            "message": "No athlete has the id a9 in source s. Import the athletes first.",
        },
    ]


def test_a_report_for_people_names_rows_columns_and_counts(harbour: Club, write: Any) -> None:
    report_of("import_athletes", write(ATHLETES), source="s")
    said = text_of("import_performances", write(PERFORMANCES), source="s").splitlines()
    assert said[0] == "  row 5, mark: “jumped well” is not a mark of this discipline."
    assert said[1].startswith("  row 6, athlete id: No athlete has the id a9")
    assert "(applied): 6 rows; 3 created, 0 changed, 1 there already, 2 refused. 2 personal bests" in said[2]
    assert len(said) == 3


def test_a_long_list_of_issues_is_cut_for_people(harbour: Club, write: Any) -> None:
    rows = [f"p{n},Jo,Bloggs,M,LJ,far,2026-05-05" for n in range(25)]
    said = text_of("import_performances", write(csv("id,given,family,sex,event,mark,date", *rows)))
    assert said.count("is not a mark of this discipline") == 20
    assert "… and 5 more; --json lists them all." in said


def test_a_second_import_creates_nothing(harbour: Club, write: Any) -> None:
    for command, content, verdicts in (
        ("import_athletes", ATHLETES, (2, 0, 0, 2, 0, 0)),
        ("import_performances", PERFORMANCES, (6, 0, 0, 4, 2, 0)),
    ):
        report_of(command, write(content), source="s")
        before = everything()
        again = report_of(command, write(content), source="s")
        assert numbers(again) == verdicts
        # The file itself is kept, and that somebody handed it in.
        assert {name for name, count in everything().items() if count != before[name]} == {
            "records.ImportBatch", "records.ImportChunk", "records.ImportRow", "clubs.AuditEntry", "clubs.Event",
        }  # fmt: skip


def test_notes_on_how_the_file_was_read_are_said(harbour: Club, write: Any) -> None:
    content = ATHLETES.replace("Bloggs", "Muñoz").encode("cp1252")
    note = "The file is not UTF-8; it was read as Windows text (cp1252). Check names with accents."
    report = report_of("import_athletes", write(content), dry_run=True)
    assert (report["encoding"], report["notes"]) == ("cp1252", [note])
    assert text_of("import_athletes", write(content)).splitlines()[0] == note


@pytest.mark.parametrize(
    ("command", "content", "options"),
    [
        ("import_athletes", ATHLETES, {}),
        ("import_performances", PERFORMANCES, {}),
        ("import_records", RECORDS, {"book": "harbour"}),
    ],
)
def test_a_dry_run_keeps_nothing_and_counts_as_the_real_run(
    harbour: Club, write: Any, command: str, content: str, options: dict[str, str]
) -> None:
    if command == "import_performances":
        report_of("import_athletes", write(ATHLETES), source="s")
    before = everything()
    dry = report_of(command, write(content), source="s", dry_run=True, **options)
    assert everything() == before
    real = report_of(command, write(content), source="s", **options)
    assert everything() != before
    assert (dry["state"], real["state"]) == ("staged", "applied")
    assert {name: dry[name] for name in (*COUNTS, "issues")} == {name: real[name] for name in (*COUNTS, "issues")}


def test_a_dry_run_counts_clubs_and_their_records_before_they_are_there(write: Any) -> None:
    content = write(csv(
        "id,given,family,sex,dob,event,mark,wind,date,verein",
        "p1,Jo,Bloggs,M,2001-01-01,SP6.35,15.80,,2026-05-05,Neue SV",
        "p2,Al,Bloggs,M,2001-01-02,SP6.35,16.80,,2026-05-06,Neue SV",
    ))  # fmt: skip
    options: dict[str, Any] = {"club_column": "verein", "create_clubs": True}
    before = everything()
    dry = report_of("import_performances", content, dry_run=True, **options)
    assert everything() == before
    real = report_of("import_performances", content, **options)
    assert (real["clubs_created"], Club.objects.get().name) == (1, "Neue SV")
    assert {name: dry[name] for name in COUNTS} == {name: real[name] for name in COUNTS}
    assert Record.objects.filter(book__club__name="Neue SV").count() == 4


def test_a_dry_run_says_that_it_would(harbour: Club, write: Any) -> None:
    said = text_of("import_athletes", write(ATHLETES), dry_run=True)
    assert "(staged): 2 rows; 2 would be created, 0 changed" in said


def test_a_dry_run_remembers_no_columns(harbour: Club, write: Any) -> None:
    content = write(csv("Wer,Geschlecht", "Jo Bloggs,M"))
    chosen = ["full_name=Wer", "sex=Geschlecht"]
    report_of("import_athletes", content, map=chosen, dry_run=True)
    with pytest.raises(CommandError, match="^No column says family_name / full_name"):
        text_of("import_athletes", content)
    assert numbers(report_of("import_athletes", content, map=chosen)) == (1, 1, 0, 0, 0, 0)
    assert numbers(report_of("import_athletes", content)) == (1, 0, 0, 1, 0, 0)


def test_club_makes_every_row_its_own(harbour: Club, other: Club, write: Any) -> None:
    content = csv("id,given,family,sex,club", "a1,Jo,Bloggs,M,", "a2,Kim,Vale,F,other")
    report = report_of("import_athletes", write(content), club="harbour")
    assert numbers(report) == (2, 1, 0, 0, 1, 0)
    assert [(issue["row"], issue["column"], issue["code"]) for issue in report["issues"]] == [
        (3, "club", "not_your_club")
    ]
    assert list(ClubSpell.objects.values_list("club__slug", flat=True)) == ["harbour"]
    assert ImportBatch.objects.get(pk=report["batch"]).club == harbour


def test_the_club_column_names_the_club(harbour: Club, other: Club, write: Any) -> None:
    content = csv("id,given,family,sex,club,nation", "a1,Jo,Bloggs,M,other,harbour", "a2,Kim,Vale,F,other,ESP")
    report = report_of("import_athletes", write(content), club_column="nation")
    assert numbers(report) == (2, 1, 0, 0, 1, 0)
    assert (
        report["issues"][0]["message"]
        == "There is no club “ESP”. Leave the column of clubs out, or have the club created first."
    )
    assert ClubSpell.objects.get().club == harbour
    again = report_of("import_athletes", write(content), club_column="nation", create_clubs=True)
    assert (numbers(again), again["clubs_created"]) == ((2, 1, 0, 1, 0, 0), 1)
    assert Club.objects.get(name="ESP").country == "ESP"


def test_map_reads_a_target_from_any_column(harbour: Club, write: Any) -> None:
    content = csv("Wer,Geschlecht,Geboren", "Jo Bloggs,M,2001-01-01")
    report = report_of(
        "import_athletes", write(content), map=["full_name=Wer", "sex=Geschlecht", "birth_date=Geboren"]
    )  # fmt: skip
    assert report["columns"] == {"full_name": "Wer", "sex": "Geschlecht", "birth_date": "Geboren"}
    assert str(Athlete.objects.get().birth_date) == "2001-01-01"


@pytest.mark.parametrize(
    ("dates", "told"), [("dmy", ["2026-06-05"]), ("mdy", ["2026-05-06"]), ("iso", [])]
)  # fmt: skip
def test_dates_say_the_order_of_day_and_month(harbour: Club, write: Any, dates: str, told: list[str]) -> None:
    content = csv("id,given,family,sex,event,mark,date", "p1,Jo,Bloggs,M,SP,15.00,05/06/2026")
    report = report_of("import_performances", write(content), dates=dates)
    assert [str(on) for on in Performance.objects.values_list("date", flat=True)] == told
    assert [issue["code"] for issue in report["issues"]] == ([] if told else ["ambiguous_date"])


def test_an_old_record_book_is_imported_into_its_book(harbour: Club, write: Any) -> None:
    report = report_of("import_records", write(RECORDS), book="harbour")
    assert (numbers(report), report["records"]) == ((2, 1, 0, 0, 1, 0), 1)
    assert [(issue["row"], issue["column"], issue["code"]) for issue in report["issues"]] == [
        (3, "mark", "unreadable_mark")
    ]
    assert (LegacyRecord.objects.get().book.slug, LegacyRecord.objects.get().holder) == ("harbour", "Old Hand")


def test_ids_are_the_source_s(harbour: Club, write: Any) -> None:
    ExternalId.objects.create(athlete=AthleteFactory(club=harbour), source="federation", value="a1")
    content = write(csv("id,athlete id,event,mark,date", "p1,a1,SP,15.00,2026-05-05"))
    assert numbers(report_of("import_performances", content, source="else"))[1] == 0
    assert numbers(report_of("import_performances", content, source="federation"))[1] == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"club": "nowhere"}, "There is no club “nowhere”."),
        ({"map": ["birth_date"]}, "--map birth_date: write TARGET=COLUMN, as in --map birth_date=Geboren."),
        ({"map": ["sex="]}, "--map sex: write TARGET=COLUMN, as in --map birth_date=Geboren."),
        ({"map": ["sex=Sexo"]}, "There is no column “Sexo”. The header is: id, given, family, sex, dob, club."),
        ({"club_column": "nation"}, "There is no column “nation”. The header is: id, given, family, sex, dob, club."),
        ({"source": "s" * 41}, "--source: a source's name has at most 40 characters."),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_what_can_t_be_imported_is_said_and_leaves_nothing(
    harbour: Club, write: Any, options: dict[str, Any], sentence: str, dry_run: bool
) -> None:
    before = everything()
    with pytest.raises(CommandError) as said:
        text_of("import_athletes", write(ATHLETES), dry_run=dry_run, **options)
    assert str(said.value) == sentence
    assert everything() == before


def test_a_target_that_is_nothing_is_said_with_the_choices(harbour: Club, write: Any) -> None:
    with pytest.raises(CommandError, match=r"^“shoes” is nothing that a column can say\. Choose from: external_id,"):
        text_of("import_athletes", write(ATHLETES), map=["shoes=sex"])


def test_a_book_that_is_not_there_is_said(harbour: Club, write: Any) -> None:
    with pytest.raises(CommandError, match="^There is no record book “nowhere”"):
        text_of("import_records", write(RECORDS), book="nowhere")
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_not_there_is_said(harbour: Club, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.csv: No such file or directory\.$"):
        text_of("import_athletes", str(tmp_path / "none.csv"))
    assert not ImportBatch.objects.exists()


def test_a_file_beyond_the_limit_is_said(harbour: Club, write: Any, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    with pytest.raises(CommandError, match="^The file is larger than 1 MB"):
        text_of("import_athletes", write(ATHLETES + "x" * settings.IMPORT_MAX_BYTES))
    assert not ImportBatch.objects.exists()


def test_a_refused_file_gives_one_sentence_to_people(harbour: Club, write: Any) -> None:
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^The file is empty\.$"):
        call_command("import_athletes", write(b""), stdout=out)
    assert out.getvalue() == ""
    assert not ImportBatch.objects.exists()


def test_a_refused_file_gives_a_report_to_programs(harbour: Club, write: Any) -> None:
    out = io.StringIO()
    with pytest.raises(CommandError, match="^A quotation mark opened in row 2 is never closed"):
        call_command("import_athletes", write(csv("name,sex", '"Jo,M')), json=True, stdout=out)
    report = json.loads(out.getvalue())
    assert (report["state"], report["rows"], report["created"]) == ("refused", 0, 0)
    message = "A quotation mark opened in row 2 is never closed."
    assert report["issues"] == [{"row": 2, "column": None, "code": "unclosed_quote", "message": message}]
    assert not (ImportBatch.objects.exists() or Athlete.objects.exists())


def test_an_import_is_a_deed_and_a_dry_run_none(harbour: Club, write: Any) -> None:
    report_of("import_athletes", write(ATHLETES), dry_run=True)
    assert not AuditEntry.objects.filter(action="apply_import").exists()
    report = report_of("import_athletes", write(ATHLETES))
    assert AuditEntry.objects.get(action="apply_import").target == f"import {report['batch']}"
