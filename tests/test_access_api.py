"""Who may do what by the API: every route × method × kind of visitor. A pair without a row fails.

The rows are of harbour. ``charlie`` is the chief registrar of another club.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from records.models import Athlete, Consent, ImportBatch, Performance
from tests.access import api_desk, api_news
from tests.access.api_who import HIDDEN, PUBLIC, chief, officials, own, registrars
from tests.answers import closing
from tests.factories import (
    PASSWORD,
    AthleteFactory,
    MembershipFactory,
    PerformanceFactory,
    StandardFactory,
    UserFactory,
    staged,
)
from tests.test_access import VISITORS, visitor
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import (
    ApiToken,
    Club,
    Delivery,
    Invitation,
    Membership,
    OfficialLink,
    Role,
    Scope,
    Webhook,
)

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")
MARKS = b"family name,given name,sex,discipline,mark,wind,date\nOpen,Sam,M,100,10.52,+1.4,2026-06-01\n"

# (method, route name, statuses in the order of VISITORS)
TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "hello", PUBLIC),
    ("get", "near_records", PUBLIC),
    ("get", "rivalry", PUBLIC),
    ("get", "rivalry:hidden", HIDDEN),
    ("get", "competitions_held", PUBLIC),
    ("get", "age_groups", PUBLIC),
    ("get", "seasons", PUBLIC),
    ("get", "event_stream", PUBLIC),
    ("get", "season", PUBLIC),
    ("get", "me", own(200)),
    ("patch", "me", own(200)),
    # A club is left without a chief registrar by nobody.
    ("delete", "me", (401, 409, 409, *(204,) * 7)),
    ("get", "my_invitations", own(200)),
    # It is somebody else's.
    ("post", "accept_invitation", own(404)),
    ("get", "tokens", own(200)),
    ("post", "tokens", own(201)),
    # It is somebody else's.
    ("delete", "token", own(404)),
    ("get", "clubs", PUBLIC),
    ("get", "club", PUBLIC),
    ("get", "settings", chief(200)),
    ("patch", "settings", chief(200)),
    ("get", "members", chief(200)),
    ("put", "member", chief(200)),
    ("delete", "member", chief(204)),
    ("get", "invitations", chief(200)),
    ("post", "invitations", chief(201)),
    ("delete", "invitation", chief(204)),
    ("post", "send_invitation", chief(200)),
    ("get", "links", officials(200)),
    ("post", "links", officials(201)),
    ("delete", "link", officials(204)),
    ("get", "webhooks", chief(200)),
    ("post", "webhooks", chief(201)),
    ("patch", "webhook", chief(200)),
    ("delete", "webhook", chief(204)),
    ("post", "webhook_key", chief(200)),
    ("get", "deliveries", chief(200)),
    ("post", "replay", chief(202)),
    ("get", "events", PUBLIC),
    ("get", "my_data", own(200)),
    ("get", "consents", own(200)),
    # The athlete is somebody else, and so is whoever gave the consent.
    ("post", "consents", own(404)),
    ("delete", "consent", own(404)),
    ("get", "athletes", PUBLIC),
    ("get", "athlete", PUBLIC),
    ("get", "athlete:hidden", HIDDEN),
    ("post", "erase", chief(200)),
    ("post", "erase:hidden", chief(200)),
    ("get", "bests", PUBLIC),
    ("get", "bests:hidden", HIDDEN),
    ("get", "performances", PUBLIC),
    ("post", "performances", registrars(201)),
    ("get", "performance", PUBLIC),
    ("get", "performance:hidden", HIDDEN),
    ("post", "correct", registrars(201)),
    ("get", "versions", PUBLIC),
    ("get", "versions:hidden", HIDDEN),
    ("get", "changes", registrars(200)),
    ("post", "annul", registrars(200)),
    ("post", "reinstate", registrars(200)),
    ("get", "disciplines", PUBLIC),
    ("get", "books", PUBLIC),
    ("get", "records", PUBLIC),
    ("get", "rankings", PUBLIC),
    ("get", "standard_sets", PUBLIC),
    ("get", "standard_set", PUBLIC),
    ("get", "standard", PUBLIC),
    ("get", "search", PUBLIC),
    # A list of what one keeps; it is empty for those who keep nothing.
    ("get", "imports", own(200)),
    ("post", "imports", registrars(202)),
    ("get", "import", registrars(200)),
    ("get", "import_issues", registrars(200)),
    ("post", "import_columns", registrars(202)),
    ("get", "import_people", registrars(200)),
    ("post", "import_people", registrars(202)),
    ("post", "confirm_import", registrars(202)),
    # It is not applied yet.
    ("post", "undo_import", registrars(409)),
    *api_desk.TABLE,
    *api_news.TABLE,
)


ASKED = {
    "rankings": "?discipline=100&sex=M",
    "search": "?q=op",
    "export": "?what=athletes",
    "import_template": "?what=medals",
}
"""Without which nothing can be asked."""


@dataclass
class World:
    """One row of each kind, all of harbour."""

    club: Club
    athlete: Athlete
    hidden: Athlete
    rival: Athlete
    performance: Performance
    hidden_performance: Performance
    batch: ImportBatch
    membership: Membership
    invitation: Invitation
    token: ApiToken
    delivery: Delivery
    link: OfficialLink
    consent: Consent
    desk: api_desk.Desk

    def address(self, route: str) -> str:
        name, _colon, hidden = route.partition(":")
        if name in ("athlete", "bests", "rivalry", "erase"):
            arguments: list[object] = [self.hidden.pk if hidden else self.athlete.pk]
        elif name in ("performance", "correct", "annul", "reinstate", "versions"):
            arguments = [self.hidden_performance.pk if hidden else self.performance.pk]
        elif name in ("club", "near_records", "settings", "members", "invitations", "links", "webhooks", "changes"):
            arguments = [self.club.slug]
        elif name in ("import", "import_issues", "import_columns", "import_people", "confirm_import", "undo_import"):
            arguments = [self.batch.pk]
        else:
            one = {
                "season": [2026],
                "token": [self.token.pk],
                "member": [self.club.slug, self.membership.pk],
                "invitation": [self.club.slug, self.invitation.pk],
                "send_invitation": [self.club.slug, self.invitation.pk],
                "link": [self.club.slug, self.link.pk],
                "consent": [self.consent.pk],
                "accept_invitation": [self.invitation.pk],
                "webhook": [self.club.slug, self.delivery.webhook_id],
                "webhook_key": [self.club.slug, self.delivery.webhook_id],
                "deliveries": [self.club.slug, self.delivery.webhook_id],
                "replay": [self.club.slug, self.delivery.webhook_id, self.delivery.pk],
                **self.desk.arguments,
            }
            arguments = list(one.get(route, one.get(name, [])))
        asked = f"?with={self.rival.pk}" if name == "rivalry" else ASKED.get(name, "")
        return reverse(f"api:{name}", args=arguments) + asked

    def body(self, method: str, route: str) -> dict[str, Any]:
        entered = {"athlete": self.athlete.pk, "discipline": "100", "mark": "10.70", "date": "2026-07-01"}
        bodies: dict[tuple[str, str], dict[str, Any]] = {
            ("patch", "me"): {"name": "Somebody Else"},
            ("post", "tokens"): {"name": "script"},
            ("put", "member"): {"role": "coach"},
            ("post", "invitations"): {"email": "new@example.org", "role": "viewer"},
            ("patch", "settings"): {"town": "Southsea"},
            ("post", "links"): {"place": "Pit A", "day": "2099-06-14"},
            ("post", "consents"): {"athlete": self.athlete.pk, "purpose": "photo"},
            ("post", "webhooks"): {"url": "https://93.184.215.14/hook"},
            ("patch", "webhook"): {"active": False},
            ("post", "performances"): entered,
            ("post", "correct"): {"because": "misread", "mark": "10.81"},
            ("post", "annul"): {"because": "false start"},
            ("post", "import_columns"): {"columns": {"family_name": "family name"}},
            ("post", "import_people"): {"people": {}},
            **self.desk.bodies,
        }
        return bodies.get((method, route), {})


@pytest.fixture
def world(harbour: Club, other: Club) -> World:
    athlete = AthleteFactory(family_name="Open", club=harbour)
    hidden = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    rival = AthleteFactory(family_name="Rival", club=other)
    performance = PerformanceFactory(athlete=athlete, mark="10.80", wind=5, on=date(2026, 6, 1))
    secret = PerformanceFactory(athlete=hidden, mark="10.60", wind=5, on=date(2026, 6, 1))
    batch = staged("athletes", "family name,sex\nNew,M\nBad,Q\n", club=harbour)
    person, at = UserFactory(), timezone.now()
    token, _key = make_token(person, name="x", scope=Scope.READ, club=None, expires=at + timedelta(days=9), at=at)
    invitation = Invitation.objects.create(
        club=harbour, email="invited@example.org", role=Role.COACH, created=at, expires=at + timedelta(days=9)
    )
    membership = MembershipFactory(club=harbour, user=person, role=Role.VIEWER)
    hook = Webhook.objects.create(club=harbour, url="https://93.184.215.14/", created=at)
    event = tell(Kind.RECORDS_SET, club=harbour, payload={}, at=at)
    delivery = Delivery.objects.get(webhook=hook, event=event)
    Delivery.objects.update(state=Delivery.State.DEAD)
    link = OfficialLink.objects.create(club=harbour, place="Pit A", day=date(2099, 6, 14), created=at)
    given = {"version": "1", "words": "Yes.", "given": at}
    consent = Consent.objects.create(athlete=athlete, purpose=Consent.Purpose.RESEARCH, **given)
    people = (membership, invitation, token, delivery, link, consent)
    desk = api_desk.Desk(harbour)
    desk.arguments |= api_news.arguments_of(harbour)
    standard = StandardFactory()
    desk.arguments |= {"standard_set": [standard.set_id], "standard": [standard.set_id, standard.pk]}
    desk.bodies |= api_news.BODIES
    return World(harbour, athlete, hidden, rival, performance, secret, batch, *people, desk)


def ask(client: Client, method: str, route: str, world: World, **headers: Any) -> Any:
    address = world.address(route)
    if (method, route) == ("post", "imports"):
        file = SimpleUploadedFile("marks.csv", MARKS)
        form = {"club": world.club.slug, "kind": "performances", "file": file}
        return client.post(address, form, headers=headers)
    if (method, route) in world.desk.forms:
        return client.post(address, world.desk.forms[method, route], headers=headers)
    if route.startswith("erase") or (method, route) == ("delete", "me"):  # who erases has given the password just now
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD}, headers=headers)
    if method == "get":
        return client.get(address, headers=headers)
    body = world.body(method, route)
    return getattr(client, method)(address, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(("method", "route", "statuses"), TABLE, ids=[f"{m}-{r}" for m, r, _ in TABLE])
def test_each_visitor_gets_what_the_table_says(
    method: str, route: str, statuses: tuple[int, ...], world: World
) -> None:
    answered = {}
    for kind in VISITORS:
        client = Client()
        with transaction.atomic():
            if user := visitor(kind, world.club):
                client.force_login(user)
            with closing(ask(client, method, route, world)) as response:
                answered[kind] = response.status_code
                if response.status_code >= 400:
                    assert set(response.json()) == {"error", "message", "details"}
            transaction.set_rollback(True)  # the next visitor finds everything as it was
    assert answered == dict(zip(VISITORS, statuses, strict=True))


def api_routes() -> Iterator[URLPattern]:
    """Every route of version 1, but for allauth's own, which its settings and tests answer for."""

    def within(resolver: URLResolver) -> Iterator[URLPattern]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                yield pattern
            elif not (pattern.namespace or "").startswith("headless"):
                yield from within(pattern)

    def namespaces(resolver: URLResolver) -> Iterator[URLResolver]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace == "api":
                    yield pattern
                else:
                    yield from namespaces(pattern)

    for found in namespaces(get_resolver()):
        yield from within(found)


