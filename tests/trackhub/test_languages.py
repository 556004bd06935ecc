"""Each page has an address in each language; what the address names holds for that page alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.factories import AthleteFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

HOST = "http://testserver"


def links(client: Client, address: str) -> dict[str, str]:
    """By language, where the page says it stands; its canonical address under ''."""
    page = client.get(address).content.decode().replace("&amp;", "&")
    found = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))
    canonical = re.findall(r'<link rel="canonical" href="([^"]+)">', page)
    assert len(canonical) == 1
    return {**found, "": canonical[0]}


def said(client: Client, address: str, **headers: str) -> str | None:
    """The language of an answer, which its page and its header agree on."""
    response = client.get(address, headers=headers)
    spoken = re.search(r'<html lang="(\w+)">', response.content.decode())
    assert spoken and spoken[1] == response["Content-Language"]
    return spoken[1]


def test_the_address_says_more_than_the_cookie_and_the_browser(client: Client) -> None:
    assert said(client, "/") == "en"
    assert said(client, "/", **{"Accept-Language": "pt-BR,pt;q=0.9"}) == "pt"
    assert said(client, "/?lang=es", **{"Accept-Language": "pt"}) == "es"
    client.get("/language/", {"language": "pt"})
    assert (said(client, "/"), said(client, "/?lang=es"), said(client, "/?lang=en")) == ("pt", "es", "en")
    assert said(client, "/") == "pt"


@pytest.mark.parametrize("nonsense", ["xx", "", "ES", "es-AR", "../es", "e\0s"])
def test_a_language_that_isnt_spoken_here_is_not_heard(client: Client, nonsense: str) -> None:
    assert said(client, f"/?lang={nonsense}", **{"Accept-Language": "pt"}) == "pt"
    assert links(client, f"/?lang={nonsense}")[""] == f"{HOST}/"


def test_what_the_address_names_is_remembered_nowhere(client: Client) -> None:
    response = client.get("/clubs/?lang=es")
    assert "django_language" not in response.cookies
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_each_language_has_its_address(client: Client, harbour: Club) -> None:
    other = {"en": "en", "es": "es", "pt": "pt"}
    expected = {code: f"{HOST}/clubs/harbour/?sex=F&lang={code}" for code in other}
    expected["x-default"] = f"{HOST}/clubs/harbour/?sex=F"
    assert links(client, "/clubs/harbour/?sex=F") == {**expected, "": expected["x-default"]}
    # Every one of them names all the others, and itself as the one that counts.
    for code in other:
        assert links(client, f"/clubs/harbour/?lang={code}&sex=F") == {**expected, "": expected[code]}


def test_empty_fields_of_a_filter_make_no_second_address(client: Client) -> None:
    assert links(client, "/athletes/?q=&sex=F&page=")[""] == f"{HOST}/athletes/?sex=F"


def test_the_switch_leads_back_to_the_page_without_the_language_of_before(client: Client) -> None:
    AthleteFactory(family_name="Swift")
    page = client.get("/athletes/?q=swift&lang=es").content.decode()
    back = re.search(r'name="next" value="([^"]+)">\s*<button class="plain" name="language"', page)
    assert back and back[1] == "/athletes/?q=swift"
    response = client.get("/language/", {"language": "pt", "next": back[1]})
    assert response["Location"] == back[1]
    assert said(client, back[1]) == "pt"


def test_lists_that_a_page_asks_for_come_in_its_language(client: Client) -> None:
    assert 'hx-vals=\'{"lang":"es"}\'' in client.get("/rankings/?lang=es").content.decode()
    assert "hx-vals" not in client.get("/rankings/").content.decode()
    assert "hx-vals" not in client.get("/rankings/?lang=\"}'><b>").content.decode()


@pytest.mark.parametrize("address", ["/nowhere/", "/clubs/nowhere/", "/accounts/login/", "/accounts/password/reset/"])
def test_what_isnt_there_for_everybody_has_no_addresses(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert "hreflang" not in page and "canonical" not in page


def test_search_engines_have_no_account_and_host_names_are_checked_first(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "canonical" not in client.get("/clubs/").content.decode()
    assert client.get("/", headers={"Host": "nobody.example"}).status_code == 400
