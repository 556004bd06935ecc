"""Text is text: markup in any column of the database, however it came there, is shown and never obeyed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.contrib.admin.sites import site as admin_site
from django.contrib.sessions.models import Session
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.models import Athlete, Consent, LegacyRecord
from tests.answers import closing
from tests.factories import UserFactory, imported
from tests.security.conftest import Api, Site
from tests.test_access import TABLE
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import AuditEntry, Delivery, User, Webhook

pytestmark = pytest.mark.django_db

APPS = ("clubs", "records", "federations", "account", "mfa", "usersessions", "socialaccount")
# Words of the program's own: no form, file or order writes them but from a list that is checked.
CODES = {
    "sex", "timing", "status", "reason", "flags", "date_precision", "birth_precision", "date_order", "state", "task",
    "facility", "family", "measure", "digest", "prefix", "sha256", "athlete_key", "name_key", "source_key", "verdict",
    "session_key", "key", "password", "provider", "uid", "type", "slug", "age_group", "colour", "kind", "action",
    "club_column", "visibility", "code", "account",
}  # fmt: skip
SIGN = re.compile(r"""x0 n=(\d+)""")


def payload(number: int, longest: int | None) -> str:
    """Closes an attribute and a tag, opens an element of its own with a script in it; ``n`` says which column it was."""
    return f"'\"><x0 n={number} onerror=alert(1)></script></title>{{{{123*456}}}}<svg onload=alert(2)>"[:longest]


def text_columns() -> Iterator[tuple[type[models.Model], models.Field]]:  # type: ignore[type-arg]
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.local_concrete_fields:
                plain = isinstance(field, models.CharField | models.TextField) and not isinstance(
                    field, models.SlugField
                )
                if plain and not field.choices and field.name not in CODES:
                    yield model, field


class Obeyed(HTMLParser):
    """What a browser would make of a page: our elements in it, scripts in attributes, addresses that run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        bad = tag == "x0" or any(name.startswith("on") for name, _ in attrs)
        runs = [
            v
            for n, v in attrs
            if n in ("href", "src", "action", "formaction")
            and (v or "").strip().lower().startswith(("javascript:", "data:text"))
        ]
        if bad or runs:
            self.found.append(self.get_starttag_text() or tag)


def obeyed(page: str) -> list[str]:
    parser = Obeyed()
    parser.feed(page)
    return parser.found + (["56088"] if "56088" in page else []) + (["<x0"] if "<x0" in page else [])


@pytest.fixture
def poisoned(site: Site, api: Api, alice: User) -> dict[int, str]:
    """One row of everything, and markup in each of its texts: {number: column}."""
    now = timezone.now()
    imported("performances", "family name,sex,discipline,mark,date\nNova,M,100,10.9,2026-05-01\n", club=site.club)
    Webhook.objects.create(club=site.club, url="https://hook.example/", by=alice, created=now)
    tell(next(iter(Kind)), club=site.club, at=now, public=True, payload={"athlete": site.athlete.pk})
    assert Delivery.objects.exists()
    Consent.objects.create(athlete=site.athlete, purpose="name", version="1", words="x", given=now, by=alice)
    batch = imported(
        "records",
        "holder,discipline,sex,mark,date,age group\nOld,100,M,10.5,1990-05-01,Senior\n",
        club=site.club,
        book=site.club.books.get(),
    )
    assert batch.pk
    assert LegacyRecord.objects.exists()
    Athlete.objects.filter(pk=site.athlete.pk).update(account=alice)
    AuditEntry.objects.create(at=now, action="x", target="x", before={"name": payload(9999, None)}, club=site.club)
    columns = {}
    for number, (model, field) in enumerate(text_columns(), start=1000):
        rows = model._default_manager.all()
        try:
            with transaction.atomic():
                if field.unique or isinstance(field, models.EmailField):
                    for one in rows:
                        text = f'"<x0 n={number} onerror=alert(1)>{one.pk}"@example.org'
                        model._default_manager.filter(pk=one.pk).update(**{field.name: text})
                else:
                    rows.update(**{field.name: payload(number, field.max_length)})
        except IntegrityError:
            continue  # a constraint of the table takes no such text
        columns[number] = f"{model.__name__}.{field.name}"
    return columns


def addresses(site: Site) -> Iterator[str]:
    for method, route, _ in TABLE:
        if method == "get" and not route.startswith("admin:"):
            yield site.address(route)
    yield reverse("club", args=[site.club.slug]) + "?discipline=" + payload(1, 60)
    yield reverse("clubs") + "?q=" + payload(1, 60)
    yield reverse("athletes") + "?q=" + payload(1, 60)
    yield site.athlete.get_absolute_url() + "?discipline=" + payload(1, 60)
    yield "/nowhere/" + payload(1, None)
    yield reverse("record_story", args=[site.club.books.get().slug, payload(1, 20), "M"])
    yield reverse("account_login") + "?next=" + payload(1, None)
    for model, desk in admin_site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        yield reverse(f"{base}_changelist") + "?q=" + payload(1, 60)
        if row := model._default_manager.first():
            yield reverse(f"{base}_change", args=[row.pk])
            yield reverse(f"{base}_history", args=[row.pk])
            yield reverse(f"{base}_delete", args=[row.pk])
        assert desk is not None


