"""Unchanged answers aren't made twice, and a repeated order isn't carried out twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from records.actions.correcting import annul_performance
from records.models import Athlete, ImportBatch, Performance
from tests.factories import AthleteFactory, MembershipFactory, PerformanceFactory
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.models import ApiToken, Club, Role, Scope, User

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.fixture
def swift(harbour: Club) -> Athlete:
    return AthleteFactory(family_name="Swift", club=harbour)


@pytest.fixture
def chief(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def bearer(user: User, club: Club | None = None) -> dict[str, str]:
    at = timezone.now()
    said = {"name": "x", "scope": Scope.WRITE, "club": club, "expires": at + timedelta(days=9), "at": at}
    return {"Authorization": f"Bearer {make_token(user, **said)[1]}"}


CONDITIONAL = (
    "/api/v1/athletes/", "/api/v1/athletes/{athlete}/", "/api/v1/athletes/{athlete}/bests/", "/api/v1/performances/",
    "/api/v1/performances/{performance}/", "/api/v1/disciplines/", "/api/v1/books/", "/api/v1/records/",
    "/api/v1/rankings/?discipline=100&sex=M", "/api/v1/search/?q=swift", "/api/v1/clubs/", "/api/v1/clubs/harbour/",
)  # fmt: skip


@pytest.mark.parametrize("address", CONDITIONAL)
def test_what_is_unchanged_is_not_sent_again(address: str, client: Client, swift: Athlete) -> None:
    performance = PerformanceFactory(athlete=swift)
    address = address.format(athlete=swift.pk, performance=performance.pk)
    first = client.get(address)
    tag = first["ETag"]
    assert (first.status_code, first["Cache-Control"]) == (200, "private, no-cache")
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": f'"other", {tag}'}).status_code == 304
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    annul_performance(performance, by=None, at=timezone.now(), because="x")
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_a_304_costs_one_query(client: Client, swift: Athlete, django_assert_num_queries: Any) -> None:
    tag = client.get("/api/v1/performances/")["ETag"]
    with django_assert_num_queries(1):
        assert client.get("/api/v1/performances/", headers={"If-None-Match": tag}).status_code == 304


def test_what_one_visitor_saw_is_unchanged_for_nobody_else(
    client: Client, swift: Athlete, alice: User, bob: User, other: Club
) -> None:
    MembershipFactory(user=alice, club=other, role=Role.REGISTRAR)
    # Making a token is a deed, so all of them are made before anybody looks.
    keys = [bearer(alice, club) for club in (None, *Club.objects.all())] + [bearer(bob)]
    browser = Client()
    browser.force_login(alice)
    seen = ""
    tags = []
    for one, headers in [(client, {}), (browser, {}), *((client, key) for key in keys)]:
        answer = one.get("/api/v1/athletes/", headers={"If-None-Match": seen, **headers})
        tags.append(answer["ETag"])
        # Alice is herself in the browser and by a token bound to no club.
        assert answer.status_code == (304 if len(tags) == 3 else 200)
        seen = ", ".join(tags)
    assert len(set(tags)) == 5


def test_another_language_another_answer(client: Client, swift: Athlete) -> None:
    performance = PerformanceFactory(athlete=swift)
    address = f"/api/v1/performances/{performance.pk}/"
    english, spanish = (client.get(address, headers={"Accept-Language": name}) for name in ("en", "es"))
    assert english["ETag"] != spanish["ETag"]
    assert english.content != spanish.content
    assert "Accept-Language" in english["Vary"]


def test_another_address_another_answer(client: Client, swift: Athlete) -> None:
    tags = {client.get(f"/api/v1/performances/?season={year}")["ETag"] for year in (2025, 2026)}
    assert len(tags) == 2


def test_what_a_right_or_a_moment_decides_has_no_tag(chief: Client, harbour: Club) -> None:
    for address in ("me/", "tokens/", "events/", "imports/", "clubs/harbour/members/"):
        response = chief.get(f"/api/v1/{address}")
        assert ("ETag" in response, response["Cache-Control"]) == (False, "no-store"), address


# Orders


@pytest.fixture
def enter(chief: Client, swift: Athlete) -> Callable[..., Any]:
    """Enter a performance with the key "k" unless another is said."""

    def send(key: str = "k", *, by: Client = chief, headers: Any = None, **said: Any) -> Any:
        body = {"athlete": swift.pk, "discipline": "100", "mark": "10.80", "date": "2026-06-01"} | said
        every = {"Idempotency-Key": key, **(headers or {})}
        return by.post("/api/v1/performances/", body, content_type=JSON, headers=every)

    return send


def test_a_repeated_order_is_answered_as_before(enter: Callable[..., Any]) -> None:
    first, second = enter(), enter()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert second["Content-Type"] == first["Content-Type"]
    assert Performance.objects.count() == 1


def test_another_key_is_another_order(enter: Callable[..., Any]) -> None:
    assert enter("a").json()["id"] != enter("b").json()["id"]
    assert enter("").json()["id"] != enter("").json()["id"]


def test_another_order_under_the_same_key(enter: Callable[..., Any]) -> None:
    enter()
    response = enter(mark="10.70")
    assert (response.status_code, response.json()["error"]) == (422, "key_reused")
    assert Performance.objects.count() == 1
    assert enter().status_code == 201


def test_the_same_key_elsewhere_is_another_order(enter: Callable[..., Any], chief: Client) -> None:
    made = enter().json()["id"]
    headers = {"Idempotency-Key": "k"}
    response = chief.post(f"/api/v1/performances/{made}/annul/", {"because": "x"}, content_type=JSON, headers=headers)
    assert response.status_code == 200
    assert "Idempotency-Replayed" not in response


def test_keys_of_different_people_and_tokens_are_apart(
    enter: Callable[..., Any], bob: User, alice: User, harbour: Club
) -> None:
    registrar = Client()
    registrar.force_login(bob)
    answers = [enter(), enter(by=registrar), enter(by=Client(), headers=bearer(alice, harbour))]
    assert [one.status_code for one in answers] == [201, 201, 201]
    assert len({one.json()["id"] for one in answers}) == 3


def test_a_token_bound_to_a_club_gets_no_answer_of_another(enter: Callable[..., Any], alice: User, other: Club) -> None:
    enter()
    MembershipFactory(user=alice, club=other, role=Role.REGISTRAR)
    assert enter(by=Client(), headers=bearer(alice, other)).status_code == 404


def test_without_a_login_nothing_is_remembered(enter: Callable[..., Any]) -> None:
    for _time in range(2):
        response = enter(by=Client())
        assert (response.status_code, "Idempotency-Replayed" in response) == (401, False)
    assert enter().status_code == 201


def test_a_refusal_is_answered_as_before_too(enter: Callable[..., Any]) -> None:
    first, second = enter(mark="abc"), enter(mark="abc")
    assert (first.status_code, second.status_code) == (422, 422)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"


def test_an_order_that_is_being_carried_out(enter: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The second comes while the first is at work."""
    seen = []

    def slow(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.undo()
        seen.append(enter())
        raise ValueError("the first one fails for now")

    monkeypatch.setattr("records.api.changes.enter_performance", slow)
    with pytest.raises(ValueError, match="for now"):
        enter()
    assert [(one.status_code, one.json()["error"]) for one in seen] == [(409, "in_progress")]


def test_after_a_failure_of_ours_the_order_may_come_again(
    enter: Callable[..., Any], chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError

    chief.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("records.api.changes.enter_performance", broken)
        assert enter().status_code == 500
    again = enter()
    assert (again.status_code, "Idempotency-Replayed" in again) == (201, False)


def test_an_answer_is_remembered_for_a_while(enter: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trackhub.clubs.rest.views.REMEMBERED_SECONDS", 0.3)
    first = enter().json()["id"]
    assert enter().json()["id"] == first
    time.sleep(0.35)
    assert enter().json()["id"] != first


def test_a_refusal_for_asking_too_often_is_not_remembered(enter: Callable[..., Any], settings: Any) -> None:
    limits = settings.API_LIMITS
    settings.API_LIMITS = limits | {"write": {"anonymous": (0, 60), "known": (0, 60)}}
    assert enter().status_code == 429
    settings.API_LIMITS = limits
    assert enter().status_code == 201


def upload(client: Client, content: bytes, key: str, **said: str) -> Any:
    form = {"club": "harbour", "kind": "performances", "file": SimpleUploadedFile("marks.csv", content)} | said
    return client.post("/api/v1/imports/", form, headers={"Idempotency-Key": key})


def test_a_file_handed_in_twice_is_one_import(chief: Client) -> None:
    head = b"family name,given name,sex,discipline,mark,date\n"
    first, second = (upload(chief, head + b"Swift,Sam,M,100,10.52,2026-06-01\n", "k") for _time in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.content == second.content
    assert second["Location"] == first["Location"]
    assert ImportBatch.objects.count() == 1
    assert b"".join(ImportBatch.objects.get().content()).endswith(b"10.52,2026-06-01\n")


def test_another_file_of_the_same_length_is_another_order(chief: Client) -> None:
    head = b"family name,given name,sex,discipline,mark,date\n"
    upload(chief, head + b"Swift,Sam,M,100,10.52,2026-06-01\n", "k")
    for content, said in (
        (b"Swift,Sam,M,100,10.53,2026-06-01\n", {}),
        (b"Swift,Sam,M,100,10.52,2026-06-01\n", {"source": "x"}),
    ):
        response = upload(chief, head + content, "k", **said)
        assert (response.status_code, response.json()["error"]) == (422, "key_reused")
    assert ImportBatch.objects.count() == 1


def test_a_key_shown_once_is_not_kept_for_a_second_look(chief: Client) -> None:
    said, headers = {"name": "script"}, {"Idempotency-Key": "k"}
    keys = [chief.post("/api/v1/tokens/", said, content_type=JSON, headers=headers).json() for _time in range(2)]
    assert ApiToken.objects.count() == 1
    assert ("key" in keys[0], keys[1]["error"]) == (True, "done_before")


# Fields


def test_only_the_fields_that_are_asked_for(client: Client, swift: Athlete) -> None:
    rows = client.get("/api/v1/athletes/?fields=family_name,id").json()["results"]
    assert rows == [{"family_name": "Swift", "id": swift.pk}]
    assert list(rows[0]) == ["family_name", "id"]
    assert len(client.get("/api/v1/athletes/?fields=").json()["results"][0]) == 8
    assert client.get("/api/v1/athletes/?fields=id,,id").json()["results"] == [{"id": swift.pk}]


def test_fields_that_are_not_there(client: Client, swift: Athlete) -> None:
    response = client.get("/api/v1/athletes/?fields=id,birth_date,account")
    said = response.json()
    assert (response.status_code, said["error"]) == (422, "invalid")
    assert "account, birth_date" in said["details"]["fields"][0]
    assert "family_name" in said["details"]["fields"][0]
