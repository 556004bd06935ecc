"""Ceremonies: planned, filled with honours, guests invited, their answers and who came.

An invitation's link is a signature over the guest's number. It opens one guest's answer and nothing else, until the
ceremony's day is over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from records.models import Athlete, Ceremony, CeremonyGuest, Honour
from records.queries.ceremonies import awards_to_honour, honoured_athletes, performances_to_honour
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.limiting import count_against
from trackhub.clubs.models import Club, Membership, User

logger = logging.getLogger(__name__)

MOST_PERSONS = 20
MAILS_AT_ONCE = 60
"""So many go out while somebody waits for the page; the rest by asking once more."""
_signer = Signer(salt="records.ceremony_guest")


class CeremonyRefused(ValueError):
    """Why it can't be done, in a sentence."""


class AnswerClosed(ValueError):
    """The ceremony's day is over."""

    def __str__(self) -> str:
        return _("This invitation could be answered until the day of the ceremony, which is over.")


def plan_ceremony(
    club: Club,
    *,
    title: str,
    starts: datetime,
    place: str,
    text: str,
    public: bool = False,
    by: User | None,
    at: datetime,
) -> Ceremony:
    with transaction.atomic():
        ceremony = Ceremony.objects.create(club=club, title=title, starts=starts, place=place, text=text, public=public)
        _record("plan_ceremony", ceremony, by, at, after=_facts(ceremony))
    return ceremony


def change_ceremony(
    ceremony: Ceremony,
    *,
    title: str,
    starts: datetime,
    place: str,
    text: str,
    public: bool = False,
    by: User | None,
    at: datetime,
) -> None:
    """Invitations sent before keep their links; whoever was invited isn't told of the change."""
    with transaction.atomic():
        before = _facts(Ceremony.objects.get(pk=ceremony.pk))
        ceremony.title, ceremony.starts, ceremony.place, ceremony.text = title, starts, place, text
        ceremony.public = public
        ceremony.save(update_fields=["title", "starts", "place", "text", "public"])
        _record("change_ceremony", ceremony, by, at, before=before, after=_facts(ceremony))


def cancel_ceremony(ceremony: Ceremony, *, by: User | None, at: datetime) -> None:
    """Take a ceremony that won't take place off the list: its honours wait again, its links open nothing.
    Raises CeremonyRefused once it began: what was honoured stays so."""
    if ceremony.starts <= at:
        raise CeremonyRefused(_("This ceremony has begun, so it stays in the club's history."))
    with transaction.atomic():
        before = {**_facts(ceremony), "honours": ceremony.honours.count(), "guests": ceremony.guests.count()}
        _record("cancel_ceremony", ceremony, by, at, before=before)
        ceremony.delete()


def choose_honours(ceremony: Ceremony, keys: Iterable[str], *, by: User | None, at: datetime) -> int:
    """Honour what ``keys`` ('award-12', 'performance-7') name; how many there are. All or none: raises
    CeremonyRefused where one of them isn't the club's or was honoured before."""
    chosen = set(keys)
    with transaction.atomic():
        Club.objects.select_for_update().get(pk=ceremony.club_id)  # two ceremonies of a club don't choose at once
        awards = awards_to_honour(ceremony.club).filter(pk__in=_numbers(chosen, "award"))
        performances = performances_to_honour(ceremony.club).filter(pk__in=_numbers(chosen, "performance"))
        honours = [Honour(ceremony=ceremony, award=one) for one in awards.order_by("date", "pk")]
        honours += [Honour(ceremony=ceremony, performance=one) for one in performances.order_by("date", "pk")]
        if len(honours) != len(chosen):
            raise CeremonyRefused(_("Something chosen was honoured meanwhile, or was removed. Look at the list again."))
        Honour.objects.bulk_create(honours)
        _record("choose_honours", ceremony, by, at, after={"honours": sorted(chosen)})
    return len(honours)


