"""Lists as files: what the page shows, to whom it shows it, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv as tables
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from records.actions.ratifying import decide_claims
from records.models import Athlete
from records.queries.tables import seasons_of, squad_bests
from tests.answers import closing
from tests.factories import (
    NOW,
    AthleteFactory,
    ClubFactory,
    ClubSpellFactory,
    MembershipFactory,
    PerformanceFactory,
    UserFactory,
    imported,
)
from tests.records.claims import claimed, ratifying
from trackhub.clubs.models import AuditEntry, Club, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    athlete = AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.80", wind=-3, on=date(2026, 5, 1), competition="=Cup", venue="Leeds")
    PerformanceFactory(athlete=athlete, mark="10.60", wind=5, on=date(2026, 6, 1), round="Heat 1", place="1")
    PerformanceFactory(athlete=athlete, mark="7.10", discipline="LJ", wind=30, on=date(2025, 6, 1))
    return athlete


def sheet(client: Client, name: str, *arguments: object, kind: str = "csv", **query: object) -> list[list[str]]:
    """The rows of a download, the header first."""
    response = client.get(reverse(name, args=[*arguments, kind], query=query or None))
    assert response.status_code == 200, response.content
    with closing(response):
        content = b"".join(response)  # type: ignore[call-overload]
    if kind == "csv":
        assert content.startswith(b"\xef\xbb\xbf")
        return list(tables.reader(StringIO(content.decode("utf-8-sig"))))
    rows = load_workbook(BytesIO(content), read_only=True).active.iter_rows(values_only=True)
    return [[str(cell or "") for cell in row] for row in rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_board_as_filtered(client: Client, athlete: Athlete, kind: str) -> None:
    header, *rows = sheet(client, "export_board", "harbour", kind=kind)
    assert header[:9] == ["sex", "discipline", "code", "where", "timing", "age groups", "mark", "wind", "remarks"]
    assert rows == [
        ["M", "100 m", "100", "outdoor", "", "all ages, Senior", "10.60", "+0.5", "", "Sam Hill", "Harbour AC",
         "2026-06-01", "", "", "", "Heat 1", "1"],
    ]  # fmt: skip
    before = sheet(client, "export_board", "harbour", kind=kind, on="2026-05-15")[1]
    assert (before[6], before[7], before[12]) == ("10.80", "-0.3", "'=Cup")
    assert sheet(client, "export_board", "harbour", kind=kind, sex="F")[1:] == []


def test_a_board_longer_than_its_page_is_whole(
    client: Client, athlete: Athlete, monkeypatch: pytest.MonkeyPatch
) -> None:
    PerformanceFactory(athlete=athlete, discipline="200", mark="21.50", wind=0)
    monkeypatch.setattr("records.queries.boards.LISTS_PER_PAGE", 1)
    assert [row[2] for row in sheet(client, "export_board", "harbour")[1:]] == ["100", "200"]


def test_the_story_and_the_career(client: Client, athlete: Athlete) -> None:
    story = sheet(client, "export_story", "harbour", "100", "M", age_group="Senior")
    assert [row[:4] for row in story[1:]] == [
        ["2026-06-01", "", "0.20 s", "10.60"], ["2026-05-01", "2026-06-01", "", "10.80"]
    ]  # fmt: skip
    career = sheet(client, "export_athlete", athlete.pk)
    assert [row[:3] for row in career[1:]] == [
        ["100 m", "10.60", "+0.5"], ["100 m", "10.80", "-0.3"], ["Long jump", "7.10", "+3.0"]
    ]  # fmt: skip
    assert "over +2.0" in career[3][-1]
    assert len(sheet(client, "export_athlete", athlete.pk, season=2025)) == 2
    assert len(sheet(client, "export_athlete", athlete.pk, discipline="LJ")) == 2


def test_the_list_of_athletes_tells_years_and_no_hidden_one(client: Client, athlete: Athlete, harbour: Club) -> None:
    AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    AthleteFactory(family_name="Elsewhere", sex="F")
    assert sheet(client, "export_athletes", club="harbour")[1:] == [["Sam Hill", "M", "1998", "", "Harbour AC"]]
    assert [row[0] for row in sheet(client, "export_athletes", sex="F")[1:]] == ["Sam Elsewhere"]
    assert len(sheet(client, "export_athletes")) == 3


def test_hidden_names_stay_hidden_in_files(client: Client, harbour: Club, bob: User) -> None:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    PerformanceFactory(athlete=shy, mark="10.40", wind=0)
    assert "Athlete of Harbour AC" in str(sheet(client, "export_board", "harbour"))
    assert "Shylock" not in str(sheet(client, "export_story", "harbour", "100", "M"))
    assert client.get(reverse("export_athlete", args=[shy.pk, "csv"])).status_code == 404
    client.force_login(bob)
    assert "Shylock" in str(sheet(client, "export_board", "harbour"))


def test_what_isn_t_there(client: Client, harbour: Club, bob: User) -> None:
    client.force_login(bob)
    bookless = ClubFactory(name="Bookless")
    for book in bookless.books.all():
        book.__class__.objects.filter(pk=book.pk).update(policy=None)
        book.delete()
    for name, arguments in (
        ("export_board", ["harbour", "ods"]), ("export_board", ["nowhere", "csv"]), ("export_board", ["bookless", "csv"]),
        ("export_story", ["harbour", "100", "M", "csv"]), ("export_story", ["nowhere", "100", "M", "csv"]),
        ("export_athlete", [999_999, "csv"]), ("export_bests", ["harbour", 99_999, "csv"]),
    ):  # fmt: skip
        assert client.get(reverse(name, args=arguments)).status_code == 404, (name, arguments)
    assert client.get("/records/harbour/1%0000/M/story.csv").status_code == 404


def test_bests_of_the_squad(client: Client, athlete: Athlete, harbour: Club, bob: User) -> None:
    PerformanceFactory(athlete=athlete, mark="10.70", wind=0, on=date(2025, 7, 1))
    PerformanceFactory(athlete=athlete, mark="6.90", discipline="60", facility="indoor", on=date(2025, 2, 1))
    left = AthleteFactory(family_name="Leaver")
    ClubSpellFactory(athlete=left, club=harbour, ends=date(2025, 12, 31))
    PerformanceFactory(athlete=left, mark="10.20", wind=0, on=date(2025, 6, 1))
    PerformanceFactory(athlete=AthleteFactory(), mark="10.10", wind=0)
    client.force_login(bob)
    header, *rows = sheet(client, "export_bests", "harbour", 2026)
    assert header[:4] == ["family name", "given name", "sex", "born"]
    assert rows == [
        ["Hill", "Sam", "M", "1998", "60 m", "60", "indoors", "6.90", "", "2025-02-01", "", "", ""],
        ["Hill", "Sam", "M", "1998", "100 m", "100", "", "10.60", "+0.5", "2026-06-01", "10.60", "+0.5", "2026-06-01"],
    ]
    before = sheet(client, "export_bests", "harbour", 2025)[1:]
    assert [(row[0], row[4], row[7], row[10]) for row in before] == [
        ("Hill", "60 m", "6.90", "6.90"), ("Hill", "100 m", "10.70", "10.70"), ("Leaver", "100 m", "10.20", "10.20"),
    ]  # fmt: skip


def test_the_bests_of_a_large_squad_are_one_query(harbour: Club, athlete: Athlete) -> None:
    for _ in range(5):
        PerformanceFactory(athlete=AthleteFactory(club=harbour), wind=0)
    with CaptureQueriesContext(connection) as counted:
        assert len(list(squad_bests(harbour, 2026))) == 6
    assert len(counted) == 1


def test_the_seasons_that_are_offered(harbour: Club, athlete: Athlete) -> None:
    assert seasons_of(harbour, today=date(2026, 11, 20)) == [2026, 2025]
    assert seasons_of(ClubFactory(), today=date(2026, 11, 20)) == [2026]


def test_birth_dates_go_to_registrars_and_years_to_coaches(
    client: Client, athlete: Athlete, harbour: Club, bob: User
) -> None:
    coach = UserFactory()
    MembershipFactory(user=coach, club=harbour, role=Role.COACH)
    for user, born in ((bob, "1998-03-14"), (coach, "1998")):
        client.force_login(user)
        assert {row[5] for row in sheet(client, "export_squad", "harbour")[1:]} == {born}
        assert {row[5] for row in sheet(client, "export_performances", "harbour")[1:]} == {born}
        page = client.get(reverse("exports", args=["harbour"])).content.decode()
        assert ("holds the year" in page) == (user == coach)
        assert AuditEntry.objects.filter(action="read", target="club harbour", by=user).count() == 1


def test_the_downloads_page_offers_seasons(client: Client, athlete: Athlete, bob: User) -> None:
    client.force_login(bob)
    address = reverse("exports", args=["harbour"])
    assert "bests-2026.csv" in client.get(address).content.decode()
    assert "bests-2025.xlsx" in client.get(address, {"season": "2025"}).content.decode()
    assert "bests-2026.csv" in client.get(address, {"season": "1066"}).content.decode()


def test_imports_as_a_file(client: Client, harbour: Club, bob: User) -> None:
    imported("athletes", "family name,sex\nNew,M\nBad,Q\n", club=harbour, by=bob)
    client.force_login(bob)
    rows = sheet(client, "export_imports", "harbour")
    assert rows[1][1:] == [
        "file.csv", "athletes", "test", "applied", "2026-11-20 09:00", "2026-11-20 09:00", "Bob", "2", "1", "0", "0", "1",
    ]  # fmt: skip


def test_pages_link_to_their_files_as_filtered(client: Client, athlete: Athlete, bob: User) -> None:
    client.force_login(bob)
    imported("athletes", "family name,sex\nNew,M\n", club=athlete.spells.get().club)
    for page, link in (
        ("/clubs/harbour/?sex=M&page=1", "/clubs/harbour/records.csv?sex=M"),
        ("/records/harbour/100/M/?age_group=Senior", "/records/harbour/100/M/story.xlsx?age_group=Senior"),
        ("/athletes/?club=harbour", "/athletes.csv?club=harbour"),
        (f"{athlete.get_absolute_url()}?season=2026", f"/athletes/{athlete.pk}/performances.csv?season=2026"),
        ("/clubs/harbour/imports/", "/clubs/harbour/imports.csv"),
        ("/clubs/harbour/changes/?what=apply_import", "/clubs/harbour/changes.csv?what=apply_import"),
    ):
        assert f'href="{link}"' in client.get(page).content.decode(), page


def test_downloads_have_a_limit(client: Client, athlete: Athlete, settings: Any) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "export": {"anonymous": (1, 60), "known": (2, 60)}}
    sheet(client, "export_board", "harbour")
    response = client.get(reverse("export_board", args=["harbour", "csv"]))
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert "Come again in" in response.content.decode()
    # What isn't there isn't counted.
    assert client.get(reverse("export_board", args=["nowhere", "csv"])).status_code == 404


def test_no_proxy_keeps_a_download(client: Client, athlete: Athlete) -> None:
    response = client.get(reverse("export_board", args=["harbour", "csv"]))
    with closing(response):
        assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_claims_as_their_page_shows_them(client: Client, athlete: Athlete, harbour: Club, bob: User, kind: str) -> None:
    ratifying(harbour, claim_days=365)
    claim = claimed(athlete.performances.get(merit__isnull=False, written="10.60"), bob)
    decide_claims([claim], step="reject", by=bob, because="no photo", at=NOW)
    client.force_login(bob)
    header, *todo = sheet(client, "export_claims", "harbour", kind=kind)
    assert header[:6] == ["state", "record book", "sex", "discipline", "age groups", "mark"]
    assert header[-4:] == ["to be claimed by", "claimed", "decided", "reason"]
    assert {row[0] for row in todo} == {"candidate", "pending"}
    (rejected,) = sheet(client, "export_claims", "harbour", kind=kind, state="rejected")[1:]
    assert rejected[:6] == ["rejected", "Harbour AC", "M", "100 m", "all ages", "10.60"]
    assert rejected[-4:] == ["", f"{NOW:%Y-%m-%d}", f"{NOW:%Y-%m-%d}", "no photo"]
    every = sheet(client, "export_claims", "harbour", kind=kind, state="every")[1:]
    assert {row[0] for row in every} == {"rejected", "pending"}
