"""Evidence and certificates for programs: the checklist filled and emptied, files handed in and out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from records.actions.ratifying import decide_claims
from records.models import Evidence, ProofFile, RecordClaim
from tests.answers import closing
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from tests.records.claims import claimed, png, ratifying
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(harbour: Club, alice: User, dana: User) -> RecordClaim:
    ratifying(harbour, evidence=["results", "wind"])
    athlete = AthleteFactory(family_name="Hill", club=harbour, account=dana)
    return claimed(
        PerformanceFactory(athlete=athlete, discipline="LJ", mark="7.10", wind=3, on=date(2026, 5, 9)), alice
    )


def hand_in(client: Client, claim: RecordClaim, **said: Any) -> Any:
    return client.post(f"/api/v1/claims/{claim.pk}/evidence/", said)


def test_the_checklist_is_filled_and_emptied(client: Client, claim: RecordClaim, bob: User) -> None:
    client.force_login(bob)
    address = f"/api/v1/claims/{claim.pk}/evidence/"
    assert [(one["kind"], one["asked"], one["shown"]) for one in client.get(address).json()] == [
        ("results", True, []), ("wind", True, []),
    ]  # fmt: skip
    made = hand_in(client, claim, kind="wind", note="The sheet", file=SimpleUploadedFile("sheet.png", png()))
    assert made.status_code == 201
    line, proof = made.json(), ProofFile.objects.get()
    assert (line["kind"], line["note"], line["who"]) == ("wind", "The sheet", str(bob))
    assert line["file"] == {"id": proof.pk, "name": proof.name, "bytes": proof.size, "type": "image/png"}
    assert client.get(address).json()[1]["shown"] == [line]
    file = client.get(f"/api/v1/proofs/{proof.pk}/")
    assert (file["Content-Type"], file.getvalue()) == ("image/png", bytes(proof.content))
    assert file["Content-Disposition"] == f'attachment; filename="{proof.name}"'
    assert client.delete(f"{address}{line['id']}/").status_code == 204
    assert client.delete(f"{address}{line['id']}/").status_code == 404
    assert not ProofFile.objects.exists()


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"kind": "wind"}, "invalid", "note"),
        ({"kind": "hearsay", "note": "x"}, "invalid", "kind"),
        ({"kind": "wind", "file": SimpleUploadedFile("x.png", b"MZ no picture")}, "not_a_proof", ""),
    ],
)
def test_what_shows_nothing_is_refused(
    said: dict[str, Any], code: str, field: str, client: Client, claim: RecordClaim, bob: User
) -> None:
    client.force_login(bob)
    refused = hand_in(client, claim, **said).json()
    assert (refused["error"], list(refused["details"])) == (code, [field] if field else [])
    assert not Evidence.objects.exists()


def test_what_a_decision_was_made_by_stays(client: Client, claim: RecordClaim, bob: User) -> None:
    client.force_login(bob)
    line = hand_in(client, claim, kind="results", note="page 3").json()["id"]
    decide_claims([claim], step="reject", because="not in the results", by=None, at=NOW)
    kept = client.delete(f"/api/v1/claims/{claim.pk}/evidence/{line}/")
    assert (kept.status_code, kept.json()["error"]) == (409, "already_decided")


def test_a_line_of_another_claim_is_none(client: Client, claim: RecordClaim, bob: User, other: Club) -> None:
    ratifying(other)
    foreign = claimed(PerformanceFactory(athlete=AthleteFactory(club=other), mark="10.40", wind=0))
    line = Evidence.objects.create(claim=foreign, kind="wind", note="seen", by=bob, at=NOW)
    client.force_login(bob)
    for pk in (claim.pk, foreign.pk):
        assert client.delete(f"/api/v1/claims/{pk}/evidence/{line.pk}/").status_code == 404
    assert hand_in(client, foreign, kind="wind", note="x").status_code == 404


def test_who_reads_a_proof_is_noted(client: Client, claim: RecordClaim, alice: User, bob: User) -> None:
    client.force_login(bob)
    pk = hand_in(client, claim, kind="wind", file=SimpleUploadedFile("sheet.png", png())).json()["file"]["id"]
    for reader in (bob, alice):
        client.force_login(reader)
        with closing(client.get(f"/api/v1/proofs/{pk}/")) as answer:
            assert answer.status_code == 200
    read = AuditEntry.objects.filter(action="read", target=f"prooffile {pk}").order_by("pk")
    assert [one.by for one in read] == [bob, alice]
    assert client.get("/api/v1/proofs/999999/").status_code == 404


def test_ones_own_claims_and_the_certificate(client: Client, claim: RecordClaim, dana: User, charlie: User) -> None:
    client.force_login(dana)
    mine = {one["id"]: one["state"] for one in client.get("/api/v1/me/claims/").json()}
    assert mine[claim.pk] == "pending"
    assert len(mine) == RecordClaim.objects.count()
    assert client.get(f"/api/v1/certificates/{claim.code}/").status_code == 404
    decide_claims([claim], step="ratify", by=None, at=NOW, because="all seen", despite=True)
    code = client.get(f"/api/v1/claims/{claim.pk}/").json()["certificate"]
    assert code == claim.code
    file = client.get(f"/api/v1/certificates/{code}/file/")
    assert (file.status_code, file.getvalue()[:5]) == (200, b"%PDF-")
    seen = Client().get(f"/api/v1/certificates/{code}/").json()
    assert (seen["state"], seen["changed"], seen["performance"]["mark"]["text"]) == ("ratified", False, "7.10")
    client.force_login(charlie)
    assert client.get(f"/api/v1/certificates/{code}/file/").status_code == 404
    assert client.get("/api/v1/me/claims/").json() == []


def test_a_rescinded_record_is_not_printed(client: Client, claim: RecordClaim, dana: User) -> None:
    decide_claims([claim], step="ratify", by=None, at=NOW, because="all seen", despite=True)
    claim.refresh_from_db()
    decide_claims([claim], step="rescind", by=None, at=NOW, because="measured short")
    client.force_login(dana)
    assert client.get(f"/api/v1/certificates/{claim.code}/file/").status_code == 404
    seen = Client().get(f"/api/v1/certificates/{claim.code}/").json()
    assert (seen["state"], seen["reason"]) == ("rescinded", "")
    assert client.get(f"/api/v1/claims/{claim.pk}/").json()["certificate"] is None
