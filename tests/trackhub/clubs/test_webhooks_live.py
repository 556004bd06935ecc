"""Deliveries as they travel: real sockets, a receiver on loopback, and a clock that the test moves."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.factories import NOW
from tests.racing import at_once
from tests.trackhub.clubs.receiver import Receiver, listening
from trackhub.clubs.actions import delivering
from trackhub.clubs.actions.delivering import DEAD_IN_A_ROW, RUN, WAITS, claim_delivery, deliver_due
from trackhub.clubs.actions.posting import LEASE, Answer
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.actions.webhooks import add_webhook, key_of, renew_key, replay_delivery
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import Club, Delivery, User, Webhook
from trackhub.clubs.tasks import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    with listening() as receiver:
        yield receiver


class Clock:
    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def webhook(harbour: Club, receiver: Receiver) -> Webhook:
    return add_webhook(harbour, by=None, at=NOW, url=receiver.url)


def told(club: Club, *, at: datetime = NOW, kind: Kind = Kind.IMPORT_APPLIED) -> Delivery:
    tell(kind, club=club, payload={"import": 7}, at=at)
    return Delivery.objects.latest("pk")


def test_what_arrives_is_signed_and_says_what_happened(
    harbour: Club, webhook: Webhook, receiver: Receiver, clock: Clock
) -> None:
    one = told(harbour)
    clock.at = NOW + timedelta(seconds=3)
    receiver.says(202, body=b"thank you")
    assert deliver_due(now=clock) == 1
    ((path, headers, body),) = receiver.got
    assert (path, headers["host"], headers["content-type"]) == (
        "/hook",
        f"127.0.0.1:{receiver.port}",
        "application/json",
    )
    assert (headers["trackhub-event"], headers["trackhub-delivery"]) == ("import_applied", str(one.pk))
    assert json.loads(body) == {
        "id": one.event_id, "kind": "import_applied", "at": "2026-11-20T09:00:00Z", "club": "harbour",
        "payload": {"import": 7},
    }  # fmt: skip
    # As a receiver would, with nothing of ours.
    said = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["trackhub-signature"])
    assert said and int(said[1]) == int(clock.at.timestamp())
    assert said[2] == hmac.new(key_of(webhook).encode(), said[1].encode() + b"." + body, hashlib.sha256).hexdigest()
    one.refresh_from_db()
    assert (one.state, one.status, one.answer, one.delivered, one.attempts) == (
        "delivered", 202, "thank you", clock.at, 1,
    )  # fmt: skip
    assert deliver_due(now=clock) == 0


def test_a_renewed_key_signs_what_is_on_its_way(
    harbour: Club, webhook: Webhook, receiver: Receiver, clock: Clock
) -> None:
    told(harbour)
    key = renew_key(webhook, by=None, at=NOW)
    deliver_due(now=clock)
    ((_path, headers, body),) = receiver.got
    moment, digest = re.findall(r"[tv]1?=([^,]+)", headers["trackhub-signature"])
    assert digest == hmac.new(key.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 400, 401, 404, 429, 500, 503])
def test_anything_but_2xx_is_a_failure_and_no_redirect_is_followed(
    harbour: Club, webhook: Webhook, receiver: Receiver, clock: Clock, status: int
) -> None:
    one = told(harbour)
    receiver.says(status, headers={"Location": receiver.url.replace("/hook", "/inside")})
    deliver_due(now=clock)
    one.refresh_from_db()
    assert (one.state, one.status, one.attempts) == ("waiting", status, 1)
    assert [path for path, *_ in receiver.got] == ["/hook"]


def test_it_is_tried_again_with_longer_waits_then_given_up_and_sent_again_on_demand(
    harbour: Club, webhook: Webhook, receiver: Receiver, clock: Clock
) -> None:
    one = told(harbour)
    receiver.says(*[500] * (len(WAITS) + 1), body=b"no")
    waited = []
    while True:
        assert deliver_due(now=clock) == 1
        assert deliver_due(now=clock) == 0
        one.refresh_from_db()
        if one.state == "dead":
            break
        waited.append((one.due - clock.at).total_seconds())
        clock.at = one.due - timedelta(milliseconds=1)
        assert deliver_due(now=clock) == 0
        clock.at = one.due
    assert (one.attempts, one.status, one.answer, len(receiver.got)) == (8, 500, "no", 8)
    for seconds, expected in zip(waited, (10, 60, 300, 1800, 7200, 21_600, 86_400), strict=True):
        assert seconds == pytest.approx(expected, rel=0.1)
    assert any(seconds != expected for seconds, expected in zip(waited, (10, 60, 300), strict=False))
    clock.at += timedelta(days=9)
    assert deliver_due(now=clock) == 0
    replay_delivery(one, by=None, at=clock.at)
    assert deliver_due(now=clock) == 1
    one.refresh_from_db()
    assert (one.state, one.delivered, one.attempts) == ("delivered", clock.at, 1)
    # The receiver can tell that it is the same one.
    assert {headers["trackhub-delivery"] for _path, headers, _body in receiver.got} == {str(one.pk)}


def test_410_switches_the_webhook_off_and_tells_the_chief(
    harbour: Club, alice: User, webhook: Webhook, receiver: Receiver, clock: Clock,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    one, next_one = told(harbour), told(harbour)
    receiver.says(410)
    with django_capture_on_commit_callbacks(execute=True):
        deliver_due(now=clock)
    webhook.refresh_from_db()
    one.refresh_from_db()
    next_one.refresh_from_db()
    assert (webhook.active, one.state, next_one.state, len(receiver.got)) == (False, "dead", "waiting", 1)
    assert [message.to for message in mail.outbox] == [[alice.email]]
    assert deliver_due(now=clock) == 0


@pytest.mark.parametrize("better_once", [True, False])
def test_fifty_given_up_in_a_row_switch_it_off(
    harbour: Club, alice: User, webhook: Webhook, receiver: Receiver, clock: Clock, *, better_once: bool,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    told(harbour)
    Delivery.objects.update(state="delivered", due=NOW - timedelta(days=9))
    for n in range(DEAD_IN_A_ROW - 1):
        told(harbour)
        Delivery.objects.filter(state="waiting").update(state="dead", due=NOW - timedelta(hours=n + 1), attempts=8)
    if better_once:
        Delivery.objects.filter(due=NOW - timedelta(hours=DEAD_IN_A_ROW - 1)).update(state="delivered")
    last = told(harbour)
    Delivery.objects.filter(pk=last.pk).update(attempts=len(WAITS))
    receiver.says(500)
    with django_capture_on_commit_callbacks(execute=True):
        deliver_due(now=clock)
    webhook.refresh_from_db()
    last.refresh_from_db()
    assert (last.state, webhook.active, len(mail.outbox)) == ("dead", better_once, int(not better_once))


def test_the_delivery_of_a_killed_worker_comes_again(
    harbour: Club, webhook: Webhook, receiver: Receiver, clock: Clock
) -> None:
    one = told(harbour)
    assert claim_delivery(at=NOW) == one
    clock.at = NOW + LEASE - timedelta(seconds=1)
    assert (claim_delivery(at=clock.at), deliver_due(now=clock)) == (None, 0)
    clock.at = NOW + LEASE
    assert deliver_due(now=clock) == 1
    one.refresh_from_db()
    assert (one.state, one.attempts) == ("delivered", 2)


@pytest.mark.parametrize("next_one_is_done", [True, False])
def test_a_worker_that_comes_back_too_late_says_nothing(
    harbour: Club, webhook: Webhook, clock: Clock, *, next_one_is_done: bool
) -> None:
    one = told(harbour)
    late = claim_delivery(at=NOW)
    assert late
    clock.at = NOW + LEASE
    if next_one_is_done:
        deliver_due(now=clock)
    else:
        claim_delivery(at=clock.at)
    delivering._settle(late, Answer(500, "late"), at=clock.at)
    one.refresh_from_db()
    expected = ("delivered", 200, clock.at) if next_one_is_done else ("waiting", None, clock.at + LEASE)
    assert (one.state, one.status, one.due) == expected


def test_one_that_fails_rests_while_the_others_are_served(
    harbour: Club, webhook: Webhook, receiver: Receiver, clock: Clock
) -> None:
    broken = Webhook.objects.create(club=harbour, url="http://127.0.0.2:9999/", created=NOW)
    for _ in range(3):
        told(harbour)
    assert deliver_due(now=clock) == 4
    states = Delivery.objects.order_by("webhook", "event").values_list("webhook", "state", "attempts")
    assert list(states) == [
        *[(webhook.pk, "delivered", 1)] * 3,
        (broken.pk, "waiting", 1), (broken.pk, "waiting", 0), (broken.pk, "waiting", 0),
    ]  # fmt: skip
    assert Delivery.objects.get(attempts=1, state="waiting").answer == "The host can't be reached."
    assert [message["id"] for message in receiver.messages()] == sorted(Delivery.objects.filter(webhook=webhook).values_list("event", flat=True))  # fmt: skip


def test_a_run_ends_so_that_other_work_gets_the_worker(harbour: Club, webhook: Webhook) -> None:
    for _ in range(5):
        told(harbour)
    moments = iter([NOW + RUN / 6 * step for step in range(100)])
    assert 0 < deliver_due(now=lambda: next(moments)) < 5


def test_nothing_goes_to_a_webhook_that_is_off(harbour: Club, webhook: Webhook, clock: Clock) -> None:
    told(harbour)
    Webhook.objects.update(active=False)
    assert deliver_due(now=clock) == 0


def test_the_worker_task_delivers_what_is_due(harbour: Club, webhook: Webhook, receiver: Receiver) -> None:
    told(harbour)
    deliver()
    assert (len(receiver.got), Delivery.objects.get().state) == (1, "delivered")


@pytest.mark.parametrize("later", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_name_that_leads_inside_since_it_was_added_is_not_called(
    harbour: Club, receiver: Receiver, clock: Clock, settings: Settings, later: str
) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = False
    url = f"https://rebind.example.org:{receiver.port}/"
    add_webhook(harbour, by=None, at=NOW, url=url, resolver=lambda host, port: ["8.8.8.8"])
    one = told(harbour)
    deliver_due(now=clock, resolver=lambda host, port: [later])
    one.refresh_from_db()
    assert (one.state, one.status, receiver.got) == ("waiting", None, [])
    assert "not on the public internet" in one.answer


def test_of_a_long_answer_the_beginning_is_kept_in_printable_signs(
    harbour: Club, webhook: Webhook, receiver: Receiver, clock: Clock
) -> None:
    one = told(harbour)
    receiver.says(200, body=b"a\x00b\x1b[31m\xff" + b"x" * 5_000_000)
    deliver_due(now=clock)
    one.refresh_from_db()
    assert one.state == "delivered"
    assert len(one.answer) == 300 and one.answer.startswith("a b [31m\N{REPLACEMENT CHARACTER}xxx")


def test_who_comes_second_to_a_delivery_takes_the_next(harbour: Club, webhook: Webhook) -> None:
    first, second = told(harbour), told(harbour)
    came: list[int] = []

    def another_worker(execute: Any, sql: str, *said: Any) -> Any:
        if sql.startswith("UPDATE") and not came:
            came.append(first.pk)
            Delivery.objects.filter(pk=first.pk).update(due=NOW + timedelta(minutes=5))
        return execute(sql, *said)

    with connection.execute_wrapper(another_worker):
        mine = claim_delivery(at=NOW)
    assert mine == second


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_deliver_each_once(harbour: Club, webhook: Webhook, receiver: Receiver) -> None:
    for _ in range(20):
        told(harbour)
    done = at_once(*[lambda: deliver_due(now=lambda: NOW)] * 2)
    assert sum(done) == len(receiver.got) == len({headers["trackhub-delivery"] for _, headers, _ in receiver.got}) == 20
    assert not Delivery.objects.exclude(state="delivered", attempts=1).exists()
