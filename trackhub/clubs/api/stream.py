"""The log of events for EventSource: whoever listens is told what happened since."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from trackhub.clubs.models import Event
from trackhub.clubs.rest.renderers import FileOrRefusal, as_json
from trackhub.clubs.rest.views import ApiView

AGAIN_MS = 5000
"""After this time a listener comes again."""
MOST = 100
COLUMNS = ("id", "kind", "at", "club__slug", "payload")

LAST_SEEN = OpenApiParameter(
    "Last-Event-ID",
    {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
    location=OpenApiParameter.HEADER,
    description="The id of the last event that you have; EventSource sends it by itself.",
)


ONE_EVENT = {
    "type": "object",
    "description": "Of each event: its number, and in data what /api/v1/events/ shows of it, as JSON on one line.",
    "properties": {"id": {"type": "string"}, "data": {"type": "string"}},
}


@extend_schema(parameters=[LAST_SEEN], responses={(200, "text/event-stream"): ONE_EVENT})
class EventStream(ApiView):
    """Listen to the log, the oldest first: server-sent events for EventSource.

    An answer holds what happened since the event you have, 100 at most, and ends; EventSource comes again after five
    seconds. So a listener occupies nothing while nothing happens. The first answer only says where the log ends.
    """

    content_negotiation_class = FileOrRefusal

    def get(self, request: Request) -> HttpResponse:
        seen, last = Event.objects.visible_to(request.user), _last_seen(request)
        if last is None:
            newest = seen.order_by("-pk").values_list("pk", flat=True).first() or 0
            return _told(f"id: {newest}\n\n")
        events = seen.filter(pk__gt=last).order_by("pk").values(*COLUMNS)[:MOST]
        return _told("".join(f"id: {row['id']}\ndata: {_said(row)}\n\n" for row in events))


def _last_seen(request: Request) -> int | None:
    text = request.headers.get("Last-Event-ID", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise ValidationError({"Last-Event-ID": [_("The id of an event.")]})
    return int(text)


def _said(row: dict[str, Any]) -> str:
    return as_json({name: row[name] for name in ("id", "kind", "at", "payload")} | {"club": row["club__slug"]}).decode()


def _told(events: str) -> HttpResponse:
    return HttpResponse(f"retry: {AGAIN_MS}\n\n{events}", content_type="text/event-stream")
