"""The slides of a clubhouse, and a board inside another site's page, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _result(club: Club) -> None:
    on: date = timezone.localdate() - timedelta(days=1)
    PerformanceFactory(athlete=AthleteFactory(family_name="Onscreen", club=club), mark="10.80", wind=5, on=on)


def test_slides_turn_pause_and_start_again(page: Page, harbour: Club) -> None:
    _result(harbour)
    page.goto("/clubs/harbour/kiosk/")
    expect(page.get_by_role("heading", name="Latest records")).to_be_visible()
    expect(page.get_by_role("heading", name="This week")).to_be_hidden()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="This week")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="Club records")).to_be_visible()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "false")


def test_whoever_wants_less_motion_begins_with_a_pause(page: Page, harbour: Club) -> None:
    _result(harbour)
    page.emulate_media(reduced_motion="reduce")
    page.goto("/clubs/harbour/kiosk/")
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *said: object) -> None:
        """Nothing to the terminal."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """Another site, whose pages lie in ``tmp_path``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("shown", ["", ' show="results"'])
def test_the_component_makes_a_frame_as_tall_as_what_is_in_it(
    page: Page, harbour: Club, live_server: object, elsewhere: str, tmp_path: Path, shown: str
) -> None:
    _result(harbour)
    (tmp_path / "page.html").write_text(
        f'<!doctype html><link rel="icon" href="data:,"><trackhub-board club="harbour"{shown}></trackhub-board>'
        f'<script src="{live_server}/embed/trackhub-board.js"></script>'
    )
    page.goto(f"{elsewhere}/page.html")
    expect(page.frame_locator("iframe").get_by_text("Sam Onscreen").first).to_be_visible()
    expect(page.locator("iframe")).not_to_have_css("height", "480px")
    assert page.context.cookies() == []
