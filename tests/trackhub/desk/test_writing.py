"""What registrars and chief registrars write at the desk, and what they can't."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from records.models import Athlete, AthleteAlias, Award, ClubMedal, ClubSpell, ExternalId, Record, RecordBook
from tests.factories import NOW, AthleteFactory, PerformanceFactory, discipline
from tests.trackhub.desk.test_audit import lines
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

FIELDS = {"family_name": "Open", "given_name": "Sam", "sex": "M", "birth_precision": "day", "visibility": "public"}


def person(spells: dict[str, object], **said: object) -> dict[str, object]:
    return FIELDS | {"birth_date": "1998-03-14"} | lines("external_ids") | lines("aliases") | spells | said


def open_to(client: Client, user: User, table: str) -> tuple[bool, ...]:
    """(list, add) of one table."""
    client.force_login(user)
    app = "clubs" if table in ("membership", "auditentry", "club", "user") else "records"
    return tuple(
        client.get(reverse(f"admin:{app}_{table}_{kind}")).status_code == 200 for kind in ("changelist", "add")
    )


@pytest.mark.parametrize(
    ("table", "registrar", "chief"),
    [
        ("athlete", (True, True), (True, True)),
        ("clubspell", (True, True), (True, True)),
        ("performance", (True, False), (True, False)),
        ("recordclaim", (True, False), (True, False)),
        ("recordbook", (True, False), (True, True)),
        ("recordpolicy", (True, False), (True, False)),
        ("clubmedal", (True, False), (True, True)),
        ("discipline", (True, False), (True, False)),
        ("club", (True, False), (True, False)),
        ("membership", (False, False), (True, False)),
        ("auditentry", (False, False), (True, False)),
        ("guardianship", (False, False), (False, False)),
        ("user", (False, False), (False, False)),
    ],
)
def test_what_is_open_to_whom(
    table: str, registrar: tuple[bool, ...], chief: tuple[bool, ...], client: Client, alice: User, bob: User
) -> None:
    assert (open_to(client, bob, table), open_to(client, alice, table)) == (registrar, chief)


def test_a_registrar_adds_and_mends_an_athlete(client: Client, bob: User, harbour: Club) -> None:
    client.force_login(bob)
    page = client.get(reverse("admin:records_athlete_add")).content.decode()
    assert "account" not in page.split("<form")[-1].lower()
    assert "guardian" not in page.lower()
    spell = {"club": harbour.pk, "claim": "first"}
    assert client.post(reverse("admin:records_athlete_add"), person(lines("spells", spell))).status_code == 302
    athlete = Athlete.objects.get(family_name="Open")
    mark = PerformanceFactory(athlete=athlete, mark="10.80", wind=5)
    assert "U18" not in set(Record.objects.filter(performance=mark).values_list("age_group", flat=True))
    kept = spell | {"id": athlete.spells.get().pk, "athlete": athlete.pk}
    said = person(lines("spells", kept, there=1), birth_date="2010-05-01")
    said |= lines("aliases", {"name_key": "Öpen, Sammy", "athlete": athlete.pk})
    assert client.post(reverse("admin:records_athlete_change", args=[athlete.pk]), said).status_code == 302
    assert AthleteAlias.objects.get().name_key == "open, sammy"
    assert "U18" in set(Record.objects.filter(performance=mark).values_list("age_group", flat=True))
    trail = AuditEntry.objects.filter(action="admin_change_athlete").get()
    assert (trail.by, trail.club, trail.after["birth_date"]) == (bob, harbour, "2010-05-01")


def test_an_athlete_keeps_a_spell(client: Client, bob: User, harbour: Club) -> None:
    client.force_login(bob)
    answer = client.post(reverse("admin:records_athlete_add"), person(lines("spells")))
    assert answer.status_code == 200
    assert not Athlete.objects.exists()
    athlete = AthleteFactory(club=harbour)
    spell = {"id": athlete.spells.get().pk, "athlete": athlete.pk, "club": harbour.pk, "claim": "first", "DELETE": "on"}
    address = reverse("admin:records_athlete_change", args=[athlete.pk])
    answer = client.post(address, person(lines("spells", spell, there=1)))
    assert "An athlete belongs to a club" in answer.content.decode()
    assert athlete.spells.exists()
    assert client.get(reverse("admin:records_clubspell_delete", args=[spell["id"]])).status_code == 403


def test_spells_elsewhere_are_neither_shown_nor_lost(client: Client, bob: User, harbour: Club, other: Club) -> None:
    athlete = AthleteFactory(family_name="Open", club=harbour)
    elsewhere = ClubSpell.objects.create(athlete=athlete, club=other, ends="2010-01-01")
    client.force_login(bob)
    address = reverse("admin:records_athlete_change", args=[athlete.pk])
    assert "Other Harriers" not in client.get(address).content.decode()
    own = athlete.spells.get(club=harbour)
    row = {"athlete": athlete.pk, "club": harbour.pk, "claim": "first"}
    said = person(lines("spells", row | {"id": own.pk}, there=1))
    assert client.post(address, said).status_code == 302
    forged = person(lines("spells", row | {"id": elsewhere.pk}, there=1))
    client.post(address, forged)
    elsewhere.refresh_from_db()
    assert elsewhere.club == other


def test_only_what_nothing_hangs_on_is_deleted(client: Client, bob: User, harbour: Club) -> None:
    busy, idle = AthleteFactory(given_name="Busy", club=harbour), AthleteFactory(club=harbour)
    PerformanceFactory(athlete=busy, mark="10.80")
    PerformanceFactory(athlete=busy, mark="10.70")
    Award.objects.create(
        club=harbour, athlete=busy, position=1, discipline=discipline("100"), competition="C", date=NOW.date()
    )
    ExternalId.objects.create(athlete=idle, source="s", value="1")
    client.force_login(bob)
    address = reverse("admin:records_athlete_delete", args=[busy.pk])
    page = client.get(address).content.decode()
    assert "can't be deleted, because this hangs on it" in page
    assert "2 performances" in page
    assert "1 awards" in page
    client.post(address, {"post": "yes"})
    assert Athlete.objects.filter(pk=busy.pk).exists()
    chosen = {"action": "delete_selected", "_selected_action": [busy.pk, idle.pk]}
    page = client.post(reverse("admin:records_athlete_changelist"), chosen).content.decode()
    assert "can't be deleted, because this hangs on them" in page
    assert client.post(reverse("admin:records_athlete_delete", args=[idle.pk]), {"post": "yes"}).status_code == 302
    assert list(Athlete.objects.filter(spells__club=harbour)) == [busy]


def test_a_chief_registrar_keeps_books_and_medals(client: Client, alice: User, harbour: Club) -> None:
    client.force_login(alice)
    said = {"name": "Juniors", "slug": "juniors", "club": harbour.pk}
    assert client.post(reverse("admin:records_recordbook_add"), said).status_code == 302
    book = RecordBook.objects.get(slug="juniors")
    assert book.policy is not None
    assert client.post(reverse("admin:records_recordbook_add"), said | {"club": "", "slug": "x"}).status_code == 200
    page = client.get(reverse("admin:records_recordbook_change", args=[book.pk])).content.decode()
    assert reverse("policy", args=["harbour", "juniors"]) in page
    client.post(
        reverse("admin:records_clubmedal_add"), {"club": harbour.pk, "position": 4, "label": "4th", "metal": ""}
    )
    assert ClubMedal.objects.get().label == "4th"


def test_a_rows_own_page_is_linked_and_no_row_is_found_by_counting(client: Client, bob: User, harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    client.force_login(bob)
    page = client.get(reverse("admin:records_athlete_change", args=[athlete.pk])).content.decode()
    assert athlete.get_absolute_url() in page
    for gone in (f"/admin/r/9/{athlete.pk}/", "/admin/password_change/"):
        assert client.get(gone).status_code == 404
