"""The weekly mail. A subscription is marked before its mail goes out, so two workers at once send one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from smtplib import SMTPException

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from federations.actions.subscribing import token_of
from federations.models import DigestSubscription
from federations.queries.digest import Digest, digest_of
from trackhub.clubs.models import Club

logger = logging.getLogger(__name__)


@dataclass
class Sent:
    """How many digests went out, how many couldn't be mailed, and to how many there was nothing to say."""

    sent: int = 0
    failed: int = 0
    quiet: int = 0


def _kind(subscription: DigestSubscription) -> tuple[int, str]:
    return subscription.club_id or 0, subscription.locale


def send_digests(*, at: datetime, site: str) -> Sent:
    """Mail the week that ends ``at`` to whoever has not had it; links start with ``site``. Each week is read once for
    a club and language. One that can't be mailed is due again."""
    done = Sent()
    due = list(DigestSubscription.objects.due(at).select_related("club").order_by("club", "locale", "pk"))
    connection = get_connection()
    try:
        for (_club, language), group in groupby(sorted(due, key=_kind), key=_kind):
            subscriptions = list(group)
            with override(language):
                digest = digest_of(subscriptions[0].club, language=language, until=at)
                if digest:
                    _send(digest, subscriptions, connection, done, at=at, site=site)
                else:
                    done.quiet += len(subscriptions)
    finally:
        connection.close()
    return done


def _send(
    digest: Digest,
    subscriptions: list[DigestSubscription],
    connection: BaseEmailBackend,
    done: Sent,
    *,
    at: datetime,
    site: str,
) -> None:
    for one in subscriptions:
        mine = DigestSubscription.objects.filter(pk=one.pk)
        if not mine.filter(last_sent=one.last_sent).update(last_sent=at):
            continue
        try:
            _message(digest, one, one.club, site, connection).send()
            done.sent += 1
        except (OSError, SMTPException) as error:
            logger.warning("digest %s could not be mailed: %s", one.pk, error)
            mine.filter(last_sent=at).update(last_sent=one.last_sent)
            done.failed += 1


def _message(
    digest: Digest, to: DigestSubscription, club: Club | None, site: str, connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    end = site + reverse("digest_end", args=[token_of(to)])
    said = {"digest": digest, "club": club, "site": site, "end": end, "language": to.locale}
    title = _("{club}: the week").format(club=club.name) if club else _("The week at TrackHub")
    # RFC 8058: the mail program's own button posts to the address, without a page between.
    headers = {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    text = render_to_string("federations/digest_mail.txt", {**said, "title": title})
    message = EmailMultiAlternatives(
        " ".join(title.split()), text, None, [to.email], connection=connection, headers=headers
    )
    message.attach_alternative(render_to_string("federations/digest_mail.html", {**said, "title": title}), "text/html")
    return message
