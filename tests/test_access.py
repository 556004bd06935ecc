"""Who may open what: every route × every kind of visitor. A route without a row fails.

The rows are of harbour, except where the address names nobody. ``charlie`` is the chief registrar of another club.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from records.models import AgeGroup, Athlete, ImportBatch, Performance, Record
from tests.factories import AthleteFactory, ClubFactory, MembershipFactory, PerformanceFactory, UserFactory, staged
from trackhub.clubs.models import Club, Role, User

pytestmark = pytest.mark.django_db

VISITORS = (
    "anonymous",
    "charlie",
    "chief_registrar",
    "registrar",
    "official",
    "starter",
    "coach",
    "athlete",
    "viewer",
    "superuser",
)

LOGIN = 302
"""An anonymous visitor is led to the login."""


def everybody(status: int) -> tuple[int, ...]:
    return (status,) * len(VISITORS)


def registrars(status: int) -> tuple[int, ...]:
    """Those who keep the club's records get ``status``, its other people 403, others' people 404."""
    return (LOGIN, 404, status, status, 403, 403, 403, 403, 403, status)


PUBLIC = everybody(200)
HIDDEN_ATHLETE = (404, 404, 200, 200, 200, 200, 200, 200, 200, 200)
ADMIN = (*(302,) * 9, 200)

# (method, route name, statuses in the order of VISITORS)
TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "home", PUBLIC),
    ("get", "health", PUBLIC),
    ("get", "ready", PUBLIC),
    ("get", "clubs", PUBLIC),
    ("get", "club", PUBLIC),
    ("get", "club_colours", PUBLIC),
    ("get", "record_story", PUBLIC),
    ("get", "athletes", PUBLIC),
    ("get", "athlete", PUBLIC),
    ("get", "athlete:hidden", HIDDEN_ATHLETE),
    ("get", "login", (200, *(302,) * 9)),
    ("post", "logout", everybody(302)),
    ("post", "set_language", everybody(302)),
    ("get", "switch_club", (LOGIN, *(405,) * 9)),
    # The superuser belongs to no club, so there is none to switch to.
    ("post", "switch_club", (LOGIN, 404, 302, 302, 302, 302, 302, 302, 302, 404)),
    ("get", "imports", registrars(200)),
    ("get", "new_import", registrars(200)),
    ("post", "new_import", registrars(422)),
    ("get", "import", registrars(200)),
    ("post", "import", registrars(302)),
    ("get", "import_progress", registrars(200)),
    ("get", "refused_rows", registrars(200)),
    ("get", "confirm_import", (LOGIN, *(405,) * 9)),
    ("post", "confirm_import", registrars(302)),
    ("post", "undo_import", registrars(302)),
    ("get", "admin:index", ADMIN),
)


@dataclass
class World:
    """One row of each kind, all of harbour."""

    club: Club
    athlete: Athlete
    hidden: Athlete
    performance: Performance
    batch: ImportBatch

    def address(self, route: str) -> str:
        arguments: dict[str, list[object]] = {
            "club": [self.club.slug],
            "club_colours": [self.club.slug],
            "imports": [self.club.slug],
            "new_import": [self.club.slug],
            "record_story": [self.club.slug, "100", "M"],
        }
        if route in ("import", "import_progress", "confirm_import", "undo_import", "refused_rows"):
            arguments[route] = [self.batch.pk]
        if route == "athlete":
            return self.athlete.get_absolute_url()
        if route == "athlete:hidden":
            return self.hidden.get_absolute_url()
        return reverse(route, args=arguments.get(route, []))


@pytest.fixture
def world(harbour: Club, other: Club) -> World:
    athlete = AthleteFactory(family_name="Open", club=harbour)
    hidden = AthleteFactory(family_name="Shy", club=harbour, visibility="club")
    performance = PerformanceFactory(athlete=athlete, mark="10.80", wind=5, on=date(2026, 6, 1))
    batch = staged("athletes", "family name,sex\nNew,M\nBad,Q\n", club=harbour)
    return World(harbour, athlete, hidden, performance, batch)


def visitor(kind: str, world: World) -> User | None:
    if kind == "anonymous":
        return None
    if kind == "superuser":
        return UserFactory(is_superuser=True)
    user = UserFactory()
    if kind == "charlie":
        MembershipFactory(user=user, club=Club.objects.get(slug="other"), role=Role.CHIEF_REGISTRAR)
    else:
        MembershipFactory(user=user, club=world.club, role=kind)
    return user


@pytest.mark.parametrize(("method", "route", "statuses"), TABLE, ids=[f"{m}-{r}" for m, r, _ in TABLE])
def test_each_visitor_gets_what_the_table_says(
    method: str, route: str, statuses: tuple[int, ...], world: World
) -> None:
    data = {"club": world.club.slug, "language": "es"} if method == "post" else {}
    answered = {}
    for kind in VISITORS:
        client = Client()
        if user := visitor(kind, world):
            client.force_login(user)
        answered[kind] = getattr(client, method)(world.address(route), data).status_code
    assert answered == dict(zip(VISITORS, statuses, strict=True))


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
    missing = [name for name in route_names(get_resolver().url_patterns) if name not in rows | prefixes]
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
    for name in route_names([one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "admin"]):
        assert name == "admin:"
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
    said = {"name": "New AC", "slug": "new-ac", "age_group_scheme": "wa", "season_start": 1}
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
