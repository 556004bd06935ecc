"""The members' page, and the page behind an invitation's link."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import MembershipFactory, UserFactory
from trackhub.clubs.actions.inviting import invite_person, token_of
from trackhub.clubs.models import AuditEntry, Club, Invitation, Membership, User

pytestmark = pytest.mark.django_db

PAGE = "/clubs/harbour/members/"
EVE = {"email": "eve@example.org", "role": "coach", "starts": "", "ends": ""}


@pytest.fixture
def desk(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def offer(alice: User, harbour: Club) -> Invitation:
    said: dict[str, Any] = {"email": "eve@example.org", "role": "coach", "starts": None, "ends": None}
    return invite_person(harbour, by=alice, at=timezone.now(), site="http://testserver", **said)


@pytest.fixture
def link(offer: Invitation) -> str:
    return f"/invitations/{token_of(offer)}/"


@pytest.fixture
def eve(db: None) -> Client:
    client = Client()
    client.force_login(UserFactory(email="eve@example.org", name="Eve"))
    return client


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def test_the_list_says_who_is_what_from_when_to_when(desk: Client, harbour: Club, bob: User) -> None:
    MembershipFactory(club=harbour, user=UserFactory(name="Past"), ends=today(-1))
    MembershipFactory(club=harbour, user=UserFactory(name="Future", email="f@example.org"), starts=today(1))
    MembershipFactory(club=harbour, user=UserFactory(name="", email="nameless@example.org"), role="coach")
    page = text(desk, PAGE)
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    assert rows[1] == "Alice alice@example.org chief registrar for good"
    assert rows[2] == "Bob bob@example.org registrar for good"
    assert rows[3] == "nameless@example.org coach for good"
    assert rows[4].startswith("Future f@example.org viewer from") and rows[4].endswith("still to come")
    assert rows[5].endswith("over")
    assert "No invitation is waiting" in page


def test_a_long_list_has_pages(desk: Client, harbour: Club) -> None:
    for number in range(101):
        MembershipFactory(club=harbour, user=UserFactory(name=f"N{number:03}"))
    first, second = text(desk, PAGE), text(desk, PAGE + "?page=2")
    assert ("N000" in first, "N100" in first, "?page=2" in first) == (True, False, True)
    assert ("N000" in second, "N100" in second) == (False, True)


def test_a_stranger_in_the_list_is_text(desk: Client, harbour: Club) -> None:
    MembershipFactory(club=harbour, user=UserFactory(name="<img src=x onerror=alert(1)>"))
    page = text(desk, PAGE)
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_inviting_from_the_page(desk: Client, harbour: Club) -> None:
    response = desk.post(PAGE, EVE | {"ends": str(today(3))}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    page = response.content.decode()
    assert "on its way to eve@example.org" in page
    made = Invitation.objects.get()
    assert (made.club, made.role, made.ends, made.accepted) == (harbour, "coach", today(3), None)
    assert "http://testserver/invitations/" in mail.outbox[0].body
    assert not Membership.objects.filter(user__email="eve@example.org").exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"email": "eve"}, "valid email"),
        ({"role": "emperor"}, "not one of the available choices"),
        ({"starts": "2026-13-01"}, "valid date"),
        ({"starts": "2099-02-01", "ends": "2099-01-01"}, "The last day is before the first."),
        ({"ends": "2020-01-01"}, "This day is over"),
        ({"email": "alice@example.org"}, "Nobody gives themselves a role"),
    ],
)
def test_a_form_that_is_wrong_keeps_what_was_typed(desk: Client, said: dict[str, str], sentence: str) -> None:
    response = desk.post(PAGE, EVE | said)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "is violated" not in page
    assert f'value="{(EVE | said)["email"]}"' in page
    assert not Invitation.objects.exists()


def test_too_many_mails_to_one_address(desk: Client, settings: Any) -> None:
    settings.INVITATION_LIMITS = settings.INVITATION_LIMITS | {"address": (2, 86_400)}
    desk.post(PAGE, EVE)
    address = reverse("resend_invitation", args=["harbour", Invitation.objects.get().pk])
    assert desk.post(address).status_code == 302
    assert "has been sent enough invitations" in desk.post(address, follow=True).content.decode()
    response = desk.post(PAGE, EVE | {"role": "viewer"})
    page = response.content.decode()
    assert (response.status_code, 'value="eve@example.org"' in page) == (422, True)
    assert "has been sent enough invitations" in page
    assert (len(mail.outbox), Invitation.objects.get().role) == (2, "coach")


def test_no_field_makes_more_than_an_invitation(desk: Client, alice: User, harbour: Club, other: Club) -> None:
    extra = {"club": other.pk, "by": 1, "accepted": "2026-01-01", "expires": "2099-01-01", "accepted_by": alice.pk}
    desk.post(PAGE, EVE | extra)
    made = Invitation.objects.get()
    assert (made.club, made.by, made.accepted, made.accepted_by) == (harbour, alice, None, None)
    assert made.expires < timezone.now() + timedelta(days=15)


def test_a_mail_server_that_is_down_is_told(desk: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert "could not be sent" in desk.post(PAGE, EVE, follow=True).content.decode()
    assert Invitation.objects.count() == 1


def test_open_and_expired_invitations_can_be_sent_again_or_withdrawn(desk: Client, offer: Invitation) -> None:
    assert "eve@example.org" in text(desk, PAGE)
    Invitation.objects.update(expires=timezone.now() - timedelta(days=1))
    assert "expired" in text(desk, PAGE)
    page = desk.post(f"/clubs/harbour/invitations/{offer.pk}/send/", follow=True).content.decode()
    assert "on its way to eve@example.org" in page
    assert "open until" in page
    page = desk.post(f"/clubs/harbour/invitations/{offer.pk}/withdraw/", follow=True).content.decode()
    assert "is withdrawn" in page
    assert "No invitation is waiting" in page
    for act in ("send", "withdraw"):
        page = desk.post(f"/clubs/harbour/invitations/{offer.pk}/{act}/", follow=True).content.decode()
        assert "accepted or withdrawn" in page


def test_changing_a_member(desk: Client, harbour: Club, dana: User) -> None:
    row = Membership.objects.get(user=dana)
    address = f"{PAGE}{row.pk}/"
    assert "Dana" in text(desk, address)
    extra = {"user": UserFactory().pk, "club": 0, "is_superuser": "on"}
    response = desk.post(address, {"role": "coach", "starts": "", "ends": str(today(9))} | extra)
    assert response["Location"] == PAGE
    row.refresh_from_db()
    assert (row.user, row.club, row.role, row.ends) == (dana, harbour, "coach", today(9))
    response = desk.post(address, {"role": "viewer", "starts": str(today(9)), "ends": str(today(8))})
    assert response.status_code == 422
    assert "The last day is before the first." in response.content.decode()
    row.refresh_from_db()
    assert row.role == "coach"


def test_ones_own_page_has_no_form(desk: Client, alice: User) -> None:
    row = Membership.objects.get(user=alice)
    page = text(desk, f"{PAGE}{row.pk}/")
    assert "This is you." in page
    assert 'name="role"' not in page
    response = desk.post(f"{PAGE}{row.pk}/", {"role": "viewer"})
    assert response.status_code == 422
    assert "their own role" in desk.post(f"{PAGE}{row.pk}/end/", follow=True).content.decode()
    assert Membership.objects.get(user=alice).role == "chief_registrar"


def test_ending_a_membership_ends_what_it_opened(desk: Client, bob: User) -> None:
    at_work = Client()
    at_work.force_login(bob)
    assert at_work.get("/clubs/harbour/imports/").status_code == 200
    page = desk.post(f"{PAGE}{Membership.objects.get(user=bob).pk}/end/", follow=True).content.decode()
    assert "The membership of Bob has ended." in page
    assert at_work.get("/clubs/harbour/imports/").status_code == 404


@pytest.mark.parametrize("route", ["members/{member}/", "members/{member}/end/", "invitations/{offer}/send/", "invitations/{offer}/withdraw/"])  # fmt: skip
def test_another_clubs_rows_are_not_reached_through_ones_own(
    route: str, client: Client, charlie: User, dana: User, offer: Invitation
) -> None:
    client.force_login(charlie)
    path = route.format(member=Membership.objects.get(user=dana).pk, offer=offer.pk)
    assert client.post(f"/clubs/other/{path}", {"role": "viewer"}).status_code == 404
    assert client.post(f"/clubs/harbour/{path}", {"role": "viewer"}).status_code == 404
    assert client.get("/clubs/nowhere/members/").status_code == 404
    assert Invitation.objects.open(timezone.now()).count() == 1


@pytest.mark.parametrize("who", ["bob", "dana"])
def test_insiders_without_the_right_learn_whom_to_ask(who: str, request: Any, client: Client, alice: User) -> None:
    client.force_login(request.getfixturevalue(who))
    for address in (PAGE, "/clubs/harbour/settings/"):
        response = client.get(address)
        page = response.content.decode()
        assert response.status_code == 403
        assert "The roles that include it: chief registrar." in page
        assert "Who can give you another: Alice." in page


def test_the_import_desk_says_it_too_and_outsiders_learn_nothing(
    client: Client, dana: User, charlie: User, alice: User
) -> None:
    client.force_login(dana)
    assert "The roles that include it: chief registrar, registrar." in text(client, "/clubs/harbour/imports/")
    client.force_login(charlie)
    response = client.get(PAGE)
    assert response.status_code == 404
    assert "Alice" not in response.content.decode()


def test_every_post_wants_its_token_and_a_login(alice: User, dana: User, offer: Invitation, link: str) -> None:
    strict, nobody = Client(enforce_csrf_checks=True), Client()
    strict.force_login(alice)
    row = Membership.objects.get(user=dana).pk
    at = "/clubs/harbour/"
    for address in (
        PAGE,
        f"{PAGE}{row}/",
        f"{PAGE}{row}/end/",
        f"{at}invitations/{offer.pk}/send/",
        f"{at}invitations/{offer.pk}/withdraw/",
        f"{at}settings/",
        f"{at}links/",
    ):
        assert strict.post(address).status_code == 403
        assert nobody.post(address)["Location"].startswith("/accounts/login/?next=")
    assert strict.post(link).status_code == 403


def test_the_menu_leads_there_only_those_who_may(client: Client, alice: User, bob: User, dana: User) -> None:
    seen = {}
    for user in (alice, bob, dana):
        client.force_login(user)
        head = text(client, "/athletes/?q=x").split("</header>")[0]
        seen[user.name] = (PAGE in head, "/clubs/harbour/links/" in head)
    assert seen == {"Alice": (True, False), "Bob": (False, True), "Dana": (False, False)}


def test_the_link_shows_the_invited_person_the_offer(eve: Client, link: str) -> None:
    page = text(eve, link)
    assert "Harbour AC invites you as coach" in page
    assert "Invited by Alice." in page
    assert "for good" in page
    response = eve.post(link, follow=True)
    assert response.redirect_chain == [("/clubs/harbour/", 302)]
    assert "You are coach of Harbour AC now." in response.content.decode()
    assert eve.session["club"] == "harbour"
    assert Membership.objects.get(user__email="eve@example.org").role == "coach"
    assert list(AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[:2]) == [
        "make_membership",
        "accept_invitation",
    ]


def test_looking_accepts_nothing_and_fields_change_nothing(eve: Client, link: str) -> None:
    text(eve, link)
    assert not Membership.objects.filter(user__email="eve@example.org").exists()
    eve.post(link, {"role": "chief_registrar", "club": "other", "ends": ""})
    assert Membership.objects.get(user__email="eve@example.org").role == "coach"


def test_a_member_is_told_that_the_role_changes(client: Client, alice: User, dana: User, harbour: Club) -> None:
    said: dict[str, Any] = {"email": dana.email, "role": "coach", "starts": None, "ends": None}
    offer = invite_person(harbour, by=alice, at=timezone.now(), site="", **said)
    client.force_login(dana)
    assert "You are athlete of this club now." in text(client, f"/invitations/{token_of(offer)}/")


def test_a_visitor_is_led_to_the_login_and_learns_nothing(client: Client, link: str) -> None:
    for response in (client.get(link), client.post(link)):
        page = response.content.decode()
        assert response.status_code == 200
        assert f"/accounts/login/?next={link.replace('/', '%2F').replace(':', '%3A')}" in page
        assert "/accounts/signup/?next=" in page
        assert "Harbour" not in page
        assert "eve@" not in page
    assert not Invitation.objects.exclude(accepted=None).exists()


def test_another_account_learns_which_one_is_needed_and_nothing_else(client: Client, charlie: User, link: str) -> None:
    client.force_login(charlie)
    for response in (client.get(link), client.post(link)):
        page = response.content.decode()
        assert response.status_code == 403
        assert "This invitation is for eve@example.org." in page
        assert "Harbour" not in page
        assert "coach" not in page


def test_an_address_that_is_not_proven_is_not_enough(eve: Client, link: str) -> None:
    EmailAddress.objects.filter(email="eve@example.org").update(verified=False)
    response = eve.post(link)
    assert response.status_code == 403
    assert "Confirm your e-mail address first" in response.content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"accepted": timezone.now()}, "has been used"),
        ({"withdrawn": timezone.now()}, "was withdrawn"),
        ({"expires": timezone.now()}, "has expired"),
        ({"ends": date(2020, 1, 1)}, "a day that is over"),
    ],
)
def test_a_closed_link_says_why(change: dict[str, Any], sentence: str, eve: Client, link: str) -> None:
    Invitation.objects.update(**change)
    for who in (eve, Client()):
        for response in (who.get(link), who.post(link)):
            assert response.status_code == 410
            assert sentence in response.content.decode()
    assert not Membership.objects.filter(user__email="eve@example.org").exists()


@pytest.mark.parametrize("token", ["1", "1:x", "x", "%00", "1:" + "A" * 43])
def test_a_forged_link_is_nothing(token: str, eve: Client, offer: Invitation) -> None:
    assert eve.get(f"/invitations/{token}/").status_code == 404
    assert eve.post(f"/invitations/{token}/").status_code == 404
