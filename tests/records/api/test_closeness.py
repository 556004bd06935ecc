"""Close calls of a club, and two athletes beside each other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from records.models import Athlete, Performance
from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_names")]


def said(client: Client, path: str, **asked: Any) -> Any:
    response = client.get(f"/api/v1/{path}", asked)
    assert response.status_code == 200, response.content
    return response.json()


def jumped(athlete: Athlete, mark: str, days_ago: int, **more: Any) -> Performance:
    on = timezone.localdate() - timedelta(days=days_ago)
    one: Performance = PerformanceFactory(athlete=athlete, discipline="HJ", mark=mark, on=on, **more)
    return one


def test_who_came_close_to_a_record_and_which_is_in_danger(client: Client, harbour: Club) -> None:
    holder, rival = (AthleteFactory(family_name=name, club=harbour) for name in ("Holder", "Rival"))
    record, close = jumped(holder, "2.10", 900), jumped(rival, "2.08", 20)
    jumped(AthleteFactory(club=harbour), "1.80", 10)
    found = said(client, "clubs/harbour/near/")
    near, danger = found["near"][0], found["in_danger"][0]
    assert (near["performance"]["id"], near["short"], near["facility"]) == (close.pk, "2 cm", "outdoor")
    assert near["record"] == {
        "text": "2.10",
        "holder": str(holder),
        "date": record.date.isoformat(),
        "performance": record.pk,
    }
    assert "" in near["age_groups"]
    assert [(one["performance"]["id"], one["short"]) for one in danger["challengers"]] == [(close.pk, "2 cm")]
    assert found["season"] == close.season
    assert len(found["near"]) == len(found["in_danger"]) == 1


def test_a_holder_whose_name_is_withheld_is_not_told(client: Client, harbour: Club, dana: User) -> None:
    shy = AthleteFactory(given_name="Zoe", family_name="Shylock", club=harbour, visibility="club")
    record = jumped(shy, "2.10", 900)
    jumped(AthleteFactory(club=harbour), "2.09", 20)
    (near,) = said(client, "clubs/harbour/near/")["near"]
    assert "Shylock" not in str(near)
    assert near["record"]["performance"] is None
    client.force_login(dana)
    (near,) = said(client, "clubs/harbour/near/")["near"]
    assert (near["record"]["holder"], near["record"]["performance"]) == ("Zoe Shylock", record.pk)


def test_a_club_without_a_book_or_unknown_has_no_close_calls(client: Client) -> None:
    Club.objects.create(slug="bookless", name="Bookless")
    assert client.get("/api/v1/clubs/bookless/near/").status_code == 404
    assert client.get("/api/v1/clubs/nowhere/near/").status_code == 404


@pytest.fixture
def pair(harbour: Club, other: Club) -> tuple[Athlete, Athlete]:
    """They met once, in a final that the second won; each has a discipline of their own besides."""
    one, two = AthleteFactory(club=harbour), AthleteFactory(club=other)
    met = {"competition": "Gala", "round": "Final"}
    PerformanceFactory(athlete=one, mark="10.80", wind=3, on=date(2026, 6, 1), place="2", **met)
    PerformanceFactory(athlete=two, mark="10.70", wind=3, on=date(2026, 6, 1), place="1", **met)
    PerformanceFactory(athlete=one, discipline="LJ", mark="7.01", wind=3, on=date(2025, 6, 1))
    PerformanceFactory(athlete=two, discipline="200", mark="21.80", wind=3, on=date(2025, 6, 1))
    return one, two


def test_two_athletes_stand_beside_each_other(client: Client, pair: tuple[Athlete, Athlete]) -> None:
    one, two = pair
    found = said(client, f"athletes/{one.pk}/rivalry/", **{"with": two.pk})
    assert (found["season"], found["wins"]) == (2026, [0, 1])
    (met,) = found["meetings"]
    assert (met["one"]["mark"]["text"], met["two"]["mark"]["text"], met["winner"]) == ("10.80", "10.70", 2)
    assert [(pair["discipline"], pair["better"]) for pair in found["bests"]] == [("100", 2), ("200", 0), ("LJ", 0)]
    alone = {pair["discipline"]: pair for pair in found["bests"]}["LJ"]
    assert (alone["one"]["mark"]["text"], alone["two"]) == ("7.01", None)
    assert [pair["discipline"] for pair in found["season_bests"]] == ["100"]
    turned = said(client, f"athletes/{two.pk}/rivalry/", **{"with": one.pk})
    assert (turned["wins"], turned["meetings"][0]["winner"]) == ([1, 0], 1)


def test_two_who_did_nothing_have_nothing_to_compare(client: Client) -> None:
    one, two = AthleteFactory(), AthleteFactory()
    nothing = {"season": None, "bests": [], "season_bests": [], "wins": [0, 0], "meetings": []}
    assert said(client, f"athletes/{one.pk}/rivalry/", **{"with": two.pk}) == nothing


@pytest.mark.parametrize("asked", ["", "0", "-1", "x", "²", "9" * 30, "own"])
def test_who_the_other_is_must_be_said(client: Client, asked: str) -> None:
    one = AthleteFactory()
    response = client.get(f"/api/v1/athletes/{one.pk}/rivalry/", {"with": str(one.pk) if asked == "own" else asked})
    assert response.status_code == 422
    assert response.json()["details"] == {"with": ["The id of another athlete."]}


def test_somebody_hidden_is_compared_with_nobody(client: Client, harbour: Club) -> None:
    seen, shy = AthleteFactory(), AthleteFactory(club=harbour, visibility="club")
    unknown = client.get(f"/api/v1/athletes/{seen.pk}/rivalry/", {"with": 10**17})
    for one, other in ((seen, shy), (shy, seen)):
        response = client.get(f"/api/v1/athletes/{one.pk}/rivalry/", {"with": other.pk})
        assert response.status_code == 404
        assert response.content == unknown.content
