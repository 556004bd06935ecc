"""News within pages of the apps below, which know nothing of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from federations.queries.news import latest_news
from trackhub.clubs.models import Club

register = template.Library()

ON_A_CLUBS_PAGE = 3


@register.inclusion_tag("federations/club_news.html", takes_context=True)
def club_news(context: template.Context, club: Club) -> dict[str, Any]:
    """The club's latest news that the visitor may read."""
    news = latest_news(context["request"].user, at=timezone.now(), club=club, limit=ON_A_CLUBS_PAGE)
    return {"club": club, "news": news}
