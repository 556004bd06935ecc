"""Mass assignment: a field more than the form or the order has changes nothing, and a row of others is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone

from records.models import Athlete
from tests.access import AREAS
from tests.factories import PASSWORD, UserFactory, staged
from tests.security.conftest import Api, Site
from tests.test_access import TABLE
from tests.test_access_api import MARKS
from tests.test_access_api import TABLE as API_TABLE
from tests.test_access_api import ask as ask_api
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.models import ApiToken, Club, Invitation, Membership, Role, Scope, User

pytestmark = pytest.mark.django_db

POWERS: dict[str, Any] = {
    "id": 1, "pk": 1, "is_superuser": True, "is_staff": True, "is_active": True, "user_permissions": [1], "groups": [1],
    "role": "chief_registrar", "club": "other", "club_id": 1, "user": 1, "user_id": 1, "by": 1, "by_id": 1,
    "limited_to": None, "scope": "write", "verified": True, "primary": True, "email": "root@example.org",
    "account": 1, "account_id": 1, "visibility": "public", "state": "applied", "generation": 99, "slug": "stolen",
    "accepted": "2026-01-01", "accepted_by": 1, "withdrawn": "2026-01-01", "revoked": "2026-01-01", "digest": "x",
    "prefix": "x", "key": "x", "password": "stolen", "erased": "2026-01-01", "expires": "2099-01-01",
    "created": "2001-01-01", "batch": 1, "batch_id": 1, "source": "stolen", "external_id": "stolen", "merit": 1,
    "flaws": 0, "best_list": 0, "value": 1, "superseded_by": 1, "status": "valid", "create_clubs": True,
    "club_column": "club", "mapping": {"x": "y"}, "memberships": [{"club": "other", "role": "chief_registrar"}],
    "memberships-TOTAL_FORMS": 1, "memberships-0-role": "chief_registrar", "season_start": 7, "age_group_scheme": "wa",
    "second_factor_required": True, "guardian": 1, "given": "2001-01-01", "words": "x", "version": "x", "site": "evil",
}  # fmt: skip

# The order of each change, with every field that it may have: what else comes with it is no field of it.
SITE: dict[str, dict[str, Any]] = {
    "account": {"name": "Somebody"},
    "tokens": {"name": "script", "scope": "read", "days": "5", "club": ""},
    "members": {"email": "new2@example.org", "role": "viewer", "starts": "", "ends": ""},
    "member": {"role": "coach", "starts": "", "ends": ""},
    "official_links": {"place": "Pit B", "day": "2099-01-01"},
    "club_settings": {
        "name": "Harbour", "short_name": "", "country": "GBR", "town": "X", "colour": "", "minors_shown_as": "initials",
        "second_factor_required": "",
    },
    "new_import": {"kind": "performances", "source": "mine", "date_order": "iso", "existing": "update", "book": ""},
    "revoke_token": {},
    "end_member": {},
    "withdraw_invitation": {},
    "resend_invitation": {},
    "revoke_link": {},
    "confirm_import": {"part": "all", "sure": ""},
    "undo_import": {"sure": ""},
    "switch_club": {"club": "harbour", "next": ""},
    "account_signup": {"name": "N", "email": "n@example.org", "password1": PASSWORD, "password2": PASSWORD},
    "account_change_password": {"oldpassword": PASSWORD, "password1": "nine slow laps", "password2": "nine slow laps"},
    **{route: order for area in AREAS for route, order in area.FORMS.items()},
}  # fmt: skip
API: dict[tuple[str, str], tuple[str, ...]] = {
    ("post", "tokens"): ("name", "scope", "club", "days"),
    ("put", "member"): ("role", "starts", "ends"),
    ("post", "invitations"): ("email", "role", "starts", "ends"),
    ("post", "imports"): ("club", "kind", "source", "date_order", "book", "file"),
    ("post", "performances"): ("athlete", "discipline", "mark", "date", "club"),
    ("patch", "settings"): ("second_factor_required",),
    ("post", "guests"): ("email",),
}
"""Of these orders the fields that POWERS has too, and that are theirs."""
VOLATILE = {"id", "code", "password", "digest", "prefix", "superseded_by_id", "session_data", "session_key", "batch_id"}
LEFT_OUT = {"AuditEntry", "Session", "SiteVersion", "UserSession", "ImportChunk"}


def everything() -> dict[str, list[str]]:
    """All rows without what differs each time: numbers, moments and secrets."""
    found = {}
    for label in ("clubs", "records", "federations", "account"):
        for model in apps.get_app_config(label).get_models():
            if model.__name__ in LEFT_OUT:
                continue
            names = [
                one.attname
                for one in model._meta.concrete_fields
                if one.attname not in VOLATILE and not isinstance(one, models.DateTimeField)
            ]
            found[model.__name__] = sorted(map(str, model._default_manager.values_list(*names)))
    return found


def _number_from_the_last_row() -> None:
    """PostgreSQL takes no number back with a transaction; both worlds begin with the same."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def compare(order: Callable[[dict[str, Any]], int], extra: dict[str, Any]) -> None:
    """The world after the order with ``extra`` is the world after the order without."""
    worlds = []
    for more in ({}, extra):
        _number_from_the_last_row()
        with transaction.atomic():
            status = order(more)
            worlds.append((status, everything()))
            transaction.set_rollback(True)
    plain, powerful = worlds
    assert plain[0] < 400, plain[0]
    if powerful[0] >= 400:
        return  # refused for the field: nothing is done, which is as well
    changed = {name: (rows, plain[1][name]) for name, rows in powerful[1].items() if rows != plain[1][name]}
    assert changed == {}


