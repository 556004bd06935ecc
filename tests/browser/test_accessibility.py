"""axe-core finds nothing on any page: a phone's width, light and dark, WCAG 2.2 AA and what is good practice.

The pages are the rows of the access tables, so a new one is looked at without being named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Error, Page

from tests.access.who import VISITORS
from tests.browser.conftest import opened
from tests.test_access import TABLE, World
from tests.test_access import world as site
from trackhub.clubs.models import User

__all__ = ["site"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOT_OURS = {"api_docs": "Swagger UI as it comes", "import_progress": "a part of the import's page"}

AXE = Axe()
EVERYTHING: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "iframes": False,  # what stands in them has a row of its own
}
WCAG = EVERYTHING | {"runOnly": EVERYTHING["runOnly"][:-1]}
"""For pages whose templates are Django's: what is good practice beyond is theirs to say."""
COLOURS = EVERYTHING | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

# What axe doesn't ask: a table says what it is of and names its columns; a chart's figures can be read beside it; and
# written from right to left, the page is no wider than the phone.
HOUSE_RULES = """() => {
  const wrong = [];
  for (const table of document.querySelectorAll("main table:not([role])")) {
    const named = table.caption?.textContent.trim() || table.getAttribute("aria-label");
    if (!named) wrong.push(`a table without a caption: ${table.outerHTML.slice(0, 120)}`);
    if (!table.querySelector("th")) wrong.push(`a table without headers: ${table.outerHTML.slice(0, 120)}`);
  }
  for (const chart of document.querySelectorAll("svg.chart")) {
    const box = chart.closest("figure, section"), twin = document.getElementById(box.getAttribute("aria-details"));
    if (!(twin || box).matches("table, :has(table)")) wrong.push("a chart without its table");
  }
  const root = document.documentElement, before = root.dir;
  root.dir = "rtl";
  const wider = root.scrollWidth - root.clientWidth;
  root.dir = before;
  return wider > 0 ? [...wrong, `${wider} px too wide from right to left`] : wrong;
}"""


@pytest.fixture
def visitor(browser: Browser, live_server: object) -> Iterator[Page]:
    """Somebody whom nothing fades in for: colours are measured at once. What axe itself does breaks the security policy,
    so complaints aren't noted."""
    with opened(browser, str(live_server), []) as page:
        page.emulate_media(reduced_motion="reduce")
        yield page


def log_in(page: Page, client: Client, user: User) -> None:
    client.force_login(user)
    page.goto("/clubs/")
    session = {"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key or "", "url": page.url}
    page.context.add_cookies([session])  # type: ignore[list-item]


def routes(kind: str, *, beyond: str = "") -> list[str]:
    """Routes that open to the visitor ``kind``, and not to ``beyond``."""
    mine, theirs = VISITORS.index(kind), VISITORS.index(beyond or kind)
    open_to = [row for row in TABLE if row[0] == "get" and row[2][mine] == 200 and row[1] not in NOT_OURS]
    return [route for _get, route, statuses in open_to if not beyond or statuses[theirs] != 200]


def is_page(page: Page, address: str) -> bool:
    """Go there. Files are taken down by the browser, or shown in a way of its own."""
    try:
        answer = page.goto(address)
    except Error:
        return False
    return answer is not None and answer.ok and answer.headers["content-type"].startswith("text/html")


def faults(page: Page, rules: dict[str, Any] = EVERYTHING) -> list[str]:
    """What is wrong with the page by day and, in its colours, by night."""
    page.emulate_media(color_scheme="light")
    by_day = [*_said(AXE.run(page, options=rules).response), *page.evaluate(HOUSE_RULES)]
    page.emulate_media(color_scheme="dark")
    return [*by_day, *(f"in the dark, {one}" for one in _said(AXE.run(page, options=COLOURS).response))]


def _said(found: dict[str, Any]) -> Iterator[str]:
    for rule in found["violations"]:
        for node in rule["nodes"]:
            yield f"{rule['id']}: {node['html']} {node['failureSummary']}"


def look_at(page: Page, addresses: Iterable[str], rules: dict[str, Any] = EVERYTHING) -> int:
    """Fails with all that is wrong at ``addresses``; how many of them were pages."""
    wrong, looked = [], 0
    for address in addresses:
        if is_page(page, address):
            looked += 1
            wrong += [f"{address}: {fault}" for fault in faults(page, rules)]
    assert not wrong, "\n".join(wrong)
    return looked


def test_pages_for_everybody(visitor: Page, site: World) -> None:
    addresses = [site.address(route) for route in routes("anonymous")]
    filled = ["/search/?q=open", "/search/?q=zzzz", f"/athletes/compare/?one={site.athlete.pk}&other={site.hidden.pk}"]
    assert look_at(visitor, [*addresses, *filled]) > 40


def test_pages_of_a_chief_registrar(visitor: Page, client: Client, site: World, alice: User) -> None:
    log_in(visitor, client, alice)
    addresses = [site.address(route) for route in routes("chief_registrar", beyond="anonymous")]
    assert look_at(visitor, addresses) > 40


def test_the_desk(visitor: Page, client: Client, site: World, alice: User) -> None:
    log_in(visitor, client, alice)
    tables = [model._meta for model in admin.site._registry]
    lists = [reverse(f"admin:{table.app_label}_{table.model_name}_changelist") for table in tables]
    rows = (site.athlete, site.performance, site.batch, site.club.books.get())
    forms = [reverse(f"admin:records_{row._meta.model_name}_change", args=[row.pk]) for row in rows]
    assert look_at(visitor, [*lists, *forms, "/admin/search/?q=open"], WCAG) > 10


def test_forms_that_come_back_and_what_opens_over_a_page(
    visitor: Page, client: Client, site: World, alice: User
) -> None:
    visitor.goto("/clubs/harbour/")
    visitor.keyboard.press("Control+k")
    visitor.keyboard.type("open")
    visitor.get_by_role("dialog").get_by_role("link").first.wait_for()
    assert faults(visitor) == []
    visitor.goto("/accounts/login/")
    visitor.get_by_label("E-mail").fill("nobody@example.org")
    visitor.get_by_label("Password").fill("wrong")
    visitor.get_by_role("button", name="Log in").click()
    assert faults(visitor) == []
    log_in(visitor, client, alice)
    for address, button in (
        ("/clubs/harbour/settings/", "Keep the settings"),
        ("/clubs/harbour/imports/new/", "Read the file"),
    ):
        visitor.goto(address)
        visitor.locator("main form").first.evaluate("form => (form.noValidate = true, form.reset())")
        for field in visitor.locator("main input[type=text]").all():
            field.fill("")
        visitor.get_by_role("button", name=button).click()
        visitor.locator(".error").first.wait_for()
        assert faults(visitor) == []
    visitor.goto("/nowhere/")
    assert faults(visitor) == []
