"""The pages of a ceremony, for the registrar, the door, and the guest with a link."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from records.actions import ceremonies as actions
from records.actions.medals import enter_awards
from records.documents.ceremony import ceremony_certificates
from records.models import Athlete, Award, Ceremony, CeremonyGuest, Honour
from records.queries.placings import Contest, Placing
from tests.factories import AthleteFactory, discipline
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Ann", family_name="First", club=harbour)


@pytest.fixture
def award(harbour: Club, ann: Athlete) -> Award:
    contest = Contest(discipline("100"), "County", date(2026, 6, 1))
    return enter_awards(harbour, contest, [Placing(ann, 1)], by=None, at=timezone.now())[0]


@pytest.fixture
def evening(harbour: Club, bob: User, client: Client) -> Ceremony:
    """Bob is logged in."""
    client.force_login(bob)
    now = timezone.now()
    starts = now + timedelta(days=10)
    return actions.plan_ceremony(
        harbour, title="Club evening", starts=starts, place="Hall", text="Tie.", by=bob, at=now
    )


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_ceremony_is_planned_changed_and_cancelled(client: Client, bob: User) -> None:
    client.force_login(bob)
    said = {"title": "Awards", "starts": "2099-12-05T19:30", "place": "Hall", "text": "Tie"}
    assert client.post("/clubs/harbour/ceremonies/new/", said | {"starts": "soon"}).status_code == 422
    client.post("/clubs/harbour/ceremonies/new/", said)
    one = Ceremony.objects.get()
    assert one.starts.isoformat() == "2099-12-05T19:30:00+00:00"
    edit = f"{one.get_absolute_url()}edit/"
    assert 'value="2099-12-05T19:30"' in shown(client.get(edit))
    wrong = client.post(edit, said | {"title": "", "place": "Pub"})
    assert wrong.status_code == 422
    assert 'value="Pub"' in shown(wrong)
    client.post(edit, said | {"place": "Pub"})
    assert "Pub" in shown(client.get("/clubs/harbour/ceremonies/"))
    client.post(f"{one.get_absolute_url()}cancel/")
    assert "No ceremony yet." in shown(client.get("/clubs/harbour/ceremonies/"))


def test_what_began_is_not_cancelled(client: Client, evening: Ceremony) -> None:
    Ceremony.objects.update(starts=timezone.now())
    assert "has begun" in shown(client.post(f"{evening.get_absolute_url()}cancel/", follow=True))


def test_honours_are_chosen_from_what_waits(client: Client, evening: Ceremony, award: Award) -> None:
    choose = f"{evening.get_absolute_url()}honours/"
    assert "Ann First" in shown(client.get("/clubs/harbour/ceremonies/waiting/"))
    assert "Ann First" in shown(client.get(choose))
    assert "Nothing of this athlete" in shown(client.get(choose, {"q": "somebody"}))
    nothing = client.post(choose)
    assert (nothing.status_code, "Tick at least one." in shown(nothing)) == (422, True)
    stale = client.post(choose, {"honour": [f"award-{award.pk}", "award-999999"]})
    assert stale.status_code == 422
    assert "checked" in shown(stale)
    assert client.post(choose, {"honour": [f"award-{award.pk}"]}).status_code == 302
    assert "Ann First" in shown(client.get(evening.get_absolute_url()))
    assert "Nothing waits" in shown(client.get("/clubs/harbour/ceremonies/waiting/"))
    drop = f"{choose}{Honour.objects.get().pk}/drop/"
    for _ in range(2):
        assert client.post(drop).status_code == 302
    assert "Ann First" in shown(client.get("/clubs/harbour/ceremonies/waiting/"))


def test_certificates_and_programme(client: Client, evening: Ceremony, award: Award, ann: Athlete) -> None:
    certificates = f"{evening.get_absolute_url()}certificates.pdf"
    assert "nothing to print yet" in shown(client.get(certificates, follow=True))
    actions.choose_honours(evening, [f"award-{award.pk}"], by=None, at=timezone.now())
    printed = client.get(certificates)
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    programme = client.get(f"{evening.get_absolute_url()}programme.txt")
    assert programme["Content-Type"] == "text/plain; charset=utf-8"
    assert "1. Ann First\n   100 m: gold" in shown(programme)
    Athlete.objects.update(visibility="club")
    assert "Athlete of Harbour AC" in shown(client.get(f"{evening.get_absolute_url()}programme.txt"))


def test_texts_are_data_to_the_template() -> None:
    bad = '#panic("run") ] $ \\ " <x> ' + "long " * 40
    words = dict.fromkeys(("title", "club", "heading", "occasion", "place", "signature"), bad) | {"language": "pt"}
    page = {"name": bad, "what": bad, "how": bad, "where": bad}
    printed = ceremony_certificates(words, [page, page | {"how": ""}], colour="")
    assert printed.startswith(b"%PDF")
    assert json.dumps(bad).encode() not in printed


def test_guests_are_added_mailed_and_removed(client: Client, evening: Ceremony, award: Award, ann: Athlete) -> None:
    actions.choose_honours(evening, [f"award-{award.pk}"], by=None, at=timezone.now())
    guests = f"{evening.get_absolute_url()}guests/"
    client.post(f"{guests}honoured/")
    said = {"name": "Aunt", "email": "aunt@example.org", "family_of": ann.pk}
    assert client.post(guests, said).status_code == 302
    again = client.post(guests, said | {"name": "Uncle"})
    assert again.status_code == 422
    assert 'value="Uncle"' in shown(again)
    assert client.post(guests, said | {"family_of": 999999, "email": "b@example.org"}).status_code == 422
    assert "family of Ann First" in shown(client.get(guests))
    assert "1 invitation is on its way." in shown(client.post(f"{guests}invite/", follow=True))
    assert "0 invitations are on their way." in shown(client.post(f"{guests}invite/", follow=True))
    aunt = CeremonyGuest.objects.get(name="Aunt")
    client.post(f"{guests}invite/", {"guest": aunt.pk})
    assert len(mail.outbox) == 2
    assert client.post(f"{guests}invite/", {"guest": 999999}).status_code == 404
    client.post(f"{guests}{aunt.pk}/remove/")
    assert list(evening.guests.values_list("name", flat=True)) == ["Ann First"]


def test_what_could_not_be_mailed_is_said(client: Client, evening: Ceremony, settings: Any) -> None:
    for name in "ab":
        actions.add_guest(evening, name=name, email=f"{name}@example.org", athlete=None, by=None, at=timezone.now())
    invite = f"{evening.get_absolute_url()}guests/invite/"
    settings.CEREMONY_MAIL_LIMITS = {"club": (1, 3600), "address": (5, 86_400)}
    assert "1 still wait: so many mails went out" in shown(client.post(invite, follow=True))
    settings.CEREMONY_MAIL_LIMITS = {"club": (100, 3600), "address": (5, 86_400)}
    settings.EMAIL_BACKEND = "tests.records.actions.test_ceremonies.Broken"
    assert "1 invitation could not be mailed." in shown(client.post(invite, follow=True))
    Ceremony.objects.update(starts=timezone.now() - timedelta(days=2))
    assert "which is over" in shown(client.post(invite, follow=True))


def test_more_mails_than_go_at_once(client: Client, evening: Ceremony, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAILS_AT_ONCE", 1)
    for name in "ab":
        actions.add_guest(evening, name=name, email=f"{name}@example.org", athlete=None, by=None, at=timezone.now())
    answer = client.post(f"{evening.get_absolute_url()}guests/invite/", follow=True)
    assert "1 still wait: send again for the next." in shown(answer)


def test_ticking_at_the_door(client: Client, evening: Ceremony) -> None:
    guest = actions.add_guest(evening, name="Aunt", email="", athlete=None, by=None, at=timezone.now())
    door = f"{evening.get_absolute_url()}attendance/"
    ticked = client.post(door, {"guest": guest.pk, "came": "1"}, headers={"HX-Request": "true"})
    assert "1 of 1 guests are here." in shown(ticked)
    assert client.post(door, {"guest": guest.pk}).status_code == 302
    assert "0 of 1 guests are here." in shown(client.get(door))
    assert client.post(door, {"guest": "x"}).status_code == 404


def test_a_guest_answers_without_an_account(evening: Ceremony) -> None:
    guest = actions.add_guest(evening, name="Aunt", email="a@example.org", athlete=None, by=None, at=timezone.now())
    actions.add_guest(evening, name="Secret Uncle", email="u@example.org", athlete=None, by=None, at=timezone.now())
    stranger, link = Client(), f"/rsvp/{actions.token_of(guest)}/"
    assert "Secret Uncle" not in shown(stranger.get(link))
    assert stranger.post(link, {"answer": "perhaps"}).status_code == 422
    assert stranger.post(link, {"answer": "yes", "persons": "21"}).status_code == 422
    assert "Thank you." in shown(stranger.post(link, {"answer": "yes", "persons": "3"}, follow=True))
    assert "Change the answer" in shown(stranger.get(link))
    stranger.post(link, {"answer": "no", "persons": ""})
    guest.refresh_from_db()
    assert (guest.answer, guest.persons) == ("no", 1)
    assert stranger.get(f"{link[:-1]}x/").status_code == 404
    Ceremony.objects.update(starts=timezone.now() - timedelta(days=2))
    assert stranger.get(link).status_code == 410


def test_a_number_of_another_ceremony_is_none(client: Client, evening: Ceremony, other: Club) -> None:
    now = timezone.now()
    foreign = actions.plan_ceremony(other, title="X", starts=now, place="Y", text="", by=None, at=now)
    guest = actions.add_guest(foreign, name="Aunt", email="", athlete=None, by=None, at=now)
    assert client.get(f"/clubs/harbour/ceremonies/{foreign.pk}/").status_code == 404
    assert client.post(f"{evening.get_absolute_url()}guests/{guest.pk}/remove/").status_code == 404
    assert client.post(f"{evening.get_absolute_url()}attendance/", {"guest": guest.pk}).status_code == 404
