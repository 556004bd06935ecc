"""A small world behind the API: a row of every kind that an address can name, and a person of every role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from federations.actions.subscribing import token_of
from federations.models import DigestSubscription
from records.actions.consenting import give_consent
from records.actions.correcting import annul_performance
from records.models import Consent, ImportBatch, Performance
from tests.factories import (
    AthleteFactory,
    ClubFactory,
    MembershipFactory,
    PerformanceFactory,
    StandardFactory,
    UserFactory,
    imported,
    staged,
)
from tests.federations.news import news
from tests.fuzz.desk import SAM, desk_rows
from tests.records.filming import filmed
from trackhub.clubs.actions.accounts import vouch_for_address
from trackhub.clubs.actions.official_links import make_official_link
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.actions.webhooks import add_webhook
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import ApiToken, Club, Delivery, Invitation, Membership, Role, Scope, User


@dataclass
class World:
    """Harbour's rows by the word that stands before their id in an address, and visitors by what they are."""

    club: Club
    ids: dict[str, list[Any]]
    people: dict[str, User | None]

    def path(self, template: str, which: int = 0) -> str:
        """``template`` with the first row of each kind, or another."""
        words = template.split("/")
        for at, word in enumerate(words):
            if word == "{slug}":
                words[at] = self.club.slug
            elif word.startswith("{"):
                found = self.ids[words[at - 1]]
                words[at] = str(found[which % len(found)])
        return "/".join(words)


def make_world() -> World:
    club = ClubFactory(name="Harbour AC", slug="harbour", country="GBR", town="Portsmouth")
    other = ClubFactory(name="Other Harriers", slug="other", country="GBR")
    chief = UserFactory(email="alice@example.org", name="Alice")
    ids = {
        **_records_of(club, chief),
        **_rights_of(club, other, chief),
        **_webhooks_of(club),
        "imports": [one.pk for one in _imports_of(club)],
        **desk_rows(club, chief),
        "news": _news_of(club, chief),
        "digest": [_digest()],
        **_standards(),
        "seasons": [2026],
    }
    people: dict[str, User | None] = {"anonymous": None, "charlie": UserFactory(), "chief_registrar": chief}
    MembershipFactory(user=people["charlie"], club=other, role=Role.CHIEF_REGISTRAR)
    MembershipFactory(user=chief, club=club, role=Role.CHIEF_REGISTRAR)
    for role in Role.values:
        if role not in people:
            people[role] = UserFactory()
            MembershipFactory(user=people[role], club=club, role=role)
    people["superuser"] = UserFactory(is_superuser=True)
    return World(club, ids, people)


def _records_of(club: Club, chief: User) -> dict[str, list[int]]:
    """Athletes: the chief registrar, for all to see, and one for the club alone. Performances: as they are, hidden,
    annulled, unfinished. One consent."""
    sam = AthleteFactory(pk=SAM, given_name="Sam", family_name="Open", club=club, account=chief)
    shy = AthleteFactory(family_name="Shylock", club=club, visibility="club")
    made: list[Performance] = [PerformanceFactory(athlete=sam, mark="10.80", wind=5, on=date(2026, 5, 1))]
    made += [PerformanceFactory(athlete=shy, mark="10.60", wind=5), PerformanceFactory(athlete=sam, mark="10.1h")]
    annul_performance(made[2], by=None, at=timezone.now(), because="nobody held a watch")
    made += [PerformanceFactory(athlete=sam, mark="DNF", discipline="800", on=date(2025, 8, 9))]
    made += [PerformanceFactory(athlete=sam, mark="6.81", discipline="LJ", wind=31)]
    agreed = give_consent(sam, purpose=Consent.Purpose.RESEARCH, by=chief, at=timezone.now())
    performances = [one.pk for one in made]
    return {
        "athletes": [sam.pk, shy.pk],
        "performances": performances,
        "consents": [agreed.pk],
        "videos": [filmed(made[0]).pk],
    }


def _standards() -> dict[str, list[int]]:
    """Of one championship: Sam has B."""
    one = StandardFactory(b_value=10_800)
    return {"standards": [one.set_id], "marks": [one.pk]}


def _digest() -> str:
    """The word of a mailed link."""
    said = {"email": "fan@example.org", "locale": "en", "asked": timezone.now()}
    return token_of(DigestSubscription.objects.create(**said))


def _news_of(club: Club, chief: User) -> list[int]:
    """For all, for members, still to come."""
    later = timezone.now() + timedelta(days=1)
    return [news(club, by=chief, **said).pk for said in ({}, {"audience": "members"}, {"at": later})]


def _imports_of(club: Club) -> list[ImportBatch]:
    """Staged, applied and refused."""
    return [
        staged("athletes", "family name,sex\nNew,M\nBad,Q\n", club=club),
        imported("athletes", "family name,sex\nLane,F\n", club=club),
        staged("performances", "a,b\n1,2\n", club=club),
    ]


def _rights_of(club: Club, other: Club, chief: User) -> dict[str, list[int]]:
    """The second invitation is the chief registrar's own, to another club."""
    at = timezone.now()
    invited = {"club": club, "role": Role.COACH, "created": at, "expires": at + timedelta(days=9)}
    invitation = Invitation.objects.create(email="invited@example.org", **invited)
    member: Membership = MembershipFactory(club=club, role=Role.VIEWER)
    token, _key = make_token(chief, name="x", scope=Scope.READ, club=None, expires=at + timedelta(days=9), at=at)
    assert isinstance(token, ApiToken)
    link = make_official_link(club, by=chief, at=at, place="Pit A", day=timezone.localdate(at))
    offer = Invitation.objects.create(email=chief.email, **invited | {"club": other})
    vouch_for_address(chief)
    return {"invitations": [invitation.pk, offer.pk], "members": [member.pk], "tokens": [token.pk], "links": [link.pk]}


def _webhooks_of(club: Club) -> dict[str, list[int]]:
    at = timezone.now()
    webhook = add_webhook(club, by=None, at=at, url="https://8.8.8.8/hook")
    event = tell(Kind.IMPORT_APPLIED, club=club, payload={"import": 1}, at=at)
    dead = {"state": Delivery.State.DEAD, "due": at, "attempts": 8}
    delivery, _new = Delivery.objects.update_or_create(webhook=webhook, event=event, defaults=dead)
    return {"webhooks": [webhook.pk], "deliveries": [delivery.pk]}
