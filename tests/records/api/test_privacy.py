"""What is hidden from a visitor is, by every road, exactly what isn't there: same status, same bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from records.actions.correcting import correct_performance
from records.models import Athlete, ImportBatch, Performance, RelayLeg
from tests.factories import NOW, AthleteFactory, MembershipFactory, PerformanceFactory, UserFactory, imported, staged
from trackhub.clubs.actions.jobs import queue_job
from trackhub.clubs.actions.tokens import make_token
from trackhub.clubs.models import ApiToken, Club, Invitation, Membership, Role, Scope, User

pytestmark = pytest.mark.django_db

JSON = "application/json"
NOBODY = 987_654_321
"""An id that no row has."""

Ask = Callable[[str], Any]


@pytest.fixture
def shy(harbour: Club) -> Athlete:
    """A private athlete of harbour, with a mark that is a best and a record."""
    athlete = AthleteFactory(given_name="Sheila", family_name="Shyperson", club=harbour, visibility="club", sex="F")
    PerformanceFactory(athlete=athlete, discipline="LJ", mark="6.90", wind=5, on=date(2026, 6, 1))
    return athlete


@pytest.fixture
def mark(shy: Athlete) -> Performance:
    return shy.performances.get()


@pytest.fixture
def batch(harbour: Club, bob: User) -> ImportBatch:
    made = staged("athletes", "family name,sex\nNew,M\nBad,Q\n", club=harbour, by=bob)
    queue_job("records.apply_import", subject=made.pk, by=bob, club=harbour, at=NOW)
    return made


@pytest.fixture(params=["anonymous", "charlie", "nobody's member", "former member"])
def outside(request: pytest.FixtureRequest, client: Client, charlie: User, harbour: Club) -> Client:
    """Somebody who has nothing to do with harbour."""
    if request.param == "charlie":
        client.force_login(charlie)
    elif request.param != "anonymous":
        user = UserFactory()
        client.force_login(user)
        if request.param == "former member":
            MembershipFactory(user=user, club=harbour, role=Role.CHIEF_REGISTRAR, ends=date(2020, 1, 1))
    return client


def alike(ask: Ask, secret: object) -> None:
    """The answer about ``secret`` is the answer about what doesn't exist."""
    hidden, missing = ask(str(secret)), ask(str(NOBODY))
    assert hidden.status_code == missing.status_code
    assert hidden.content.replace(str(secret).encode(), b"?") == missing.content.replace(str(NOBODY).encode(), b"?")
    quiet = {name: value for name, value in missing.headers.items() if name not in ("ETag", "Content-Length")}
    for name in quiet:
        assert hidden.headers[name] == missing.headers[name], name
    if len(str(secret)) and "?" not in hidden.wsgi_request.get_full_path():
        assert hidden.content == missing.content


@pytest.mark.parametrize("address", ["athletes/{}/", "athletes/{}/bests/", "athletes/{}/bests/?season=2026"])
def test_hidden_athletes_in_the_path(outside: Client, shy: Athlete, address: str) -> None:
    alike(lambda pk: outside.get("/api/v1/" + address.format(pk)), shy.pk)


def post(client: Client, act: str, body: dict[str, str], pk: str) -> Any:
    return client.post(f"/api/v1/performances/{pk}/{act}/", body, content_type=JSON)


def test_hidden_performances_in_the_path(outside: Client, mark: Performance) -> None:
    alike(lambda pk: outside.get(f"/api/v1/performances/{pk}/"), mark.pk)
    bodies: tuple[dict[str, str], ...] = ({}, {"because": "x", "mark": "6.10"})
    for act, body in product(("correct", "annul", "reinstate"), bodies):
        alike(partial(post, outside, act, body), mark.pk)
    mark.refresh_from_db()
    assert (mark.annulled_because, mark.superseded_by) == ("", None)


def test_a_superseded_version_is_as_hidden_as_the_new_one(outside: Client, mark: Performance) -> None:
    correct_performance(mark, by=None, at=NOW, because="x", mark="6.80")
    alike(lambda pk: outside.get(f"/api/v1/performances/{pk}/"), mark.pk)


@pytest.mark.parametrize(
    "address",
    [
        "performances/?athlete={}",
        "records/?athlete={}",
        "records/?athlete={}&history=true",
        "records/?athlete={}&on=2026-07-01",
        "records/?athlete={}&fields=mark",
    ],
)
def test_hidden_athletes_in_filters(outside: Client, shy: Athlete, address: str) -> None:
    alike(lambda pk: outside.get("/api/v1/" + address.format(pk)), shy.pk)


