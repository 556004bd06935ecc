"""The Olympians of Rio 2016, imported as the commands do it, held against a small computation over the raw files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from records.domain.eligibility import BestList
from records.models import Athlete, ExternalId, ImportRow, Performance
from records.queries.standing import standing_bests
from tests.factories import NOW
from tests.records.oracle import derived
from trackhub.clubs.models import Club

ROOT = Path(__file__).resolve().parents[2]
RIO = Path(os.environ.get("TRACKHUB_SHARED_DATA") or ROOT.parent / "shared" / "data") / "rio2016"

# With the mark these run before the tests that empty every table, the world's record book among them.
pytestmark = pytest.mark.django_db

Reports = dict[str, dict[str, Any]]


def run(command: str, *args: str, **options: Any) -> Any:
    out = io.StringIO()
    call_command(command, *args, **options, stdout=out)
    return json.loads(out.getvalue())


def run_athletes() -> Any:
    return run(
        "import_athletes",
        str(RIO / "athletes.csv"),
        source="rio",
        club_column="nation",
        create_clubs=True,
        json=True,
    )


def run_performances(*, dry_run: bool = False) -> Any:
    return run("import_performances", str(RIO / "performances.csv"), source="rio", json=True, dry_run=dry_run)


@pytest.fixture(scope="module")
def reports(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Reports]:
    """Both files imported once for all tests here, which leave the rows alone."""
    if not (RIO / "performances.csv").is_file():
        pytest.skip("reference data is not here: set TRACKHUB_SHARED_DATA")
    with django_db_blocker.unblock(), transaction.atomic():
        athletes = run_athletes()
        dry = run_performances(dry_run=True)
        assert not Performance.objects.exists()
        yield {"athletes": athletes, "dry": dry, "performances": run_performances()}
        transaction.set_rollback(True)


def raw(name: str) -> list[dict[str, str]]:
    with (RIO / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_athlete_is_created(reports: Reports) -> None:
    said = reports["athletes"]
    assert (said["rows"], said["created"], said["refused"], said["warnings"]) == (2151, 2151, 0, 0)
    assert Athlete.objects.count() == ExternalId.objects.filter(source="rio").count() == 2151
    assert said["clubs_created"] == Club.objects.count() == len({row["nation"] for row in raw("athletes.csv")})


def test_every_performance_is_created_or_refused_for_a_reason(reports: Reports) -> None:
    said = reports["performances"]
    assert (said["rows"], said["created"], said["changed"], said["duplicates"]) == (16_504, 16_158, 0, 0)
    assert said["created"] + said["refused"] == said["rows"]
    assert Performance.objects.count() == said["created"]
    reasons = Counter((issue["column"], issue["code"]) for issue in said["issues"])
    assert reasons == {
        ("mark", "no_mark"): 327,
        ("date", "date_before_birth"): 11,
        ("mark", "ambiguous_mark"): 7,
        ("mark", "sixty_or_more"): 1,
    }


def test_each_refused_row_says_where_and_what(reports: Reports) -> None:
    rows = raw("performances.csv")
    for issue in reports["performances"]["issues"]:
        row = rows[issue["row"] - 2]
        if issue["code"] == "no_mark":
            assert (row["mark"], issue["message"]) == ("", "There is no mark.")
        else:
            assert row[issue["column"]].removesuffix(".0h") in issue["message"]


def test_importing_both_files_again_creates_nothing(reports: Reports) -> None:
    before = derived()
    with transaction.atomic():
        athletes, performances = run_athletes(), run_performances()
        assert (Athlete.objects.count(), Performance.objects.count()) == (2151, 16_158)
        assert derived() == before
        transaction.set_rollback(True)
    assert (athletes["created"], athletes["changed"], athletes["duplicates"]) == (0, 0, 2151)
    assert (performances["created"], performances["changed"], performances["duplicates"]) == (0, 0, 16_158)
    assert performances["issues"] == reports["performances"]["issues"]
    assert athletes["clubs_created"] == 0


def test_a_dry_run_says_what_the_import_says(reports: Reports) -> None:
    same = ("rows", "created", "changed", "duplicates", "refused", "warnings", "personal_bests", "season_bests",
            "records", "issues")  # fmt: skip
    assert {name: reports["dry"][name] for name in same} == {name: reports["performances"][name] for name in same}


def test_the_world_book_holds_bolt_over_100_m(reports: Reports) -> None:
    found = run("records", book="world", discipline="100", sex="M", age_group="", format="json")
    told = [
        (one["mark"], one["wind"], one["athlete"], one["club"], one["date"], one["facility"], one["external_id"])
        for one in found
    ]
    assert told == [("9.81", "+0.2", "Usain Bolt", "jam", "2016-08-14", "outdoor", "R00001")]


def test_a_full_rebuild_changes_no_row(reports: Reports) -> None:
    before = derived()
    assert len(before[0]) == Performance.objects.filter(best__isnull=False).count() > 0
    with transaction.atomic():
        said = run("rebuild_records", json=True)
        assert derived() == before
        transaction.set_rollback(True)
    assert (said["bests"], said["records"]) == (len(before[0]), len(before[1]))


PLAIN = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+)(?:\.(\d+))?(h?)")
FIELD = {"HJ", "PV", "LJ", "TJ", "SP", "DT", "HT", "JT", "DT1.5", "DT1.62", "DT1.75", "SP5", "SP5.44", "SP6", "HT5"}
TRACK = {"60", "100", "200", "400", "600", "800", "1000", "1500", "Mile", "2000", "2M", "3000", "5000", "10000"}
BARRIERS = {"100H", "110H", "400H", "60H", "3000SC"}
ROAD = {"MAR", "HM", "20KW", "50KW"}
WIND = {"100", "200", "100H", "110H", "LJ", "TJ"}
WATCH_APART = {"60", "100", "200", "400", "600", "800", "100H", "110H", "400H", "60H"}


def value_of(event: str, mark: str) -> tuple[int, bool] | None:
    """(thousandths of a second or centimetres, by hand) of a plain mark."""
    match = PLAIN.fullmatch(mark)
    if not match:
        return None
    hours, minutes, whole, fraction, hand = match.groups()
    if event in FIELD:
        return int(whole) * 100 + int((fraction or "").ljust(2, "0")), False
    seconds = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(whole)
    return seconds * 1000 + int((fraction or "").ljust(3, "0")), bool(hand)


def best_marks(refused: set[str]) -> dict[tuple[str, str, str], int]:
    """The best legal mark by athlete, event and environment, straight from the file."""
    found: dict[tuple[str, str, str], int] = {}
    for row in raw("performances.csv"):
        event = row["event"]
        if row["performance_id"] in refused or event not in FIELD | TRACK | BARRIERS | ROAD:
            continue
        indoors = row["environment"] == "Indoor"
        plain = value_of(event, row["mark"])
        if plain is None or (plain[1] and event in WATCH_APART):
            continue
        if event in WIND and not indoors and float(row["wind"] or 0) > 2.0:
            continue
        key = (row["athlete_id"], event, "road" if event in ROAD else "indoor" if indoors else "outdoor")
        better = max if event in FIELD else min
        found[key] = better(found.get(key, plain[0]), plain[0])
    return found


def test_standing_bests_are_the_best_legal_marks_of_the_raw_file(reports: Reports) -> None:
    batch = reports["performances"]["batch"]
    refused = ImportRow.objects.filter(batch=batch, verdict="refused").values_list("external_id", flat=True)
    expected = best_marks(set(refused))
    found = {}
    for known in ExternalId.objects.filter(source="rio").select_related("athlete"):
        for best in standing_bests(known.athlete, on=NOW.date()):
            code = best.discipline.code
            if best.best_list == BestList.LEGAL and code in FIELD | TRACK | BARRIERS | ROAD:
                found[known.value, code, best.facility] = best.performance.value
    assert len(expected) > 1500
    assert found == expected
