"""A club's settings: what may change, and what the audit trail says of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from trackhub.clubs.actions.club_settings import change_club
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


def test_what_changed_is_noted_and_nothing_else(alice: User, harbour: Club, now: datetime) -> None:
    said = {"name": "Harbour Athletics", "town": "Portsmouth", "second_factor_required": True}
    kept = change_club(harbour, by=alice, at=now, said=said)
    assert (kept.name, kept.town, kept.second_factor_required) == ("Harbour Athletics", "Portsmouth", True)
    deed = AuditEntry.objects.get(action="change_club")
    assert (deed.by, deed.club, deed.target) == (alice, harbour, "club harbour")
    assert deed.before == {"name": "Harbour AC", "second_factor_required": False}
    assert deed.after == {"name": "Harbour Athletics", "second_factor_required": True}


def test_nothing_changed_is_nothing_noted(alice: User, harbour: Club, now: datetime) -> None:
    change_club(harbour, by=alice, at=now, said={"name": "Harbour AC"})
    assert not AuditEntry.objects.filter(action="change_club").exists()


def test_what_lists_are_folded_by_is_no_setting_here(alice: User, harbour: Club, now: datetime) -> None:
    change_club(harbour, by=alice, at=now, said={"slug": "mine", "season_start": 9, "age_group_scheme": "uka", "pk": 7})
    kept = Club.objects.get(pk=harbour.pk)
    assert (kept.slug, kept.season_start, kept.age_group_scheme) == ("harbour", 1, "wa")
