"""Who may do what in a club (design §4), as predicates on (user, club) behind permission names."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rules.permissions import add_perm
from rules.predicates import Predicate, predicate

from trackhub.clubs.models import Club, Membership, Role, User


def role_in(user: User | AnonymousUser, club: Club | None) -> str:
    """The role of ``user`` in ``club`` today, '' for none. One query a user and club, then remembered on the user."""
    if not isinstance(user, User) or club is None:
        return ""
    known: dict[int, str] = user.__dict__.setdefault("_role_by_club", {})
    if club.pk not in known:
        active = Membership.objects.filter(user=user, club=club).active(timezone.localdate())
        known[club.pk] = active.values_list("role", flat=True).first() or ""
    return known[club.pk]


def holds(*roles: str) -> Predicate:
    def has_role(user: User | AnonymousUser, club: Club | None) -> bool:
        return role_in(user, club) in roles

    return predicate(has_role)


def _is_site_administrator(user: User | AnonymousUser) -> bool:
    return user.is_active and user.is_superuser


is_site_administrator = predicate(_is_site_administrator)

keeps_club = is_site_administrator | holds(Role.CHIEF_REGISTRAR)
keeps_records = keeps_club | holds(Role.REGISTRAR)
sees_squad = keeps_records | holds(Role.COACH)
belongs = is_site_administrator | holds(*Role.values)

add_perm("clubs.change_club", keeps_club)
add_perm("clubs.import_into_club", keeps_records)
add_perm("clubs.export_club", sees_squad)
add_perm("clubs.view_club_private", belongs)
