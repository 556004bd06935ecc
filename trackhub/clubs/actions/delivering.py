"""Delivering events to webhooks: claimed by one worker at a time, tried again with longer and longer waits.

A delivery arrives at least once: a worker that is killed between the receiver's answer and its own note leaves a
delivery that comes again when the lease is over. Receivers know it by the header TrackHub-Delivery.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from trackhub.clubs.actions.posting import LEASE, Answer, Resolver, post, resolve
from trackhub.clubs.actions.webhooks import key_of, switch_off
from trackhub.clubs.domain.signing import canonical, signature
from trackhub.clubs.models import Delivery, Event, Webhook

WAITS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""After each failed attempt but the last, give or take ``JITTER``, so that what failed together doesn't return so."""
JITTER = 0.1
DEAD_IN_A_ROW = 50
"""So many deliveries given up one after the other switch a webhook off."""
RUN = timedelta(seconds=30)
"""After so long a run lets other work have the worker; beat starts the next."""
GONE = 410


def deliver_due(*, now: Callable[[], datetime], resolver: Resolver = resolve) -> int:
    """Send what is due, the oldest first; the number of attempts.

    A webhook that failed rests until the next run, so one slow receiver can't hold up all others.
    """
    ends, attempts, failed = now() + RUN, 0, set[int]()
    while now() < ends and (delivery := claim_delivery(at=now(), without=failed)) is not None:
        answer = _send(delivery, at=now(), resolver=resolver)
        if not _settle(delivery, answer, at=now()):
            failed.add(delivery.webhook_id)
        attempts += 1
    return attempts


def claim_delivery(*, at: datetime, without: Collection[int] = ()) -> Delivery | None:
    """The oldest delivery that is due, taken for as long as ``LEASE``; None where there is none.

    A compare-and-set of ``due``: of two workers that see the same row one gets it.
    """
    due = Delivery.objects.due(at).exclude(webhook__in=without).order_by("due", "event")
    while (found := due.values_list("pk", "due").first()) is not None:
        mine = Delivery.objects.filter(pk=found[0], due=found[1], state=Delivery.State.WAITING)
        if mine.update(due=at + LEASE, attempts=F("attempts") + 1):
            return Delivery.objects.select_related("webhook__club", "event__club").get(pk=found[0])
    return None


def _send(delivery: Delivery, *, at: datetime, resolver: Resolver) -> Answer:
    body = canonical(written(delivery.event))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "TrackHub",
        "TrackHub-Event": delivery.event.kind,
        "TrackHub-Delivery": str(delivery.pk),
        "TrackHub-Signature": signature(body, key=key_of(delivery.webhook), moment=int(at.timestamp())),
    }
    return post(delivery.webhook.url, body=body, headers=headers, resolver=resolver)


def written(event: Event) -> dict[str, object]:
    """``event`` as the outside reads it."""
    return {
        "id": event.pk,
        "kind": event.kind,
        "at": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "club": None if event.club is None else event.club.slug,
        "payload": event.payload,
    }


def _settle(delivery: Delivery, answer: Answer, *, at: datetime) -> bool:
    """Note what came of the attempt; whether it was delivered. ``due`` of what is settled is when that was."""
    outcome: dict[str, object] = {"state": Delivery.State.WAITING, "due": at, "delivered": None}
    arrived = answer.status is not None and 200 <= answer.status < 300
    if arrived:
        outcome |= {"state": Delivery.State.DELIVERED, "delivered": at}
    elif answer.status == GONE or delivery.attempts > len(WAITS):
        outcome["state"] = Delivery.State.DEAD
    else:
        outcome["due"] = at + WAITS[delivery.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)
    # Only while the lease is this worker's own: who comes back too late says nothing.
    mine = Delivery.objects.filter(pk=delivery.pk, due=delivery.due, state=Delivery.State.WAITING)
    if mine.update(status=answer.status, answer=answer.text, **outcome) and outcome["state"] == Delivery.State.DEAD:
        _consider_switching_off(delivery.webhook, answer, at=at)
    return arrived


def _consider_switching_off(webhook: Webhook, answer: Answer, *, at: datetime) -> None:
    if answer.status == GONE:
        switch_off(webhook, at=at, because=_("The receiver answered that it is gone for good (410)."))
        return
    settled = Delivery.objects.filter(webhook=webhook).exclude(state=Delivery.State.WAITING).order_by("-due", "-pk")
    last = list(settled.values_list("state", flat=True)[:DEAD_IN_A_ROW])
    if last == [Delivery.State.DEAD] * DEAD_IN_A_ROW:
        switch_off(webhook, at=at, because=_("%d deliveries in a row could not be made.") % DEAD_IN_A_ROW)
