"""A chief registrar at the desk in a real browser: no page breaks the security policy, and the keys work."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from records.models import Athlete
from tests.browser.test_visit import log_in
from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def swift(harbour: Club) -> Athlete:
    athlete = AthleteFactory(family_name="Swift", club=harbour, birth_date=None)
    PerformanceFactory(athlete=athlete, club=harbour, mark="10.80", wind=None, competition="Harbour Open")
    AthleteFactory(family_name="Idle", club=harbour, birth_date=date(2001, 2, 3))
    return athlete


@pytest.mark.parametrize("width", [400, 1200])
def test_the_pages_of_the_desk_keep_the_security_policy(page: Page, alice: User, swift: Athlete, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/admin/")
    log_in(page, alice)
    expect(page.get_by_role("heading", name="Harbour AC")).to_be_visible()
    page.get_by_role("link", name="1 athletes without a birth date").click()
    expect(page.get_by_role("group", name="Filters at work")).to_contain_text("To look at: without a birth date")
    page.get_by_role("link", name="Swift, Sam").click()
    page.get_by_text("Add another Club spell").click()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("Nothing was changed here at the desk.")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page.get_by_text("1 performances")).to_be_visible()
    page.goto("/admin/records/clubspell/add/")
    page.get_by_role("combobox").first.click()
    page.locator(".select2-search__field").fill("idle")
    page.get_by_role("option", name="Sam Idle").click()
    expect(page.locator(".select2-selection__rendered")).to_contain_text("Sam Idle")
    expect(page.get_by_label("Club:")).to_contain_text("Harbour AC")
    for table in ("performance", "recordbook", "importbatch", "clubmedal"):
        page.goto(f"/admin/records/{table}/")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, table


def test_the_search_is_a_key_away(page: Page, alice: User, swift: Athlete) -> None:
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto("/admin/")
    log_in(page, alice)
    expect(page.get_by_role("heading", name="Harbour AC")).to_be_visible()
    page.wait_for_load_state("domcontentloaded")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Find a page, an athlete or a competition")
    expect(field).to_be_focused()
    page.keyboard.type("swift")
    expect(page.locator("#command-found")).to_contain_text("Sam Swift")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.split('/admin')[0]}/admin/records/athlete/{swift.pk}/change/")
    page.wait_for_load_state("domcontentloaded")
    page.get_by_label("Given name:").focus()
    page.keyboard.press("/")
    expect(page.get_by_label("Given name:")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("harbour open")
    expect(page.locator("#command-found")).to_contain_text("competition")
    page.keyboard.press("Escape")
    expect(page.locator("#command-found")).to_be_empty()
    expect(field).to_be_focused()


def test_the_search_works_without_scripts(page: Page, alice: User, swift: Athlete) -> None:
    page.goto("/admin/")
    log_in(page, alice)
    page.goto("/admin/search/?q=swift")
    expect(page.get_by_role("link", name="Sam Swift")).to_be_visible()
    page.goto("/admin/search/")
    expect(page.get_by_text("Write a part of a name")).to_be_visible()
