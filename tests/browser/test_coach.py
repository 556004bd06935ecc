"""A coach visits the site with a real browser: the squad, two athletes side by side, the rankings, a file to take along."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.test_visit import log_in
from tests.factories import AthleteFactory, MembershipFactory, PerformanceFactory, UserFactory
from trackhub.clubs.models import Club, Role, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def coach(harbour: Club) -> User:
    user = UserFactory(email="coach@example.org", name="Coach")
    MembershipFactory(user=user, club=harbour, role=Role.COACH)
    return user


@pytest.fixture
def squad(harbour: Club) -> None:
    swift = AthleteFactory(family_name="Swift", club=harbour)
    young = AthleteFactory(family_name="Young", club=harbour, birth_date=date(timezone.localdate().year - 15, 3, 1))
    for athlete, mark, wind, day in ((swift, "10.90", 3, 1), (young, "11.40", 8, 1), (young, "11.10", 31, 8)):
        PerformanceFactory(athlete=athlete, mark=mark, wind=wind, on=date(2026, 6, day), competition="Harbour Open")


@pytest.mark.usefixtures("squad")
def test_a_coach_looks_after_a_squad(page: Page, coach: User, tmp_path: Path) -> None:
    page.goto("/clubs/harbour/")
    expect(page.locator("#board")).to_contain_text("S. Y.")
    expect(page.locator("#board")).not_to_contain_text("Young")
    page.goto("/accounts/login/?next=/clubs/harbour/")
    log_in(page, coach)
    expect(page.locator("#board")).to_contain_text("Sam Young")

    page.goto("/athletes/?club=harbour")
    page.get_by_role("link", name="Sam Young").click()
    expect(page.get_by_role("table", name="Best marks by discipline")).to_contain_text("11.40")
    page.get_by_role("link", name="Compare with another athlete").click()
    page.get_by_role("searchbox").last.fill("swift")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="Sam Swift").click()
    expect(page.get_by_text("0–1")).to_be_visible()

    page.goto("/rankings/?discipline=100&sex=M")
    rows = page.locator("#found")
    expect(rows).to_contain_text("11.40")
    page.get_by_text("More filters").click()
    page.get_by_label("Marks", exact=True).select_option("wind")
    expect(rows).to_contain_text("11.10")
    expect(rows).not_to_contain_text("11.40")

    page.goto("/clubs/harbour/exports/")
    with page.expect_download() as download:
        page.get_by_role("region", name="All athletes").get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "squad.csv")
    squad = (tmp_path / "squad.csv").read_text(encoding="utf-8-sig")
    assert "Young" in squad
    assert "Swift" in squad

    page.get_by_role("button", name="Español").click()
    page.goto("/rankings/?discipline=100&sex=M")
    expect(rows).to_contain_text("11,40")
