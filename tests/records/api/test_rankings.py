"""Rankings by the API."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from records.models import Athlete
from tests.factories import AthleteFactory, PerformanceFactory, discipline, imported
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

RANKINGS = "/api/v1/rankings/"


def ranking(client: Client, **asked: Any) -> list[tuple[int, str, str]]:
    """(rank, name, mark) of every row, over all pages."""
    found = []
    address: str | None = RANKINGS
    said: Any = {"discipline": "100", "sex": "M"} | asked
    while address:
        response = client.get(address, said)
        assert response.status_code == 200, response.content
        body = response.json()
        found += [
            (one["rank"], (one["athlete"] or {}).get("name", one["team"]), one["mark"]["text"])
            for one in body["results"]
        ]
        address, said = body["next"], None
        assert len(found) < 500
    return found


def runner(name: str, club: Club, *marks: str, **said: Any) -> Athlete:
    athlete = AthleteFactory(given_name="", family_name=name, club=club, **said)
    for day, mark in enumerate(marks, 1):
        PerformanceFactory(athlete=athlete, mark=mark, wind=5, on=date(2026, 6, day))
    return athlete


@pytest.fixture
def field(harbour: Club) -> None:
    runner("Ann", harbour, "10.80", "10.50", "10.90")
    runner("Bea", harbour, "10.60", "10.50")
    runner("Cid", harbour, "10.70", "10.60", "DNF")
    runner("Dot", harbour, "11.00", "10.60")
    runner("Eve", harbour, "10.95")


BEST = [(1, "Ann", "10.50"), (1, "Bea", "10.50"), (3, "Cid", "10.60"), (3, "Dot", "10.60"), (5, "Eve", "10.95")]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
def test_each_athlete_once_with_the_best_mark_and_shared_ranks(client: Client, field: None, size: int) -> None:
    assert ranking(client, page_size=size) == BEST


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_every_mark(client: Client, field: None, size: int) -> None:
    assert ranking(client, per="mark", page_size=size) == [
        (1, "Ann", "10.50"), (1, "Bea", "10.50"), (3, "Bea", "10.60"), (3, "Cid", "10.60"), (3, "Dot", "10.60"),
        (6, "Cid", "10.70"), (7, "Ann", "10.80"), (8, "Ann", "10.90"), (9, "Eve", "10.95"), (10, "Dot", "11.00"),
    ]  # fmt: skip


def test_the_way_back_has_the_same_ranks(client: Client, field: None) -> None:
    pages = []
    address: str | None = f"{RANKINGS}?discipline=100&sex=M&page_size=2"
    while address:
        said = client.get(address).json()
        pages.append([(one["rank"], one["id"]) for one in said["results"]])
        last, address = said, said["next"]
    back = [last["results"]]
    while last["previous"]:
        last = client.get(last["previous"]).json()
        back.append(last["results"])
    assert [[(one["rank"], one["id"]) for one in page] for page in reversed(back)] == pages


def test_wind_and_hand_times(client: Client, harbour: Club) -> None:
    one = runner("Ann", harbour, "10.80")
    PerformanceFactory(athlete=one, mark="10.40", wind=25)
    PerformanceFactory(athlete=one, mark="10.2h", wind=5)
    assert ranking(client) == [(1, "Ann", "10.80")]
    assert ranking(client, wind="legal") == [(1, "Ann", "10.80")]
    assert ranking(client, wind="any") == [(1, "Ann", "10.40")]
    assert ranking(client, wind="any", per="mark") == [(1, "Ann", "10.40"), (2, "Ann", "10.80")]


def test_hand_times_age_groups_and_days(client: Client, harbour: Club) -> None:
    one = runner("Ann", harbour, "10.80")
    young = runner("Bea", harbour, birth_date=date(2008, 1, 1))
    PerformanceFactory(athlete=young, mark="11.20", wind=5, on=date(2026, 7, 1))
    PerformanceFactory(athlete=one, mark="10.2h", wind=5)
    assert ranking(client, timing="hand") == [(1, "Ann", "10.2h")]
    assert ranking(client, timing="auto", age_group="wa:U20") == [(1, "Bea", "11.20")]
    assert ranking(client, age_group="wa:U18") == []
    assert ranking(client, on="2026-06-30") == [(1, "Ann", "10.80")]


def test_narrowed(client: Client, harbour: Club, other: Club) -> None:
    runner("Ann", harbour, "10.80", country="GBR")
    runner("Bea", other, "10.70", country="ESP")
    eve = runner("Eve", harbour, sex="F", country="GBR")
    PerformanceFactory(athlete=eve, mark="11.50", wind=5, on=date(2025, 6, 1))
    PerformanceFactory(athlete=eve, mark="11.90", facility="indoor", wind=None, on=date(2025, 2, 1))
    assert ranking(client, club="other") == [(1, "Bea", "10.70")]
    assert ranking(client, country="GBR") == [(1, "Ann", "10.80")]
    assert ranking(client, club="nowhere") == []
    assert [name for _rank, name, _mark in ranking(client, sex="")] == ["Bea", "Ann", "Eve"]
    assert ranking(client, sex="F", season=2025) == [(1, "Eve", "11.50")]
    assert ranking(client, sex="F", season=2026) == []
    assert ranking(client, sex="F", facility="indoor") == [(1, "Eve", "11.90")]


def test_relays_stand_once_per_team(client: Client, harbour: Club) -> None:
    lines = "team,sex,discipline,mark,date\nHarbour A,M,4x100,41.50,2026-06-01\nHarbour A,M,4x100,41.20,2026-06-02\nHarbour B,M,4x100,42.00,2026-06-01\n"
    batch = imported("performances", lines, club=harbour)
    assert batch.result["created"] == 3
    code = discipline("4x100").code
    assert ranking(client, discipline=code) == [(1, "Harbour A", "41.20"), (2, "Harbour B", "42.00")]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "discipline"),
        ({"discipline": ""}, "discipline"),
        ({"discipline": "nonsense"}, "discipline"),
        ({"discipline": "\0"}, "discipline"),
        ({"discipline": "110H"}, "discipline"),
        ({"discipline": "100", "sex": "Q"}, "sex"),
        ({"discipline": "100", "season": "x"}, "season"),
        ({"discipline": "100", "season": "²"}, "season"),
        ({"discipline": "100", "season": "9" * 30}, "season"),
        ({"discipline": "100", "facility": "moon"}, "facility"),
        ({"discipline": "100", "wind": "some"}, "wind"),
        ({"discipline": "100", "timing": "sundial"}, "timing"),
        ({"discipline": "100", "on": "2026-02-30"}, "on"),
        ({"discipline": "100", "per": "club"}, "per"),
        ({"discipline": "100", "fields": "rank,nonsense"}, "fields"),
    ],
)
def test_what_cannot_be_read(client: Client, asked: dict[str, str], field: str) -> None:
    response = client.get(RANKINGS, asked)
    assert (response.status_code, list(response.json()["details"])) == (422, [field])


def test_hidden_athletes_take_no_rank(client: Client, harbour: Club, bob: User, charlie: User) -> None:
    runner("Ann", harbour, "10.80")
    runner("Shylock", harbour, "10.50", visibility="club")
    assert ranking(client) == [(1, "Ann", "10.80")]
    client.force_login(charlie)
    assert ranking(client) == [(1, "Ann", "10.80")]
    client.force_login(bob)
    assert ranking(client) == [(1, "Shylock", "10.50"), (2, "Ann", "10.80")]


def test_masters_have_an_age_grade(client: Client, harbour: Club) -> None:
    runner("Sixty", harbour, "12.60", birth_date=date(1966, 5, 1))
    runner("Young", harbour, "11.00")
    said = {"discipline": "100", "sex": "M"}
    found = client.get(RANKINGS, said).json()["results"]
    assert [one["age_grade"] for one in found] == [None, 90.2]
    PerformanceFactory(athlete=Athlete.objects.get(family_name="Sixty"), mark="12.00", wind=31)
    windy = client.get(RANKINGS, {**said, "wind": "any"}).json()["results"]
    assert [one["age_grade"] for one in windy] == [None, None]
