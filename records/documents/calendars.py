"""What happens on which day, as calendar programs take it: iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from records.documents.feeds import Channel

CALENDAR = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One entry. ``key`` names it for ever; ``starts`` is a day, or an hour; ``url`` is a path of this site, '' where
    it has no page. ``stamp`` is when it was last revised, and ``revision`` how often: the same rows give the same
    bytes."""

    key: str
    title: str
    text: str
    place: str
    url: str
    starts: date | datetime
    stamp: datetime
    revision: int = 0


def icalendar(channel: Channel, occasions: Iterable[Occasion]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//TrackHub//Calendar of a club//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _readable(channel.title))
    calendar.add("x-wr-caldesc", _readable(channel.text))
    for one in occasions:
        calendar.add_component(_event(channel, one))
    written: bytes = calendar.to_ical()
    return written


def _event(channel: Channel, one: Occasion) -> Event:
    event = Event()
    event.add("uid", one.key)
    event.add("dtstamp", one.stamp)
    event.add("sequence", one.revision)
    event.add("dtstart", one.starts)
    if not isinstance(one.starts, datetime):
        event.add("dtend", one.starts + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    event.add("summary", _readable(one.title))
    for name, text in (("description", one.text), ("location", one.place)):
        if text:
            event.add(name, _readable(text))
    if one.url:
        event.add("url", channel.site + one.url)
    return event


def _readable(text: str) -> str:
    """Without control characters, which no calendar program expects."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
