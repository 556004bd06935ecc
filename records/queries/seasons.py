"""Seasons: how much was done in each, and the best of one.

What everybody sees is counted once for everybody and kept until something on the site changes: a count goes through
all marks. Hidden athletes are in no count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from records.domain.eligibility import BestList
from records.models import Performance, Record
from records.models.athletes import seen_in_public
from records.queries.catalogue import performances_seen_by
from records.queries.lines import Line, Visitor, lines_of
from trackhub.clubs.queries import site_version

KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class SeasonCount:
    """What was done in a season: ``results`` of ``athletes`` (relay teams aside) for ``clubs``."""

    year: int
    results: int
    athletes: int
    clubs: int


def _marks() -> QuerySet[Performance]:
    return performances_seen_by(AnonymousUser()).filter(status="valid")


def seasons() -> list[SeasonCount]:
    """Every season with marks, the latest first."""
    key = f"seasons:{site_version()}"
    found: list[SeasonCount] | None = cache.get(key)
    if found is None:
        counted = (
            _marks()
            .order_by()
            .values("season")
            .annotate(results=Count("pk"), athletes=Count("athlete", distinct=True), clubs=Count("club", distinct=True))
        )
        found = [
            SeasonCount(row["season"], row["results"], row["athletes"], row["clubs"])
            for row in counted.order_by("-season")
        ]
        cache.set(key, found, KEPT_SECONDS)
    return found


@dataclass(frozen=True, slots=True)
class BestOf:
    """The season's best of one discipline, sex and facility, with the address part of its ranking."""

    code: str
    sex: str
    facility: str
    line: Line


@dataclass(frozen=True, slots=True)
class SeasonPage:
    """``count`` is None in a season without marks; ``records`` are steps of clubs' lists without an age limit."""

    count: SeasonCount | None
    records: int
    bests: list[BestOf]
    earlier: int | None
    later: int | None


def season_page(year: int, user: Visitor) -> SeasonPage:
    """One season: its counts, records and the best legal mark of every list. Six queries at most."""
    every = seasons()
    bests = list(
        Performance.objects.filter(pk__in=_best_ids(year))
        .select_related("discipline", "athlete", "club", "best")
        .order_by("sex", "discipline__place_in_list", "discipline", "facility")
    )
    return SeasonPage(
        next((one for one in every if one.year == year), None),
        _records_set(year),
        [
            BestOf(one.discipline.code, one.sex, one.facility, line)
            for one, line in zip(bests, lines_of(bests, user), strict=True)
        ],
        max((one.year for one in every if one.year < year), default=None),
        min((one.year for one in every if one.year > year), default=None),
    )


def _days(year: int) -> tuple[date, date]:
    """The days that can belong to a season, whatever the month in which it starts. An index finds them."""
    return date(year - 1, 1, 1), date(year, 12, 31)


def _best_ids(year: int) -> list[int]:
    key = f"season:{year}:{site_version()}"
    found: list[int] | None = cache.get(key)
    if found is None:
        first = Window(
            RowNumber(),
            partition_by=[F("discipline"), F("sex"), F("facility")],
            order_by=[F("merit").desc(), F("date"), F("pk")],
        )
        of_season = _marks().filter(season=year, date__range=_days(year), best_list=BestList.LEGAL)
        found = list(of_season.annotate(nth=first).filter(nth=1).values_list("pk", flat=True))
        cache.set(key, found, KEPT_SECONDS)
    return found


def _records_set(year: int) -> int:
    """Records of clubs at any age that were set in the season, by marks that everybody sees."""
    seen = Q(performance__athlete=None) | seen_in_public(timezone.localdate(), "performance__athlete__")
    steps = Record.objects.filter(seen, book__club__isnull=False, age_group="", set_on__range=_days(year))
    return steps.filter(performance__season=year).values("performance").distinct().count()
