"""Reads of the ground."""

from __future__ import annotations

from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf

from trackhub.clubs.models import Club, Delivery, Invitation, Membership, OfficialLink, Role, User, Webhook

OFFICES = (Role.CHIEF_REGISTRAR, Role.REGISTRAR, Role.OFFICIAL)
"""Roles that keep records or results."""


def active_club(user: User | AnonymousUser, *slugs: str | None) -> Club | None:
    """The first club of ``slugs`` to which ``user`` belongs, else the only one they belong to, else None."""
    if not isinstance(user, User):
        return None
    clubs = {membership.club.slug: membership.club for membership in user.active_memberships}
    for slug in slugs:
        if slug in clubs:
            return clubs[slug]
    return next(iter(clubs.values())) if len(clubs) == 1 else None


def site_version() -> int:
    """The number of deeds so far: while it stands, nothing that is shown has changed."""
    # Every request of a visitor asks for it; a queryset would take five times as long.
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM clubs_siteversion WHERE id = 1")
        return int(cursor.fetchone()[0])


def members_of(club: Club) -> QuerySet[Membership]:
    """Every membership, past and future ones too: the most powerful role first, then by name."""
    power = Case(*(When(role=role, then=Value(place)) for place, role in enumerate(Role)))
    name = Coalesce(NullIf("user__name", Value("")), "user__email")
    return club.memberships.select_related("user").order_by(power, name, "pk")


def chief_registrars(club: Club, on: date) -> QuerySet[User]:
    """Who decides about the club's roles on that day."""
    terms = Membership.objects.active(on).filter(club=club, role=Role.CHIEF_REGISTRAR)
    return User.objects.filter(pk__in=terms.values("user"), is_active=True).order_by("name", "email")


def open_invitations(club: Club, at: datetime) -> QuerySet[Invitation]:
    return club.invitations.open(at).select_related("by").order_by("-created", "-pk")


def lapsed_invitations(club: Club, at: datetime) -> QuerySet[Invitation]:
    """Those that nobody took up in time; they may be sent again."""
    lapsed = club.invitations.filter(accepted=None, withdrawn=None, expires__lte=at)
    return lapsed.select_related("by").order_by("-expires", "-pk")


def has_verified(user: User, email: str) -> bool:
    """Whether ``email`` is proven to be ``user``'s, in whatever capitals."""
    proven: bool = EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()
    return proven


def invitations_for(user: User, at: datetime) -> QuerySet[Invitation]:
    """Open invitations to the addresses that are proven to be ``user``'s, but for those that they wrote themselves."""
    proven = EmailAddress.objects.filter(user=user, verified=True).annotate(lower=Lower("email")).values("lower")
    mine = Invitation.objects.open(at).annotate(lower=Lower("email")).filter(lower__in=proven)
    return mine.exclude(by=user).select_related("club").order_by("-created", "-pk")


def links_of(club: Club) -> QuerySet[OfficialLink]:
    """The club's links for officials, the newest day first."""
    return club.official_links.select_related("by").order_by("-day", "place", "pk")


def official_link_of(kept: object, on: date) -> OfficialLink | None:
    """What ``session["official_link"]`` opens on that day; None once the day is over or the link is revoked."""
    if not isinstance(kept, int):
        return None
    return OfficialLink.objects.standing(on).select_related("club").filter(pk=kept).first()


def clubs_called(text: str) -> QuerySet[Club]:
    """Clubs with every word of ``text`` in their name or town, by short address; all of them for ''."""
    found = Club.objects.order_by("slug")
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(short_name__icontains=word) | Q(town__icontains=word))
    return found


def holds_office(user: User | AnonymousUser) -> bool:
    """Whether the person keeps records or results somewhere, or the site: what they do binds others."""
    return user.is_superuser or (isinstance(user, User) and bool(user.clubs_as(*OFFICES)))


def lacks_second_factor(user: User | AnonymousUser) -> bool:
    """Whether a club, or for its administrators the site, asks a second factor of the person, who has none."""
    if not isinstance(user, User):
        return False
    asked = any(one.club.second_factor_required and one.role in OFFICES for one in user.active_memberships)
    if not asked and not (user.is_superuser and settings.STAFF_SECOND_FACTOR):
        return False
    return not is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def clubs_of(user: User) -> QuerySet[Club]:
    """The clubs in which ``user`` has a role today, by name."""
    return Club.objects.filter(pk__in=user.club_ids).order_by("name")


def webhooks_of(club: Club) -> QuerySet[Webhook]:
    return club.webhooks.select_related("club").order_by("pk")


def deliveries_of(webhook: Webhook) -> QuerySet[Delivery]:
    """The newest first."""
    return webhook.deliveries.select_related("event", "webhook").order_by("-pk")
