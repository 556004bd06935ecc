"""News as its readers see it: lists, one item, the feed, and the items of a name."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from federations.models import NewsItem
from records.documents.feeds import Entry
from records.queries.lines import Page, Visitor, page_of
from records.queries.search import PER_GROUP, Found, among
from trackhub.clubs.models import Club

WRITE = "clubs.write_news"
PER_PAGE = 20
IN_FEED = 30
SEARCHED = 1_000
"""The newest items, in which a search looks."""


def news_for(user: Visitor, *, at: datetime, club: Club | None = None) -> QuerySet[NewsItem]:
    """What has appeared by ``at`` and ``user`` may read, of a club or of all; the newest first."""
    found = NewsItem.objects.visible_to(user).published(at).select_related("club")
    return (found.filter(club=club) if club else found).order_by("-published_at", "-pk")


def news_page(user: Visitor, *, at: datetime, club: Club | None, page: int) -> Page[NewsItem]:
    return page_of(news_for(user, at=at, club=club).defer("body"), page, PER_PAGE)


def latest_news(user: Visitor, *, at: datetime, club: Club | None = None, limit: int) -> list[NewsItem]:
    return list(news_for(user, at=at, club=club).defer("body")[:limit])


def news_item(user: Visitor, pk: int, *, at: datetime) -> NewsItem | None:
    """One item that ``user`` may read; whoever writes the club's news reads also what is still to appear."""
    found = NewsItem.objects.visible_to(user).select_related("club", "author").filter(pk=pk).first()
    if found is None or found.published_at <= at or user.has_perm(WRITE, found.club):
        return found
    return None


def news_named(text: str, user: Visitor, *, at: datetime, page: int = 1, size: int = PER_GROUP) -> Found[NewsItem]:
    """Items with every word in title or summary, as they are spelled or nearly; the newest first among equals."""
    newest = news_for(user, at=at).defer("body")[:SEARCHED]
    return among(text, newest, ("title", "summary"), page, size)


def news_entries(user: Visitor, *, at: datetime, club: Club | None = None) -> list[Entry]:
    """The newest items, as feeds have them."""
    return [
        Entry(
            f"trackhub:news:{one.pk}",
            one.title,
            one.summary or one.body,
            one.get_absolute_url(),
            timezone.localdate(one.published_at),
            (one.club.name,) if one.club else (),
        )
        for one in news_for(user, at=at, club=club)[:IN_FEED]
    ]
