"""Changing and ending memberships. A role begins with an invitation (inviting.py).

Whatever touches who the chief registrar is holds the club's row: two chief registrars who end each other at once
would leave none.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import Club, Membership, Role, User
from trackhub.clubs.queries import chief_registrars


class MembershipRefused(ValueError):
    """A role, or its dates, that can't be; ``field`` names what is to be put right, None where it is no one field."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def change_membership(
    membership: Membership, *, by: User, at: datetime, role: str, starts: date | None, ends: date | None
) -> Membership:
    """Another role or other dates for the person, in the same club. Raises MembershipRefused."""
    check_term(starts, ends)
    with transaction.atomic():
        kept = _held(membership, by)
        before = terms(kept)
        _check_chief_stays(kept, timezone.localdate(at), role, starts, ends)
        kept.role, kept.starts, kept.ends = role, starts, ends
        kept.save(update_fields=["role", "starts", "ends"])
        _record("change_membership", kept, by, at, before, terms(kept))
    return kept


def end_membership(membership: Membership, *, by: User, at: datetime) -> None:
    """End it now: yesterday was its last day. One that hasn't had a day yet goes altogether."""
    today = timezone.localdate(at)
    yesterday = today - timedelta(days=1)
    with transaction.atomic():
        kept = _held(membership, by)
        if kept.ends is not None and kept.ends < today:
            raise MembershipRefused(_("This membership is over already."))
        before, number = terms(kept), kept.pk
        _check_chief_stays(kept, today, "", kept.starts, yesterday)
        if kept.starts is not None and kept.starts > yesterday:
            kept.delete()
            kept.pk = number
        else:
            kept.ends = yesterday
            kept.save(update_fields=["ends"])
        _record("end_membership", kept, by, at, before, {"ends": yesterday})


def take_up_role(
    club: Club, user: User, *, at: datetime, role: str, starts: date | None, ends: date | None
) -> Membership:
    """Make ``user`` a member as they were invited; a role that they had in the club gives way. Call it in the
    transaction that proves the invitation."""
    _lock(club.pk)
    kept = Membership.objects.select_related("club").filter(club=club, user=user).first()
    before = terms(kept) if kept else {}
    if kept:
        _check_chief_stays(kept, timezone.localdate(at), role, starts, ends)
    taken = kept or Membership(club=club, user=user)
    taken.role, taken.starts, taken.ends = role, starts, ends
    taken.save()
    _record("change_membership" if kept else "make_membership", taken, user, at, before, terms(taken))
    return taken


def check_term(starts: date | None, ends: date | None) -> None:
    if starts and ends and ends < starts:
        raise MembershipRefused(_("The last day is before the first."), "ends")


def terms(membership: Membership) -> dict[str, object]:
    """What the audit trail keeps of a membership. The person stands there by number: a name could be erased."""
    return {
        "user": membership.user_id,
        "role": str(membership.role),
        "starts": membership.starts,
        "ends": membership.ends,
    }


def _lock(club: int) -> None:
    Club.objects.select_for_update().get(pk=club)


def _held(membership: Membership, by: User) -> Membership:
    """The row as it is now, which nobody else changes until the transaction ends."""
    if membership.user_id == by.pk:
        raise MembershipRefused(_("Nobody changes their own role: ask another chief registrar of the club."))
    _lock(membership.club_id)
    kept = Membership.objects.select_related("club", "user").filter(pk=membership.pk).first()
    if kept is None:
        raise MembershipRefused(_("This membership is over already."))
    return kept


def _check_chief_stays(kept: Membership, today: date, role: str, starts: date | None, ends: date | None) -> None:
    """The only chief registrar of today stays one, and no less long."""
    is_chief = kept.role == Role.CHIEF_REGISTRAR and _covers(kept.starts, kept.ends, today)
    if not is_chief or chief_registrars(kept.club, today).exclude(pk=kept.user_id).exists():
        return
    no_shorter = ends is None or (kept.ends is not None and ends >= kept.ends)
    if role != Role.CHIEF_REGISTRAR or not _covers(starts, ends, today) or not no_shorter:
        raise MembershipRefused(
            _("This is the club's only chief registrar. Make somebody else one first: a club is never without.")
        )


def _covers(starts: date | None, ends: date | None, on: date) -> bool:
    return (starts is None or starts <= on) and (ends is None or ends >= on)


def _record(
    action: str, membership: Membership, by: User, at: datetime, before: dict[str, object], after: dict[str, object]
) -> None:
    target = f"membership {membership.pk}"
    record_deed(action, target=target, by=by, at=at, club=membership.club, before=before, after=after)
