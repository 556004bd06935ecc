"""Record boards and results inside other sites, and the page on which a club takes the code for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt

from records.domain.dates import season_of
from records.forms.boards import BoardForm
from records.queries import boards
from records.queries.feeds import latest_results
from records.views.addresses import page_number
from records.views.open import SECONDS, open_to_all
from trackhub.clubs.models import Club
from trackhub.clubs.pages import public_page

THEMES = ("light", "dark")


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Any site may show the view's page inside its own; a club that isn't there gets a bare page that says so."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return render(request, "records/embed_none.html", _look(request), status=404)

    free: Callable[..., HttpResponseBase] = csp_replace({"frame-ancestors": ["*"]})(open_to_all(shown))
    return xframe_options_exempt(free)


def _look(request: HttpRequest) -> dict[str, object]:
    theme = request.GET.get("theme", "")
    return {"theme": theme if theme in THEMES else ""}


@framed
def embedded_records(request: HttpRequest, slug: str) -> HttpResponse:
    """The club's board, filtered by the address as the club's own page is."""
    club = get_object_or_404(Club, slug=slug)
    book = boards.book_of(club)
    context = {"club": club, **_look(request)}
    if book is not None:
        form = BoardForm(request.GET, choices=boards.Choices([], []))
        context["lists"] = boards.record_board(
            book, AnonymousUser(), form.filters, today=timezone.localdate(), page=page_number(request)
        )
    return render(request, "records/embed_records.html", context)


@framed
def embedded_results(request: HttpRequest, slug: str) -> HttpResponse:
    """The club's latest marks."""
    club = get_object_or_404(Club, slug=slug)
    context = {"club": club, "lines": latest_results(today=timezone.localdate(), club=club), **_look(request)}
    return render(request, "records/embed_results.html", context)


def board_script(request: HttpRequest) -> HttpResponse:
    """The web component at an address that stays when the file changes."""
    response = redirect(static("embed/trackhub-board.js"))
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    return response


@public_page
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """Code to copy, feeds, and what else a club can show of itself elsewhere."""
    club = get_object_or_404(Club, slug=slug)
    season = season_of(timezone.localdate(), club.season_start)
    context = {"club": club, "site": f"{request.scheme}://{request.get_host()}", "seasons": (season, season - 1)}
    return render(request, "records/share.html", context)
