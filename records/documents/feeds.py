"""What is new, as feed readers take it: RSS 2.0 and JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils.feedgenerator import Rss201rev2Feed

RSS = "application/rss+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news. ``key`` names it for ever; ``url`` is a path of this site, '' where it has no page."""

    key: str
    title: str
    text: str
    url: str
    day: date
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """The feed itself: ``site`` is 'https://host', ``home`` and ``address`` are paths."""

    title: str
    text: str
    language: str
    site: str
    home: str
    address: str


def _noon(day: date) -> datetime:
    """News has a day and no hour; noon of it is the same day for most readers."""
    return datetime.combine(day, time(12), UTC)


def rss(channel: Channel, entries: Iterable[Entry]) -> bytes:
    feed = Rss201rev2Feed(
        title=_readable(channel.title),
        link=channel.site + channel.home,
        description=_readable(channel.text),
        language=channel.language,
        feed_url=channel.site + channel.address,
    )
    for one in entries:
        feed.add_item(
            title=_readable(one.title),
            link=channel.site + (one.url or channel.home),
            description=_readable(one.text),
            pubdate=_noon(one.day),
            unique_id=one.key,
            unique_id_is_permalink=False,
            categories=[_readable(tag) for tag in one.tags],
        )
    return feed.writeString("utf-8").encode()


def _readable(text: str) -> str:
    """Without the characters that XML has no way to write."""
    return _NOT_IN_XML.sub(" ", text)


def json_feed(channel: Channel, entries: Iterable[Entry]) -> bytes:
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.text,
        "language": channel.language,
        "home_page_url": channel.site + channel.home,
        "feed_url": channel.site + channel.address,
        "items": [
            {
                "id": one.key,
                "url": channel.site + (one.url or channel.home),
                "title": one.title,
                "content_text": one.text,
                "date_published": _noon(one.day).isoformat(),
                "tags": list(one.tags),
            }
            for one in entries
        ],
    }
    return json.dumps(said, ensure_ascii=False).encode()
