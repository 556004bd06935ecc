"""Keeping the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import F

from trackhub.clubs.models import AuditEntry, Club, SiteVersion, User


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
    """Write one audit entry and move the site's version; call it last in the transaction that does the deed."""
    SiteVersion.objects.filter(pk=1).update(number=F("number") + 1)
    return AuditEntry.objects.create(
        at=at, by=by, club=club, action=action, target=target[:120], before=dict(before or {}), after=dict(after or {})
    )


READ_NOTED_EVERY = timedelta(hours=1)


def note_reading(target: str, *, by: User | AnonymousUser, at: datetime, club: Club | None = None) -> None:
    """Note that ``by`` looked at something private of somebody else's, once an hour for each ``target``.

    A look changes nothing that anybody is shown, so the site's version stays.
    """
    if not isinstance(by, User):
        return
    lately = AuditEntry.objects.filter(by=by, action="read", target=target[:120], at__gt=at - READ_NOTED_EVERY)
    if not lately.exists():
        AuditEntry.objects.create(at=at, by=by, club=club, action="read", target=target[:120])


def note_export(target: str, *, by: User | None, at: datetime) -> None:
    """Note that ``by`` took along all that the site holds about somebody; the site's version stays as for a look."""
    AuditEntry.objects.create(at=at, by=by, action="export_person", target=target[:120])
