"""Addresses of pages that long lists lead to, from patterns: reverse() takes longer than all else about a line."""

from __future__ import annotations

from functools import cache, lru_cache
from urllib.parse import quote, urlencode

from django.urls import reverse
from django.utils.text import slugify

_ID, _TEXT, _MORE = 10**12, "to-come", "more-to-come"
"""What stands in the patterns where ids and texts go."""


@cache
def _pattern(route: str, *arguments: object) -> str:
    return reverse(route, args=arguments)


@lru_cache(maxsize=10_000)
def _slug(name: str) -> str:
    return slugify(name) or "athlete"


def performance_url(pk: int) -> str:
    return _pattern("performance", _ID).replace(str(_ID), str(pk))


def athlete_url(pk: int, name: str) -> str:
    return _pattern("athlete", _ID, _TEXT).replace(f"{_ID}-{_TEXT}", f"{pk}-{_slug(name)}")


def club_url(slug: str) -> str:
    return _pattern("club", _TEXT).replace(_TEXT, slug)


@lru_cache(maxsize=10_000)
def story_url(book: str, code: str, sex: str, age_group: str = "", facility: str = "", timing: str = "") -> str:
    key = {"age_group": age_group, "facility": facility, "timing": timing}
    query = urlencode({name: value for name, value in key.items() if value})
    address = _pattern("record_story", book, _TEXT, _MORE).replace(f"{_TEXT}/{_MORE}", f"{quote(code)}/{sex}")
    return f"{address}?{query}" if query else address
