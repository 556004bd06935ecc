"""Whose account an athlete's is."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from django.test import Client

from records.actions.linking import LinkRefused, link_account
from records.models import Athlete
from records.queries.voices import BelongedElsewhere, acts_for, members_to_link
from tests.factories import NOW, AthleteFactory, ClubSpellFactory, MembershipFactory, UserFactory
from tests.racing import at_once
from trackhub.clubs.models import AuditEntry, Club, Membership, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(harbour: Club) -> Athlete:
    athlete: Athlete = AthleteFactory(family_name="Open", club=harbour)
    return athlete


@pytest.fixture
def member(harbour: Club) -> User:
    user: User = UserFactory(email="sam@example.org")
    MembershipFactory(user=user, club=harbour, role=Role.ATHLETE)
    return user


def test_a_member_becomes_the_athlete_and_is_it_no_longer(sam: Athlete, member: User, alice: User) -> None:
    link_account(sam, member, by=alice, at=NOW)
    sam.refresh_from_db()
    assert acts_for(member, sam, on=NOW.date())
    entry = AuditEntry.objects.get(action="link_account")
    assert (entry.before, entry.after, entry.club) == ({"account": None}, {"account": member.pk}, sam.spells.get().club)
    link_account(sam, None, by=alice, at=NOW)
    sam.refresh_from_db()
    assert not acts_for(member, sam, on=NOW.date())


def test_only_members_who_are_nobody_else_may_be_linked(sam: Athlete, member: User, alice: User, harbour: Club) -> None:
    twin = AthleteFactory(family_name="Twin", club=harbour, account=member)
    left = UserFactory()
    MembershipFactory(user=left, club=harbour, role=Role.ATHLETE, ends=date(2026, 1, 1))
    for account in (member, left, UserFactory()):
        with pytest.raises(LinkRefused):
            link_account(sam, account, by=alice, at=NOW)
    assert member in members_to_link(twin, on=NOW.date())


def test_nobody_is_linked_to_somebody_erased(sam: Athlete, member: User, alice: User) -> None:
    Athlete.objects.filter(pk=sam.pk).update(erased=NOW)
    with pytest.raises(LinkRefused):
        link_account(sam, member, by=alice, at=NOW)


def test_who_belonged_to_another_club_is_the_sites_to_link(
    sam: Athlete, member: User, alice: User, other: Club
) -> None:
    ClubSpellFactory(athlete=sam, club=other, starts=date(2020, 1, 1), ends=date(2021, 1, 1))
    with pytest.raises(BelongedElsewhere):
        link_account(sam, member, by=alice, at=NOW)
    link_account(sam, member, by=UserFactory(is_superuser=True), at=NOW)
    sam.refresh_from_db()
    assert sam.account == member


def test_the_chief_registrar_links_on_the_page(sam: Athlete, member: User, alice: User, client: Client) -> None:
    client.force_login(alice)
    page = f"/athletes/{sam.pk}/account/"
    assert page in client.get(sam.get_absolute_url()).content.decode()
    assert "sam@example.org" in client.get(page).content.decode()
    stranger = UserFactory()
    refused = client.post(page, {"account": stranger.pk})
    assert refused.status_code == 422 and stranger.email not in refused.content.decode()
    assert client.post(page, {"account": member.pk}).status_code == 302
    client.force_login(member)
    assert "isn't linked" not in client.get("/accounts/reports/").content.decode()


def test_a_program_links_by_membership(sam: Athlete, member: User, alice: User, client: Client) -> None:
    client.force_login(alice)
    address = f"/api/v1/athletes/{sam.pk}/account/"
    number = Membership.objects.get(user=member).pk

    def put(said: int | None) -> tuple[int, object]:
        answer = client.put(address, {"member": said}, content_type="application/json")
        return answer.status_code, answer.json()

    assert put(number) == (200, {"member": number})
    assert Athlete.objects.get(pk=sam.pk).account == member
    assert put(None) == (200, {"member": None})
    assert Athlete.objects.get(pk=sam.pk).account is None
    assert put(number + 999)[0] == 422
    taken = AthleteFactory(club=sam.spells.get().club, account=member)
    assert taken.account == member and put(number)[0] == 422


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_account_offered_to_two_athletes_at_once_becomes_ones(
    sam: Athlete, member: User, alice: User, harbour: Club
) -> None:
    twin = AthleteFactory(family_name="Twin", club=harbour)
    outcomes = at_once(*(partial(link_account, one, member, by=alice, at=NOW) for one in (sam, twin)))
    assert sorted(type(one).__name__ for one in outcomes) == ["LinkRefused", "NoneType"]
    assert Athlete.objects.filter(account=member).count() == 1
