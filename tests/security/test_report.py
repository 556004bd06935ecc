"""docs/security.md is what the code does, and under production settings every answer has its headers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.security import report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits() -> None:
    """The report says the real ones."""


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return report.production_answers()


def test_the_document_is_current(answers: dict[str, Any]) -> None:
    """Red after a change of the tables, headers or limits: ``python -m tests.security.report --write``."""
    kept = report.DOCUMENT.read_text(encoding="utf-8")
    assert report.BEGIN in kept
    assert kept == report.written(kept, report.report(answers))


EVERYWHERE = {
    "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
PAGES = {"x-frame-options": "DENY", "cross-origin-resource-policy": "same-origin"}


@pytest.mark.parametrize("address", report.PAGES)
def test_every_answer_of_production_has_its_headers(address: str, answers: dict[str, Any]) -> None:
    status, said = answers["pages"][address]
    headers = {name.lower(): value for name, value in said.items()}
    assert status == (302 if "admin" in address else 200)
    wanted = EVERYWHERE if "static" in address else EVERYWHERE | PAGES
    assert {name: headers.get(name) for name in wanted} == wanted
    if "static" not in address:
        policy = {part.split()[0]: part.split()[1:] for part in headers["content-security-policy"].split("; ")}
        assert policy["default-src"] == ["'self'"]
        assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == ["'none'"]
        assert policy["form-action"] == ["'self'"]
        assert not {"script-src", "style-src"} & set(policy)  # so 'self' holds, and nothing inline runs
        assert "unsafe" not in headers["content-security-policy"] and "*" not in headers["content-security-policy"]
        assert "camera=()" in headers["permissions-policy"]


def test_cookies_of_production_are_for_https_and_no_script(answers: dict[str, Any]) -> None:
    cookies = answers["cookies"]
    assert {"sessionid", "csrftoken", "was_in", "django_language"} <= set(cookies)
    for name, said in cookies.items():
        assert said["secure"], name
        assert said["samesite"] == "Lax", name
        assert said["domain"] == "", name
        # A page's script may read the token against forgery, to send it along with an order to the API.
        assert bool(said["httponly"]) == (name != "csrftoken"), name


def test_plain_http_leads_to_https(answers: dict[str, Any]) -> None:
    assert answers["plain"] == [301, f"https://{report.HOST}/clubs/"]
