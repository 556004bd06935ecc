"""A registrar enters a mark, puts it right and takes the log along, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from records.models import Performance
from tests.browser.test_visit import log_in
from tests.factories import AthleteFactory
from trackhub.clubs.models import Club, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_mark_is_entered_corrected_and_explained(page: Page, harbour: Club, bob: User) -> None:
    AthleteFactory(family_name="Swift", club=harbour)
    page.goto("/clubs/harbour/performances/new/")
    log_in(page, bob)
    page.get_by_label("Name of the athlete").fill("swi")
    page.get_by_role("link", name="Sam Swift").click()
    page.get_by_label("Discipline").select_option("100")
    page.get_by_label("Mark", exact=True).fill("banana")
    page.get_by_label("Date", exact=True).fill("2026-06-01")
    page.get_by_label("Wind").fill("+0.4")
    page.get_by_label("Competition", exact=True).fill("Harbour Cup")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("“banana” is not a mark")).to_be_visible()
    expect(page.get_by_label("Competition", exact=True)).to_have_value("Harbour Cup")
    page.get_by_label("Mark", exact=True).fill("10.25")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("table", name="Records", exact=True)).to_contain_text("10.25 Sam Swift (2026)")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("New personal best.")

    page.get_by_role("link", name="Correct", exact=True).click()
    page.get_by_label("Mark", exact=True).fill("10.52")
    page.get_by_label("Why").fill("two digits changed places")
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_role("table", name="What differs")).to_contain_text("10.52")
    page.get_by_role("button", name="Back to the form").click()
    expect(page.get_by_label("Mark", exact=True)).to_have_value("10.52")
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("button", name="Correct it").click()
    expect(page.get_by_role("table", name="Versions")).to_contain_text("two digits changed places")
    assert [one.mark for one in Performance.objects.order_by("pk")] == ["10.25", "10.52"]

    page.get_by_role("link", name="History").click()
    expect(page.locator("#found")).to_contain_text("Mark: 10.25 → 10.52")
    page.get_by_label("What").select_option("enter_performance")
    expect(page.locator("#found")).not_to_contain_text("Performance corrected")
    expect(page).to_have_url(re.compile("what=enter_performance"))
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "harbour-changes.csv"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
