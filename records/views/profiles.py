"""What athletes, their guardians and the club's registrars tell: a biography, and videos of performances."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from records.actions.correcting import AlreadySuperseded
from records.actions.profiles import ProfileRefused, add_video, remove_video, write_biography
from records.forms.profiles import BiographyForm, VideoForm
from records.models import Athlete, Performance
from records.queries.athletes import athlete_seen_by
from records.queries.catalogue import performance_seen_by
from records.queries.lines import Faces
from records.queries.performances import newest_of
from records.queries.videos import people_behind
from records.queries.voices import acts_for, acts_for_any, club_of
from records.views.performances import RIGHT, performance_page
from trackhub.clubs.models import User
from trackhub.clubs.rules import require, somebody


def _teller(request: HttpRequest, athlete: Athlete) -> User:
    """Whoever asks, if they may write on the athlete's page: 404 for outsiders, 403 for the club's others."""
    user, today = somebody(request.user), timezone.localdate()
    if acts_for(user, athlete, on=today):
        return user
    return require(user, RIGHT, club_of(athlete, on=today))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """The biography, to be written."""
    athlete = athlete_seen_by(request.user, pk)
    if athlete is None or athlete.erased:
        raise Http404
    by = _teller(request, athlete)
    data = request.POST if request.method == "POST" else None
    form = BiographyForm(data, initial={"biography": athlete.biography})
    if form.is_bound and form.is_valid():
        try:
            write_biography(athlete, form.cleaned_data["biography"], by=by, at=timezone.now())
            messages.success(request, _("Saved."))
            return redirect(athlete)
        except ProfileRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
    context = {"athlete": athlete, "form": form, "club": club_of(athlete, on=timezone.localdate())}
    return render(request, "records/athlete_profile.html", context, status=422 if form.errors else 200)


def _filmed(request: HttpRequest, pk: int) -> tuple[Performance, User]:
    """The performance and who may say where it can be watched: whose it is, guardians, the club's registrars."""
    user = somebody(request.user)
    one = performance_seen_by(user, pk)
    if one is None or not Faces([one], user).are_named(one):
        raise Http404
    if acts_for_any(user, people_behind(one), on=timezone.localdate()):
        return one, user
    return one, require(user, RIGHT, one.club)


def _videos(one: Performance) -> str:
    return reverse("performance", args=[one.pk]) + "#videos"


@login_required
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """One link more; where it can't be, the performance's page says why."""
    one, by = _filmed(request, pk)
    form = VideoForm(request.POST)
    if form.is_valid():
        try:
            add_video(one, **form.cleaned_data, by=by, at=timezone.now())
            return redirect(_videos(one))
        except ProfileRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except AlreadySuperseded as refusal:
            messages.error(request, str(refusal))
            return redirect(_videos(newest_of(one)))
    return performance_page(request, one, form)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, video: int) -> HttpResponse:
    """Take a link away; one that is gone already is gone."""
    one, by = _filmed(request, pk)
    if found := one.videos.filter(pk=video).first():
        remove_video(found, by=by, at=timezone.now())
    return redirect(_videos(one))
