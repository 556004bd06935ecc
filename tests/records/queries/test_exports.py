"""Exports: what each column says, what a spreadsheet may not run, and that our own importer knows it all again."""

from __future__ import annotations

import io
import tracemalloc
from csv import writer
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from records.actions.correcting import annul_performance
from records.domain.cells import guarded
from records.domain.columns import match_columns, targets
from records.models import Athlete, ExternalId, Performance
from records.queries import exports
from records.queries.exports import COLUMNS, export_rows
from tests.factories import NOW, AthleteFactory, PerformanceFactory, discipline, imported
from tests.records.importing import counts, csv, issues
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

HEADER = "id,athlete id,name,sex,dob,event,mark,wind,timing,round,place,environment,competition,venue,country,date,note"


@pytest.mark.parametrize(
    "text",
    ["=cmd|' /C calc'!A0", "=1+1", "=", "=PB+1", "@x", "@SUM(A1)", "+44 text", "+44 20 7946", "-x", "-1+1", "--", "+1.4m",
     "\tx", "\rx", "\t=1", "-2+3+cmd|' /C calc'!A0", "+1.4\n=1", "-0.3\r"],
)  # fmt: skip
def test_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize(
    "text",
    ["+1.4", "-0.3", "+0.0", "-", "+", "-12", "+1:45.32", "-1,5", "=PB", "=SB", "", "PB", "10.52", "1:45.32", "x=1", "a@b",
     "Müller-Lüdenscheidt", "'=1", " =1"],
)  # fmt: skip
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


def exported(columns: str = "", source: str = "") -> list[dict[str, str]]:
    names = columns.split() or COLUMNS
    rows = export_rows(Performance.objects.current(), names, source=source)
    return [dict(zip(names, row, strict=True)) for row in rows]


def as_file(source: str) -> str:
    """The export of ``source`` as the command writes it."""
    out = io.StringIO()
    lines = writer(out, lineterminator="\n")
    lines.writerow(COLUMNS)
    rows = export_rows(Performance.objects.current().filter(source=source), source=source)
    lines.writerows([guarded(text) for text in row] for row in rows)
    return out.getvalue()


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    athlete = AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)
    ExternalId.objects.create(athlete=athlete, source="s", value="a1")
    return athlete


def run(athlete: Athlete, mark: str, month: int, **said: Any) -> Performance:
    return PerformanceFactory(athlete=athlete, mark=mark, on=date(2026, month, 1), **said)


def test_a_row_says_all_there_is(athlete: Athlete, harbour: Club) -> None:
    imported("performances", csv(
        HEADER, 'p1,a1,,,,100,10.80,-0.3,,Heat 2,3q,outdoor,Cup,Leeds,gbr,2026-06-01,wet',
    ), source="s")  # fmt: skip
    assert exported() == [{
        "external_id": "p1", "athlete_external_id": "a1", "given_name": "Sam", "family_name": "Hill", "sex": "M",
        "birth_date": "1998-03-14", "club": "harbour", "discipline": "100", "mark": "10.80", "wind": "-0.3",
        "timing": "auto", "place": "3q", "round": "Heat 2", "environment": "outdoor", "competition": "Cup",
        "venue": "Leeds", "country": "GBR", "date": "2026-06-01", "note": "wet", "team": "", "legs": "", "field_size": "",
        "legal": "yes", "pb": "PB", "sb": "SB", "why": "PB; SB; record: harbour, harbour Senior, world",
        "source": "s", "as_written": "10.80",
    }]  # fmt: skip


def test_the_importer_knows_every_column_that_is_its_own() -> None:
    ours = match_columns(COLUMNS, "performances").names
    assert ours == {name: name for name in COLUMNS if name in targets("performances")}
    assert set(COLUMNS) - set(ours) == {"legal", "pb", "sb", "why", "source", "as_written"}


