"""Another site's page can't make a visitor's browser do anything here."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import resolve

from tests.factories import UserFactory
from tests.security.routes import UNSAFE, Route, all_routes

pytestmark = pytest.mark.django_db

NOBODYS = {"api_nowhere": 404, "google_login_by_token": 404, "api_schema": 405, "api_docs": 405}
"""Exempt, and nothing happens there. Google's door is closed until the operator sets it up; then it has its own token."""
SIGNED = "digest_end"
"""Exempt, since a mail program posts there without a page before (RFC 8058): the signed address is the proof."""
PHONES = ("headless:app:", "enter_code", "confirm_by_code")
"""Doors for phones. They read a session from X-Session-Token alone, never from the cookie that a browser sends."""


def _kind(route: Route) -> str:
    """What the address reads at all: another kind of body is refused as that."""
    if route.name in ("api:imports", "api:evidence"):
        return "multipart/form-data; boundary=x"
    return "application/json" if route.name.startswith("api:") else "application/x-www-form-urlencoded"


def test_no_unsafe_method_of_any_route_works_without_the_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(is_superuser=True))
    open_doors = {}
    asked = 0
    for route in all_routes():
        assert resolve(route.address).func is not None, route
        if route.name in (*NOBODYS, SIGNED) or route.name.startswith(PHONES):
            continue
        for method in UNSAFE:
            kind = _kind(route)
            status = getattr(client, method)(route.address, content_type=kind).status_code
            asked += 1
            if status != 403:
                open_doors[f"{method} {route.address}"] = status
    assert open_doors == {}
    assert asked > 800
    assert Session.objects.count() == 1


@pytest.mark.parametrize(("name", "status"), NOBODYS.items())
def test_behind_exempt_addresses_there_is_nothing(name: str, status: int) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(is_superuser=True))
    for route in [one for one in all_routes() if one.name == name]:
        for method in UNSAFE:
            assert getattr(client, method)(route.address).status_code == status, route


def test_behind_a_signed_address_nothing_happens_without_the_signature() -> None:
    client = Client(enforce_csrf_checks=True)
    (route,) = [one for one in all_routes() if one.name == SIGNED]
    assert {method: getattr(client, method)(route.address).status_code for method in UNSAFE} == {
        "post": 404, "put": 405, "patch": 405, "delete": 405,
    }  # fmt: skip


def test_a_browsers_cookie_opens_no_door_for_phones() -> None:
    logged_in, stranger = Client(enforce_csrf_checks=True), Client()
    logged_in.force_login(UserFactory(is_superuser=True))
    routes = [one for one in all_routes() if one.name.startswith(PHONES)]
    assert len(routes) > 20
    for route in routes:
        for method in ("get", *UNSAFE):
            answers = [getattr(one, method)(route.address) for one in (logged_in, stranger)]
            statuses = {one.status_code for one in answers}
            assert len(statuses) == 1, (method, route.address, statuses)
            assert answers[0].status_code != 200 or '"user"' not in answers[0].content.decode(), route.address
    assert Session.objects.count() >= 1
    assert logged_in.get("/accounts/").status_code == 200


def test_the_token_of_another_browser_is_no_token(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory())
    client.get("/accounts/login/")
    foreign = client.cookies["csrftoken"].value
    strict.get("/accounts/")
    assert strict.post("/accounts/logout/", {"csrfmiddlewaretoken": foreign}).status_code == 403
    assert strict.post("/accounts/logout/", {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    own = strict.cookies["csrftoken"].value
    assert strict.post("/accounts/logout/", {"csrfmiddlewaretoken": own}).status_code == 302


def test_over_https_another_origin_is_refused_even_with_the_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory())
    strict.get("/accounts/", secure=True)
    said = {"csrfmiddlewaretoken": strict.cookies["csrftoken"].value}
    for origin in ("https://evil.example", "http://testserver", "null", "https://testserver.evil.example"):
        answer = strict.post("/accounts/logout/", said, secure=True, headers={"Origin": origin})
        assert answer.status_code == 403, origin
    assert (
        strict.post("/accounts/logout/", said, secure=True, headers={"Origin": "https://testserver"}).status_code == 302
    )
