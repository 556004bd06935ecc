"""What may be kept on the way: nothing private by a shared cache, and nobody's answer for somebody else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.access import AREAS
from tests.access.who import LOGIN
from tests.answers import closing
from tests.factories import UserFactory
from tests.security.conftest import Api, Site
from tests.test_access import TABLE
from tests.test_access_api import TABLE as API_TABLE
from trackhub.clubs.models import User

pytestmark = pytest.mark.django_db

SHARED = {
    "club_colours", "feed", "club_feed", "embedded_records", "embedded_results", "board_script", "club_card",
    "athlete_card", "record_card", "news_feed", "club_calendar",
}  # fmt: skip
"""The same for everybody: caches on the way may keep them."""
CONFIDENTIAL = {
    *(route for area in AREAS for method, route, statuses in area.TABLE if method == "get" and statuses[0] == LOGIN and route != "import_template"),
    "account", "tokens", "close_account", "my_data", "my_consents", "erase_athlete", "club_settings", "members",
    "member", "invitation", "official_links", "official_link", "official_link_qr", "desk", "imports", "new_import",
    "import", "import_progress", "refused_rows", "account_login", "account_signup", "account_reauthenticate",
    "account_email", "account_change_password", "account_reset_password_from_key", "account_confirm_email",
    "mfa_index", "mfa_list_webauthn", "usersessions_list", "socialaccount_connections",
}  # fmt: skip
"""Not even the browser keeps them: the next person at the club's desk presses Back."""


def test_no_page_is_kept_by_a_shared_cache(site: Site, alice: User) -> None:
    wrong = {}
    for user in (None, alice, UserFactory(is_superuser=True)):
        client = Client()
        if user is not None:
            client.force_login(user)
        for method, route, _ in TABLE:
            if method != "get" or route in SHARED:
                continue
            with closing(client.get(site.address(route))) as answer:
                said = answer.headers.get("Cache-Control", "")
                if not ("private" in said or "no-store" in said) or "public" in said:
                    wrong[f"{user} {route}"] = said
                if route in CONFIDENTIAL and answer.status_code == 200 and "no-store" not in said:
                    wrong[f"{user} {route}"] = f"{said}: without no-store"
    assert wrong == {}


def test_every_desk_of_the_admin_keeps_to_itself(admin_client: Client) -> None:
    for address in (reverse("admin:index"), reverse("admin:clubs_user_changelist")):
        assert "no-store" in admin_client.get(address)["Cache-Control"]


def test_no_answer_of_the_api_is_kept_by_a_shared_cache(api: Api, alice: User) -> None:
    client = Client()
    client.force_login(alice)
    for method, route, _ in API_TABLE:
        if method != "get":
            continue
        with closing(client.get(api.address(route))) as answer:
            assert answer.status_code == 200, route
            said = answer["Cache-Control"]
            assert said in ("no-store", "private, no-cache"), route
            assert {"Authorization", "Cookie"} <= {one.strip() for one in answer["Vary"].split(",")}, route


def test_the_tag_of_one_person_is_nobody_elses(api: Api, alice: User, charlie: User) -> None:
    """For every answer that has one: what alice saw is unchanged for alice alone."""
    mine, his, nobodys = Client(), Client(), Client()
    mine.force_login(alice)
    his.force_login(charlie)
    tagged = 0
    for method, route, _ in API_TABLE:
        if method != "get":
            continue
        address = api.address(route)
        with closing(mine.get(address)) as answer:
            tag = answer.headers.get("ETag")
        if not tag:
            continue
        tagged += 1
        assert mine.get(address, headers={"If-None-Match": tag}).status_code == 304, route
        for other in (his, nobodys):
            answer = other.get(address, headers={"If-None-Match": tag})
            assert answer.status_code in (200, 404), route
            assert answer.headers.get("ETag") != tag
    assert tagged > 8


def test_addresses_with_a_secret_in_them_tell_it_to_nobody(site: Site, alice: User) -> None:
    """The invitation, the officials' desk, the reset: no other site is told where the visitor came from, and the pages
    load nothing from elsewhere that could be told."""
    for address in (
        site.address("invitation"), site.address("desk"), "/accounts/password/reset/key/1-nonsense/",
        "/accounts/confirm-email/nonsense/",
    ):  # fmt: skip
        answer = Client().get(address)
        assert answer.status_code == 200, address
        assert answer["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"]
        page = answer.content.decode()
        for outside in ('src="http', 'src="//', 'href="//', 'href="http'):
            assert outside not in page, (address, outside)
