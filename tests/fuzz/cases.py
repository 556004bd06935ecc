"""Requests made from the description of the API, sent into the application in process, and what is asked of answers.

Half of the requests fit the description, half don't. In most of them ids and codes are then put that the world knows:
random ones would hardly ever come past 404. Each request finds the world as it was, since what it changes is rolled
back, and everything that waits for the commit (the message to the queue, the waking of the deliverer) is run.
"""

from __future__ import annotations

import json
import random
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.conf import settings
from django.core.cache import cache
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.test import Client, TestCase
from hypothesis import HealthCheck, Phase, assume, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.answers import closing
from tests.factories import PASSWORD
from tests.fuzz.world import World
from tests.records.claims import png
from trackhub.clubs.models import User
from trackhub.wsgi import application as site

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
MARKS = b"family name,given name,sex,discipline,mark,wind,date\nOpen,Sam,M,100,10.52,+1.4,2026-06-01\n"

KNOWN: dict[str, list[Any]] = {
    "athlete": [700_042],
    "club": ["harbour", "other"],
    "book": ["harbour"],
    "discipline": ["100", "LJ", "800", "SP5", "4x100", "MAR", "DEC"],
    "mark": ["10.52", "6.81", "1:52.3", "10.4h", "DNF", "NM", "7012", "0", "9" * 50],
    "wind": ["+1.4", "NWI", "-9.9", ""],
    "date": ["2026-06-01", "1999-12-31", "2030-01-01", "0001-01-01"],
    "season": [2026, 2025],
    "sex": ["M", "F", "X"],
    "ordering": ["date", "-date", "id", "-id"],
    "q": ["harb", "op", "%_", "\x00\x00", "ſ"],
    "name": ["sam open", "Ope", "ß"],
    "kind": ["athletes", "performances", "records", "results", "wind", "xlsx"],
    "file": [MARKS, b"family name,sex\nLane,F\n", b"", b"\x00", png(), b"%PDF-1.4"],
    "columns": [{"family_name": "family name", "sex": "sex"}, {"sex": "family name"}],
    "role": ["viewer", "coach", "chief_registrar"],
    "because": ["misread"],
    "purpose": ["photo", "research"],
    "day": ["2099-06-14", "1999-12-31"],
    "email": ["new@example.org"],
    "address": ["https://video.example.org/9", "http://video.example.org/", "https://a@b.example/"],
    "url": ["https://club.example.org/hook", "https://8.8.4.4/", "http://127.0.0.1/"],
    "kinds": [[], ["import_applied"]],
    "cursor": ["bnw0Mg==", "cHwx", "fA==", "bnwyMDI2LTA2LTAxfDE="],
    "fields": [["id"], ["id", "id"]],
    "performance": [700_043],
    "merged": [700_999],
    "other": [700_999],
    "honours": [["performance-700043"], ["award-1"], []],
    "placings": [[{"athlete": 700_042, "place": 1}], [{"athlete": 700_042, "place": 3}] * 2],
    "places": [[{"place": 1, "metal": "gold"}], [{"place": 4, "label": "iron"}]],
    "family_of": [700_042],
    "starts": ["2099-06-14T19:00:00Z", "1999-12-31T19:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"],
    "what": ["athletes", "performances", "bests", "imports", "changes", "medals"],
    "show": ["all", "changed", "doubtful"],
    "page": [1, 2, 99_999],
    "after": [0, 1, 2**62],
    "state": ["candidate", "pending", "open"],
    "seen": [2],
    "options": [{"ties": "first"}, {"any_wind": ["LJ", "no such"]}],
    "to": ["", "other"],
    "results": [[], [700_043]],
    "age_group": ["U20", ""],
}
"""What random text would hardly ever hit, by the name of the field or parameter."""


NOT_TEXT = "\x00"
"""What PostgreSQL stores in no text and compares with none, and SQLite does."""


@dataclass
class Report:
    """What came of a run."""

    cases: Counter[str] = field(default_factory=Counter)
    """By role."""
    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    """The first of each kind, with all that is known of it."""


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """The site, asked from this machine."""
    with closing(site({"REMOTE_ADDR": "127.0.0.1", **environ}, start_response)) as answer:
        return list(answer)  # the client that asks closes no files


def description() -> Any:
    """As the application serves it."""
    schema = schemathesis.openapi.from_wsgi("/api/schema/", application, headers={"Accept": "application/json"})
    schema.config.generation.with_security_parameters = False
    return schema


