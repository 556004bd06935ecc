"""Medals for programs: everybody reads them, registrars enter them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from records.models import Athlete, Award
from tests.factories import AthleteFactory, PerformanceFactory
from tests.records.api.answers import rows
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/clubs/harbour/awards/"


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    made: Athlete = AthleteFactory(family_name="Hill", club=harbour)
    return made


def enter(client: Client, by: User, who: Athlete, **more: Any) -> Any:
    client.force_login(by)
    said = {"athlete": who.pk, "place": 2, "discipline": "100", "competition": "County", "date": "2026-05-09"}
    return client.post(ADDRESS, said | more, content_type="application/json")


def test_entered_and_read(client: Client, athlete: Athlete, bob: User) -> None:
    mark = PerformanceFactory(athlete=athlete, mark="10.90", wind=0, on=date(2026, 5, 9))
    made = enter(client, bob, athlete, age_group="u20", team="A")
    assert made.status_code == 201
    assert made.json() == {
        "id": Award.objects.get().pk, "athlete": {"id": athlete.pk, "name": "Sam Hill"}, "place": 2, "worth": "silver",
        "metal": "silver", "discipline": "100", "age_group": "U20", "competition": "County", "date": "2026-05-09",
        "team": "A", "performance": mark.pk,
    }  # fmt: skip
    assert rows(Client(), "clubs/harbour/awards/") == [made.json()]
    again = enter(client, bob, athlete, age_group="U20", place=1)
    assert (again.status_code, again.json()["error"]) == (409, "already_there")


def test_withheld_names_and_what_is_asked_for(client: Client, athlete: Athlete, bob: User, harbour: Club) -> None:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    PerformanceFactory(athlete=shy, mark="10.90", wind=0, on=date(2026, 5, 9))
    enter(client, bob, athlete, place=1, date="2025-05-09")
    inside = enter(client, bob, shy, place=5).json()
    assert (inside["athlete"]["name"], inside["worth"], inside["metal"]) == ("Sam Shylock", "place 5", "")
    newest, older = rows(Client(), "clubs/harbour/awards/")
    assert (newest["athlete"], newest["performance"], newest["place"]) == (None, None, 5)
    assert older["athlete"]["name"] == "Sam Hill"
    for asked, places in (
        ({"season": 2025}, [1]), ({"metal": "gold"}, [1]), ({"metal": "none"}, [5]), ({"competition": "County"}, [5, 1]),
        ({"competition": "\0"}, [5, 1]), ({"competition": "Elsewhere"}, []),
    ):  # fmt: skip
        assert [one["place"] for one in rows(Client(), "clubs/harbour/awards/", **asked)] == places, asked
    first = Client().get(ADDRESS, {"page_size": 1}).json()
    assert [one["place"] for one in Client().get(first["next"]).json()["results"]] == [1]
    assert client.get(ADDRESS, {"metal": "tin"}).status_code == 422
    assert client.get(ADDRESS, {"season": "soon"}).status_code == 422


def test_what_nobody_can_have_won(client: Client, athlete: Athlete, bob: User, other: Club) -> None:
    for more, field in (
        ({"athlete": AthleteFactory(club=other).pk}, "athlete"), ({"discipline": "none"}, "discipline"),
        ({"place": 13}, "place"),
    ):  # fmt: skip
        assert list(enter(client, bob, athlete, **more).json()["details"]) == [field]
    future = enter(client, bob, athlete, date="2999-01-01")
    assert (future.status_code, future.json()["error"]) == (422, "refused")
    assert not Award.objects.exists()
