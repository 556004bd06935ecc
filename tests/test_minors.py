"""Names of minors: what the club allows × what was agreed to, on everything that the public can reach.

The public's way through the site is walked link by link, so a page that is new is asked as well.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from records.actions.consenting import ON_PAPER, give_consent, note_paper_consents, withdraw_consent
from records.models import Athlete, Award, Consent, Guardianship
from tests.answers import closing
from tests.factories import NOW, AthleteFactory, PerformanceFactory, UserFactory, discipline, imported
from trackhub.clubs.models import AuditEntry, Club, ShownAs, User

pytestmark = pytest.mark.django_db

FULL, INITIALS, HIDDEN = ShownAs.FULL, ShownAs.INITIALS, ShownAs.HIDDEN
MATRIX = [
    (FULL, True, FULL),
    (FULL, False, INITIALS),
    (INITIALS, True, INITIALS),
    (INITIALS, False, INITIALS),
    (HIDDEN, True, HIDDEN),
    (HIDDEN, False, HIDDEN),
]
"""(the club's setting, whether a guardian agreed, how the public sees the minor)"""

NAME, SHORT = re.compile("theodolinde|zwickelbach", re.IGNORECASE), "T. Z."
STARTS = (
    "/",
    "/search/?q=zwickelbach",
    "/search/?q=theodolinda",
    "/athletes/?name=zwickel",
    "/rankings/?discipline=100&sex=F",
    "/rankings/?discipline=100&sex=F&marks=wind&per=mark",
    "/clubs/harbour/?view=grid",
    "/clubs/harbour/medals/?by=athlete",
    "/athletes/compare/?q=zwickelbach",
    "/kiosk/harbour/",
    "/api/v1/athletes/",
    "/api/v1/athletes/?name=zwickel",
    "/api/v1/performances/",
    "/api/v1/records/",
    "/api/v1/rankings/?discipline=100&sex=F",
    "/api/v1/search/?q=zwickelbach",
    "/api/v1/clubs/harbour/medals/",
    "/api/v1/events/",
)
SAME_KIND = 6
"""Addresses of one route that are asked; more of them would show the same."""


def birthday(years: int) -> date:
    today = timezone.localdate()
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - years, day=day)


@pytest.fixture
def minor(harbour: Club) -> Athlete:
    """Fifteen years old, with records, marks that don't count, a leg of a relay and a medal."""
    who = {"given_name": "Theodolinde", "family_name": "Zwickelbach", "sex": "F", "birth_date": birthday(15)}
    minor = AthleteFactory(**who, club=harbour)
    mate = AthleteFactory(family_name="Elder", sex="F", club=harbour)
    for days, mark, wind in ((400, "12.60", 3), (200, "12.40", 5), (40, "12.10", 31), (20, "12.41", 0)):
        on = timezone.localdate() - timedelta(days=days)
        PerformanceFactory(athlete=minor, mark=mark, wind=wind, on=on, competition="Harbour Open")
    PerformanceFactory(athlete=mate, mark="12.80", wind=0, on=timezone.localdate() - timedelta(days=10))
    relay = f"team,legs,sex,club,discipline,mark,date\nHarbour A,th:1/th:2,F,harbour,4x100,47.11,{NOW.date()}\n"
    for number, one in enumerate((minor, mate), 1):
        one.external_ids.create(source="th", value=f"th:{number}")
    imported("performances", relay, club=harbour, source="th")
    Award.objects.create(
        club=harbour, athlete=minor, discipline=discipline("100", "F"), position=1, competition="Harbour Open",
        date=timezone.localdate() - timedelta(days=20),
    )  # fmt: skip
    return minor


@pytest.fixture
def mother(minor: Athlete) -> User:
    user = UserFactory(email="mother@example.org", name="Mother")
    Guardianship.objects.create(athlete=minor, guardian=user, created=timezone.now())
    return user


def settle(minor: Athlete, setting: str, mother: User, *, agreed: bool) -> None:
    Club.objects.filter(slug="harbour").update(minors_shown_as=setting)
    if agreed:
        give_consent(minor, purpose=Consent.Purpose.NAME, by=mother, at=timezone.now())


class Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src", "action", "hx-get") and value]


def walk(client: Client) -> Iterator[tuple[str, str]]:
    """(address, what it says) of all that can be reached from STARTS; of each route a few addresses."""
    waiting, seen, asked = [*STARTS], set(STARTS), dict[str, int]()
    while waiting:
        address = waiting.pop(0)
        with closing(client.get(address)) as response:
            content = response.getvalue() if response.status_code == 200 else b""
        kind = response.get("Content-Type", "")
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as sheet:
                content = b"".join(sheet.read(name) for name in sheet.namelist())
        elif kind.startswith(("application/pdf", "image/png")):
            continue
        page = content.decode()
        yield address, page
        for link in Links(page).found if kind.startswith("text/html") else ():
            parts = urlsplit(urljoin(f"http://testserver{address}", link))
            local = f"{parts.path}?{parts.query}".rstrip("?")
            if parts.netloc != "testserver" or local in seen or parts.path.startswith(("/static/", "/accounts/")):
                continue
            route = resolve(parts.path).view_name
            asked[route] = asked.get(route, 0) + 1
            if asked[route] <= SAME_KIND:
                seen.add(local)
                waiting.append(local)