def headers_of(user: User | None) -> dict[str, str]:
    """Logged in as a phone is. What a browser sends is guarded against forgery, which tests/test_access_api.py shows."""
    if user is None:
        return {}
    said = {"email": user.email, "password": PASSWORD}
    answer = Client(SERVER_NAME="localhost").post(
        "/api/v1/auth/app/v1/auth/login", said, content_type="application/json"
    )
    return {"X-Session-Token": answer.json()["meta"]["session_token"]}


@contextmanager
def undisturbed() -> Iterator[None]:
    """Nobody is told to come again later, and the connection with the open transaction outlives each request."""
    before = settings.API_LIMITS
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    settings.API_LIMITS = {name: {"anonymous": (10**9, 60), "known": (10**9, 60)} for name in before}
    try:
        yield
    finally:
        settings.API_LIMITS = before
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def fuzz(world: World, roles: list[str], per_operation: int, number: int = 0, path: str = "") -> Report:
    """``per_operation`` requests of each role to each operation, or to those of one ``path``. ``number`` decides which."""
    report = Report()
    logins = {role: headers_of(world.people[role]) for role in roles}
    with undisturbed():
        for role, headers in logins.items():
            schema = description()
            for found in (schema.include(path=path) if path else schema).get_all_operations():
                for at, mode in enumerate(GenerationMode):
                    cases = (per_operation + at) // 2
                    if cases:
                        _fuzz_operation(found.ok(), mode, cases, role, headers, world, report, number)
    return report


def _fuzz_operation(
    operation: Any,
    mode: GenerationMode,
    cases: int,
    role: str,
    headers: dict[str, str],
    world: World,
    report: Report,
    number: int,
) -> None:
    @hypothesis_settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @seed(f"{number} {role} {mode} {operation.label}")
    @given(case=operation.as_strategy(mode), chance=st.integers(0, 2**32))
    def run(case: Any, chance: int) -> None:
        assume(_can_be_written(case))
        report.cases[role] += 1
        _put_known(case, random.Random(chance), world)
        _send(case, headers, f"{role}: {operation.label}", report)

    try:
        run()
    except Unsatisfiable:  # nothing in it can be wrong
        pass
    except Exception as error:  # a request of this kind can't be made, which is to be known as well
        report.failures.setdefault(
            f"{operation.label} {mode}: {type(error).__name__}", f"{error}\n{traceback.format_exc()}"
        )


def _can_be_written(case: Any) -> bool:
    """Bytes within a body of JSON are nothing that a client could send."""
    try:
        json.dumps(case.body if isinstance(case.body, dict | list) and case.media_type == "application/json" else None)
    except TypeError:
        return False
    return True


def _put_known(case: Any, chance: random.Random, world: World) -> None:
    for at, name in enumerate(case.path_parameters or {}):
        if chance.random() < 0.8:
            word = case.path.split("/")[case.path.split("/").index(f"{{{name}}}") - 1]
            known = [world.club.slug] if name == "slug" else world.ids[word]
            case.path_parameters[name] = known[0] if at else chance.choice(known)
    for values in (case.query, case.body):
        if isinstance(values, dict):
            for name in values.keys() & KNOWN.keys():
                if chance.random() < 0.7:
                    values[name] = chance.choice(KNOWN[name])
            for name in values:
                if chance.random() < 0.03:
                    values[name] = NOT_TEXT


def _send(case: Any, headers: dict[str, str], about: str, report: Report) -> None:
    """One request, judged and rolled back."""
    bugs: list[str] = []

    def note(**_more: Any) -> None:
        bugs.append(traceback.format_exc())

    got_request_exception.connect(note)
    cache.clear()
    try:
        with transaction.atomic():
            with TestCase.captureOnCommitCallbacks(execute=True):
                response = case.call(headers=headers)
            connection.check_constraints()
            transaction.set_rollback(True)
        report.statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)
    except BaseExceptionGroup as group:
        for failure in group.exceptions:
            kind = f"{case.operation.label}: {type(failure).__name__} {getattr(failure, 'title', '')}"
            what = bugs[-1].strip().splitlines()[-1] if bugs else str(failure.args[:1])[:200]
            report.failures.setdefault(f"{kind} {what}"[:300], f"{about}\n{group}\n{''.join(bugs)}")
    finally:
        got_request_exception.disconnect(note)
