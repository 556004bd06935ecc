"""The rules of a record book for programs: read, tried out, changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from records.models import Record
from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.models import Club, Scope, User

pytestmark = pytest.mark.django_db

POLICY = "/api/v1/books/harbour/policy/"


def post(client: Client, who: User, address: str, **said: Any) -> Any:
    client.force_login(who)
    return client.post(address, said, content_type="application/json")


def test_from_a_look_to_the_next_version(client: Client, harbour: Club, alice: User, dana: User) -> None:
    one, other = (AthleteFactory(given_name=name, family_name="Hill", birth_date=None, club=harbour) for name in "AB")
    PerformanceFactory(athlete=one, mark="10.80", wind=0, on=date(2026, 5, 1))
    PerformanceFactory(athlete=other, mark="10.80", wind=0, on=date(2026, 5, 2))
    client.force_login(dana)
    rules = client.get(POLICY).json()
    assert (rules["book"], rules["club"], rules["version"], rules["options"]["ties"]) == (
        "harbour",
        "harbour",
        1,
        "shared",
    )
    assert [one["version"] for one in rules["versions"]] == [1]

    said = {"seen": 1, "options": {"ties": "first"}}
    effect = post(client, alice, f"{POLICY}preview/", **said).json()
    assert (effect["removed"], effect["restored"], effect["left"], effect["more"]) == (1, 0, 1, 0)
    (change,) = effect["changes"]
    assert (change["discipline"], change["age_groups"]) == ("100", [""])
    assert [len(change["before"]), change["after"][0]["holders"]] == [2, ["A Hill"]]
    assert [one["about"] for one in effect["differences"]] == ["Equal marks"]
    assert Record.objects.filter(book__club=harbour, until=None).count() == 2

    done = post(client, alice, POLICY, **said, note="a vote")
    assert (done.status_code, done.json()["version"], done.json()["options"]["ties"]) == (201, 2, "first")
    newest = done.json()["versions"][0]
    assert (newest["note"], newest["who"], [one["about"] for one in newest["changed"]]) == (
        "a vote",
        "Alice",
        ["Equal marks"],
    )
    assert Record.objects.filter(book__club=harbour, until=None).count() == 1
    for address in (POLICY, f"{POLICY}preview/"):
        late = post(client, alice, address, **said, note="a vote")
        assert (late.status_code, late.json()["error"]) == (409, "overtaken")


def test_rules_that_can_not_be(client: Client, alice: User) -> None:
    for options in ({"ties": "shared"}, {"any_wind": ["no such"]}):
        refused = post(client, alice, POLICY, seen=1, options=options, note="x")
        assert (refused.status_code, refused.json()["error"]) == (422, "refused"), options
    for said, field in (
        ({"seen": 1, "options": {"ties": "odd"}, "note": "x"}, "options"), ({"options": {}, "note": "x"}, "seen"),
        ({"seen": 1, "options": {"ties": "first"}}, "note"),
    ):  # fmt: skip
        assert list(post(client, alice, POLICY, **said).json()["details"]) == [field]
    assert client.get("/api/v1/books/nothing/policy/").status_code == 404


def test_a_program_reads_the_rules_and_changes_none(client: Client, alice: User) -> None:
    at = timezone.now()
    _token, key = make_token(alice, name="x", scope=Scope.WRITE, club=None, expires=at + timedelta(days=9), at=at)
    bearer = {"Authorization": f"Bearer {key}"}
    said = {"seen": 1, "options": {"ties": "first"}, "note": "x"}
    assert client.get(POLICY, headers=bearer).status_code == 200
    assert client.post(f"{POLICY}preview/", said, content_type="application/json", headers=bearer).status_code == 200
    assert client.post(POLICY, said, content_type="application/json", headers=bearer).status_code == 403


def test_a_book_without_rules_yet(client: Client, harbour: Club, alice: User) -> None:
    harbour.books.update(policy=None)
    harbour.books.get().policies.all().delete()
    client.force_login(alice)
    rules = client.get(POLICY).json()
    assert (rules["version"], rules["options"], rules["rules"], rules["versions"]) == (0, {}, [], [])
    effect = post(client, alice, f"{POLICY}preview/", seen=0, options={"ties": "first"}).json()
    assert effect["differences"] == []
