"""A record from the candidate to the certificate, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_visit import log_in
from tests.factories import AthleteFactory, PerformanceFactory
from tests.records.claims import png, ratifying
from trackhub.clubs.models import Club, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_record_is_claimed_shown_ratified_and_certified(page: Page, harbour: Club, alice: User) -> None:
    ratifying(harbour, evidence=["wind"])
    athlete = AthleteFactory(family_name="Claimant", club=harbour, birth_date=None)
    PerformanceFactory(athlete=athlete, mark="10.80", wind=5, at=alice.date_joined)
    page.goto("/clubs/harbour/claims/")
    log_in(page, alice)
    page.get_by_role("button", name="Claim what is ticked").click()
    expect(page.get_by_text("Evidence is missing: wind sheet.")).to_be_visible()
    page.get_by_text("Add evidence").click()
    page.get_by_label("File").set_input_files({"name": "sheet.png", "mimeType": "image/png", "buffer": png()})
    page.get_by_role("button", name="Keep it with the claim").click()
    expect(page.get_by_text("Evidence is missing")).to_have_count(0)
    page.get_by_role("button", name="Ratify").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the certificate").click()
    assert Path(downloading.value.path()).read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name="Its public page").click()
    expect(page.get_by_text("has not been taken back")).to_be_visible()
    page.goto("/clubs/harbour/")
    expect(page.get_by_title("The club has ratified this record")).to_be_visible()
