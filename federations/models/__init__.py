"""Tables of federations."""

from __future__ import annotations

from federations.models.digest import DigestSubscription
from federations.models.news import NewsItem

__all__ = ["DigestSubscription", "NewsItem"]
