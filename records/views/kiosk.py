"""Full-screen slides for the screen in a clubhouse."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from records.queries.boards import club_and_book
from records.queries.kiosk import slides_of
from records.views.addresses import page_number
from trackhub.clubs.pages import public_page


@public_page
def kiosk(request: HttpRequest, slug: str) -> HttpResponse:
    """What everybody may see, whoever set the screen up. ``?page=`` says which part of the board takes its turn."""
    club, book = club_and_book(slug)
    if club is None:
        raise Http404
    shown = slides_of(club, book, AnonymousUser(), today=timezone.localdate(), page=page_number(request))
    return render(request, "records/kiosk.html", {"club": club, "shown": shown})
