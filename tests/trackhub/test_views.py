"""Home, what load balancers ask, and how every page is dressed."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.template import loader
from django.test import Client
from django.test.utils import override_settings

from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

ROOT = Path(__file__).parent.parent.parent


def test_health_asks_nothing(client: Client) -> None:
    response = client.get("/health")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_means_the_database_has_every_migration(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/ready").json() == {"status": "ready"}
    plan = "trackhub.views.MigrationExecutor.migration_plan"
    monkeypatch.setattr(plan, lambda self, targets: [("records.0003_later", False)])
    response = client.get("/ready")
    assert response.status_code == 503
    assert json.loads(response.content)["details"] == {"migrations": ["records.0003_later"]}


def test_without_a_database_nothing_is_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr("trackhub.views.MigrationExecutor", broken)
    response = client.get("/ready")
    assert (response.status_code, response.json()["error"]) == (503, "not_ready")


@pytest.mark.django_db
def test_home_shows_the_newest_first(client: Client, harbour: Club) -> None:
    PerformanceFactory(athlete=AthleteFactory(club=harbour), mark="10.80", wind=0, competition="Spring Open")
    page = client.get("/").content.decode()
    for said in ("Latest records", "Latest results", "10.80", "Spring Open", "Harbour AC", "1 athlete"):
        assert said in page


class Inline(HTMLParser):
    """What the Content-Security-Policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.found += [name for name in names if name == "style" or name.startswith(("on", "hx-on"))]
        data = names.get("type") == "application/json"  # never run, whatever is in it
        if tag == "style" or (tag == "script" and not names.get("src") and not data):
            self.found.append(tag)
        if tag == "link" and names.get("rel") in ("canonical", "alternate"):
            return  # named, never fetched
        for name in ("src", "href", "action"):
            if (names.get(name) or "").startswith(("http:", "https:", "//", "javascript:")):
                self.found.append(f"{tag} {name}={names[name]}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/", "/clubs/", "/clubs/harbour/", "/athletes/", "/accounts/login/", "/nowhere/", "/clubs/harbour/imports/new/"],
)
def test_pages_carry_nothing_inline_and_nothing_foreign(client: Client, harbour: Club, bob: User, address: str) -> None:
    if "imports" in address:
        client.force_login(bob)
    response = client.get(address)
    page = response.content.decode()
    parser = Inline()
    parser.feed(page)
    assert parser.found == []
    assert "default-src 'self'" in response["Content-Security-Policy"]
    for said in ('class="skip" href="#main"', 'id="main"', '<html lang="en">', "<title>", "allowEval"):
        assert said in page


def test_the_page_for_our_own_faults_needs_nothing() -> None:
    page = loader.get_template("500.html").render()
    assert "Something broke on our side" in page


@pytest.mark.django_db
@override_settings(ROOT_URLCONF="tests.trackhub.failing_urls")
def test_a_fault_shows_our_page(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/fails/")
    assert (response.status_code, "Something broke on our side" in response.content.decode()) == (500, True)


@pytest.mark.django_db
def test_403_is_in_the_sites_look(client: Client, harbour: Club, dana: User) -> None:
    client.force_login(dana)
    response = client.get("/clubs/harbour/imports/")
    assert (response.status_code, "This is not yours to do" in response.content.decode()) == (403, True)


def test_every_table_has_a_caption_and_headers_and_no_template_an_inline_style() -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert text.count("<table") == text.count("<caption"), path
        assert text.count("<table") == text.count("<thead"), path
        assert " style=" not in text, path
        assert "|safe" not in text, path


def test_files_stay_short() -> None:
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.css")]:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


@pytest.mark.django_db
def test_the_language_is_changed_by_the_footer(client: Client) -> None:
    response = client.get("/language/", {"language": "pt", "next": "/clubs/"})
    assert response["Location"] == "/clubs/"
    assert '<html lang="pt">' in client.get("/").content.decode()