def test_hidden_athletes_in_a_body(outside: Client, shy: Athlete) -> None:
    body = {"discipline": "LJ", "mark": "6.00", "date": "2026-07-01"}
    for more in ({}, {"mark": "abc"}, {"date": "1950-01-01"}, {"discipline": "?"}, {"date": "x"}):
        alike(
            lambda pk, more=more: outside.post(
                "/api/v1/performances/", {"athlete": int(pk), **body, **more}, content_type=JSON
            ),
            shy.pk,
        )
    assert Performance.objects.count() == 1


def test_a_registrar_of_another_club_learns_nothing_by_entering(client: Client, shy: Athlete, charlie: User) -> None:
    client.force_login(charlie)
    body = {"discipline": "LJ", "mark": "6.00", "date": "2026-07-01"}
    response = client.post("/api/v1/performances/", {"athlete": shy.pk, **body}, content_type=JSON)
    assert response.status_code == 404
    response = client.post("/api/v1/performances/", {"athlete": [shy.pk], **body}, content_type=JSON)
    assert response.status_code == 422
    response = client.post("/api/v1/performances/", {"athlete": {"id": shy.pk}, **body}, content_type=JSON)
    assert response.status_code == 422


LISTS = (
    "athletes/", "athletes/?name=shyperson", "athletes/?club=harbour", "athletes/?sex=F", "performances/",
    "performances/?club=harbour", "performances/?discipline=LJ", "performances/?ordering=date", "performances/?pb=true",
    "performances/?season=2026", "rankings/?discipline=LJ&sex=F", "rankings/?discipline=LJ&sex=F&per=mark&wind=any",
    "search/?q=shyperson", "search/?q=sheila", "events/",
)  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_lists_are_as_if_they_were_not_there(outside: Client, shy: Athlete, mark: Performance, address: str) -> None:
    response = outside.get("/api/v1/" + address)
    assert response.status_code == 200
    text = response.content.decode()
    assert "Shyperson" not in text
    assert "6.90" not in text
    found = response.json()
    rows = found["athletes"] if "athletes" in found else found["results"]
    assert not rows


def test_a_record_of_a_hidden_athlete_is_a_mark_without_a_name(outside: Client, shy: Athlete, bob: User) -> None:
    for address in ("records/?discipline=LJ", "records/?discipline=LJ&history=1", "records/?book=harbour&sex=F"):
        response = outside.get("/api/v1/" + address)
        rows = response.json()["results"]
        assert rows
        assert {(one["mark"]["text"], one["athlete"], one["holder"]) for one in rows} == {("6.90", None, "")}
        assert "Shylock" not in response.content.decode()
    inside = Client()
    inside.force_login(bob)
    rows = inside.get("/api/v1/records/?discipline=LJ").json()["results"]
    assert {(one["athlete"]["id"], one["holder"]) for one in rows} == {(shy.pk, "Sheila Shyperson")}
    assert inside.get(f"/api/v1/records/?athlete={shy.pk}").json()["results"] == rows


def test_why_names_no_hidden_holder(outside: Client, shy: Athlete, harbour: Club) -> None:
    worse = AthleteFactory(family_name="Open", club=harbour, sex="F")
    one = PerformanceFactory(athlete=worse, discipline="LJ", mark="6.10", wind=5, on=date(2026, 7, 1))
    response = outside.get(f"/api/v1/performances/{one.pk}/")
    said = {verdict["list"]: verdict["because"] for verdict in response.json()["why"]}
    assert "the record of the day was 6.90" in said["Harbour AC"]
    assert "Shylock" not in response.content.decode()


def test_the_legs_of_a_relay_leave_out_whom_one_may_not_see(
    outside: Client, shy: Athlete, harbour: Club, bob: User
) -> None:
    imported("performances", "team,sex,discipline,mark,date\nHarbour A,F,4x100,47.50,2026-06-01\n", club=harbour)
    relay = Performance.objects.get(team="Harbour A")
    open_one = AthleteFactory(family_name="Open", club=harbour, sex="F")
    for number, athlete in enumerate((open_one, shy), 1):
        RelayLeg.objects.create(performance=relay, number=number, athlete=athlete)
    response = outside.get(f"/api/v1/performances/{relay.pk}/")
    assert [leg["id"] for leg in response.json()["legs"]] == [open_one.pk]
    assert "Shylock" not in response.content.decode()
    inside = Client()
    inside.force_login(bob)
    assert [leg["id"] for leg in inside.get(f"/api/v1/performances/{relay.pk}/").json()["legs"]] == [
        open_one.pk,
        shy.pk,
    ]


