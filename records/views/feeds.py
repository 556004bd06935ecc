"""Feeds of new records and results, of a club or of all: RSS and JSON Feed; and a club's days as a calendar."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from records.documents.calendars import CALENDAR, icalendar
from records.documents.feeds import JSON_FEED, RSS, Channel, json_feed, rss
from records.queries.calendars import occasions_of
from records.queries.feeds import record_entries, result_entries
from records.views.open import open_to_all
from trackhub.clubs.models import Club

WRITERS = {"rss": (rss, RSS), "json": (json_feed, JSON_FEED)}


@open_to_all
def feed(request: HttpRequest, what: str, form: str, slug: str = "") -> HttpResponse:
    """``what`` is 'records' or 'results', ``form`` is 'rss' or 'json'."""
    if what not in ("records", "results") or form not in WRITERS:
        raise Http404
    club = get_object_or_404(Club, slug=slug) if slug else None
    read = record_entries if what == "records" else result_entries
    write, kind = WRITERS[form]
    entries = read(today=timezone.localdate(), club=club)
    return HttpResponse(write(_channel(request, what, club), entries), content_type=kind)


@open_to_all
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The days on which the club competed, and the ceremonies that it announces."""
    club = get_object_or_404(Club, slug=slug)
    channel = _channel(request, "calendar", club)
    occasions = occasions_of(club, today=timezone.localdate())
    return HttpResponse(icalendar(channel, occasions), content_type=CALENDAR)


def _channel(request: HttpRequest, what: str, club: Club | None) -> Channel:
    name = club.name if club else "TrackHub"
    title, text = {
        "records": (_("Records of {club}"), _("The latest records, the newest first.")),
        "results": (_("Results of {club}"), _("The latest marks, the newest first.")),
        "calendar": (_("Calendar of {club}"), _("Days with results, and ceremonies that the club announces.")),
    }[what]
    return Channel(
        title.format(club=name),
        text,
        get_language() or "en",
        f"{request.scheme}://{request.get_host()}",
        club.get_absolute_url() if club else reverse("home"),
        request.get_full_path(),
    )