def test_pb_and_sb_say_better_equal_or_nothing(athlete: Athlete) -> None:
    for mark, month, wind in (
        ("10.90", 1, 0), ("10.90", 2, 0), ("11.00", 3, 0), ("10.80", 4, 20), ("10.70", 5, 21), ("DNF", 6, 0),
    ):  # fmt: skip
        run(athlete, mark, month, wind=wind)
    run(athlete, "10.5h", 7, wind=0)
    PerformanceFactory(athlete=athlete, mark="11.20", on=date(2025, 1, 1), wind=0)
    found = [(one["mark"], one["legal"], one["pb"], one["sb"]) for one in exported("mark legal pb sb date")]
    assert found == [
        ("10.90", "yes", "PB", "SB"),
        ("10.90", "yes", "=PB", "=SB"),
        ("11.00", "yes", "", ""),
        ("10.80", "yes", "PB", "SB"),
        ("10.70", "no", "", ""),
        ("DNF", "no", "", ""),
        ("10.5h", "no", "", ""),
        ("11.20", "yes", "PB", "SB"),
    ]


def test_a_season_s_best_that_is_no_personal_best(athlete: Athlete) -> None:
    PerformanceFactory(athlete=athlete, mark="10.50", on=date(2025, 1, 1), wind=0)
    run(athlete, "10.60", 1, wind=0)
    assert exported("pb sb")[1] == {"pb": "", "sb": "SB"}


def test_wind_says_whether_nobody_read_it_or_nobody_had_to(athlete: Athlete) -> None:
    run(athlete, "10.80", 1)
    run(athlete, "10.80w", 2)
    run(athlete, "10.80", 3, wind=0)
    PerformanceFactory(athlete=athlete, discipline="SP", mark="15.00", on=date(2026, 4, 1))
    found = [(one["mark"], one["wind"]) for one in exported("mark wind")]
    assert found == [("10.80", "NWI"), ("10.80w", ""), ("10.80", "+0.0"), ("15.00", "")]


def test_an_id_of_our_own_where_nobody_gave_one(athlete: Athlete) -> None:
    one = run(athlete, "10.80", 1)
    assert exported("external_id") == [{"external_id": f"th{one.pk}"}]


def test_the_athlete_s_id_is_that_of_the_source(athlete: Athlete) -> None:
    ExternalId.objects.create(athlete=athlete, source="x", value="zz")
    run(athlete, "10.80", 1)
    told = {source: exported("athlete_external_id", source)[0]["athlete_external_id"] for source in ("s", "x", "y", "")}
    assert told == {"s": "a1", "x": "zz", "y": "", "": "a1"}


@pytest.mark.parametrize("written", ["2016", "2016-02", "2016-02-29"])
def test_a_date_is_as_vague_as_it_was(athlete: Athlete, written: str) -> None:
    imported("performances", csv("id,athlete id,event,mark,date", f"p1,a1,SP,15.00,{written}"), source="s")
    assert exported("date") == [{"date": written}]


LEGS = ("a1", "a2", "a3", "a4")


def relay(harbour: Club) -> None:
    for value in LEGS[1:]:
        ExternalId.objects.create(athlete=AthleteFactory(club=harbour), source="s", value=value)
    imported(
        "performances",
        csv("id,team,legs,sex,event,mark,date", f"r1,Harbour A,{' / '.join(LEGS)},M,4x100,41.50,2026-06-01"),
        source="s",
        club=harbour,
    )


def test_a_relay_names_its_legs(athlete: Athlete, harbour: Club) -> None:
    relay(harbour)
    (one,) = exported("team legs athlete_external_id family_name sex mark", "s")
    assert one == {
        "team": "Harbour A", "legs": "a1 / a2 / a3 / a4", "athlete_external_id": "", "family_name": "", "sex": "M",
        "mark": "41.50",
    }  # fmt: skip


def test_a_leg_without_an_id_is_never_taken_for_somebody_else_s(athlete: Athlete, harbour: Club) -> None:
    relay(harbour)
    stranger = AthleteFactory(club=harbour)
    ExternalId.objects.create(athlete=stranger, source="x", value=str(athlete.pk))
    assert exported("legs", "x")[0]["legs"].split(" / ")[0] == f"th{athlete.pk}"


