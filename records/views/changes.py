"""The log of changes of a club: who did what, and what it was before."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from records.forms.changes import ChangeSearch
from records.queries import changes as queries
from records.views.addresses import whole_number
from records.views.downloads import Sheet, download
from trackhub.clubs.models import Club
from trackhub.clubs.rules import require

RIGHT = "clubs.import_into_club"


def _asked(request: HttpRequest, slug: str) -> tuple[Club, ChangeSearch, bool]:
    """The club, what is asked of its log, and whether the chief registrar asks."""
    club = get_object_or_404(Club, slug=slug)
    user = require(request.user, RIGHT, club)
    form = ChangeSearch(request.GET, actors=queries.actors_in(club), deeds=queries.deeds_in(club))
    return club, form, user.has_perm("clubs.change_club", club)


@login_required
@never_cache
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    club, form, chief = _asked(request, slug)
    found = queries.log_of(club, form.filters, chief=chief)
    before = whole_number(request.GET.get("before", ""))
    context = {"club": club, "form": form, "page": queries.change_page(found, club, before=before), "before": before}
    context["target"] = form.filters.target
    return render(request, "records/changes.html", context)


@login_required
@download
def export_changes(request: HttpRequest, slug: str) -> Sheet:
    club, form, chief = _asked(request, slug)
    found = queries.log_of(club, form.filters, chief=chief)
    header = [str(name) for name in queries.CHANGE_HEADER]
    return Sheet(f"{club.slug}-changes", header, queries.change_rows(found, club))
