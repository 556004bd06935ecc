"""The first page: what is new, the clubs, and what is one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from records.models import RecordClaim
from records.queries.home import clubs_in_short, shelf_of
from tests.factories import AthleteFactory, ClubFactory, ClubSpellFactory, PerformanceFactory, staged
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


def home(client: Client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_site_says_what_will_be_here(client: Client) -> None:
    page = home(client)
    for said in ("No records yet.", "No results yet.", "No club is here yet.", 'action="/search/"'):
        assert said in page


def test_competitions_stand_with_their_days_and_how_many_results(client: Client, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    for mark in ("10.80", "10.70"):
        PerformanceFactory(athlete=athlete, mark=mark, wind=0, competition="Spring Open", venue="Leeds")
    page = home(client)
    for said in ("Spring Open", "Leeds", "2 results", "1 standing record", "1 Jun 2026", "Harbour AC", "1 athlete"):
        assert said in page


def test_records_of_the_last_thirty_days_are_marked(client: Client, harbour: Club) -> None:
    athlete, today = AthleteFactory(club=harbour), timezone.localdate()
    PerformanceFactory(athlete=athlete, mark="10.80", wind=0, on=today - timedelta(days=31), at=timezone.now())
    assert "set in the last 30 days" not in home(client)
    PerformanceFactory(athlete=athlete, mark="10.70", wind=0, on=today - timedelta(days=2), at=timezone.now())
    assert "set in the last 30 days" in home(client)


def test_hidden_and_merged_athletes_and_those_who_left_are_not_counted(harbour: Club) -> None:
    seen = AthleteFactory(club=harbour)
    AthleteFactory(club=harbour, visibility="club")
    AthleteFactory(club=harbour, merged_into=seen)
    ClubSpellFactory(athlete=AthleteFactory(), club=harbour, ends=timezone.localdate() - timedelta(days=1))
    ClubFactory(name="Zebra AC")
    counted = [(one.name, one.athletes, one.records) for one in clubs_in_short(today=timezone.localdate(), limit=12)]
    assert counted == [("Harbour AC", 1, 0), ("Zebra AC", 0, 0)]


def test_hidden_names_stay_off_the_page(client: Client, harbour: Club) -> None:
    shy = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    PerformanceFactory(athlete=shy, mark="10.80", wind=0, competition="Secret Cup")
    page = home(client)
    assert "Shylock" not in page
    assert "Secret Cup" not in page
    assert "Athlete of Harbour AC" in page


def test_one_has_ones_own_marks_and_club(client: Client, harbour: Club, dana: User) -> None:
    assert "Yours" not in home(client)
    athlete = AthleteFactory(club=harbour, account=dana)
    client.force_login(dana)
    page = home(client)
    for said in ("Yours", "My marks and records", athlete.get_absolute_url(), "/clubs/harbour/"):
        assert said in page
    assert "Import results" not in page


def test_a_guest_without_club_or_athlete_has_no_shelf(client: Client, django_user_model: type[User]) -> None:
    client.force_login(django_user_model.objects.create_user(email="guest@example.org"))
    assert "Yours" not in home(client)


def test_a_registrar_sees_what_waits(client: Client, harbour: Club, other: Club, bob: User) -> None:
    client.force_login(bob)
    page = home(client)
    assert "Import results" in page
    assert "No claim, report or import waits for you." in page
    assert "to decide" not in page
    athlete = AthleteFactory(club=harbour)
    performance = PerformanceFactory(athlete=athlete, mark="10.80", wind=0)
    book = harbour.books.get()
    RecordClaim.objects.create(book=book, performance=performance, age_group="", opened=timezone.now())
    staged("athletes", "family name,sex\nNew,M\n", club=harbour)
    staged("athletes", "family name,sex\nNew,M\n", club=other)
    page = home(client)
    assert "<b>1</b> claim to decide" in page
    assert "<b>1</b> import to look at" in page
    assert "to answer" not in page
    assert "waits for you" not in page
    shelf = shelf_of(bob, harbour, keeps=True, today=timezone.localdate())
    assert (shelf.claims, shelf.reports, shelf.imports) == (1, 0, 1)


@pytest.mark.parametrize("many", [1, 12])
def test_the_number_of_queries_is_small_and_constant(
    client: Client, harbour: Club, many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(many):
        club = ClubFactory(name=f"Club {chr(97 + n)}")
        shown = "club" if n % 2 else "public"
        athlete = AthleteFactory(club=club, visibility=shown)
        PerformanceFactory(athlete=athlete, mark="10.80", wind=0, competition=f"Cup {n}")
    home(client)
    with django_assert_max_num_queries(9):
        home(client)
