"""Who speaks for an athlete: the person, a guardian until the eighteenth birthday, in the end the club."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from records.models import Athlete, ClubSpell, Consent, Guardianship
from trackhub.clubs.models import Club, Membership, Role, User


def acts_for(user: User | AnonymousUser, athlete: Athlete, *, on: date) -> bool:
    """Whether ``user`` is the athlete, or a guardian until the athlete's eighteenth birthday."""
    if not isinstance(user, User) or user.limited_to is not None:
        return False
    if athlete.account_id == user.pk:
        return True
    guardianship = Guardianship.objects.select_related("athlete").filter(athlete=athlete, guardian=user).first()
    return guardianship is not None and guardianship.stands(on)


def voices_of(user: User, *, on: date) -> list[Athlete]:
    """The athletes for whom ``user`` speaks: oneself first, then one's wards. A token bound to a club speaks for
    nobody."""
    if user.limited_to is not None:
        return []
    own = list(Athlete.objects.filter(account=user, merged_into=None))
    wards = Guardianship.objects.select_related("athlete").filter(guardian=user).order_by("athlete__name_key")
    return own + [one.athlete for one in wards if one.stands(on) and one.athlete not in own]


def voiced_by(user: User, pk: int | None, *, on: date) -> Athlete | None:
    """The athlete ``pk``, if ``user`` speaks for them."""
    return next((one for one in voices_of(user, on=on) if one.pk == pk), None)


def acts_for_any(user: User | AnonymousUser, athletes: Iterable[Athlete], *, on: date) -> bool:
    """Whether ``user`` speaks for one of ``athletes``. Two queries, none for whoever isn't logged in."""
    return isinstance(user, User) and not set(voices_of(user, on=on)).isdisjoint(athletes)


def club_of(athlete: Athlete, *, on: date) -> Club | None:
    """The club that keeps the athlete's rows on that day."""
    # Without a first day stands first on every database.
    starts = F("starts").asc(nulls_first=True)
    spell = athlete.spells.on(on).select_related("club").order_by("claim", starts, "pk").first()
    return spell.club if spell else None


class BelongedElsewhere(PermissionDenied):
    """The chief registrar of one club decides about somebody who belonged to others too."""

    def __init__(self, athlete: Athlete) -> None:
        sentence = _(
            "{name} has belonged to other clubs too, so one club alone can't decide this. The athlete, a guardian or"
            " the administrator of the site can."
        )
        super().__init__(sentence.format(name=athlete))


def check_never_elsewhere(athlete: Athlete, clubs: Collection[int]) -> None:
    """Raises BelongedElsewhere if the athlete ever belonged, with first claim, to another club than ``clubs``."""
    if athlete.spells.filter(claim=ClubSpell.Claim.FIRST).exclude(club__in=clubs).exists():
        raise BelongedElsewhere(athlete)


def asked_by(user: User, athlete: Athlete, *, on: date) -> str:
    """As whom ``user`` may have ``athlete`` erased: 'athlete', 'guardian', 'club', 'site', '' for not at all.

    A club alone erases nobody who belonged to another: it could have taken them over a moment before. Raises
    BelongedElsewhere.
    """
    if acts_for(user, athlete, on=on):
        return "athlete" if athlete.account_id == user.pk else "guardian"
    club = club_of(athlete, on=on)
    if club is not None and not user.is_superuser and club.pk in (chief := user.clubs_as(Role.CHIEF_REGISTRAR)):
        check_never_elsewhere(athlete, chief)
        return "club"
    return "site" if user.is_active and user.is_superuser else ""


def athlete_called(pk: int) -> Athlete | None:
    """The athlete, whoever asks: what they may do is asked after this. A merged one leads to the one it became."""
    found = Athlete.objects.select_related("merged_into").filter(pk=pk).first()
    return found.merged_into or found if found else None


def members_to_link(athlete: Athlete, *, on: date) -> QuerySet[User]:
    """Who may be the athlete: members of the athlete's club who are no other athlete."""
    club = club_of(athlete, on=on)
    members = Membership.objects.filter(club=club).active(on).values("user")
    others = Athlete.objects.exclude(pk=athlete.pk).filter(account__isnull=False).values("account")
    return User.objects.filter(pk__in=members).exclude(pk__in=others).order_by("email")


class Receipts(list[Consent]):
    """The consents of one athlete, the newest first."""

    def standing(self, purpose: str) -> Consent | None:
        return next((one for one in self if one.purpose == purpose and one.withdrawn is None), None)


def consents_of(athlete: Athlete) -> Receipts:
    return Receipts(Consent.objects.filter(athlete=athlete).select_related("by", "athlete").order_by("-given", "-pk"))
