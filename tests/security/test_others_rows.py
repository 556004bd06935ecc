"""Rows of another club by their ids: by address, field and filter they are what doesn't exist."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from records.models import Award, Ceremony, Evidence, ProofFile, RecordBook
from tests.security.conftest import Api, Site
from trackhub.clubs.models import ApiToken, Club, User

pytestmark = pytest.mark.django_db

NOBODY = 987_654_321
CSV = b"family name,sex,discipline,mark,date\nNova,M,100,10.9,2026-05-01\n"


def said(answer: Any) -> tuple[int, str]:
    """Status and body without what differs at each request: the token against forgery, and the id that was asked."""
    body = re.sub(r'value="[^"]{64}"', "", answer.content.decode())
    return answer.status_code, re.sub(r"\b\d{1,9}\b", "#", body)


@pytest.fixture
def charlies(charlie: User) -> Client:
    client = Client()
    client.force_login(charlie)
    return client


def test_another_clubs_row_answers_as_none_does(charlies: Client, site: Site, api: Api) -> None:
    """GET and POST of every page with a number in it, his own club's address included."""
    rows = (
        (site.member, "/clubs/other/members/{}/ /clubs/other/members/{}/end/ /clubs/harbour/members/{}/"),
        (site.invitation, "/clubs/other/invitations/{}/withdraw/ /clubs/other/invitations/{}/send/"),
        (site.link, "/clubs/other/links/{}/ /clubs/other/links/{}/qr.svg /clubs/other/links/{}/revoke/"),
        (site.link, "/clubs/harbour/links/{}/"),
        (site.batch, "/imports/{}/ /imports/{}/progress/ /imports/{}/confirm/ /imports/{}/undo/"),
        (site.batch, "/imports/{}/refused.csv"),
        (site.token, "/accounts/tokens/{}/revoke/"),
        (Award.objects.first(), "/clubs/other/medals/{}/remove/"),
        (Ceremony.objects.first(), "/clubs/other/ceremonies/{}/ /clubs/other/ceremonies/{}/guests/"),
        (site.hidden, "/athletes/{}-shylock/ /athletes/{}/erase/ /api/v1/athletes/{}/ /api/v1/athletes/{}/bests/"),
        (api.hidden_performance, "/api/v1/performances/{}/ /api/v1/performances/{}/annul/"),
        (api.batch, "/api/v1/imports/{}/ /api/v1/imports/{}/issues/ /api/v1/imports/{}/confirm/"),
        (api.token, "/api/v1/tokens/{}/"),
        (Evidence.objects.last(), f"/api/v1/claims/{api.desk.arguments['claim'][0]}/evidence/{{}}/"),
        (ProofFile.objects.last(), "/api/v1/proofs/{}/"),
        (Award.objects.last(), "/api/v1/clubs/other/awards/{}/ /api/v1/clubs/harbour/awards/{}/"),
        (Ceremony.objects.last(), "/api/v1/clubs/other/ceremonies/{}/ /api/v1/clubs/harbour/ceremonies/{}/"),
        (
            Ceremony.objects.last(),
            "/api/v1/clubs/other/ceremonies/{}/guests/ /api/v1/clubs/other/ceremonies/{}/honours/",
        ),
        (api.membership, "/api/v1/clubs/other/members/{}/ /api/v1/clubs/harbour/members/{}/"),
        (api.invitation, "/api/v1/clubs/other/invitations/{}/"),
    )
    differing = {}
    for address, pk in [(one, row.pk) for row, addresses in rows for one in addresses.split()]:
        for method in ("get", "post", "put", "patch", "delete") if "/api/" in address else ("get", "post"):
            kind = {"content_type": "application/json"} if "/api/" in address and method != "get" else {}
            ask = getattr(charlies, method)
            foreign, nobody = said(ask(address.format(pk), **kind)), said(ask(address.format(NOBODY), **kind))
            if foreign != nobody or foreign[0] not in (404, 405):
                differing[f"{method} {address}"] = (foreign[0], nobody[0])
    assert differing == {}


def test_another_clubs_row_in_a_field_is_none(charlies: Client, site: Site, api: Api) -> None:
    book = RecordBook.objects.get(club=site.club)
    entered = {"discipline": "100", "mark": "10.70", "date": "2026-07-01"}
    orders: tuple[tuple[str, str, dict[str, Any], str, object], ...] = (
        ("form", "/accounts/club/", {}, "club", "harbour"),
        ("form", "/accounts/tokens/", {"name": "x", "scope": "read", "days": 3}, "club", site.club.pk),
        ("form", "/accounts/consents/", {"purpose": "name", "do": "give"}, "athlete", site.athlete.pk),
        ("form", "/accounts/data/export/", {}, "athlete", site.athlete.pk),
        ("form", "/accounts/data/export/", {}, "athlete", site.hidden.pk),
        ("json", "/api/v1/tokens/", {"name": "x"}, "club", "harbour"),
        ("json", "/api/v1/performances/", entered, "athlete", api.hidden.pk),
    )
    before = ApiToken.objects.count()
    for kind, address, order, field, foreign in orders:
        nobodys = NOBODY if isinstance(foreign, int) else "nobodys"
        extra = {"content_type": "application/json"} if kind == "json" else {}
        answers = [charlies.post(address, {**order, field: value}, **extra) for value in (foreign, nobodys)]
        bodies = [said(one)[1].replace("harbour", "").replace("nobodys", "") for one in answers]
        assert bodies[0] == bodies[1], address
        assert {one.status_code for one in answers} <= {404, 422}, address
    for pk in (book.pk, NOBODY):
        form = {"kind": "records", "source": "x", "date_order": "iso", "book": pk}
        RecordBook.objects.create(
            club=Club.objects.get(slug="other"), name=f"Second {pk}", slug=f"second-{pk}", scheme=book.scheme
        )
        answer = charlies.post("/clubs/other/imports/new/", {**form, "file": SimpleUploadedFile("a.csv", CSV)})
        assert answer.status_code == 422
    assert ApiToken.objects.count() == before


@pytest.mark.parametrize(
    "asked",
    ["", "ordering=-date&", "search=Shylock&", "q=Shylock&", "athlete={hidden}&", "club=harbour&", "page_size=100&"],
)
def test_no_filter_order_or_search_brings_a_hidden_athlete_out(asked: str, charlies: Client, api: Api) -> None:
    """A record book keeps the mark, and says "Athlete of Harbour AC"."""
    query = asked.format(hidden=api.hidden.pk)
    for address in (
        "/api/v1/athletes/?", "/api/v1/performances/?", "/api/v1/search/?q=Shylock&", "/api/v1/records/?",
        "/api/v1/rankings/?discipline=100&sex=M&", "/api/v1/events/?", "/athletes/?q=Shylock&", "/clubs/harbour/?", "/?",
        "/records/harbour/100/M/?",
    ):  # fmt: skip
        body = said(charlies.get(address + query))[1]
        asked_for = ('value="Shylock"', "q=Shylock", "search=Shylock")
        for echo in asked_for:
            body = body.replace(echo, "")
        assert not re.search(r"\bShy\b", body), address
    mine = Client()
    mine.force_login(User.objects.get(email=_member_of(api.club)))
    assert "Shylock" in mine.get("/api/v1/athletes/?").content.decode()


def _member_of(club: Club) -> str:
    return str(club.memberships.order_by("pk").first().user.email)
