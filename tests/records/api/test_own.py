"""What is one's own, or a ward's: data, consents, erasure."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.actions.consenting import WORDS
from records.models import Athlete, Consent, Guardianship
from tests.answers import closing
from tests.factories import PASSWORD, AthleteFactory, PerformanceFactory, UserFactory
from tests.trackhub.clubs.accounts import phone
from trackhub.clubs.models import AuditEntry, Club, User
from trackhub.clubs.queries import site_version

pytestmark = pytest.mark.django_db

JSON = "application/json"
DATA, CONSENTS = "/api/v1/me/data/", "/api/v1/me/consents/"


def known(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def athlete(dana: User, harbour: Club) -> Athlete:
    found: Athlete = AthleteFactory(given_name="Dana", family_name="Diver", account=dana, club=harbour)
    PerformanceFactory(athlete=found, mark="10.80", wind=5)
    return found


@pytest.fixture
def parent() -> User:
    user: User = UserFactory(email="parent@example.org", name="Pat")
    return user


@pytest.fixture
def ward(parent: User, harbour: Club) -> Athlete:
    """Ten years old this year, whatever the day."""
    born = date(timezone.localdate().year - 10, 1, 1)
    found: Athlete = AthleteFactory(family_name="Ward", birth_date=born, club=harbour)
    Guardianship.objects.create(athlete=found, guardian=parent, created=timezone.now())
    return found


def come_of_age(ward: Athlete) -> None:
    Athlete.objects.filter(pk=ward.pk).update(birth_date=date(timezone.localdate().year - 19, 1, 1))


def exported(client: Client, **asked: Any) -> dict[str, Any]:
    with closing(client.get(DATA, asked, headers={"Accept": "application/zip"})) as response:
        assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
        assert response["Cache-Control"] == "no-store"
        assert response["Content-Disposition"].startswith('attachment; filename="trackhub-20')
        content = response.getvalue()
    with ZipFile(io.BytesIO(content)) as archive:
        return {name[:-5]: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_ones_own_data(athlete: Athlete, dana: User) -> None:
    for asked in ({}, {"athlete": athlete.pk}):
        found = exported(known(dana), **asked)
        assert (found["account"][0]["email"], found["performances"][0]["mark"]) == (dana.email, "10.80")


def test_whoever_takes_data_along_is_noted(athlete: Athlete, ward: Athlete, dana: User, parent: User) -> None:
    version = site_version()
    exported(known(dana))
    exported(known(parent), athlete=ward.pk)
    known(parent).get(DATA, {"athlete": athlete.pk})
    noted = AuditEntry.objects.filter(action="export_person").order_by("pk")
    assert [(one.by, one.target) for one in noted] == [(dana, f"athlete {athlete.pk}"), (parent, f"athlete {ward.pk}")]
    assert site_version() == version


def test_a_ward_s_data_while_the_guardian_acts(ward: Athlete, parent: User) -> None:
    found = exported(known(parent), athlete=ward.pk)
    assert (found["athlete"][0]["family_name"], found["account"]) == ("Ward", [])
    come_of_age(ward)
    response = known(parent).get(DATA, {"athlete": ward.pk}, headers={"Accept": "application/zip"})
    assert (response.status_code, response["Content-Type"], response.json()["error"]) == (404, JSON, "not_found")


def test_others_data_is_nowhere(athlete: Athlete, alice: User) -> None:
    for pk in (athlete.pk, 999_999):
        assert known(alice).get(DATA, {"athlete": pk}).status_code == 404
    for text in ("x", "-1", "0", str(2**63), "\0"):
        response = known(alice).get(DATA, {"athlete": text})
        assert (response.status_code, list(response.json()["details"])) == (422, ["athlete"]), text


def give(client: Client, athlete: Athlete, purpose: str = "photo", **more: Any) -> Any:
    return client.post(CONSENTS, {"athlete": athlete.pk, "purpose": purpose} | more, content_type=JSON)


def test_a_consent_is_given_shown_and_withdrawn(athlete: Athlete, dana: User) -> None:
    client = known(dana)
    response = give(client, athlete, words="x", version="x", given="2001-01-01T00:00:00Z", by=1)
    made = response.json()
    assert (response.status_code, made["words"]) == (201, str(WORDS[Consent.Purpose.PHOTO]))
    assert (made["by"], made["athlete"], made["withdrawn"]) == (str(dana), athlete.pk, None)
    assert give(client, athlete).json() == made
    (voice,) = client.get(CONSENTS).json()
    assert voice["athlete"] == {"id": athlete.pk, "name": "Dana Diver"}
    assert {one["purpose"]: one["consent"] for one in voice["purposes"]} == {
        "name": None, "photo": made["id"], "research": None,
    }  # fmt: skip
    assert voice["receipts"] == [made]
    address = f"{CONSENTS}{made['id']}/"
    assert client.delete(address).status_code == 204
    again = client.delete(address)
    assert (again.status_code, again.json()["message"]) == (409, "This consent was withdrawn already.")
    (voice,) = client.get(CONSENTS).json()
    assert [one["consent"] for one in voice["purposes"]] == [None] * 3
    assert voice["receipts"][0]["withdrawn"] is not None
    assert AuditEntry.objects.filter(action__in=("give_consent", "withdraw_consent"), by=dana).count() == 2


def test_a_guardian_decides_until_the_birthday(ward: Athlete, parent: User) -> None:
    client = known(parent)
    made = give(client, ward).json()
    assert [one["athlete"]["id"] for one in client.get(CONSENTS).json()] == [ward.pk]
    come_of_age(ward)
    assert client.get(CONSENTS).json() == []
    assert give(client, ward, "name").status_code == 404
    assert client.delete(f"{CONSENTS}{made['id']}/").status_code == 404
    assert Consent.objects.get().withdrawn is None


def test_nobody_agrees_for_somebody_else(athlete: Athlete, dana: User, alice: User) -> None:
    made = give(known(dana), athlete).json()
    assert give(known(alice), athlete, "name").status_code == 404
    assert known(alice).delete(f"{CONSENTS}{made['id']}/").status_code == 404
    assert Consent.objects.get().withdrawn is None
    assert give(known(dana), athlete, "everything").status_code == 422


def erase(client: Client, athlete: Athlete, **headers: Any) -> Any:
    return client.post(f"/api/v1/athletes/{athlete.pk}/erase/", headers=headers)


def confirmed(user: User) -> Client:
    client = known(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_a_person_erases_themself_once_they_have_confirmed(athlete: Athlete, dana: User) -> None:
    refused = erase(known(dana), athlete)
    assert (refused.status_code, refused.json()["error"]) == (403, "confirmation_required")
    athlete.refresh_from_db()
    assert athlete.erased is None
    done = erase(confirmed(dana), athlete)
    athlete.refresh_from_db()
    assert (done.status_code, done.json()["name"], done.json()["doubtful"]) == (200, str(athlete), [])
    assert (athlete.erased is not None, athlete.account, athlete.given_name) == (True, None, "Athlete")
    assert AuditEntry.objects.get(action="erase_athlete").by is None


def test_a_confirmation_grows_old(athlete: Athlete, dana: User, settings: Any) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert erase(confirmed(dana), athlete).json()["error"] == "confirmation_required"


@pytest.mark.parametrize("way", ["access token", "session token"])
def test_on_a_phone_its_own_session_is_asked(way: str, athlete: Athlete, dana: User) -> None:
    """The browser in which the person confirmed, and another phone, count for nothing."""
    said = {"email": dana.email, "password": PASSWORD}
    first, second = (phone(Client(), "auth/login", said).json()["meta"] for _ in range(2))
    headers = [
        {"Authorization": f"Bearer {one['access_token']}"}
        if way == "access token"
        else {"X-Session-Token": one["session_token"]}
        for one in (first, second)
    ]
    own, others = headers
    answer = Client().post(
        "/api/v1/auth/app/v1/auth/reauthenticate", {"password": PASSWORD}, content_type=JSON, headers=others
    )
    assert answer.status_code == 200
    assert erase(confirmed(dana), athlete, **own).json()["error"] == "confirmation_required"
    assert erase(Client(), athlete, **others).status_code == 200


def test_a_guardian_and_the_chief_registrar_erase_and_others_do_not(
    athlete: Athlete, ward: Athlete, alice: User, bob: User, charlie: User, parent: User
) -> None:
    assert erase(confirmed(bob), athlete).json()["error"] == "right_missing"
    for user, whom in ((charlie, athlete), (parent, athlete)):
        assert erase(confirmed(user), whom).status_code == 404
    assert erase(confirmed(alice), athlete).status_code == 200
    again = erase(confirmed(alice), athlete)
    assert (again.status_code, again.json()["error"]) == (409, "already_erased")
    assert erase(confirmed(parent), ward).status_code == 200
    assert known(alice).post("/api/v1/athletes/999999/erase/").status_code == 404
