"""Staging: every row read and judged, and nothing real touched."""

from __future__ import annotations

from datetime import date

import pytest

from records.actions import staging
from records.actions.applying import apply_import
from records.actions.correcting import correct_performance
from records.actions.staging import stage_import, verdict_counts
from records.models import Athlete, ColumnMapping, ImportRow, Performance
from tests.factories import NOW, AthleteFactory, imported, received, staged
from tests.records.importing import counts, csv, issues, verdicts
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

HEADER = "id,name,sex,dob,event,mark,wind,date"
JO = "p1,Jo Bloggs,M,2001-01-01,100,10.80,+1.0,2026-05-05"
KIM = "p2,Kim Vale,F,2002-02-02,LJ,6.00,0.3,2026-05-05"


def test_staging_touches_nothing_real() -> None:
    batch = staged("performances", csv(HEADER, JO, KIM))
    assert (batch.state, verdicts(batch)) == ("staged", ["new", "new"])
    assert not Performance.objects.exists()
    assert not Athlete.objects.exists()
    assert batch.result == {"rows": 2, "created": 2, "changed": 0, "duplicates": 0, "refused": 0, "warnings": 0,
                            "doubtful": 0, "athletes": 2}  # fmt: skip


def test_how_the_file_was_read_is_kept() -> None:
    batch = staged(
        "performances", csv(f"{HEADER};shoes".replace(",", ";"), f"{JO},red".replace(",", ";")).encode("cp1252")
    )
    assert (batch.reading["delimiter"], batch.reading["ignored"]) == (";", ["shoes"])
    assert batch.reading["columns"]["full_name"] == "name"
    assert batch.reading["encoding"]


def test_rows_are_numbered_as_a_spreadsheet_counts() -> None:
    batch = staged("performances", csv(HEADER, JO, "", KIM))
    assert list(ImportRow.objects.filter(batch=batch).order_by("number").values_list("number", flat=True)) == [2, 4]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        (HEADER + "\n", "no_rows"),
        (csv("name,event,mark", "Jo Bloggs,100,10.80"), "missing_column"),
        (b"%PDF-1.7 not a table", "wrong_type"),
        (csv(HEADER, JO, '"never closed,M'), "unclosed_quote"),
    ],
)
def test_a_refused_file_leaves_nothing(content: str | bytes, code: str) -> None:
    batch = staged("performances", content)
    batch.refresh_from_db()
    assert batch.refusal is not None
    assert (batch.state, batch.refusal["code"]) == ("refused", code)
    assert not ImportRow.objects.exists()
    assert not ColumnMapping.objects.exists()


def test_a_file_refused_after_some_blocks_leaves_no_row_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "BLOCK_ROWS", 1)
    batch = staged("performances", csv(HEADER, JO, KIM, '"never closed,M'))
    assert batch.state == "refused"
    assert not ImportRow.objects.exists()


def test_staging_again_starts_from_the_beginning() -> None:
    batch = received("performances", csv(HEADER, JO, KIM))
    for _ in range(2):
        stage_import(batch, today=NOW.date())
    assert verdicts(batch) == ["new", "new"]


@pytest.mark.parametrize("state", ["applied", "undone", "refused"])
def test_what_is_settled_is_never_staged_again(state: str) -> None:
    batch = staged("performances", csv(HEADER, JO))
    batch.state = state
    stage_import(batch, today=date(1900, 1, 1))
    assert (batch.state, verdicts(batch)) == (state, ["new"])


def test_progress_reaches_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "BLOCK_ROWS", 2)
    said: list[tuple[int, int]] = []
    batch = received("performances", csv(HEADER, JO, KIM, JO.replace("p1", "p3")))
    stage_import(batch, today=NOW.date(), progress=lambda done, total: said.append((done, total)))
    assert said == [(2, 4), (3, 4)]


def test_a_club_s_columns_are_read_the_same_way_next_time(harbour: Club, other: Club) -> None:
    rows = csv("Wer,Geschlecht,Was,Wieviel,Wann", "Jo Bloggs,M,100,10.80,2026-05-05")
    chosen = {"full_name": "Wer", "sex": "Geschlecht", "discipline": "Was", "mark": "Wieviel", "date": "Wann"}
    assert staged("performances", rows, club=harbour).state == "refused"
    assert staged("performances", rows, club=harbour, mapping=chosen).state == "staged"
    assert staged("performances", rows, club=harbour).state == "staged"
    assert staged("performances", rows, club=other).state == "refused"


