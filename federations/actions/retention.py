"""How long an address is kept that never said yes."""

from __future__ import annotations

from datetime import datetime

from federations.models import DigestSubscription
from trackhub.clubs.actions.retention import Clock, Rows


def _unconfirmed() -> Rows:
    return DigestSubscription.objects.filter(confirmed=None)


def _silent(before: datetime) -> Rows:
    return _unconfirmed().filter(asked__lt=before)


CLOCKS = (Clock("unconfirmed_digests", "asked", _unconfirmed, _silent),)
