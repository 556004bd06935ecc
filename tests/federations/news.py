"""News for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from federations.actions.news import write_news
from federations.models import NewsItem
from tests.factories import UserFactory
from trackhub.clubs.models import Club

BODY = "The new surface has set. Training is at the usual hours."


def news(club: Club | None = None, *, at: datetime | None = None, **said: Any) -> NewsItem:
    """An item that appeared an hour ago."""
    now = timezone.now()
    by = said.pop("by", None) or UserFactory()
    words = {"title": "The track is open", "body": BODY, "published_at": at or now - timedelta(hours=1)}
    return write_news(club, by=by, at=now, said=words | said)
