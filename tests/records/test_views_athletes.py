"""Pages on athletes: bests, records held, every performance with its reason, and who may see whom."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from records.actions.correcting import annul_performance
from records.actions.merging import merge_athletes
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


def text(client: Client, address: str, **said: object) -> str:
    response = client.get(address, said or None)
    assert response.status_code == 200
    return response.content.decode()


def part(page: str, heading: str) -> str:
    """The section of ``page`` under ``id=heading``."""
    return page.split(f'id="{heading}"', 1)[1].split("</section>")[0]


def test_bests_with_wind_and_hand_apart(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    for mark, wind, day in (("10.80", 5, 1), ("10.70", 31, 2), ("10.5h", 0, 3), ("10.95", 0, 4)):
        PerformanceFactory(athlete=athlete, mark=mark, wind=wind, on=date(2026, 6, day))
    bests = part(text(client, athlete.get_absolute_url()), "bests")
    assert "<b>10.80</b>" in bests
    assert "<b>10.70</b>" in bests
    assert "wind-aided" in bests
    assert "<b>10.5</b>" in bests
    assert "10.95" not in bests
    PerformanceFactory(athlete=athlete, mark="10.40", wind=0, on=date(2026, 7, 1))
    bests = part(text(client, athlete.get_absolute_url()), "bests")
    assert "10.70" not in bests
    assert "10.5<" not in bests


def test_the_seasons_best_stands_beside_the_careers(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.60", wind=0, on=date(2024, 6, 1))
    PerformanceFactory(athlete=athlete, mark="10.75", wind=0, on=date(2026, 6, 1))
    bests = part(text(client, athlete.get_absolute_url()), "bests")
    assert bests.index("Best of 2026") < bests.index("10.60") < bests.index("10.75")


def test_every_performance_with_badges_and_reasons(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.80", wind=5, on=date(2026, 6, 1), competition="Open", round="Heat 1")
    PerformanceFactory(athlete=athlete, mark="10.60", wind=31, on=date(2026, 6, 2), place="1")
    PerformanceFactory(athlete=athlete, mark="DNF", on=date(2026, 6, 3))
    annulled = PerformanceFactory(athlete=athlete, mark="10.40", wind=0, on=date(2026, 6, 4))
    annul_performance(annulled, by=None, at=NOW, because="ran for somebody else")
    page = part(text(client, athlete.get_absolute_url()), "performances")
    for said in (">PB<", "wind +3.1 is over +2.0", "DNF", "ran for somebody else", "Open", "Heat 1", "place 1"):
        assert said in page
    assert page.index("10.40") < page.index("10.60") < page.index("10.80")


def test_performances_are_narrowed_by_discipline_and_season(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.80", wind=0, on=date(2025, 6, 1))
    PerformanceFactory(athlete=athlete, mark="7.11", discipline="LJ", wind=0, on=date(2026, 6, 1))
    address = athlete.get_absolute_url()
    assert "10.80" not in part(text(client, address, discipline="LJ"), "found")
    assert "7.11" not in part(text(client, address, season="2025"), "found")
    assert "No performances here." in text(client, address, season="1999")


def test_records_held_name_each_book_once(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.80", wind=0)
    held = part(text(client, athlete.get_absolute_url()), "records")
    assert held.count("10.80") == 1
    assert "Harbour AC" in held
    assert "All clubs" in held


def test_a_wrong_name_in_the_address_is_put_right(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    response = client.get(f"/athletes/{athlete.pk}-somebody/?season=2026")
    assert (response.status_code, response["Location"]) == (302, f"{athlete.get_absolute_url()}?season=2026")


def test_a_merged_athlete_leads_to_the_survivor(client: Client, harbour: Club) -> None:
    survivor, merged = AthleteFactory(club=harbour), AthleteFactory(club=harbour)
    address = merged.get_absolute_url()
    merge_athletes(survivor, merged=merged, by=None, at=NOW)
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, survivor.get_absolute_url())


def test_a_hidden_athlete_is_nowhere_for_outsiders(client: Client, harbour: Club, charlie: User, bob: User) -> None:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    PerformanceFactory(athlete=shy)
    twin = AthleteFactory(family_name="Shyer", club=harbour, visibility="club")
    merge_athletes(shy, merged=twin, by=None, at=NOW)
    for user in (None, charlie):
        if user:
            client.force_login(user)
        assert client.get(shy.get_absolute_url()).status_code == 404
        assert client.get(twin.get_absolute_url()).status_code == 404
        assert "Shylock" not in text(client, "/athletes/")
        assert "No athlete found." in text(client, "/athletes/", q="shy")
    client.force_login(bob)
    assert "seen by the club only" in text(client, shy.get_absolute_url())


def test_the_search_minds_neither_accents_nor_order(client: Client, harbour: Club, other: Club) -> None:
    AthleteFactory(given_name="José", family_name="Núñez", club=harbour)
    AthleteFactory(family_name="Else", sex="F", club=other)
    assert "José Núñez" in text(client, "/athletes/", q="nunez jose")
    assert "Núñez" not in text(client, "/athletes/", sex="F")
    assert "Núñez" not in text(client, "/athletes/", club="other")
    assert "Núñez" in text(client, "/athletes/", club="harbour")


def test_only_the_year_of_birth_is_public(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour, birth_date=date(2001, 5, 23))
    page = text(client, athlete.get_absolute_url())
    assert "born 2001" in page
    assert "23 May" not in page
    assert "2001-05-23" not in page


def test_queries_do_not_grow_with_the_career(
    client: Client, harbour: Club, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    athlete = AthleteFactory(club=harbour)

    def queries(address: str) -> int:
        with django_assert_max_num_queries(100) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    PerformanceFactory(athlete=athlete, mark="11.00", wind=0, on=date(2024, 6, 1))
    once = [queries(athlete.get_absolute_url()), queries("/athletes/")]
    for year, mark in ((2025, "10.90"), (2026, "10.80")):
        PerformanceFactory(athlete=athlete, mark=mark, wind=0, on=date(year, 6, 1))
        PerformanceFactory(athlete=athlete, mark="7.1" + mark[-1], discipline="LJ", wind=0, on=date(year, 6, 1))
        AthleteFactory(club=harbour)
    assert [queries(athlete.get_absolute_url()), queries("/athletes/")] == once
