"""News: the list, one item, and the feed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from federations.queries import news as queries
from records.documents.feeds import RSS, Channel, rss
from records.queries.catalogue import club_called
from records.views.addresses import page_number, text_said
from records.views.open import open_to_all
from trackhub.clubs.models import Club
from trackhub.clubs.pages import public_page


def _club_said(request: HttpRequest) -> Club | None:
    """The club that the address names as ``?club=``; None where it names none. 404 where there is no such club."""
    said = text_said(request, "club", 60)
    club = club_called(said) if said else None
    if said and club is None:
        raise Http404
    return club


@public_page
def news(request: HttpRequest) -> HttpResponse:
    """What has appeared, of all or of one club, the newest first."""
    club = _club_said(request)
    found = queries.news_page(request.user, at=timezone.now(), club=club, page=page_number(request))
    return render(request, "federations/news.html", {"news": found, "club": club})


@public_page
def news_item(request: HttpRequest, pk: int, title: str) -> HttpResponse:
    """One item. The address corrects itself."""
    now = timezone.now()
    item = queries.news_item(request.user, pk, at=now)
    if item is None:
        raise Http404
    if item.get_absolute_url() != request.path:
        return redirect(item)
    context = {
        "item": item,
        "club": item.club,
        "to_come": item.published_at > now,
        "may_write": request.user.has_perm(queries.WRITE, item.club),
    }
    return render(request, "federations/news_item.html", context)


@open_to_all
def news_feed(request: HttpRequest) -> HttpResponse:
    """RSS of what everybody may read, of all or of one club."""
    club = _club_said(request)
    name = club.name if club else "TrackHub"
    channel = Channel(
        _("News of {club}").format(club=name),
        _("The latest news, the newest first."),
        get_language() or "en",
        f"{request.scheme}://{request.get_host()}",
        reverse("news", query={"club": club.slug} if club else None),
        request.get_full_path(),
    )
    entries = queries.news_entries(request.user, at=timezone.now(), club=club)
    return HttpResponse(rss(channel, entries), content_type=RSS)
