"""What federations hold of a person, for the personal export."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import Q

from federations.models import DigestSubscription, NewsItem
from records.queries.subjects import Section, Subject, of_user, plain_section


def _subscribed(who: Subject) -> Q:
    """By the addresses that are proven to be the person's."""
    if who.user is None:
        return Q(pk__in=())
    proven = EmailAddress.objects.filter(user=who.user, verified=True).values_list("email", flat=True)
    return Q(email__in=[who.user.email.lower(), *(address.lower() for address in proven)])


SECTIONS: tuple[Section, ...] = (
    plain_section(
        "digests",
        DigestSubscription,
        _subscribed,
        ("email", "locale", "club__slug", "asked", "confirmed", "last_sent"),
    ),
    plain_section(
        "news_written",
        NewsItem,
        of_user("author"),
        ("id", "club__slug", "title", "audience", "published_at"),
        ["federations.NewsItem.author"],
    ),
)
