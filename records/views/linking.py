"""The page on which a club says whose account an athlete's is."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from records.actions.linking import LinkRefused, link_account
from records.forms.linking import AccountForm
from records.queries.athletes import athlete_seen_by
from records.queries.voices import club_of, members_to_link
from trackhub.clubs.rules import require

RIGHT = "clubs.change_club"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose the athlete is, chosen among the club's members."""
    athlete, today = athlete_seen_by(request.user, pk), timezone.localdate()
    if athlete is None or athlete.erased:
        raise Http404
    club = club_of(athlete, on=today)
    by = require(request.user, RIGHT, club)
    data = request.POST if request.method == "POST" else None
    form = AccountForm(data, members=members_to_link(athlete, on=today), chosen=athlete.account)
    if form.is_bound and form.is_valid():
        try:
            link_account(athlete, form.cleaned_data["account"], by=by, at=timezone.now())
            messages.success(request, _("Saved."))
            return redirect(athlete)
        except LinkRefused as refusal:
            form.add_error("account", str(refusal))
    context = {"athlete": athlete, "form": form, "club": club}
    return render(request, "records/athlete_account.html", context, status=422 if form.errors else 200)
