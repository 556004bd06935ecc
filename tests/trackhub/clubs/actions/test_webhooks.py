"""Webhooks: what may be named, what is written down, and the table of addresses that lead inside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.factories import NOW, MembershipFactory, UserFactory
from trackhub.clubs.actions import webhooks
from trackhub.clubs.actions.posting import LEASE, find_host
from trackhub.clubs.actions.telling import tell, wake_deliverer
from trackhub.clubs.actions.webhooks import (
    MOST_WEBHOOKS,
    WebhookRefused,
    add_webhook,
    change_webhook,
    key_of,
    remove_webhook,
    renew_key,
    replay_delivery,
    switch_off,
)
from trackhub.clubs.domain.addresses import AddressRefused
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import AuditEntry, Club, Delivery, Event, Role, User, Webhook

pytestmark = pytest.mark.django_db

URL = "https://example.org/hook"


def public(host: str, port: int) -> list[str]:
    """A resolver to which every name is a host of the internet."""
    return ["8.8.8.8"]


def added(club: Club, by: User | None = None, **fields: Any) -> Webhook:
    return add_webhook(club, by=by, at=NOW, **{"url": URL, "resolver": public} | fields)


def delivery(webhook: Webhook, **fields: Any) -> Delivery:
    event = tell(Kind.IMPORT_APPLIED, club=None, payload={}, at=NOW)
    return Delivery.objects.create(webhook=webhook, event=event, **{"due": NOW} | fields)


def last_deed() -> AuditEntry:
    return AuditEntry.objects.latest("pk")


def test_one_is_added(harbour: Club, alice: User) -> None:
    webhook = added(harbour, alice, url=f" {URL} ", kinds=["records_set", "import_applied", "records_set"])
    webhook.refresh_from_db()
    assert (webhook.club, webhook.url, webhook.kinds, webhook.active, webhook.by, webhook.created) == (
        harbour, URL, ["import_applied", "records_set"], True, alice, NOW,
    )  # fmt: skip
    deed = last_deed()
    assert (deed.action, deed.target, deed.by, deed.club) == ("add_webhook", f"webhook {webhook.pk}", alice, harbour)
    assert deed.after == {"url": URL, "kinds": ["import_applied", "records_set"], "active": True}


def test_a_kind_that_is_none_is_refused_with_those_there_are(harbour: Club) -> None:
    with pytest.raises(WebhookRefused, match=r"“record_set” is no kind .* records_set"):
        added(harbour, kinds=["record_set"])
    assert not Webhook.objects.exists()


def test_a_club_has_so_many_at_most(harbour: Club, other: Club) -> None:
    for _ in range(MOST_WEBHOOKS):
        added(harbour)
    with pytest.raises(WebhookRefused, match="at most 20"):
        added(harbour)
    added(other)


def test_one_is_changed(harbour: Club, alice: User) -> None:
    webhook = added(harbour)
    changed = change_webhook(webhook, by=alice, at=NOW, url=URL + "/2", active=False, resolver=public)
    assert (changed.url, changed.kinds, changed.active) == (URL + "/2", [], False)
    changed = change_webhook(webhook, by=alice, at=NOW, kinds=["records_set"])
    assert (changed.url, changed.kinds, changed.active) == (URL + "/2", ["records_set"], False)
    deed = last_deed()
    assert (deed.action, deed.by, deed.before["kinds"], deed.after["kinds"]) == (
        "change_webhook", alice, [], ["records_set"],
    )  # fmt: skip


@pytest.mark.parametrize("change", [{"url": "https://127.0.0.1/"}, {"kinds": ["gossip"]}])
def test_a_change_is_checked_as_an_addition_is(harbour: Club, change: dict[str, Any]) -> None:
    webhook = added(harbour)
    with pytest.raises(WebhookRefused):
        change_webhook(webhook, by=None, at=NOW, resolver=public, **change)
    webhook.refresh_from_db()
    assert (webhook.url, webhook.kinds) == (URL, [])


def test_one_is_removed_with_its_log_and_the_events_stay(harbour: Club, alice: User) -> None:
    webhook = added(harbour)
    delivery(webhook)
    remove_webhook(webhook, by=alice, at=NOW)
    assert (Webhook.objects.count(), Delivery.objects.count(), Event.objects.count()) == (0, 0, 1)
    assert (last_deed().action, last_deed().before["url"]) == ("remove_webhook", URL)


def test_each_has_a_key_of_its_own_and_a_new_one_when_renewed(harbour: Club, alice: User, settings: Settings) -> None:
    one, two = added(harbour), added(harbour)
    before = key_of(one)
    assert re.fullmatch(r"whsec_[0-9a-f]{64}", before)
    assert before == key_of(Webhook.objects.get(pk=one.pk)) != key_of(two)
    after = renew_key(one, by=alice, at=NOW)
    assert after == key_of(Webhook.objects.get(pk=one.pk)) != before
    deed = last_deed()
    assert (deed.action, deed.after) == ("renew_webhook_key", {"generation": 2})
    assert after not in str(list(AuditEntry.objects.values()))
    settings.SECRET_KEY = "another" * 10
    assert key_of(one) != after


@pytest.mark.parametrize(
    ("state", "due"), [("dead", NOW), ("delivered", NOW), ("waiting", NOW + LEASE + timedelta(seconds=1))]
)
def test_what_rests_is_sent_again(
    harbour: Club, alice: User, state: str, due: Any,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    said = {"state": state, "due": due, "attempts": 8, "status": 500, "answer": "no", "delivered": NOW}
    one = delivery(added(harbour), **said)
    with django_capture_on_commit_callbacks() as woken:
        replay_delivery(one, by=alice, at=NOW)
    one.refresh_from_db()
    assert (one.state, one.due, one.attempts, one.status, one.answer, one.delivered) == (
        "waiting", NOW, 0, None, "", None,
    )  # fmt: skip
    assert woken == [wake_deliverer]
    assert (last_deed().action, last_deed().by, last_deed().after) == ("replay_delivery", alice, {"delivery": one.pk})


@pytest.mark.parametrize("due", [NOW, NOW + LEASE])
def test_what_is_due_or_in_flight_is_not_sent_twice(harbour: Club, due: Any) -> None:
    one = delivery(added(harbour), due=due, attempts=3)
    with pytest.raises(WebhookRefused, match="on its way"):
        replay_delivery(one, by=None, at=NOW)
    one.refresh_from_db()
    assert (one.due, one.attempts) == (due, 3)


def test_nothing_is_sent_again_to_a_webhook_that_is_off(harbour: Club) -> None:
    one = delivery(added(harbour), state="dead")
    Webhook.objects.update(active=False)
    one.refresh_from_db()
    with pytest.raises(WebhookRefused, match="switched off"):
        replay_delivery(one, by=None, at=NOW)


def test_chief_registrars_are_told_when_the_site_gives_one_up(
    harbour: Club, alice: User, bob: User, charlie: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    past, gone = UserFactory(), UserFactory(is_active=False)
    MembershipFactory(user=past, club=harbour, role=Role.CHIEF_REGISTRAR, ends=NOW.date() - timedelta(days=1))
    MembershipFactory(user=gone, club=harbour, role=Role.CHIEF_REGISTRAR)
    webhook = added(harbour)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            switch_off(webhook, at=NOW, because="Nobody answers.")
    webhook.refresh_from_db()
    assert not webhook.active
    (message,) = mail.outbox
    assert message.to == [alice.email]
    assert "Harbour AC" in message.subject and "Nobody answers." in message.body and URL in message.body
    assert (last_deed().action, last_deed().by) == ("switch_off_webhook", None)
    assert AuditEntry.objects.filter(action="switch_off_webhook").count() == 1


def test_a_mail_server_that_is_away_doesnt_keep_a_webhook_on(
    harbour: Club, alice: User, settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with django_capture_on_commit_callbacks(execute=True):
        switch_off(added(harbour), at=NOW, because="Nobody answers.")
    assert not Webhook.objects.get().active
    assert "couldn't be told by mail" in caplog.text


# A name in angle brackets leads, by the resolver, to what stands in them.
HOSTILE = """
https://localhost/ https://LOCALHOST/ https://127.0.0.1/ https://127.0.0.1:8443/
https://127.1/ https://127.0.1/ https://127.255.255.254/ https://0/ https://0.0.0.0/ https://0.1.2.3/
https://2130706433/ https://017700000001/ https://0x7f000001/ https://0x7f.1/ https://0177.0.0.1/ https://127.0.0.1./
https://0300.0250.0.1/ https://10.0.0.1/ https://10.255.255.255/ https://172.16.0.1/ https://172.31.255.255/
https://192.168.0.1/ https://169.254.169.254/latest/meta-data/ https://2852039166/ https://100.64.0.1/
https://100.100.100.200/ https://168.63.129.16/ https://192.0.0.192/ https://192.0.2.1/ https://198.18.0.1/
https://198.51.100.1/ https://203.0.113.1/ https://192.88.99.1/ https://224.0.0.1/ https://239.255.255.250/
https://240.0.0.1/ https://255.255.255.255/ https://[::]/ https://[::1]/ https://[0:0:0:0:0:0:0:1]/
https://[::ffff:127.0.0.1]/ https://[::ffff:7f00:1]/ https://[::ffff:169.254.169.254]/ https://[::ffff:8.8.8.8]/
https://[::127.0.0.1]/ https://[64:ff9b::127.0.0.1]/ https://[64:ff9b::a9fe:a9fe]/ https://[64:ff9b:1::1]/
https://[2002:7f00:1::]/ https://[2002:a00:1::1]/ https://[2001:0:7f00:1::]/ https://[2001:db8::1]/ https://[3fff::1]/
https://[100::1]/ https://[5f00::1]/ https://[fc00::1]/ https://[fd00:ec2::254]/ https://[fe80::1]/ https://[fe80::1%25lo]/
https://[fec0::1]/ https://[ff02::1]/ https://[::1]:8443/ https://[127.0.0.1]/ https://[::1].example.org/
https://intranet/ https://metadata/ https://example/ https://8.8.8.8:22/ https://example.org:25/
https://me@example.org/ https://example.org@127.0.0.1/ https://example.org:443@127.0.0.1/ https://127.0.0.1\\@example.org/
https://127.0.0.1#@example.org/ https://example.org\\.127.0.0.1/ https:/example.org/ https:example.org https:///example.org/
http://example.org/ http://8.8.8.8/ ftp://example.org/ file:///etc/passwd gopher://example.org/ javascript:alert(1)
https://ⓔxample.org/ https://１２７.0.0.1/ https://127。0。0。1/ https://%31%32%37.0.0.1/
<127.0.0.1> <127.0.1.1> <0.0.0.0> <10.1.2.3> <172.20.0.1> <192.168.1.1> <169.254.169.254> <100.64.1.1> <::1> <::>
<fe80::1%eth0> <fd12::1> <::ffff:10.0.0.1> <64:ff9b::10.0.0.1> <2002:c0a8:101::1> <8.8.8.8,127.0.0.1> <::1,8.8.8.8>
<127.0.0.1,8.8.8.8> <2606:4700::1,fe80::1> <>
""".strip().split()


WITH_SPACES = [
    "",
    "https://example.org/ https://127.0.0.1/",
    "https://example.org/\n",
    "https://example.org/\r\nHost: inside",
]


@pytest.mark.parametrize("address", [*HOSTILE, *WITH_SPACES])
def test_no_address_leads_inside(address: str) -> None:
    assert settings.WEBHOOK_ALLOW_LOOPBACK is False
    behind = [one for one in address[1:-1].split(",") if one] if address.startswith("<") else ["8.8.8.8"]
    url = "https://innocent.example.org/" if address.startswith("<") else address
    with pytest.raises(AddressRefused):
        find_host(url, resolver=lambda host, port: behind)


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) > 100


def unknown(host: str, port: int) -> list[str]:
    raise OSError("no such name")


def test_the_registrar_reads_a_sentence_and_learns_nothing_of_the_inside(harbour: Club) -> None:
    said = {}
    for name, resolver in {"private": lambda host, port: ["10.0.0.1"], "unknown": unknown}.items():
        with pytest.raises(WebhookRefused, match="not on the public internet") as refused:
            added(harbour, resolver=resolver)
        said[name] = str(refused.value)
    assert said["private"] == said["unknown"]
    for url, words in {
        "http://example.org/": "begin with https://",
        "https://me@example.org/": "user name",
        "https://example.org:22/": "port",
        "https://intranet/": "full name",
        "https://example.org/a b": "not a web address",
    }.items():
        with pytest.raises(WebhookRefused, match=words):
            added(harbour, url=url)
    assert not Webhook.objects.exists()


def test_the_system_looks_up_names_itself() -> None:
    with pytest.raises(AddressRefused, match="inside"):
        find_host("https://no-such-name.invalid/")
    assert webhooks.resolve("127.0.0.1", 443) == ["127.0.0.1"]


@pytest.mark.parametrize(("environment", "starts"), [("production", False), ("local", True)])
def test_production_refuses_to_open_the_inside(environment: str, *, starts: bool) -> None:
    said = {
        "TRACKHUB_ENV": environment, "SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "example.org",
        "DATABASE_URL": "postgres://u:p@127.0.0.1/x", "WEBHOOK_ALLOW_LOOPBACK": "1",
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-c", "import trackhub.settings"], env=os.environ | said, capture_output=True, text=True
    )
    assert (ran.returncode == 0) is starts
    assert starts or "WEBHOOK_ALLOW_LOOPBACK" in ran.stderr
