"""The event log: facts appended in the transaction that makes them true, and sent to the clubs' webhooks after it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from celery import current_app
from django.db import transaction
from django.db.models import F
from kombu.exceptions import OperationalError

from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import Club, Delivery, Event, SiteVersion, Webhook

logger = logging.getLogger(__name__)


def tell(kind: Kind, *, club: Club | None, payload: Mapping[str, object], at: datetime, public: bool = False) -> Event:
    """Append one event, and put it on its way to the webhooks of ``club`` that want it. Call it inside the
    transaction of the deed, before ``record_deed``.

    ``payload`` carries ids, codes and counts: never a name, an e-mail address, a birth date or the contents of a file.

    Ids are read in order: whoever has seen event N asks for ``Event.objects.visible_to(user).filter(pk__gt=N)
    .order_by("pk")`` and misses nothing. An id is drawn before its row can be seen, so two transactions that tell
    at once could show N+1 first and N too late; therefore the site's version is moved before the id is drawn. Its
    row stays locked until the commit, the next one waits, and commits come in the order of ids. ``record_deed``
    locks the same row, so the two can't wait for each other.
    """
    with transaction.atomic():
        SiteVersion.objects.filter(pk=1).update(number=F("number") + 1)
        event = Event.objects.create(kind=Kind(kind), club=club, payload=dict(payload), at=at, public=public)
        wanting = [
            hook for hook in Webhook.objects.filter(club=club, active=True) if not hook.kinds or kind in hook.kinds
        ]
        if club is not None and wanting:
            Delivery.objects.bulk_create(Delivery(webhook=hook, event=event, due=at) for hook in wanting)
            transaction.on_commit(wake_deliverer)
    return event


def wake_deliverer() -> None:
    """Have a worker look for what is due. A lost broker only delays it: beat asks again every few seconds."""
    try:
        current_app.send_task("clubs.deliver_events")
    except (OSError, OperationalError) as error:
        logger.warning("webhooks wait for beat: the queue can't be reached (%s)", error)
