"""Age groups, seasons and competitions, as programs read them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from records.models import Performance
from tests.factories import AthleteFactory, PerformanceFactory
from tests.records.api.answers import rows
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


def said(client: Client, path: str, **asked: Any) -> Any:
    response = client.get(f"/api/v1/{path}", asked)
    assert response.status_code == 200, response.content
    return response.json()


def test_age_groups_are_told_with_their_bounds(client: Client) -> None:
    schemes = {one["code"]: one for one in rows(client, "age-groups/")}
    groups = {one["code"]: one for one in schemes["wa"]["groups"]}
    assert groups["U18"] == {
        "code": "U18",
        "kind": "youth",
        "bounds": "16 to 17 on 31 December of the year",
        "lower_age": 16,
        "lower_on": "dec31",
        "upper_age": 17,
        "upper_on": "dec31",
        "valid_from": None,
        "valid_until": None,
    }
    (spanish,) = (one for one in rows(Client(headers={"Accept-Language": "es"}), "age-groups/") if one["code"] == "wa")
    assert "diciembre" in next(one["bounds"] for one in spanish["groups"] if one["code"] == "U18")


def test_seasons_are_counted(client: Client, season: dict[str, Performance]) -> None:
    known = {one["year"]: one for one in said(client, "seasons/")}
    assert list(known) == [2026, 2025]
    assert known[2025] == {"year": 2025, "results": 2, "athletes": 1, "clubs": 1}


def test_a_season_names_the_best_of_each_discipline(client: Client, season: dict[str, Performance]) -> None:
    found = said(client, "seasons/2026/")
    assert (found["year"], found["results"]) == (2026, said(client, "seasons/")[0]["results"])
    best = {(one["discipline"], one["facility"]): one["id"] for one in found["bests"]}
    assert best["LJ", "outdoor"] == season["jump"].pk
    assert best["60", "indoor"] == season["indoor"].pk
    assert ("100", "outdoor") not in best  # one is wind-aided, one timed by hand


@pytest.mark.parametrize("year", [1850, 2024, 2200])
def test_a_season_in_which_nothing_was_done_is_all_zeros(client: Client, year: int) -> None:
    nothing = {"year": year, "results": 0, "athletes": 0, "clubs": 0, "records": 0, "bests": []}
    assert said(client, f"seasons/{year}/") == nothing


@pytest.mark.parametrize("year", [0, 1849, 2201, 10**17])
def test_there_is_no_season_so_far_away(client: Client, year: int) -> None:
    assert client.get(f"/api/v1/seasons/{year}/").status_code == 404


def test_the_best_of_somebody_hidden_is_not_named(client: Client, harbour: Club) -> None:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    PerformanceFactory(athlete=shy, mark="10.10", wind=1, on=date(2026, 6, 1))
    assert said(client, "seasons/2026/")["bests"] == []
    assert said(client, "competitions/")["competitions"] == []


def test_a_competition_leads_to_its_marks(client: Client, season: dict[str, Performance]) -> None:
    held = said(client, "competitions/", competition="Gala")
    assert held["before"] is None
    (gala,) = held["competitions"]
    assert gala == {
        "competition": "Gala",
        "venue": "Hove",
        "country": gala["country"],
        "first": "2026-06-01",
        "last": "2026-06-01",
        "results": 1,
        "records": 0,
        "url": gala["url"],
    }
    assert client.get(gala["url"]).status_code == 200
    (mark,) = rows(client, "performances/", competition="Gala", venue="Hove", since="2026-06-01", until="2026-06-01")
    assert mark["id"] == season["windy"].pk


def test_older_competitions_are_read_on(client: Client, harbour: Club) -> None:
    one = AthleteFactory(club=harbour)
    for day in range(1, 26):
        PerformanceFactory(athlete=one, mark="10.80", on=date(2026, 5, day), competition=f"Meet {day}")
    first = said(client, "competitions/")
    then = said(client, "competitions/", before=first["before"])
    names = [held["competition"] for page in (first, then) for held in page["competitions"]]
    assert names == [f"Meet {day}" for day in range(25, 0, -1)]
    assert then["before"] is None


@pytest.mark.parametrize("name", ["competition", "venue"])
def test_a_competition_is_looked_for_among_days(client: Client, name: str) -> None:
    response = client.get("/api/v1/performances/", {name: "Gala"})
    assert response.status_code == 422
    assert response.json()["details"] == {name: ["Say with since= from which day on."]}


def test_a_day_that_is_none_is_refused(client: Client) -> None:
    assert client.get("/api/v1/competitions/", {"before": "yesterday"}).status_code == 422