def test_every_form_of_the_site_is_tried() -> None:
    """A new form with fields of its own gets a line in SITE."""
    elsewhere = {
        "account_logout", "enter_code", "confirm_by_code", "invitation", "import", "my_consents",
        "export_my_data", "erase_athlete", "choose_honours", "attendance",
    }  # fmt: skip
    posts = {route for method, route, _ in TABLE if method == "post"}
    assert posts - set(SITE) - elsewhere == set()


@pytest.mark.parametrize("route", SITE)
def test_a_form_takes_no_field_more(route: str, site: Site, alice: User, other: Club) -> None:
    if route == "revoke_token":
        ApiToken.objects.update(user=alice)
    if route in ("report_missing", "report_wrong", "withdraw_report"):
        Athlete.objects.filter(reports__isnull=False).update(account=alice)
    if route in ("switch_club",):
        assert alice.active_memberships

    def order(more: dict[str, Any]) -> int:
        client = Client()
        if route != "account_signup":
            client.force_login(alice)
        said = {
            **{name: json.dumps(v) if isinstance(v, list | dict) else v or "" for name, v in more.items()},
            **SITE[route],
        }
        if route == "new_import":
            said["file"] = SimpleUploadedFile("marks.csv", MARKS)
        return int(client.post(site.address(route), said).status_code)

    if route == "undo_import":
        batch = staged("athletes", "family name,sex\nNew,M\n", club=site.club)
        assert batch.state == "staged"
    compare(order, POWERS)


CHANGES = [(method, route) for method, route, _ in API_TABLE if method in ("post", "put", "patch")]


@pytest.mark.parametrize(("method", "route"), CHANGES, ids=[f"{m}-{r}" for m, r in CHANGES])
def test_an_order_takes_no_field_more(method: str, route: str, api: Api, alice: User, other: Club) -> None:
    plain = api.body(method, route)
    own = {*plain, *API.get((method, route), ())}
    extra = {name: value for name, value in POWERS.items() if name not in own}

    def order(more: dict[str, Any]) -> int:
        client = Client()
        client.force_login(alice)
        forms = dict(api.desk.forms)
        forms["post", "imports"] = {"club": api.club.slug, "kind": "performances"}
        if form := forms.get((method, route)):
            if route == "imports":
                form = form | {"file": SimpleUploadedFile("marks.csv", MARKS)}
            plainer = {name: str(value) for name, value in more.items()}
            return int(client.post(api.address(route), {**plainer, **form}).status_code)
        if not more:
            return int(ask_api(client, method, route, api).status_code)
        answer = getattr(client, method)(api.address(route), {**more, **plain}, content_type="application/json")
        return int(answer.status_code)

    if route == "undo_import" or route.startswith("erase"):
        return  # refused before and after: it isn't applied; an order without fields, whose outcome is made by chance
    if route == "accept_invitation":
        Invitation.objects.update(email=alice.email, club=other)
    own_athlete = {"consents": api.athlete, "my_reports": api.desk.athlete, "withdraw_report": api.desk.athlete}
    if route in own_athlete:
        Athlete.objects.filter(pk=own_athlete[route].pk).update(account=alice)
    compare(order, extra)


def test_the_door_for_phones_takes_no_field_more(alice: User, harbour: Club) -> None:
    def order(more: dict[str, Any]) -> int:
        said = {"email": "phil@example.org", "password": "seven slow laps", "name": "Phil"}
        address = "/api/v1/auth/app/v1/auth/signup"
        answer = Client().post(address, {**more, **said}, content_type="application/json")
        assert answer.status_code == 401  # the address is to be proven first
        return 200

    compare(order, POWERS)


@pytest.mark.parametrize("role", [Role.ATHLETE, Role.VIEWER, Role.COACH, Role.REGISTRAR])
def test_nobody_gives_themselves_a_role(role: str, api: Api, alice: User, harbour: Club) -> None:
    person = UserFactory()
    membership = Membership.objects.create(user=person, club=harbour, role=role)
    client = Client()
    client.force_login(person)
    more = {"role": "chief_registrar", "is_superuser": True, "club": "harbour"}
    for method, address in (
        ("put", f"/api/v1/clubs/harbour/members/{membership.pk}/"), ("patch", "/api/v1/me/"),
        ("post", "/api/v1/clubs/harbour/invitations/"), ("patch", "/api/v1/clubs/harbour/"),
    ):  # fmt: skip
        getattr(client, method)(address, {**more, "email": person.email, "name": "X"}, content_type="application/json")
    for address in ("members/", f"members/{membership.pk}/", "settings/"):
        client.post(f"/clubs/harbour/{address}", {**more, "email": person.email, "name": "X"})
    person = User.objects.get(pk=person.pk)
    assert (person.is_superuser, person.memberships.get().role) == (False, role)


def test_a_token_is_no_wider_than_its_person_nor_its_club(alice: User, other: Club, api: Api) -> None:
    """Neither by an order of its own nor by a club that isn't its person's."""
    client = Client()
    client.force_login(alice)
    for club in ("other", "nowhere"):
        answer = client.post("/api/v1/tokens/", {"name": "x", "club": club}, content_type="application/json")
        assert answer.status_code in (404, 422), club
        assert (
            client.post("/accounts/tokens/", {"name": "x", "scope": "read", "days": 3, "club": club}).status_code == 422
        )
    assert (
        client.post("/accounts/tokens/", {"name": "x", "scope": "read", "days": 3, "club": other.pk}).status_code == 422
    )
    at = timezone.now()
    _one, key = make_token(alice, name="x", scope=Scope.READ, club=None, expires=at + timedelta(days=1), at=at)
    said = {"name": "wider", "scope": "write"}
    program = Client(headers={"Authorization": f"Bearer {key}"})
    assert program.post("/api/v1/tokens/", said, content_type="application/json").status_code == 403
    assert ApiToken.objects.filter(user=alice).count() == 1
