"""Rankings and reference pages: what they say, whom they hide, how many queries they take, what nonsense gets."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from records.models import Athlete
from records.queries.seasons import season_page, seasons
from tests.answers import closing
from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


def text(client: Client, address: str, **said: object) -> str:
    response = client.get(address, said or None)
    assert response.status_code == 200
    return response.content.decode()


def runner(club: Club, name: str, mark: str, **said: Any) -> Athlete:
    person = {key: said.pop(key) for key in ("sex", "visibility", "country") if key in said}
    athlete = AthleteFactory(given_name="", family_name=name, club=club, **person)
    PerformanceFactory(athlete=athlete, mark=mark, **{"wind": 5} | said)
    return athlete


@pytest.fixture
def field(harbour: Club, other: Club) -> None:
    runner(harbour, "Swift", "10.52", country="GBR", venue="Leeds")
    runner(other, "Quick", "10.40", country="ESP", on=date(2025, 6, 1))
    runner(harbour, "Windy", "10.30", wind=31)
    runner(harbour, "Hand", "10.2h")
    runner(harbour, "Shylock", "10.10", visibility="club")
    runner(harbour, "Maid", "12.10", sex="F")


MEN = {"discipline": "100", "sex": "M"}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({}, {"Maid"}),
        (MEN, {"Swift", "Quick"}),
        ({**MEN, "season": "2025"}, {"Quick"}),
        ({**MEN, "marks": "wind"}, {"Swift", "Quick", "Windy"}),
        ({**MEN, "marks": "hand"}, {"Hand"}),
        ({**MEN, "club": "other"}, {"Quick"}),
        ({**MEN, "club": "nowhere"}, set()),
        ({**MEN, "country": "gbr"}, {"Swift"}),
        ({**MEN, "facility": "indoor"}, set()),
        ({**MEN, "on": "2025-12-31"}, {"Quick"}),
        ({**MEN, "age_group": "wa:U20"}, set()),
        ({**MEN, "age_group": "wa:Senior"}, {"Swift", "Quick"}),
        ({**MEN, "season": "no year", "on": "no day", "per": "?"}, {"Swift", "Quick"}),
    ],
)
def test_filters_live_in_the_address(client: Client, field: None, said: dict[str, str], shown: set[str]) -> None:
    page = text(client, "/rankings/", **said)
    names = {"Swift", "Quick", "Windy", "Hand", "Maid", "Shylock"}
    assert {name for name in names if f">{name}</a>" in page} == shown
    assert "Shylock" not in page
    if not shown:
        assert "No mark fits these filters." in page


def test_a_line_says_rank_mark_wind_points_who_and_where(client: Client, field: None) -> None:
    page = text(client, "/rankings/", **MEN, season="2026")
    for said in ("10.52", "+0.5", "Swift", "1 Jun 2026", "Leeds", "World Athletics Scoring Tables", "100 m", "Men"):
        assert said in page
    assert "style=" not in page
    assert "<script>" not in page


def test_a_member_sees_the_own_club(client: Client, field: None, bob: User) -> None:
    client.force_login(bob)
    assert ">Shylock</a>" in text(client, "/rankings/", **MEN)


def test_women_have_no_110_m_hurdles(client: Client, harbour: Club) -> None:
    page = text(client, "/rankings/", discipline="110H", sex="F")
    assert "There is no discipline “110H” for: Women." in page
    assert "?discipline=110H&amp;sex=M" in page


def test_the_next_page_goes_on_counting(client: Client, harbour: Club) -> None:
    for number in range(53):
        runner(harbour, f"Runner{number}", "11.00" if number < 52 else "11.50")
    first = client.get("/rankings/", MEN)
    assert len(first.context["page"].items) == 50
    last = first.context["page"].last
    assert f"after={last}" in first.content.decode()
    second = client.get("/rankings/", {**MEN, "after": str(last)})
    assert [one.rank for one in second.context["page"].items] == [1, 1, 53]
    page = text(client, "/rankings/", **MEN, after="-99999.1")
    assert "The list ends before this page." in page


def test_as_a_file(client: Client, field: None) -> None:
    with closing(client.get("/rankings.csv", MEN)) as response:
        assert response.status_code == 200
        lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    rows = list(csv.reader(lines))
    assert rows[0][0] == "rank"
    assert [row[:2] for row in rows[1:]] == [["1", "10.40"], ["2", "10.52"]]
    assert rows[1][-1].isdecimal()
    with closing(client.get("/rankings.xlsx", MEN)) as response:
        assert response.status_code == 200
    assert client.get("/rankings.pdf", MEN).status_code == 404
    assert client.get("/rankings.csv", {"discipline": "110H", "sex": "F"}).status_code == 404


def test_htmx_is_told_the_short_address(client: Client, field: None) -> None:
    response = client.get("/rankings/", {**MEN, "club": ""}, headers={"HX-Request": "true"})
    assert response["HX-Push-Url"] == "/rankings/?discipline=100&sex=M"


def test_reference_pages_say_what_they_are_about(client: Client, field: None) -> None:
    assert "Sprints" in text(client, "/disciplines/")
    page = text(client, "/disciplines/100/", sex="M")
    for said in ("Records of all books", "10.40", "Best of 2026", "10.52", "automatic timing", "All-time ranking"):
        assert said in page
    assert "UK Athletics" in text(client, "/age-groups/")
    page = text(client, "/age-groups/wa/Senior/", sex="M")
    assert "Athlete of Harbour AC" in page
    assert "Shylock" not in page
    assert "20 or older on 31 December" in page
    assert 'href="/seasons/2025/"' in text(client, "/seasons/")
    page = text(client, "/seasons/2025/")
    assert "10.40" in page
    assert 'href="/seasons/2026/"' in page


def test_counts_of_a_season_leave_out_the_hidden(client: Client, field: None, bob: User) -> None:
    counted = {one.year: (one.results, one.athletes, one.clubs) for one in seasons()}
    assert counted == {2026: (4, 4, 1), 2025: (1, 1, 1)}
    assert season_page(2026, AnonymousUser()).records == 1  # the women's: the men's of that race is Shylock's
    client.force_login(bob)
    assert "Shylock" not in text(client, "/seasons/2026/")


def test_a_season_is_counted_anew_when_something_changed(harbour: Club) -> None:
    assert seasons() == []
    assert season_page(2026, AnonymousUser()).count is None
    runner(harbour, "Swift", "10.52")
    assert [one.results for one in seasons()] == [1]
    assert [one.line.mark for one in season_page(2026, AnonymousUser()).bests] == ["10.52"]


NASTY = ["", "\0", "²", "-1", "9" * 40, "<x0>", "'; --", "é" * 300, "U20%00", "../..", "2026-02-30"]
FIELDS = ("discipline", "sex", "season", "age_group", "marks", "per", "facility", "club", "country", "on", "after",
          "before", "page")  # fmt: skip


@pytest.mark.parametrize("value", NASTY)
def test_nonsense_in_the_address_gets_a_page(client: Client, field: None, value: str) -> None:
    for name in FIELDS:
        for address in ("/rankings/", "/disciplines/100/", "/age-groups/wa/U20/", "/seasons/2026/"):
            response = client.get(address, {**MEN, name: value})
            assert response.status_code == 200, (address, name)
            assert b"<x0>" not in response.content


@pytest.mark.parametrize(
    "address",
    [
        "/disciplines/nonsense/", "/disciplines/%00/", "/disciplines/%3Cx0%3E/", f"/disciplines/{quote('é' * 300)}/",
        "/age-groups/wa/U99/", "/age-groups/nobody/U20/", "/age-groups/wa/%00/", "/seasons/0/", "/seasons/99999999999/",
        "/rankings.%00",
    ],
)  # fmt: skip
def test_what_is_not_there(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert b"<x0>" not in response.content
    assert b'class="button"' in response.content


@pytest.mark.parametrize(
    "address",
    [
        "/rankings/?discipline=100&sex=M&marks=wind&age_group=wa:Senior", "/rankings/?discipline=4x100&sex=M",
        "/disciplines/", "/disciplines/100/?sex=M", "/age-groups/", "/age-groups/wa/Senior/?sex=M", "/seasons/",
        "/seasons/2026/",
    ],
)  # fmt: skip
def test_queries_do_not_grow_with_the_data(
    client: Client, field: None, harbour: Club, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        assert client.get(address).status_code == 200
    for number in range(12):
        runner(harbour, f"More{number}", f"11.{number + 10}", visibility="club" if number % 2 else "public")
        runner(harbour, f"Jumper{number}", f"6.{number + 10}", discipline="LJ", on=date(2010 + number, 5, 1))
    with django_assert_max_num_queries(8):
        assert client.get(address).status_code == 200


def test_a_deep_page_takes_as_many(
    client: Client, harbour: Club, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        runner(harbour, f"Runner{number}", f"11.{number}0")
    with django_assert_max_num_queries(8):
        page = text(client, "/rankings/", **MEN, after="-11100.999999")
    assert "11.20" in page
    assert "11.00" not in page