def test_no_page_obeys_what_stands_in_the_database(poisoned: dict[int, str], site: Site, alice: User) -> None:
    root = UserFactory(is_superuser=True)
    wrong, seen, pages = {}, set(), 0
    for user in (None, alice, root):
        client = Client()
        if user is not None:
            client.force_login(user)
        for address in addresses(site):
            with closing(client.get(address, follow=True)) as answer:
                assert answer.status_code < 500, address
                assert answer["X-Content-Type-Options"] == "nosniff", address
                if "html" not in answer["Content-Type"] and "svg" not in answer["Content-Type"]:
                    continue
                page = answer.content.decode()
            pages += 1
            if found := obeyed(page):
                wrong[f"{user} {address}"] = found[:2]
            seen |= {poisoned[int(n)] for n in SIGN.findall(html.unescape(page)) if int(n) in poisoned}
    assert wrong == {}
    assert pages > 250
    # What is asked would be nothing if nothing of it were shown.
    for shown in ("Club.name", "Athlete.family_name", "Athlete.native_name", "Performance.competition", "User.name",
                  "Performance.venue", "ImportBatch.filename", "OfficialLink.place", "ApiToken.name",
                  "LegacyRecord.holder", "RecordBook.name", "Delivery.answer", "Webhook.url", "User.email"):  # fmt: skip
        assert shown in seen, (shown, sorted(seen))


FORMS = (
    ("account", ("name",)),
    ("tokens", ("name", "scope", "club", "days")),
    ("members", ("email", "role", "starts")),
    ("member", ("role", "starts", "ends")),
    ("official_links", ("place", "day")),
    ("club_settings", ("name", "short_name", "town", "country", "colour", "season_start")),
    ("new_import", ("source", "kind", "date_order", "book")),
    ("switch_club", ("club", "next")),
    ("my_consents", ("athlete", "purpose", "do")),
    ("account_login", ("login", "password")),
    ("account_signup", ("name", "email", "password1", "password2")),
    ("account_reset_password", ("email",)),
    ("account_request_login_code", ("email",)),
    ("account_email", ("email", "action_add")),
    ("account_change_password", ("oldpassword", "password1", "password2")),
    ("account_reauthenticate", ("password",)),
)


@pytest.mark.parametrize(("route", "fields"), FORMS, ids=[one for one, _ in FORMS])
@pytest.mark.parametrize("who", ["alice", "nobody"])
def test_no_form_gives_back_what_it_was_sent_as_markup(
    route: str, fields: tuple[str, ...], who: str, site: Site, alice: User
) -> None:
    client = Client()
    if who == "alice":
        client.force_login(alice)
    said = {name: payload(1, None) for name in fields}
    for url in ("javascript:alert(1)", "data:text/html,<x0>"):
        for data in (said, dict.fromkeys(fields, url)):
            answer = client.post(site.address(route), data, follow=True)
            assert obeyed(answer.content.decode()) == []


def test_a_refusal_of_the_api_is_json_and_never_a_page(api: Api, alice: User) -> None:
    """Whatever is asked in an address comes back in a sentence, as JSON that no browser takes for a page."""
    client = Client()
    client.force_login(alice)
    bad = payload(1, 60)
    for address in (
        f"/api/v1/athletes/?fields={bad}", f"/api/v1/performances/?club={bad}", f"/api/v1/rankings/?discipline={bad}",
        f"/api/v1/records/?on={bad}", f"/api/v1/search/?q={bad}", f"/api/v1/athletes/?cursor={bad}", f"/api/v1/{bad}/",
        f"/api/{bad}", f"/api/v1/athletes/?format={bad}", "/api/v1/athletes/?format=html",
    ):  # fmt: skip
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer["Content-Type"] == "application/json", address
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_picture_made_of_words_is_a_picture(site: Site, alice: User) -> None:
    """An SVG opened on its own would run scripts: the words in it are escaped, and the policy comes with it."""
    type(site.link).objects.filter(pk=site.link.pk).update(place=payload(7, 80))
    client = Client()
    client.force_login(alice)
    answer = client.get(site.address("official_link_qr"))
    assert b"n=7" in answer.content
    assert obeyed(answer.content.decode()) == []
    assert answer["Content-Type"] == "image/svg+xml"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert Session.objects.exists()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", 'https://a.example/"><x0>', "ftp://a.example/"]
)
def test_no_address_that_runs_becomes_a_webhook(url: str, api: Api, alice: User) -> None:
    client = Client()
    client.force_login(alice)
    answer = client.post("/api/v1/clubs/harbour/webhooks/", {"url": url}, content_type="application/json")
    assert answer.status_code == 422
    assert not Webhook.objects.filter(url=url).exists()


@pytest.mark.parametrize(
    "colour", ["red;}body{display:none", "url(//evil)", "#12345g", "</style><x0>", "expression(1)"]
)
def test_a_colour_is_a_colour(colour: str, site: Site, alice: User) -> None:
    """It goes into a style sheet, where a brace would end the rule."""
    client = Client()
    client.force_login(alice)
    said = {"name": "Harbour AC", "season_start": 1, "colour": colour, "country": "GBR"}
    assert client.post(site.address("club_settings"), said).status_code == 422
    assert colour not in client.get(site.address("club_colours")).content.decode()
