"""A club's own export comes back: imported into the same club, it changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from records.actions.correcting import annul_performance, correct_performance
from records.documents.sheets import csv_lines, xlsx_file
from records.models import Athlete, ClubSpell, ExternalId, ImportBatch, Performance
from records.queries.tables import PERFORMANCES_HEADER, SQUAD_HEADER, performance_rows, squad_rows
from tests.factories import NOW, AthleteFactory, ClubSpellFactory, PerformanceFactory, imported
from tests.records.importing import counts, csv, issues
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

HEADER = "id,athlete id,name,sex,dob,event,mark,wind,timing,round,place,environment,competition,venue,country,date,note"
ROWS = [
    "p1,a1,,,,100,10.80,+1.4,,Heat 1,1Q,outdoor,Cup,Leeds,GBR,2026-06-01,wet",
    "p2,a1,,,,100,10.8h,NWI,,,2,,Cup,,,2026-06-02,",
    "p3,a1,,,,100,10.80w,,,,,,,,,2026-06-03,",
    "p4,a1,,,,100,DQ TR16.8,0.0,,,,,,,,2026-06-04,",
    "p5,a1,,,,LJ,7.45 (+2.3),,,,,,,,,2026-06-05,=1+1",
    "p6,a1,,,,60,6.90,,,,,indoor,,,,2026-01,",
    "p7,a1,,,,MAR,2:44:05,,chip,,,,City,Rome,ITA,2025,",
    "p8,a1,,,,200,21.50c,+0.3,,,,,,,,2026-06-12,",
    "p13,,Ada New,F,2001,LJ,5.90,0.4,,,,,,,,2026-06-05,",
]


def run(athlete: Athlete, mark: str, day: int, **said: Any) -> Performance:
    return PerformanceFactory(athlete=athlete, mark=mark, on=date(2026, 7, day), **said)


@pytest.fixture
def full(harbour: Club) -> Club:
    """Harbour with a mark of every kind: imported from two sources, by hand, corrected, annulled, a relay, and two
    athletes of one name."""
    sam = AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)
    twin = AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)
    hidden = AthleteFactory(family_name="Shylock", club=harbour, visibility="club", birth_date=None)
    gone = AthleteFactory(family_name="Leaver", visibility="club")
    ClubSpellFactory(athlete=gone, club=harbour, starts=date(2020, 1, 1), ends=date(2026, 7, 20))
    ClubSpellFactory(athlete=sam, club=harbour, starts=date(2015, 1, 1), ends=date(2016, 1, 1), claim="second")
    for value, one in (("a1", sam), ("a2", twin), ("a3", hidden), ("a4", gone)):
        ExternalId.objects.create(athlete=one, source="s", value=value)
    imported("performances", csv(HEADER, *ROWS), source="s", club=harbour)
    imported("performances", csv(HEADER, ROWS[0].replace("a1,,,", ",Sam Other,M,1990-01-01")), source="x", club=harbour)
    relay = csv(
        "id,team,legs,sex,event,mark,date,field size", "r1,Harbour A,a1 / a2 / a3 / a4,M,4x100,41.50,2026-06-01,8"
    )
    imported("performances", relay, source="s", club=harbour)
    run(twin, "10.9h", 1, wind=3)
    run(hidden, "59s", 2, discipline="400", timing="hand")
    annul_performance(run(sam, "10.75", 3, wind=0), by=None, at=NOW, because="doping")
    annul_performance(Performance.objects.get(source="s", external_id="p1"), by=None, at=NOW, because="false start")
    corrected = run(sam, "10.70", 4, wind=0, venue="Leeds", competition="Cup")
    correct_performance(corrected, by=None, at=NOW, because="typing", mark="10.71")
    third = Performance.objects.get(source="s", external_id="p3")
    correct_performance(third, by=None, at=NOW, because="read", wind=12)
    run(gone, "10.99", 5, discipline="100")
    return harbour


def content(kind: str, header: Any, rows: Any) -> bytes:
    if kind == "xlsx":
        with xlsx_file(header, rows) as file:
            return file.read()
    return "".join(csv_lines(header, rows)).encode()


def world() -> tuple[list[Any], ...]:
    return tuple(
        sorted(map(str, model.objects.values_list())) for model in (Athlete, ClubSpell, ExternalId, Performance)
    )


def again(what: str, kind: str, club: Club, source: str = "whatever") -> ImportBatch:
    header, rows = {
        "performances": (PERFORMANCES_HEADER, performance_rows(club, births=True)),
        "athletes": (SQUAD_HEADER, squad_rows(club, births=True)),
    }[what]
    return imported(what, content(kind, header, rows), source=source, club=club, filename=f"own.{kind}")


@pytest.mark.parametrize("source", ["s", "whatever"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["performances", "athletes"])
def test_an_export_imported_again_changes_nothing(what: str, kind: str, source: str, full: Club) -> None:
    before = world()
    batch = again(what, kind, full, source)
    rows = batch.result["rows"]
    assert rows > 5
    assert (counts(batch), issues(batch)) == ((0, 0, rows, 0), [[]] * rows)
    assert world() == before
    assert {"performances": 16, "athletes": 7}[what] == rows


def test_a_row_changed_in_the_spreadsheet_is_a_correction(full: Club) -> None:
    text = content("csv", PERFORMANCES_HEADER, performance_rows(full, births=True)).decode()
    batch = imported("performances", text.replace(",Rome,", ",Milan,"), source="own", club=full)
    assert counts(batch) == (0, 1, 15, 0)
    assert Performance.objects.current().get(external_id="p7").venue == "Milan"


def test_what_a_person_entered_stays_and_says_so(full: Club) -> None:
    text = content("csv", PERFORMANCES_HEADER, performance_rows(full, births=True)).decode()
    batch = imported("performances", text.replace("59s", "58s"), source="own", club=full)
    assert counts(batch) == (0, 0, 16, 0)
    assert [one for one in issues(batch) if one] == [[("mark", "kept_correction")]]


def test_an_older_version_that_comes_back_is_there_already(full: Club) -> None:
    text = content("csv", PERFORMANCES_HEADER, performance_rows(full, births=True)).decode()
    by_hand = Performance.objects.current().get(written="10.9h")
    correct_performance(by_hand, by=None, at=NOW, because="typing", mark="11.0h")
    batch = imported("performances", text, source="own", club=full)
    assert counts(batch) == (0, 0, 16, 0)


def test_another_club_s_rows_are_not_known_by_their_own_ids(full: Club, other: Club) -> None:
    stranger = AthleteFactory(club=other, visibility="club", family_name="Stranger")
    theirs = PerformanceFactory(athlete=stranger)
    said = csv(
        "external_id,athlete_external_id,discipline,mark,date",
        f"trackhub-{theirs.pk},trackhub-{stranger.pk},100,10.80,2026-06-01",
    )
    batch = imported("performances", said, source="own", club=full)
    assert issues(batch) == [[("athlete_external_id", "unknown_athlete")]]


def test_a_merged_athlete_is_the_one_who_stayed(full: Club) -> None:
    merged = AthleteFactory(merged_into=Athlete.objects.get(external_ids__value="a2"))
    said = csv("athlete_external_id,discipline,mark,date", f"trackhub-{merged.pk},100,10.90,2026-08-01")
    imported("performances", said, source="own", club=full)
    assert Performance.objects.get(date=date(2026, 8, 1)).athlete == merged.merged_into
