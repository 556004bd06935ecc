"""The description of the API: whole, true in its examples, and enough to log in by."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator, FormatChecker

from records.actions.correcting import annul_performance
from records.actions.undoing import undo_import
from records.models import Athlete, ImportBatch, Performance
from tests.answers import closing
from tests.factories import NOW, PASSWORD, MembershipFactory
from tests.fuzz.world import SAM, World, make_world
from trackhub.clubs.models import Role, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("public_names")]

LISTS = {"performances", "athletes", "records", "rankings", "disciplines", "books", "clubs", "search"}


@cache
def described() -> dict[str, Any]:
    """The description, which must be made without a warning."""
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    found: dict[str, Any] = yaml.safe_load(out.getvalue())
    return found


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation)."""
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


ALL = list(operations())
IDS = [f"{method} {path}" for path, method, _ in ALL]


def shape_errors(schema: dict[str, Any], value: Any) -> list[str]:
    """What in ``value`` isn't as ``schema`` says, components being those of the description."""
    whole = {**schema, "components": described()["components"]}
    validator = Draft202012Validator(whole, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def examples_of(content: dict[str, Any]) -> list[Any]:
    return [one["value"] for one in content.get("examples", {}).values()]


def success(operation: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return next((status, answer) for status, answer in operation["responses"].items() if status.startswith("2"))


def needed_by(operation: dict[str, Any]) -> dict[str, Any]:
    """The parameters without which nothing can be asked, as the examples show them."""
    said = operation.get("parameters", ())
    return {one["name"]: one["example"] for one in said if one.get("required") and one["in"] == "query"}


@pytest.fixture
def world() -> World:
    return make_world()


def logged_in(world: World, kind: str = "chief_registrar") -> Client:
    client, user = Client(), world.people[kind]
    assert isinstance(user, User)
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})  # what can't be taken back asks for it
    return client


def put_in_place(path: str, world: World) -> str:
    """The address of a row that is in the state which the operation needs."""
    which = 1 if path.endswith(("/undo/", "/accept/")) else 0  # the import that was applied, one's own invitation
    if path == "/api/v1/me/":
        MembershipFactory(club=world.club, role=Role.CHIEF_REGISTRAR)  # the only one couldn't go
    if path.endswith("/merge/"):
        Athlete.objects.filter(pk=SAM).update(account=None)  # nobody merges others into themselves
    if path.endswith("/kept/"):
        (applied,) = ImportBatch.objects.filter(state=ImportBatch.State.APPLIED)
        undo_import(applied, by=None, at=NOW)
        return path.replace("{id}", str(applied.pk))
    if path.endswith("/reinstate/"):
        one = Performance.objects.get(pk=world.ids["performances"][0])
        annul_performance(one, by=None, at=NOW, because="to be taken back")
    return world.path(path, which)


def test_it_is_openapi_3_1_and_covers_every_route() -> None:
    assert described()["openapi"].startswith("3.1")
    assert len(ALL) > 35
    schemes = described()["components"]["securitySchemes"]
    assert {(one["type"], one.get("scheme") or one["name"]) for one in schemes.values()} == {
        ("http", "bearer"), ("apiKey", "X-Session-Token"), ("apiKey", "sessionid"),
    }  # fmt: skip


@pytest.mark.parametrize(("path", "method", "operation"), ALL, ids=IDS)
def test_every_operation_says_what_it_is(path: str, method: str, operation: dict[str, Any]) -> None:
    assert 4 < len(operation["summary"]) < 120
    assert operation["description"].startswith(operation["summary"])
    assert "One resource or action" not in operation["description"]  # the base's
    assert operation["tags"]
    said = {(one["name"], one["in"]): one for one in operation.get("parameters", ())}
    for name in re.findall(r"{(\w+)}", path):
        assert said[name, "path"]["schema"]["type"] == ("string" if name in ("slug", "code", "token") else "integer")
    if method == "post":
        assert ("Idempotency-Key", "header") in said
    if "304" in operation["responses"]:
        assert ("If-None-Match", "header") in said
    status, answer = success(operation)
    assert ("content" in answer) == (status != "204")
    assert ("Location" in answer.get("headers", ())) == (status == "202")
    assert set(operation["responses"]) >= {"401", "429"}


