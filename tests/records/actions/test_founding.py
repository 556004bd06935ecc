"""Founding a club: the club comes with its book, and the book with its policy."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError

from records.actions.founding import found_club, free_slug, open_book
from records.models import RecordBook, RecordPolicy
from tests.factories import ClubFactory
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


def test_a_club_comes_with_its_book_and_its_first_policy(alice: User, now: datetime) -> None:
    club = found_club("Žižkov Běžci", by=alice, at=now, country="CZE", town="Praha")
    book = RecordBook.objects.get(club=club)
    assert (club.slug, club.country, club.town) == ("zizkov-bezci", "CZE", "Praha")
    assert (book.slug, book.name, book.scheme and book.scheme.code) == ("zizkov-bezci", "Žižkov Běžci", "wa")
    assert book.policy == RecordPolicy.objects.get(book=book)
    assert book.policy is not None
    assert (book.policy.version, book.policy.wind, book.policy.hand) == (1, "reading", "refused")


def test_the_deed_is_written_down(alice: User, now: datetime) -> None:
    club = found_club("Lakeside", by=alice, at=now)
    deed = AuditEntry.objects.get(action="found_club", club=club)
    assert (deed.by, deed.at, deed.target, deed.after) == (alice, now, "club lakeside", {"name": "Lakeside"})


def test_the_book_keeps_the_age_groups_of_the_club(now: datetime) -> None:
    club = found_club("Vale", by=None, at=now, age_group_scheme="uka")
    assert club.books.get().scheme.code == "uka"  # type: ignore[union-attr]


def test_a_club_with_an_unknown_scheme_keeps_records_at_any_age_only(now: datetime) -> None:
    club = found_club("Vale", by=None, at=now, age_group_scheme="of-our-own")
    assert club.books.get().scheme is None


def test_two_clubs_of_one_name_get_two_addresses(now: datetime) -> None:
    slugs = [found_club("City", by=None, at=now).slug for _ in range(3)]
    assert slugs == ["city", "city-2", "city-3"]


def test_the_address_of_another_book_is_taken() -> None:
    RecordBook.objects.create(slug="city", name="City stadium")
    assert free_slug("City") == "city-2"


def test_a_name_without_latin_letters_gets_an_address_too(now: datetime) -> None:
    assert found_club("東京", by=None, at=now).slug == "club"


def test_a_chosen_address_is_kept_and_refused_when_taken(now: datetime) -> None:
    assert found_club("City", by=None, at=now, slug="city-ac").slug == "city-ac"
    with pytest.raises(IntegrityError):
        found_club("City Again", by=None, at=now, slug="city-ac")


def test_opening_the_book_again_opens_the_same() -> None:
    club = ClubFactory()
    book = club.books.get()
    assert open_book(club) == book
    assert RecordPolicy.objects.filter(book=book).count() == 1


def test_a_club_made_without_a_book_gets_one() -> None:
    club = Club.objects.create(name="Bare", slug="bare")
    book = open_book(club)
    assert (book.club, book.slug, book.policy is not None) == (club, "bare", True)
