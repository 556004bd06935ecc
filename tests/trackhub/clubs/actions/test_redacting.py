"""Taking texts out of every table, and what an account leaves behind."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.db.models import Model

from tests.factories import NOW, UserFactory
from trackhub.clubs.actions.accounts import delete_account
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.locking import open_attempt
from trackhub.clubs.actions.redacting import redact_account, redact_everywhere
from trackhub.clubs.models import AuditEntry, Club, Event, Invitation, Job, LoginFailure

pytestmark = pytest.mark.django_db


def job(message: str) -> Job:
    return Job.objects.create(task="t", subject=Job.objects.count(), heartbeat=NOW, state="done", message=message)


def test_texts_and_json_of_every_table_however_they_are_guarded(harbour: Club) -> None:
    event = Event.objects.create(at=NOW, kind="k", payload={"who": ["Marker", {"Marker": 1}], "n": 2})
    entry = record_deed("do", target="a Marker", by=None, at=NOW, after={"x": "MÁRKER"})
    done = redact_everywhere(lambda text: text.replace("Marker", "-").replace("MÁRKER", "-"), anchors=["marker"])
    event.refresh_from_db()
    entry.refresh_from_db()
    assert event.payload == {"who": ["-", {"-": 1}], "n": 2}
    assert (entry.target, entry.after) == ("a -", {"x": "-"})
    assert done.changed == {"clubs.event": 1, "clubs.auditentry": 1}


def test_doubtful_rows_are_named_and_others_left(harbour: Club) -> None:
    first, second = job("Marker"), job("Marker")

    def is_second(row: Model) -> bool:
        return row.pk == second.pk

    done = redact_everywhere(lambda text: text.replace("Marker", "-"), anchors=["marker"], doubtful=is_second)
    assert done.doubtful == [f"job {second.pk}"]
    assert redact_everywhere(lambda text: text.replace("Markers", "-"), anchors=["marker"]).changed == {}
    assert set(Job.objects.values_list("message", flat=True)) == {"-", "Marker"}
    assert Job.objects.get(pk=first.pk).message == "-"
    done = redact_everywhere(lambda text: "", anchors=["marker"], leave=["clubs.job"])
    assert Job.objects.get(pk=second.pk).message == "Marker"


def test_a_longer_text_is_cut_to_its_column(harbour: Club) -> None:
    short = job("ab")
    redact_everywhere(lambda text: text.replace("ab", "x" * 900), anchors=["ab"])
    short.refresh_from_db()
    assert short.message == "x" * 500


def test_a_deleted_account_leaves_a_number(harbour: Club) -> None:
    user = UserFactory(email="Gordon@example.org", name="Gordon Gone")
    EmailAddress.objects.create(user=user, email="second@example.org")
    Invitation.objects.create(club=harbour, email="SECOND@example.org", role="coach", created=NOW, expires=NOW)
    note = job("mail to gordon@EXAMPLE.org (gordon gone), not to xgordon@example.org")
    record_deed("change", target=f"user {user.pk}", by=user, at=NOW, before={"email": "older@example.org", "n": 1})
    open_attempt("Second@example.org", address="192.0.2.1", at=NOW)
    number = user.pk
    delete_account(user, at=NOW)
    note.refresh_from_db()
    assert note.message == f"mail to account {number} (account {number}), not to xgordon@example.org"
    assert not Invitation.objects.exists()
    assert not LoginFailure.objects.exists()
    assert AuditEntry.objects.get(action="change").before == {"email": "erased", "n": 1}


@pytest.mark.parametrize(("name", "others"), [("Gordon", []), ("Gordon Gone", ["gordon gone"])])
def test_a_name_that_names_nobody_for_sure_stays(name: str, others: list[str]) -> None:
    for one in others:
        UserFactory(name=one)
    note = job(f"said {name}")
    redact_account(UserFactory(name=name))
    note.refresh_from_db()
    assert note.message == f"said {name}"
