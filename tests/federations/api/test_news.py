"""News by the API."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from federations.models import NewsItem
from tests.federations.news import BODY, news
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

ORDER = {"club": "harbour", "title": "The track is open", "body": BODY}


def send(client: Client, method: str, address: str, body: dict[str, Any]) -> Any:
    return getattr(client, method)(address, body, content_type="application/json")


def test_writing_reading_changing_removing(client: Client, bob: User, harbour: Club) -> None:
    client.force_login(bob)
    made = send(client, "post", "/api/v1/news/", ORDER)
    assert made.status_code == 201
    said = made.json()
    assert (said["club"], said["title"], said["audience"], said["language"]) == (
        "harbour",
        ORDER["title"],
        "public",
        "",
    )
    address = f"/api/v1/news/{said['id']}/"
    assert Client().get(address).json() == said
    changed = send(client, "patch", address, {"title": "Open on Monday"}).json()
    assert (changed["title"], changed["body"]) == ("Open on Monday", BODY)
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    deeds = AuditEntry.objects.filter(target=f"newsitem {said['id']}").order_by("pk")
    assert list(deeds.values_list("action", flat=True)) == ["write_news", "change_news", "remove_news"]


def test_what_is_to_come_is_there_for_who_writes_it(client: Client, bob: User, dana: User, harbour: Club) -> None:
    client.force_login(bob)
    later = (timezone.now() + timedelta(days=1)).isoformat()
    made = send(client, "post", "/api/v1/news/", ORDER | {"published_at": later}).json()
    address = f"/api/v1/news/{made['id']}/"
    assert client.get(address).status_code == 200
    assert client.get("/api/v1/news/").json()["results"] == []
    client.force_login(dana)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", "Four"), ("title", "x" * 201), ("body", "too short"), ("summary", "x" * 501), ("audience", "nobody"),
     ("language", "xx"), ("published_at", "soon"), ("title", "nul \0 in it")],
)  # fmt: skip
def test_what_can_not_be_taken_is_said(client: Client, bob: User, name: str, value: str) -> None:
    client.force_login(bob)
    answer = send(client, "post", "/api/v1/news/", ORDER | {name: value})
    assert answer.status_code == 422
    assert name in answer.json()["details"]
    assert not NewsItem.objects.exists()


@pytest.mark.parametrize("club", ["other", "nowhere", None])
def test_only_for_the_own_club(client: Client, bob: User, other: Club, club: str | None) -> None:
    client.force_login(bob)
    assert send(client, "post", "/api/v1/news/", ORDER | {"club": club}).status_code == 404
    item = news(other)
    for method in ("patch", "delete"):
        assert send(client, method, f"/api/v1/news/{item.pk}/", {}).status_code == 404


def test_pages_and_clubs(client: Client, harbour: Club, other: Club) -> None:
    now = timezone.now()
    for n in range(3):
        news(harbour, title=f"Harbour {n}", at=now - timedelta(minutes=n + 1))
    news(other, title="Of others")
    first = client.get("/api/v1/news/", {"club": "harbour", "page_size": 2}).json()
    assert [one["title"] for one in first["results"]] == ["Harbour 0", "Harbour 1"]
    assert [one["title"] for one in client.get(first["next"]).json()["results"]] == ["Harbour 2"]
    assert client.get("/api/v1/news/", {"club": "nowhere"}).status_code == 404


def test_search_has_news(client: Client, harbour: Club) -> None:
    news(harbour, title="Fixtures are out")
    found = client.get("/api/v1/search/", {"q": "fixtures"}).json()
    assert [one["title"] for one in found["news"]] == ["Fixtures are out"]
    assert found["athletes"] == []


def test_a_place_in_another_list_is_none_here(client: Client) -> None:
    cursor = urlsafe_b64encode(b"n|2026-06-01|1").decode()
    assert client.get("/api/v1/news/", {"cursor": cursor}).status_code == 404
