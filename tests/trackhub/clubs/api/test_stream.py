"""The log of events as a stream."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.factories import NOW
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.api import stream
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import Club, Event, User

pytestmark = pytest.mark.django_db


def listen(client: Client, last: int | None = None) -> tuple[int | None, list[dict[str, Any]]]:
    """(the id that EventSource would send next, what was told)"""
    headers = {"Accept": "text/event-stream"} | ({} if last is None else {"Last-Event-ID": str(last)})
    answer = client.get("/api/v1/events/stream/", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
    told, known = [], last
    for block in answer.content.decode().split("\n\n"):
        said = dict(line.split(": ", 1) for line in block.splitlines())
        known = int(said["id"]) if "id" in said else known
        told += [json.loads(said["data"])] if "data" in said else []
    return known, told


def told(club: Club, number: int, *, public: bool = True) -> Event:
    event: Event = tell(Kind.RECORDS_SET, club=club, payload={"n": number}, at=NOW, public=public)
    return event


def test_a_listener_is_told_what_happens_from_now_on(client: Client, harbour: Club) -> None:
    before = told(harbour, 1)
    last, said = listen(client)
    assert (last, said) == (before.pk, [])
    assert listen(client, last) == (last, [])
    event = told(harbour, 2)
    assert listen(client, last) == (
        event.pk,
        [{"id": event.pk, "kind": "records_set", "at": said_at(event), "payload": {"n": 2}, "club": "harbour"}],
    )


def said_at(event: Event) -> str:
    return str(Client().get("/api/v1/events/").json()["results"][0]["at"])


def test_a_log_without_events_begins_at_nought(client: Client) -> None:
    assert listen(client) == (0, [])


def test_much_that_happened_is_told_in_turns(client: Client, harbour: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST", 2)
    for number in range(5):
        told(harbour, number)
    last, heard = 0, []
    for _ in range(3):
        now, said = listen(client, last)
        assert now is not None
        last, heard = now, heard + [one["payload"]["n"] for one in said]
    assert heard == [0, 1, 2, 3, 4]


def test_what_is_a_clubs_own_its_members_alone_hear(client: Client, harbour: Club, dana: User, charlie: User) -> None:
    told(harbour, 1, public=False)
    assert listen(client) == listen(client, 0) == (0, [])
    client.force_login(charlie)
    assert listen(client, 0) == (0, [])
    client.force_login(dana)
    assert [one["payload"] for one in listen(client, 0)[1]] == [{"n": 1}]


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "²", "9" * 30])
def test_an_id_that_is_none_is_refused(client: Client, last: str) -> None:
    answer = client.get("/api/v1/events/stream/", headers={"Last-Event-ID": last})
    assert answer.status_code == 422
    assert answer.json()["details"] == {"Last-Event-ID": ["The id of an event."]}