def test_imports_of_another_club(outside: Client, batch: ImportBatch) -> None:
    for deep in ("", "issues/"):
        alike(lambda pk, deep=deep: outside.get(f"/api/v1/imports/{pk}/{deep}"), batch.pk)
    for act, body in (("columns", {}), ("columns", {"columns": {}}), ("confirm", {}), ("undo", {})):
        alike(
            lambda pk, act=act, body=body: outside.post(f"/api/v1/imports/{pk}/{act}/", body, content_type=JSON),
            batch.pk,
        )
    listed = outside.get("/api/v1/imports/")
    assert listed.status_code == 401 or listed.json()["results"] == []
    batch.refresh_from_db()
    assert batch.state == "staged"


def test_a_file_for_another_club(client: Client, charlie: User, harbour: Club) -> None:
    """Clubs are public; what can't be told apart is a club in which one is nothing from one that isn't there."""
    client.force_login(charlie)
    answers = set()
    for slug in ("harbour", "nowhere", "", "\0"):
        form = {"club": slug, "kind": "performances", "file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")}
        response = client.post("/api/v1/imports/", form)
        answers.add((response.status_code, response.content))
    assert len(answers) == 1
    assert not ImportBatch.objects.exists()


@pytest.fixture
def invitation(harbour: Club) -> Invitation:
    at = timezone.now()
    said = {"email": "guest@example.org", "role": Role.COACH, "created": at, "expires": at + timedelta(days=9)}
    return Invitation.objects.create(club=harbour, **said)


def test_people_of_another_club(outside: Client, invitation: Invitation, bob: User, harbour: Club) -> None:
    member, role = bob.memberships.get(), {"role": "viewer"}
    for slug in ("harbour", "other"):
        path = f"/api/v1/clubs/{slug}"
        alike(lambda pk, path=path: outside.put(f"{path}/members/{pk}/", role, content_type=JSON), member.pk)
        alike(lambda pk, path=path: outside.delete(f"{path}/members/{pk}/"), member.pk)
        alike(lambda pk, path=path: outside.delete(f"{path}/invitations/{pk}/"), invitation.pk)
    refused = [
        outside.get(f"/api/v1/clubs/{slug}/{what}/")
        for slug in ("harbour", "nowhere")
        for what in ("members", "invitations")
    ]
    assert {one.status_code for one in refused} <= {401, 404}
    assert len({one.content for one in refused}) == 1
    member.refresh_from_db()
    invitation.refresh_from_db()
    assert (member.role, member.ends, invitation.withdrawn) == ("registrar", None, None)


def test_the_chief_of_one_club_reaches_no_member_of_another_by_its_own_address(
    client: Client, charlie: User, bob: User, invitation: Invitation
) -> None:
    client.force_login(charlie)
    member: Membership = bob.memberships.get()
    for response in (
        client.delete(f"/api/v1/clubs/other/members/{member.pk}/"),
        client.put(f"/api/v1/clubs/other/members/{member.pk}/", {"role": "viewer"}, content_type=JSON),
        client.delete(f"/api/v1/clubs/other/invitations/{invitation.pk}/"),
    ):
        assert response.status_code == 404


def test_tokens_of_others(client: Client, alice: User, bob: User) -> None:
    at = timezone.now()
    token, _key = make_token(bob, name="x", scope=Scope.READ, club=None, expires=at + timedelta(days=9), at=at)
    client.force_login(alice)
    alike(lambda pk: client.delete(f"/api/v1/tokens/{pk}/"), token.pk)
    assert client.get("/api/v1/tokens/").json()["results"] == []
    assert ApiToken.objects.get().revoked is None
    client.force_login(UserFactory(is_superuser=True))
    assert client.get("/api/v1/tokens/").json()["results"] == []
    assert client.delete(f"/api/v1/tokens/{token.pk}/").status_code == 404


def test_events_of_a_club_are_for_its_people(outside: Client, mark: Performance, bob: User) -> None:
    assert outside.get("/api/v1/events/").json()["results"] == []
    inside = Client()
    inside.force_login(bob)
    told = inside.get("/api/v1/events/").json()["results"]
    assert [one["kind"] for one in told] == ["performance_entered"]
    assert (told[0]["club"], told[0]["payload"]["performance"]) == ("harbour", mark.pk)


def test_the_day_of_birth_is_nobodys_to_read(client: Client, harbour: Club, alice: User) -> None:
    athlete = AthleteFactory(family_name="Open", club=harbour, birth_date=date(1998, 3, 14))
    PerformanceFactory(athlete=athlete)
    client.force_login(alice)
    for address in (f"athletes/{athlete.pk}/", "athletes/", "search/?q=open", f"athletes/{athlete.pk}/bests/"):
        text = client.get(f"/api/v1/{address}").content.decode()
        assert "1998-03-14" not in text
        assert "03-14" not in text


def test_what_depends_on_the_visitor_is_kept_by_no_shared_cache(client: Client, shy: Athlete) -> None:
    for address in LISTS:
        assert client.get("/api/v1/" + address)["Cache-Control"] in ("private, no-cache", "no-store")
