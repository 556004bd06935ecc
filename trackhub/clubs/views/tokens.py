"""One's own API tokens."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from trackhub.clubs.actions import tokens as keys
from trackhub.clubs.forms import TokenForm
from trackhub.clubs.models import ApiToken, Scope, User
from trackhub.clubs.rules import somebody


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens with their last use, and the form for another, whose key is shown on the very next page alone."""
    user = somebody(request.user)
    form = TokenForm(request.POST if request.method == "POST" else None, user=user)
    key = _make(user, form) if request.method == "POST" and form.is_valid() else ""
    context = {
        "form": TokenForm(user=user) if key else form,
        "key": key,
        "tokens": ApiToken.objects.visible_to(user).select_related("club").order_by("-pk"),
        "now": timezone.now(),
    }
    return render(request, "account/tokens.html", context, status=422 if form.errors else 200)


def _make(user: User, form: TokenForm) -> str:
    said, at = form.cleaned_data, timezone.now()
    expires = at + timedelta(days=said["days"])
    scope = Scope(said["scope"])
    return keys.make_token(user, name=said["name"], scope=scope, club=said["club"], expires=expires, at=at)[1]


@login_required
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    user = somebody(request.user)
    token = get_object_or_404(ApiToken.objects.visible_to(user), pk=pk)
    keys.revoke_token(token, by=user, at=timezone.now())
    messages.success(request, _("The token {name} opens nothing any more.").format(name=token.name))
    return redirect("tokens")
