"""Who may do what by the API with news."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from federations.actions.subscribing import token_of
from federations.models import DigestSubscription
from tests.access.api_who import HIDDEN, PUBLIC, registrars
from tests.access.who import everybody
from tests.federations.news import BODY, news
from trackhub.clubs.models import Club

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "news", PUBLIC),
    ("post", "news", registrars(201)),
    ("get", "news_item", PUBLIC),
    ("get", "news_item:members", HIDDEN),
    ("get", "news_item:to_come", (404, 404, 200, 200, 404, 404, 404, 404, 404, 200)),
    ("patch", "news_item", registrars(200)),
    ("delete", "news_item", registrars(204)),
    ("post", "digest", everybody(204)),
    ("get", "digest_link", PUBLIC),
    ("post", "digest_link", PUBLIC),
    ("delete", "digest_link", everybody(204)),
)
"""(method, route name, statuses in the order of VISITORS)"""

TOKENS: tuple[tuple[str, str, tuple[int, int, int]], ...] = (
    ("get", "news", (200, 200, 401)),
    ("post", "news", (403, 201, 401)),
    ("get", "news_item:members", (200, 200, 401)),
    ("patch", "news_item", (403, 200, 401)),
    ("delete", "news_item", (403, 204, 401)),
    # The mailed link says who asks; a token for reading changes nothing all the same.
    ("post", "digest", (403, 204, 401)),
    ("get", "digest_link", (200, 200, 401)),
    ("post", "digest_link", (403, 200, 401)),
    ("delete", "digest_link", (403, 204, 401)),
)
"""(method, route, statuses of a chief registrar's token for reading, for writing, and of no token that stands)"""

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "news"): {"club": "harbour", "title": "The track is open", "body": BODY},
    ("patch", "news_item"): {"title": "Open on Monday"},
    ("post", "digest"): {"email": "fan@example.org", "club": "harbour"},
}


def arguments_of(club: Club) -> dict[str, list[object]]:
    """Makes rows of ``club``; by route, the arguments of its address."""
    later = timezone.now() + timedelta(days=1)
    asked = DigestSubscription.objects.create(email="phone@example.org", locale="en", asked=timezone.now())
    return {
        "digest_link": [token_of(asked)],
        "news_item": [news(club).pk],
        "news_item:members": [news(club, audience="members").pk],
        "news_item:to_come": [news(club, at=later).pk],
    }
