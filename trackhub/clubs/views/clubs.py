"""Clubs: switching between them, their colour, their settings."""

from __future__ import annotations

import logging
from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST

from trackhub.clubs.actions.club_settings import change_club
from trackhub.clubs.domain.colours import accents
from trackhub.clubs.forms import ClubForm
from trackhub.clubs.models import Club, User
from trackhub.clubs.rules import require

logger = logging.getLogger("trackhub.security")


def club_for(request: HttpRequest, slug: str, permission: str) -> tuple[Club, User]:
    """The club of the address, and the visitor, who has ``permission`` there; else 404 or 403."""
    club = get_object_or_404(Club, slug=slug)
    return club, require(request.user, permission, club)


# Without a way back: this address takes no visitors.
@login_required(redirect_field_name=None)
@require_POST
def switch_club(request: HttpRequest) -> HttpResponse:
    """Choose the active club and come back to where one was. A club of others is refused and noted."""
    slug = request.POST.get("club", "")
    user = request.user
    if not isinstance(user, User) or slug not in {one.club.slug for one in user.active_memberships}:
        logger.warning("user %s tried to switch to club %r without belonging to it", user.pk, slug[:60])
        raise Http404
    request.session["club"] = slug
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "home")


@cache_control(max_age=3600, public=True)
def club_colours(request: HttpRequest, slug: str) -> HttpResponse:
    """The club's colours as a style sheet: the security policy allows no style inside the page."""
    colour = get_object_or_404(Club, slug=slug).colour
    if not colour:
        return HttpResponse("/* no colour chosen */\n", content_type="text/css")
    made = accents(colour)
    sheet = (
        f":root{{--club:{colour};--club-ink:{made.ink};--club-wash:{made.wash};"
        f"--club-ink-dark:{made.ink_dark};--club-wash-dark:{made.wash_dark}}}\n"
    )
    return HttpResponse(sheet, content_type="text/css")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def club_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """The chief registrar's page: what the club is called and looks like, and who needs a second factor."""
    club, by = club_for(request, slug, "clubs.change_club")
    # A copy: the page goes on naming the club as it is while a form is put right.
    form = ClubForm(request.POST if request.method == "POST" else None, instance=copy(club))
    if request.method == "POST" and form.is_valid():
        change_club(club, by=by, at=timezone.now(), said=form.cleaned_data)
        messages.success(request, _("The settings are kept."))
        return redirect("club_settings", club.slug)
    context = {"club": club, "form": form}
    return render(request, "clubs/settings.html", context, status=422 if form.errors else 200)
