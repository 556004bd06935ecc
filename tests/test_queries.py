"""Pages for everybody: at most eight queries, and as many of them with more rows as with few."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.access.who import PUBLIC
from tests.answers import closing
from tests.factories import AthleteFactory, PerformanceFactory
from tests.test_access import TABLE, World, world
from trackhub.clubs.models import Club

__all__ = ["world"]

pytestmark = pytest.mark.django_db

MOST = 8
ROUTES = sorted({route for method, route, codes in TABLE if method == "get" and codes == PUBLIC})
ELSEWHERE = {"ready", "api_docs", "api_schema"}
"""What load balancers and programs ask: no pages."""


def more_rows(club: Club, day: date) -> None:
    """Men and women with marks, records and seasons enough for every list to be longer."""
    for number in range(4):
        person = AthleteFactory(club=club, sex="MF"[number % 2])
        for code, mark in (("400", f"5{number}.20"), ("HJ", f"1.{70 + number}"), ("800", f"2:0{number}.11")):
            for years in (0, 1):
                on = day - timedelta(days=365 * years + number)
                PerformanceFactory(athlete=person, discipline=code, mark=mark, on=on, competition=f"Meet {number}")


def queries_of(address: str) -> int:
    """Of one request, after one that fills what the cache remembers of the site."""
    cache.clear()
    with override_settings(ACCOUNT_RATE_LIMITS=False):
        for _ in range(2):
            with CaptureQueriesContext(connection) as seen, closing(Client().get(address)) as response:
                assert response.status_code == 200
    return len(seen)


@pytest.mark.parametrize("route", [route for route in ROUTES if route not in ELSEWHERE])
def test_at_most_eight_and_as_many_with_more_rows(route: str, world: World) -> None:
    address = world.address(route)
    # A list that is empty, or holds one kind of row, may ask for less.
    for days in (0, 40):
        more_rows(world.club, timezone.localdate() - timedelta(days=days))
    few = queries_of(address)
    more_rows(world.club, timezone.localdate() - timedelta(days=80))
    many = queries_of(address)
    assert many <= MOST
    assert few == many
