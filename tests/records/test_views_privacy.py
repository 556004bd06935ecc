"""A person's own pages: data, consents, erasure; and who looked at what is private."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.models import Athlete, Consent, ExternalId, Guardianship
from tests.factories import PASSWORD, AthleteFactory, PerformanceFactory, UserFactory, staged
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


def known(user: User, *, lately: bool = True) -> Client:
    """A browser in which ``user`` is logged in, and gave the password just now."""
    client = Client()
    client.force_login(user)
    if lately:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.fixture
def athlete(dana: User, harbour: Club) -> Athlete:
    found: Athlete = AthleteFactory(given_name="Dana", family_name="Diver", account=dana, club=harbour)
    PerformanceFactory(athlete=found, mark="10.80", wind=5)
    return found


@pytest.fixture
def parent() -> User:
    user: User = UserFactory(email="parent@example.org")
    return user


@pytest.fixture
def ward(parent: User, harbour: Club) -> Athlete:
    """Ten years old today, whatever the day."""
    today = timezone.localdate()
    found: Athlete = AthleteFactory(family_name="Ward", birth_date=date(today.year - 10, 1, 1), club=harbour)
    Guardianship.objects.create(athlete=found, guardian=parent, created=timezone.now())
    return found


def come_of_age(ward: Athlete) -> None:
    Athlete.objects.filter(pk=ward.pk).update(birth_date=date(timezone.localdate().year - 19, 1, 1))


def zipped(response: object) -> dict[str, list[dict[str, object]]]:
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    with ZipFile(io.BytesIO(content)) as archive:
        return {name[:-5]: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_ones_own_export(athlete: Athlete, dana: User) -> None:
    client = known(dana)
    assert "Download my data" in client.get(reverse("my_data")).content.decode()
    response = client.post(reverse("export_my_data"))
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert "no-store" in response["Cache-Control"]
    found = zipped(response)
    assert AuditEntry.objects.get(action="export_person", by=dana).target == f"athlete {athlete.pk}"
    assert found["account"][0]["email"] == dana.email
    assert found["performances"][0]["mark"] == "10.80"


def test_a_ward_s_export_while_the_guardian_acts(ward: Athlete, parent: User) -> None:
    client = known(parent)
    assert "Ward" in client.get(reverse("my_data")).content.decode()
    found = zipped(client.post(reverse("export_my_data"), {"athlete": ward.pk}))
    assert (found["athlete"][0]["family_name"], found["account"]) == ("Ward", [])
    come_of_age(ward)
    assert "Ward" not in client.get(reverse("my_data")).content.decode()
    assert client.post(reverse("export_my_data"), {"athlete": ward.pk}).status_code == 404


@pytest.mark.parametrize("said", ["999999", "x", "-1", "\0"])
def test_others_data_is_nowhere(said: str, athlete: Athlete, alice: User) -> None:
    client = known(alice)
    for asked in (said, str(athlete.pk)):
        assert client.post(reverse("export_my_data"), {"athlete": asked}).status_code == 404
        assert (
            client.post(reverse("my_consents"), {"athlete": asked, "purpose": "photo", "do": "give"}).status_code == 404
        )


def test_consents_are_given_and_withdrawn(athlete: Athlete, dana: User) -> None:
    client, address = known(dana), reverse("my_consents")
    said = {"athlete": athlete.pk, "purpose": "photo"}
    page = client.post(address, said | {"do": "give"}, follow=True).content.decode()
    assert "Noted." in page
    assert "version 2026-11" in page
    assert "Withdrawn." in client.post(address, said | {"do": "withdraw"}, follow=True).content.decode()
    assert Consent.objects.get().withdrawn is not None
    client.post(address, said | {"do": "withdraw"})
    assert (
        "no such purpose" in client.post(address, said | {"do": "give", "purpose": "x"}, follow=True).content.decode()
    )
    assert Consent.objects.count() == 1


def test_without_an_athlete_there_is_nothing_to_agree_to(alice: User) -> None:
    assert "linked to an athlete" in known(alice).get(reverse("my_consents")).content.decode()


def test_a_person_erases_themself_with_the_password(athlete: Athlete, dana: User) -> None:
    address = reverse("erase_athlete", args=[athlete.pk])
    late = known(dana, lately=False)
    assert "What stays" in late.get(address).content.decode()
    asked = late.post(address)
    assert (asked.status_code, asked["Location"].split("?")[0]) == (302, reverse("account_reauthenticate"))
    athlete.refresh_from_db()
    assert athlete.erased is None
    done = known(dana).post(address, follow=True)
    assert "Erased. The marks stay under the name Athlete " in done.content.decode()
    athlete.refresh_from_db()
    assert (athlete.erased is not None, athlete.account, athlete.given_name) == (True, None, "Athlete")
    assert AuditEntry.objects.get(action="erase_athlete").by is None


def test_who_may_open_the_page(
    athlete: Athlete, alice: User, bob: User, charlie: User, dana: User, parent: User
) -> None:
    address = reverse("erase_athlete", args=[athlete.pk])
    statuses = {
        "chief": known(alice).get(address).status_code,
        "registrar": known(bob).get(address).status_code,
        "outsider": known(charlie).get(address).status_code,
        "self": known(dana).get(address).status_code,
        "nobody's parent": known(parent).get(address).status_code,
        "administrator": known(UserFactory(is_superuser=True)).get(address).status_code,
        "anonymous": Client().get(address).status_code,
    }
    assert statuses == {
        "chief": 200, "registrar": 403, "outsider": 404, "self": 200, "nobody's parent": 404, "administrator": 200,
        "anonymous": 302,
    }  # fmt: skip
    assert known(bob).post(address).status_code == 403
    assert known(charlie).post(address).status_code == 404
    assert known(charlie).get(reverse("erase_athlete", args=[999999])).status_code == 404


def test_a_guardian_erases_a_ward_until_the_birthday(ward: Athlete, parent: User) -> None:
    address = reverse("erase_athlete", args=[ward.pk])
    come_of_age(ward)
    assert known(parent).post(address).status_code == 404
    Athlete.objects.filter(pk=ward.pk).update(birth_date=date(timezone.localdate().year - 10, 1, 1))
    assert known(parent).post(address).status_code == 302
    ward.refresh_from_db()
    assert ward.erased


def test_an_erased_athlete_s_page_says_so(athlete: Athlete, alice: User) -> None:
    address = reverse("erase_athlete", args=[athlete.pk])
    client = known(alice)
    client.post(address)
    assert "has been erased already" in client.get(address).content.decode()
    assert client.post(address).status_code == 200


def looks(user: User) -> list[str]:
    return list(AuditEntry.objects.filter(by=user, action="read").order_by("pk").values_list("target", flat=True))


def test_looks_at_a_hidden_athlete_are_noted(athlete: Athlete, dana: User, bob: User) -> None:
    known(bob).get(athlete.get_absolute_url())
    assert looks(bob) == []
    Athlete.objects.filter(pk=athlete.pk).update(visibility="club")
    for user in (bob, bob, dana):
        assert known(user).get(athlete.get_absolute_url()).status_code == 200
    assert (looks(bob), looks(dana)) == ([f"athlete {athlete.pk}"], [])


def test_looks_at_an_import_are_noted(harbour: Club, bob: User, dana: User) -> None:
    batch = staged("athletes", "family name,sex\nNew,M\n", club=harbour)
    assert known(bob).get(batch.get_absolute_url()).status_code == 200
    assert known(dana).get(batch.get_absolute_url()).status_code == 403
    assert (looks(bob), looks(dana)) == ([f"import {batch.pk}"], [])


def test_export_person_writes_a_zip(athlete: Athlete, tmp_path: Path, dana: User) -> None:
    ExternalId.objects.create(athlete=athlete, source="s", value="a:1")
    for number, who in enumerate(
        (["--athlete", "s:a:1"], ["--athlete", f"th:{athlete.pk}"], ["--user", "DANA@example.org"])
    ):
        out = tmp_path / f"{number}.zip"
        call_command("export_person", *who, "--out", str(out), stdout=io.StringIO())
        with ZipFile(out) as archive:
            assert json.loads(archive.read("athlete.json"))[0]["family_name"] == "Diver"
            assert bool(json.loads(archive.read("account.json"))) == (number == 2)
        assert out.stat().st_mode & 0o077 == 0
    assert AuditEntry.objects.filter(action="export_person", target=f"athlete {athlete.pk}").count() == 3


@pytest.mark.parametrize("who", [["--athlete", "s:nobody"], ["--athlete", "th:99"], ["--user", "nobody@example.org"]])
def test_export_person_of_nobody(who: list[str], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No "):
        call_command("export_person", *who, "--out", str(tmp_path / "x.zip"))
    assert list(tmp_path.iterdir()) == []


def test_export_person_to_nowhere(athlete: Athlete, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_person", "--athlete", f"th:{athlete.pk}", "--out", str(tmp_path / "no" / "x.zip"))


def test_erase_person(athlete: Athlete, dana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda question: "n")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_person", "--user", dana.email)
    out = io.StringIO()
    call_command("erase_person", "--user", dana.email, "--yes", "--json", stdout=out)
    athlete.refresh_from_db()
    said = json.loads(out.getvalue())
    assert (said["name"], said["account_deleted"]) == (str(athlete), True)
    assert not User.objects.filter(pk=dana.pk).exists()
    with pytest.raises(CommandError, match="already"):
        call_command("erase_person", "--athlete", f"th:{athlete.pk}", "--yes")


def test_erase_person_keeps_all_where_the_account_must_stay(harbour: Club, alice: User) -> None:
    athlete = AthleteFactory(family_name="Chief", account=alice, club=harbour)
    with pytest.raises(CommandError, match="only chief registrar"):
        call_command("erase_person", "--user", alice.email, "--yes")
    athlete.refresh_from_db()
    assert (athlete.family_name, athlete.erased) == ("Chief", None)


def test_erase_person_says_what_it_did(athlete: Athlete) -> None:
    out = io.StringIO()
    call_command("erase_person", "--athlete", f"th:{athlete.pk}", "--yes", stdout=out)
    assert "The marks stay under Athlete " in out.getvalue()
