"""Inviting people into a club: the only way in which a role is given.

The link is a signature over the invitation's number; the row says how long it holds and whether it was used. It
opens nothing by itself: whoever follows it must be logged in with the invited address, and have proven it.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from hashlib import sha256
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.limiting import count_against
from trackhub.clubs.actions.memberships import MembershipRefused, check_term, take_up_role
from trackhub.clubs.models import Club, Invitation, Membership, User
from trackhub.clubs.queries import has_verified

logger = logging.getLogger(__name__)

OPEN_FOR = timedelta(days=14)
_signer = Signer(salt="trackhub.clubs.invitation")


class InvitationClosed(ValueError):
    """Used, withdrawn or expired: the sentence says which."""


class NotInvited(ValueError):
    """Logged in as somebody else than the invited person."""


class TooManyMails(Exception):
    """Nothing is kept or sent: the sentence says why. ``wait`` are the seconds after which it may be tried again."""

    def __init__(self, sentence: str, wait: float) -> None:
        super().__init__(sentence)
        self.wait = wait


class MailNotSent(Exception):
    """The invitation stands, but its mail could not be sent."""

    def __str__(self) -> str:
        return _("The invitation is kept, but its mail could not be sent. Send it again in a while.")


def invite_person(
    club: Club,
    *,
    by: User,
    at: datetime,
    email: str,
    role: str,
    starts: date | None,
    ends: date | None,
    site: str,
) -> Invitation:
    """Offer ``role`` to ``email`` and send the link, which starts with ``site`` ('https://host'). An open
    invitation of that address gives way. Raises MembershipRefused, TooManyMails, and MailNotSent once all is kept."""
    check_term(starts, ends)
    if ends is not None and ends < timezone.localdate(at):
        raise MembershipRefused(_("This day is over: the role would never begin."), "ends")
    if email.lower() == by.email.lower() or has_verified(by, email):
        raise MembershipRefused(_("Nobody gives themselves a role: ask another chief registrar of the club."), "email")
    _count_mail(club, email, at)
    with transaction.atomic():
        Club.objects.select_for_update().get(pk=club.pk)  # two invitations of one address would both stay open
        for earlier in club.invitations.filter(email__iexact=email, accepted=None, withdrawn=None):
            _withdraw(earlier, by=by, at=at)
        invitation = Invitation.objects.create(
            club=club, email=email, role=role, starts=starts, ends=ends, by=by, created=at, expires=at + OPEN_FOR
        )
        _record("invite_person", invitation, by, at)
    _mail(invitation, site)
    return invitation


def send_again(invitation: Invitation, *, by: User, at: datetime, site: str) -> None:
    """The same offer once more, open for another two weeks. Raises TooManyMails, InvitationClosed, MailNotSent."""
    _count_mail(invitation.club, invitation.email, at)
    with transaction.atomic():
        unanswered = Invitation.objects.filter(pk=invitation.pk, accepted=None, withdrawn=None)
        if not unanswered.update(expires=at + OPEN_FOR):
            raise InvitationClosed(_("This invitation was accepted or withdrawn: make a new one."))
        invitation.expires = at + OPEN_FOR
        _record("send_invitation_again", invitation, by, at)
    _mail(invitation, site)


def withdraw_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Its link opens nothing any more. Raises InvitationClosed where it was taken up, or withdrawn, before."""
    with transaction.atomic():
        if not _withdraw(invitation, by=by, at=at):
            raise InvitationClosed(_("This invitation was accepted or withdrawn meanwhile."))


def accept_invitation(invitation: Invitation, *, by: User, at: datetime) -> Membership:
    """Take up the role. Raises NotInvited, InvitationClosed or MembershipRefused."""
    check_invited(invitation, by)
    check_open(invitation, at)
    with transaction.atomic():
        if not Invitation.objects.open(at).filter(pk=invitation.pk).update(accepted=at, accepted_by=by):
            raise InvitationClosed(_("This invitation was used or withdrawn just now."))
        _record("accept_invitation", invitation, by, at)
        return take_up_role(
            invitation.club, by, at=at, role=invitation.role, starts=invitation.starts, ends=invitation.ends
        )


def token_of(invitation: Invitation) -> str:
    return _signer.sign(str(invitation.pk))


def invitation_behind(token: str) -> Invitation | None:
    """The invitation of a link, open or not; None where the link is none of ours."""
    try:
        number = int(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    return Invitation.objects.select_related("club", "by").filter(pk=number).first()


def check_open(invitation: Invitation, at: datetime) -> None:
    """Raises InvitationClosed with the reason."""
    if invitation.accepted is not None:
        raise InvitationClosed(_("This invitation has been used. Log in to see the club."))
    if invitation.withdrawn is not None:
        raise InvitationClosed(_("This invitation was withdrawn or replaced by a newer one. Ask the club."))
    if invitation.expires <= at:
        raise InvitationClosed(_("This invitation has expired. Ask the club to send it again."))
    if invitation.ends is not None and invitation.ends < timezone.localdate(at):
        raise InvitationClosed(_("The role was offered until a day that is over. Ask the club for a new invitation."))


def check_invited(invitation: Invitation, user: User) -> None:
    """Raises NotInvited unless ``user`` has proven the invited address, and didn't write the invitation."""
    if invitation.by_id == user.pk:
        raise NotInvited(_("You wrote this invitation yourself: nobody gives themselves a role."))
    if has_verified(user, invitation.email):
        return
    if user.email.lower() == invitation.email.lower():
        raise NotInvited(_("Confirm your e-mail address first, then open the invitation again."))
    raise NotInvited(
        _("This invitation is for {email}. Log in with the account of that address.").format(email=invitation.email)
    )


def _withdraw(invitation: Invitation, *, by: User, at: datetime) -> bool:
    open_still = Invitation.objects.filter(pk=invitation.pk, accepted=None, withdrawn=None)
    if not open_still.update(withdrawn=at):
        return False
    _record("withdraw_invitation", invitation, by, at)
    return True


def _record(action: str, invitation: Invitation, by: User, at: datetime) -> None:
    after = {"role": str(invitation.role), "starts": invitation.starts, "ends": invitation.ends}
    record_deed(action, target=f"invitation {invitation.pk}", by=by, at=at, club=invitation.club, after=after)


def _count_mail(club: Club, email: str, at: datetime) -> None:
    """Raises TooManyMails where settings.INVITATION_LIMITS are used up. An address counts for all clubs together."""
    address = sha256(email.lower().encode()).hexdigest()
    for name, whose, sentence in (
        ("address", address, _("This address has been sent enough invitations for a while. Try again tomorrow.")),
        ("club", str(club.pk), _("The club has sent very many invitations just now. Try again in an hour.")),
    ):
        wait = count_against(settings.INVITATION_LIMITS[name], f"invitation:{name}:{whose}", at=at.timestamp())
        if wait:
            raise TooManyMails(sentence, wait)


def _mail(invitation: Invitation, site: str) -> None:
    """In the language that is active: the inviter's."""
    link = site + reverse("invitation", args=[token_of(invitation)])
    subject = " ".join(_("Invitation to {club}").format(club=invitation.club.name).split())
    text = render_to_string("clubs/invitation_mail.txt", {"invitation": invitation, "link": link})
    try:
        send_mail(subject, text, None, [invitation.email])
    except (OSError, SMTPException) as error:
        logger.warning("invitation %s could not be mailed: %s", invitation.pk, error)
        raise MailNotSent from error