@pytest.mark.parametrize(("setting", "agreed", "shown"), MATRIX)
def test_the_public_sees_what_was_agreed_to(
    setting: str, agreed: bool, shown: str, minor: Athlete, mother: User, client: Client
) -> None:
    settle(minor, setting, mother, agreed=agreed)
    pages = dict(walk(client))
    named = {address for address, page in pages.items() if NAME.search(without_what_was_asked(page, address))}
    short = {address for address, page in pages.items() if SHORT in page}
    assert len(pages) > 40
    own_page, own_marks = minor.get_absolute_url(), f"/api/v1/performances/?athlete={minor.pk}"
    expected = 200 if shown == FULL else 404
    assert client.get(own_page).status_code == expected
    assert client.get(f"/api/v1/athletes/{minor.pk}/").status_code == expected
    assert bool(client.get(own_marks).json()["results"]) is (shown == FULL)
    boards = {"/clubs/harbour/", "/rankings/?discipline=100&sex=F", "/api/v1/performances/", "/api/v1/records/"}
    if shown == FULL:
        assert boards | {"/athletes/?name=zwickel", "/search/?q=zwickelbach"} <= named
        assert short == set()
        return
    assert named == set()
    assert short >= boards if shown == INITIALS else short == set()
    assert not [address for address in pages if address.startswith(f"/athletes/{minor.pk}-")]


def without_what_was_asked(page: str, address: str) -> str:
    """``page`` without the words that the visitor typed, which it may say again."""
    for word in ("zwickelbach", "zwickel", "theodolinda"):
        if word in address:
            page = re.sub(rf"\b{word}\b", "", page)
    return page


@pytest.mark.parametrize("setting", ShownAs.values)
def test_members_family_and_the_site_see_the_name(
    setting: str, minor: Athlete, mother: User, charlie: User, dana: User, client: Client
) -> None:
    settle(minor, setting, mother, agreed=False)
    own, page = UserFactory(), minor.get_absolute_url()
    Athlete.objects.filter(pk=minor.pk).update(account=own)
    for user in (mother, dana, own, UserFactory(is_superuser=True)):
        client.force_login(user)
        assert "Theodolinde Zwickelbach" in client.get(page).content.decode()
    client.force_login(charlie)
    assert client.get(page).status_code == 404
    assert not NAME.search(client.get("/clubs/harbour/").content.decode())


def test_a_consent_taken_back_takes_the_name_back(minor: Athlete, mother: User, client: Client) -> None:
    settle(minor, FULL, mother, agreed=True)
    assert "Zwickelbach" in client.get("/clubs/harbour/").content.decode()
    withdraw_consent(minor.consents.get(), by=mother, at=timezone.now())
    assert "Zwickelbach" not in client.get("/clubs/harbour/").content.decode()


def test_on_the_eighteenth_birthday_the_name_is_as_others(minor: Athlete, mother: User, client: Client) -> None:
    settle(minor, HIDDEN, mother, agreed=False)
    Athlete.objects.filter(pk=minor.pk).update(birth_date=birthday(18) + timedelta(days=1))
    assert client.get(minor.get_absolute_url()).status_code == 404
    Athlete.objects.filter(pk=minor.pk).update(birth_date=birthday(18))
    assert client.get(minor.get_absolute_url()).status_code == 200
    client.force_login(mother)
    Athlete.objects.filter(pk=minor.pk).update(visibility="club")
    assert client.get(minor.get_absolute_url()).status_code == 404


def test_a_consent_on_paper_is_noted_and_ended_at_the_desk(minor: Athlete, alice: User, client: Client) -> None:
    client.force_login(alice)
    address = reverse("admin:records_athlete_changelist")
    assert "Zwickelbach" in client.get(address, {"show": "unnamed_minors"}).content.decode()
    for action, status in (
        ("note_consents", 200),
        ("note_consents", 200),
        ("end_consents", 404),
        ("end_consents", 404),
    ):
        client.post(address, {"action": action, "_selected_action": [minor.pk]})
        assert Client().get(minor.get_absolute_url()).status_code == status
        assert ("Zwickelbach" in client.get(address, {"show": "unnamed_minors"}).content.decode()) is (status == 404)
    (receipt,) = minor.consents.all()
    assert (receipt.by, receipt.words.endswith(str(ON_PAPER)), receipt.withdrawn is None) == (alice, True, False)
    deeds = AuditEntry.objects.filter(target=f"athlete {minor.pk}", club__slug="harbour")
    assert [one.action for one in deeds.order_by("pk")] == ["note_paper_consent", "end_name_consent"]


def test_who_was_erased_gets_no_consent(minor: Athlete, alice: User) -> None:
    Athlete.objects.filter(pk=minor.pk).update(erased=timezone.now())
    assert note_paper_consents(Athlete.objects.filter(pk=minor.pk), by=alice, at=timezone.now()) == 0


def test_the_strictest_of_several_clubs_counts(minor: Athlete, mother: User, other: Club, client: Client) -> None:
    settle(minor, FULL, mother, agreed=True)
    spell = minor.spells.create(club=other)
    Club.objects.filter(pk=other.pk).update(minors_shown_as=INITIALS)
    assert client.get(minor.get_absolute_url()).status_code == 404
    spell.ends = timezone.localdate() - timedelta(days=1)
    spell.save()
    assert client.get(minor.get_absolute_url()).status_code == 200


def test_of_a_known_year_alone_majority_comes_in_january(minor: Athlete, client: Client) -> None:
    this_year = timezone.localdate().year
    for year, status in ((this_year - 17, 404), (this_year - 18, 200)):
        Athlete.objects.filter(pk=minor.pk).update(birth_date=date(year, 12, 31), birth_precision="year")
        assert client.get(minor.get_absolute_url()).status_code == status


def test_a_minor_hidden_by_the_club_says_so_on_the_board(minor: Athlete, mother: User, client: Client) -> None:
    settle(minor, HIDDEN, mother, agreed=False)
    assert "Athlete of Harbour AC" in client.get("/clubs/harbour/").content.decode()
