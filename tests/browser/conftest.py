"""A Chromium that notes whatever a page complains of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.conftest import chromium

# A busy build server is slow, which is no mistake of a page.
expect.set_options(timeout=15_000)

# Beside Chromium's own words: a listener tells violations that a page may have swallowed.
_TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation",
    (event) => console.error("CSP", event.violatedDirective, event.blockedURI, event.sourceFile));"""


@pytest.fixture(scope="module")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """One for a module. Playwright's loop runs in this thread, so Django must allow queries beside it, and would
    open a second connection there: the tests' own, which holds the reference data to start from, is put in its place.
    """
    connection = connections["default"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            connections["default"] = connection
            launched = playwright.chromium.launch(
                executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            yield launched
            launched.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the console said of errors, violations of the security policy among them; there must be none."""
    heard: list[str] = []
    yield heard
    assert heard == []


@contextmanager
def opened(browser: Browser, address: str, complaints: list[str], width: int = 390) -> Iterator[Page]:
    """A page of the site at ``address``, ``width`` pixels wide; what it complains of is noted."""

    def note(message: ConsoleMessage) -> None:
        # A form sent back with status 422 is no mistake of the page.
        if message.type in ("error", "warning") and "status of 422" not in message.text:
            complaints.append(f"{message.location.get('url')}: {message.text}")

    context = browser.new_context(base_url=address, viewport={"width": width, "height": 844})
    context.set_default_timeout(20_000)
    context.add_init_script(_TELL_VIOLATIONS)
    context.on("console", note)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser, live_server: object, complaints: list[str]) -> Iterator[Page]:
    """A phone's page. ``live_server`` comes first, so that the page is gone before its database is."""
    with opened(browser, str(live_server), complaints) as phone:
        yield phone
