"""Looks at athletes whom not everybody may see by name."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from records.models import Athlete
from records.queries.lines import Visitor, hidden_among, named_publicly
from records.queries.voices import acts_for
from trackhub.clubs.actions.audit import note_reading


def note_look(athlete: Athlete | None, *, by: Visitor, at: datetime) -> None:
    """Note who sees the name of a hidden athlete, unless it is the athlete or a guardian."""
    if athlete is None or named_publicly(athlete) or acts_for(by, athlete, on=timezone.localdate(at)):
        return
    if not hidden_among([athlete], by):
        note_reading(f"athlete {athlete.pk}", by=by, at=at)
