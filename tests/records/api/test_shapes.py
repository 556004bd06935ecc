"""What is declared is what is sent, and a long list costs no more queries than a short one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework import serializers

from records.api import serializers as shapes
from records.models import Athlete, Performance
from tests.factories import AthleteFactory, PerformanceFactory, UserFactory, imported
from tests.records.api.answers import declared, rows
from trackhub.api import FoundShape
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.api import serializers as ground
from trackhub.clubs.models import Club, Scope, User

pytestmark = pytest.mark.django_db

LISTS: dict[str, type[serializers.Serializer[Any]]] = {
    "performances/": shapes.PerformanceShape,
    "rankings/?discipline=100&sex=F&wind=any&per=mark": shapes.RankedShape,
    "rankings/?discipline=4x100&sex=F": shapes.RankedShape,
    "athletes/": shapes.AthleteShape,
    "disciplines/?page_size=100": shapes.DisciplineShape,
    "books/": shapes.BookShape,
    "records/?history=true&page_size=100": shapes.RecordShape,
    "imports/": shapes.ImportShape,
    "clubs/": ground.ClubShape,
    "events/": ground.EventShape,
    "tokens/": ground.TokenShape,
}


@pytest.fixture
def everything(season: dict[str, Performance], book: None, harbour: Club) -> dict[str, Performance]:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club", birth_date=None, sex="F")
    season["hidden"] = PerformanceFactory(athlete=shy, discipline="100", mark="11.00", wind=5, on=date(2026, 8, 1))
    lost = AthleteFactory(family_name="Clubless")
    season["clubless"] = PerformanceFactory(athlete=lost, mark="10.50", wind=None)
    return season


@pytest.mark.parametrize("address", LISTS)
def test_lists_have_the_shape_that_is_declared(client: Client, everything: Any, bob: User, address: str) -> None:
    client.force_login(bob)
    at = timezone.now()
    make_token(bob, name="x", scope=Scope.READ, club=None, expires=at + timedelta(days=9), at=at)
    found = rows(client, address)
    assert found
    for row in found:
        declared(LISTS[address], row)
    if address == "records/?history=true&page_size=100":
        for row in rows(Client(), address):
            declared(LISTS[address], row)


def test_single_things_have_the_shape_that_is_declared(
    client: Client, everything: dict[str, Performance], bob: User
) -> None:
    client.force_login(bob)
    for name, one in everything.items():
        declared(shapes.PerformanceDetailShape, client.get(f"/api/v1/performances/{one.pk}/").json(), name)
    for athlete in Athlete.objects.all():
        declared(shapes.AthleteDetailShape, client.get(f"/api/v1/athletes/{athlete.pk}/").json())
        for best in client.get(f"/api/v1/athletes/{athlete.pk}/bests/").json():
            declared(shapes.BestShape, best)
    declared(FoundShape, client.get("/api/v1/search/?q=ha").json())
    declared(ground.ClubShape, client.get("/api/v1/clubs/harbour/").json())
    declared(ground.MeShape, client.get("/api/v1/me/").json())


# Costs


def cost(client: Client, address: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"/api/v1/{address}", headers=headers).status_code == 200
    return len(seen)


@pytest.fixture
def grow(harbour: Club, bob: User) -> Callable[[int], None]:
    """That many more of everything."""

    def make(number: int) -> None:
        at = timezone.now()
        for n in range(number):
            one = AthleteFactory(given_name="Sam", club=harbour, visibility="club" if n % 2 else "public")
            PerformanceFactory(athlete=one, mark=f"10.{80 + n % 10}", wind=5)
            imported("athletes", "family name,sex\nNew,M\n", club=harbour, by=bob)
            make_token(bob, name="x", scope=Scope.READ, club=harbour, expires=at + timedelta(days=9), at=at)

    return make


@pytest.mark.parametrize(
    "address",
    [
        "performances/?page_size=100", "rankings/?discipline=100&sex=M&page_size=100", "athletes/?page_size=100",
        "records/?history=true&page_size=100", "books/", "clubs/", "imports/?page_size=100", "tokens/?page_size=100",
        "events/?page_size=100", "search/?q=sam", "clubs/harbour/members/",
    ],
)  # fmt: skip
def test_a_long_list_costs_no_more_queries_than_a_short_one(
    client: Client, grow: Callable[[int], None], alice: User, bob: User, address: str
) -> None:
    client.force_login(alice if "members" in address else bob)
    grow(3)
    cost(client, address)  # the first request of a session notes that it lives, and a search gathers its words
    grow(1)
    few = cost(client, address)
    grow(9)
    if "members" in address:
        for _n in range(9):
            UserFactory().memberships.create(club=alice.memberships.get().club, role="viewer")
    assert cost(client, address) == few


@pytest.mark.parametrize("address", ["performances/", "athletes/", "records/", "disciplines/"])
def test_knowing_who_asks_costs_at_most_two_queries(
    client: Client, season: dict[str, Performance], bob: User, harbour: Club, address: str
) -> None:
    at = timezone.now()
    for club in (None, harbour):
        said = {"name": "x", "scope": Scope.READ, "club": club, "expires": at + timedelta(days=9), "at": at}
        key = make_token(bob, **said)[1]
        cost(client, address, Authorization=f"Bearer {key}")  # the first use of a minute is noted
        known = cost(client, address, Authorization=f"Bearer {key}")
        assert known <= cost(client, address) + 2
