"""A performance entered, corrected, annulled and reinstated by a program."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from records.actions.erasing import erase_athlete
from records.models import Athlete, Performance
from tests.factories import (
    NOW,
    AthleteFactory,
    ClubSpellFactory,
    MembershipFactory,
    PerformanceFactory,
    UserFactory,
    imported,
)
from trackhub.clubs.models import AuditEntry, Club, Event, Role, User

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.fixture
def registrar(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


@pytest.fixture
def ann(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Ann", family_name="Able", club=harbour, sex="F", birth_date=date(2001, 5, 1))


def post(client: Client, address: str, body: Any = None) -> Any:
    return client.post(f"/api/v1/performances/{address}", body or {}, content_type=JSON)


def enter(client: Client, who: Athlete, **said: Any) -> Any:
    return post(client, "", {"athlete": who.pk, "discipline": "100", "mark": "11.80", "date": "2026-06-01"} | said)


def test_entered(registrar: Client, ann: Athlete, bob: User, harbour: Club) -> None:
    response = enter(
        registrar, ann, wind="+1.4", competition="Gala", venue="Hove", round="Final", place="2", country="GBR", note="n"
    )
    said = response.json()
    assert response.status_code == 201
    assert (said["mark"]["text"], said["wind"], said["club"], said["pb"]) == ("11.80", 1.4, "harbour", "PB")
    assert (said["competition"], said["venue"], said["round"], said["place"]) == ("Gala", "Hove", "Final", "2")
    assert any(one["counts"] and "record" in one["because"] for one in said["why"])
    assert registrar.get(f"/api/v1/performances/{said['id']}/").json() == said
    made = Performance.objects.get()
    assert (made.note, made.written) == ("n", "11.80")
    deed = AuditEntry.objects.get(action="enter_performance")
    assert (deed.by, deed.club) == (bob, harbour)
    assert Event.objects.get().payload["performance"] == made.pk


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"wind": "NWI"}, {"wind": None, "legal": False}),
        ({"wind": ""}, {"wind": None}),
        ({"wind": "2.1"}, {"wind": 2.1, "wind_aided": True}),
        ({"wind": "-0,5"}, {"wind": -0.5}),
        ({"mark": "11.9h"}, {"timing": "hand"}),
        ({"mark": "11.9", "timing": "hand"}, {"timing": "hand"}),
        ({"mark": "DNF"}, {"status": "dnf"}),
        ({"discipline": "SP3", "mark": "12.00"}, {"discipline": "SP3"}),
        ({"discipline": "SP4", "mark": "12.00"}, {"discipline": "SP"}),
        ({"discipline": "60", "mark": "7.70", "facility": "indoor"}, {"facility": "indoor"}),
        ({"discipline": "100m"}, {"discipline": "100"}),
        ({"facility": "", "timing": "", "round": "", "venue": ""}, {"facility": "outdoor"}),
    ],
    ids=str,
)
def test_entered_as_results_write_it(
    registrar: Client, ann: Athlete, said: dict[str, str], shown: dict[str, Any]
) -> None:
    response = enter(registrar, ann, **said)
    assert response.status_code == 201, response.content
    assert {name: response.json()[name] for name in shown} == shown


@pytest.mark.parametrize(
    ("said", "code", "sentence"),
    [
        ({"mark": "abc"}, None, "“abc” is not a mark of this discipline."),
        ({"mark": "1:00:00:00:00"}, None, ""),
        ({"wind": "gale"}, "unreadable_wind", "gale"),
        ({"wind": "+99"}, "unreadable_wind", ""),
        ({"discipline": "Quidditch"}, "unknown_discipline", "Quidditch"),
        ({"date": "2099-01-01"}, "refused", ""),
        ({"date": "1999-01-01"}, "refused", "2001-05-01"),
        ({"date": "0001-01-01"}, "refused", ""),
    ],
    ids=str,
)
def test_what_nobody_can_have_done_is_refused_in_a_sentence(
    registrar: Client, ann: Athlete, said: dict[str, str], code: str | None, sentence: str
) -> None:
    response = enter(registrar, ann, **said)
    assert response.status_code == 422
    refusal = response.json()
    assert code in (None, refusal["error"])
    assert sentence in refusal["message"]
    assert " " in refusal["message"]
    assert not Performance.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"athlete": None}, "athlete"),
        ({"athlete": 2**63}, "athlete"),
        ({"athlete": -1}, "athlete"),
        ({"athlete": True}, "athlete"),
        ({"discipline": ""}, "discipline"),
        ({"mark": ""}, "mark"),
        ({"mark": "1" * 61}, "mark"),
        ({"mark": "\0"}, "mark"),
        ({"date": "2026-02-30"}, "date"),
        ({"date": 20260601}, "date"),
        ({"timing": "guess"}, "timing"),
        ({"facility": "moon"}, "facility"),
        ({"competition": "x" * 161}, "competition"),
        ({"country": "GBRX"}, "country"),
    ],
    ids=lambda said: str(said)[:40],
)
def test_what_cannot_be_read_is_refused_with_its_field(
    registrar: Client, ann: Athlete, said: dict[str, Any], field: str
) -> None:
    response = enter(registrar, ann, **said)
    assert (response.status_code, list(response.json()["details"])) == (422, [field])


def test_what_nobody_may_set_is_not_set(registrar: Client, ann: Athlete, other: Club) -> None:
    said = enter(registrar, ann, club="other", pb="PB", flaws=0, id=7, superseded_by=1, source="x", wind="+3.0").json()
    made = Performance.objects.get()
    assert (said["club"], said["legal"], made.source, made.superseded_by) == ("harbour", False, "", None)


def test_the_club_of_the_day_decides_who_may(registrar: Client, harbour: Club, other: Club, charlie: User) -> None:
    moved = AthleteFactory(family_name="Moved")
    ClubSpellFactory(athlete=moved, club=harbour, ends=date(2025, 12, 31))
    ClubSpellFactory(athlete=moved, club=other, starts=date(2026, 1, 1))
    assert enter(registrar, moved, date="2025-06-01").status_code == 201
    assert enter(registrar, moved, date="2026-06-01").status_code == 404
    theirs = Client()
    theirs.force_login(charlie)
    assert enter(theirs, moved, date="2026-06-01").status_code == 201
    assert enter(theirs, moved, date="2025-06-01").status_code == 404


def test_an_athlete_of_no_club_is_for_the_site_administrator(registrar: Client) -> None:
    nobodys = AthleteFactory()
    assert enter(registrar, nobodys).status_code == 404
    registrar.force_login(UserFactory(is_superuser=True))
    assert enter(registrar, nobodys).status_code == 201


def test_for_an_erased_athlete_nothing_is_entered(registrar: Client, ann: Athlete, harbour: Club) -> None:
    erase_athlete(ann, by=None, at=NOW)
    ClubSpellFactory.create(athlete=ann, club=harbour) if not ann.spells.exists() else None
    response = enter(registrar, ann)
    assert response.status_code in (404, 422)
    assert not Performance.objects.exists()


# Corrections


@pytest.fixture
def one(ann: Athlete) -> Performance:
    return PerformanceFactory(athlete=ann, mark="11.80", wind=5, round="Final", competition="Gala", on=date(2026, 6, 1))


def test_corrected(registrar: Client, one: Performance, bob: User) -> None:
    response = post(registrar, f"{one.pk}/correct/", {"because": "misread", "mark": "11.60"})
    said = response.json()
    assert response.status_code == 201
    assert (said["mark"]["text"], said["wind"], said["round"], said["competition"]) == ("11.60", 0.5, "Final", "Gala")
    old = registrar.get(f"/api/v1/performances/{one.pk}/").json()
    assert old["superseded_by"] == said["id"]
    assert AuditEntry.objects.get(action="correct_performance").after["because"] == "misread"
    listed = registrar.get("/api/v1/performances/").json()["results"]
    assert [row["id"] for row in listed] == [said["id"]]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"wind": "+2.5"}, {"wind": 2.5}),
        ({"wind": ""}, {"wind": None}),
        ({"date": "2026-06-02"}, {"date": "2026-06-02"}),
        ({"discipline": "200", "mark": "24.00"}, {"discipline": "200"}),
        ({"venue": "Hove"}, {"venue": "Hove"}),
        ({}, {"round": "Final"}),
    ],
    ids=str,
)
def test_what_is_not_named_stays(
    registrar: Client, one: Performance, changes: dict[str, str], shown: dict[str, Any]
) -> None:
    before = registrar.get(f"/api/v1/performances/{one.pk}/").json()
    said = post(registrar, f"{one.pk}/correct/", {"because": "x", **changes}).json()
    assert {name: said[name] for name in shown} == shown
    derived = {"id", "why", "legal", "wind_aided", "pb", "sb", "mark"}
    for name in set(before) - set(shown) - derived:
        assert said[name] == before[name], name


def test_a_version_is_corrected_once(registrar: Client, one: Performance) -> None:
    post(registrar, f"{one.pk}/correct/", {"because": "x", "mark": "11.60"})
    response = post(registrar, f"{one.pk}/correct/", {"because": "x", "mark": "11.50"})
    assert (response.status_code, response.json()["error"]) == (409, "superseded")
    assert "newest version" in response.json()["message"]
    assert Performance.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "field"), [({}, "because"), ({"because": ""}, "because"), ({"because": "x" * 201}, "because"), ({"because": "x", "mark": ""}, "mark")]
)  # fmt: skip
def test_a_correction_wants_a_reason(registrar: Client, one: Performance, body: dict[str, str], field: str) -> None:
    response = post(registrar, f"{one.pk}/correct/", body)
    assert (response.status_code, list(response.json()["details"])) == (422, [field])


def test_an_impossible_correction(registrar: Client, one: Performance) -> None:
    for more in ({"mark": "abc"}, {"wind": "x"}, {"discipline": "x"}, {"date": "2099-01-01"}):
        assert post(registrar, f"{one.pk}/correct/", {"because": "x", **more}).status_code == 422
    assert Performance.objects.count() == 1


def test_a_relay_is_corrected_by_its_result(registrar: Client, harbour: Club) -> None:
    imported("performances", "team,sex,discipline,mark,date\nHarbour A,F,4x100,47.50,2026-06-01\n", club=harbour)
    relay = Performance.objects.get()
    for more in ({"wind": "x"}, {"mark": "5.00"}, {"date": "2030-01-01"}):
        assert post(registrar, f"{relay.pk}/correct/", {"because": "x", **more}).status_code == 422
    new = post(registrar, f"{relay.pk}/correct/", {"because": "x", "mark": "47.00"}).json()
    assert (new["mark"]["text"], new["team"]) == ("47.00", "Harbour A")
    assert post(registrar, f"{new['id']}/annul/", {"because": "baton"}).status_code == 200


# Annulments


def test_annulled_and_reinstated(registrar: Client, one: Performance) -> None:
    said = post(registrar, f"{one.pk}/annul/", {"because": "false start"}).json()
    assert (said["annulled_because"], said["legal"], said["pb"]) == ("false start", False, "")
    assert any("annulled: false start" in verdict["because"] for verdict in said["why"])
    said = post(registrar, f"{one.pk}/reinstate/").json()
    assert (said["annulled_because"], said["legal"], said["pb"]) == ("", True, "PB")
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["performance_entered", "performance_annulled", "performance_reinstated"]


@pytest.mark.parametrize("body", [{}, {"because": ""}, {"because": "   "}, {"because": "x" * 201}, {"because": None}])
def test_an_annulment_wants_a_reason(registrar: Client, one: Performance, body: dict[str, Any]) -> None:
    response = post(registrar, f"{one.pk}/annul/", body)
    assert (response.status_code, list(response.json()["details"])) == (422, ["because"])
    one.refresh_from_db()
    assert one.annulled_because == ""


def test_reading_is_not_keeping(client: Client, one: Performance, harbour: Club) -> None:
    """A coach sees the squad and changes nothing, and is told who may."""
    coach = UserFactory()
    MembershipFactory(user=coach, club=harbour, role=Role.COACH)
    client.force_login(coach)
    for response in (
        enter(client, one.athlete),
        post(client, f"{one.pk}/correct/", {"because": "x"}),
        post(client, f"{one.pk}/annul/", {"because": "x"}),
        post(client, f"{one.pk}/reinstate/"),
    ):
        said = response.json()
        assert (response.status_code, said["error"]) == (403, "right_missing")
        assert said["details"]["roles"] == ["chief_registrar", "registrar"]
    assert Performance.objects.count() == 1
