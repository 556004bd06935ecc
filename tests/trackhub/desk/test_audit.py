"""The admin writes every change into the audit trail, and who looked at private rows."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from records.models import Athlete, ExternalId
from tests.factories import AthleteFactory, UserFactory
from trackhub.clubs.models import AuditEntry, Club, Membership, User
from trackhub.desk.audit import AuditedDesk

pytestmark = pytest.mark.django_db


def entries() -> list[tuple[str, str]]:
    found = AuditEntry.objects.filter(action__startswith="admin_").order_by("pk")
    return list(found.values_list("action", "target"))


def lines(prefix: str, *rows: dict[str, object], there: int = 0) -> dict[str, object]:
    said: dict[str, object] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": there}
    return said | {f"{prefix}-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}


def person(**said: object) -> dict[str, object]:
    given = {
        "family_name": "Open",
        "given_name": "Sam",
        "sex": "M",
        "birth_date": "1998-03-14",
        "birth_precision": "day",
    }
    empty = lines("external_ids") | lines("aliases") | lines("spells") | lines("guardianships")
    return given | {"visibility": "public"} | empty | said


def test_every_desk_is_audited(client: Client) -> None:
    client.get("/admin/")
    assert len(admin.site._registry) > 20
    assert [model for model, desk in admin.site._registry.items() if not isinstance(desk, AuditedDesk)] == []


def test_a_change_with_its_lines(admin_client: Client, admin_user: User, harbour: Club) -> None:
    athlete = AthleteFactory(family_name="Open", given_name="Sam")
    address = reverse("admin:records_athlete_change", args=[athlete.pk])
    said = person(given_name="Sammy", **lines("external_ids", {"source": "s", "value": "a1", "athlete": athlete.pk}))
    assert admin_client.post(address, said).status_code == 302
    known = ExternalId.objects.get()
    changed, added = AuditEntry.objects.filter(action__startswith="admin_").order_by("pk")
    assert (changed.action, changed.target, changed.by) == ("admin_change_athlete", f"athlete {athlete.pk}", admin_user)
    assert (changed.before, changed.after) == ({"given_name": "Sam"}, {"given_name": "Sammy"})
    assert (added.action, added.target) == ("admin_add_externalid", f"externalid {known.pk}")
    assert added.after == {"source": "s", "value": "a1"}
    row = {"id": known.pk, "source": "s", "value": "a2", "athlete": athlete.pk}
    admin_client.post(address, person(given_name="Sammy", **lines("external_ids", row, there=1)))
    admin_client.post(address, person(given_name="Sammy", **lines("external_ids", row | {"DELETE": "on"}, there=1)))
    after = AuditEntry.objects.filter(action__startswith="admin_").order_by("pk")[2:]
    assert [(one.action, one.before, one.after) for one in after] == [
        ("admin_change_externalid", {"value": "a1"}, {"value": "a2"}),
        ("admin_delete_externalid", {"id": known.pk, "athlete": athlete.pk}, {}),
    ]


def test_a_save_without_a_change_is_none(admin_client: Client) -> None:
    athlete = AthleteFactory(family_name="Open", given_name="Sam")
    admin_client.post(reverse("admin:records_athlete_change", args=[athlete.pk]), person())
    assert entries() == []


def test_deletions_one_by_one_and_in_bulk(admin_client: Client, alice: User, bob: User, dana: User) -> None:
    one = Membership.objects.get(user=dana)
    admin_client.post(reverse("admin:clubs_membership_delete", args=[one.pk]), {"post": "yes"})
    others = list(Membership.objects.order_by("pk").values_list("pk", flat=True))
    chosen = {"action": "delete_selected", "_selected_action": others, "post": "yes"}
    admin_client.post(reverse("admin:clubs_membership_changelist"), chosen)
    assert sorted(entries()) == sorted(("admin_delete_membership", f"membership {pk}") for pk in [one.pk, *others])
    gone = AuditEntry.objects.get(target=f"membership {one.pk}")
    assert (gone.before["role"], gone.before["user"]) == ("athlete", dana.pk)


def test_no_hash_and_no_address_of_who_is_gone(admin_client: Client) -> None:
    user = UserFactory(email="gone@example.org", name="Gordon Gone")
    said = {"email": "gone@example.org", "name": "Gordon G. Gone", "is_active": "on"} | lines("memberships")
    admin_client.post(reverse("admin:clubs_user_change", args=[user.pk]), said)
    assert ("admin_change_user", f"user {user.pk}") in entries()
    admin_client.post(reverse("admin:clubs_user_delete", args=[user.pk]), {"post": "yes"})
    trail = json.dumps(list(AuditEntry.objects.values("action", "target", "before", "after")))
    assert "admin_delete_user" in trail
    for private in ("argon2", "md5$", "gone@example.org", "Gordon"):
        assert private not in trail


def test_looks_at_private_rows_are_noted(admin_client: Client, admin_user: User, harbour: Club) -> None:
    athlete = AthleteFactory()
    for _ in range(2):
        assert admin_client.get(reverse("admin:records_athlete_change", args=[athlete.pk])).status_code == 200
    admin_client.get(reverse("admin:clubs_club_change", args=[harbour.pk]))
    assert list(AuditEntry.objects.filter(action="read").values_list("by", "target")) == [
        (admin_user.pk, f"athlete {athlete.pk}")
    ]


def test_an_erased_athlete_is_not_edited(admin_client: Client, admin_user: User) -> None:
    athlete = AthleteFactory(erased=admin_user.date_joined)
    admin_client.post(reverse("admin:records_athlete_change", args=[athlete.pk]), person(given_name="Back"))
    athlete.refresh_from_db()
    assert athlete.given_name != "Back"
    assert Athlete.objects.count() == 1


def test_no_secret_of_a_second_factor_that_was_taken_away(admin_client: Client, alice: User) -> None:
    factor = Authenticator.objects.create(user=alice, type="totp", data={"secret": "TOTPSECRET"})
    admin_client.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"})
    gone = AuditEntry.objects.get(action="admin_delete_authenticator")
    assert gone.before["user"] == alice.pk
    assert "TOTPSECRET" not in json.dumps(gone.before)