ROWS = [
    "p1,a1,,,,100,10.80,+1.4,,Heat 1,1Q,outdoor,Cup,Leeds,GBR,2026-06-01,wet",
    "p2,a1,,,,100,10.8h,NWI,,,2,,Cup,,,2026-06-02,",
    "p3,a1,,,,100,10.80w,,,,,,,,,2026-06-03,",
    "p4,a1,,,,100,DQ TR16.8,0.0,,,,,,,,2026-06-04,",
    "p5,a1,,,,LJ,7.45 (+2.3),,,,,,,,,2026-06-05,",
    "p6,a1,,,,60,6.90,,,,,indoor,,,,2026-01,",
    "p7,a1,,,,MAR,2:44:05,,chip,,,,City,Rome,ITA,2025,",
    "p8,a1,,,,1500,3:50.1h,,,,,,,,,2026-06-06,",
    "p9,a1,,,,HJ,NM r,,,,,,,,,2026-06-07,",
    "p10,a1,,,,10000,33:10.0,,,,,,,,,2026-06-08,",
    "p11,a1,,,,SP5,16.00,,,,,,,,,2026-06-09,",
    "p12,a1,,,,400,59h,,,,,,,,,2026-06-10,",
    "p13,,Ada New,F,2001,LJ,5.90,0.4,,,,,,,,2026-06-05,",
    "p14,,Ben New,M,2001-02-03,110H99,14.80,-0.1,,,,,,,,2026-06-05,",
    "p15,a1,,,,200,21.50c,+0.3,,,,,,,,2026-06-12,",
    "p16,a1,,,,DEC,6500,,,,,,,,,2026-06-13,",
]


def test_an_export_imported_again_changes_nothing(athlete: Athlete, harbour: Club) -> None:
    first = imported("performances", csv(HEADER, *ROWS), source="s", club=harbour)
    assert (counts(first), issues(first)) == ((len(ROWS), 0, 0, 0), [[]] * len(ROWS))
    relay(harbour)
    content = as_file("s")
    again = imported("performances", content, source="s")
    assert (counts(again), issues(again)) == ((0, 0, len(ROWS) + 1, 0), [[]] * (len(ROWS) + 1))
    assert as_file("s") == content


def test_an_export_imported_elsewhere_says_the_same(athlete: Athlete, harbour: Club) -> None:
    imported("performances", csv(HEADER, *ROWS), source="s", club=harbour)
    asked = "discipline mark wind timing environment date legal"
    before, content = exported(asked), as_file("s")
    batch = imported("performances", content.replace("a1", "b1"), source="elsewhere")
    assert counts(batch)[0] == len(ROWS)
    rows = export_rows(Performance.objects.filter(source="elsewhere"), asked.split())
    assert sorted(rows) == sorted(list(one.values()) for one in before)


def test_an_annulled_mark_says_so(athlete: Athlete) -> None:
    one = run(athlete, "10.80", 1, wind=0)
    annul_performance(one, by=None, at=NOW, because="doping")
    assert exported("mark legal pb why") == [{"mark": "10.80", "legal": "no", "pb": "", "why": "annulled: doping"}]


def many(athlete: Athlete, count: int) -> None:
    pattern = model_to_dict(run(athlete, "10.80", 1, wind=0), exclude=["id", "athlete", "club", "discipline"])
    which, club = discipline("100"), athlete.spells.get().club
    Performance.objects.bulk_create(
        Performance(
            **pattern | {"source": "bulk", "external_id": f"b{number}"}, athlete=athlete, club=club, discipline=which
        )
        for number in range(count - 1)
    )


def test_the_number_of_queries_grows_with_blocks_only(athlete: Athlete, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "BLOCK_ROWS", 10)
    many(athlete, 30)
    with CaptureQueriesContext(connection) as counted:
        assert len(list(export_rows(Performance.objects.all()))) == 30
    assert len(counted) <= 1 + 3 * 4


def peak_of_export() -> tuple[int, int]:
    tracemalloc.start()
    rows = sum(1 for _ in export_rows(Performance.objects.all()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return rows, peak


def test_memory_doesn_t_grow_with_the_list(athlete: Athlete, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "BLOCK_ROWS", 200)
    many(athlete, 400)
    small = peak_of_export()
    Performance.objects.exclude(source="").delete()
    many(athlete, 4000)
    large = peak_of_export()
    assert (small[0], large[0]) == (400, 4001)
    assert large[1] < 2 * small[1]