def test_it_says_truly_what_needs_a_login(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "API_LIMITS", {name: {"anonymous": (10**6, 60)} for name in settings.API_LIMITS})
    for path, method, operation in ALL:
        status = getattr(Client(), method)(world.path(path), needed_by(operation)).status_code
        assert (status == 401) == ({} not in operation["security"]), (method, path, status)


BODIES = [
    (path, method, media, body, operation)
    for path, method, operation in ALL
    for media, content in operation.get("requestBody", {}).get("content", {}).items()
    for body in examples_of(content) or [None]
]


@pytest.mark.parametrize(
    ("path", "method", "media", "body", "operation"), BODIES, ids=[f"{one[1]} {one[0]}" for one in BODIES]
)
def test_the_example_of_a_request_does_what_it_says(
    path: str, method: str, media: str, body: Any, operation: dict[str, Any], world: World
) -> None:
    assert body is not None, "no example"
    schema = operation["requestBody"]["content"][media]["schema"]
    assert not shape_errors(schema, body)
    client, address = logged_in(world), put_in_place(path, world)
    if media == "multipart/form-data":
        file = {"file": SimpleUploadedFile("marks.csv", body["file"].encode())} if "file" in body else {}
        response = getattr(client, method)(address, body | file)
    else:
        response = getattr(client, method)(address, body, content_type=media)
    status, answer = success(operation)
    assert response.status_code == int(status), response.content
    if status == "204":
        assert response.content == b""
        return
    assert not shape_errors(answer["content"]["application/json"]["schema"], response.json())
    assert set(answer.get("headers", ())) <= set(response.headers)


BEGINNINGS = {
    "application/zip": b"PK",
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG",
    "text/csv": b"\xef\xbb\xbf",
    "text/plain": b"Harbour AC",
    "text/event-stream": b"retry: ",
}
"""Of files, by their type."""

BARE = [one for one in ALL if "requestBody" not in one[2]]


def test_what_needs_no_body_answers_as_described(world: World) -> None:
    client = logged_in(world)
    for path, method, operation in sorted(BARE, key=lambda one: one[1] == "delete" and one[0] == "/api/v1/me/"):
        with transaction.atomic():
            with closing(getattr(client, method)(put_in_place(path, world), needed_by(operation))) as response:
                answered = response.getvalue()  # of a file as well
            transaction.set_rollback(True)  # the next operation finds everything as it was
        status, answer = success(operation)
        assert response.status_code == int(status), (method, path, answered)
        assert set(answer.get("headers", ())) <= set(response.headers), path
        if status == "204":
            assert answered == b"", path
        elif "application/json" not in answer["content"]:
            kind = response["Content-Type"].partition(";")[0]
            assert kind in answer["content"], path
            assert answered.startswith(BEGINNINGS[kind]), path
        else:
            assert not shape_errors(answer["content"]["application/json"]["schema"], response.json()), path


def test_what_has_an_etag_says_when_nothing_has_changed(world: World) -> None:
    tagged = [(path, operation) for path, _method, operation in ALL if "304" in operation["responses"]]
    assert len(tagged) > 10
    for path, operation in tagged:
        tag = Client().get(world.path(path), needed_by(operation))["ETag"]
        again = Client().get(world.path(path), needed_by(operation), headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag), path


ASKED = [
    (path, operation, {one["name"]: one["example"]})
    for path, method, operation in ALL
    for one in operation.get("parameters", ())
    if one["in"] == "query" and "example" in one
]


def test_the_example_of_a_parameter_can_be_asked(world: World) -> None:
    for path, operation, asked in ASKED:
        said = {one["name"]: one["schema"] for one in operation["parameters"]}
        assert [error for name, value in asked.items() for error in shape_errors(said[name], value)] == []
        client, content = (
            Client() if {} in operation["security"] else logged_in(world),
            success(operation)[1]["content"],
        )
        with closing(client.get(world.path(path), needed_by(operation) | asked)) as response:
            assert response.status_code == 200, (path, asked, response)
            if "application/json" in content:
                assert not shape_errors(content["application/json"]["schema"], response.json()), (path, asked)


def test_the_main_lists_show_how_to_ask() -> None:
    shown = {path.split("/")[3] for path, _operation, _asked in ASKED}
    assert shown >= LISTS


ANSWERS = [
    (path, method, status, answer["content"]["application/json"])
    for path, method, operation in ALL
    for status, answer in operation["responses"].items()
    if status in ("200", "201", "202") and "application/json" in answer["content"]
]


