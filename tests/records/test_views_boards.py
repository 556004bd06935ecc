"""Public pages on clubs and records: what they say, whom they hide, how many queries they take."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from records.models import Athlete, Record
from tests.factories import AthleteFactory, ClubFactory, PerformanceFactory, imported
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


def text(client: Client, address: str, **said: object) -> str:
    response = client.get(address, said or None)
    assert response.status_code == 200
    return response.content.decode()


def runner(club: Club, name: str = "Swift", **fields: object) -> Athlete:
    return AthleteFactory(family_name=name, club=club, **fields)


def queries_of(client: Client, address: str, count: DjangoAssertNumQueries) -> int:
    client.get(address)
    with count(100, exact=False) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_board_shows_mark_wind_holder_date_and_place(client: Client, harbour: Club) -> None:
    PerformanceFactory(athlete=runner(harbour), mark="10.52", wind=14, venue="Leeds", on=date(2026, 6, 1))
    page = text(client, "/clubs/harbour/")
    for said in ("10.52", "+1.4", "Sam Swift", "1 Jun 2026", "Leeds", "All ages", "Senior", "Men", "100 m"):
        assert said in page
    assert "style=" not in page
    assert "<script>" not in page


def test_co_holders_stand_side_by_side(client: Client, harbour: Club) -> None:
    PerformanceFactory(athlete=runner(harbour, "First"), mark="7.45", discipline="LJ", wind=0, on=date(2026, 6, 1))
    PerformanceFactory(athlete=runner(harbour, "Second"), mark="7.45", discipline="LJ", wind=0, on=date(2026, 7, 1))
    page = text(client, "/clubs/harbour/")
    assert "Sam First" in page
    assert "Sam Second" in page
    assert "equals the record" in page


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"discipline": "LJ"}, {"7.45"}),
        ({"sex": "F"}, {"12.10"}),
        ({"sex": "M"}, {"10.52", "7.45", "6.90"}),
        ({"facility": "indoor"}, {"6.90"}),
        ({"season": "2025"}, {"7.45"}),
        ({"age_group": "open"}, {"10.52", "7.45", "12.10", "6.90"}),
        ({"age_group": "U18"}, set()),
        ({"on": "2025-12-31"}, {"7.45", "10.90"}),
        ({"on": "no date", "sex": "F"}, {"12.10"}),
    ],
)
def test_filters_live_in_the_address(client: Client, harbour: Club, said: dict[str, str], shown: set[str]) -> None:
    man, woman = runner(harbour), runner(harbour, "Quick", sex="F")
    PerformanceFactory(athlete=man, mark="10.90", wind=0, on=date(2025, 5, 1))
    PerformanceFactory(athlete=man, mark="10.52", wind=0, on=date(2026, 5, 1))
    PerformanceFactory(athlete=man, mark="7.45", discipline="LJ", wind=0, on=date(2025, 5, 2))
    PerformanceFactory(athlete=man, mark="6.90", discipline="60", facility="indoor", on=date(2026, 1, 5))
    PerformanceFactory(athlete=woman, mark="12.10", wind=0, on=date(2026, 5, 1))
    page = text(client, "/clubs/harbour/", **said)
    assert {mark for mark in ("10.90", "10.52", "7.45", "12.10", "6.90") if f"<b>{mark}</b>" in page} == shown
    if not shown:
        assert "No record fits these filters." in page


def test_htmx_is_told_the_short_address(client: Client, harbour: Club) -> None:
    response = client.get("/clubs/harbour/?sex=M&discipline=", headers={"HX-Request": "true"})
    assert response.headers["HX-Push-Url"] == "/clubs/harbour/?sex=M"


def test_empty_states(client: Client, harbour: Club) -> None:
    assert "This club has no records yet." in text(client, "/clubs/harbour/")
    assert "No club found." in text(client, "/clubs/?q=nowhere")
    assert "No records yet." in text(client, "/")


def test_a_hidden_athlete_has_no_name_on_boards(client: Client, harbour: Club, dana: User) -> None:
    shy = runner(harbour, "Shylock", visibility="club")
    PerformanceFactory(athlete=shy, mark="10.52", wind=0)
    for address in ("/clubs/harbour/", "/records/harbour/100/M/", "/"):
        assert "Shylock" not in text(client, address)
    assert "Athlete of Harbour AC" in text(client, "/clubs/harbour/")
    client.force_login(dana)
    assert "Sam Shylock" in text(client, "/clubs/harbour/")


@pytest.mark.parametrize(
    "address",
    [
        *(f"/clubs/harbour/?{name}=%00" for name in ("discipline", "sex", "age_group", "facility", "season", "on")),
        "/clubs/?q=%00",
        "/athletes/?q=%00&sex=%00&club=%00",
        "/records/harbour/100/M/?age_group=%00&facility=%00&timing=%00",
        "/records/harbour/%00/M/",
        "/records/harbour/100/M%00/",
        "/athletes/99999999999999999999999-x/",
    ],
)
def test_addresses_that_make_no_sense_break_nothing(client: Client, harbour: Club, address: str) -> None:
    """PostgreSQL takes no NUL in a text, and an address may say one anywhere."""
    assert client.get(address).status_code in (200, 404)


def test_a_filter_that_cannot_be_read_says_so(client: Client, harbour: Club) -> None:
    """The board alone is exchanged, so what is wrong with a field must stand there as well."""
    found = client.get("/clubs/harbour/?season=12", headers={"HX-Request": "true"}).content.decode()
    assert "Set in season: Ensure this value" in found[found.index('id="board"') :]


@pytest.mark.parametrize("address", ["/clubs/harbour/", "/clubs/"])
def test_behind_the_last_page_stands_the_way_back(client: Client, harbour: Club, address: str) -> None:
    PerformanceFactory(athlete=runner(harbour), mark="10.52", wind=0)
    assert "The list ends before this page." in text(client, address, page=900)


def test_the_story_tells_the_succession_and_its_rules(client: Client, harbour: Club) -> None:
    for mark, year in (("11.00", 2024), ("10.90", 2025), ("10.78", 2026)):
        PerformanceFactory(athlete=runner(harbour), mark=mark, wind=0, on=date(year, 6, 1))
    page = text(client, "/records/harbour/100/M/")
    assert page.index("10.78") < page.index("10.90") < page.index("11.00")
    for said in ("−0.12 s", "1.1 %", "stands", "until", "at most +2.0", "equal marks share the record"):
        assert said in page
    assert text(client, "/records/harbour/100/M/?age_group=U13").count("Nobody has held this record yet.") == 1


@pytest.mark.parametrize("address", ["/records/none/100/M/", "/records/harbour/LJ/M/", "/clubs/none/"])
def test_what_is_not_there_is_not_found(client: Client, harbour: Club, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "Nothing on this lane" in response.content.decode()


def test_old_records_name_their_holder_and_say_they_are_old(client: Client, harbour: Club) -> None:
    rows = "discipline,sex,mark,holder,date,note\nHJ,F,1.71,Ann Elder,1978,minute book\n"
    imported("records", rows, club=harbour, book=harbour.books.get())
    page = text(client, "/clubs/harbour/")
    for said in ("1.71", "Ann Elder", ">1978<", "from an old record book", "minute book"):
        assert said in page
    assert "Ann Elder" in text(client, "/records/harbour/HJ/F/")


def test_relays_name_their_legs(client: Client, harbour: Club) -> None:
    rows = "athlete id,family name,sex\n" + "".join(f"{n},Leg{'abcd'[n]},M\n" for n in range(4))
    imported("athletes", rows, club=harbour)
    relay = "id,discipline,mark,date,sex,team,legs\nr1,4x100,42.50,2026-06-01,M,Harbour A,0 / 1 / 2 / 3\n"
    imported("performances", relay, club=harbour)
    page = text(client, "/clubs/harbour/")
    assert "Harbour A" in page
    assert page.index("Lega") < page.index("Legd")


def test_queries_do_not_grow_with_the_lists(
    client: Client, harbour: Club, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    addresses = ("/", "/clubs/", "/clubs/harbour/", "/records/harbour/100/M/")
    PerformanceFactory(athlete=runner(harbour, "One"), mark="11.00", wind=0, on=date(2024, 6, 1))
    once = [queries_of(client, address, django_assert_max_num_queries) for address in addresses]
    for number, mark in enumerate(("10.90", "10.80")):
        athlete = runner(harbour, f"More{'ab'[number]}")
        PerformanceFactory(athlete=athlete, mark=mark, wind=0, on=date(2025 + number, 6, 1))
        PerformanceFactory(athlete=athlete, mark=f"2{number}.90", discipline="200", wind=0)
        ClubFactory()
    assert [queries_of(client, address, django_assert_max_num_queries) for address in addresses] == once
    assert Record.objects.count() > 6


def test_the_colour_comes_as_a_sheet_of_its_own(client: Client, harbour: Club) -> None:
    Club.objects.filter(pk=harbour.pk).update(colour="#0a5c36")
    assert "/clubs/harbour/colours.css" in text(client, "/clubs/harbour/")
    response = client.get("/clubs/harbour/colours.css")
    said = b"--club:#0a5c36;--club-ink:#0a5a35;--club-wash:#e6efeb;--club-ink-dark:#8eb4a3;--club-wash-dark:#0f201d"
    assert (response["Content-Type"], response.content) == ("text/css", b":root{" + said + b"}\n")


def test_page_numbers_that_make_no_sense_are_the_first(client: Client, harbour: Club) -> None:
    for page in ("0", "-1", "x", "99999999999999999999", "²"):
        assert client.get("/clubs/", {"page": page}).status_code == 200
