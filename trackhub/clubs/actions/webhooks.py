"""Webhooks: adding, changing and removing one, renewing its key, and sending a delivery again.

Where an address leads is looked up before the transaction begins; delivering looks it up again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.posting import LEASE, Resolver, find_host, resolve, say_refusal
from trackhub.clubs.actions.telling import wake_deliverer
from trackhub.clubs.domain.addresses import AddressRefused
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import Club, Delivery, User, Webhook
from trackhub.clubs.queries import chief_registrars

logger = logging.getLogger(__name__)

MOST_WEBHOOKS = 20
"""Of one club."""


class WebhookRefused(ValueError):
    """What can't be asked of a webhook, in a sentence."""


def key_of(webhook: Webhook) -> str:
    """The key with which its messages are signed. It is derived, so no table holds it."""
    secret = salted_hmac("trackhub.clubs.webhook", f"{webhook.pk}.{webhook.generation}", algorithm="sha256")
    return f"whsec_{secret.hexdigest()}"


def add_webhook(
    club: Club, *, by: User | None, at: datetime, url: str, kinds: Iterable[str] = (), resolver: Resolver = resolve
) -> Webhook:
    """Tell ``url`` of the club's events from now on: of all, or of those ``kinds``. Raises WebhookRefused."""
    url = _checked_url(url, resolver)
    wanted = _checked_kinds(kinds)
    with transaction.atomic():
        # The club's row is the queue in which two additions wait for each other.
        Club.objects.select_for_update().get(pk=club.pk)
        if Webhook.objects.filter(club=club).count() >= MOST_WEBHOOKS:
            raise WebhookRefused(_("A club can have at most %d webhooks. Remove one first.") % MOST_WEBHOOKS)
        webhook = Webhook.objects.create(club=club, url=url, kinds=wanted, by=by, created=at)
        _record("add_webhook", webhook, by=by, at=at, after=_facts(webhook))
    return webhook


def change_webhook(
    webhook: Webhook,
    *,
    by: User | None,
    at: datetime,
    url: str | None = None,
    kinds: Iterable[str] | None = None,
    active: bool | None = None,
    resolver: Resolver = resolve,
) -> Webhook:
    """Change what isn't None. What waited while it was off is sent once it is on again. Raises WebhookRefused."""
    new_url = None if url is None else _checked_url(url, resolver)
    wanted = None if kinds is None else _checked_kinds(kinds)
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
        before = _facts(webhook)
        webhook.url = webhook.url if new_url is None else new_url
        webhook.kinds = webhook.kinds if wanted is None else wanted
        webhook.active = webhook.active if active is None else active
        webhook.save(update_fields=["url", "kinds", "active"])
        _record("change_webhook", webhook, by=by, at=at, before=before, after=_facts(webhook))
        transaction.on_commit(wake_deliverer)
    return webhook


def remove_webhook(webhook: Webhook, *, by: User | None, at: datetime) -> None:
    """It goes with the log of its deliveries; the events stay."""
    with transaction.atomic():
        _record("remove_webhook", webhook, by=by, at=at, before=_facts(webhook))
        webhook.delete()


def renew_key(webhook: Webhook, *, by: User | None, at: datetime) -> str:
    """The new key. From now on everything is signed with it, what is on its way too."""
    with transaction.atomic():
        Webhook.objects.filter(pk=webhook.pk).update(generation=F("generation") + 1)
        webhook.refresh_from_db()
        _record("renew_webhook_key", webhook, by=by, at=at, after={"generation": webhook.generation})
    return key_of(webhook)


def replay_delivery(delivery: Delivery, *, by: User | None, at: datetime) -> None:
    """Send ``delivery`` again, from the first attempt on; receivers know it by its id. Raises WebhookRefused."""
    if not delivery.webhook.active:
        raise WebhookRefused(_("This webhook is switched off. Switch it on first."))
    with transaction.atomic():
        resting = ~Q(state=Delivery.State.WAITING) | Q(due__gt=at + LEASE)
        changed = Delivery.objects.filter(resting, pk=delivery.pk).update(
            state=Delivery.State.WAITING, due=at, attempts=0, status=None, answer="", delivered=None
        )
        if not changed:
            raise WebhookRefused(_("This delivery is on its way already."))
        _record("replay_delivery", delivery.webhook, by=by, at=at, after={"delivery": delivery.pk})
        transaction.on_commit(wake_deliverer)


def switch_off(webhook: Webhook, *, at: datetime, because: str) -> None:
    """The site gives a webhook up, and tells the club's chief registrars by mail; nothing if it is off already."""
    with transaction.atomic():
        if not Webhook.objects.filter(pk=webhook.pk, active=True).update(active=False):
            return
        _record("switch_off_webhook", webhook, by=None, at=at, after={"active": False, "because": because})
        transaction.on_commit(lambda: _tell_chiefs(webhook, at=at, because=because))


def _tell_chiefs(webhook: Webhook, *, at: datetime, because: str) -> None:
    subject = _("TrackHub: a webhook of %s was switched off") % webhook.club
    text = _(
        "%(because)s\n\nTherefore nothing is sent to %(url)s any more. Once the system there works again, switch the "
        "webhook on; what it missed can be sent again from the log of deliveries."
    ) % {"because": because, "url": webhook.url}
    for address in chief_registrars(webhook.club, timezone.localdate(at)).values_list("email", flat=True):
        try:
            send_mail(subject, text, None, [address])
        except (OSError, SMTPException) as error:
            logger.warning("webhook %s is off, but its club couldn't be told by mail (%s)", webhook.pk, error)


def _checked_url(url: str, resolver: Resolver) -> str:
    try:
        find_host(url.strip(), resolver=resolver)
    except AddressRefused as refused:
        raise WebhookRefused(say_refusal(refused)) from refused
    return url.strip()


def _checked_kinds(kinds: Iterable[str]) -> list[str]:
    wanted = sorted(set(kinds))
    for kind in wanted:
        if kind not in set(Kind):
            raise WebhookRefused(
                _("“%(kind)s” is no kind of event. Choose from: %(kinds)s.") % {"kind": kind, "kinds": ", ".join(Kind)}
            )
    return wanted


def _facts(webhook: Webhook) -> dict[str, object]:
    return {"url": webhook.url, "kinds": webhook.kinds, "active": webhook.active}


def _record(
    action: str,
    webhook: Webhook,
    *,
    by: User | None,
    at: datetime,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    target = f"webhook {webhook.pk}"
    record_deed(action, target=target, by=by, at=at, club=webhook.club, before=before, after=after)
