"""Pages of news: what they show to whom, and that text stays text."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from federations.actions.news import announce_news
from federations.models import NewsItem
from tests.factories import UserFactory
from tests.federations.news import news
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

LONG = "A first paragraph with https://club.example/page in it.\n\nA <b>second</b> one.\njavascript:alert(1)"


def text(client: Client, address: str, status: int = 200, **said: object) -> str:
    response = client.get(address, said or None)
    assert response.status_code == status, address
    return response.content.decode()


def test_an_item_is_paragraphs_with_links_and_no_markup(client: Client, harbour: Club) -> None:
    item = news(harbour, body=LONG, summary="In short.", language="pt", title="Año nuevo")
    page = text(client, item.get_absolute_url())
    assert item.get_absolute_url().endswith("-ano-nuevo/")
    for said in (
        "Año nuevo",
        "In short.",
        'lang="pt"',
        '<a href="https://club.example/page" rel="nofollow">',
        "Harbour AC",
    ):
        assert said in page, said
    assert page.count("<p>A ") == 2
    assert "<b>second</b>" not in page and "&lt;b&gt;second" in page
    assert 'href="javascript' not in page
    assert "/admin/federations/newsitem/" not in page


def test_a_title_without_latin_letters_has_an_address(client: Client) -> None:
    item = news(title="新しいトラック")
    assert item.get_absolute_url() == f"/news/{item.pk}-news/"
    assert "新しいトラック" in text(client, item.get_absolute_url())


def test_the_address_corrects_itself(client: Client) -> None:
    item = news()
    response = client.get(f"/news/{item.pk}-other/")
    assert (response.status_code, response["Location"]) == (302, item.get_absolute_url())


def test_the_list_is_paged_and_of_one_club(client: Client, harbour: Club, other: Club) -> None:
    now = timezone.now()
    for n in range(21):
        news(harbour, title=f"Harbour {n:02}", at=now - timedelta(days=n + 1))
    news(other, title="Of others")
    page = text(client, "/news/")
    assert page.index("Of others") < page.index("Harbour 00") < page.index("Harbour 18")
    assert "Harbour 19" not in page
    assert "Harbour 19" in text(client, "/news/", page=2)
    assert "The list ends before this page." in text(client, "/news/", page=9)
    page = text(client, "/news/", club="harbour")
    assert "News of Harbour AC" in page and "Of others" not in page
    text(client, "/news/", 404, club="nowhere")


def test_an_empty_list_says_so(client: Client, harbour: Club) -> None:
    assert "No news yet." in text(client, "/news/")
    assert 'id="news"' not in text(client, "/")
    assert "club-news" not in text(client, "/clubs/harbour/")


PLACES = (
    "/",
    "/news/",
    "/clubs/harbour/",
    "/news/feed/",
    "/search/?q=secret",
    "/api/v1/news/",
    "/api/v1/search/?q=secret",
)


@pytest.mark.parametrize("address", PLACES)
def test_members_news_is_for_members_alone(
    address: str, client: Client, harbour: Club, dana: User, charlie: User
) -> None:
    item = news(harbour, title="Secret training", audience="members")
    for user in (None, charlie, UserFactory()):
        if user:
            client.force_login(user)
        assert "Secret training" not in text(client, address), user
        text(client, item.get_absolute_url(), 404)
        text(client, f"/api/v1/news/{item.pk}/", 404)
    client.force_login(dana)
    # A feed is the same for everybody, so it never has it.
    assert ("Secret training" in text(client, address)) == (address != "/news/feed/")
    assert "for members" in text(client, item.get_absolute_url())


@pytest.mark.parametrize("address", PLACES)
def test_news_to_come_is_read_by_nobody_but_who_writes_it(
    address: str, client: Client, harbour: Club, bob: User, dana: User
) -> None:
    item = news(harbour, title="Secret plan", at=timezone.now() + timedelta(hours=1))
    for user in (None, dana):
        if user:
            client.force_login(user)
        assert "Secret plan" not in text(client, address)
        text(client, item.get_absolute_url(), 404)
    client.force_login(bob)
    assert "Secret plan" not in text(client, address)
    page = text(client, item.get_absolute_url())
    assert "Nobody else sees this yet" in page
    assert f"/admin/federations/newsitem/{item.pk}/change/" in page


def test_news_of_the_site_for_members_is_for_whoever_has_a_role(client: Client, dana: User) -> None:
    item = news(None, audience="members")
    client.force_login(UserFactory())
    text(client, item.get_absolute_url(), 404)
    client.force_login(dana)
    text(client, item.get_absolute_url())


def test_the_feed_is_rss_and_changes_with_a_deed(client: Client, harbour: Club, other: Club) -> None:
    news(harbour, title="First & <only>", summary="In short.")
    news(other, title="Of others")
    answer = client.get("/news/feed/", {"club": "harbour"})
    assert answer["Content-Type"].startswith("application/rss+xml")
    assert "public" in answer["Cache-Control"]
    (item,) = ElementTree.fromstring(answer.content).iter("item")  # noqa: S314
    assert (item.findtext("title"), item.findtext("description")) == ("First & <only>", "In short.")
    assert "/news/" in str(item.findtext("link"))
    tag = answer["ETag"]
    later = news(harbour, title="To come soon", at=timezone.now() + timedelta(seconds=5))
    tag = client.get("/news/feed/")["ETag"]
    assert client.get("/news/feed/", headers={"If-None-Match": tag}).status_code == 304
    NewsItem.objects.filter(pk=later.pk).update(published_at=timezone.now())  # its hour has come
    announce_news(at=timezone.now())
    answer = client.get("/news/feed/", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "To come soon" in answer.content.decode()
    assert client.get("/news/feed/", {"club": "nowhere"}).status_code == 404


def test_home_and_the_clubs_page_have_the_latest(client: Client, harbour: Club, other: Club) -> None:
    news(harbour, title="Of harbour")
    news(other, title="Of others")
    page = text(client, "/")
    assert "Of harbour" in page and "Of others" in page
    page = text(client, "/clubs/harbour/")
    assert "Of harbour" in page and "Of others" not in page


@pytest.mark.parametrize("many", [1, 15])
def test_the_list_asks_two_queries_however_long(
    client: Client, harbour: Club, many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _n in range(many):
        news(harbour)
    with django_assert_max_num_queries(2):
        client.get("/news/")


def test_search_finds_news_on_the_page_and_in_the_palette(client: Client, harbour: Club) -> None:
    for n in range(12):
        news(harbour, title=f"Fixtures for week {n}")
    news(harbour, title="Something else", summary="with fixtures in the summary")
    for headers in ({}, {"HX-Target": "palette-found"}):
        page = client.get("/search/", {"q": "FIXTURES"}, headers=headers).content.decode()
        assert "Fixtures for week 11" in page and "kind=news" in page
    page = text(client, "/search/", q="fixtures", kind="news")
    assert "in the summary" not in page and "Something else" in page
    assert page.count("Fixtures for week") == 12
    assert "spelled nearly like that" in text(client, "/search/", q="fixturas", kind="news")
