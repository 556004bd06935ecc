"""The main pages by keyboard alone: what has the focus is seen, and everything is reached."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from records.models import Athlete
from tests.browser.test_accessibility import log_in
from tests.factories import AthleteFactory, ClubFactory, MembershipFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The address or name of what has the focus, and why it can't be seen; null on the body.
FOCUSED = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const box = here.getBoundingClientRect(), style = getComputedStyle(here);
  const inside = box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
  const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const why = !inside || box.width < 2 ? "out of sight" : ringed ? "" : "no ring";
  return { name: (here.ariaLabel || here.textContent || here.name || here.tagName).trim().slice(0, 60), why };
}"""


@pytest.fixture
def swift(harbour: Club) -> Athlete:
    athlete = AthleteFactory(family_name="Swift", club=harbour)
    for month, mark in enumerate(("10.90", "10.80", "10.70"), start=5):
        PerformanceFactory(athlete=athlete, mark=mark, wind=5, on=date(2026, month, 1), venue="Leeds")
    return athlete


def walk(page: Page) -> list[str]:
    """Tab from the top of the page to its end: the names of all that had the focus, each of them seen."""
    names, unseen = [], {}
    for _ in range(250):
        page.keyboard.press("Tab")
        if not (focused := page.evaluate(FOCUSED)):
            break
        names.append(focused["name"])
        if focused["why"]:
            unseen[focused["name"]] = focused["why"]
    assert unseen == {}, page.url
    assert len(names) < 250, "the focus goes round in a circle"
    return names


def test_everything_is_reached_and_seen(page: Page, swift: Athlete) -> None:
    for address, reached in (
        ("/", "Harbour AC"),
        ("/clubs/harbour/", "Sex"),
        (swift.get_absolute_url(), "Harbour AC"),
        ("/records/harbour/100/M/", "Sam Swift"),
        ("/rankings/", "More filters"),
        ("/athletes/", "Sam Swift"),
        ("/accounts/login/", "Log in"),
        ("/styleguide/", "Colours and their contrast"),
    ):
        page.goto(address)
        names = walk(page)
        assert names[0] == "Skip to the content"
        assert any(reached in name for name in names) or page.get_by_label(reached).count(), (address, names)
        assert names[-1] == "Português", address


def test_the_skip_link_leads_past_the_head(page: Page, swift: Athlete) -> None:
    page.goto("/clubs/harbour/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_filters_answer_to_keys(page: Page, swift: Athlete) -> None:
    page.goto("/rankings/?discipline=100&sex=M")
    page.get_by_text("More filters").focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.more")).to_have_attribute("open", "")
    sex = page.get_by_label("Sex")
    sex.focus()
    page.keyboard.press("w")
    expect(page).to_have_url(re.compile("sex=F"))
    expect(sex).to_be_focused()


def test_the_menu_of_clubs_opens_with_enter(page: Page, client: Client, alice: User, harbour: Club) -> None:
    MembershipFactory(user=alice, club=ClubFactory(name="Second Striders", slug="second"))
    log_in(page, client, alice)
    page.goto("/clubs/")
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.evaluate(FOCUSED)
    assert focused["why"] == "" and focused["name"].startswith(("Harbour AC", "Second Striders"))
    page.get_by_role("button", name="Second Striders").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".menu summary")).to_have_text("Second Striders")


def test_a_table_that_moves_sideways_is_moved_by_arrows(page: Page) -> None:
    page.goto("/styleguide/")
    region = page.get_by_role("region", name="Colours and their contrast")
    region.focus()
    page.keyboard.press("ArrowRight")
    # Not wait_for_function: it asks again by eval, which the pages forbid.
    for _ in range(50):
        if region.evaluate("it => it.scrollLeft") > 0:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the arrow moved nothing")
