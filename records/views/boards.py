"""Public pages on clubs and their records."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django_htmx.http import push_url

from records.forms import BoardForm
from records.queries import boards
from records.views.addresses import page_number, plain_query, text_said
from trackhub.clubs.models import Club


def clubs(request: HttpRequest) -> HttpResponse:
    text = text_said(request, "q", 80)
    context = {"text": text, "clubs": boards.clubs_at_a_glance(text, page=page_number(request))}
    return render(request, "records/clubs.html", context)


def club(request: HttpRequest, slug: str) -> HttpResponse:
    """The club's record board; its filters live in the address."""
    shown = get_object_or_404(Club, slug=slug)
    book = boards.book_of(shown)
    context: dict[str, object] = {"club": shown, "book": book}
    if book is not None:
        form = BoardForm(request.GET, choices=boards.choices_of(book))
        lists = boards.record_board(
            book, request.user, form.filters, today=timezone.localdate(), page=page_number(request)
        )
        context |= {"form": form, "lists": lists}
    response = render(request, "records/club.html", context)
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        push_url(response, plain_query(request))
    return response


def record_story(request: HttpRequest, book: str, code: str, sex: str) -> HttpResponse:
    """Everyone who held one record, the holder of today first, and the rules it was kept by."""
    kept = None if "\0" in code + sex else boards.book_called(book)
    asked = {name: text_said(request, name) for name in ("age_group", "facility", "timing")}
    story = kept and boards.story_of(kept, code, sex, request.user, **asked)
    if not kept or not story:
        raise Http404
    return render(request, "records/story.html", {"book": kept, "club": kept.club, "story": story, "sex": sex})
