"""Results by competition."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from records.queries import results as queries
from records.views.addresses import page_number, text_said
from trackhub.clubs.pages import public_page


@public_page
def results(request: HttpRequest) -> HttpResponse:
    """With ``?from=`` the results of one competition, else the competitions that were held, the latest first."""
    name, first = text_said(request, "competition", 160), _day(request, "from")
    today = timezone.localdate()
    if first is None:
        held = queries.editions_held(request.user, today=today, name=name, before=_day(request, "before"))
        return render(request, "records/competitions.html", {"name": name, "held": held})
    last, venue = max(_day(request, "until") or first, first), text_said(request, "venue", 120)
    lines = queries.results_of(
        request.user, today=today, name=name, venue=venue, first=first, last=last, page=page_number(request)
    )
    context = {"name": name, "venue": venue, "first": first, "last": last, "lines": lines}
    return render(request, "records/results.html", context)


def _day(request: HttpRequest, name: str) -> date | None:
    """A date of the address, None where it says none."""
    try:
        return parse_date(text_said(request, name))
    except ValueError:
        return None
