"""A club's calendar: which days and evenings stand in it, and who isn't named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from records.actions.ceremonies import change_ceremony, plan_ceremony
from records.models import Ceremony
from records.queries.calendars import occasions_of
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
EVENING = {"title": "Awards", "starts": datetime(2026, 12, 5, 19, tzinfo=UTC), "place": "Town hall", "text": "For us"}


def planned(club: Club, by: User, **said: object) -> Ceremony:
    return plan_ceremony(club, by=by, at=NOW, **{**EVENING, "public": True, **said})  # type: ignore[arg-type]


def test_a_day_with_results_is_one_entry(harbour: Club, other: Club) -> None:
    where = {"competition": "County Games", "venue": "Leeds", "country": "GBR", "wind": 5}
    for club in (harbour, harbour, other):
        athlete = AthleteFactory(club=club)
        for mark in ("10.80", "10.90"):
            PerformanceFactory(athlete=athlete, mark=mark, **where)
    PerformanceFactory(athlete=athlete, mark="10.70", **where | {"competition": ""})
    (day,) = occasions_of(harbour, today=TODAY)
    assert (day.title, day.text) == ("County Games", "Harbour AC: 4 results, 2 athletes")
    assert (day.place, day.starts, day.revision) == ("Leeds (GBR)", date(2026, 6, 1), 0)
    assert day.url == "/results/?competition=County+Games&venue=Leeds&from=2026-06-01&until=2026-06-01"
    assert [one.key for one in occasions_of(other, today=TODAY)] != [day.key]
    assert occasions_of(harbour, today=TODAY)[0] == day


def test_days_too_long_ago_and_hidden_athletes_stay_out(harbour: Club) -> None:
    shy = AthleteFactory(club=harbour, visibility="club")
    PerformanceFactory(athlete=shy, mark="10.80", competition="Secret meet")
    open_one = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=open_one, mark="10.80", competition="Long ago", on=TODAY - timedelta(days=401))
    PerformanceFactory(athlete=open_one, mark="10.80", competition="Some day", on=TODAY, date_precision="month")
    assert occasions_of(harbour, today=TODAY) == []


def test_ceremonies_stand_in_it_once_the_club_announces_them(
    harbour: Club, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    planned(harbour, alice, public=False)
    evening = planned(harbour, alice)
    with django_assert_max_num_queries(3):
        (first,) = occasions_of(harbour, today=TODAY)
    assert (first.title, first.place, first.text) == ("Awards", "Town hall", "")
    assert (first.starts, first.stamp, first.revision) == (EVENING["starts"], NOW, 0)
    later = NOW + timedelta(hours=3)
    change_ceremony(evening, by=alice, at=later, **{**EVENING, "public": True, "place": "Pub"})  # type: ignore[arg-type]
    (second,) = occasions_of(harbour, today=TODAY)
    assert (second.key, second.place, second.stamp, second.revision) == (first.key, "Pub", later, 1)
    AuditEntry.objects.all().delete()
    (third,) = occasions_of(harbour, today=TODAY)
    assert (third.stamp, third.revision) == (EVENING["starts"], 0)


def test_anybody_may_subscribe(client: Client, harbour: Club, alice: User) -> None:
    planned(harbour, alice)
    answer = client.get("/clubs/harbour/calendar.ics", {"lang": "en"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert b"SUMMARY:Awards" in answer.content
    assert b"For us" not in answer.content
    assert not answer.cookies
    again = client.get("/clubs/harbour/calendar.ics", {"lang": "en"}, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert client.get("/clubs/nowhere/calendar.ics").status_code == 404
    page = client.get("/clubs/harbour/").content.decode()
    assert 'type="text/calendar"' in page
    assert "/clubs/harbour/calendar.ics" in client.get("/clubs/harbour/share/").content.decode()


def test_a_registrar_announces_a_ceremony_on_its_page(client: Client, harbour: Club, bob: User) -> None:
    client.force_login(bob)
    sent = {"title": "Awards", "starts": "2026-12-05T19:00", "place": "Hall", "text": "", "public": "on"}
    assert client.post("/clubs/harbour/ceremonies/new/", sent).status_code == 302
    assert Ceremony.objects.get().public
    page = client.get(f"{Ceremony.objects.get().get_absolute_url()}edit/").content.decode()
    assert 'name="public"' in page
    assert "checked" in page
