"""A registrar finds somebody entered twice, looks, merges, takes it back, and enters a change of club."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from records.models import Athlete, AthleteMerge, ExternalId
from tests.browser.test_visit import log_in
from tests.factories import AthleteFactory, ClubFactory, MembershipFactory, PerformanceFactory
from trackhub.clubs.models import Club, Role, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def twice(harbour: Club, bob: User) -> Athlete:
    """Bob Fernandes is there as Roberto Fernandez too, with one result in common."""
    one = AthleteFactory(given_name="Bob", family_name="Fernandes", club=harbour)
    other = AthleteFactory(
        given_name="Roberto", family_name="Fernandez", country="POR", birth_date=date(1998, 3, 14), club=harbour
    )
    ExternalId.objects.create(athlete=other, source="roster", value="R-1204")
    for athlete in (one, other):
        PerformanceFactory(
            athlete=athlete, mark="10.90", wind=3, on=date(2023, 6, 1), venue="Leeds", competition="Open"
        )
    PerformanceFactory(athlete=other, mark="10.70", wind=3, on=date(2023, 7, 1), venue="Bath", competition="County")
    PerformanceFactory(athlete=one, discipline="LJ", mark="7.02", wind=3, on=date(2023, 7, 1), venue="Bath")
    MembershipFactory(user=bob, club=ClubFactory(name="Valley Runners", slug="valley"), role=Role.REGISTRAR)
    return one


def test_a_registrar_settles_who_is_who(page: Page, twice: Athlete, bob: User) -> None:
    page.goto("/clubs/harbour/duplicates/")
    log_in(page, bob)
    expect(page.get_by_text("The same birth date.")).to_be_visible()
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="One person or two?")).to_be_visible()
    expect(page.get_by_text("100 m 10.90, 1 Jun 2023")).to_be_visible()
    page.get_by_role("link", name="stay instead").click()
    page.get_by_role("link", name="stay instead").click()
    page.get_by_role("button", name="Merge no.").click()
    expect(page.get_by_text("You can take it back below")).to_be_visible()
    merge = AthleteMerge.objects.get()
    assert merge.survivor == twice
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("are two athletes again")).to_be_visible()
    page.goto(twice.get_absolute_url())
    page.get_by_role("link", name="Change of club").click()
    page.get_by_label("Joins").select_option("valley")
    page.get_by_label("First day").fill("2023-06-15")
    page.get_by_role("button", name="See what it changes").click()
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.get_by_role("button", name="Enter the change").click()
    expect(page.get_by_text("belongs to Valley Runners from that day")).to_be_visible()
