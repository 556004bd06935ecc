"""Links for officials: made at the desk, scanned at the pit, good for one place and one day and nothing else."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import segno
from django.test import Client
from django.utils import timezone

from tests.factories import AthleteFactory, MembershipFactory
from trackhub.clubs.actions.official_links import desk_token, make_official_link, revoke_official_link
from trackhub.clubs.models import Club, Membership, OfficialLink, User

pytestmark = pytest.mark.django_db

PAGE = "/clubs/harbour/links/"


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def link(alice: User, harbour: Club) -> OfficialLink:
    return make_official_link(harbour, by=alice, at=timezone.now(), place="Long jump, pit A", day=today())


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.fixture
def desk(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def test_making_a_link_leads_to_its_printable_page(desk: Client, bob: User, harbour: Club) -> None:
    assert "No link has been made yet" in text(desk, PAGE)
    response = desk.post(PAGE, {"place": "Court 2", "day": str(today(1)), "club": 0, "by": 0, "revoked": "2026-01-01"})
    made = OfficialLink.objects.get()
    assert response["Location"] == f"{PAGE}{made.pk}/"
    assert (made.club, made.place, made.day, made.by, made.revoked) == (harbour, "Court 2", today(1), bob, None)
    page = text(desk, response["Location"])
    assert f"http://testserver/desk/{desk_token(made)}/" in page
    assert f'<img src="{PAGE}{made.pk}/qr.svg"' in page
    assert "still to come" in page
    assert "Court 2" in text(desk, PAGE)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"place": ""}, "This field is required"),
        ({"place": "x" * 81}, "at most 80"),
        ({"day": "soon"}, "valid date"),
        ({"day": "2020-01-01"}, "This day is over"),
    ],
)
def test_a_form_that_is_wrong_keeps_what_was_typed(desk: Client, said: dict[str, str], sentence: str) -> None:
    sent = {"place": "Court 2", "day": str(today())} | said
    response = desk.post(PAGE, sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert f'value="{sent["day"]}"' in page
    assert not OfficialLink.objects.exists()


def test_the_code_is_an_image_that_says_the_link(desk: Client, link: OfficialLink) -> None:
    address = f"http://testserver/desk/{desk_token(link)}/"
    response = desk.get(f"{PAGE}{link.pk}/qr.svg")
    assert response["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(response.content)  # noqa: S314
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert b"style" not in response.content
    assert b"<script" not in response.content
    assert _modules(response.content) == [bytes(row) for row in segno.make(address, error="m").matrix]


def _modules(svg: bytes) -> list[bytes]:
    """The black squares of the drawing, row by row, without its margin: read from the path's strokes."""
    root = ElementTree.fromstring(svg)  # noqa: S314
    size = int(root.attrib["viewBox"].split()[2])
    path = next(one for one in root.iter() if one.tag.endswith("path") and one.attrib.get("stroke"))
    grid = [bytearray(size) for _row in range(size)]
    x = y = 0.0
    for letter, numbers in re.findall(r"([Mmh])\s*([-\d. ]+)", path.attrib["d"]):
        first, *rest = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if letter == "h":
            grid[int(y)][int(x) : int(x + first)] = b"\1" * int(first)
        x = first if letter == "M" else x + first
        y = rest[0] if letter == "M" else y + sum(rest)
    return [bytes(row[4:-4]) for row in grid[4:-4]]


def test_revoking_closes_it_also_for_those_who_have_it_open(desk: Client, link: OfficialLink) -> None:
    phone = Client()
    address = f"/desk/{desk_token(link)}/"
    assert phone.get(address).status_code == 200
    page = desk.post(f"{PAGE}{link.pk}/revoke/", follow=True).content.decode()
    assert "The link is revoked" in page
    assert ">revoked<" in page
    response = phone.get(address)
    assert response.status_code == 410
    assert "was revoked" in response.content.decode()
    assert "opens nothing any more" in text(desk, f"{PAGE}{link.pk}/")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("chief_registrar", 200),
        ("registrar", 200),
        ("official", 200),
        ("starter", 403),
        ("coach", 403),
        ("viewer", 403),
    ],
)
def test_who_makes_links(role: str, status: int, client: Client, link: OfficialLink, harbour: Club) -> None:
    client.force_login(MembershipFactory(club=harbour, role=role).user)
    for address in (PAGE, f"{PAGE}{link.pk}/", f"{PAGE}{link.pk}/qr.svg"):
        assert client.get(address).status_code == status
    revoked = client.post(f"{PAGE}{link.pk}/revoke/").status_code
    assert revoked == (302 if status == 200 else status)