def known_methods(route: URLPattern) -> set[str]:
    view = route.callback.view_class
    return {method for method in METHODS if hasattr(view, method)}


def test_every_route_and_method_has_a_row() -> None:
    rows = {(method, route) for method, route, _ in TABLE}
    routes = list(api_routes())
    assert len(routes) > 25
    missing = {(method, str(one.name)) for one in routes for method in known_methods(one)} - rows
    assert not missing, f"no row in TABLE for {sorted(missing)}"


def test_methods_that_a_route_lacks_are_refused_in_the_envelope(world: World, client: Client, settings: Any) -> None:
    settings.API_LIMITS = {name: {"known": (10**6, 60)} for name in settings.API_LIMITS}
    client.force_login(UserFactory(is_superuser=True))
    for route in api_routes():
        for method in set(METHODS) - known_methods(route):
            response = getattr(client, method)(world.address(str(route.name)))
            assert (response.status_code, response.json()["error"]) == (405, "method_not_allowed"), (route.name, method)


@pytest.mark.parametrize("kind", ["anonymous", "charlie", "superuser"])
def test_asking_for_the_options_breaks_nothing(kind: str, world: World, client: Client) -> None:
    if user := visitor(kind, world.club):
        client.force_login(user)
    for route in api_routes():
        assert client.options(world.address(str(route.name))).status_code in (200, 401), route.name


UNSAFE = [(method, route) for method, route, _ in TABLE if method != "get"]


@pytest.mark.parametrize(("method", "route"), UNSAFE, ids=[f"{m}-{r}" for m, r in UNSAFE])
def test_a_browser_changes_nothing_without_its_csrf_token(method: str, route: str, world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(is_superuser=True))
    refused = ask(client, method, route, world)
    assert (refused.status_code, refused.json()["error"]) == (403, "permission_denied")
    client.get("/accounts/login/")
    client.cookies["csrftoken"] = "a" * 32
    assert ask(client, method, route, world, **{"X-CSRFToken": "a" * 32}).status_code != 403
