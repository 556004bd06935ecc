"""Search by the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import AthleteFactory, ClubSpellFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


def search(client: Client, q: str) -> dict[str, Any]:
    response = client.get("/api/v1/search/", {"q": q})
    assert response.status_code == 200, response.content
    said: dict[str, Any] = response.json()
    return said


def test_search_needs_no_accents_and_no_order(client: Client, harbour: Club) -> None:
    AthleteFactory(given_name="José", family_name="Núñez Peña", club=harbour)
    for text in ("nunez", "NÚÑEZ", "pena jose", "jose núñ", "  nunez  "):
        assert [one["family_name"] for one in search(client, text)["athletes"]] == ["Núñez Peña"], text
    assert [one["family_name"] for one in search(client, "nuñes")["athletes"]] == ["Núñez Peña"]
    assert search(client, "ñues")["athletes"] == []


def test_search_finds_clubs_disciplines_and_books(client: Client, harbour: Club) -> None:
    found = search(client, "harbour")
    assert [one["slug"] for one in found["clubs"]] == ["harbour"]
    assert [one["club"] for one in found["books"]] == ["harbour"]
    assert {"High jump"} <= {one["name"] for one in search(client, "high")["disciplines"]}


@pytest.mark.parametrize("q", ["", "a", " a ", "\0a"])
def test_search_wants_two_letters(client: Client, q: str) -> None:
    assert client.get("/api/v1/search/", {"q": q}).status_code == 422


@pytest.mark.parametrize("q", ["%%", "__", "''", "\\\\", "a\0b", "😀😀", "x" * 5000, "..", "ﷺﷺ"])
def test_search_for_anything(client: Client, harbour: Club, q: str) -> None:
    AthleteFactory(family_name="Swift", club=harbour)
    assert search(client, q)["athletes"] == []


def test_search_gives_ten_at_most(client: Client, harbour: Club) -> None:
    for _n in range(12):
        AthleteFactory(given_name="Sam", club=harbour)
    assert len(search(client, "sam")["athletes"]) == 10


def test_search_finds_nobody_hidden(client: Client, harbour: Club, bob: User, charlie: User) -> None:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    ClubSpellFactory(athlete=AthleteFactory(family_name="Gone", merged_into=shy), club=harbour)
    assert search(client, "shy") == search(client, "zzzz")
    client.force_login(charlie)
    assert search(client, "shy") == search(client, "zzzz")
    client.force_login(bob)
    assert [one["id"] for one in search(client, "shy")["athletes"]] == [shy.pk]
    assert search(client, "gone")["athletes"] == []


def test_search_finds_records_and_competitions(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(family_name="Swift", club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.80", wind=5, competition="Spring Open")
    (found,) = search(client, "harbour men 100 m")["records"]
    assert (found["book"], found["discipline"], found["mark"]["text"]) == ("harbour", "100", "10.80")
    assert found["athlete"] == {"id": athlete.pk, "name": "Sam Swift"}
    days = {"first": "2026-06-01", "last": "2026-06-01"}
    assert search(client, "sprign open")["competitions"] == [{"name": "Spring Open", **days}]


def test_a_record_of_somebody_hidden_has_no_name(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    PerformanceFactory(athlete=athlete, mark="10.80", wind=5, competition="Spring Open")
    (found,) = search(client, "harbour men 100 m")["records"]
    assert (found["athlete"], found["holder"], found["performance"]) == (None, "", None)
