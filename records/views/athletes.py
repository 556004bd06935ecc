"""Public pages on athletes."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from records.forms import AthleteSearch
from records.queries import athletes as queries
from records.views.addresses import page_number, text_said, whole_number


def athletes(request: HttpRequest) -> HttpResponse:
    form = AthleteSearch(request.GET, clubs=queries.club_names())
    form.is_valid()
    said = form.cleaned_data
    found = queries.athlete_list(
        request.user,
        today=timezone.localdate(),
        name=said.get("q", ""),
        sex=said.get("sex", ""),
        club=said.get("club", ""),
        page=page_number(request),
    )
    return render(request, "records/athletes.html", {"form": form, "athletes": found})


def athlete(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """An athlete's bests, records and performances. The address corrects itself; a merged one leads on."""
    shown = queries.athlete_seen_by(request.user, pk)
    if shown is None:
        raise Http404
    if shown.get_absolute_url() != request.path:
        asked = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(shown.get_absolute_url() + asked, permanent=shown.pk != pk)
    discipline = text_said(request, "discipline")
    season = whole_number(request.GET.get("season", ""))
    profile = queries.profile_of(shown, request.user, today=timezone.localdate())
    context = {
        "athlete": shown,
        "profile": profile,
        "club": profile.club,
        "performances": queries.performances_of(
            shown, request.user, discipline=discipline, season=season, page=page_number(request)
        ),
        "discipline": discipline,
        "season": season,
    }
    return render(request, "records/athlete.html", context)