def _numbers(keys: Iterable[str], kind: str) -> list[int]:
    found = (key.removeprefix(f"{kind}-") for key in keys if key.startswith(f"{kind}-"))
    return [int(number) for number in found if number.isdecimal() and len(number) < 10]


def drop_honour(honour: Honour, *, by: User | None, at: datetime) -> None:
    """What was honoured by mistake waits again."""
    with transaction.atomic():
        what = {"award": honour.award_id, "performance": honour.performance_id}
        if Honour.objects.filter(pk=honour.pk).delete()[0]:
            _record("drop_honour", honour.ceremony, by, at, before=what)


def add_guest(
    ceremony: Ceremony, *, name: str, email: str, athlete: Athlete | None, by: User | None, at: datetime
) -> CeremonyGuest:
    """Somebody more to invite; without an address they are asked by word of mouth. Raises CeremonyRefused."""
    try:
        with transaction.atomic():
            guest = CeremonyGuest.objects.create(ceremony=ceremony, name=name, email=email.lower(), athlete=athlete)
            _record("add_guest", ceremony, by, at, after={"guest": guest.pk})
    except IntegrityError as error:
        raise CeremonyRefused(_("This address is invited to the ceremony already.")) from error
    return guest


def add_honoured(ceremony: Ceremony, *, by: User | None, at: datetime) -> int:
    """Every honoured athlete who isn't among the guests yet; how many. With the address of their account where that
    is a member of the club: another club's people have told this one nothing."""
    new = []
    members = set(Membership.objects.filter(club=ceremony.club).active(at.date()).values_list("user", flat=True))
    with transaction.atomic():
        Ceremony.objects.select_for_update().get(pk=ceremony.pk)  # two registrars would add everybody twice
        known = set(ceremony.guests.exclude(athlete=None).values_list("athlete", flat=True))
        addresses = set(ceremony.guests.values_list("email", flat=True))
        for athlete in honoured_athletes(ceremony).select_related("account").exclude(pk__in=known):
            account = athlete.account if athlete.account_id in members else None
            email = account.email.lower() if account and account.is_active else ""
            email = "" if email in addresses else email
            new.append(CeremonyGuest(ceremony=ceremony, athlete=athlete, name=str(athlete)[:120], email=email))
            addresses.add(email)
        CeremonyGuest.objects.bulk_create(new, ignore_conflicts=True)
        if new:
            _record("add_honoured_guests", ceremony, by, at, after={"guests": len(new)})
    return len(new)


def remove_guest(guest: CeremonyGuest, *, by: User | None, at: datetime) -> None:
    """Their link opens nothing any more."""
    with transaction.atomic():
        if CeremonyGuest.objects.filter(pk=guest.pk).delete()[0]:
            _record("remove_guest", guest.ceremony, by, at, before={"guest": guest.pk})


@dataclass(frozen=True, slots=True)
class Sent:
    """How many invitations went out, how many couldn't be mailed, and how many wait until ``wait`` seconds from now."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    wait: float = 0


def send_invitations(
    ceremony: Ceremony, *, by: User | None, at: datetime, site: str, again: CeremonyGuest | None = None
) -> Sent:
    """Mail everybody with an address who wasn't mailed yet, or one guest ``again``; links begin with ``site``.

    A guest is marked before the mail goes out, so two registrars at once send one mail. Raises AnswerClosed.
    """
    check_open(ceremony, timezone.localdate(at))
    guests = ceremony.guests.filter(email__contains="@").order_by("pk")
    waiting = list(guests.filter(pk=again.pk) if again else guests.filter(invited=None))
    sent = failed = 0
    with _post_office() as connection:
        for number, guest in enumerate(waiting):
            wait = _count_mail(guest, ceremony.club, at)
            if wait or number >= MAILS_AT_ONCE:
                result = Sent(sent, failed, len(waiting) - number, wait)
                break
            before = guest.invited
            if not CeremonyGuest.objects.filter(pk=guest.pk, invited=before).update(invited=at):
                continue
            if _mail(guest, ceremony, site, connection):
                sent += 1
            else:
                failed += 1
                CeremonyGuest.objects.filter(pk=guest.pk).update(invited=before)
        else:
            result = Sent(sent, failed)
    if sent:
        _record("invite_guests", ceremony, by, at, after={"sent": sent})
    return result


@contextmanager
def _post_office() -> Iterator[BaseEmailBackend]:
    """One connection for all mails of a round. Where it can't be made, each mail says so."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        logger.warning("no connection for invitations to a ceremony: %s", error)
    try:
        yield connection
    finally:
        connection.close()