def test_another_clubs_links_are_nothing(client: Client, charlie: User, link: OfficialLink) -> None:
    client.force_login(charlie)
    for club in ("harbour", "other"):
        for tail in ("", "qr.svg"):
            assert client.get(f"/clubs/{club}/links/{link.pk}/{tail}").status_code == 404
        assert client.post(f"/clubs/{club}/links/{link.pk}/revoke/").status_code == 404
    link.refresh_from_db()
    assert link.revoked is None


def test_it_opens_without_an_account_and_says_what(client: Client, link: OfficialLink) -> None:
    page = text(client, f"/desk/{desk_token(link)}/")
    assert "Long jump, pit A" in page
    assert "Harbour AC" in page
    assert f'datetime="{today()}"' in page
    assert dict(client.session) == {"official_link": link.pk}


@pytest.mark.parametrize(("days", "sentence"), [(1, "still to come"), (-1, "that is over")])
def test_on_another_day_it_is_gone(days: int, sentence: str, client: Client, link: OfficialLink) -> None:
    OfficialLink.objects.update(day=today(days))
    response = client.get(f"/desk/{desk_token(link)}/")
    assert response.status_code == 410
    assert sentence in response.content.decode()
    assert "official_link" not in client.session


@pytest.mark.parametrize("token", ["1", "1:x", "%00", "1:" + "A" * 43])
def test_a_forged_link_is_nothing(token: str, client: Client, link: OfficialLink) -> None:
    assert client.get(f"/desk/{token}/").status_code == 404
    assert "official_link" not in client.session


def test_it_opens_no_other_page(client: Client, link: OfficialLink, harbour: Club) -> None:
    hidden = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    client.get(f"/desk/{desk_token(link)}/")
    for address in (
        "/clubs/harbour/imports/",
        "/clubs/harbour/imports/new/",
        "/clubs/harbour/members/",
        "/clubs/harbour/settings/",
        PAGE,
        f"{PAGE}{link.pk}/",
        f"{PAGE}{link.pk}/qr.svg",
        "/admin/",
    ):
        response = client.get(address)
        assert response.status_code == 302, address
        assert "login" in response["Location"]
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.post(f"{PAGE}{link.pk}/revoke/").status_code == 302
    link.refresh_from_db()
    assert link.revoked is None


def test_a_session_planted_beforehand_does_not_open_with_it(client: Client, link: OfficialLink) -> None:
    planted = client.session
    planted["anything"] = 1
    planted.save()
    key = planted.session_key
    client.cookies["sessionid"] = key
    client.get(f"/desk/{desk_token(link)}/")
    assert client.session.session_key != key
    stranger = Client()
    stranger.cookies["sessionid"] = key
    assert "official_link" not in stranger.session


def test_who_is_logged_in_stays_so(client: Client, dana: User, link: OfficialLink) -> None:
    client.force_login(dana)
    assert client.get(f"/desk/{desk_token(link)}/").status_code == 200
    assert client.get(PAGE).status_code == 403
    assert client.session["official_link"] == link.pk


def test_who_has_left_makes_and_revokes_no_more(desk: Client, bob: User, link: OfficialLink) -> None:
    Membership.objects.filter(user=bob).update(ends=today(-1))
    assert desk.get(PAGE).status_code == 404
    assert desk.post(f"{PAGE}{link.pk}/revoke/").status_code == 404


def test_a_place_is_text(desk: Client, alice: User, harbour: Club, settings: Any) -> None:
    evil = make_official_link(harbour, by=alice, at=timezone.now(), place="<b>&\"'", day=today())
    for address in (PAGE, f"{PAGE}{evil.pk}/", f"/desk/{desk_token(evil)}/"):
        assert "<b>&" not in text(desk, address)
    ElementTree.fromstring(desk.get(f"{PAGE}{evil.pk}/qr.svg").content)  # noqa: S314


def test_every_table_of_links_names_their_state(desk: Client, alice: User, harbour: Club, link: OfficialLink) -> None:
    now = timezone.now()
    revoke_official_link(make_official_link(harbour, by=alice, at=now, place="Revoked", day=today()), by=alice, at=now)
    make_official_link(harbour, by=alice, at=now, place="Tomorrow", day=today(1))
    OfficialLink.objects.filter(pk=make_official_link(harbour, by=alice, at=now, place="Past", day=today()).pk).update(
        day=today(-1)
    )
    page = text(desk, PAGE)
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    states = {row.split()[0]: row for row in rows[1:]}
    assert states["Revoked"].endswith("revoked")
    assert states["Tomorrow"].endswith("still to come")
    assert states["Past"].endswith("over")
    assert states["Long"].endswith("open today")
