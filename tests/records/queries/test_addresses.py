"""Addresses from patterns are those that reverse() gives."""

from __future__ import annotations

import pytest
from django.urls import reverse

from records.queries import addresses
from tests.factories import AthleteFactory


@pytest.mark.parametrize("name", ["Ana María Bravo", "李 明", "x", "to-come", "O'Neil & Sons", "1000000000000"])
@pytest.mark.django_db
def test_a_page_of_a_person(name: str) -> None:
    athlete = AthleteFactory(given_name="", family_name=name)
    assert addresses.athlete_url(athlete.pk, str(athlete)) == athlete.get_absolute_url()


@pytest.mark.parametrize("slug", ["harbour", "to-come", "x"])
def test_a_page_of_a_club(slug: str) -> None:
    assert addresses.club_url(slug) == reverse("club", args=[slug])


def test_a_page_of_a_performance() -> None:
    assert addresses.performance_url(7) == reverse("performance", args=[7])


@pytest.mark.parametrize(
    ("book", "code", "key"),
    [
        ("harbour", "100", {}),
        ("to-come", "4x100", {"age_group": "U20"}),
        ("more-to-come", "HJ", {"age_group": "M35 & more", "facility": "indoor", "timing": "hand"}),
        ("harbour", "å b", {"facility": "road"}),
    ],
)
def test_the_story_of_a_record(book: str, code: str, key: dict[str, str]) -> None:
    assert addresses.story_url(book, code, "F", **key) == reverse("record_story", args=[book, code, "F"], query=key)
