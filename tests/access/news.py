"""Who may open what: news and the weekly mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from federations.actions.subscribing import token_of
from federations.models import DigestSubscription
from tests.access.who import PUBLIC, everybody
from tests.federations.news import news
from trackhub.clubs.models import Club

MEMBERS = (404, 404, *(200,) * 8)
WRITERS = (404, 404, 200, 200, 404, 404, 404, 404, 404, 200)

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "news", PUBLIC),
    ("get", "news_feed", PUBLIC),
    ("get", "news_item", PUBLIC),
    ("get", "news_item:members", MEMBERS),
    ("get", "news_item:to_come", WRITERS),
    ("get", "digest", PUBLIC),
    ("post", "digest", everybody(422)),
    ("get", "digest_asked", PUBLIC),
    ("get", "digest_link", PUBLIC),
    ("post", "digest_link", everybody(302)),
    ("get", "digest_end", PUBLIC),
    # The first ends it, and for the others it is as well.
    ("post", "digest_end", PUBLIC),
)
"""(method, route name, statuses in the order of VISITORS)"""

FORMS: dict[str, dict[str, Any]] = {
    "digest": {"email": "fan@example.org", "club": "harbour"},
    "digest_link": {},
    "digest_end": {},
}
"""By route, the whole order of each form, for the test that it takes no field more."""


def rows_of(club: Club) -> dict[str, list[object]]:
    """Makes rows of ``club``; by route, the arguments of its address."""
    now = timezone.now()
    shown = news(club)
    private = news(club, audience="members")
    to_come = news(club, at=now + timedelta(days=1))
    token = token_of(DigestSubscription.objects.create(email="reader@example.org", locale="en", asked=now))
    return {
        "news_item": [shown.pk, "the-track-is-open"],
        "news_item:members": [private.pk, "the-track-is-open"],
        "news_item:to_come": [to_come.pk, "the-track-is-open"],
        "digest_link": [token],
        "digest_end": [token],
    }