def _count_mail(guest: CeremonyGuest, club: Club, at: datetime) -> float:
    """Seconds until settings.CEREMONY_MAIL_LIMITS let this mail go, 0 for now."""
    address = sha256(guest.email.lower().encode()).hexdigest()
    waits = (
        count_against(settings.CEREMONY_MAIL_LIMITS[name], f"ceremony:{name}:{whose}", at=at.timestamp())
        for name, whose in (("address", address), ("club", str(club.pk)))
    )
    return max(waits)


def _mail(guest: CeremonyGuest, ceremony: Ceremony, site: str, connection: BaseEmailBackend) -> bool:
    """In the language that is active: the inviter's."""
    link = site + reverse("rsvp", args=[token_of(guest)])
    subject = " ".join(_("Invitation: {title}").format(title=ceremony.title).split())
    text = render_to_string("records/ceremony_mail.txt", {"guest": guest, "ceremony": ceremony, "link": link})
    try:
        EmailMessage(subject, text, None, [guest.email], connection=connection).send()
    except (OSError, SMTPException) as error:
        logger.warning("guest %s could not be mailed: %s", guest.pk, error)
        return False
    return True


def token_of(guest: CeremonyGuest) -> str:
    return _signer.sign(str(guest.pk))


def guest_behind(token: str) -> CeremonyGuest | None:
    """The guest of a link, while invited; None where the link is none of ours."""
    try:
        number = int(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    return CeremonyGuest.objects.select_related("ceremony__club").filter(pk=number).first()


def check_open(ceremony: Ceremony, today: date) -> None:
    """Raises AnswerClosed once the ceremony's day is over."""
    if timezone.localdate(ceremony.starts) < today:
        raise AnswerClosed


def answer_invitation(guest: CeremonyGuest, *, answer: str, persons: int, at: datetime) -> None:
    """Yes with how many persons, or no; it may be changed until the day. Raises AnswerClosed."""
    check_open(guest.ceremony, timezone.localdate(at))
    comes = answer == CeremonyGuest.Answer.YES
    said = {"answer": answer, "persons": min(max(persons, 1), MOST_PERSONS) if comes else 1}
    with transaction.atomic():
        CeremonyGuest.objects.filter(pk=guest.pk).update(**said, answered=at)
        _record("answer_invitation", guest.ceremony, None, at, after={"guest": guest.pk, **said})


def note_attendance(guest: CeremonyGuest, *, came: bool, by: User | None, at: datetime) -> None:
    """Whether somebody is there; a slip is taken back by the same."""
    with transaction.atomic():
        if CeremonyGuest.objects.filter(pk=guest.pk).exclude(came=came).update(came=came):
            _record("note_attendance", guest.ceremony, by, at, after={"guest": guest.pk, "came": came})


def _facts(ceremony: Ceremony) -> dict[str, object]:
    return {name: getattr(ceremony, name) for name in ("title", "starts", "place", "public")}


def _record(action: str, ceremony: Ceremony, by: User | None, at: datetime, **said: Mapping[str, object]) -> None:
    record_deed(action, target=f"ceremony {ceremony.pk}", by=by, at=at, club=ceremony.club, **said)
