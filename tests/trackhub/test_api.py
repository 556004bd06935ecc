"""The roof of the API: what it is, its description, and its documentation under the strict policy."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_hello(client: Client) -> None:
    said = client.get("/api/v1/").json()
    assert said == {"name": "TrackHub", "version": "1", "documentation": "/api/docs/"}
    assert client.get(said["documentation"]).status_code == 200


@pytest.fixture
def description(client: Client) -> dict[str, Any]:
    said: dict[str, Any] = client.get("/api/schema/", headers={"Accept": "application/json"}).json()
    return said


def test_the_description_tells_of_every_operation_how_it_may_refuse(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    operations = [(path, way, one) for path, ways in description["paths"].items() for way, one in ways.items()]
    assert len(operations) > 35
    ids = [one["operationId"] for _path, _way, one in operations]
    assert len(ids) == len(set(ids))
    for path, way, one in operations:
        assert path.startswith("/api/v1/")
        refusals = {status for status in one["responses"] if status >= "400"}
        assert {"401", "403", "429"} <= refusals, (path, way)
        assert "404" in refusals or "{" not in path, (path, way)
        assert "422" in refusals or "requestBody" not in one, (path, way)
        for status in refusals:
            body = one["responses"][status]["content"]["application/json"]["schema"]
            assert body == {"$ref": "#/components/schemas/Refusal"}, (path, way, status)
        assert "304" not in one["responses"] or way == "get", path


def test_every_reference_of_the_description_leads_somewhere(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    for name in re.findall(r'"#/components/schemas/([^"]+)"', str(description).replace("'", '"')):
        assert name in schemas


def test_the_documentation_runs_nothing_that_the_policy_forbids(client: Client) -> None:
    response = client.get("/api/docs/")
    page = response.content.decode()
    assert "unsafe" not in response["Content-Security-Policy"]
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sources
    assert all(one.startswith("/") for one in sources), sources
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    assert "style=" not in page


def test_what_the_documentation_needs_is_on_this_site(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    for address in re.findall(r'src="([^"]+)"', page):
        response = client.get(address.replace("&amp;", "&"))
        response.close()
        assert response.status_code == 200, address
        assert "javascript" in response["Content-Type"]
