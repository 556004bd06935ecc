"""Every refusal has the one envelope: a code for programs, a sentence for people, details."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from trackhub.clubs.models import User
from trackhub.clubs.rest.errors import handle_exception

pytestmark = pytest.mark.django_db

JSON = "application/json"


def refusal(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response["Content-Type"] == JSON
    said: dict[str, Any] = response.json()
    assert set(said) == {"error", "message", "details"}
    assert said["error"] == code
    assert said["message"] == str(said["message"]).strip() != ""
    return said


@pytest.fixture
def chief(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.parametrize("body", ["{", "", "nonsense", '{"name": NaN}', "\xff", "[" * 100_000, '{"name": "\\ud800"'])
def test_a_body_that_is_no_json(chief: Client, body: str) -> None:
    response = chief.generic("PATCH", "/api/v1/me/", body.encode("latin-1"), content_type=JSON)
    if body:
        refusal(response, 400, "parse_error")
    else:
        refusal(response, 422, "invalid")


@pytest.mark.parametrize("body", ["[]", "null", "1", '"x"', "[1]", '{"name": {"a": 1}}', '{"name": "\\u0000"}'])
def test_json_of_another_shape(chief: Client, body: str) -> None:
    said = refusal(chief.patch("/api/v1/me/", body, content_type=JSON), 422, "invalid")
    assert said["details"]


def test_a_text_that_no_database_takes(chief: Client) -> None:
    refusal(chief.patch("/api/v1/me/", '{"name": "\\ud800"}', content_type=JSON), 400, "parse_error")


def test_a_body_without_end(chief: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert chief.patch("/api/v1/me/", f'{{"name": "{"x" * 80}"}}', content_type=JSON).status_code == 200
    for headers in ({}, {"Idempotency-Key": "1"}):
        said = refusal(
            chief.post("/api/v1/tokens/", f'{{"name": "{"x" * 99}"}}', content_type=JSON, headers=headers),
            400,
            "parse_error",
        )
        assert "too long" in said["message"]


def test_another_kind_of_body(chief: Client) -> None:
    refusal(chief.patch("/api/v1/me/", "name=x", content_type="text/plain"), 415, "unsupported_media_type")
    refusal(chief.patch("/api/v1/me/", "<x/>", content_type="application/xml"), 415, "unsupported_media_type")
    refusal(chief.post("/api/v1/imports/", {"club": "harbour"}, content_type=JSON), 415, "unsupported_media_type")


def test_another_kind_of_answer(chief: Client) -> None:
    refusal(chief.get("/api/v1/me/", headers={"Accept": "text/html"}), 406, "not_acceptable")


def test_without_a_login(client: Client) -> None:
    response = client.get("/api/v1/me/")
    refusal(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_missing_right_names_the_roles_and_whom_to_ask(client: Client, dana: User, alice: User) -> None:
    client.force_login(dana)
    said = refusal(client.get("/api/v1/clubs/harbour/members/"), 403, "right_missing")
    assert said["details"] == {"permission": "clubs.change_club", "roles": ["chief_registrar"]}
    assert "Alice" in said["message"]
    assert "athlete" in said["message"]


def test_outsiders_learn_no_names(client: Client, charlie: User, alice: User) -> None:
    client.force_login(charlie)
    response = client.get("/api/v1/clubs/harbour/members/")
    refusal(response, 404, "not_found")
    assert "Alice" not in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/api/",
        "/api/nonsense",
        "/api/v1/nonsense/",
        "/api/v1/athletes",
        "/api/v2/",
        "/api/v1/athletes/x/",
        "/api/v1/%00",
    ],
)
def test_addresses_that_lead_nowhere(client: Client, address: str) -> None:
    refusal(client.get(address), 404, "not_found")


def test_an_address_that_leads_nowhere_asks_for_no_csrf_token() -> None:
    refusal(Client(enforce_csrf_checks=True).post("/api/nonsense"), 404, "not_found")


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999999"])
def test_rows_that_are_not_there(chief: Client, number: str) -> None:
    bodies = set()
    for kind in ("athletes", "performances", "imports"):
        response = chief.get(f"/api/v1/{kind}/{number}/")
        refusal(response, 404, "not_found")
        bodies.add(response.content)
    for deep in (f"athletes/{number}/bests/", f"imports/{number}/issues/"):
        bodies.add(chief.get(f"/api/v1/{deep}").content)
    for act in ("correct", "annul", "reinstate"):
        bodies.add(chief.post(f"/api/v1/performances/{number}/{act}/").content)
    bodies.add(chief.delete(f"/api/v1/tokens/{number}/").content)
    bodies.add(chief.delete(f"/api/v1/clubs/harbour/invitations/{number}/").content)
    bodies.add(chief.delete(f"/api/v1/clubs/harbour/members/{number}/").content)
    assert len(bodies) == 1


def test_a_wrong_method(client: Client) -> None:
    response = client.put("/api/v1/")
    refusal(response, 405, "method_not_allowed")
    assert "GET" in response["Allow"]


def test_fields_are_named_with_what_is_wrong(chief: Client) -> None:
    said = refusal(chief.post("/api/v1/tokens/", {"days": 999}, content_type=JSON), 422, "invalid")
    assert set(said["details"]) == {"name", "days"}
    assert all(isinstance(text, str) for texts in said["details"].values() for text in texts)


def test_a_sentence_comes_in_the_readers_language(client: Client) -> None:
    response = client.get("/api/v1/me/", headers={"Accept-Language": "es"})
    assert response["Content-Language"] == "es"
    assert response.json()["message"] != client.get("/api/v1/me/").json()["message"]


def test_a_plain_refusal_of_django_is_put_into_the_envelope() -> None:
    response = handle_exception(PermissionDenied("secret"), {})
    assert response is not None
    assert (response.status_code, response.data["error"]) == (403, "permission_denied")
    assert "secret" not in str(response.data)


def test_a_bug_is_not_dressed_up_as_a_refusal() -> None:
    assert handle_exception(ZeroDivisionError(), {}) is None


def test_headers_of_every_answer(client: Client) -> None:
    for address in ("/api/v1/", "/api/v1/me/", "/api/v1/athletes/99/"):
        response = client.get(address)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "Authorization" in response["Vary"]
        assert response["Cache-Control"] in ("no-store", "private, no-cache")
