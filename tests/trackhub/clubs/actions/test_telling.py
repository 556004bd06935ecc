"""The event log: appended with the deed, in an order that readers can rely on, and carrying nothing personal."""

from __future__ import annotations

import json
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from celery import Celery
from django.contrib.auth.models import AnonymousUser
from django.db import connections, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from records.actions.applying import MOST_IDS_TOLD
from records.actions.correcting import annul_performance, correct_performance, reinstate_performance
from records.actions.undoing import undo_import
from records.models import Performance, Record
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported
from trackhub.clubs.actions import telling
from trackhub.clubs.actions.telling import tell, wake_deliverer
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import Club, Delivery, Event, SiteVersion, User, Webhook

pytestmark = pytest.mark.django_db


def hook(club: Club, **fields: Any) -> Webhook:
    return Webhook.objects.create(club=club, url="https://example.org/hook", created=NOW, **fields)


def told(kind: Kind = Kind.IMPORT_APPLIED, *, club: Club | None = None, **fields: Any) -> Event:
    return tell(kind, club=club, payload={"import": 1}, at=NOW, **fields)


def test_an_event_is_appended_and_moves_the_version_of_the_site(harbour: Club) -> None:
    before = SiteVersion.objects.get().number
    event = told(club=harbour)
    event.refresh_from_db()
    assert (event.kind, event.club, event.payload, event.at, event.public) == (
        "import_applied", harbour, {"import": 1}, NOW, False,
    )  # fmt: skip
    assert SiteVersion.objects.get().number == before + 1


def test_it_goes_to_the_webhooks_that_want_it(harbour: Club, other: Club) -> None:
    everything, chosen = hook(harbour), hook(harbour, kinds=["records_set", "import_applied"])
    hook(harbour, kinds=["records_set"])
    hook(harbour, active=False)
    hook(other)
    event = told(club=harbour)
    made = list(Delivery.objects.order_by("pk"))
    assert [(one.webhook, one.event, one.state, one.due, one.attempts) for one in made] == [
        (everything, event, "waiting", NOW, 0),
        (chosen, event, "waiting", NOW, 0),
    ]


def test_an_event_of_no_club_goes_to_no_webhook(harbour: Club) -> None:
    hook(harbour)
    told(public=True)
    assert not Delivery.objects.exists()


