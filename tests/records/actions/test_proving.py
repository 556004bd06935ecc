"""Files handed in as proof, and the checklist they fill."""

from __future__ import annotations

import sys

import pytest

from records.actions.proving import ProofRefused, add_evidence, drop_unused, keep_proof, remove_evidence
from records.actions.ratifying import decide_claims
from records.domain.pictures import LARGEST
from records.domain.refusals import FileRefused
from records.models import Evidence, MarkReport, ProofFile, RecordClaim
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from tests.records.claims import claimed, png, ratifying, reported
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(harbour: Club, bob: User) -> RecordClaim:
    ratifying(harbour)
    return claimed(PerformanceFactory(athlete=AthleteFactory(club=harbour), wind=5), bob)


def test_a_proof_is_cleaned_and_named_by_its_number(harbour: Club, bob: User) -> None:
    proof = keep_proof([png()[:10], png()[10:]], club=harbour, by=bob, at=NOW)
    assert (proof.name, proof.media_type, proof.club, proof.by) == (f"proof-{proof.pk}.png", "image/png", harbour, bob)
    assert bytes(ProofFile.objects.get().content).startswith(b"\x89PNG")
    assert proof.size == len(proof.content)
    assert len(proof.sha256) == 64


def test_no_more_is_read_than_the_largest_file(harbour: Club, bob: User) -> None:
    read = []

    def endless() -> object:
        while True:
            read.append(1)
            yield b"\xff\xd8\xff" + b"x" * 1024 * 1024

    with pytest.raises(FileRefused, match="proof_too_large"):
        keep_proof(endless(), club=harbour, by=bob, at=NOW)  # type: ignore[arg-type]
    assert len(read) <= LARGEST // 1024 // 1024 + 1
    assert not ProofFile.objects.exists()


def test_the_scanner_sees_the_file_as_it_came(harbour: Club, bob: User, settings: pytest.FixtureRequest) -> None:
    check = "import sys; sys.exit(1 if b'EICAR' in sys.stdin.buffer.read() else 0)"
    settings.UPLOAD_SCAN_COMMAND = f'{sys.executable} -c "{check}"'  # type: ignore[attr-defined]
    with pytest.raises(FileRefused, match="infected"):
        keep_proof([png() + b"EICAR"], club=harbour, by=bob, at=NOW)
    assert keep_proof([png()], club=harbour, by=bob, at=NOW).pk


def test_a_line_of_evidence(claim: RecordClaim, bob: User, harbour: Club) -> None:
    one = add_evidence(claim, kind="wind", note=" seen ", file=[png()], by=bob, at=NOW)
    assert one.file
    assert (one.kind, one.note, one.file.club) == ("wind", "seen", harbour)
    entry = AuditEntry.objects.get(action="add_evidence")
    assert entry.after == {"kind": "wind", "note": "seen", "file": one.file.pk}
    assert add_evidence(claim, kind="results", note="on paper", file=None, by=bob, at=NOW).file is None


def test_a_line_that_shows_nothing_or_a_bad_file_leaves_nothing(claim: RecordClaim, bob: User) -> None:
    with pytest.raises(ProofRefused, match="note"):
        add_evidence(claim, kind="wind", note="  ", file=None, by=bob, at=NOW)
    with pytest.raises(FileRefused, match="not_a_proof"):
        add_evidence(claim, kind="wind", note="x", file=[b"MZ"], by=bob, at=NOW)
    assert not Evidence.objects.exists()


def test_a_wrong_line_goes_with_its_file_until_the_claim_is_decided(claim: RecordClaim, alice: User, bob: User) -> None:
    with_file = add_evidence(claim, kind="wind", note="", file=[png()], by=bob, at=NOW)
    words = add_evidence(claim, kind="results", note="on paper", file=None, by=bob, at=NOW)
    remove_evidence(with_file, by=bob, at=NOW)
    remove_evidence(words, by=bob, at=NOW)
    assert not ProofFile.objects.exists()
    assert AuditEntry.objects.filter(action="remove_evidence").count() == 2
    kept = add_evidence(claim, kind="wind", note="again", file=None, by=bob, at=NOW)
    decide_claims([claim], step="ratify", by=alice, at=NOW)
    with pytest.raises(ProofRefused, match="has been decided"):
        remove_evidence(kept, by=bob, at=NOW)


def test_a_file_that_something_shows_stays(claim: RecordClaim, bob: User, harbour: Club) -> None:
    shown, said, loose = (keep_proof([png()], club=harbour, by=bob, at=NOW) for _ in range(3))
    Evidence.objects.create(claim=claim, kind="wind", file=shown, at=NOW)
    report = reported(AthleteFactory(club=harbour), bob)
    MarkReport.objects.filter(pk=report.pk).update(file=said)
    drop_unused([shown.pk, said.pk, loose.pk])
    assert set(ProofFile.objects.all()) == {shown, said}
