"""Who may open what: every route × every kind of visitor. A route without a row fails.

The rows are of harbour, except where the address names nobody. ``charlie`` is the chief registrar of another club.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from records.models import AgeGroup, Athlete, ImportBatch, Performance, Record
from tests.access import AREAS
from tests.access.who import (
    ADMIN,
    GUESTS,
    HIDDEN_ATHLETE,
    LOGIN,
    PUBLIC,
    VISITORS,
    chiefs,
    everybody,
    officials,
    own,
    registrars,
)
from tests.answers import closing
from tests.factories import AthleteFactory, ClubFactory, MembershipFactory, PerformanceFactory, UserFactory, staged
from trackhub.clubs.actions import inviting, official_links
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.models import ApiToken, Club, Invitation, Membership, OfficialLink, Role, Scope, User

pytestmark = pytest.mark.django_db

# (method, route name, statuses in the order of VISITORS)
TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "home", PUBLIC),
    ("get", "styleguide", PUBLIC),
    ("get", "health", PUBLIC),
    ("get", "ready", PUBLIC),
    ("get", "clubs", PUBLIC),
    ("get", "club", PUBLIC),
    ("get", "club_colours", PUBLIC),
    ("get", "record_story", PUBLIC),
    ("get", "athletes", PUBLIC),
    ("get", "athlete", PUBLIC),
    ("get", "athlete:hidden", HIDDEN_ATHLETE),
    ("get", "account", own(200)),
    ("post", "account", own(422)),
    ("get", "tokens", own(200)),
    ("post", "tokens", own(422)),
    # The token is somebody else's.
    ("post", "revoke_token", own(404)),
    ("get", "close_account", own(302)),
    ("get", "my_data", own(200)),
    ("get", "my_consents", own(200)),
    ("post", "my_consents", own(404)),
    ("get", "export_my_data", (LOGIN, *(405,) * 9)),
    ("post", "export_my_data", own(200)),
    ("get", "erase_athlete", chiefs(200)),
    ("post", "erase_athlete", chiefs(302)),
    ("get", "account_login", GUESTS),
    ("post", "account_logout", everybody(302)),
    ("get", "account_signup", GUESTS),
    ("get", "account_inactive", PUBLIC),
    ("get", "account_reauthenticate", own(200)),
    ("get", "account_email", own(200)),
    ("get", "account_email_verification_sent", PUBLIC),
    ("get", "account_change_password", own(200)),
    ("get", "account_set_password", own(302)),
    ("get", "account_reset_password", PUBLIC),
    ("get", "account_reset_password_done", PUBLIC),
    ("get", "account_reset_password_from_key", PUBLIC),
    ("get", "account_reset_password_from_key_done", PUBLIC),
    ("get", "account_request_login_code", GUESTS),
    ("get", "account_confirm_login_code", everybody(302)),
    ("get", "account_confirm_email", PUBLIC),
    ("get", "mfa_index", own(200)),
    ("get", "mfa_authenticate", everybody(302)),
    ("get", "mfa_reauthenticate", own(302)),
    ("get", "mfa_activate_totp", own(302)),
    ("get", "mfa_deactivate_totp", own(404)),
    ("get", "mfa_view_recovery_codes", own(404)),
    ("get", "mfa_generate_recovery_codes", own(302)),
    ("get", "mfa_download_recovery_codes", own(404)),
    ("get", "mfa_list_webauthn", own(200)),
    ("get", "mfa_add_webauthn", own(302)),
    ("get", "mfa_reauthenticate_webauthn", own(302)),
    ("get", "mfa_remove_webauthn", own(302)),
    ("get", "mfa_edit_webauthn", own(302)),
    ("get", "mfa_login_webauthn", everybody(302)),
    ("get", "usersessions_list", own(200)),
    ("get", "socialaccount_login_cancelled", PUBLIC),
    ("get", "socialaccount_login_error", everybody(401)),
    ("get", "social/login/cancelled/", everybody(301)),
    ("get", "social/login/error/", everybody(301)),
    ("get", "social/signup/", everybody(301)),
    ("get", "social/connections/", everybody(301)),
    ("get", "socialaccount_signup", everybody(302)),
    ("get", "socialaccount_connections", own(200)),
    # There is no Google here before the operator has made it known.
    ("get", "google_login", everybody(404)),
    ("get", "google_callback", everybody(404)),
    ("get", "google_login_by_token", everybody(404)),
    ("post", "enter_code", everybody(401)),
    ("post", "confirm_by_code", everybody(401)),
    ("get", "api_schema", PUBLIC),
    ("get", "api_docs", PUBLIC),
    ("get", "api_nowhere", everybody(404)),
    ("get", "club_settings", chiefs(200)),
    ("post", "club_settings", chiefs(422)),
    ("get", "members", chiefs(200)),
    ("post", "members", chiefs(422)),
    ("get", "member", chiefs(200)),
    ("post", "member", chiefs(422)),
    ("get", "end_member", (LOGIN, *(405,) * 9)),
    ("post", "end_member", chiefs(302)),
    ("post", "withdraw_invitation", chiefs(302)),
    ("post", "resend_invitation", chiefs(302)),
    ("get", "invitation", (200, *(403,) * 9)),
    ("post", "invitation", (200, *(403,) * 9)),
    ("get", "official_links", officials(200)),
    ("post", "official_links", officials(422)),
    ("get", "official_link", officials(200)),
    ("get", "official_link_qr", officials(200)),
    ("post", "revoke_link", officials(302)),
    ("get", "desk", PUBLIC),
    ("get", "set_language", everybody(302)),
    ("get", "switch_club", (LOGIN, *(405,) * 9)),
    # The superuser belongs to no club, so there is none to switch to.
    ("post", "switch_club", (LOGIN, 404, 302, 302, 302, 302, 302, 302, 302, 404)),
    ("get", "imports", registrars(200)),
    ("get", "new_import", registrars(200)),
    ("post", "new_import", registrars(422)),
    ("get", "import", registrars(200)),
    ("get", "import_progress", registrars(200)),
    ("get", "refused_rows", registrars(200)),
    ("get", "confirm_import", (LOGIN, *(405,) * 9)),
    ("post", "confirm_import", registrars(302)),
    ("post", "undo_import", registrars(302)),
    ("get", "admin:index", ADMIN),
    *(row for area in AREAS for row in area.TABLE),
)


@dataclass
class World:
    """One row of each kind, all of harbour."""

    club: Club
    athlete: Athlete
    hidden: Athlete
    performance: Performance
    batch: ImportBatch
    member: Membership
    invitation: Invitation
    link: OfficialLink
    token: ApiToken
    more: dict[str, list[object]]

    def address(self, route: str) -> str:
        arguments: dict[str, list[object]] = {
            "club": [self.club.slug],
            "club_colours": [self.club.slug],
            "imports": [self.club.slug],
            "new_import": [self.club.slug],
            "record_story": [self.club.slug, "100", "M"],
            "club_settings": [self.club.slug],
            "members": [self.club.slug],
            "member": [self.club.slug, self.member.pk],
            "end_member": [self.club.slug, self.member.pk],
            "withdraw_invitation": [self.club.slug, self.invitation.pk],
            "resend_invitation": [self.club.slug, self.invitation.pk],
            "invitation": [inviting.token_of(self.invitation)],
            "official_links": [self.club.slug],
            "official_link": [self.club.slug, self.link.pk],
            "official_link_qr": [self.club.slug, self.link.pk],
            "revoke_link": [self.club.slug, self.link.pk],
            "desk": [official_links.desk_token(self.link)],
            "revoke_token": [self.token.pk],
            "account_confirm_email": ["nonsense"],
            "account_reset_password_from_key": ["1", "nonsense"],
            "mfa_remove_webauthn": [1],
            "mfa_edit_webauthn": [1],
            "erase_athlete": [self.hidden.pk],
            **self.more,
        }
        if route in ("import", "import_progress", "confirm_import", "undo_import", "refused_rows"):
            arguments[route] = [self.batch.pk]
        if route == "athlete":
            return self.athlete.get_absolute_url()
        if route == "athlete:hidden":
            return self.hidden.get_absolute_url()
        if route.startswith("social/"):
            return f"/accounts/{route}"
        name = route if route.startswith("admin:") else route.partition(":")[0]
        return reverse(name, args=arguments.get(route, []))


@pytest.fixture
def world(harbour: Club, other: Club) -> World:
    athlete = AthleteFactory(family_name="Open", club=harbour)
    hidden = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    performance = PerformanceFactory(athlete=athlete, mark="10.80", wind=5, on=date(2026, 6, 1))
    batch = staged("athletes", "family name,sex\nNew,M\nBad,Q\n", club=harbour)
    now, somebody = timezone.now(), UserFactory()
    member = MembershipFactory(user=somebody, club=harbour)
    boss = UserFactory()
    invitation = inviting.invite_person(
        harbour, by=boss, at=now, email="new@example.org", role=Role.COACH, starts=None, ends=None, site="https://t"
    )
    link = official_links.make_official_link(harbour, by=boss, at=now, place="Pit A", day=timezone.localdate())
    token, _key = make_token(somebody, name="a", scope=Scope.READ, club=None, expires=now + timedelta(days=1), at=now)
    more = {route: arguments for area in AREAS for route, arguments in area.rows_of(harbour).items()}
    return World(harbour, athlete, hidden, performance, batch, member, invitation, link, token, more)


def visitor(kind: str, club: Club) -> User | None:
    """One of VISITORS, in their role in ``club``."""
    if kind == "anonymous":
        return None
    if kind == "superuser":
        return UserFactory(is_superuser=True)
    user = UserFactory()
    if kind == "charlie":
        MembershipFactory(user=user, club=Club.objects.get(slug="other"), role=Role.CHIEF_REGISTRAR)
    else:
        MembershipFactory(user=user, club=club, role=kind)
    return user


@pytest.mark.parametrize(("method", "route", "statuses"), TABLE, ids=[f"{m}-{r}" for m, r, _ in TABLE])
def test_each_visitor_gets_what_the_table_says(
    method: str, route: str, statuses: tuple[int, ...], world: World
) -> None:
    data = {"club": world.club.slug, "language": "es"} if method == "post" else {}
    answered = {}
    for kind in VISITORS:
        client = Client()
        if user := visitor(kind, world.club):
            client.force_login(user)
        with closing(getattr(client, method)(world.address(route), data)) as response:
            answered[kind] = response.status_code
    expected = dict(zip(VISITORS, statuses, strict=True))
    assert {who: (status, expected[who]) for who, status in answered.items() if status != expected[who]} == {}


def route_names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace:
                yield f"{pattern.namespace}:"
            else:
                yield from route_names(pattern.url_patterns)
        else:
            yield pattern.name or str(pattern.pattern)


def test_every_route_has_a_row() -> None:
    rows = {route for _, route, _ in TABLE}
    prefixes = {f"{row.split(':')[0]}:" for row in rows if ":" in row}
    elsewhere = {"api:", "headless:"}  # tests/test_access_api.py, and allauth's own
    missing = [name for name in route_names(get_resolver().url_patterns) if name not in rows | prefixes | elsewhere]
    assert not missing, f"no row in TABLE for {missing}"


def test_other_methods_change_nothing(world: World, client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get(world.address("undo_import")).status_code == 405
    world.batch.refresh_from_db()
    assert world.batch.state == "staged"


def test_a_former_registrar_is_an_outsider(world: World, client: Client) -> None:
    user = UserFactory()
    MembershipFactory(user=user, club=world.club, role=Role.REGISTRAR, ends=date(2020, 1, 1))
    client.force_login(user)
    assert client.get(world.address("imports")).status_code == 404
    assert client.get(world.address("import")).status_code == 404


def test_the_admin_of_each_model_opens_for_the_site_administrator(world: World, admin_client: Client) -> None:
    resolver = next(one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "admin")
    lists = [name for name in _names_within(resolver) if name.endswith(("_changelist", "_add"))]
    assert len(lists) > 30
    for name in lists:
        status = admin_client.get(reverse(f"admin:{name}")).status_code
        assert status == 200 or (status == 403 and name.endswith("_add")), name
    assert admin_client.get(reverse("admin:records_athlete_changelist"), {"q": "open"}).status_code == 200


def _names_within(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names_within(pattern)
        elif pattern.name:
            yield pattern.name


def test_a_club_made_in_the_admin_gets_its_book(admin_client: Client) -> None:
    said = {"name": "New AC", "slug": "new-ac", "age_group_scheme": "wa", "season_start": 1, "import_alarm_percent": 25}
    said |= {"minors_shown_as": "full"}
    assert admin_client.post(reverse("admin:clubs_club_add"), said).status_code == 302
    assert Club.objects.get(slug="new-ac").books.get().policy is not None


def test_a_policy_made_in_the_admin_is_the_next_version_in_force(admin_client: Client) -> None:
    book = ClubFactory().books.get()
    said = {"book": book.pk, "wind": "any", "hand": "apart", "ties": "shared", "facilities": "together"}
    said |= {"inheritance": "own", "claims": "any"}
    assert admin_client.post(reverse("admin:records_recordpolicy_add"), said).status_code == 302
    book.refresh_from_db()
    assert (book.policy.version, book.policy.wind) == (2, "any")


def test_a_birth_date_put_right_in_the_admin_moves_the_records(admin_client: Client, world: World) -> None:
    said = {"family_name": "Open", "given_name": "Sam", "sex": "M", "birth_precision": "day", "visibility": "public"}
    said |= {"birth_date": "2010-05-01", "external_ids-TOTAL_FORMS": 0, "external_ids-INITIAL_FORMS": 0}
    spell = world.athlete.spells.get()
    said |= {"guardianships-TOTAL_FORMS": 0, "guardianships-INITIAL_FORMS": 0}
    said |= {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    said |= {"spells-TOTAL_FORMS": 1, "spells-INITIAL_FORMS": 1, "spells-0-id": spell.pk, "spells-0-claim": "first"}
    said |= {"spells-0-athlete": world.athlete.pk, "spells-0-club": world.club.pk}
    address = reverse("admin:records_athlete_change", args=[world.athlete.pk])
    assert admin_client.post(address, said).status_code == 302
    held = Record.objects.filter(book__club=world.club, performance=world.performance)
    assert "U18" in set(held.values_list("age_group", flat=True))


def test_an_age_group_changed_in_the_admin_folds_its_books(admin_client: Client, world: World) -> None:
    group = AgeGroup.objects.get(scheme=world.club.books.get().scheme, code="Senior")
    held = Record.objects.filter(book__club=world.club, age_group="Senior")
    assert held.exists()
    address = reverse("admin:records_agegroup_delete", args=[group.pk])
    assert admin_client.post(address, {"post": "yes"}).status_code == 302
    assert not held.exists()
