"""What API tokens open: never more than their person, less where their scope or club says so, nothing once they end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.access import api_desk, api_news
from tests.factories import MembershipFactory, UserFactory
from tests.test_access_api import TABLE, World, ask, world
from trackhub.clubs.actions.tokens import make_token, revoke_token
from trackhub.clubs.models import ApiToken, Club, Role, Scope, User

__all__ = ["world"]

pytestmark = pytest.mark.django_db


def key_of(user: User, scope: Scope = Scope.WRITE, club: Club | None = None, days: int = 9) -> str:
    at = timezone.now()
    return make_token(user, name="script", scope=scope, club=club, expires=at + timedelta(days=days), at=at)[1]


def by_key(key: str, method: str, route: str, world: World) -> Any:
    return ask(Client(enforce_csrf_checks=True), method, route, world, Authorization=f"Bearer {key}")


# (method, route, statuses of a chief registrar's token for reading, for writing, and of no token that stands)
TOKENS: tuple[tuple[str, str, tuple[int, int, int]], ...] = (
    ("get", "hello", (200, 200, 401)),
    ("get", "me", (200, 200, 401)),
    ("patch", "me", (403, 200, 401)),
    ("delete", "me", (403, 403, 401)),
    ("get", "my_invitations", (403, 403, 401)),
    ("post", "accept_invitation", (403, 403, 401)),
    # A program's token makes no other, and gives no roles.
    ("get", "tokens", (403, 403, 401)),
    ("post", "tokens", (403, 403, 401)),
    ("delete", "token", (403, 403, 401)),
    ("get", "clubs", (200, 200, 401)),
    ("get", "club", (200, 200, 401)),
    ("get", "settings", (403, 403, 401)),
    ("patch", "settings", (403, 403, 401)),
    ("get", "members", (200, 200, 401)),
    ("put", "member", (403, 403, 401)),
    ("delete", "member", (403, 403, 401)),
    ("get", "invitations", (403, 403, 401)),
    ("post", "invitations", (403, 403, 401)),
    ("delete", "invitation", (403, 403, 401)),
    ("post", "send_invitation", (403, 403, 401)),
    # Their addresses open a desk to whoever has them.
    ("get", "links", (403, 403, 401)),
    ("post", "links", (403, 403, 401)),
    ("delete", "link", (403, 403, 401)),
    ("get", "webhooks", (403, 403, 401)),
    ("post", "webhooks", (403, 403, 401)),
    ("patch", "webhook", (403, 403, 401)),
    ("delete", "webhook", (403, 403, 401)),
    ("post", "webhook_key", (403, 403, 401)),
    ("get", "deliveries", (403, 403, 401)),
    ("post", "replay", (403, 403, 401)),
    # What is the person's own to take, to agree to and to end.
    ("get", "my_data", (403, 403, 401)),
    ("get", "consents", (403, 403, 401)),
    ("post", "consents", (403, 403, 401)),
    ("delete", "consent", (403, 403, 401)),
    ("post", "erase", (403, 403, 401)),
    ("post", "erase:hidden", (403, 403, 401)),
    ("get", "athlete:hidden", (200, 200, 401)),
    ("get", "performances", (200, 200, 401)),
    ("post", "performances", (403, 201, 401)),
    ("post", "correct", (403, 201, 401)),
    ("post", "annul", (403, 200, 401)),
    ("post", "reinstate", (403, 200, 401)),
    ("get", "imports", (200, 200, 401)),
    ("post", "imports", (403, 202, 401)),
    ("get", "import", (200, 200, 401)),
    ("get", "import_issues", (200, 200, 401)),
    ("post", "import_columns", (403, 202, 401)),
    ("post", "import_people", (403, 202, 401)),
    ("post", "confirm_import", (403, 202, 401)),
    ("post", "undo_import", (403, 409, 401)),
    *api_desk.TOKENS,
    *api_news.TOKENS,
)


@pytest.mark.parametrize(("method", "route", "statuses"), TOKENS, ids=[f"{m}-{r}" for m, r, _ in TOKENS])
def test_tokens_do_what_their_scope_says(
    method: str, route: str, statuses: tuple[int, int, int], world: World, alice: User
) -> None:
    keys = (key_of(alice, Scope.READ), key_of(alice), f"th_{'0' * 12}_nothing")
    assert tuple(by_key(key, method, route, world).status_code for key in keys) == statuses


def test_every_change_has_a_row_for_tokens() -> None:
    assert {(m, r) for m, r, _ in TABLE if m != "get"} == {(m, r) for m, r, _ in TOKENS if m != "get"}


@pytest.mark.parametrize("method_and_route", [("get", "import"), ("post", "performances"), ("get", "members")])
def test_a_token_of_the_site_administrator_bound_to_a_club_is_not_super(
    method_and_route: tuple[str, str], world: World, other: Club
) -> None:
    admin = UserFactory(is_superuser=True)
    assert by_key(key_of(admin), *method_and_route, world).status_code in (200, 201)
    assert by_key(key_of(admin, club=other), *method_and_route, world).status_code == 404
    assert by_key(key_of(admin, club=world.club), *method_and_route, world).status_code == 404


def test_a_token_bound_to_one_club_sees_nothing_of_the_other(world: World, other: Club, charlie: User) -> None:
    MembershipFactory(user=charlie, club=world.club, role=Role.CHIEF_REGISTRAR)
    for route, wanted in (("athlete:hidden", 404), ("import", 404), ("members", 404)):
        assert by_key(key_of(charlie, club=other), "get", route, world).status_code == wanted
        assert by_key(key_of(charlie, club=world.club), "get", route, world).status_code == 200
    mine = by_key(key_of(charlie, club=other), "get", "me", world).json()["memberships"]
    assert [one["club"] for one in mine] == ["other"]


def test_a_key_that_stands_no_more_opens_nothing(world: World, alice: User) -> None:
    expired = key_of(alice, days=-1)
    revoked = key_of(alice)
    revoke_token(ApiToken.objects.get(prefix=revoked.split("_")[1]), by=alice, at=timezone.now())
    forged = key_of(alice)[:-1] + "~"
    for key in (expired, revoked, forged, "th_", "th_x", "", "x", "th_ÿ_ÿ"):
        response = by_key(key, "get", "me", world)
        assert (response.status_code, response.json()["error"]) == (401, "authentication_failed"), key
        assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    key = key_of(alice)
    alice.is_active = False
    alice.save()
    assert by_key(key, "get", "me", world).status_code == 401
