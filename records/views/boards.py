"""Public pages on clubs and their records."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_htmx.http import push_url

from records.documents.board import board_document
from records.forms.boards import BoardForm
from records.models import RecordBook
from records.queries import boards, former
from records.queries.athletes import place_said
from records.queries.near import close_calls
from records.queries.printed import board_printed
from records.queries.stories import story_of
from records.views.addresses import day_said, page_number, plain_query, text_said
from records.views.downloads import too_many
from trackhub.clubs.models import Club
from trackhub.clubs.pages import public_page
from trackhub.clubs.rest.limits import seconds_to_wait


@public_page
def clubs(request: HttpRequest) -> HttpResponse:
    text = text_said(request, "q", 80)
    context = {"text": text, "clubs": boards.clubs_at_a_glance(text, page=page_number(request))}
    return render(request, "records/clubs.html", context)


@public_page
def club(request: HttpRequest, slug: str) -> HttpResponse:
    """The club's record board; its filters live in the address."""
    shown, book = _book_of(slug)
    context: dict[str, object] = {"club": shown, "book": book}
    if book is not None:
        choices = boards.choices_of(book)
        form = BoardForm(request.GET, choices=choices)
        said: dict[str, Any] = {"today": timezone.localdate(), "page": page_number(request)}
        lists = boards.record_board(book, request.user, form.filters, places=choices.places, **said)
        as_grid = text_said(request, "view") == "grid"
        grids = boards.grids_of(lists.items, choices.age_groups) if as_grid else []
        context |= {"form": form, "lists": lists, "as_grid": as_grid, "grids": grids}
    response = render(request, "records/club.html", context)
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        push_url(response, plain_query(request))
    return response


@public_page
def record_story(request: HttpRequest, book: str, code: str, sex: str) -> HttpResponse:
    """Everyone who held one record, the holder of today first, and the rules it was kept by; with ``?on=`` as it
    stood on a day."""
    kept = None if "\0" in code + sex else boards.book_called(book)
    asked: dict[str, Any] = {name: text_said(request, name) for name in ("age_group", "facility", "timing")}
    today, on = timezone.localdate(), day_said(request)
    story = kept and story_of(kept, code, sex, request.user, on=on, today=today, **asked)
    if not kept or not story:
        raise Http404
    context = {"book": kept, "club": kept.club, "story": story, "sex": sex, "on": on, "today": today}
    return render(request, "records/story.html", context)


def _book_of(slug: str) -> tuple[Club, RecordBook | None]:
    shown, book = boards.club_and_book(slug)
    if shown is None:
        raise Http404
    return shown, book


@public_page
def near_records(request: HttpRequest, slug: str) -> HttpResponse:
    """Who came close to a record lately, and which records are in danger this season."""
    shown, book = _book_of(slug)
    calls = close_calls(book, request.user, today=timezone.localdate()) if book else None
    return render(request, "records/club_near.html", {"club": shown, "calls": calls})


@public_page
def former_records(request: HttpRequest, slug: str) -> HttpResponse:
    """Records that somebody took, the latest to fall first."""
    shown, book = _book_of(slug)
    before = place_said(text_said(request, "before", 40))
    fallen = former.former_records(book, request.user, before=before) if book else None
    return render(request, "records/club_former.html", {"club": shown, "fallen": fallen, "before": before})


def board_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The record board on paper, filtered as the page is, in the visitor's language."""
    shown, book = _book_of(slug)
    if book is None:
        raise Http404
    if wait := ceil(seconds_to_wait("export", request)):
        return too_many(wait)
    form = BoardForm(request.GET, choices=boards.choices_of(book))
    printed = board_printed(book, request.user, form.filters, today=timezone.localdate())
    response = HttpResponse(board_document(printed, colour=shown.colour), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{shown.slug}-records.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
