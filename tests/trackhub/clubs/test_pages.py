"""Pages kept for everybody: right at once after a deed, apart by language and htmx, never one person's."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import translation

from records.actions.correcting import annul_performance
from tests.access.who import PUBLIC
from tests.factories import NOW, AthleteFactory, ClubFactory, PerformanceFactory, imported
from tests.test_access import TABLE as ALL_ROUTES
from trackhub.clubs import pages
from trackhub.clubs.actions.club_settings import change_club
from trackhub.clubs.models import Club, User
from trackhub.clubs.pages import public_page

pytestmark = pytest.mark.django_db

KEPT = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages-of-tests"},
}
BOARD = "/clubs/harbour/"
MARKS = "given_name,family_name,sex,discipline,mark,date\nNova,Quick,M,400,48.60,2026-08-01\n"


@pytest.fixture(autouse=True)
def _places(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages are kept here, and the time of day stands still."""
    monkeypatch.setattr(pages, "time", lambda: 1_800_000_000.0)
    with override_settings(CACHES=KEPT):
        yield
        caches["pages"].clear()


@pytest.fixture
def record(harbour: Club) -> Any:
    return PerformanceFactory(athlete=AthleteFactory(family_name="Swift", club=harbour), discipline="400", mark="48.80")


def asked(client: Client, address: str = BOARD, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return str(response.content.decode())


def was_kept(client: Client, address: str = BOARD, **headers: str) -> bool:
    """Whether the answer came without anything being read but the site's version."""
    with CaptureQueriesContext(connection) as seen:
        asked(client, address, **headers)
    return len(seen) == 1


def test_a_page_is_made_once(client: Client, record: Any) -> None:
    first = asked(client)
    assert "48.80" in first
    assert was_kept(client)
    assert asked(Client()) == first


def test_another_process_that_has_no_copy_makes_its_own(client: Client, record: Any) -> None:
    first = asked(client)
    caches["pages"].clear()
    assert not was_kept(client)
    assert asked(client) == first


DEEDS: dict[str, Callable[..., Any]] = {
    "annulment": lambda one, club, by: annul_performance(one, because="wrong lane", by=by, at=NOW),
    "entry": lambda one, club, by: PerformanceFactory(athlete=one.athlete, discipline="400", mark="48.70"),
    "settings": lambda one, club, by: change_club(club, by=by, at=NOW, said={"name": "Seaside AC"}),
    "import": lambda one, club, by: imported("performances", MARKS, club=club, by=by),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_changes_the_page_at_once(deed: str, client: Client, record: Any, harbour: Club, alice: User) -> None:
    before = asked(client)
    assert was_kept(client)
    DEEDS[deed](record, harbour, alice)
    after = asked(client)
    assert after != before
    caches["pages"].clear()
    assert asked(client) == after


def test_a_row_changed_without_a_deed_stands_for_minutes_at_most(
    client: Client, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(client)
    Club.objects.update(name="Seaside AC")
    assert "Seaside AC" not in asked(client)
    monkeypatch.setattr(pages, "time", lambda: 1_800_000_000.0 + pages.SECONDS)
    assert "Seaside AC" in asked(client)


def test_a_browser_that_has_the_page_is_told_so(client: Client, record: Any) -> None:
    tag = client.get(BOARD)["ETag"]
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as seen:
        response = client.get(BOARD, headers={"If-None-Match": f'"other", {tag}'})
    assert (response.status_code, response.content, len(seen)) == (304, b"", 1)
    assert response["ETag"] == tag
    assert {"Cookie", "Accept-Language", "HX-Request"} <= set(response["Vary"].split(", "))
    assert response["Cache-Control"] == "private, no-cache"
    PerformanceFactory(athlete=record.athlete, discipline="400", mark="48.70")
    assert client.get(BOARD, headers={"If-None-Match": tag}).status_code == 200


def test_languages_and_fragments_do_not_mix(client: Client, record: Any) -> None:
    whole = asked(client)
    portuguese = asked(client, **{"Accept-Language": "pt"})
    fragment = asked(client, **{"HX-Request": "true"})
    assert '<html lang="en"' in whole
    assert '<html lang="pt"' in portuguese
    assert asked(client, BOARD + "?lang=es") != portuguese
    assert asked(client) == whole
    assert asked(client, **{"Accept-Language": "pt"}) == portuguese
    assert asked(client, **{"HX-Request": "true"}) == fragment
    client.get("/language/", {"language": "pt"})
    assert asked(client) == portuguese


def test_what_a_fragment_tells_htmx_is_kept_with_it(client: Client, record: Any) -> None:
    address = BOARD + "?sex=M&season="
    for _ in range(2):
        assert client.get(address, headers={"HX-Request": "true"})["HX-Push-Url"] == BOARD + "?sex=M"
    assert "HX-Push-Url" not in client.get(address).headers


def test_each_host_has_its_own(record: Any) -> None:
    with override_settings(ALLOWED_HOSTS=["one.example", "two.example"]):
        assert "one.example" in asked(Client(headers={"host": "one.example"}))
        assert "one.example" not in asked(Client(headers={"host": "two.example"}))


def test_a_members_page_is_never_anybodys(record: Any, alice: User) -> None:
    member = Client()
    member.force_login(alice)
    assert "Log out" in asked(member)
    assert "Log out" not in asked(Client())
    assert "Log out" in asked(member)
    assert "ETag" not in member.get(BOARD).headers
    tag = Client().get(BOARD)["ETag"]
    assert member.get(BOARD, headers={"If-None-Match": tag}).status_code == 200


def test_who_has_a_message_waiting_gets_it(client: Client, record: Any, alice: User) -> None:
    asked(client)
    client.post("/accounts/login/", {"login": alice.email, "password": "wrong"})
    client.cookies["messages"] = "something"
    assert not was_kept(client)


def test_the_hidden_stay_hidden(client: Client, record: Any) -> None:
    address = record.athlete.get_absolute_url()
    assert "Swift" in asked(client, address)
    hidden = AthleteFactory(family_name="Secret", visibility="club", club=record.club)
    PerformanceFactory(athlete=hidden, discipline="400", mark="47.10")
    assert "Secret" not in asked(client)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_packed_for_whoever_can_unpack(client: Client, record: Any) -> None:
    plain = client.get(BOARD)
    packed = client.get(BOARD, headers={"Accept-Encoding": "br, gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.content) == plain.content
    assert plain["ETag"] == packed["ETag"]
    assert "Accept-Encoding" in plain["Vary"]


def test_addresses_without_end_take_no_room_without_end(client: Client, record: Any) -> None:
    few = {**KEPT, "pages": {**KEPT["pages"], "LOCATION": "few", "OPTIONS": {"MAX_ENTRIES": 5}}}
    with override_settings(CACHES=few):
        for number in range(20):
            asked(client, f"{BOARD}?nonsense={number}")
        assert len(caches["pages"]._cache) <= 5  # type: ignore[attr-defined]


def _plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("once")


def _with_cookie(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("once")
    response.set_cookie("who", "me")
    return response


def _with_token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def _not_there(request: HttpRequest) -> HttpResponse:
    return HttpResponse("no", status=404)


def _secret(request: HttpRequest) -> HttpResponse:
    return HttpResponse("once", headers={"Cache-Control": "no-store"})


def _stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse([b"once"])


@pytest.mark.parametrize(
    ("view", "kept"),
    [
        (_plain, True),
        (_with_cookie, False),
        (_with_token, False),
        (_not_there, False),
        (_secret, False),
        (_stream, False),
    ],
)
def test_only_what_is_everybodys_is_kept(view: Callable[..., HttpResponse], kept: bool) -> None:
    with translation.override("en"):
        response = public_page(view)(RequestFactory().get("/"))
    assert response.has_header("ETag") is kept
    assert bool(caches["pages"]._cache) is kept  # type: ignore[attr-defined]


def test_only_reading_is_answered_from_a_copy(rf: RequestFactory) -> None:
    for request in (rf.head("/"), rf.post("/")):
        assert not public_page(_plain)(request).has_header("ETag")


NOT_KEPT = {
    # Files, feeds, pictures and pages for other sites have rules of their own; so has what load balancers ask.
    "athlete_card", "board_pdf", "club_calendar", "club_card", "club_colours", "club_feed", "embedded_records",
    "embedded_results", "export_athlete", "export_athletes", "export_board", "export_rankings", "export_standards",
    "export_story", "feed", "health", "medals_file", "news_feed", "ready", "record_card", "yearbook",
    "api_docs", "api_schema",
    # Forms, and what a link opens to whoever holds it.
    "account_confirm_email", "account_email_verification_sent", "account_inactive", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "certificate", "desk", "digest", "digest_asked", "digest_end", "digest_link", "rsvp", "socialaccount_login_cancelled",
}  # fmt: skip


def test_every_page_for_everybody_is_kept() -> None:
    """A new public page is kept, or its name stands among those that aren't."""
    views = {pattern.name: pattern.callback for pattern in _patterns(get_resolver().url_patterns)}
    public = {name for method, name, codes in ALL_ROUTES if method == "get" and codes == PUBLIC and name in views}
    assert {name for name in public if "public_page" not in _wrapped_in(views[name])} == NOT_KEPT


def _patterns(found: Any) -> Iterator[Any]:
    for one in found:
        if hasattr(one, "url_patterns") and not one.namespace:
            yield from _patterns(one.url_patterns)
        elif not hasattr(one, "url_patterns"):
            yield one


def _wrapped_in(view: Any) -> set[str]:
    """The names of the decorators around ``view``."""
    found = set()
    while view is not None:
        found.add(getattr(getattr(view, "__code__", None), "co_qualname", "").split(".")[0])
        view = getattr(view, "__wrapped__", None)
    return found


def test_no_kept_page_holds_a_token_or_a_cookie(client: Client, record: Any) -> None:
    ClubFactory(name="Empty AC", slug="empty")
    for address in (
        "/",
        BOARD,
        "/clubs/empty/",
        "/athletes/",
        "/rankings/",
        "/results/",
        record.athlete.get_absolute_url(),
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        assert not response.cookies, address
        assert "csrfmiddlewaretoken" not in response.content.decode(), address
        assert was_kept(client, address), address
