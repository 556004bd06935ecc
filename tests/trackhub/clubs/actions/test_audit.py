"""The audit trail: written with the deed, and never changed."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from trackhub.clubs.actions.audit import note_reading, record_deed
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


def test_a_deed_with_what_it_changed(alice: User, harbour: Club, now: datetime) -> None:
    deed = record_deed(
        "change_club",
        target="t" * 200,
        by=alice,
        at=now,
        club=harbour,
        before={"founded": date(1901, 2, 3)},
        after={"founded": date(1902, 3, 4)},
    )
    deed.refresh_from_db()
    assert (deed.action, deed.target, deed.by, deed.club, deed.at) == ("change_club", "t" * 120, alice, harbour, now)
    assert (deed.before, deed.after) == ({"founded": "1901-02-03"}, {"founded": "1902-03-04"})


def test_a_deed_of_nobody_in_particular(now: datetime) -> None:
    deed = record_deed("tidy_up", target="site", by=None, at=now)
    assert (deed.by, deed.club, deed.before, deed.after) == (None, None, {}, {})


def test_a_deed_goes_with_the_transaction_that_fails(now: datetime) -> None:
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        record_deed("tidy_up", target="site", by=None, at=now)
        raise ValueError("no")
    assert not AuditEntry.objects.exists()


def test_an_entry_is_never_changed(now: datetime) -> None:
    deed = record_deed("tidy_up", target="site", by=None, at=now)
    deed.target = "something else"
    with pytest.raises(TypeError, match="never changed"):
        deed.save()
    assert AuditEntry.objects.get().target == "site"


def test_who_leaves_leaves_the_deed(alice: User, now: datetime) -> None:
    record_deed("tidy_up", target="site", by=alice, at=now)
    alice.delete()
    assert AuditEntry.objects.get(action="tidy_up").by is None


def test_only_people_are_noted_as_readers(alice: User, now: datetime) -> None:
    note_reading("athlete 1", by=AnonymousUser(), at=now)
    assert not AuditEntry.objects.filter(action="read").exists()
    note_reading("athlete 1", by=alice, at=now)
    note_reading("athlete 1", by=alice, at=now)
    assert AuditEntry.objects.filter(action="read", by=alice).count() == 1
