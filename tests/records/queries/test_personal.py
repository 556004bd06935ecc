"""Everything about one person, and nothing about anybody else."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps

from records.actions.consenting import give_consent
from records.models import Athlete, ExternalId, Guardianship, Performance, RelayLeg
from records.queries.personal import NOT_PERSONAL, Subject, personal_export, subject_of
from records.queries.personal import SECTIONS as OF_RECORDS
from records.queries.subjects import FROM_ABOVE
from tests.factories import NOW, AthleteFactory, PerformanceFactory, UserFactory, imported
from tests.records.importing import csv as lines
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import ApiToken, Club, Invitation, Job, User

pytestmark = pytest.mark.django_db

SECTIONS = (*OF_RECORDS, *FROM_ABOVE)


def exported(who: Subject) -> dict[str, Any]:
    with personal_export(who, at=NOW) as zipped, ZipFile(zipped) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def rows(files: dict[str, Any], section: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files[f"{section}.json"])
    return found


@pytest.fixture
def athlete(dana: User, harbour: Club) -> Athlete:
    """Dana, with something in every section, and Olga beside her."""
    people = lines("id,family name,given name,sex,birth date,club", "a1,=Cmd,Dana,F,2009-11-23,harbour")
    imported("athletes", people.replace("=Cmd", "Diver"), club=harbour, by=dana)
    found = Athlete.objects.get(external_ids__value="a1")
    Athlete.objects.filter(pk=found.pk).update(account=dana, family_name="=Diver")
    found.refresh_from_db()
    other = AthleteFactory(given_name="Olga", family_name="Other", sex="F", club=harbour)
    PerformanceFactory(athlete=found, mark="11.90", wind=5, note="=SUM(A1)")
    relay = PerformanceFactory(athlete=other, mark="12.30", competition="Relays")
    Performance.objects.filter(pk=relay.pk).update(athlete=None, team="Harbour A")
    for number, runner in enumerate((found, other), start=1):
        RelayLeg.objects.create(performance=relay, number=number, athlete=runner)
    give_consent(found, purpose="photo", by=dana, at=NOW)
    guardian = UserFactory(email="guardian@example.org", name="Gudrun Guardian")
    Guardianship.objects.create(athlete=found, guardian=guardian, created=NOW)
    record_deed("look", target=f"athlete {found.pk}", by=guardian, at=NOW, after={"seen": 1})
    record_deed("do", target="athlete 99", by=dana, at=NOW, after={"secret": "of somebody else"})
    _plant_account(dana, harbour)
    return found


def _plant_account(user: User, club: Club) -> None:
    EmailAddress.objects.create(user=user, email="second@example.org", verified=True)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "TOTPSECRET"})
    UserSession.objects.create(user=user, ip="192.0.2.7", session_key="sessionkey", user_agent="Firefox")
    ApiToken.objects.create(
        user=user, name="phone", prefix="abc", digest="d" * 64, created=NOW, expires=NOW + timedelta(1)
    )
    for email in ("second@example.org", "somebody-else@example.org"):
        Invitation.objects.create(club=club, email=email, role="coach", by=user, created=NOW, expires=NOW)
    Job.objects.create(task="t", subject=1, heartbeat=NOW, by=user)


def test_every_relation_to_a_person_is_exported_or_has_a_reason() -> None:
    covered = {one for section in SECTIONS for one in section.covers}
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model in (Athlete, User):
                found.add(f"{model._meta.app_label}.{model.__name__}.{field.name}")
    assert len(found) > 15
    assert found - covered - set(NOT_PERSONAL) == set(), "export it in a section, or say why it isn't personal"
    assert (covered | set(NOT_PERSONAL)) - found == set(), "there is no such relation any more"


def test_every_section_has_two_files_that_say_the_same(athlete: Athlete, dana: User) -> None:
    files = exported(subject_of(dana))
    assert set(files) == {f"{section.name}.{suffix}" for section in SECTIONS for suffix in ("json", "csv")}
    for section in SECTIONS:
        table = list(csv.DictReader(io.StringIO(files[f"{section.name}.csv"])))
        assert len(table) == len(rows(files, section.name)), section.name


def test_what_a_person_gets(athlete: Athlete, dana: User) -> None:
    files = exported(subject_of(dana))
    filled = {name.removesuffix(".json") for name in files if name.endswith(".json") and rows(files, name[:-5])}
    assert {
        "account", "email_addresses", "second_factors", "sessions", "api_tokens", "memberships", "invitations",
        "invitations_sent", "jobs", "imports_handed_in", "audit_by_me", "audit_about_me", "athlete", "external_ids",
        "club_spells", "performances", "bests", "relay_legs", "records_held", "consents", "guardianships",
        "import_rows", "events",
    } <= filled  # fmt: skip
    mark = rows(files, "performances")[0]
    assert (mark["mark"], mark["value"], mark["discipline"], mark["date"]) == ("11.90", 11900, "100", "2026-06-01")
    assert rows(files, "athlete")[0]["birth_date"] == "2009-11-23"
    assert rows(files, "import_rows")[0]["data"]["person"]["given_name"] == "Dana"
    assert [one["email"] for one in rows(files, "invitations")] == ["second@example.org"]


def test_no_secrets_and_nobody_else(athlete: Athlete, dana: User) -> None:
    text = "\n".join(exported(subject_of(dana)).values())
    for private in ("TOTPSECRET", "sessionkey", "d" * 64, dana.password, "somebody else", "somebody-else", "Olga",
                    "Other", "guardian@example.org", "Gudrun"):  # fmt: skip
        assert private not in text


def test_a_cell_is_never_a_formula(athlete: Athlete, dana: User) -> None:
    files = exported(subject_of(dana))
    assert "'=SUM(A1)" in files["performances.csv"]
    assert "'=Diver" in files["athlete.csv"]
    assert rows(files, "performances")[0]["note"] == "=SUM(A1)"


def test_a_ward_without_the_account(athlete: Athlete) -> None:
    files = exported(Subject(None, athlete))
    assert rows(files, "account") == rows(files, "sessions") == rows(files, "audit_by_me") == []
    assert rows(files, "performances")


def test_an_account_without_an_athlete() -> None:
    files = exported(subject_of(UserFactory(email="fan@example.org")))
    assert rows(files, "account")[0]["email"] == "fan@example.org"
    assert rows(files, "performances") == rows(files, "events") == rows(files, "athlete") == []


def test_digests_of_what_was_erased_are_no_ids(athlete: Athlete, dana: User) -> None:
    ExternalId.objects.create(athlete=athlete, source="erased", value="f" * 64)
    assert rows(exported(subject_of(dana)), "external_ids") == [{"source": "test", "value": "a1"}]
