"""Passkeys in a browser, under the site's security policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from playwright.sync_api import Page, sync_playwright

from tests.conftest import chromium
from tests.factories import PASSWORD
from trackhub.clubs.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server: object, django_db_setup: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A page of a device with a lock of its own. Its console must stay silent."""
    heard: list[str] = []
    connection = connections["default"]
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        connections["default"] = connection  # playwright's loop would open one of its own
        chrome = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        context = chrome.new_context(base_url=str(live_server).replace("127.0.0.1", "localhost"))
        opened = context.new_page()
        opened.on("console", lambda said: heard.append(said.text) if said.type in ("error", "warning") else None)
        device = context.new_cdp_session(opened)
        device.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield opened
        chrome.close()
    assert heard == []


def test_a_passkey_is_added_and_opens_the_account(page: Page, alice: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in").click()
    page.wait_for_url("**/")
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    assert alice.authenticator_set.filter(type="webauthn").count() == 1
    page.get_by_role("button", name="Log out").click()
    page.goto("/accounts/login/?next=/accounts/2fa/webauthn/")
    page.get_by_role("button", name="With a passkey").click()
    page.get_by_role("button", name="Log out").wait_for()
    page.goto("/accounts/2fa/webauthn/")
    assert "last used" in page.locator("main").inner_text()
