"""Invitations: offered, sent again, withdrawn, and accepted once by the invited person alone."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.signing import Signer
from django.utils import translation

from tests.factories import UserFactory
from tests.racing import at_once
from trackhub.clubs.actions.inviting import (
    InvitationClosed,
    MailNotSent,
    NotInvited,
    TooManyMails,
    accept_invitation,
    check_open,
    invitation_behind,
    invite_person,
    send_again,
    token_of,
    withdraw_invitation,
)
from trackhub.clubs.actions.memberships import MembershipRefused
from trackhub.clubs.models import AuditEntry, Club, Invitation, Membership, User

pytestmark = pytest.mark.django_db

SITE = "https://trackhub.example"
TODAY = date(2026, 11, 20)


def invite(club: Club, by: User, at: datetime, email: str = "eve@example.org", **said: object) -> Invitation:
    terms = {"role": "coach", "starts": None, "ends": None} | said
    return invite_person(club, by=by, at=at, email=email, site=SITE, **terms)  # type: ignore[arg-type]


def proven(email: str = "eve@example.org") -> User:
    """An account whose address counts as verified, as that of everybody whom the operator makes."""
    return UserFactory(email=email)


def unproven(email: str) -> User:
    user = UserFactory(email=email)
    EmailAddress.objects.filter(user=user).update(verified=False)
    return user


def deeds() -> list[str]:
    return list(AuditEntry.objects.exclude(action="found_club").order_by("pk").values_list("action", flat=True))


def test_an_invitation_is_kept_mailed_and_noted(alice: User, harbour: Club, now: datetime) -> None:
    made = invite(harbour, alice, now, ends=TODAY)
    assert (made.by, made.created, made.expires) == (alice, now, now + timedelta(days=14))
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["eve@example.org"], "Invitation to Harbour AC")
    assert "Alice invites you to Harbour AC as coach." in letter.body
    link = re.search(r"https://trackhub\.example/invitations/(\S+)/\n", letter.body)
    assert link
    assert invitation_behind(link[1]) == made
    deed = AuditEntry.objects.get(action="invite_person")
    assert (deed.by, deed.club, deed.target) == (alice, harbour, f"invitation {made.pk}")
    assert deed.after == {"role": "coach", "starts": None, "ends": "2026-11-20"}
    assert "eve" not in str(deed.after) + deed.target


def test_the_mail_speaks_the_inviters_language_and_its_names_are_plain(
    alice: User, harbour: Club, now: datetime
) -> None:
    Club.objects.filter(pk=harbour.pk).update(name="O'Brien &\nSons")
    harbour.refresh_from_db()
    with translation.override("es"):
        invite(harbour, alice, now, role="athlete")
        role = str(Invitation.objects.get().get_role_display())
    assert role in mail.outbox[0].body
    assert role != "athlete"
    assert "O'Brien &" in mail.outbox[0].body
    assert mail.outbox[0].subject.endswith("O'Brien & Sons")


def test_a_second_invitation_takes_the_place_of_the_first(
    alice: User, harbour: Club, other: Club, now: datetime
) -> None:
    elsewhere = invite(other, alice, now)
    first = invite(harbour, alice, now)
    second = invite(harbour, alice, now, "EVE@example.org", role="athlete")
    assert set(Invitation.objects.open(now)) == {elsewhere, second}
    first.refresh_from_db()
    assert first.withdrawn == now
    assert deeds()[-2:] == ["withdraw_invitation", "invite_person"]


@pytest.mark.parametrize("email", ["alice@example.org", "ALICE@example.org", "second@example.org"])
def test_nobody_invites_themselves(email: str, alice: User, harbour: Club, now: datetime) -> None:
    EmailAddress.objects.create(user=alice, email="second@example.org", verified=True)
    with pytest.raises(MembershipRefused, match="themselves") as caught:
        invite(harbour, alice, now, email)
    assert caught.value.field == "email"
    assert not mail.outbox


@pytest.mark.parametrize(
    ("dates", "why"),
    [
        ({"starts": date(2026, 12, 2), "ends": date(2026, 12, 1)}, "before the first"),
        ({"ends": date(2026, 11, 19)}, "day is over"),
    ],
)
def test_dates_that_make_no_sense(dates: dict[str, date], why: str, alice: User, harbour: Club, now: datetime) -> None:
    with pytest.raises(MembershipRefused, match=why):
        invite(harbour, alice, now, **dates)
    assert not Invitation.objects.exists()


def test_a_mail_that_can_not_be_sent_leaves_the_invitation(
    alice: User, harbour: Club, now: datetime, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]  # nobody listens there
    with pytest.raises(MailNotSent, match="kept"):
        invite(harbour, alice, now)
    assert Invitation.objects.open(now).count() == 1


def test_accepting_makes_the_membership_once(alice: User, harbour: Club, now: datetime) -> None:
    eve, made = proven("Eve@Example.org"), invite(harbour, alice, now, starts=TODAY, ends=date(2027, 1, 1))
    membership = accept_invitation(made, by=eve, at=now)
    assert (membership.role, membership.starts, membership.ends) == ("coach", TODAY, date(2027, 1, 1))
    made.refresh_from_db()
    assert (made.accepted, made.accepted_by) == (now, eve)
    assert deeds() == ["invite_person", "accept_invitation", "make_membership"]
    assert set(AuditEntry.objects.filter(action__in=deeds()[1:]).values_list("by", flat=True)) == {eve.pk}
    Membership.objects.all().delete()
    with pytest.raises(InvitationClosed, match="used"):
        accept_invitation(made, by=eve, at=now)
    assert not Membership.objects.filter(user=eve).exists()


def test_accepting_takes_the_place_of_the_role_one_had(alice: User, dana: User, harbour: Club, now: datetime) -> None:
    accept_invitation(invite(harbour, alice, now, dana.email), by=dana, at=now)
    assert Membership.objects.get(user=dana).role == "coach"


def test_the_only_chief_registrar_accepts_nothing_less_and_the_link_stays(
    alice: User, harbour: Club, now: datetime
) -> None:
    made = invite(harbour, UserFactory(is_superuser=True), now, alice.email)
    with pytest.raises(MembershipRefused, match="only chief registrar"):
        accept_invitation(made, by=alice, at=now)
    assert Invitation.objects.open(now).get() == made


def test_a_stale_copy_accepts_nothing(alice: User, harbour: Club, now: datetime) -> None:
    """What the page read a moment ago says open; the row says withdrawn."""
    eve, made = proven(), invite(harbour, alice, now)
    withdraw_invitation(Invitation.objects.get(), by=alice, at=now)
    with pytest.raises(InvitationClosed, match="just now"):
        accept_invitation(made, by=eve, at=now)
    assert not Membership.objects.filter(user=eve).exists()


def test_only_the_proven_address_accepts(alice: User, dana: User, harbour: Club, now: datetime) -> None:
    made, eve = invite(harbour, alice, now), unproven("eve@example.org")
    EmailAddress.objects.create(user=dana, email="eve@example.org", verified=False)
    with pytest.raises(NotInvited, match="for eve@example.org"):
        accept_invitation(made, by=dana, at=now)
    with pytest.raises(NotInvited, match="Confirm your e-mail"):
        accept_invitation(made, by=eve, at=now)
    assert Invitation.objects.open(now).count() == 1


def test_who_wrote_it_never_accepts_it(alice: User, harbour: Club, now: datetime) -> None:
    """Not even with the address proven after it was written."""
    made = invite(harbour, alice, now, "second@example.org")
    EmailAddress.objects.create(user=alice, email="second@example.org", verified=True)
    with pytest.raises(NotInvited, match="yourself"):
        accept_invitation(made, by=alice, at=now)


def test_it_holds_for_two_weeks_and_for_two_more_when_sent_again(alice: User, harbour: Club, now: datetime) -> None:
    made, later = invite(harbour, alice, now), now + timedelta(days=14)
    check_open(made, later - timedelta(seconds=1))
    with pytest.raises(InvitationClosed, match="expired"):
        accept_invitation(made, by=proven(), at=later)
    send_again(made, by=alice, at=later, site=SITE)
    made.refresh_from_db()
    assert made.expires == later + timedelta(days=14)
    assert len(mail.outbox) == 2
    assert deeds()[-1] == "send_invitation_again"
    check_open(made, later)


def test_an_offer_whose_last_day_is_over_is_closed(alice: User, harbour: Club, now: datetime) -> None:
    made = invite(harbour, alice, now, ends=TODAY)
    with pytest.raises(InvitationClosed, match="a day that is over"):
        accept_invitation(made, by=proven(), at=now + timedelta(days=1))


def test_withdrawn_is_withdrawn(alice: User, harbour: Club, now: datetime) -> None:
    made = invite(harbour, alice, now)
    withdraw_invitation(made, by=alice, at=now)
    made.refresh_from_db()
    with pytest.raises(InvitationClosed, match="withdrawn"):
        accept_invitation(made, by=proven(), at=now)
    for act in (
        lambda: withdraw_invitation(made, by=alice, at=now),
        lambda: send_again(made, by=alice, at=now, site=SITE),
    ):
        with pytest.raises(InvitationClosed, match="accepted or withdrawn"):
            act()
    assert deeds() == ["invite_person", "withdraw_invitation"]


def test_an_address_gets_five_mails_a_day_whoever_sends_them(
    alice: User, charlie: User, harbour: Club, other: Club, now: datetime
) -> None:
    made = invite(harbour, alice, now)
    for _ in range(3):
        send_again(made, by=alice, at=now, site=SITE)
    theirs = invite(other, charlie, now, "EVE@example.org")
    for act in (
        lambda: send_again(made, by=alice, at=now, site=SITE),
        lambda: send_again(theirs, by=charlie, at=now, site=SITE),
        lambda: invite(harbour, alice, now, "Eve@Example.org", role="viewer"),
    ):
        with pytest.raises(TooManyMails, match="This address has been sent enough") as caught:
            act()
        assert 0 < caught.value.wait <= 86_400
    assert (len(mail.outbox), len(deeds())) == (5, 5)
    made.refresh_from_db()
    assert (made.withdrawn, made.role) == (None, "coach")
    invite(harbour, alice, now, "frank@example.org")
    send_again(made, by=alice, at=now + timedelta(days=1), site=SITE)


def test_a_club_sends_fifty_mails_an_hour(
    alice: User, charlie: User, harbour: Club, other: Club, now: datetime
) -> None:
    for number in range(50):
        invite(harbour, alice, now, f"{number}@example.org")
    with pytest.raises(TooManyMails, match="The club has sent very many") as caught:
        invite(harbour, alice, now + timedelta(minutes=15))
    assert caught.value.wait == 45 * 60
    assert not Invitation.objects.filter(email="eve@example.org").exists()
    invite(other, charlie, now)
    invite(harbour, alice, now + timedelta(hours=1))


def test_a_token_is_ours_or_nobodys(alice: User, harbour: Club, now: datetime) -> None:
    made = invite(harbour, alice, now)
    token = token_of(made)
    assert invitation_behind(token) == made
    forged = (
        str(made.pk),
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.replace(str(made.pk), str(made.pk + 1), 1),
        Signer(salt="trackhub.clubs.official_link").sign(str(made.pk)),
        Signer(salt="trackhub.clubs.invitation").sign("x"),
        "",
    )
    assert [invitation_behind(one) for one in forged] == [None] * len(forged)
    made.delete()
    assert invitation_behind(token) is None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_accepted_twice_at_once_it_counts_once(alice: User, harbour: Club, now: datetime) -> None:
    """Two accounts cannot prove one address, so the same person in two windows."""
    eve, made = proven(), invite(harbour, alice, now)
    outcomes = at_once(*[lambda: accept_invitation(made, by=eve, at=now)] * 4)
    assert Counter(map(type, outcomes)) == {Membership: 1, InvitationClosed: 3}
    assert deeds().count("make_membership") == 1
