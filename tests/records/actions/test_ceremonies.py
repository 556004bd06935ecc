"""Ceremonies: honours only once, guests by signed link, attendance."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as LocmemBackend
from django.core.signing import Signer

from records.actions import ceremonies as actions
from records.actions.correcting import correct_performance
from records.actions.erasing import erase_athlete
from records.actions.medals import enter_awards
from records.models import Athlete, Award, Ceremony, CeremonyGuest, Honour, Performance, RelayLeg
from records.queries.ceremonies import (
    certificate_pages,
    guests_of,
    honoured_athletes,
    honours_of,
    programme_lines,
    recognitions_of,
    unrecognised,
)
from records.queries.honours_held import awards_held, honours_held, invitations_held
from records.queries.placings import Contest, Placing
from tests.factories import NOW, AthleteFactory, MembershipFactory, PerformanceFactory, UserFactory, discipline
from tests.racing import at_once
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=10)


@pytest.fixture
def evening(harbour: Club, bob: User) -> Ceremony:
    return actions.plan_ceremony(
        harbour, title="Club evening", starts=LATER, place="Hall", text="Come early.", by=bob, at=NOW
    )


@pytest.fixture
def ann(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Ann", family_name="First", club=harbour)


def award(athlete: Athlete, position: int = 1, **said: Any) -> Award:
    contest = Contest(discipline(said.pop("code", "200")), said.pop("competition", "County"), date(2026, 6, 1))
    club = athlete.spells.get().club
    return enter_awards(club, contest, [Placing(athlete, position, **said)], by=None, at=NOW)[0]


def choose(ceremony: Ceremony, *what: Award | Performance) -> int:
    keys = [f"{one._meta.model_name}-{one.pk}" for one in what]
    return actions.choose_honours(ceremony, keys, by=None, at=NOW)


def keys(club: Club, user: User, **said: Any) -> list[str]:
    return [one.key for one in unrecognised(club, user, today=NOW.date(), **said)]


def test_what_waits_and_how_long(harbour: Club, bob: User, ann: Athlete, evening: Ceremony) -> None:
    bronze, gold = award(ann, 3), award(ann, 1, competition="Open")
    record = PerformanceFactory(athlete=ann, mark="10.90", on=date(2026, 5, 1), wind=5)
    PerformanceFactory(athlete=ann, mark="11.50", on=date(2026, 5, 2), wind=5)
    waiting = unrecognised(harbour, bob, today=NOW.date())
    assert [one.key for one in waiting] == [f"performance-{record.pk}", f"award-{gold.pk}", f"award-{bronze.pk}"]
    assert (waiting[0].record, waiting[0].mark, waiting[0].waiting) == ("club record", "10.90 s", 203)
    assert (waiting[2].worth, waiting[2].suggested) == ("bronze", False)
    assert len(keys(harbour, bob, name="ann")) == 4
    assert keys(harbour, bob, name="somebody else") == []
    assert choose(evening, gold, record) == 2
    assert keys(harbour, bob) == [f"award-{bronze.pk}"]


def test_old_things_wait_for_a_search(harbour: Club, bob: User, ann: Athlete) -> None:
    old = PerformanceFactory(athlete=ann, mark="10.90", on=date(2020, 5, 1), wind=5)
    assert keys(harbour, bob) == []
    assert keys(harbour, bob, name="First") == [f"performance-{old.pk}"]


def test_nothing_is_honoured_twice(harbour: Club, bob: User, ann: Athlete, evening: Ceremony, charlie: User) -> None:
    run = PerformanceFactory(athlete=ann, mark="10.90", wind=5)
    medal = award(ann, code="100")
    assert medal.performance == run
    assert keys(harbour, bob) == [f"award-{medal.pk}"]
    choose(evening, medal)
    for again in (medal, run):
        with pytest.raises(actions.CeremonyRefused, match="honoured meanwhile"):
            choose(evening, again)
    actions.drop_honour(Honour.objects.get(), by=bob, at=NOW)
    choose(evening, run)
    with pytest.raises(actions.CeremonyRefused):
        choose(evening, medal)
    assert Honour.objects.count() == 1


def test_a_corrected_version_was_honoured_already(harbour: Club, bob: User, ann: Athlete, evening: Ceremony) -> None:
    run = PerformanceFactory(athlete=ann, mark="10.90", wind=5)
    choose(evening, run)
    correct_performance(run, by=bob, at=NOW, because="typing", mark="10.95")
    assert keys(harbour, bob) == []
    assert honours_of(evening, bob)[0].feat.mark == "10.95 s"


@pytest.mark.parametrize("key", ["award-0", "award-x", "performance-99999999999", "nonsense", ""])
def test_what_is_nothing_of_the_clubs_is_refused(evening: Ceremony, key: str) -> None:
    with pytest.raises(actions.CeremonyRefused):
        actions.choose_honours(evening, [key], by=None, at=NOW)


def test_another_clubs_medal_is_refused(evening: Ceremony, other: Club) -> None:
    with pytest.raises(actions.CeremonyRefused):
        choose(evening, award(AthleteFactory(club=other)))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_ceremonies_at_once_honour_it_once(harbour: Club, ann: Athlete, evening: Ceremony) -> None:
    medal = award(ann)
    second = actions.plan_ceremony(harbour, title="B", starts=LATER, place="Hall", text="", by=None, at=NOW)
    came = at_once(lambda: choose(evening, medal), lambda: choose(second, medal))
    assert sorted(type(one).__name__ for one in came) == ["CeremonyRefused", "int"]


def test_a_relay_gets_a_certificate_for_everybody(harbour: Club, bob: User, ann: Athlete, evening: Ceremony) -> None:
    bea = AthleteFactory(given_name="Bea", family_name="Second", club=harbour, visibility="club")
    relay = PerformanceFactory(athlete=ann, mark="11.90")
    Performance.objects.filter(pk=relay.pk).update(athlete=None, team="Harbour A")
    for number, runner in enumerate((ann, bea), start=1):
        RelayLeg.objects.create(performance=relay, number=number, athlete=runner)
    choose(evening, relay)
    assert [name for name, _feat in certificate_pages(evening, bob)] == ["Ann First", "Bea Second"]
    assert programme_lines(evening)[0].names == "Ann First, Athlete of Harbour AC"
    assert list(honoured_athletes(evening)) == [ann, bea]


def test_a_ceremony_is_changed_and_cancelled(evening: Ceremony, bob: User, ann: Athlete) -> None:
    medal = award(ann)
    choose(evening, medal)
    actions.change_ceremony(evening, title="Later", starts=LATER, place="Pub", text="", by=bob, at=NOW)
    entry = AuditEntry.objects.get(action="change_ceremony")
    assert (entry.before["title"], entry.after["place"]) == ("Club evening", "Pub")
    with pytest.raises(actions.CeremonyRefused, match="has begun"):
        actions.cancel_ceremony(evening, by=bob, at=LATER)
    actions.cancel_ceremony(evening, by=bob, at=NOW)
    assert (Ceremony.objects.count(), Honour.objects.count(), Award.objects.count()) == (0, 0, 1)
    assert AuditEntry.objects.get(action="cancel_ceremony").before["honours"] == 1


def test_dropping_twice_does_no_harm(evening: Ceremony, ann: Athlete) -> None:
    choose(evening, award(ann))
    honour = Honour.objects.select_related("ceremony__club").get()
    for _ in range(2):
        actions.drop_honour(honour, by=None, at=NOW)
    assert AuditEntry.objects.filter(action="drop_honour").count() == 1


def test_the_honoured_are_invited_once(harbour: Club, evening: Ceremony, ann: Athlete) -> None:
    account = UserFactory(email="Ann@example.org")
    member = MembershipFactory(user=account, club=harbour, role="athlete")
    Athlete.objects.filter(pk=ann.pk).update(account=account)
    closed = AthleteFactory(given_name="Cleo", family_name="Closed", club=harbour)
    Athlete.objects.filter(pk=closed.pk).update(account=UserFactory(is_active=False))
    choose(evening, award(ann), award(closed))
    actions.add_guest(evening, name="Aunt", email="ann@example.org", athlete=None, by=None, at=NOW)
    assert actions.add_honoured(evening, by=None, at=NOW) == 2
    assert actions.add_honoured(evening, by=None, at=NOW) == 0
    assert set(evening.guests.values_list("name", "email")) == {
        ("Aunt", "ann@example.org"), ("Ann First", ""), ("Cleo Closed", ""),
    }  # fmt: skip
    evening.guests.all().delete()
    actions.add_honoured(evening, by=None, at=NOW)
    assert evening.guests.get(athlete=ann).email == "ann@example.org"
    # Whoever is no member has told the club nothing, and least of all an address.
    evening.guests.all().delete()
    member.delete()
    actions.add_honoured(evening, by=None, at=NOW)
    assert evening.guests.get(athlete=ann).email == ""


def test_one_invitation_for_an_address(evening: Ceremony) -> None:
    guest = actions.add_guest(evening, name="Aunt", email="Aunt@example.org", athlete=None, by=None, at=NOW)
    with pytest.raises(actions.CeremonyRefused, match="invited to the ceremony already"):
        actions.add_guest(evening, name="Uncle", email="aunt@example.org", athlete=None, by=None, at=NOW)
    for _ in range(2):
        actions.remove_guest(guest, by=None, at=NOW)
    assert AuditEntry.objects.filter(action="remove_guest").count() == 1


def invite(evening: Ceremony, at: datetime = NOW, **said: Any) -> actions.Sent:
    return actions.send_invitations(evening, by=None, at=at, site="https://th", **said)


def add(evening: Ceremony, *emails: str) -> list[CeremonyGuest]:
    return [actions.add_guest(evening, name=one[:1], email=one, athlete=None, by=None, at=NOW) for one in emails]


def test_a_mail_holds_a_link_by_which_a_guest_answers(evening: Ceremony) -> None:
    guest, _silent = add(evening, "aunt@example.org", "")
    assert invite(evening) == actions.Sent(1, 0)
    assert invite(evening) == actions.Sent(0, 0)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["aunt@example.org"], "Invitation: Club evening")
    found = re.search(r"https://th/rsvp/([^/]+)/", str(sent.body))
    assert found
    assert actions.guest_behind(found[1]) == guest
    actions.answer_invitation(guest, answer="yes", persons=30, at=NOW)
    guest.refresh_from_db()
    assert (guest.answer, guest.persons, guest.answered) == ("yes", 20, NOW)
    assert guests_of(evening).coming == 20
    actions.answer_invitation(guest, answer="no", persons=3, at=NOW)
    guest.refresh_from_db()
    assert (guest.answer, guest.persons) == ("no", 1)
    assert invite(evening, again=guest) == actions.Sent(1, 0)


def test_a_link_is_ours_or_none(evening: Ceremony) -> None:
    (guest,) = add(evening, "aunt@example.org")
    token = actions.token_of(guest)
    assert actions.guest_behind(token + "x") is None
    assert actions.guest_behind(Signer(salt="records.ceremony_guest").sign("x")) is None
    actions.remove_guest(guest, by=None, at=NOW)
    assert actions.guest_behind(token) is None


def test_it_is_open_until_the_day_is_over(evening: Ceremony) -> None:
    (guest,) = add(evening, "aunt@example.org")
    actions.answer_invitation(guest, answer="yes", persons=2, at=LATER + timedelta(hours=3))
    late = LATER + timedelta(days=1)
    with pytest.raises(actions.AnswerClosed, match="which is over"):
        actions.answer_invitation(guest, answer="no", persons=1, at=late)
    with pytest.raises(actions.AnswerClosed):
        invite(evening, at=late)
    guest.refresh_from_db()
    assert guest.answer == "yes"


def test_mails_are_limited(evening: Ceremony, settings: Any) -> None:
    settings.CEREMONY_MAIL_LIMITS = {"club": (2, 3600), "address": (5, 86_400)}
    add(evening, "a@example.org", "b@example.org", "c@example.org")
    done = invite(evening)
    assert (done.sent, done.waiting, done.wait) == (2, 1, 3600)
    assert guests_of(evening).to_invite == 1
    assert invite(evening, at=NOW + timedelta(hours=1)) == actions.Sent(1, 0)


def test_so_many_at_once(evening: Ceremony, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAILS_AT_ONCE", 1)
    add(evening, "a@example.org", "b@example.org")
    assert invite(evening) == actions.Sent(1, 0, waiting=1)
    assert invite(evening) == actions.Sent(1, 0)


class Broken(BaseEmailBackend):
    """A mail server that is down."""

    def open(self) -> bool:
        raise ConnectionRefusedError

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPException


def test_a_mail_that_cant_be_sent_is_said_and_waits(evening: Ceremony, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    add(evening, "a@example.org")
    assert invite(evening) == actions.Sent(0, 1)
    assert guests_of(evening).to_invite == 1
    assert not AuditEntry.objects.filter(action="invite_guests").exists()


class Slow(LocmemBackend):
    """While the first mail goes out, another registrar mails the rest."""

    def send_messages(self, email_messages: Any) -> int:
        CeremonyGuest.objects.filter(invited=None).update(invited=NOW)
        return super().send_messages(email_messages)


def test_another_registrar_mails_at_once(evening: Ceremony, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    add(evening, "a@example.org", "b@example.org")
    assert invite(evening) == actions.Sent(1, 0)
    assert [one.to for one in mail.outbox] == [["a@example.org"]]


def test_who_came_is_ticked_and_unticked(evening: Ceremony, bob: User) -> None:
    (guest,) = add(evening, "")
    for came in (True, True, False):
        actions.note_attendance(guest, came=came, by=bob, at=LATER)
    guest.refresh_from_db()
    assert guest.came is False
    assert AuditEntry.objects.filter(action="note_attendance").count() == 2


def test_an_athlete_was_recognised_once_it_took_place(evening: Ceremony, ann: Athlete) -> None:
    choose(evening, award(ann), PerformanceFactory(athlete=ann, mark="10.90"))
    members = UserFactory(is_superuser=True)
    assert recognitions_of(ann, members, at=NOW) == []
    assert sorted(one.what for one in recognitions_of(ann, members, at=LATER)) == ["100 m", "200 m"]


def test_an_erased_athlete_is_no_guest_any_more(evening: Ceremony, ann: Athlete) -> None:
    medal = award(ann, team="Friends of Ann First")
    choose(evening, medal)
    actions.add_guest(evening, name="Mother First", email="m@example.org", athlete=ann, by=None, at=NOW)
    kept = actions.add_guest(evening, name="Coach", email="c@example.org", athlete=None, by=None, at=NOW)
    done = erase_athlete(ann, by=None, at=NOW)
    assert list(evening.guests.all()) == [kept]
    medal.refresh_from_db()
    assert (medal.position, medal.team) == (1, f"Friends of {done.name}")
    assert honours_of(evening, UserFactory(is_superuser=True))[0].feat.names == done.name


def test_a_person_gets_medals_honours_and_invitations(evening: Ceremony, ann: Athlete, dana: User) -> None:
    choose(evening, award(ann))
    actions.add_guest(evening, name="Mother First", email="m@example.org", athlete=ann, by=None, at=NOW)
    actions.add_guest(evening, name="Dana", email=dana.email, athlete=None, by=None, at=NOW)
    assert [row[:3] for row in awards_held([ann.pk])] == [("harbour", 1, "200")]
    assert [row[0] for row in honours_held([ann.pk])] == ["Club evening"]
    assert len(invitations_held([ann.pk], None)) == 1
    assert len(invitations_held([ann.pk], dana)) == 2
    assert invitations_held([], None) == honours_held([]) == awards_held([]) == []
