"""Results by competition: which were held lately, and the marks of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet
from django.urls import reverse

from records.models import Performance, Record
from records.queries.lines import Line, Page, Visitor, lines_of, page_of

NEWEST = 5_000
"""Marks read for one page of competitions."""
NEXT_DAYS = timedelta(days=3)
"""A competition goes on as long as no more than these lie between two days of it."""
PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Edition:
    """One competition on the days on which it was held. ``name`` is '' where the results name none."""

    name: str
    venue: str
    country: str
    first: date
    last: date
    precision: str
    results: int
    records: int

    @property
    def url(self) -> str:
        days = {"from": self.first.isoformat(), "until": self.last.isoformat()}
        return reverse("results", query={"competition": self.name, "venue": self.venue, **days})


@dataclass(frozen=True, slots=True)
class Editions:
    """Competitions, the latest first; older ones were held ``before`` that day, None where there are none."""

    items: list[Edition]
    before: date | None


def _seen(user: Visitor, today: date) -> QuerySet[Performance]:
    """Current performances that ``user`` may see. Said the other way round than ``current()``: SQLite would look up
    whatever isn't superseded, which is nearly all, rather than go through the newest days."""
    return Performance.objects.visible_to(user).exclude(superseded_by__isnull=False).filter(date__lte=today)


def editions_held(
    user: Visitor,
    *,
    today: date,
    name: str = "",
    before: date | None = None,
    limit: int = 20,
    among: QuerySet[Performance] | None = None,
) -> Editions:
    """The latest competitions with results that ``user`` may see, counting those ``among`` some where these are named.
    One query, over the newest marks alone.

    All competitions of a day stand on one page, so a page may hold some more than ``limit``; one that was going on
    over the border stands on both with the days of each.
    """
    seen = _seen(user, today)
    seen = seen.filter(competition=name) if name else seen
    seen = seen.filter(date__lt=before) if before else seen
    seen = seen.filter(pk__in=among.values("pk")) if among is not None else seen
    newest = seen.order_by("-date", "-pk").values("pk")[:NEWEST]
    standing = Record.objects.filter(performance=OuterRef("pk"), until=None, book__club__isnull=False)
    days = (
        Performance.objects.filter(pk__in=newest)
        .values("date", "competition", "venue", "country", held=Exists(standing))
        .annotate(precision=Max("date_precision"), results=Count("pk"))
        .order_by("-date", "competition", "venue", "country", "held")
    )
    rows: list[Any] = list(days)
    if sum(row["results"] for row in rows) == NEWEST and rows[0]["date"] != rows[-1]["date"]:
        # Of the last day some marks may be missing.
        rows = [row for row in rows if row["date"] != rows[-1]["date"]]
        return _editions(rows, limit, more=True)
    return _editions(rows, limit, more=False)


def _editions(rows: Iterable[dict[str, Any]], limit: int, *, more: bool) -> Editions:
    """``rows`` by day, the latest first, put together where they are days of one competition."""
    items: list[Edition] = []
    going: dict[tuple[str, str, str], int] = {}
    day: Any = None
    for row in rows:
        if row["date"] != day and len(items) >= limit:
            return Editions(items, day)
        day = row["date"]
        key = row["competition"], row["venue"], row["country"]
        at = going.get(key)
        records = row["results"] if row["held"] else 0
        if at is not None and items[at].first - day <= NEXT_DAYS:
            known = items[at]
            items[at] = Edition(
                *key,
                day,
                known.last,
                max(known.precision, row["precision"]),  # day, month, year stand in the alphabet's order
                known.results + row["results"],
                known.records + records,
            )
        else:
            going[key] = len(items)
            items.append(Edition(*key, day, day, row["precision"], row["results"], records))
    return Editions(items, day if more else None)


def results_of(
    user: Visitor, *, today: date, name: str, venue: str, first: date, last: date, page: int = 1
) -> Page[Line]:
    """Marks of one competition that ``user`` may see, by discipline, the best first. Three queries."""
    found = _seen(user, today).filter(competition=name, venue=venue, date__range=(first, last))
    loaded = found.select_related("discipline", "athlete", "club", "best").order_by(
        "discipline__place_in_list", "discipline", "sex", "facility", F("merit").desc(nulls_last=True), "pk"
    )
    performances = page_of(loaded, page, PER_PAGE)
    return Page(lines_of(performances.items, user), performances.number, performances.more)
