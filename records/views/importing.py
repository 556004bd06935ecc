"""The door of a registrar's import pages: whose import it is, who may, and queueing its work."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from records.models import ImportBatch
from records.queries.imports import import_known_to
from trackhub.clubs.actions.audit import note_reading
from trackhub.clubs.actions.jobs import queue_job
from trackhub.clubs.models import Club, User
from trackhub.clubs.rules import require

RIGHT = "clubs.import_into_club"
View = Callable[[HttpRequest, int], HttpResponse]


def from_its_page(view: View) -> View:
    """For addresses that nobody opens by themselves: who logs in on the way there comes to the import's page."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, pk)
        if request.headers.get("HX-Request"):
            return HttpResponseClientRefresh()
        return redirect_to_login(reverse("import", args=[pk]))

    return guarded


def club_of(request: HttpRequest, slug: str) -> Club:
    """The club, if the visitor may import into it."""
    club = get_object_or_404(Club, slug=slug)
    require(request.user, RIGHT, club)
    return club


def batch_of(request: HttpRequest, pk: int) -> ImportBatch:
    """The import, if the visitor may look at it; that they did is noted."""
    batch = import_known_to(request.user, pk)
    if batch is None:
        raise Http404
    require(request.user, RIGHT, batch.club)
    note_reading(f"import {batch.pk}", by=request.user, at=timezone.now(), club=batch.club)
    return batch


def registrar(request: HttpRequest) -> User:
    """Who asks; an import's page was opened by somebody who has logged in."""
    assert isinstance(request.user, User)  # noqa: S101  # the door above
    return request.user


def queue(task: str, batch: ImportBatch, request: HttpRequest) -> None:
    queue_job(f"records.{task}", subject=batch.pk, by=registrar(request), club=batch.club, at=timezone.now())


def row_number(request: HttpRequest, name: str = "after") -> int:
    """The row behind which the page begins; 0 for a word that is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
