"""Founding a club: the club, its record book, and the book's first policy."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from records.models import AgeGroupScheme, RecordBook, RecordPolicy
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import Club, User


def found_club(name: str, *, by: User | None, at: datetime, **fields: str | int) -> Club:
    """A new club called ``name`` with a record book under the same slug, by World Athletics' rules until it decides."""
    slug = str(fields.pop("slug", "")) or free_slug(name)
    with transaction.atomic():
        club = Club.objects.create(name=name, slug=slug, **fields)
        open_book(club)
        record_deed("found_club", target=f"club {club.slug}", by=by, at=at, club=club, after={"name": name})
    return club


def open_book(club: Club) -> RecordBook:
    """The club's own record book, made if it isn't there."""
    book, made = RecordBook.objects.get_or_create(slug=club.slug, defaults={"name": club.name, "club": club})
    if made:
        book.scheme = AgeGroupScheme.objects.filter(code=club.age_group_scheme).first()
        book.policy = RecordPolicy.objects.create(book=book)
        book.save()
    return book


def free_slug(name: str) -> str:
    """A slug that neither a club nor a book bears yet."""
    stem = slugify(name)[:50] or "club"
    slug, number = stem, 2
    while Club.objects.filter(slug=slug).exists() or RecordBook.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug
