"""Reads of the ground."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from trackhub.clubs.models import Club, Membership, User


def memberships_of(user: User) -> list[Membership]:
    """Today's memberships with their clubs, by the club's name. One query a request: remembered on the user."""
    known: list[Membership] | None = user.__dict__.get("_memberships")
    if known is None:
        active = Membership.objects.filter(user=user).active(timezone.localdate())
        known = user.__dict__["_memberships"] = list(active.select_related("club").order_by("club__name"))
    return known


def active_club(user: User | AnonymousUser, *slugs: str | None) -> Club | None:
    """The first club of ``slugs`` to which ``user`` belongs, else the only one they belong to, else None."""
    if not isinstance(user, User):
        return None
    clubs = {membership.club.slug: membership.club for membership in memberships_of(user)}
    for slug in slugs:
        if slug in clubs:
            return clubs[slug]
    return next(iter(clubs.values())) if len(clubs) == 1 else None
