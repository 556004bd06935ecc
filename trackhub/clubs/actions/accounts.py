"""A person's own account: its address, and its end."""

from __future__ import annotations

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.redacting import redact_account
from trackhub.clubs.actions.sessions import end_sessions
from trackhub.clubs.models import Club, Role, User
from trackhub.clubs.queries import chief_registrars


class LastChiefRegistrar(ValueError):
    """The account can't go while a club would be left without a chief registrar."""


def vouch_for_address(user: User) -> None:
    """Make the account's e-mail its one address, verified without mail: the site administrator stands for it."""
    with transaction.atomic():
        user.email = user.email.lower()
        user.save(update_fields=["email"])
        EmailAddress.objects.filter(Q(user=user) | Q(email=user.email)).delete()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def delete_account(user: User, *, at: datetime) -> None:
    """Delete the account with its sessions, tokens, addresses and factors. The athlete stays, without an account.

    Raises LastChiefRegistrar. What remains is an audit entry that names a number and nobody.
    """
    target = f"user {user.pk}"
    with transaction.atomic():
        _hand_over_first(user, timezone.localdate(at))
        redact_account(user)
        end_sessions(user)
        user.delete()
        record_deed("delete_account", target=target, by=None, at=at)


def _hand_over_first(user: User, on: date) -> None:
    """Holds the clubs' rows, as changes of memberships do: two chief registrars can't both be the last to go."""
    led = Club.objects.select_for_update().filter(pk__in=user.clubs_as(Role.CHIEF_REGISTRAR)).order_by("pk")
    alone = [club.name for club in led if not chief_registrars(club, on).exclude(pk=user.pk).exists()]
    if alone:
        raise LastChiefRegistrar(
            _("You are the only chief registrar of %(clubs)s. Make somebody else chief registrar first.")
            % {"clubs": ", ".join(alone)}
        )
