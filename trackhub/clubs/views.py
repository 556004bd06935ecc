"""Edges of the ground: logging in, switching clubs, a club's colour."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from trackhub.clubs.forms import LoginForm
from trackhub.clubs.models import Club, User
from trackhub.clubs.queries import memberships_of

logger = logging.getLogger("trackhub.security")

login = LoginView.as_view(
    template_name="clubs/login.html", authentication_form=LoginForm, redirect_authenticated_user=True
)


# Without a way back: this address takes no visitors.
@login_required(redirect_field_name=None)
@require_POST
def switch_club(request: HttpRequest) -> HttpResponse:
    """Choose the active club and come back to where one was. A club of others is refused and noted."""
    slug = request.POST.get("club", "")
    user = request.user
    if not isinstance(user, User) or slug not in {one.club.slug for one in memberships_of(user)}:
        logger.warning("user %s tried to switch to club %r without belonging to it", user.pk, slug[:60])
        raise Http404
    request.session["club"] = slug
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "home")


@cache_control(max_age=3600, public=True)
def club_colours(request: HttpRequest, slug: str) -> HttpResponse:
    """The club's colour as a style sheet: the security policy allows no style inside the page."""
    colour = get_object_or_404(Club, slug=slug).colour
    return HttpResponse(
        f":root{{--club:{colour}}}\n" if colour else "/* no colour chosen */\n", content_type="text/css"
    )
