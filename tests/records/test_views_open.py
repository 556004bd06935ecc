"""What other sites, programs and screens fetch: feeds, embeds, share images, slides, the yearbook."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from records.actions.medals import enter_awards
from records.models import Athlete, Performance
from records.queries.boards import book_of
from records.queries.cards import card_of_athlete, card_of_club, card_of_record
from records.queries.placings import Contest, Placing
from records.queries.stories import story_of
from records.queries.yearbook import printed
from tests.factories import NOW, AthleteFactory, PerformanceFactory, discipline
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
HIDDEN = "Shylock"


@pytest.fixture
def sam(harbour: Club) -> Performance:
    athlete = AthleteFactory(given_name="Sam", family_name="Open", club=harbour)
    return PerformanceFactory(
        athlete=athlete, mark="10.80", wind=5, on=date(2026, 11, 16), competition="Cup & Shield", venue="Leeds"
    )


@pytest.fixture
def shy(harbour: Club, sam: Performance) -> Performance:
    """Faster than Sam, and hidden."""
    athlete = AthleteFactory(given_name="Antonia", family_name=HIDDEN, club=harbour, visibility="club")
    return PerformanceFactory(athlete=athlete, mark="10.50", wind=5, on=date(2026, 11, 17), venue="Leeds")


def rss_items(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/rss+xml; charset=utf-8")
    channel = ElementTree.fromstring(answer.content)  # noqa: S314  # our own
    return [{part.tag: part.text or "" for part in item} for item in channel.iter("item")]


def test_a_feed_of_records_tells_each_once_with_its_page(client: Client, sam: Performance) -> None:
    (one,) = rss_items(client, "/feeds/clubs/harbour/records.rss")
    assert one["title"] == "100 m: 10.80 s (+0.5) – Sam Open"
    assert "Cup & Shield, Leeds" in one["description"] and "16 Nov 2026" in one["description"]
    assert one["link"].startswith("http://testserver/records/harbour/100/M/")
    assert client.get(one["link"]).status_code == 200
    assert one["pubDate"].startswith("Mon, 16 Nov 2026")


def test_the_json_feed_says_the_same_as_the_rss(client: Client, sam: Performance) -> None:
    said = client.get("/feeds/results.json").json()
    (item,) = said["items"]
    (same,) = rss_items(client, "/feeds/results.rss")
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert (item["title"], item["content_text"], item["id"]) == (same["title"], same["description"], same["guid"])
    assert item["url"] == f"http://testserver/performances/{sam.pk}/"


def test_a_club_s_feed_is_the_club_s_alone(client: Client, sam: Performance, other: Club) -> None:
    assert rss_items(client, "/feeds/clubs/other/results.rss") == []
    assert rss_items(client, "/feeds/clubs/other/records.rss") == []


def test_characters_that_xml_cannot_write_break_no_feed(client: Client, sam: Performance) -> None:
    Performance.objects.filter(pk=sam.pk).update(venue="Le\x0beds\x1f")
    (one,) = rss_items(client, "/feeds/results.rss")
    assert "Le eds" in one["description"]


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/medals.rss", "/feeds/records.exe", "/feeds/clubs/nobody/records.rss", "/cards/clubs/nobody.png",
        "/cards/athletes/99999999.png", "/cards/records/harbour/100%00/M.png", "/cards/records/harbour/nix/M.png",
        "/cards/records/nobody/100/M.png", "/clubs/nobody/kiosk/", "/clubs/nobody/share/",
        "/clubs/harbour/seasons/0/yearbook.pdf", "/clubs/harbour/seasons/9999999/yearbook.pdf",
        "/clubs/nobody/seasons/2026/yearbook.pdf", "/embed/clubs/nobody/records/", "/embed/clubs/nobody/results/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_to_be_missing(client: Client, harbour: Club, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "asked", ["?page=99", "?page=-1", "?sex=Q", "?discipline=%00", "?on=0000-00-00", '?theme="><evil']
)
@pytest.mark.parametrize(
    "page", ["embed/clubs/harbour/records/", "embed/clubs/harbour/results/", "clubs/harbour/kiosk/"]
)
def test_hostile_addresses_get_a_page(client: Client, sam: Performance, page: str, asked: str) -> None:
    answer = client.get(f"/{page}{asked}")
    assert answer.status_code == 200
    assert b'"><evil' not in answer.content


OPEN = [
    "/feeds/records.rss", "/feeds/clubs/harbour/results.json", "/embed/clubs/harbour/records/",
    "/embed/clubs/harbour/results/", "/cards/clubs/harbour.png",
]  # fmt: skip


@pytest.mark.parametrize("address", OPEN)
def test_neither_cookies_nor_the_visitor_matter(alice: User, sam: Performance, shy: Performance, address: str) -> None:
    """Alice may see Antonia; what other sites get is the same for everybody."""
    insider, outsider = Client(), Client()
    insider.force_login(alice)
    insider.cookies["django_language"] = "es"
    known, unknown = insider.get(address), outsider.get(address)
    assert known.content == unknown.content
    assert HIDDEN.encode() not in known.content
    assert not known.cookies and not unknown.cookies
    assert "Cookie" not in known.get("Vary", "")
    assert known["Cache-Control"] == "public, max-age=300"
    assert known["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_language_is_the_address_s_or_the_browser_s(client: Client, sam: Performance) -> None:
    spanish = client.get("/embed/clubs/harbour/records/?lang=es")
    assert spanish["Content-Language"] == "es" and b'<html lang="es"' in spanish.content
    assert client.get("/feeds/records.json", headers={"Accept-Language": "pt"}).json()["language"] == "pt"
    assert client.get("/feeds/records.json?lang=xx").json()["language"] == "en"


@pytest.mark.parametrize("address", OPEN)
def test_an_answer_that_stands_is_not_sent_twice(client: Client, sam: Performance, address: str) -> None:
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(address, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    PerformanceFactory(athlete=sam.athlete, mark="10.70", on=date(2026, 11, 18), wind=5)
    second = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200 and second.content != first.content


@pytest.mark.parametrize("what", ["records", "results"])
def test_any_site_may_frame_an_embed_and_only_an_embed(client: Client, sam: Performance, what: str) -> None:
    answer = client.get(f"/embed/clubs/harbour/{what}/?theme=dark")
    assert (
        "frame-ancestors *" in answer["Content-Security-Policy"] and "'none' *" not in answer["Content-Security-Policy"]
    )
    assert "X-Frame-Options" not in answer
    assert b'data-theme="dark"' in answer.content and b"<form" not in answer.content
    for address in ("/clubs/harbour/", "/clubs/harbour/share/", "/clubs/harbour/kiosk/"):
        page = client.get(address)
        assert page["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_the_script_has_an_address_that_stays(client: Client) -> None:
    answer = client.get(reverse("board_script"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/static/embed/trackhub-board")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_an_embed_is_filtered_like_the_board(client: Client, sam: Performance) -> None:
    assert b"Sam Open" in client.get("/embed/clubs/harbour/records/?sex=M&discipline=100").content
    assert b"Sam Open" not in client.get("/embed/clubs/harbour/records/?sex=F").content


@pytest.mark.parametrize(
    "address", ["/cards/clubs/harbour.png", "/cards/records/harbour/100/M.png", "/cards/athletes/{sam}.png"]
)
def test_a_share_image_is_a_png_of_the_size_that_networks_ask_for(
    client: Client, sam: Performance, address: str
) -> None:
    answer = client.get(address.format(sam=sam.athlete_id))
    assert answer["Content-Type"] == "image/png"
    with Image.open(BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))


def test_the_words_of_a_share_image(harbour: Club, sam: Performance) -> None:
    book = book_of(harbour)
    assert book is not None and sam.athlete is not None
    story = story_of(book, "100", "M", AnonymousUser(), age_group="", facility="", timing="")
    assert story is not None
    card = card_of_record(book, story, "M", today=TODAY)
    assert (card.title, card.mark, card.kicker) == ("Sam Open", "10.80 s (+0.5)", "100 m · Men, All ages")
    assert card_of_athlete(sam.athlete, harbour, today=TODAY).rows == (("100 m", "10.80 s (+0.5)"),)


def test_a_hidden_holder_s_record_has_the_club_s_image(client: Client, harbour: Club, shy: Performance) -> None:
    book = book_of(harbour)
    assert book is not None
    story = story_of(book, "100", "M", AnonymousUser(), age_group="", facility="", timing="")
    assert story is not None
    assert card_of_record(book, story, "M", today=TODAY) == card_of_club(harbour, today=TODAY)
    assert client.get(f"/cards/athletes/{shy.athlete_id}.png").status_code == 404


def test_pages_name_their_image_and_their_feeds(
    client: Client, alice: User, sam: Performance, shy: Performance
) -> None:
    assert sam.athlete is not None and shy.athlete is not None
    club = client.get("/clubs/harbour/").content.decode()
    assert 'property="og:image" content="http://testserver/cards/clubs/harbour.png?lang=en"' in club
    assert 'type="application/rss+xml"' in club and 'href="/feeds/clubs/harbour/records.rss"' in club
    story = client.get("/records/harbour/100/M/?age_group=Senior").content.decode()
    assert "http://testserver/cards/records/harbour/100/M.png?lang=en" in story
    athlete = client.get(sam.athlete.get_absolute_url()).content.decode()
    assert f"http://testserver/cards/athletes/{sam.athlete_id}.png" in athlete
    client.force_login(alice)
    hidden = client.get(shy.athlete.get_absolute_url()).content.decode()
    assert "/cards/clubs/harbour.png" in hidden and f"/cards/athletes/{shy.athlete_id}.png" not in hidden


def test_no_feed_or_embed_tells_the_id_of_a_hidden_athlete_s_mark(client: Client, shy: Performance) -> None:
    for address in OPEN[:4]:
        text = client.get(address).content.decode()
        assert f"/performances/{shy.pk}/" not in text and f"/athletes/{shy.athlete_id}-" not in text
    keys = {one["guid"] for one in rss_items(client, "/feeds/records.rss")}
    assert keys and not any(key.endswith(f":{shy.pk}") for key in keys)


def test_the_kiosk_shows_what_everybody_may_see(
    client: Client, alice: User, sam: Performance, shy: Performance
) -> None:
    for one, mark in ((sam, "10.70"), (shy, "10.40")):
        PerformanceFactory(athlete=one.athlete, mark=mark, wind=5, on=timezone.localdate())
    client.force_login(alice)
    text = client.get("/clubs/harbour/kiosk/").content.decode()
    assert "Sam Open" in text and HIDDEN not in text
    assert 'hx-get="?page=1"' in text and 'hx-trigger="every 300s"' in text


def test_an_empty_club_s_pages_say_that_nothing_is_there(client: Client, other: Club) -> None:
    assert "nothing to show yet" in client.get("/clubs/other/kiosk/").content.decode()
    assert "There are no records here." in client.get("/embed/clubs/other/records/").content.decode()
    assert "No results in the last twelve months." in client.get("/embed/clubs/other/results/").content.decode()
    assert client.get("/clubs/other/seasons/2026/yearbook.pdf").content.startswith(b"%PDF-")


def test_the_share_page_has_code_that_works(client: Client, sam: Performance) -> None:
    text = client.get("/clubs/harbour/share/").content.decode()
    assert "&lt;trackhub-board club=&quot;harbour&quot;" in text or '&lt;trackhub-board club="harbour"' in text
    for name in ("embedded_records", "embedded_results"):
        assert f"http://testserver{reverse(name, args=['harbour'])}?lang=en" in text


def _more(harbour: Club, n: int) -> None:
    for place in range(n):
        visibility = "club" if place % 3 == 0 else "public"
        athlete = AthleteFactory(club=harbour, visibility=visibility)
        PerformanceFactory(athlete=athlete, mark=f"10.{70 - place}", on=date(2026, 11, 18), wind=5)
        PerformanceFactory(athlete=athlete, mark=f"7.{place:02}", discipline="LJ", on=date(2026, 11, 18), wind=5)


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/feeds/clubs/harbour/records.rss", 8), ("/feeds/clubs/harbour/results.json", 8),
        ("/embed/clubs/harbour/records/", 8), ("/embed/clubs/harbour/results/", 8), ("/cards/clubs/harbour.png", 8),
        ("/cards/records/harbour/100/M.png", 8), ("/clubs/harbour/share/", 8), ("/clubs/harbour/kiosk/", 12),
        ("/clubs/harbour/seasons/2026/yearbook.pdf", 12),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [2, 12])
def test_queries_do_not_grow_with_the_data(
    client: Client, harbour: Club, django_assert_max_num_queries: Any, address: str, most: int, size: int
) -> None:
    _more(harbour, size)
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


def test_the_yearbook_gathers_the_season(harbour: Club, sam: Performance) -> None:
    assert sam.athlete is not None
    PerformanceFactory(athlete=sam.athlete, mark="11.00", wind=5, on=date(2026, 5, 1))
    PerformanceFactory(athlete=sam.athlete, mark="11.50", wind=5, on=date(2025, 5, 1))
    enter_awards(
        harbour, Contest(discipline("100"), "Cup", date(2026, 11, 16)), [Placing(sam.athlete, 1)], by=None, at=NOW
    )
    book = printed(harbour, 2026, AnonymousUser(), today=TODAY)
    assert [(one["day"], one["mark"], one["who"]) for one in book["records"]] == [
        ("1 May 2026", "11.00 s (+0.5)", "Sam Open"),
        ("16 Nov 2026", "10.80 s (+0.5)", "Sam Open"),
    ]
    (best_list,) = book["lists"]
    assert [(row["rank"], row["mark"]) for row in best_list["rows"]] == [("1", "10.80 s (+0.5)")]
    assert book["bests"] == [{"who": "Sam Open", "rows": [("100 m", "10.80 s (+0.5)")]}]
    assert [(one["medal"], one["who"]) for one in book["medals"]] == [("gold", "Sam Open")]
    assert book["tally"] == "1 gold, 0 silver, 0 bronze, 0 others."


def test_equal_marks_share_their_place_in_a_best_list(harbour: Club, sam: Performance) -> None:
    for mark in ("10.80", "10.90"):
        PerformanceFactory(athlete=AthleteFactory(club=harbour), mark=mark, wind=5, on=date(2026, 6, 1))
    (best_list,) = printed(harbour, 2026, AnonymousUser(), today=TODAY)["lists"]
    assert [row["rank"] for row in best_list["rows"]] == ["1", "1", "3"]


def test_the_yearbook_names_whom_the_reader_may_see(harbour: Club, alice: User, shy: Performance) -> None:
    outside = json.dumps(printed(harbour, 2026, AnonymousUser(), today=TODAY))
    inside = printed(harbour, 2026, alice, today=TODAY)
    assert HIDDEN not in outside and "Athlete of Harbour AC" in outside
    assert [one["who"] for one in inside["bests"]] == ["Sam Open", f"Antonia {HIDDEN}"]


def test_the_yearbook_is_a_pdf_and_counted(client: Client, sam: Performance, settings: Any) -> None:
    settings.API_LIMITS = settings.API_LIMITS | {"export": {"anonymous": (1, 60), "known": (1, 60)}}
    address = reverse("yearbook", args=["harbour", timezone.localdate().year])
    first, second = client.get(address), client.get(address)
    assert first["Content-Type"] == "application/pdf" and first.content.startswith(b"%PDF-")
    assert (second.status_code, first["Cache-Control"]) == (429, "private, no-store")
    assert int(second["Retry-After"]) > 0


def test_an_athlete_who_was_merged_has_the_image_of_the_one_who_stayed(
    client: Client, harbour: Club, sam: Performance
) -> None:
    gone = AthleteFactory(family_name="Gone", club=harbour)
    Athlete.objects.filter(pk=gone.pk).update(merged_into=sam.athlete)
    assert (
        client.get(f"/cards/athletes/{gone.pk}.png").content
        == client.get(f"/cards/athletes/{sam.athlete_id}.png").content
    )
