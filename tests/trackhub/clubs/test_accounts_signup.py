"""Sign-up makes a viewer and tells nobody who has an account; so does the reset of a password."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client, override_settings

from tests.factories import PASSWORD, UserFactory
from tests.trackhub.clubs.accounts import is_in, log_in, phone
from trackhub.clubs.models import Membership, User

pytestmark = pytest.mark.django_db

SIGNUP = "/accounts/signup/"
RESET = "/accounts/password/reset/"
SAID = {"name": "Nina New", "email": "Nina@Example.org", "password1": "seven slow laps", "password2": "seven slow laps"}


def link_in(body: str) -> str:
    found = re.search(r"http://testserver(/\S+)", body)
    assert found
    return found[1]


def test_a_sign_up_is_a_viewer_once_the_address_is_proven(client: Client) -> None:
    assert client.post(SIGNUP, SAID)["Location"] == "/accounts/confirm-email/"
    assert not is_in(client)
    assert log_in(Client(), "nina@example.org", "seven slow laps")["Location"] == "/accounts/confirm-email/"
    (sent,) = mail.outbox
    assert "nina@example.org" in sent.to
    address = link_in(sent.body)
    assert "Is nina@example.org your address?" in client.get(address).content.decode()
    client.post(address)
    fresh = Client()
    assert log_in(fresh, "nina@example.org", "seven slow laps")["Location"] == "/"
    assert is_in(fresh)
    user = User.objects.get()
    assert (user.name, user.email, user.is_superuser, user.is_staff) == ("Nina New", "nina@example.org", False, False)
    assert not Membership.objects.exists()


class CountingHasher(MD5PasswordHasher):
    """Hashing is what takes time: where one answer costs as many hashes as another, it takes as long."""

    algorithm = "counting"
    count = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.count += 1
        return str(super().encode(password, salt))


@pytest.mark.parametrize("door", ["page", "phone"])
def test_a_sign_up_costs_one_hash_whoever_has_the_address(alice: User, door: str) -> None:
    with override_settings(PASSWORD_HASHERS=[f"{__name__}.CountingHasher"]):
        for email in (alice.email, alice.email, "nobody@example.org"):
            CountingHasher.count = 0
            if door == "page":
                assert Client().post(SIGNUP, SAID | {"email": email}).status_code == 302
            else:
                phone(Client(), "auth/signup", {"name": "X", "email": email, "password": "seven slow laps"})
            assert CountingHasher.count == 1, email


POWERS = {
    "is_superuser": "on",
    "is_staff": "true",
    "is_active": "on",
    "role": "chief_registrar",
    "club": "harbour",
    "memberships-TOTAL_FORMS": "1",
    "memberships-0-role": "chief_registrar",
    "user_permissions": "1",
    "verified": "on",
}


def test_no_field_more_makes_more_of_a_sign_up(client: Client, harbour: object) -> None:
    client.post(SIGNUP, SAID | POWERS)
    phone(client, "auth/signup", {"name": "Phil", "email": "phil@example.org", "password": "eight slow laps"} | POWERS)
    for user in (User.objects.get(email="nina@example.org"), User.objects.get(email="phil@example.org")):
        assert not user.is_superuser
        assert not user.user_permissions.exists()
        assert not user.emailaddress_set.filter(verified=True).exists()
    assert not Membership.objects.exists()


def test_no_field_more_makes_more_of_an_account(client: Client, dana: User, harbour: object) -> None:
    client.force_login(dana)
    assert client.post("/accounts/", {"name": "Dana D", "email": "root@example.org"} | POWERS).status_code == 302
    dana = User.objects.get(pk=dana.pk)
    assert (dana.name, dana.email, dana.is_superuser) == ("Dana D", "dana@example.org", False)
    assert dana.memberships.get().role == "athlete"


def test_sign_up_answers_alike_for_a_known_address(alice: User) -> None:
    answers = []
    for email in (alice.email, alice.email.upper(), "nobody@example.org"):
        response = Client().post(SIGNUP, SAID | {"email": email})
        answers.append((response.status_code, response["Location"], sorted(response.headers)))
    assert answers[0] == answers[1] == answers[2]
    assert User.objects.filter(email__startswith="alice").count() == 1
    bodies = [sent.body for sent in mail.outbox]
    assert "already exists" in bodies[0]
    assert "confirm" in bodies[-1]


def test_a_phone_gets_one_answer_too(client: Client, alice: User) -> None:
    said = {"name": "X", "password": "seven slow laps"}
    known, unknown = (
        phone(Client(), "auth/signup", said | {"email": email}) for email in (alice.email, "nobody@example.org")
    )
    strip = re.compile(r'"session_token": ?"[^"]*"')
    assert known.status_code == unknown.status_code == 401
    assert strip.sub("", known.content.decode()) == strip.sub("", unknown.content.decode())


def test_the_reset_answers_alike_for_everybody(alice: User) -> None:
    UserFactory(email="unusable@example.org", password=None)
    answers = set()
    for email in (alice.email, "nobody@example.org", "unusable@example.org"):
        response = Client().post(RESET, {"email": email}, follow=True)
        page = re.sub(r'value="[^"]{64}"', "", response.content.decode())
        answers.add((response.status_code, response.redirect_chain[0], page))
    assert len(answers) == 1
    assert [sent.to for sent in mail.outbox] == [
        ["alice@example.org"],
        ["nobody@example.org"],
        ["unusable@example.org"],
    ]
    assert "password/reset/key" not in mail.outbox[1].body


def test_a_link_of_the_reset_works_once(client: Client, alice: User) -> None:
    client.post(RESET, {"email": alice.email})
    address = link_in(mail.outbox[0].body)
    form = client.get(address)["Location"]
    new = {"password1": "nine slow laps", "password2": "nine slow laps"}
    assert client.post(form, new)["Location"] == "/accounts/password/reset/key/done/"
    assert log_in(Client(), alice.email, "nine slow laps")["Location"] == "/"
    assert "has been used" in Client().get(address).content.decode()
    other = {"password1": "stolen slow laps", "password2": "stolen slow laps"}
    again = Client()
    again.get(address)
    assert "has been used" in again.post(form, other).content.decode()
    assert log_in(Client(), alice.email, "stolen slow laps").status_code == 200


def test_two_links_of_the_reset_are_no_two_resets(client: Client, alice: User) -> None:
    for _ in range(2):
        client.post(RESET, {"email": alice.email})
    first, second = (link_in(sent.body) for sent in mail.outbox)
    new = {"password1": "nine slow laps", "password2": "nine slow laps"}
    client.post(client.get(second)["Location"], new)
    assert "has been used" in Client().get(first).content.decode()


def test_a_forged_host_makes_no_mail(client: Client, alice: User) -> None:
    response = client.post(RESET, {"email": alice.email}, HTTP_HOST="evil.example")
    assert (response.status_code, mail.outbox) == (400, [])
    response = client.post(RESET, {"email": alice.email}, HTTP_X_FORWARDED_HOST="evil.example")
    assert "evil.example" not in mail.outbox[0].body


def test_a_change_of_address_counts_once_the_new_one_is_proven(client: Client, alice: User) -> None:
    log_in(client, alice.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "Alice@New.example", "action_add": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    assert "Once you follow the link there" in client.get("/accounts/email/").content.decode()
    client.post(link_in(mail.outbox[0].body))
    alice.refresh_from_db()
    assert alice.email == "alice@new.example"
    assert log_in(Client(), "alice@new.example")["Location"] == "/"
    assert log_in(Client(), "alice@example.org").status_code == 200


def test_a_code_by_mail_logs_in_and_tells_nobody_who_has_an_account(client: Client, alice: User) -> None:
    pages = []
    for email, one in ((alice.email, client), ("nobody@example.org", Client())):
        response = one.post("/accounts/login/code/", {"email": email}, follow=True)
        shown = response.content.decode().split("<main")[1].split("</main>")[0]
        pages.append((response.status_code, response.redirect_chain, shown))
    tokens = re.compile(r'value="[^"]{64}"')
    mailboxes = re.compile(r"(alice|nobody)@example\.org")
    said = [(status, chain, mailboxes.sub("", tokens.sub("", page))) for status, chain, page in pages]
    assert said[0] == said[1]
    code = next(line for line in mail.outbox[0].body.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,9}", line))
    assert client.post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/"
    assert is_in(client)
