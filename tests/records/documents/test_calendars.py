"""Calendars as programs read them: escaping, folding, the same bytes for the same rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from records.documents.calendars import Occasion, icalendar
from records.documents.feeds import Channel

CHANNEL = Channel("Calendar of Härbour", "Days", "en", "https://t.example", "/clubs/harbour/", "/calendar.ics")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = Occasion("trackhub:day:1", "County Games", "2 results", "Leeds", "/results/", date(2026, 6, 1), NOON)


def lines(*occasions: Occasion) -> list[str]:
    """Unfolded, as a program reads them first."""
    return icalendar(CHANNEL, occasions).decode().replace("\r\n ", "").split("\r\n")


def read(*occasions: Occasion) -> list[Any]:
    calendar: Any = Calendar.from_ical(icalendar(CHANNEL, occasions))
    return list(calendar.walk("VEVENT"))


def test_a_day_is_a_whole_day_and_blocks_nobody() -> None:
    said = lines(DAY)
    assert said[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//TrackHub//Calendar of a club//EN"]
    for line in (
        "X-WR-CALNAME:Calendar of Härbour",
        "UID:trackhub:day:1",
        "DTSTAMP:20260601T120000Z",
        "SEQUENCE:0",
        "DTSTART;VALUE=DATE:20260601",
        "DTEND;VALUE=DATE:20260602",
        "TRANSP:TRANSPARENT",
        "LOCATION:Leeds",
        "URL:https://t.example/results/",
    ):
        assert line in said


def test_an_evening_has_an_hour_and_only_what_is_known() -> None:
    evening = replace(DAY, starts=datetime(2026, 12, 5, 19, tzinfo=UTC), text="", place="", url="", revision=3)
    said = lines(evening)
    assert {"DTSTART:20261205T190000Z", "SEQUENCE:3"} <= set(said)
    assert not any(line.startswith(("DTEND", "DESCRIPTION", "LOCATION", "URL", "TRANSP")) for line in said)


def test_commas_semicolons_and_lines_are_escaped() -> None:
    said = lines(replace(DAY, title="Run, jump; throw\\vault", text="one\r\nEND:VCALENDAR"))
    assert "SUMMARY:Run\\, jump\\; throw\\\\vault" in said
    assert "DESCRIPTION:one  END:VCALENDAR" in said
    assert said.count("END:VCALENDAR") == 1


@given(st.text(min_size=1, max_size=200))
def test_whatever_a_competition_is_called_comes_back(name: str) -> None:
    raw = icalendar(CHANNEL, [replace(DAY, title=name)])
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert icalendar(CHANNEL, [replace(DAY, title=name)]) == raw
    (event,) = read(replace(DAY, title=name))
    shown = "".join(sign if sign.isprintable() else " " for sign in name)
    assert str(event["summary"]) == shown