@pytest.mark.parametrize(
    ("path", "method", "status", "content"), ANSWERS, ids=[f"{m} {p} {s}" for p, m, s, _ in ANSWERS]
)
def test_the_example_of_an_answer_has_its_shape(path: str, method: str, status: str, content: dict[str, Any]) -> None:
    shown = examples_of(content)
    assert shown, "no example"
    for one in shown:
        assert not shape_errors(content["schema"], one)


def test_every_example_is_of_a_whole_shape() -> None:
    """In lists ``fields`` may leave things out; in the examples nothing is left out."""
    shapes = described()["components"]["schemas"]
    for path, _method, _status, content in ANSWERS:
        for one in examples_of(content):
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            for item in one["results"] if name.startswith("Paginated") else ():
                whole = name.removeprefix("Paginated").removesuffix("List")
                assert not shape_errors(shapes[whole], item), path


PAGED = [path for path, _, one in ALL if "cursor" in {said["name"] for said in one.get("parameters", ())}]


@pytest.mark.parametrize("path", PAGED)
def test_a_list_holds_every_field_unless_some_are_named(path: str, world: World) -> None:
    needed = {"discipline": "100", "sex": "M"} if "rankings" in path else {}
    client = logged_in(world)
    items = client.get(world.path(path), needed).json()["results"]
    operation = described()["paths"][path]["get"]
    name = success(operation)[1]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    whole = described()["components"]["schemas"][name.removeprefix("Paginated").removesuffix("List")]
    assert items
    assert [error for item in items for error in shape_errors(whole, item)] == []
    first = next(iter(whole["properties"]))
    assert [set(one) for one in client.get(world.path(path), needed | {"fields": first}).json()["results"]] == [
        {first} for _ in items
    ]


def test_the_checks_of_shapes_can_fail() -> None:
    shape = {"$ref": "#/components/schemas/MarkShape"}
    assert not shape_errors(shape, {"value": None, "unit": "cm", "text": "NM"})
    assert shape_errors(shape, {"value": "1", "unit": "cm", "text": "NM"})
    assert shape_errors(shape, {"value": 1, "unit": "inch", "text": "NM"})
    assert shape_errors(shape, {"value": 1, "unit": "cm"})


def test_a_refusal_has_the_shape_that_is_described(world: World) -> None:
    refusal = {"$ref": "#/components/schemas/Refusal"}
    client = logged_in(world, "viewer")
    for path, method, operation in ALL:
        with closing(getattr(client, method)(world.path(path), {}, content_type="application/json")) as response:
            if response.status_code >= 400:
                assert str(response.status_code) in operation["responses"], (path, method)
                assert not shape_errors(refusal, response.json())
    assert not shape_errors(refusal, described()["components"]["schemas"]["Refusal"]["example"])


GUIDE = Path(settings.BASE_DIR / "docs" / "api.md").read_text()


def test_the_guide_gives_the_limits_of_the_settings() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (\d+) an? (minute|hour) \| (\d+) an? (minute|hour) \|$", GUIDE, re.MULTILINE)
    seconds = {"minute": 60, "hour": 3600}
    said = {
        name: {"anonymous": (int(few), seconds[few_in]), "known": (int(many), seconds[many_in])}
        for name, few, few_in, many, many_in in rows
    }
    assert said == settings.API_LIMITS


def test_the_guide_explains_every_status_of_the_description() -> None:
    said = set(re.findall(r"^\| (\d{3}) \|", GUIDE, re.MULTILINE))
    refusals = {status for _, _, one in ALL for status in one["responses"] if status >= "400"}
    assert refusals <= said


def test_every_address_in_the_guide_leads_somewhere(world: World) -> None:
    """Whatever the guide calls on this site, but for the accounts', is a path of the description."""
    known = [re.compile(re.sub(r"{\w+}", r"[\\w-]+", path) + "$") for path in described()["paths"]]
    named = set(re.findall(r"/api/v1/[a-z0-9/-]*", GUIDE.replace("$ID", "31").replace("$WORD", "word")))
    strange = [one for one in named if "/auth/" not in one and not any(path.match(one) for path in known)]
    assert strange == []
    assert len(named) > 8


def test_the_examples_name_the_athlete_of_the_tests(world: World) -> None:
    assert world.ids["athletes"][0] == SAM
