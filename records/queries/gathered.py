"""What a search needs of whole tables, gathered once an hour into the cache and brought up to date at each look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from records.domain.names import fold
from records.models import Athlete, Performance
from records.models.athletes import seen_in_public

_KEPT = 3600
"""Seconds. So long a word or a competition may stand here that is gone; the page it leads to says so."""
_MANY = 5_000
"""Newer rows from which they are kept as well, rather than read again at the next look."""

Gathered = TypeVar("Gathered")


@dataclass(frozen=True, slots=True)
class Competition:
    """A competition by its name, over all the years in which it took place."""

    key: str
    name: str
    first: date
    last: date


def words_of_names() -> frozenset[str]:
    """The words of all names that everybody may read. 0.1 s among 100,000 athletes where they aren't kept yet."""
    public = Athlete.objects.visible_to(AnonymousUser())

    def add(words: frozenset[str], new: QuerySet[Any]) -> frozenset[str]:
        keys = new.values_list("name_key", flat=True).iterator(chunk_size=10_000)
        return words.union(*(key.replace(",", "").split() for key in keys))

    return _up_to_date("search:names", public, frozenset(), add)


def competitions_held() -> list[Competition]:
    """Competitions of public results, the latest first. 0.8 s among 1,000,000 performances where they aren't kept."""
    public = Performance.objects.filter(superseded_by=None).exclude(competition="")
    hidden = Athlete.objects.exclude(seen_in_public(timezone.localdate())).values("pk")
    public = public.filter(Q(athlete=None) | ~Q(athlete__in=hidden))

    nothing: dict[str, tuple[date, date]] = {}

    def add(known: dict[str, tuple[date, date]], new: QuerySet[Any]) -> dict[str, tuple[date, date]]:
        rows = new.values_list("competition").annotate(Min("date"), Max("date"))
        known = dict(known)
        for name, first, last in rows:
            days = (*known.get(name, ()), first, last)
            known[name] = (min(days), max(days))
        return known

    found = _up_to_date("search:competitions", public, nothing, add)
    ordered = sorted(found.items(), key=lambda one: (one[1][1], one[0]), reverse=True)
    return [Competition(fold(name), name, first, last) for name, (first, last) in ordered]


def _up_to_date(
    name: str, rows: QuerySet[Any], nothing: Gathered, add: Callable[[Gathered, QuerySet[Any]], Gathered]
) -> Gathered:
    """``rows`` put together by ``add``: those that are kept, and after them by id those that came since. All are read
    anew where the newest are gone, as when an import is taken back."""
    upto, kept = cache.get(name) or (0, nothing)
    newest = rows.model._default_manager.aggregate(last=Max("pk"))["last"] or 0
    if newest == upto:
        return kept
    upto, kept = (0, nothing) if newest < upto else (upto, kept)
    found = add(kept, rows.filter(pk__gt=upto))
    if not upto or newest - upto > _MANY:
        cache.set(name, (newest, found), _KEPT)
    return found
