"""What the description of the API shows of federations. Those of requests are sent by a test, as they stand."""

from __future__ import annotations

from typing import Any

NEW: dict[str, Any] = {
    "club": "harbour",
    "title": "The track is open again",
    "summary": "Lanes 1 to 6 from Monday.",
    "body": "The new surface has set. Training is at the usual hours.\n\nMore at https://harbour.example.org/track",
    "audience": "public",
    "language": "en",
    "published_at": "2026-11-20T09:00:00Z",
}
CHANGED = {"title": "The track is open again on Monday"}
NEWS = {"id": 8, **NEW, "url": "/news/8-the-track-is-open-again/"}

DIGEST_ORDER = {"email": "kim@example.org", "club": "harbour"}
DIGEST = {"club": "harbour", "locale": "en", "confirmed": "2026-11-20T09:00:00Z"}
