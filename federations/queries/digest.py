"""What happened in a week, as everybody may know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from federations.models import NewsItem
from federations.queries.news import news_for
from records.documents.feeds import Entry
from records.queries.feeds import entered_within, record_entries
from records.queries.results import Edition, editions_held
from trackhub.clubs.models import Club

A_WEEK = timedelta(days=7)
RECORDS, COMPETITIONS, NEWS = 20, 12, 10
"""At most so many of each; the site has the rest."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A week of one club, or of all, in the language that was active when it was read."""

    records: list[Entry]
    held: list[Edition]
    news: list[NewsItem]

    def __bool__(self) -> bool:
        return bool(self.records or self.held or self.news)


def digest_of(club: Club | None, *, language: str, until: datetime) -> Digest:
    """The week that ends ``until``: records and competitions by the marks that came in during it, and public news in
    ``language`` or in none said. A constant number of queries."""
    since, today = until - A_WEEK, timezone.localdate(until)
    entered = entered_within(since, until, club=club)
    held = editions_held(AnonymousUser(), today=today, limit=COMPETITIONS, among=entered)
    news = news_for(AnonymousUser(), at=until, club=club).filter(published_at__gt=since, language__in=("", language))
    return Digest(
        record_entries(today=today, club=club, limit=RECORDS, among=entered),
        held.items[:COMPETITIONS],
        list(news[:NEWS]),
    )
