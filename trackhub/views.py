"""The roof's own pages: home, search, and what load balancers ask."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from federations.queries.findings import KINDS, findings
from federations.queries.news import latest_news
from records.domain.seeking import sought_in
from records.queries.boards import latest_records
from records.queries.home import Shelf, clubs_in_short, shelf_of
from records.queries.results import editions_held
from records.queries.search import LONGEST
from records.views.addresses import page_number, text_said
from trackhub.clubs.models import User
from trackhub.clubs.pages import public_page

LAST_PAGE = 100
"""Of one kind of a search."""
IN_PALETTE = 5
"""Lines of each kind."""
ON_A_PAGE = 30
"""Lines where one kind alone is shown."""


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The newest records, results and news, the clubs, and what is the visitor's own."""
    today = timezone.localdate()
    context = {
        "shelf": _shelf(request, today),
        "records": latest_records(request.user, today=today, limit=6),
        "held": editions_held(request.user, today=today, limit=6),
        "clubs": clubs_in_short(today=today, limit=12),
        "news": latest_news(request.user, at=timezone.now(), limit=3),
    }
    return render(request, "home.html", context)


def _shelf(request: HttpRequest, today: date) -> Shelf | None:
    user, club = request.user, getattr(request, "club", None) or None
    if not isinstance(user, User):
        return None
    keeps = club is not None and user.has_perm("clubs.import_into_club", club)
    shelf = shelf_of(user, club, keeps=keeps, today=today)
    return shelf if club or shelf.athletes else None


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """All kinds, or with ``?kind=`` one of them page by page. To the palette, as somebody types, the lines alone."""
    text, kind = text_said(request, "q", LONGEST), text_said(request, "kind")
    kind = kind if kind in KINDS else ""
    page = min(page_number(request), LAST_PAGE) if kind else 1
    in_palette = request.headers.get("HX-Target") == "palette-found"
    said: dict[str, int] = {"size": ON_A_PAGE} if kind else {"size": IN_PALETTE} if in_palette else {}
    kinds = (kind,) if kind else KINDS
    groups = findings(text, request.user, at=timezone.now(), kinds=kinds, page=page, **said)
    context = {
        "text": text,
        "kind": kind,
        "long_enough": bool(sought_in(text)),
        "groups": groups,
        "number": sum(len(group.found.items) for group in groups),
    }
    response = render(request, "records/search_palette.html" if in_palette else "records/search.html", context)
    patch_vary_headers(response, ["HX-Target"])
    return response


@never_cache
@require_safe
def set_language(request: HttpRequest) -> HttpResponse:
    """Go on in another language, remembered for a year.

    It changes nothing but what this one browser reads, so it asks for no token, and pages that are kept for everybody
    can hold the form.
    """
    onward, language = request.GET.get("next", ""), request.GET.get("language", "")
    here = url_has_allowed_host_and_scheme(onward, request.get_host(), require_https=request.is_secure())
    response = redirect(onward if here else "home")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 86_400,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse(
            {"error": "not_ready", "message": "The database doesn't answer.", "details": {}}, status=503
        )
    if waiting:
        names = [str(migration) for migration, _backwards in waiting]
        message = f"{len(names)} migrations are waiting."
        details = {"migrations": names}
        return JsonResponse({"error": "not_ready", "message": message, "details": details}, status=503)
    return JsonResponse({"status": "ready"})
