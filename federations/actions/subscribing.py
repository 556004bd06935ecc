"""Asking for the weekly mail: an address gets nothing until its owner has said yes by the link that is mailed there.

Whoever asks learns nothing about an address: known or not, it is mailed, and the page says the same. Subscribing
changes nothing that the site shows, so it is no deed.
"""

from __future__ import annotations

import logging
from datetime import datetime
from hashlib import sha256
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from federations.models import DigestSubscription
from trackhub.clubs.actions.limiting import count_against
from trackhub.clubs.models import Club

logger = logging.getLogger(__name__)
_signer = Signer(salt="federations.digest")


class DigestRefused(Exception):
    """Why no mail went out, in a sentence. ``wait`` are the seconds after which it may be asked again, 0 for any."""

    def __init__(self, sentence: str, wait: float = 0) -> None:
        super().__init__(sentence)
        self.wait = wait


def ask_for_digest(email: str, *, locale: str, club: Club | None, visitor: str, at: datetime, site: str) -> None:
    """Mail ``email`` the link that begins the digest, or says that it comes already; links start with ``site``.

    ``visitor`` is the address from which it is asked. Raises DigestRefused where that one asks too often, or the mail
    can't be sent. An address that was mailed often enough today is left alone, and nobody told.
    """
    email = email.lower()
    wait = count_against(settings.DIGEST_LIMITS["visitor"], f"digest:visitor:{visitor}", at=at.timestamp())
    if wait:
        raise DigestRefused(_("Very many mails were asked for from here just now. Try again in an hour."), wait)
    address = sha256(email.encode()).hexdigest()
    if count_against(settings.DIGEST_LIMITS["address"], f"digest:address:{address}", at=at.timestamp()):
        return
    said = {"locale": locale, "asked": at}
    subscription, new = DigestSubscription.objects.get_or_create(email=email, club=club, defaults=said)
    if not new:  # a confirmed one stays as its owner has it
        DigestSubscription.objects.filter(pk=subscription.pk, confirmed=None).update(**said)
    _mail(subscription, locale, site)


def _mail(subscription: DigestSubscription, locale: str, site: str) -> None:
    """In the visitor's language."""
    with override(locale):
        subject = _("The week at TrackHub by mail")
        link = site + reverse("digest_link", args=[token_of(subscription)])
        days = settings.RETENTION_DAYS["unconfirmed_digests"]
        said = {"subscription": subscription, "club": subscription.club, "link": link, "days": days}
        text = render_to_string("federations/digest_confirm.txt", said)
        try:
            send_mail(subject, text, None, [subscription.email])
        except (OSError, SMTPException) as error:
            logger.warning("digest subscription %s could not be mailed: %s", subscription.pk, error)
            raise DigestRefused(_("The mail could not be sent just now. Try again in a while.")) from error


def confirm_digest(subscription: DigestSubscription, *, at: datetime) -> bool:
    """The owner of the address says yes; False where they had said so."""
    return bool(DigestSubscription.objects.filter(pk=subscription.pk, confirmed=None).update(confirmed=at))


def end_digest(subscription: DigestSubscription) -> None:
    """Nothing is kept of it."""
    DigestSubscription.objects.filter(pk=subscription.pk).delete()


def token_of(subscription: DigestSubscription) -> str:
    return _signer.sign(str(subscription.pk))


def number_behind(token: str) -> int | None:
    """The number that a link stands for, whether or not there is still such a subscription; None where the link is
    none of ours."""
    try:
        return int(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None


def subscription_behind(token: str) -> DigestSubscription | None:
    number = number_behind(token)
    return None if number is None else DigestSubscription.objects.select_related("club").filter(pk=number).first()
