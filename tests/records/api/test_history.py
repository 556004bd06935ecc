"""The versions of a performance and the log of changes, for programs."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from records.actions.correcting import correct_performance
from records.models import Performance
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions(harbour: Club, alice: User) -> tuple[Performance, Performance]:
    first = PerformanceFactory(athlete=AthleteFactory(family_name="Hill", club=harbour), mark="10.52", wind=5, by=alice)
    return first, correct_performance(first, by=alice, at=NOW, because="photo", mark="10.50")


def test_versions_are_told_without_names_to_strangers(
    client: Client, versions: tuple[Performance, Performance], dana: User
) -> None:
    old, new = versions
    found = client.get(f"/api/v1/performances/{old.pk}/versions/").json()
    assert [(one["performance"], one["mark"], one["how"], one["who"], one["because"]) for one in found] == [
        (new.pk, "10.50", "corrected", "", ""), (old.pk, "10.52", "entered by hand", "", ""),
    ]  # fmt: skip
    assert found[0]["changed"][0] == {"fact": "mark", "before": "10.52", "after": "10.50"}
    assert found[1]["changed"] == []
    client.force_login(dana)
    inside = client.get(f"/api/v1/performances/{new.pk}/versions/").json()
    assert (inside[0]["who"], inside[0]["because"], inside[0]["when"]) == (
        "Alice",
        "photo",
        "2026-11-20T09:00:00+00:00",
    )
    assert client.get("/api/v1/performances/999999/versions/").status_code == 404


def test_the_log_of_a_club(client: Client, versions: tuple[Performance, Performance], alice: User, bob: User) -> None:
    old, _new = versions
    client.force_login(bob)
    answer = client.get("/api/v1/clubs/harbour/changes/").json()
    assert [one["action"] for one in answer["results"][:2]] == ["correct_performance", "enter_performance"]
    first = answer["results"][0]
    assert (first["who"], first["what"], first["target"]) == ("Alice", "performance corrected", f"performance {old.pk}")
    assert (first["before"]["mark"], first["after"]["because"]) == ("10.52", "photo")
    for query, number in (
        ({"target": f"performance {old.pk}"}, 2), ({"action": "enter_performance"}, 1), ({"who": bob.pk}, 0),
        ({"since": "2026-11-21"}, 0), ({"until": "2026-11-20", "who": alice.pk}, 2),
    ):  # fmt: skip
        assert len(client.get("/api/v1/clubs/harbour/changes/", query).json()["results"]) == number, query
    assert client.get("/api/v1/clubs/harbour/changes/", {"since": "soon"}).status_code == 422
    assert client.get("/api/v1/clubs/nowhere/changes/").status_code == 404


def test_a_relay_is_corrected_by_a_program(client: Client, bob: User, harbour: Club) -> None:
    ids = " / ".join(f"trackhub-{AthleteFactory(club=harbour).pk}" for _ in range(4))
    imported("performances", f"id,team,legs,sex,event,mark,date\nr1,A,{ids},M,4x100,41.50,2026-06-01\n", club=harbour)
    client.force_login(bob)
    one = Performance.objects.get()
    said = {"mark": "41.05", "date": "2026-06-02", "because": "typing error"}
    answer = client.post(f"/api/v1/performances/{one.pk}/correct/", said, content_type="application/json")
    assert (answer.status_code, answer.json()["mark"]["text"], len(answer.json()["legs"])) == (201, "41.05", 4)
    assert Performance.objects.current().get().date == date(2026, 6, 2)


def test_an_older_version_is_not_annulled(client: Client, versions: tuple[Performance, Performance], bob: User) -> None:
    client.force_login(bob)
    for name in ("annul", "reinstate"):
        address = f"/api/v1/performances/{versions[0].pk}/{name}/"
        answer = client.post(address, {"because": "x"}, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]) == (409, "superseded")
