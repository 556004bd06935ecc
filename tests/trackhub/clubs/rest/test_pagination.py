"""Pages by cursor: whoever follows ``next`` meets every row once, and ``previous`` leads the same way back."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from records.models import Athlete, Performance
from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


@pytest.fixture
def swift(harbour: Club) -> Athlete:
    return AthleteFactory(family_name="Swift", club=harbour)


@pytest.fixture
def many(swift: Athlete) -> Callable[[list[date]], list[int]]:
    """Make a performance for each day; their ids."""

    def make(days: list[date]) -> list[int]:
        first = PerformanceFactory(athlete=swift, on=days[0], mark="10.80")
        plain = {
            f.attname: getattr(first, f.attname) for f in Performance._meta.fields if f.attname not in ("id", "date")
        }
        made = Performance.objects.bulk_create([Performance(**plain, date=day) for day in days[1:]])
        return [first.pk, *(one.pk for one in made)]

    return make


def follow(client: Client, address: str | None, way: str = "next") -> list[list[int]]:
    """The pages' ids."""
    pages = []
    while address:
        said = client.get(address).json()
        pages.append([row["id"] for row in said["results"]])
        address = said[way]
        assert len(pages) < 100
    return pages


def there_and_back(client: Client, address: str) -> tuple[list[int], list[int]]:
    """The ids met on the way to the last page, and back from it to the first."""
    there, last, here = [], "", address
    while here:
        said = client.get(here).json()
        there += [row["id"] for row in said["results"]]
        last, here = here, said["next"]
    back: list[int] = []
    while last:
        said = client.get(last).json()
        back = [row["id"] for row in said["results"]] + back
        last = said["previous"]
    return there, back


SPREAD = [date(2026, 1 + n % 9, 1) for n in range(23)]
TIED = [date(2026, 5, 1)] * 23
MIXED = [date(2026, 5, 1)] * 9 + [date(2026, 4, 1)] * 9 + [date(2026, 6, 1)] * 5


@pytest.mark.parametrize("days", [SPREAD, TIED, MIXED], ids=["spread", "tied", "mixed"])
@pytest.mark.parametrize("ordering", ["-id", "id", "-date", "date"])
@pytest.mark.parametrize("size", [1, 5, 23])
def test_every_row_once_and_back_again(
    client: Client, many: Callable[[list[date]], list[int]], days: list[date], ordering: str, size: int
) -> None:
    ids = many(days)
    sign = -1 if ordering.startswith("-") else 1
    by_date = {pk: (sign * day.toordinal(), sign * pk) for pk, day in zip(ids, days, strict=True)}
    wanted = sorted(ids, key=by_date.__getitem__) if "date" in ordering else sorted(ids, reverse=sign < 0)
    there, back = there_and_back(client, f"/api/v1/performances/?page_size={size}&ordering={ordering}")
    assert there == wanted
    assert back == wanted


def test_more_equal_dates_than_anybody_would_skip(client: Client, many: Callable[[list[date]], list[int]]) -> None:
    """A whole championship on one day, or a year's marks of which only the year is known."""
    ids = many([date(2026, 5, 1)] * 1350)
    pages = follow(client, "/api/v1/performances/?page_size=100&ordering=date&fields=id")
    assert [pk for page in pages for pk in page] == ids


@pytest.mark.parametrize(
    ("asked", "given"), [("0", 20), ("-1", 20), ("x", 20), ("", 20), ("1", 1), ("100", 100), ("101", 100)]
)
def test_sizes_of_pages(client: Client, many: Callable[[list[date]], list[int]], asked: str, given: int) -> None:
    many([date(2026, 5, 1)] * 105)
    assert len(client.get("/api/v1/performances/", {"page_size": asked}).json()["results"]) == given


def test_a_short_list_has_no_further_pages(client: Client, many: Callable[[list[date]], list[int]]) -> None:
    many([date(2026, 5, 1)] * 20)
    said = client.get("/api/v1/performances/").json()
    assert (len(said["results"]), said["next"], said["previous"]) == (20, None, None)


def test_an_empty_list(client: Client) -> None:
    assert client.get("/api/v1/performances/").json() == {"next": None, "previous": None, "results": []}


def test_links_keep_what_was_asked_for(client: Client, many: Callable[[list[date]], list[int]], swift: Athlete) -> None:
    many(SPREAD)
    asked = {"athlete": swift.pk, "page_size": 5, "fields": "id,date", "ordering": "date"}
    said = client.get("/api/v1/performances/", asked).json()
    address = said["next"]
    assert address.startswith("http://testserver/api/v1/performances/?")
    for part in (f"athlete={swift.pk}", "page_size=5", "ordering=date", "fields=id"):
        assert part in address
    assert set(client.get(address).json()["results"][0]) == {"id", "date"}


def test_rows_that_come_meanwhile_move_nothing(
    client: Client, many: Callable[[list[date]], list[int]], swift: Athlete
) -> None:
    ids = many(SPREAD)
    first = client.get("/api/v1/performances/?page_size=10").json()
    PerformanceFactory(athlete=swift, mark="10.90")
    assert [row["id"] for row in client.get(first["next"]).json()["results"]] == sorted(ids, reverse=True)[10:20]


def garbled() -> list[str]:
    def coded(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    huge = "9" * 40
    said = [
        "p=abc",
        "p=2026-13-45",
        "p=%00",
        f"p={huge}",
        f"p=-{huge}",
        f"o={huge}",
        "o=-1",
        "o=x&p=1",
        "r=7",
        "r=x",
        "p=",
    ]
    said += [
        "[]",
        "{}",
        "null",
        '["x"]',
        '[0, "x"]',
        '[false, ["x", "y"]]',
        f'[false, ["{huge}"]]',
        "[false, [[]]]",
        "[1, 2, 3]",
    ]
    said += ["[false, [null]]", "[false, [{}]]", "[" * 5000, "[false, [1.5]]", "[false, [true]]", f"[false, [{huge}]]"]
    return ["", "x", "ÿ", "%00", "====", "A" * 3000, *map(coded, said)]


@pytest.mark.parametrize("cursor", garbled())
@pytest.mark.parametrize("ordering", ["id", "-date"])
def test_cursors_that_nobody_was_given(
    client: Client, many: Callable[[list[date]], list[int]], cursor: str, ordering: str
) -> None:
    many(MIXED)
    response = client.get("/api/v1/performances/", {"cursor": cursor, "ordering": ordering})
    assert response.status_code in (200, 404)
    if response.status_code == 404:
        assert response.json()["error"] == "not_found"


def test_a_cursor_of_another_order_is_refused_or_fits(client: Client, many: Callable[[list[date]], list[int]]) -> None:
    many(MIXED)
    by_id = client.get("/api/v1/performances/?page_size=5").json()["next"]
    assert client.get(by_id + "&ordering=date").status_code in (200, 404)
