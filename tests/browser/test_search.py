"""The search over any page, by keyboard alone, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from records.models import Athlete
from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def swift(harbour: Club) -> Athlete:
    AthleteFactory(given_name="Ada", family_name="Swiftley", sex="F", club=harbour)
    athlete = AthleteFactory(family_name="Swift", club=harbour)
    PerformanceFactory(athlete=athlete, mark="10.80", wind=5, competition="Swift Cup", venue="Leeds")
    return athlete


def test_the_palette_by_keyboard(page: Page, swift: Athlete) -> None:
    page.goto("/clubs/")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search the site")
    field = page.get_by_label("Name of anybody or anything")
    expect(field).to_be_focused()
    page.keyboard.type("swift")
    expect(palette.get_by_role("link")).to_have_count(3)
    expect(page.locator("#palette-said")).to_have_text("3 found")
    page.keyboard.press("ArrowDown")
    expect(palette.get_by_role("link", name="Sam Swift")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(palette.get_by_role("link", name="Ada Swiftley")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(palette.get_by_role("link", name="Swift Cup")).to_be_focused()
    page.keyboard.type("l")
    expect(field).to_have_value("swiftl")
    expect(palette.get_by_role("link").first).to_have_text(re.compile("Ada Swiftley"))
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("swfit")
    expect(page.locator("#palette-said")).to_have_text("3 found")
    expect(palette.get_by_text("spelled nearly like that").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(palette.get_by_role("link", name="Sam Swift")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{swift.get_absolute_url()}")


@pytest.mark.usefixtures("swift")
def test_enter_in_the_palette_leads_to_the_page(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")
    expect(page.get_by_role("dialog")).to_contain_text("Nothing is called “zzzz”")
    page.keyboard.press("Control+a")
    page.keyboard.type("swift")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=swift")
    expect(page.get_by_role("heading", name="Athletes")).to_be_visible()


@pytest.mark.usefixtures("swift")
def test_the_link_opens_it_and_the_button_closes_it(page: Page) -> None:
    page.goto("/athletes/")
    link = page.get_by_role("link", name="Search")
    link.click()
    palette = page.get_by_role("dialog")
    expect(palette).to_be_visible()
    palette.get_by_role("button", name="Close").click()
    expect(palette).to_be_hidden()
    expect(link).to_be_focused()


@pytest.mark.usefixtures("swift")
def test_the_page_searches_while_somebody_types(page: Page) -> None:
    page.goto("/search/")
    page.get_by_role("searchbox").fill("swift")
    expect(page.get_by_role("link", name="Swift Cup")).to_be_visible()
    expect(page).to_have_url(page.url.split("/search/")[0] + "/search/?q=swift")
    expect(page.locator("#found-number")).to_have_text("3 found")
    page.get_by_role("link", name="Swift Cup").click()
    page.get_by_role("link", name="Swift Cup").click()
    expect(page.get_by_role("table", name="100 m Men")).to_contain_text("Sam Swift")


@pytest.mark.usefixtures("swift")
def test_without_scripts_the_link_leads_to_the_page(browser: Browser, page: Page) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    page.goto("/")
    plain.goto(page.url)
    plain.get_by_role("link", name="Search").click()
    plain.get_by_role("searchbox").fill("swift")
    plain.get_by_role("button", name="Search").click()
    expect(plain.get_by_role("link", name="Sam Swift")).to_be_visible()
    context.close()
