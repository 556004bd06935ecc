"""What a search of the whole site shows: what records have, and news."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from federations.models import NewsItem
from federations.queries.news import news_named
from records.queries import findings as of_records
from records.queries.findings import Group, Hit
from records.queries.lines import Visitor
from records.queries.search import PER_GROUP, Found

KINDS = (*of_records.KINDS, "news")
"""In the order of the page."""


def findings(
    text: str,
    user: Visitor,
    *,
    at: datetime,
    kinds: tuple[str, ...] = KINDS,
    page: int = 1,
    size: int = PER_GROUP,
) -> list[Group]:
    """What is called ``text``, by kind, near spellings last; kinds of which there is nothing are left out.

    One query more than those of records.
    """
    there = tuple(kind for kind in kinds if kind in of_records.KINDS)
    groups = of_records.findings(text, user, today=timezone.localdate(at), kinds=there, page=page, size=size)
    if "news" in kinds:
        news = news_named(text, user, at=at, page=page, size=size)
        if news.items or page > 1:
            groups.append(Group("news", Found([_hit(one) for one in news.items], news.number, news.more, news.near)))
    return sorted(groups, key=lambda group: group.found.near)


def _hit(item: NewsItem) -> Hit:
    on = timezone.localdate(item.published_at)
    return Hit(item.title, item.get_absolute_url(), (item.club.name,) if item.club else (), first=on, last=on)
