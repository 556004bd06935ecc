"""Links that open one pit or court for one day to whoever holds them, without an account."""

from __future__ import annotations

from datetime import date, datetime

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import Club, OfficialLink, User

_signer = Signer(salt="trackhub.clubs.official_link")


class LinkClosed(ValueError):
    """A link of another day, or one that was revoked: the sentence says which."""


class LinkRefused(ValueError):
    """A link that would never open."""


def make_official_link(club: Club, *, by: User, at: datetime, place: str, day: date) -> OfficialLink:
    """A link for ``place`` on ``day``, in the site's time zone. Raises LinkRefused for a day that is over."""
    if day < timezone.localdate(at):
        raise LinkRefused(_("This day is over: choose today or a later one."))
    with transaction.atomic():
        link = OfficialLink.objects.create(club=club, place=place, day=day, by=by, created=at)
        said = {"place": place, "day": day}
        record_deed("make_official_link", target=f"official link {link.pk}", by=by, at=at, club=club, after=said)
    return link


def revoke_official_link(link: OfficialLink, *, by: User, at: datetime) -> None:
    """Close it at once, also for those who have opened it. Revoking twice changes nothing."""
    with transaction.atomic():
        if OfficialLink.objects.filter(pk=link.pk, revoked=None).update(revoked=at):
            record_deed("revoke_official_link", target=f"official link {link.pk}", by=by, at=at, club=link.club)


def desk_token(link: OfficialLink) -> str:
    return _signer.sign(str(link.pk))


def official_link_behind(token: str) -> OfficialLink | None:
    """The link that a token stands for, open or not; None where it is none of ours."""
    try:
        number = int(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    return OfficialLink.objects.select_related("club").filter(pk=number).first()


def check_standing(link: OfficialLink, on: date) -> None:
    """Raises LinkClosed unless it opens on that day."""
    if link.revoked is not None:
        raise LinkClosed(_("This link was revoked. Ask the club for another."))
    if on < link.day:
        raise LinkClosed(_("This link opens on its day alone, and that is still to come."))
    if on > link.day:
        raise LinkClosed(_("This link opened on its day alone, and that is over."))
