"""Where the site leads: never away, whatever an address, a form or a header says."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client, override_settings

from tests.answers import closing
from tests.factories import PASSWORD
from tests.security.conftest import Site
from tests.security.routes import all_routes
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

AWAY = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "https:///evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://testserver@evil.example/",
    "/%0d%0aSet-Cookie:x=1",
    "\t//evil.example/",
)
FIELDS = ("next", "return_to", "url", "redirect_to", "callback_url", "continue")


def leads_home(location: str) -> bool:
    """As a browser reads it: backslashes are slashes, blanks at the start don't count."""
    read = urlsplit(location.strip().replace("\\", "/"))
    return read.scheme in ("", "http", "https") and read.netloc in ("", "testserver") and "\n" not in location


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
def test_no_route_leads_away(away: str, alice: User, harbour: Club) -> None:
    """By GET and POST, logged in and not, whatever the field is called."""
    said = dict.fromkeys(FIELDS, away)
    anonymous, known = Client(), Client()
    seen = 0
    for route in all_routes():
        if route.name.startswith(("api:", "headless:", "admin:records_", "admin:clubs_")):
            continue
        known.force_login(alice)  # the walk comes by the logout as well
        for client in (anonymous, known):
            for method in (client.get, client.post):
                with closing(method(route.address, said)) as answer:
                    if location := answer.headers.get("Location"):
                        seen += 1
                        assert leads_home(location), (route.address, location)
    assert seen > 100


@pytest.mark.parametrize("away", AWAY)
def test_a_login_a_switch_and_a_language_lead_nowhere_else(away: str, alice: User, harbour: Club) -> None:
    """Where ``next`` is followed once the form is right."""
    client = Client()
    for address, said in (
        ("/language/", {"language": "es"}),
        ("/accounts/login/", {"login": alice.email, "password": PASSWORD}),
        ("/accounts/club/", {"club": "harbour"}),
        ("/accounts/reauthenticate/", {"password": PASSWORD}),
        ("/accounts/logout/", {}),
    ):
        ask = client.get if address == "/language/" else client.post
        answer = ask(address, said | {"next": away}, headers={"Referer": "https://evil.example/"})
        assert answer.status_code == 302, address
        assert leads_home(answer["Location"]), (address, answer["Location"])
        assert "x" not in answer.cookies


def test_another_host_gets_no_page_and_no_mail(site: Site, alice: User) -> None:
    for host in ("evil.example", "testserver.evil.example", "testserver@evil.example", "evil.example:80", "[::1]x"):
        client = Client(headers={"Host": host})
        for address in ("/", "/accounts/login/", "/api/v1/", "/nowhere/", "/health"):
            assert client.get(address).status_code == 400 or address == "/health", (host, address)
        assert client.post("/accounts/password/reset/", {"email": alice.email}).status_code == 400
    assert len(mail.outbox) == 1  # the invitation of ``site``


def test_what_a_proxy_may_say_about_the_host_is_not_believed(site: Site, alice: User) -> None:
    """Links in pages and mails come from the Host that was checked, never from what stands beside it."""
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Host": "evil.example"}
    client = Client(headers=forged)
    client.force_login(alice)
    mail.outbox.clear()
    Client(headers=forged).post("/accounts/password/reset/", {"email": alice.email})
    client.post("/clubs/harbour/members/", {"email": "nina@example.org", "role": "viewer"})
    assert len(mail.outbox) == 2
    assert all("http://testserver/" in sent.body and "evil.example" not in sent.body for sent in mail.outbox)
    for route in ("official_link", "members", "home"):
        assert "evil.example" not in client.get(site.address(route)).content.decode()


@override_settings(SECURE_SSL_REDIRECT=True)
def test_the_way_to_https_is_the_same_host() -> None:
    assert Client().get("/clubs/?a=1")["Location"] == "https://testserver/clubs/?a=1"
    assert Client(headers={"Host": "evil.example"}).get("/clubs/").status_code == 400


def test_a_name_with_line_breaks_breaks_no_mail(alice: User, harbour: Club) -> None:
    """Whoever names a club or themselves sends no mail to others by it."""
    Club.objects.filter(pk=harbour.pk).update(name="Harbour\r\nBcc: evil@example.org\r\n\r\nBuy!")
    User.objects.filter(pk=alice.pk).update(name="Alice\nBcc: evil@example.org")
    client = Client()
    client.force_login(alice)
    said = {"email": "nina@example.org", "role": "viewer"}
    assert client.post("/clubs/harbour/members/", said).status_code == 302
    Client().post("/accounts/password/reset/", {"email": alice.email})
    assert len(mail.outbox) == 2
    for sent in mail.outbox:
        assert "Bcc" not in sent.message()
        assert sent.recipients() in ([said["email"]], [alice.email])
