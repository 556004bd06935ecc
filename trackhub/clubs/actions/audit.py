"""Keeping the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from trackhub.clubs.models import AuditEntry, Club, User


def record_deed(
    action: str,
    *,
    target: str,
    by: User | None,
    at: datetime,
    club: Club | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Write one audit entry; call it inside the transaction that does the deed."""
    return AuditEntry.objects.create(
        at=at, by=by, club=club, action=action, target=target[:120], before=dict(before or {}), after=dict(after or {})
    )
