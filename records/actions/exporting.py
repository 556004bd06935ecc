"""All that the site holds about a person, handed out."""

from __future__ import annotations

from datetime import datetime
from typing import IO

from records.queries.personal import Subject, personal_export
from trackhub.clubs.actions.audit import note_export
from trackhub.clubs.models import User


def export_person(who: Subject, *, by: User | None, at: datetime) -> IO[bytes]:
    """The zip of ``personal_export``; the audit trail says who took it along, and whose it is."""
    zipped = personal_export(who, at=at)
    whom = f"athlete {who.athlete.pk}" if who.athlete else f"user {who.user.pk}" if who.user else ""
    note_export(whom, by=by, at=at)
    return zipped
