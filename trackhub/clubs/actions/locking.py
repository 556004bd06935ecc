"""Failed logins, and the locks they lead to.

Five failures within half an hour lock the pair of account and address for half an hour from the last; fifty lock the
account from everywhere, or the address for every account. Rows are counted, so neither a restart nor an emptied
cache opens a lock. An account that doesn't exist is locked like one that does.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from celery import current_app
from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from trackhub.clubs.models import LoginFailure, User

logger = logging.getLogger("trackhub.security")

LOCK = timedelta(minutes=30)
MOST_OF_PAIR = 5
MOST_OF_ACCOUNT = 50
MOST_OF_ADDRESS = 50

Rows = QuerySet[LoginFailure]


class LoginLocked(Exception):
    """Too many have failed: nothing is judged until the lock has run out."""


def account_digest(email: str) -> str:
    return sha256(email.strip().lower().encode()).hexdigest()


def open_attempt(email: str, *, address: str, at: datetime) -> LoginFailure:
    """Count an attempt as failed before it is judged, so that attempts at one moment can't all slip through.

    Close it by ``pass_attempt`` or ``fail_attempt``. Raises LoginLocked; an attempt while locked isn't counted.
    """
    attempt = LoginFailure.objects.create(account=account_digest(email), address=address, at=at)
    others = LoginFailure.objects.exclude(pk=attempt.pk)
    if any(_locks(rows, most, at) for rows, most in _limits(others, attempt)):
        attempt.delete()
        raise LoginLocked
    return attempt


def pass_attempt(attempt: LoginFailure) -> None:
    """The secret was right. Earlier failures stand: a second factor may still be missing."""
    attempt.delete()


def fail_attempt(attempt: LoginFailure, *, email: str) -> None:
    """The secret was wrong. The failure that begins a lock of the account queues one mail to its owner.

    The message is queued whether or not there is such an account, so that the answer takes as long.
    """
    upto = LoginFailure.objects.filter(pk__lte=attempt.pk)
    began = [limit for limit, (rows, most) in enumerate(_limits(upto, attempt)) if _locks(rows, most, attempt.at)]
    if began:
        logger.warning("account %s… locked after failures from %s", attempt.account[:12], attempt.address)
    if 0 in began or 1 in began:
        owner = User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()
        try:
            current_app.send_task("clubs.tell_of_lock", args=[owner or 0, attempt.address])
        except (OSError, OperationalError) as error:
            logger.warning("the owner wasn't told of the lock: the queue can't be reached (%s)", error)


def tell_of_lock(owner: int, *, address: str) -> None:
    """Write to the owner that their account was locked; nothing where there is no such account."""
    user = User.objects.filter(pk=owner, is_active=True).first()
    if user is None:
        return
    said = {"user": user, "address": address, "minutes": LOCK // timedelta(minutes=1)}
    subject = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + _("your account was locked for half an hour")
    send_mail(subject, render_to_string("account/email/locked_message.txt", said), None, [user.email])


def forgive_failures(email: str, *, address: str) -> None:
    """A login is complete: this address's failures at this account are gone, those from elsewhere stay."""
    LoginFailure.objects.filter(account=account_digest(email), address=address).delete()


def _limits(rows: Rows, attempt: LoginFailure) -> Iterator[tuple[Rows, int]]:
    yield rows.filter(account=attempt.account, address=attempt.address), MOST_OF_PAIR
    yield rows.filter(account=attempt.account), MOST_OF_ACCOUNT
    yield rows.filter(address=attempt.address), MOST_OF_ADDRESS


def _locks(rows: Rows, most: int, at: datetime) -> bool:
    """Whether the last ``most`` failures fell within LOCK of each other, the last of them within LOCK of ``at``."""
    times = list(rows.order_by("-at").values_list("at", flat=True)[:most])
    return len(times) == most and at - times[0] < LOCK and times[0] - times[-1] < LOCK