def test_equal_rows_of_one_file_count_once() -> None:
    batch = imported("performances", csv(HEADER, JO, JO))
    assert (verdicts(batch), counts(batch)) == (["new", "duplicate"], (1, 0, 1, 0))
    assert Performance.objects.count() == 1


def test_an_id_that_stands_twice_with_other_contents_is_said() -> None:
    batch = imported("performances", csv(HEADER, JO, JO.replace("10.80", "10.70")))
    assert issues(batch)[1] == [("external_id", "id_twice")]
    assert Performance.objects.get().mark == "10.80"


def test_an_id_that_stands_twice_for_two_people_is_said() -> None:
    batch = staged("performances", csv(HEADER, JO, JO.replace("Jo", "Al")))
    assert issues(batch) == [[], [("external_id", "id_twice")]]


def test_rows_without_ids_that_say_the_same_count_once() -> None:
    rows = csv("name,sex,event,mark,date", *["Jo Bloggs,M,100,10.80,2026-05-05"] * 2)
    assert verdicts(imported("performances", rows)) == ["new", "duplicate"]
    assert verdicts(imported("performances", rows)) == ["duplicate", "duplicate"]


def test_a_row_that_says_something_else_of_a_known_id_is_changed() -> None:
    imported("performances", csv(HEADER, JO, KIM))
    batch = staged("performances", csv(HEADER, JO.replace("10.80", "10.79"), KIM))
    assert verdicts(batch) == ["changed", "duplicate"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("wind", "+1.1"), ("date", "2026-05-06"), ("event", "200"), ("mark", "DQ TR16.8"), ("round", "Heat 1"),
        ("place", "2"), ("competition", "Cup"), ("venue", "Leeds"), ("country", "GBR"), ("note", "wet"),
        ("environment", "indoor"), ("timing", "hand"),
    ],
)  # fmt: skip
def test_every_fact_is_compared(column: str, value: str) -> None:
    said = {
        "id": "p1", "name": "Jo Bloggs", "sex": "M", "dob": "2001-01-01", "event": "100", "mark": "10.80",
        "wind": "+1.0", "date": "2026-05-05", "round": "", "place": "", "competition": "", "venue": "",
        "country": "", "note": "", "environment": "", "timing": "",
    }  # fmt: skip
    if column == "event":
        said["mark"] = "21.80"
    header = ",".join(said)
    imported("performances", csv(header, ",".join(said.values())))
    assert verdicts(staged("performances", csv(header, ",".join(said.values())))) == ["duplicate"]
    assert verdicts(staged("performances", csv(header, ",".join((said | {column: value}).values())))) == ["changed"]


def test_the_same_id_from_another_source_is_another_performance() -> None:
    imported("performances", csv(HEADER, JO), source="one")
    assert verdicts(staged("performances", csv(HEADER, JO), source="two")) == ["new"]


def test_a_correction_by_hand_outlives_the_file_and_is_said() -> None:
    imported("performances", csv(HEADER, JO))
    correct_performance(Performance.objects.get(), mark="10.85", by=None, at=NOW, because="photo")
    batch = staged("performances", csv(HEADER, JO))
    assert verdicts(batch) == ["duplicate"]
    assert issues(batch) == [[("mark", "kept_correction")]]
    apply_import(batch, by=None, at=NOW)
    assert Performance.objects.current().get().mark == "10.85"


def test_warnings_are_counted_apart_from_refusals(harbour: Club) -> None:
    AthleteFactory(given_name="Jo", family_name="Bloggs", birth_date=date(1990, 1, 1))
    batch = staged(
        "performances", csv(HEADER, "p1,Jo Bloggs,M,,100,10.80,,2026-05-05", "p2,,M,,100,9.9,,2026"), club=harbour
    )
    assert issues(batch) == [[("family_name", "possible_duplicate")], [("athlete_external_id", "no_athlete")]]
    assert (verdict_counts(batch)["warnings"], verdict_counts(batch)["refused"]) == (1, 1)
