"""The settings page of a club."""

from __future__ import annotations

import pytest
from django.test import Client

from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

PAGE = "/clubs/harbour/settings/"
SAID = {"name": "Harbour AC", "short_name": "HAC", "country": "GBR", "town": "Portsmouth", "colour": "#0a5c36"}
SAID |= {"minors_shown_as": "initials"}


@pytest.fixture
def desk(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_settings_are_kept_and_shown(desk: Client, harbour: Club) -> None:
    page = desk.post(PAGE, SAID, follow=True).content.decode()
    assert "The settings are kept." in page
    assert 'value="HAC"' in page
    # The address of the style sheet changes with the colour: a browser keeps the old one for an hour.
    assert 'href="/clubs/harbour/colours.css?0a5c36"' in page
    harbour.refresh_from_db()
    assert (harbour.minors_shown_as, harbour.short_name, harbour.colour, harbour.second_factor_required) == (
        "initials",
        "HAC",
        "#0a5c36",
        False,
    )
    assert AuditEntry.objects.get(action="change_club").after == {
        "minors_shown_as": "initials",
        "short_name": "HAC",
        "colour": "#0a5c36",
    }
    desk.post(PAGE, SAID | {"second_factor_required": "on"})
    harbour.refresh_from_db()
    assert harbour.second_factor_required


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"country": "gb"}, "Three capital letters"),
        ({"colour": "red;}b{"}, "A colour such as"),
        ({"colour": "#0a5c36;}body{display:none"}, "at most 7 characters"),
    ],
)
def test_a_form_that_is_wrong_keeps_what_was_typed(
    desk: Client, harbour: Club, said: dict[str, str], sentence: str
) -> None:
    response = desk.post(PAGE, SAID | {"name": "New", "town": "Southsea"} | said)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert 'value="Southsea"' in page
    assert '<p class="crumbs"><a href="/clubs/harbour/">Harbour AC</a>' in page
    harbour.refresh_from_db()
    assert harbour.town == "Portsmouth"


def test_what_is_no_field_does_not_change(desk: Client, harbour: Club) -> None:
    desk.post(PAGE, SAID | {"slug": "mine", "season_start": "9", "age_group_scheme": "uka", "id": "99"})
    harbour.refresh_from_db()
    assert (harbour.slug, harbour.season_start, harbour.age_group_scheme) == ("harbour", 1, "wa")


def test_one_club_is_not_set_from_another(client: Client, charlie: User, harbour: Club) -> None:
    client.force_login(charlie)
    assert client.post(PAGE, SAID).status_code == 404
    harbour.refresh_from_db()
    assert harbour.short_name == ""
