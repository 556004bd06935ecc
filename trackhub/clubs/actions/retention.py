"""How long things are kept: clocks that run out, shown before they strike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Min, Q, QuerySet

from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import ApiToken, AuditEntry, Delivery, Event, Invitation, Job, LoginFailure

Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class Clock:
    """What goes when it is older than ``settings.RETENTION_DAYS[name]`` days.

    ``aged(before)`` are the rows that go; ``since`` is the column by which their age is told.
    """

    name: str
    since: str
    every: Callable[[], Rows]
    aged: Callable[[datetime], Rows]

    def due(self, at: datetime) -> Rows:
        return self.aged(at - timedelta(days=settings.RETENTION_DAYS[self.name]))


@dataclass(frozen=True)
class Due:
    """What one clock finds: how many rows there are, how many go, and the time of the oldest that there is."""

    name: str
    days: int
    kept: int
    going: int
    oldest: datetime | None


def _by(model: Any, since: str, only: Q | None = None) -> tuple[Callable[[], Rows], Callable[[datetime], Rows]]:
    def every() -> Rows:
        # A plain QuerySet: the models' own refuse to remove events.
        return QuerySet(model).filter(only or Q())

    return every, lambda before: every().filter(**{f"{since}__lt": before})


def _closed(before: datetime) -> Rows:
    """Invitations that were accepted, withdrawn or ran out before then."""
    return Invitation.objects.filter(Q(accepted__lt=before) | Q(withdrawn__lt=before) | Q(expires__lt=before))


def _spent(before: datetime) -> Rows:
    return ApiToken.objects.filter(Q(revoked__lt=before) | Q(expires__lt=before))


# Deliveries go before the events that they carry. A session that ran out opens nothing, however young it is.
CLOCKS: tuple[Clock, ...] = (
    Clock("login_failures", "at", *_by(LoginFailure, "at")),
    Clock("sessions", "expire_date", *_by(Session, "expire_date")),
    Clock("invitations", "created", Invitation.objects.all, _closed),
    Clock("tokens", "created", ApiToken.objects.all, _spent),
    Clock("deliveries", "due", *_by(Delivery, "due", Q(state__in=(Delivery.State.DELIVERED, Delivery.State.DEAD)))),
    Clock("jobs", "heartbeat", *_by(Job, "heartbeat", Q(state__in=(Job.State.DONE, Job.State.FAILED)))),
    Clock("events", "at", *_by(Event, "at")),
    Clock("audit", "at", *_by(AuditEntry, "at")),
)


def what_is_due(clocks: Sequence[Clock], *, at: datetime) -> list[Due]:
    """What ``tidy`` would take away at that moment."""
    return [
        Due(
            clock.name,
            settings.RETENTION_DAYS[clock.name],
            (there := clock.every()).count(),
            clock.due(at).count(),
            there.aggregate(oldest=Min(clock.since))["oldest"],
        )
        for clock in clocks
    ]


def tidy(clocks: Sequence[Clock], *, at: datetime) -> dict[str, int]:
    """Take away what is due; how many rows by clock. The audit trail says how many of what."""
    with transaction.atomic():
        gone = {clock.name: _take_away(clock.due(at)) for clock in clocks}
        if any(gone.values()):
            record_deed("tidy", target="site", by=None, at=at, after=gone)
    return gone


def _take_away(rows: Rows) -> int:
    """The number of ``rows`` themselves; what hangs on them goes as well."""
    _with_others, by_model = rows.delete()
    return by_model.get(rows.model._meta.label, 0)
