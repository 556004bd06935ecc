"""Share images: PNGs that chats and social networks show beside a link."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from records.documents.cards import Card, card_png
from records.queries import boards
from records.queries.athletes import athlete_seen_by
from records.queries.cards import card_of_athlete, card_of_club, card_of_record
from records.queries.catalogue import club_of
from records.queries.stories import story_of
from records.views.addresses import text_said
from records.views.open import open_to_all
from trackhub.clubs.models import Club

A_DAY = 86_400


def _picture(card: Card) -> HttpResponse:
    """Drawn once for its words, whichever page shows it."""
    png = cache.get_or_set(f"card-{card.digest}", lambda: card_png(card), A_DAY)
    return HttpResponse(png, content_type="image/png")


@open_to_all
def club_card(request: HttpRequest, slug: str) -> HttpResponse:
    return _picture(card_of_club(get_object_or_404(Club, slug=slug), today=timezone.localdate()))


@open_to_all
def athlete_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Of an athlete whom everybody may see."""
    shown, today = athlete_seen_by(AnonymousUser(), pk), timezone.localdate()
    if shown is None:
        raise Http404
    return _picture(card_of_athlete(shown, club_of(shown, today), today=today))


@open_to_all
def record_card(request: HttpRequest, book: str, code: str, sex: str) -> HttpResponse:
    """Of the record that ``?age_group=&facility=&timing=`` names, as its story's page does."""
    kept = None if "\0" in code + sex else boards.book_called(book)
    asked: dict[str, Any] = {name: text_said(request, name) for name in ("age_group", "facility", "timing")}
    story = kept and story_of(kept, code, sex, AnonymousUser(), **asked)
    if not kept or not story:
        raise Http404
    return _picture(card_of_record(kept, story, sex, today=timezone.localdate()))
