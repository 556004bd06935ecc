"""Looks beside a club's board: the grid, close calls, former records, the sheet of paper, and a record's story."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from records.actions.correcting import annul_performance
from records.models import Athlete
from tests.factories import NOW, AthleteFactory, ClubFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

LOOKS = ("/clubs/harbour/?view=grid", "/clubs/harbour/near/", "/clubs/harbour/former/", "/records/harbour/100/M/")


def text(client: Client, address: str, **said: object) -> str:
    response = client.get(address, said or None)
    assert response.status_code == 200
    return response.content.decode()


def runner(club: Club, name: str = "Swift", **fields: object) -> Athlete:
    return AthleteFactory(family_name=name, club=club, **fields)


def days_ago(n: int) -> date:
    return timezone.localdate() - timedelta(days=n)


def test_the_grid_has_a_column_for_each_age_group(client: Client, harbour: Club) -> None:
    PerformanceFactory(athlete=runner(harbour, birth_date=date(2010, 5, 1)), mark="11.52", wind=0, on=date(2026, 6, 1))
    PerformanceFactory(athlete=runner(harbour, "Elder"), mark="10.52", wind=0, on=date(2026, 6, 1))
    grid = text(client, "/clubs/harbour/", view="grid").split('class="grid"')[1].split("</table>")[0]
    assert grid.index("All ages") < grid.index("Senior")
    assert "U18" in grid
    assert grid.index("10.52") < grid.index("11.52")
    assert "age_group=U18" in grid
    assert 'name="view" value="grid"' in text(client, "/clubs/harbour/", view="grid", sex="F")
    assert 'class="grid"' not in text(client, "/clubs/harbour/", view="nonsense")


def test_near_records_say_by_how_much(client: Client, harbour: Club) -> None:
    PerformanceFactory(athlete=runner(harbour, "Holder"), mark="7.45", discipline="LJ", wind=0, on=days_ago(900))
    PerformanceFactory(athlete=runner(harbour, "Close"), mark="7.42", discipline="LJ", wind=0, on=days_ago(20))
    PerformanceFactory(athlete=runner(harbour, "Fair"), mark="7.32", discipline="LJ", wind=0, on=days_ago(20))
    PerformanceFactory(athlete=runner(harbour, "Windy"), mark="7.44", discipline="LJ", wind=40, on=days_ago(20))
    PerformanceFactory(athlete=runner(harbour, "Late"), mark="7.44", discipline="LJ", wind=0, on=days_ago(400))
    page = text(client, "/clubs/harbour/near/")
    near, danger = page.split('id="danger"')
    assert "3 cm" in near
    assert "Sam Close" in near
    assert "Sam Holder" in near
    for name in ("Fair", "Windy", "Late"):
        assert f"Sam {name}" not in near
    assert danger.index("Sam Close") < danger.index("Sam Fair")
    assert "13 cm short" in danger


def test_a_near_record_is_of_lists_that_the_athlete_may_lead(client: Client, harbour: Club) -> None:
    young = date(timezone.localdate().year - 15, 3, 1)
    PerformanceFactory(athlete=runner(harbour, "Young", birth_date=young), mark="11.50", wind=0, on=days_ago(300))
    PerformanceFactory(athlete=runner(harbour, "Old"), mark="11.55", wind=0, on=days_ago(20))
    near = text(client, "/clubs/harbour/near/").split('id="danger"')[0]
    assert "0.05 s" in near
    assert "All ages" in near
    assert "U18" not in near


def test_nothing_close_and_nothing_former(client: Client, harbour: Club) -> None:
    page = text(client, "/clubs/harbour/near/")
    assert "Nobody came within 1 % of a record" in page
    assert "No record is in danger this season." in page
    assert "No record of this club has been bettered yet." in text(client, "/clubs/harbour/former/")


def test_former_records_name_the_day_on_which_they_fell(client: Client, harbour: Club) -> None:
    for mark, year in (("11.00", 2024), ("10.90", 2025), ("10.78", 2026)):
        PerformanceFactory(athlete=runner(harbour), mark=mark, wind=0, on=date(year, 6, 1))
    page = text(client, "/clubs/harbour/former/")
    assert page.index("10.90") < page.index("11.00")
    assert "10.78" not in page
    assert "1 Jun 2026" in page
    assert "The list ends before this page." in text(client, "/clubs/harbour/former/", before="1950-01-01.0.1")


def test_the_board_on_paper(client: Client, harbour: Club) -> None:
    PerformanceFactory(athlete=runner(harbour, '#eval("1") $x$ *b* \\'), mark="10.52", wind=14, on=date(2026, 6, 1))
    response = client.get("/clubs/harbour/records.pdf")
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Disposition"] == 'attachment; filename="harbour-records.pdf"'
    assert client.get("/clubs/harbour/records.pdf?sex=F&on=1900-01-01").content.startswith(b"%PDF-")


def test_a_club_without_a_book(client: Client) -> None:
    club = ClubFactory(name="Bookless")
    for book in club.books.all():
        book.__class__.objects.filter(pk=book.pk).update(policy=None)
        book.delete()
    assert client.get("/clubs/bookless/records.pdf").status_code == 404
    for look in ("near", "former"):
        assert "This club keeps no record book yet." in text(client, f"/clubs/bookless/{look}/")


def test_the_story_as_it_stood_on_a_day(client: Client, harbour: Club) -> None:
    for mark, year in (("11.00", 2024), ("10.90", 2025), ("10.78", 2026)):
        PerformanceFactory(athlete=runner(harbour), mark=mark, wind=0, on=date(year, 6, 1))
    page = text(client, "/records/harbour/100/M/", on="2025-12-31")
    assert "10.78" not in page
    table = page.split('class="story"')[1]
    assert table.index("10.90") < table.index("stands") < table.index("11.00")
    assert "31 Dec 2025" in page
    assert "Nobody had held this record by that day." in text(client, "/records/harbour/100/M/", on="2000-01-01")
    today = text(client, "/records/harbour/100/M/", on="no day")
    assert "10.78" in today
    assert f"on={timezone.localdate():%Y-%m-%d}" in today
    assert today.count('class="stair') == 1


def test_the_story_says_why_better_marks_do_not_count(client: Client, harbour: Club) -> None:
    PerformanceFactory(athlete=runner(harbour), mark="10.80", wind=0, on=date(2025, 6, 1))
    PerformanceFactory(athlete=runner(harbour, "Windy"), mark="10.60", wind=31, on=date(2026, 6, 1))
    slow = PerformanceFactory(athlete=runner(harbour, "Slow"), mark="10.90", wind=31, on=date(2026, 6, 1))
    gone = PerformanceFactory(athlete=runner(harbour, "Gone"), mark="10.70", wind=0, on=date(2026, 6, 2))
    annul_performance(gone, by=None, at=NOW, because="ran for somebody else")
    refused = text(client, "/records/harbour/100/M/").split('id="refused"')[1]
    assert refused.index("wind +3.1 is over +2.0") < refused.index("ran for somebody else")
    assert str(slow.mark) not in refused
    assert "Windy" not in text(client, "/records/harbour/100/M/?age_group=U18")


def test_hidden_athletes_are_named_by_no_look(client: Client, harbour: Club, dana: User) -> None:
    shy = runner(harbour, "Shylock", visibility="club")
    PerformanceFactory(athlete=shy, mark="10.95", wind=0, on=days_ago(300))
    PerformanceFactory(athlete=shy, mark="10.50", wind=31, on=days_ago(290))
    PerformanceFactory(athlete=runner(harbour), mark="10.80", wind=0, on=days_ago(200))
    PerformanceFactory(athlete=shy, mark="10.82", wind=0, on=days_ago(100))
    for address in LOOKS:
        page = text(client, address)
        assert "Shylock" not in page
        assert "shylock" not in page
    client.force_login(dana)
    for address in LOOKS[1:]:
        assert "Sam Shylock" in text(client, address)


def test_few_queries_however_many_records(
    client: Client, harbour: Club, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for size in (2, 8):
        for n in range(size):
            shy = runner(harbour, visibility="club" if n % 2 else "public")
            PerformanceFactory(athlete=shy, mark=f"10.{90 - n}", wind=0, on=days_ago(300 - n))
            PerformanceFactory(athlete=shy, mark=f"7.{40 + n}", discipline="LJ", wind=0, on=days_ago(300 - n))
            PerformanceFactory(athlete=shy, mark="10.40", wind=31, on=days_ago(200 - n))
        for address in LOOKS:
            with django_assert_max_num_queries(8):
                assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/clubs/harbour/near/?before=%00", "/clubs/harbour/former/?before=%00", "/clubs/harbour/former/?before=9999-99-99.1.1",
     "/clubs/harbour/?view=%00&page=-1", "/records/harbour/100/M/?on=%00", "/records/harbour/100/M/?on=0001-01-01",
     "/records/harbour/100/M/?on=9999-12-31", "/clubs/harbour/records.pdf?on=0001-01-01&season=%00"],
)  # fmt: skip
def test_hostile_addresses_of_looks(client: Client, harbour: Club, address: str) -> None:
    PerformanceFactory(athlete=runner(harbour), mark="10.90", wind=0, on=date(2025, 6, 1))
    assert client.get(address).status_code == 200
