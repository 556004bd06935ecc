"""Biographies and videos by the API."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from records.actions.correcting import correct_performance
from records.models import Athlete, Performance, Video
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from tests.records.filming import ADDRESS, filmed
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.models import Club, Scope, User

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.fixture
def mark(harbour: Club) -> Performance:
    return PerformanceFactory(athlete=AthleteFactory(family_name="Hill", club=harbour), mark="10.52")


def sent(client: Client, method: str, address: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    return getattr(client, method)(f"/api/v1/{address}", body or {}, content_type=JSON, headers=headers)


def test_a_biography_is_written_and_read(client: Client, mark: Performance, bob: User) -> None:
    address = f"athletes/{mark.athlete_id}/"
    client.force_login(bob)
    assert client.get(f"/api/v1/{address}").json()["biography"] == ""
    answer = sent(client, "patch", f"{address}profile/", {"biography": "First.\n\nSecond."})
    assert (answer.status_code, answer.json()["biography"]) == (200, "First.\n\nSecond.")
    client.logout()
    assert client.get(f"/api/v1/{address}").json()["biography"] == "First.\n\nSecond."
    assert "biography" not in client.get("/api/v1/athletes/").json()["results"][0]


def test_a_biography_too_long_or_of_somebody_erased_is_refused(client: Client, mark: Performance, bob: User) -> None:
    client.force_login(bob)
    address = f"athletes/{mark.athlete_id}/profile/"
    assert "biography" in sent(client, "patch", address, {"biography": "x" * 2001}).json()["details"]
    Athlete.objects.filter(pk=mark.athlete_id).update(erased=NOW)
    assert sent(client, "patch", address, {"biography": "Back."}).status_code == 422


def test_a_person_speaks_for_themselves_and_a_token_of_theirs_does_not(
    client: Client, mark: Performance, dana: User
) -> None:
    Athlete.objects.filter(pk=mark.athlete_id).update(account=dana)
    at = timezone.now()
    _token, key = make_token(dana, name="x", scope=Scope.WRITE, club=None, expires=at + timedelta(days=1), at=at)
    orders: list[tuple[str, str, dict[str, Any]]] = [
        ("patch", f"athletes/{mark.athlete_id}/profile/", {"biography": "I run."}),
        ("post", f"performances/{mark.pk}/videos/", {"address": ADDRESS}),
    ]
    for method, address, body in orders:
        assert sent(Client(), method, address, body, Authorization=f"Bearer {key}").status_code == 403
    client.force_login(dana)
    assert [sent(client, *order).status_code for order in orders] == [200, 201]


def test_videos_stand_in_the_performance(client: Client, mark: Performance, bob: User) -> None:
    client.force_login(bob)
    address = f"performances/{mark.pk}/"
    added = sent(client, "post", f"{address}videos/", {"address": ADDRESS, "title": "Final"})
    assert added.status_code == 201
    assert client.get(f"/api/v1/{address}").json()["videos"] == [added.json()]
    assert added.json() | {"id": 0} == {"id": 0, "address": ADDRESS, "title": "Final"}
    elsewhere = PerformanceFactory(athlete=mark.athlete, mark="10.60")
    assert sent(client, "delete", f"performances/{elsewhere.pk}/videos/{added.json()['id']}/").status_code == 404
    assert sent(client, "delete", f"{address}videos/{added.json()['id']}/").status_code == 204
    assert client.get(f"/api/v1/{address}").json()["videos"] == []


def test_what_is_no_link_and_what_is_corrected_is_refused(client: Client, mark: Performance, bob: User) -> None:
    client.force_login(bob)
    address = f"performances/{mark.pk}/videos/"
    answer = sent(client, "post", address, {"address": "javascript:alert(1)"})
    assert (answer.status_code, set(answer.json()["details"])) == (422, {"address"})
    correct_performance(mark, by=bob, at=NOW, because="typing error", mark="10.53")
    answer = sent(client, "post", address, {"address": ADDRESS})
    assert (answer.status_code, answer.json()["error"]) == (409, "superseded")


def test_videos_of_a_withheld_name_are_withheld(client: Client, harbour: Club, bob: User) -> None:
    today = timezone.localdate()
    young = AthleteFactory(club=harbour, birth_date=date(today.year - 14, 1, 1))
    mark = PerformanceFactory(athlete=young, mark="12.10")
    video = filmed(mark)
    assert client.get(f"/api/v1/performances/{mark.pk}/").json()["videos"] == []
    client.force_login(bob)
    assert [one["id"] for one in client.get(f"/api/v1/performances/{mark.pk}/").json()["videos"]] == [video.pk]
    assert Video.objects.count() == 1
