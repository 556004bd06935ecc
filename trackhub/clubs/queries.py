"""Reads of the ground."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from trackhub.clubs.models import Club, Membership, User


def memberships_of(user: User) -> QuerySet[Membership]:
    """Today's memberships with their clubs, by the club's name."""
    active = Membership.objects.filter(user=user).active(timezone.localdate())
    return active.select_related("club").order_by("club__name")


def active_club(user: User | AnonymousUser, chosen: str | None) -> Club | None:
    """The club with slug ``chosen`` if ``user`` belongs to it, else the only one, else None."""
    if not isinstance(user, User):
        return None
    clubs = [membership.club for membership in memberships_of(user)]
    for club in clubs:
        if club.slug == chosen:
            return club
    return clubs[0] if len(clubs) == 1 else None