def test_a_worker_is_woken_after_the_commit_where_there_is_something_to_deliver(
    harbour: Club, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as woken:
        told(club=harbour)
    assert woken == []
    hook(harbour)
    with django_capture_on_commit_callbacks() as woken:
        told(club=harbour)
    assert woken == [wake_deliverer]


def test_an_event_goes_with_the_transaction_that_fails(harbour: Club) -> None:
    hook(harbour)
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        told(club=harbour)
        raise ValueError("no")
    assert not Event.objects.exists() and not Delivery.objects.exists()


def test_a_kind_that_nobody_knows_is_a_mistake_of_ours(harbour: Club) -> None:
    with pytest.raises(ValueError, match="gossip"):
        tell("gossip", club=harbour, payload={}, at=NOW)  # type: ignore[arg-type]


def test_events_are_never_changed_or_removed(harbour: Club) -> None:
    event = told(club=harbour)
    for change in (
        event.save,
        event.delete,
        lambda: Event.objects.update(public=True),
        lambda: Event.objects.all().delete(),
        lambda: Event.objects.bulk_update([event], ["public"]),
    ):
        with pytest.raises(TypeError, match="never"), transaction.atomic():
            change()
    assert Event.objects.get() == event


def test_a_club_that_goes_leaves_its_events() -> None:
    club = Club.objects.create(name="Gone", slug="gone")
    hook(club)
    told(club=club)
    club.delete()
    assert (Event.objects.get().club, Webhook.objects.count()) == (None, 0)


def test_who_reads_what(harbour: Club, dana: User, charlie: User) -> None:
    private, public = told(club=harbour), told(Kind.RECORDS_SET, club=harbour, public=True)
    assert set(Event.objects.visible_to(dana)) == {private, public}
    assert set(Event.objects.visible_to(charlie)) == set(Event.objects.visible_to(AnonymousUser())) == {public}


HEADER = "id,name,sex,dob,event,mark,wind,date"


def rows(count: int, first: float = 12.0) -> list[str]:
    """Each faster than the one before and a year younger, so that each is a record of some age group or other."""
    return [
        f"p{n},Jo Bloggs{chr(97 + n // 26)}{chr(97 + n % 26)},M,2001-01-01,100,{first - n / 100:.2f},+1.0,2026-05-05"
        for n in range(count)
    ]


def last(kind: Kind) -> Event:
    event = Event.objects.filter(kind=kind).order_by("pk").last()
    assert event
    return event


def test_an_import_is_told_with_its_counts(harbour: Club, alice: User) -> None:
    batch = imported("performances", "\n".join([HEADER, *rows(3), "x,No Body,M,,100,fast,,"]), club=harbour, by=alice)
    event = last(Kind.IMPORT_APPLIED)
    assert (event.club, event.public, event.at) == (harbour, False, NOW)
    said = event.payload
    assert (said["import"], said["kind"]) == (batch.pk, "performances")
    assert (said["rows"], said["created"], said["refused"], said["records"]) == (4, 3, 1, batch.result["records"])
    undo_import(batch, by=alice, at=NOW)
    undone = last(Kind.IMPORT_UNDONE)
    assert (undone.club, undone.public) == (harbour, False)
    assert (undone.payload["import"], undone.payload["performances_removed"]) == (batch.pk, 3)


def test_records_are_told_to_everybody_by_id_alone(harbour: Club) -> None:
    imported("performances", "\n".join([HEADER, *rows(3)]), club=harbour)
    event = last(Kind.RECORDS_SET)
    standing = set(Record.objects.on(None).values_list("performance", flat=True))
    assert (event.club, event.public, event.payload) == (harbour, True, {"performances": [*standing], "more": False})
    imported("performances", "\n".join([HEADER, rows(1, 13)[0].replace("p0", "slow")]), club=harbour)
    assert last(Kind.RECORDS_SET) == event


def test_records_of_whom_only_the_club_may_see_are_told_to_nobody(harbour: Club) -> None:
    AthleteFactory(given_name="Jo", family_name="Bloggsaa", birth_date="2001-01-01", visibility="club", club=harbour)
    imported("performances", "\n".join([HEADER, *rows(1)]), club=harbour)
    assert Record.objects.on(None).exists()
    assert not Event.objects.filter(kind=Kind.RECORDS_SET).exists()


@pytest.mark.parametrize("count", [MOST_IDS_TOLD, MOST_IDS_TOLD + 1])
def test_a_long_list_of_records_is_cut(harbour: Club, count: int) -> None:
    ties = [row.replace(row.split(",")[5], "11.00") for row in rows(count)]
    imported("performances", "\n".join([HEADER, *ties]), club=harbour)
    said = last(Kind.RECORDS_SET).payload
    assert (len(said["performances"]), said["more"]) == (100, count > 100)


def test_one_performance_is_told_step_by_step(harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    first = PerformanceFactory(athlete=athlete, mark="10.80")
    second = correct_performance(first, mark="10.85", by=None, at=NOW, because="photo finish")
    annul_performance(second, by=None, at=NOW, because="false start")
    reinstate_performance(second, by=None, at=NOW)
    ids = {"performance": second.pk, "athlete": athlete.pk, "discipline": "100"}
    assert list(Event.objects.order_by("pk").values_list("kind", "payload", "club", "public")) == [
        ("performance_entered", ids | {"performance": first.pk}, harbour.pk, False),
        ("performance_corrected", ids | {"replaces": first.pk}, harbour.pk, False),
        ("performance_annulled", ids, harbour.pk, False),
        ("performance_reinstated", ids, harbour.pk, False),
    ]


def test_nothing_personal_is_told(harbour: Club) -> None:
    batch = imported("performances", "\n".join([HEADER, *rows(2)]), club=harbour)
    annul_performance(Performance.objects.all()[0], by=None, at=NOW, because="Jo Bloggsaa was doped")
    undo_import(batch, by=None, at=NOW)
    everything = json.dumps(list(Event.objects.values_list("payload", flat=True)))
    assert not any(word in everything for word in ("Bloggs", "Jo", "2001", "doped", "12.0", "file.csv"))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_ids_become_visible_in_their_order() -> None:
    """A reader that has seen the second event has seen the first: the second waits for the first one's commit."""
    first_told, first_may_end, second_done = Signal(), Signal(), Signal()

    def tell_first() -> None:
        with transaction.atomic():
            told()
            first_told.set()
            first_may_end.wait(10)
        connections.close_all()

    def tell_second() -> None:
        first_told.wait(10)
        told()
        second_done.set()
        connections.close_all()

    threads = [Thread(target=tell_first), Thread(target=tell_second)]
    for thread in threads:
        thread.start()
    assert not second_done.wait(0.5)
    assert not Event.objects.exists()
    first_may_end.set()
    for thread in threads:
        thread.join(10)
    assert second_done.is_set() and Event.objects.count() == 2


def test_an_unreachable_queue_leaves_it_to_beat(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    away = Celery("away", broker="redis://127.0.0.1:1/0")
    away.conf.update(task_publish_retry=False, broker_connection_retry=False)
    monkeypatch.setattr(telling, "current_app", away)
    wake_deliverer()
    assert "webhooks wait for beat" in caplog.text
