"""The style guide shows what is there: every part, every badge, every token, and no class that no sheet knows."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape

from trackhub.styleguide import tokens
from trackhub.templatetags.marks import BADGES, CLAIM_STATES

pytestmark = pytest.mark.django_db

SHEETS = "".join(path.read_text() for path in (settings.BASE_DIR / "static" / "css").glob("*.css"))


def test_every_part_is_shown(client: Client) -> None:
    used = {template.name for template in client.get("/styleguide/").templates}
    parts = {f"parts/{path.name}" for path in (settings.BASE_DIR / "templates" / "parts").glob("*.html")}
    assert parts - used == set()


def test_every_badge_and_state_is_explained(client: Client) -> None:
    page = client.get("/styleguide/").content.decode()
    for meaning in (*BADGES.values(), *(meaning for _word, meaning in CLAIM_STATES.values())):
        assert f'title="{escape(meaning)}"' in page


def test_every_token_is_listed(client: Client) -> None:
    light, dark, sizes = tokens()
    page = client.get("/styleguide/").content.decode()
    for name in (*(name for name in dark if name in light), *sizes):
        assert f"<code>{name}</code>" in page
    assert {"paper", "raised", "ink", "soft", "accent", "wash", "good", "bad", "bad-wash", "line"} <= set(dark)
    assert sizes["target"] == "44px"


def test_no_class_is_made_up(client: Client) -> None:
    main = client.get("/styleguide/").content.decode().split("<main", 1)[1].split("</main>")[0]
    classes = {name for found in re.findall(r'class="([^"]+)"', main) for name in found.split()}
    silent = {name for name in classes if not re.search(rf"\.{re.escape(name)}\b", SHEETS)}
    # A quiet badge looks as every badge does, whatever it says.
    assert {name for name in silent if not name.startswith("badge-")} == set()


def test_the_foot_of_every_page_leads_there(client: Client) -> None:
    assert 'href="/styleguide/"' in client.get("/").content.decode()
