"""Lists and single things: what is found, in which order, and how it is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from records.actions.consenting import note_paper_consents
from records.models import Athlete, Performance
from tests.factories import NOW, AthleteFactory, ClubSpellFactory, PerformanceFactory
from tests.records.api.answers import rows
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


CURRENT = {"pb", "equal", "windy", "hand", "jump", "indoor", "dnf", "dq", "run", "annulled", "points", "right", "relay"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, CURRENT),
        ({"athlete": "Able"}, {"pb", "equal", "windy", "hand", "jump", "indoor"}),
        ({"athlete": "0" * 5 + "999"}, set()),
        ({"club": "harbour"}, {"pb", "equal", "windy", "hand", "jump", "indoor", "relay"}),
        ({"club": "nowhere"}, set()),
        ({"discipline": "100"}, {"pb", "equal", "windy", "hand"}),
        ({"discipline": "100m"}, {"pb", "equal", "windy", "hand"}),
        ({"discipline": "lj"}, {"jump"}),
        ({"discipline": "nonsense"}, set()),
        ({"sex": "F", "discipline": "1500"}, set()),
        ({"sex": "F", "season": "2025"}, {"pb", "equal"}),
        ({"facility": "indoor"}, {"indoor"}),
        ({"status": "dnf"}, {"dnf"}),
        ({"status": "dq"}, {"dq"}),
        ({"since": "2026-07-05"}, {"points", "right"}),
        ({"until": "2025-06-01"}, {"pb"}),
        ({"since": "2026-06-02", "until": "2026-06-03"}, {"hand", "jump"}),
        ({"legal": "true", "discipline": "100"}, {"pb", "equal"}),
        ({"legal": "false", "discipline": "100"}, {"windy", "hand"}),
        ({"legal": "false", "discipline": "1500"}, {"dnf", "dq", "annulled"}),
        ({"pb": "true", "discipline": "100"}, {"pb", "equal"}),
        ({"pb": "false", "discipline": "100"}, {"windy", "hand"}),
    ],
    ids=lambda said: str(sorted(said)),  # sets have no order that two processes share
)
def test_filters_of_performances(
    client: Client, season: dict[str, Performance], asked: dict[str, str], found: set[str]
) -> None:
    if asked.get("athlete") == "Able":
        asked = {"athlete": str(Athlete.objects.get(family_name="Able").pk)}
    names = {one.pk: name for name, one in season.items()}
    assert {names[row["id"]] for row in rows(client, "performances/", **asked)} == found


BAD = [
    ("performances/", "athlete", ("0", "-1", "x", "1e99", "NaN", "9" * 30)),
    ("performances/", "sex", ("Q", "m")),
    ("performances/", "season", ("1", "9999", "x")),
    ("performances/", "facility", ("moon",)),
    ("performances/", "status", ("annulled", "x")),
    ("performances/", "since", ("x", "2026-02-30", "2026")),
    ("performances/", "legal", ("perhaps", "2")),
    ("performances/", "pb", ("perhaps",)),
    ("performances/", "club", ("\0",)),
    ("performances/", "discipline", ("\0",)),
    ("performances/", "ordering", ("", "mark", "athlete__birth_date", "-id,id", "?")),
    ("athletes/", "sex", ("X", "Q")),
    ("athletes/", "country", ("GBRX",)),
    ("athletes/", "name", ("\0",)),
    ("records/", "athlete", ("x",)),
    ("records/", "on", ("x", "2026-02-30", "\0")),
    ("records/", "since", ("x",)),
    ("athletes/{ann}/bests/", "season", ("x", "1", "99999", "²", "-2026")),
]


@pytest.mark.parametrize(("address", "name", "texts"), BAD, ids=[f"{a}{n}" for a, n, _ in BAD])
def test_what_cannot_be_read_is_refused_with_its_name(
    client: Client, harbour: Club, address: str, name: str, texts: tuple[str, ...]
) -> None:
    ann = AthleteFactory(club=harbour)
    for text in texts:
        response = client.get(f"/api/v1/{address.format(ann=ann.pk)}", {name: text})
        assert response.status_code == 422, (text, response.content)
        said = response.json()
        assert (said["error"], list(said["details"])) == ("invalid", [name]), text


def test_orders(client: Client, season: dict[str, Performance]) -> None:
    by_id = [row["id"] for row in rows(client, "performances/")]
    assert by_id == sorted(by_id, reverse=True)
    days = [row["date"] for row in rows(client, "performances/", ordering="date")]
    assert days == sorted(days)
    assert [row["date"] for row in rows(client, "performances/", ordering="-date")] == sorted(days, reverse=True)


def test_a_performance_as_it_is_shown(client: Client, season: dict[str, Performance]) -> None:
    ann = Athlete.objects.get(family_name="Able")
    said = client.get(f"/api/v1/performances/{season['windy'].pk}/").json()
    why = said.pop("why")
    assert said == {
        "id": season["windy"].pk, "athlete": {"id": ann.pk, "name": "Ann Able"}, "team": "", "club": "harbour",
        "discipline": "100", "sex": "F", "mark": {"value": 11600, "unit": "ms", "text": "11.60"}, "status": "valid",
        "wind": 2.5, "timing": "auto", "date": "2026-06-01", "date_precision": "day", "season": 2026,
        "facility": "outdoor", "round": "Final", "place": "1", "competition": "Gala", "venue": "Hove", "country": "",
        "legal": False, "wind_aided": True, "pb": "", "sb": "", "legs": [], "superseded_by": None,
        "annulled_because": "", "videos": [],
    }  # fmt: skip
    assert why[0] == {
        "list": "personal best",
        "counts": False,
        "because": "better than every mark before it; kept apart as wind-aided",
    }
    assert {one["list"] for one in why} >= {"personal best", "season's best", "Harbour AC"}
    assert any("+2.5 is over +2.0" in one["because"] for one in why)


@pytest.mark.parametrize(
    ("name", "mark", "more"),
    [
        ("pb", {"value": 11800, "unit": "ms", "text": "11.80"}, {"pb": "PB", "sb": "SB", "legal": True}),
        ("equal", {"value": 11800, "unit": "ms", "text": "11.80"}, {"pb": "=PB", "sb": "=SB"}),
        ("hand", {"value": 11500, "unit": "ms", "text": "11.5h"}, {"timing": "hand", "legal": False, "pb": ""}),
        ("jump", {"value": 601, "unit": "cm", "text": "6.01"}, {"wind": -0.3}),
        ("dnf", {"value": None, "unit": "ms", "text": "DNF"}, {"status": "dnf", "legal": False, "wind": None}),
        ("dq", {"value": None, "unit": "ms", "text": "DQ TR16.8"}, {"status": "dq"}),
        ("points", {"value": 7000, "unit": "points", "text": "7000"}, {}),
        ("annulled", {"value": 230000, "unit": "ms", "text": "3:50.00"}, {"annulled_because": "measured short", "pb": ""}),
        ("relay", {"value": 47500, "unit": "ms", "text": "47.50"}, {"athlete": None, "team": "Harbour A", "pb": ""}),
    ],
)  # fmt: skip
def test_marks_of_every_kind(
    client: Client, season: dict[str, Performance], name: str, mark: dict[str, Any], more: dict[str, Any]
) -> None:
    said = client.get(f"/api/v1/performances/{season[name].pk}/").json()
    assert said["mark"] == mark
    assert {key: said[key] for key in more} == more


def test_a_correction_leads_from_the_old_to_the_new(client: Client, season: dict[str, Performance]) -> None:
    old = client.get(f"/api/v1/performances/{season['wrong'].pk}/").json()
    assert (old["superseded_by"], old["mark"]["text"]) == (season["right"].pk, "1.80")
    assert any("superseded by a correction" in one["because"] for one in old["why"])
    assert client.get(f"/api/v1/performances/{season['right'].pk}/").json()["superseded_by"] is None


def test_bests(client: Client, season: dict[str, Performance]) -> None:
    ann = Athlete.objects.get(family_name="Able").pk
    address = f"/api/v1/athletes/{ann}/bests/"

    def short(address: str) -> list[tuple[str, str, str, str]]:
        said = client.get(address).json()
        return [(one["discipline"], one["facility"], one["list"], one["performance"]["mark"]["text"]) for one in said]

    assert set(short(address)) == {
        ("100", "outdoor", "legal", "11.80"), ("100", "outdoor", "wind", "11.60"), ("100", "outdoor", "hand", "11.5h"),
        ("LJ", "outdoor", "legal", "6.01"), ("60", "indoor", "legal", "7.70"),
    }  # fmt: skip
    assert short(f"{address}?season=2025") == [("100", "outdoor", "legal", "11.80")]
    assert short(f"{address}?season=1999") == []
    # Who ran it first holds it.
    first = next(one for one in client.get(address).json() if (one["discipline"], one["list"]) == ("100", "legal"))
    assert first["performance"]["id"] == season["pb"].pk


def test_athletes(client: Client, harbour: Club, other: Club) -> None:
    nunez = AthleteFactory(given_name="José", family_name="Núñez", country="ESP", club=harbour)
    ClubSpellFactory(athlete=nunez, club=other, ends=date(2020, 1, 1))
    eve = AthleteFactory(given_name="Eve", family_name="Old", sex="F", birth_date=None, club=other)
    AthleteFactory(family_name="Merged", merged_into=eve)
    assert client.get(f"/api/v1/athletes/{nunez.pk}/").json() == {
        "id": nunez.pk, "given_name": "José", "family_name": "Núñez", "sex": "M", "born": 1998, "country": "ESP",
        "clubs": ["harbour"], "url": f"/athletes/{nunez.pk}-jose-nunez/", "biography": "",
    }  # fmt: skip

    def ids(**asked: str) -> list[int]:
        return [row["id"] for row in rows(client, "athletes/", **asked)]

    assert ids() == [eve.pk, nunez.pk]
    assert ids(name="nunez") == ids(name="NÚÑEZ jose") == ids(country="ESP") == ids(sex="M") == [nunez.pk]
    assert ids(club="other") == [eve.pk, nunez.pk]
    assert ids(club="harbour", name="old") == []
    assert client.get(f"/api/v1/athletes/{eve.pk}/").json()["born"] is None


def test_disciplines_and_books(client: Client, harbour: Club) -> None:
    found = rows(client, "disciplines/", measure="height", page_size=100)
    assert {"HJ", "PV"} <= {one["code"] for one in found}
    assert {one["measure"] for one in found} == {"height"}
    assert {one["family"] for one in rows(client, "disciplines/", family=found[0]["family"])} == {found[0]["family"]}
    book = rows(client, "books/", club="harbour")[0]
    assert (book["slug"], book["club"], book["age_group_scheme"]) == ("harbour", "harbour", "wa")
    assert set(book["policy"]) == {"wind", "hand", "ties", "facilities", "inheritance", "claims"}
    assert rows(client, "books/", club="nowhere") == []


def test_records(client: Client, book: None, other: Club) -> None:
    asked = {"book": "harbour", "age_group": "open"}

    def short(**more: str) -> list[tuple[str, str, bool, str | None]]:
        found = [
            (one["holder"], one["mark"]["text"], one["equal"], one["until"])
            for one in rows(client, "records/", **asked, **more)
        ]
        return sorted(found, key=lambda one: one[1::-1])

    elder, bee = ("Ann Elder", "1.71", False, "2026-06-01"), ("Bee", "1.75", False, "2026-06-02")
    cee, dee = ("Cee", "1.80", False, None), ("Dee", "1.80", True, None)
    assert short() == short(discipline="HJ") == short(sex="F") == [cee, dee]
    assert short(history="true") == short(history="1") == [elder, bee, cee, dee]
    assert short(history="false") == [cee, dee]
    assert short(on="2026-06-01") == [bee]
    assert short(on="2026-05-31") == [elder]
    assert short(on="1900-01-01") == []
    assert short(history="true", on="2026-06-01") == [elder, bee]
    assert short(since="2026-06-03") == [dee]
    assert short(sex="M") == short(discipline="LJ") == short(facility="indoor") == []
    assert rows(client, "records/", book="other") == []


def test_a_line_of_an_old_book(client: Client, book: None) -> None:
    old = next(one for one in rows(client, "records/", history="true", book="harbour") if one["holder"] == "Ann Elder")
    assert (old["performance"], old["athlete"], old["club"]) == (None, None, None)
    assert old["mark"] == {"value": 171, "unit": "cm", "text": "1.71"}


def test_age_groups_have_lists_of_their_own(client: Client, harbour: Club) -> None:
    young = AthleteFactory(club=harbour, birth_date=date(2009, 5, 1))
    PerformanceFactory(athlete=young, mark="11.20", wind=5)
    note_paper_consents([young], by=None, at=NOW)
    assert {one["age_group"] for one in rows(client, "records/", book="harbour")} >= {"", "U18", "U20"}
    assert {one["age_group"] for one in rows(client, "records/", age_group="U18")} == {"U18"}
    assert {one["age_group"] for one in rows(client, "records/", age_group="open")} == {""}
    assert len(rows(client, "records/", athlete=young.pk, age_group="U18", book="harbour")) == 1
