"""Whose account an athlete's is: with it somebody speaks for themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from records.models import Athlete
from records.queries.voices import check_never_elsewhere, club_of, members_to_link
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import User


class LinkRefused(ValueError):
    """Why an account isn't linked, in a sentence."""


def link_account(athlete: Athlete, account: User | None, *, by: User, at: datetime) -> None:
    """``account``, a member of the athlete's club without an athlete of their own, is the athlete's from now on; None
    takes the link away. Raises LinkRefused, and BelongedElsewhere where the athlete is not one club's alone."""
    on = at.date()
    club = club_of(athlete, on=on)
    with transaction.atomic():
        before = Athlete.objects.select_for_update().get(pk=athlete.pk)
        if not by.is_superuser:
            check_never_elsewhere(before, [club.pk] if club else [])
        if before.erased or before.merged_into_id:
            raise LinkRefused(_("This athlete was erased, or merged with another."))
        if account is not None:  # one account, offered to two athletes at once, becomes the first one's
            User.objects.select_for_update().get(pk=account.pk)
        if account is not None and account not in members_to_link(before, on=on):
            raise LinkRefused(_("Choose a member of the club who is no other athlete."))
        Athlete.objects.filter(pk=athlete.pk).update(account=account)
        record_deed(
            "link_account",
            target=f"athlete {athlete.pk}",
            by=by,
            at=at,
            club=club,
            before={"account": before.account_id},
            after={"account": account.pk if account else None},
        )
    athlete.account = account
