"""The short fuzz of the whole API; ``python -m tests.fuzz.run`` is the long one."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from rest_framework.response import Response

from tests.fuzz.cases import Report, description, fuzz
from tests.fuzz.world import make_world
from trackhub.api import Hello
from trackhub.clubs.api import stream

pytestmark = pytest.mark.django_db


def crash(*_said: Any) -> Response:
    raise ZeroDivisionError


WRONG: dict[str, tuple[Any, str]] = {
    "a crash": (crash, "ZeroDivisionError"),
    "another shape": (lambda *_said: Response({"name": 1}), "Response violates schema"),
    "a status that nobody described": (lambda *_said: Response({}, 418), "Undocumented status code"),
    "another kind of content": (lambda *_said: HttpResponse("hello"), "Undocumented Content-Type"),
}

EACH = 6 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 2
"""Requests of each role to each operation."""


def said(report: Report) -> str:
    return "\n\n".join(f"── {kind}\n{about}" for kind, about in report.failures.items())


@pytest.mark.usefixtures("public_names")
@pytest.mark.parametrize("role", ["anonymous", "registrar", "chief_registrar"])
def test_whatever_is_sent_the_answer_is_as_described(role: str) -> None:
    report = fuzz(make_world(), [role], EACH)
    assert not report.failures, said(report)
    operations = len(list(description().get_all_operations()))
    assert report.cases[role] >= operations * EACH * 0.9
    assert report.statuses[200] > 10


@pytest.mark.usefixtures("public_names")
def test_what_a_listener_is_told_is_as_described(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first event on: by chance hardly anybody names an event that is followed by others."""
    monkeypatch.setattr(stream, "_last_seen", lambda _request: 0)
    report = fuzz(make_world(), ["anonymous", "registrar"], 4, path="/api/v1/events/stream/")
    assert not report.failures, said(report)


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_that_is_not_as_described_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, finding = WRONG[name]
    monkeypatch.setattr(Hello, "get", answer)
    report = fuzz(make_world(), ["anonymous"], 2, path="/api/v1/")
    assert finding in said(report)


FOUND = ["/api/v1/rankings/?discipline=100&sex=%00"]
"""What the long run found, all of it on PostgreSQL."""


@pytest.mark.parametrize("address", FOUND)
def test_what_broke_once_is_refused(address: str, client: Client) -> None:
    assert client.get(address).status_code == 422
