"""A registrar's pages on who is who: found, compared, merged, taken back; and athletes who change clubs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.actions.merging import merge_athletes
from records.models import Athlete, AthleteMerge, ClubSpell, NotTheSame
from tests.factories import AthleteFactory, ClubSpellFactory, MembershipFactory, PerformanceFactory, UserFactory
from trackhub.clubs.models import AuditEntry, Club, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def bobs(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


@pytest.fixture
def pair(harbour: Club) -> tuple[Athlete, Athlete]:
    one = AthleteFactory(given_name="Bob", family_name="Smith", club=harbour)
    other = AthleteFactory(given_name="Robert", family_name="Smith", club=harbour)
    PerformanceFactory(athlete=one, mark="10.90", wind=0, competition="County")
    PerformanceFactory(athlete=other, mark="10.90", wind=0, competition="County")
    PerformanceFactory(athlete=other, mark="10.80", wind=0, on=date(2026, 6, 2))
    return one, other


def compare(club: Club, pair: tuple[Athlete, Athlete]) -> str:
    return reverse("compare", args=[club.slug, pair[0].pk, pair[1].pk])


def test_from_the_list_to_the_merge_and_back(bobs: Client, harbour: Club, pair: tuple[Athlete, Athlete]) -> None:
    page = bobs.get(reverse("duplicates", args=["harbour"])).content.decode()
    assert "Bob Smith" in page
    assert "short or everyday form" in page
    assert compare(harbour, pair) in page
    page = bobs.get(compare(harbour, pair)).content.decode()
    for text in ("Results that both have", "100 m 10.90", "As one", "10.80", f"Merge no. {pair[1].pk}"):
        assert text in page, text
    done = bobs.post(compare(harbour, pair), {"do": "merge", "stays": "one"}, follow=True)
    merge = AthleteMerge.objects.get()
    assert (merge.survivor, merge.merged) == pair
    assert "You can take it back" in done.content.decode()
    assert "was merged into" in bobs.get(pair[0].get_absolute_url()).content.decode()
    done = bobs.post(reverse("part_athletes", args=["harbour", merge.pk]), follow=True)
    assert "are two athletes again" in done.content.decode()
    done = bobs.post(reverse("part_athletes", args=["harbour", merge.pk]), follow=True)
    assert "taken back already" in done.content.decode()


def test_the_other_may_stay(bobs: Client, harbour: Club, pair: tuple[Athlete, Athlete]) -> None:
    assert f"Merge no. {pair[0].pk}" in bobs.get(compare(harbour, pair) + "?stays=other").content.decode()
    bobs.post(compare(harbour, pair), {"do": "merge", "stays": "other"})
    assert AthleteMerge.objects.get().survivor == pair[1]


def test_what_stayed_is_said(bobs: Client, harbour: Club, pair: tuple[Athlete, Athlete]) -> None:
    merge = merge_athletes(pair[0], merged=pair[1], by=None, at=timezone.now())
    PerformanceFactory(athlete=pair[0], mark="10.70")
    done = bobs.post(reverse("part_athletes", args=["harbour", merge.pk]), follow=True)
    assert "came after the merge and stays with Bob Smith" in done.content.decode()


def test_they_are_two(bobs: Client, bob: User, harbour: Club, pair: tuple[Athlete, Athlete]) -> None:
    bobs.post(compare(harbour, pair), {"do": "two"})
    assert NotTheSame.objects.get().by == bob
    page = bobs.get(compare(harbour, pair)).content.decode()
    assert "that they are two persons" in page
    assert "Nobody in this club looks" in bobs.get(reverse("duplicates", args=["harbour"])).content.decode()


def test_an_order_without_a_verdict_is_asked_again(bobs: Client, harbour: Club, pair: tuple[Athlete, Athlete]) -> None:
    answer = bobs.post(compare(harbour, pair), {"stays": "other"})
    assert answer.status_code == 422
    assert "one person or two" in answer.content.decode()
    assert f"Merge no. {pair[0].pk}" in answer.content.decode()


def test_two_registrars_merge_one_pair(bobs: Client, harbour: Club, pair: tuple[Athlete, Athlete]) -> None:
    merge_athletes(pair[0], merged=pair[1], by=None, at=timezone.now())
    done = bobs.post(compare(harbour, pair), {"do": "merge"}, follow=True)
    assert "have been merged already" in done.content.decode()
    assert AthleteMerge.objects.count() == 1


def test_a_pair_that_cannot_be_one_says_why(bobs: Client, harbour: Club) -> None:
    pair = AthleteFactory(club=harbour), AthleteFactory(sex="F", birth_date=None, club=harbour)
    page = bobs.get(compare(harbour, pair)).content.decode()
    assert "one is entered as male, one as female" in page
    assert "Merge no." not in page
    answer = bobs.post(compare(harbour, pair), {"do": "merge"})
    assert answer.status_code == 422
    assert not AthleteMerge.objects.exists()


def test_nothing_alike_is_said_so(bobs: Client, harbour: Club) -> None:
    pair = AthleteFactory(club=harbour, birth_date=None), AthleteFactory(given_name="Zoe", club=harbour)
    assert "names aren't alike" in bobs.get(compare(harbour, pair)).content.decode()


def test_athletes_of_others_are_merged_by_who_keeps_both(bobs: Client, bob: User, harbour: Club, other: Club) -> None:
    own = AthleteFactory(club=harbour)
    gone, foreign = AthleteFactory(), AthleteFactory(club=other)
    ClubSpellFactory(athlete=gone, club=harbour, ends=date(2020, 1, 1))
    ClubSpellFactory(athlete=gone, club=other, starts=date(2020, 1, 2))
    # Another club's are none of bob's business, not even beside his own.
    assert bobs.get(compare(harbour, (own, foreign))).status_code == 404
    assert bobs.get(compare(harbour, (own, AthleteFactory()))).status_code == 404
    assert bobs.get(reverse("compare", args=["harbour", own.pk, 987_654])).status_code == 404
    page = bobs.get(compare(harbour, (own, gone))).content.decode()
    assert "belongs or belonged to Other Harriers" in page
    assert bobs.post(compare(harbour, (own, gone)), {"do": "merge"}).status_code == 422
    # Nor is a pair of another club alone, by an address of his own.
    MembershipFactory(user=bob, club=other, role=Role.REGISTRAR)
    assert bobs.get(compare(harbour, (foreign, AthleteFactory(club=other)))).status_code == 404
    assert bobs.post(compare(harbour, (own, gone)), {"do": "merge"}).status_code == 302
    assert AthleteMerge.objects.get().merged == gone


def test_a_merge_is_taken_back_by_who_keeps_the_survivor(bobs: Client, harbour: Club, other: Club) -> None:
    gone = AthleteFactory()
    ClubSpellFactory(athlete=gone, club=harbour, ends=date(2020, 1, 1))
    ClubSpellFactory(athlete=gone, club=other, starts=date(2020, 1, 2))
    merge = merge_athletes(gone, merged=AthleteFactory(club=harbour), by=None, at=timezone.now())
    ClubSpell.objects.filter(club=harbour, ends=None).update(ends=date(2020, 1, 1))
    done = bobs.post(reverse("part_athletes", args=["harbour", merge.pk]), follow=True)
    assert "belongs or belonged to Other Harriers" in done.content.decode()
    merge.refresh_from_db()
    assert merge.undone is None
    foreign = merge_athletes(AthleteFactory(club=other), merged=AthleteFactory(), by=None, at=timezone.now())
    assert bobs.post(reverse("part_athletes", args=["harbour", foreign.pk])).status_code == 404


def test_a_site_administrator_merges_athletes_of_two_clubs(admin_client: Client, harbour: Club, other: Club) -> None:
    pair = AthleteFactory(club=harbour), AthleteFactory(club=other)
    assert admin_client.post(compare(harbour, pair), {"do": "merge"}).status_code == 302
    merge = AthleteMerge.objects.get()
    assert admin_client.post(reverse("part_athletes", args=["other", merge.pk])).status_code == 302
    merge.refresh_from_db()
    assert merge.undone


def test_looking_is_noted(bobs: Client, harbour: Club, pair: tuple[Athlete, Athlete]) -> None:
    bobs.get(compare(harbour, pair))
    targets = AuditEntry.objects.filter(action="read").values_list("target", flat=True)
    assert set(targets) == {f"athlete {one.pk}" for one in pair}


def test_the_public_sees_nothing_of_it(
    client: Client, harbour: Club, pair: tuple[Athlete, Athlete], charlie: User
) -> None:
    merge_athletes(pair[0], merged=pair[1], by=None, at=timezone.now())
    assert "For the registrar" not in client.get(pair[0].get_absolute_url()).content.decode()
    client.force_login(charlie)
    page = client.get(pair[0].get_absolute_url()).content.decode()
    # Another club's registrar may take the athlete in, and sees no merges.
    assert "Change of club" in page
    assert "was merged into" not in page


def test_a_transfer_is_looked_at_first(client: Client, harbour: Club, other: Club) -> None:
    both = UserFactory()
    for club in (harbour, other):
        MembershipFactory(user=both, club=club, role=Role.REGISTRAR)
    client.force_login(both)
    athlete = AthleteFactory(club=harbour)
    goes = PerformanceFactory(athlete=athlete, on=date(2026, 6, 1), competition="County")
    stays = PerformanceFactory(athlete=athlete, on=date(2026, 6, 8), mark="10.70", competition="Open")
    address = reverse("transfer", args=[athlete.pk])
    assert "belongs to Harbour AC" in client.get(address).content.decode()
    said: dict[str, object] = {"to": "other", "day": "2026-05-01"}
    page = client.post(address, {**said, "do": "look"}).content.decode()
    assert page.count("checked") == 2
    assert "County" in page
    assert 'value="2026-05-01|other"' in page
    # A look at another day doesn't count.
    page = client.post(address, {**said, "do": "transfer", "seen": "2026-04-01|other", "results": [goes.pk]})
    assert (page.status_code, page.content.decode().count("checked")) == (200, 2)
    said |= {"do": "transfer", "seen": "2026-05-01|other"}
    assert client.post(address, {**said, "results": ["987654"]}).status_code == 422
    done = client.post(address, {**said, "results": [goes.pk]}, follow=True)
    assert "Results that count there now: 1" in done.content.decode()
    assert [athlete.performances.get(pk=one.pk).club for one in (goes, stays)] == [other, harbour]
    again = client.post(address, {**said, "results": []})
    assert again.status_code == 422
    assert "belongs to Other Harriers" in again.content.decode()


def test_a_registrar_takes_in_and_lets_go(client: Client, harbour: Club, charlie: User, bob: User) -> None:
    athlete = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=athlete)
    address = reverse("transfer", args=[athlete.pk])
    client.force_login(charlie)
    said = {"to": "", "day": "2026-05-01", "do": "look"}
    answer = client.post(address, said)
    assert answer.status_code == 422
    assert "Only Harbour AC itself" in answer.content.decode()
    # Another club's results stay that club's, and so does the athlete until after the last of them.
    for do in ("look", "transfer"):
        answer = client.post(address, {"to": "other", "day": "2026-05-01", "do": do, "seen": "2026-05-01|other"})
        assert answer.status_code == 422
        assert "Only Harbour AC itself can say that" in answer.content.decode()
    day = timezone.localdate().isoformat()
    assert "No result since then" in client.post(address, {"to": "other", "day": day, "do": "look"}).content.decode()
    decided = {"to": "other", "day": day, "do": "transfer", "seen": f"{day}|other"}
    assert client.post(address, decided).status_code == 302
    assert athlete.spells.get(ends=None).club.slug == "other"
    assert athlete.performances.get().club == harbour
    client.force_login(bob)
    gone = AthleteFactory(club=harbour)
    address = reverse("transfer", args=[gone.pk])
    assert "No result since then" in client.post(address, said).content.decode()
    assert client.post(address, said | {"do": "transfer", "seen": "2026-05-01|"}).status_code == 302
    assert not gone.spells.filter(ends=None).exists()
    assert "belongs to no club" in client.get(address).content.decode()


@pytest.mark.parametrize("day", ["", "31/31/2026", "1850-01-01", "{far}"])
def test_an_impossible_day_is_refused(bobs: Client, harbour: Club, day: str) -> None:
    far = (timezone.localdate() + timedelta(days=400)).isoformat()
    address = reverse("transfer", args=[AthleteFactory(club=harbour).pk])
    assert bobs.post(address, {"to": "", "day": day.format(far=far)}).status_code == 422


def test_who_is_hidden_elsewhere_is_not_taken_in(bobs: Client, other: Club) -> None:
    shy = AthleteFactory(visibility="club", club=other)
    assert bobs.get(reverse("transfer", args=[shy.pk])).status_code == 404
    assert bobs.get(reverse("transfer", args=[AthleteFactory(erased=timezone.now()).pk])).status_code == 404
