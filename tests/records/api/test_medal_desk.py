"""The registrar's side of medals, for programs: the table, a whole contest, an award removed, the tally."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from records.models import Athlete, Award, ClubMedal, Honour
from tests.factories import AthleteFactory, discipline
from tests.records.api.test_ceremonies import planned
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

CLUB = "/api/v1/clubs/harbour"


@pytest.fixture
def pair(harbour: Club) -> tuple[Athlete, Athlete]:
    return AthleteFactory(family_name="Hill", club=harbour), AthleteFactory(family_name="Dale", club=harbour)


def won(who: Athlete, place: int, **said: Any) -> Award:
    facts = {"competition": "County", "date": date(2026, 5, 9), "discipline": discipline("100")}
    made: Award = Award.objects.create(club=who.spells.get().club, athlete=who, position=place, **facts | said)
    return made


def send(client: Client, by: User, address: str, placings: list[dict[str, Any]], **said: Any) -> Any:
    client.force_login(by)
    contest = {"discipline": "100", "competition": "County", "date": "2026-05-09", "placings": placings}
    return client.post(f"{CLUB}/{address}", contest | said, content_type="application/json")


def test_a_contest_is_checked_and_entered(client: Client, pair: tuple[Athlete, Athlete], bob: User) -> None:
    first, second = pair
    placings: list[dict[str, Any]] = [
        {"athlete": first.pk, "place": 1, "age_group": "u20"}, {"athlete": second.pk, "place": 1, "age_group": "U20"},
        {"athlete": first.pk, "place": 1, "age_group": "U20"},
    ]  # fmt: skip
    checked = send(client, bob, "awards/contest/preview/", placings)
    assert [(one["age_group"], one["tied"], one["twice"], one["known"]) for one in checked.json()] == [
        ("U20", True, False, None), ("U20", True, False, None), ("U20", True, True, None),
    ]  # fmt: skip
    assert not Award.objects.exists()
    entered = send(client, bob, "awards/contest/", placings)
    assert entered.status_code == 201
    assert [(one["athlete"]["id"], one["metal"]) for one in entered.json()] == [
        (first.pk, "gold"), (second.pk, "gold"),
    ]  # fmt: skip
    again = send(client, bob, "awards/contest/", placings)
    assert (again.status_code, again.json()["error"]) == (409, "already_there")
    known = send(client, bob, "awards/contest/preview/", [{"athlete": second.pk, "place": 2, "age_group": "U20"}])
    assert known.json()[0]["known"] == 1


def test_a_contest_that_nobody_can_have_won(
    client: Client, pair: tuple[Athlete, Athlete], bob: User, harbour: Club, other: Club
) -> None:
    woman = AthleteFactory(family_name="Vale", sex="F", club=harbour)
    stranger = AthleteFactory(club=other)
    mine = {"athlete": pair[0].pk, "place": 1}
    for placings, said, field in (
        ([mine, {"athlete": stranger.pk, "place": 2}], {}, "placings"),
        ([], {}, "placings"),
        ([mine, {"athlete": woman.pk, "place": 2}], {"discipline": "SP"}, "discipline"),
        ([mine], {"discipline": "none"}, "discipline"),
    ):
        for address in ("awards/contest/", "awards/contest/preview/"):
            refused = send(client, bob, address, placings, **said)
            assert (refused.status_code, list(refused.json()["details"])) == (422, [field]), placings
    for address in ("awards/contest/", "awards/contest/preview/"):
        future = send(client, bob, address, [mine], date="2999-01-01")
        assert (future.status_code, future.json()["error"]) == (422, "refused")
    assert not Award.objects.exists()


def test_an_award_is_removed_unless_it_was_honoured(
    client: Client, pair: tuple[Athlete, Athlete], bob: User, harbour: Club, other: Club
) -> None:
    award, honoured = won(pair[0], 1), won(pair[1], 2)
    foreign = won(AthleteFactory(club=other), 1)
    Honour.objects.create(ceremony=planned(harbour), award=honoured)
    client.force_login(bob)
    assert client.delete(f"{CLUB}/awards/{award.pk}/").status_code == 204
    assert client.delete(f"{CLUB}/awards/{foreign.pk}/").status_code == 404
    kept = client.delete(f"{CLUB}/awards/{honoured.pk}/")
    assert (kept.status_code, "ceremony" in kept.json()["message"]) == (409, True)
    assert set(Award.objects.all()) == {honoured, foreign}


def test_the_table_is_set_and_taken_back(client: Client, alice: User, harbour: Club) -> None:
    client.force_login(alice)
    address = f"{CLUB}/awards/table/"
    usual = client.get(address).json()["places"]
    assert [(one["place"], one["metal"]) for one in usual][:4] == [(1, "gold"), (2, "silver"), (3, "bronze"), (4, "")]
    places = [{"place": 1, "label": "Champion", "metal": "gold"}, {"place": 4, "metal": "bronze"}]
    put = client.put(address, {"places": places}, content_type="application/json")
    shown = {one["place"]: (one["label"], one["metal"]) for one in put.json()["places"]}
    assert (shown[1], shown[2], shown[4], len(shown)) == (("Champion", "gold"), ("", ""), ("", "bronze"), 12)
    twice = client.put(address, {"places": [places[0], places[0]]}, content_type="application/json")
    assert (twice.status_code, list(twice.json()["details"])) == (422, ["places"])
    assert client.delete(address).status_code == 204
    assert not ClubMedal.objects.filter(club=harbour).exists()
    assert client.get(address).json()["places"] == usual


def test_the_tally(client: Client, pair: tuple[Athlete, Athlete]) -> None:
    won(pair[0], 1)
    won(pair[0], 5, discipline=discipline("200"))
    won(pair[1], 2, competition="League", date=date(2025, 6, 1))
    none = {"gold": 0, "silver": 0, "bronze": 0, "other": 0}
    address = f"{CLUB}/awards/tally/"
    assert client.get(address).json() == none | {"gold": 1, "silver": 1, "other": 1, "lines": [], "more": False}
    by_meet = client.get(address, {"by": "competition"}).json()["lines"]
    assert by_meet == [
        none | {"gold": 1, "other": 1, "name": "County", "first": "2026-05-09", "last": "2026-05-09"},
        none | {"silver": 1, "name": "League", "first": "2025-06-01", "last": "2025-06-01"},
    ]
    (best,) = client.get(address, {"by": "athlete", "season": 2026}).json()["lines"]
    assert (best["name"], best["first"]) == ("Sam Hill", None)
    assert client.get(address, {"by": "athlete", "page": 9}).json()["lines"] == []
    for wrong in ({"by": "weather"}, {"page": 0}, {"page": "x"}, {"metal": "tin"}):
        assert client.get(address, wrong).status_code == 422
