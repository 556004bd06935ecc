"""How often one may ask: by token, by person, by anonymous address, and not by what a header claims."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.answers import closing
from tests.factories import UserFactory
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.models import Scope, User

pytestmark = pytest.mark.django_db

HOUR = 3600


@pytest.fixture(autouse=True)
def _few(settings: Any) -> None:
    """Two an hour for everybody, three for who is known."""
    few = {"anonymous": (2, HOUR), "known": (3, HOUR)}
    settings.API_LIMITS = {"read": few, "write": few, "import": {"anonymous": (1, HOUR), "known": (1, HOUR)}}


def statuses(client: Client, times: int, **headers: Any) -> list[int]:
    return [client.get("/api/v1/", headers=headers).status_code for _ in range(times)]


def key_of(user: User) -> str:
    at = timezone.now()
    return make_token(user, name="x", scope=Scope.WRITE, club=None, expires=at + timedelta(days=9), at=at)[1]


def test_who_asks_too_often_is_told_when_to_come_again(client: Client) -> None:
    assert statuses(client, 2) == [200, 200]
    response = client.get("/api/v1/")
    said = response.json()
    assert (response.status_code, said["error"]) == (429, "throttled")
    assert said["message"]
    assert 0 < said["details"]["retry_after_seconds"] <= HOUR + 1
    assert 0 < int(response["Retry-After"]) <= HOUR + 1
    assert int(response["Retry-After"]) == pytest.approx(said["details"]["retry_after_seconds"], abs=1)


def test_the_next_window_begins_anew(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [HOUR * 500_000.0]
    monkeypatch.setattr("trackhub.clubs.rest.limits.time", lambda: moment[0])
    assert statuses(client, 3) == [200, 200, 429]
    moment[0] += HOUR - 1
    response = client.get("/api/v1/")
    assert (response.status_code, response["Retry-After"]) == (429, "1")
    moment[0] += 1
    assert statuses(client, 3) == [200, 200, 429]


def test_addresses_are_counted_apart(client: Client) -> None:
    assert statuses(client, 3) == [200, 200, 429]
    assert Client(REMOTE_ADDR="198.51.100.7").get("/api/v1/").status_code == 200
    assert Client(REMOTE_ADDR="2001:db8::1").get("/api/v1/").status_code == 200


def test_a_person_is_counted_wherever_they_ask_from(alice: User, bob: User) -> None:
    one, two = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.8")
    one.force_login(alice)
    two.force_login(alice)
    assert statuses(one, 2) + statuses(two, 2) == [200, 200, 200, 429]
    one.force_login(bob)
    assert statuses(one, 1) == [200]


def test_each_token_is_counted_by_itself(client: Client, alice: User) -> None:
    first, second = ({"Authorization": f"Bearer {key_of(alice)}"} for _ in range(2))
    assert statuses(client, 4, **first) == [200, 200, 200, 429]
    assert statuses(client, 1, **second) == [200]
    client.force_login(alice)
    assert statuses(client, 1) == [200]


def test_what_a_header_claims_is_not_an_address(client: Client) -> None:
    answered = [statuses(client, 1, **{"X-Forwarded-For": f"203.0.113.{n}"})[0] for n in range(4)]
    assert answered == [200, 200, 429, 429]


def test_behind_a_proxy_that_is_trusted_its_word_counts(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(4):
        # What stands left of the proxy's own word was sent by the visitor.
        assert statuses(client, 1, **{"X-Forwarded-For": f"10.0.0.9, 203.0.113.{n}"}) == [200]
    answered = [statuses(client, 1, **{"X-Forwarded-For": f"10.0.0.{n}, 203.0.113.99"})[0] for n in range(3)]
    assert answered == [200, 200, 429]


def test_fewer_proxies_than_are_trusted_leave_the_connected_address(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    answered = [statuses(client, 1, **{"X-Forwarded-For": f"203.0.113.{n}"})[0] for n in range(3)]
    assert answered == [200, 200, 429]


def test_reading_and_changing_are_counted_apart_and_each_as_a_whole(client: Client, alice: User) -> None:
    client.force_login(alice)

    def patch() -> int:
        return client.patch("/api/v1/me/", {"name": "A"}, content_type="application/json").status_code

    def post() -> int:
        return client.post("/api/v1/tokens/", {}, content_type="application/json").status_code

    assert [patch(), post(), client.delete("/api/v1/tokens/1/").status_code] == [200, 422, 404]
    assert patch() == 429
    assert client.get("/api/v1/").status_code == 200
    assert client.head("/api/v1/").status_code == 200
    assert client.options("/api/v1/").status_code == 200
    assert client.get("/api/v1/").status_code == 429


def test_imports_have_a_limit_of_their_own(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/api/v1/imports/").status_code == 200
    assert client.post("/api/v1/imports/", {"club": "nowhere"}).status_code == 404
    assert client.post("/api/v1/imports/", {"club": "nowhere"}).status_code == 429
    assert client.get("/api/v1/imports/").status_code == 200


def test_exports_are_counted_together_on_the_page_and_here(client: Client, alice: User, settings: Any) -> None:
    settings.API_LIMITS |= {"export": {"anonymous": (1, HOUR), "known": (2, HOUR)}}
    client.force_login(alice)
    with closing(client.get("/api/v1/me/data/")) as first, closing(client.post("/accounts/data/export/")) as second:
        assert (first.status_code, second.status_code) == (200, 200)
    assert client.get("/api/v1/me/data/").status_code == 429
    page = client.post("/accounts/data/export/", follow=True)
    assert "Too many downloads. Come again in " in page.content.decode()
    assert client.get("/api/v1/").status_code == 200


def test_an_inactive_person_is_nobody(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    user.is_active = False
    user.save()
    assert client.get("/api/v1/me/").status_code == 401
