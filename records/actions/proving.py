"""Proofs handed in, and the lines of a claim's checklist that they fill."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from records.actions.scanning import scan_file
from records.domain.claiming import PENDING
from records.domain.pictures import LARGEST, clean_proof
from records.models import Evidence, MarkReport, ProofFile, RecordClaim
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import Club, User


class ProofRefused(ValueError):
    """A line of evidence that shows nothing, or can't be taken out any more, in a sentence."""


def keep_proof(pieces: Iterable[bytes], *, club: Club | None, by: User, at: datetime) -> ProofFile:
    """The file, scanned, cleaned and named by its number. Raises FileRefused.

    Reads no more than the largest file that is taken, and a piece."""
    content = b""
    for piece in pieces:
        content += piece
        if len(content) > LARGEST:
            break
    clean = clean_proof(content)
    scan_file([content])
    with transaction.atomic():
        proof = ProofFile.objects.create(
            club=club,
            name="proof",
            media_type=clean.media_type,
            size=len(clean.content),
            sha256=sha256(clean.content).hexdigest(),
            content=clean.content,
            by=by,
            at=at,
        )
        proof.name = f"proof-{proof.pk}.{clean.ending}"
        proof.save(update_fields=["name"])
    return proof


def add_evidence(
    claim: RecordClaim, *, kind: str, note: str, file: Iterable[bytes] | None, by: User, at: datetime
) -> Evidence:
    """One line more on the checklist, for all lists in which the performance is claimed. Raises ProofRefused and
    FileRefused."""
    note = note.strip()
    if not note and file is None:
        raise ProofRefused(_("Say in the note what you have seen, or add a file that shows it."))
    with transaction.atomic():
        proof = None if file is None else keep_proof(file, club=claim.book.club, by=by, at=at)
        evidence = Evidence.objects.create(claim=claim, kind=kind, note=note, file=proof, by=by, at=at)
        record_deed(
            "add_evidence",
            target=f"recordclaim {claim.pk}",
            by=by,
            at=at,
            club=claim.book.club,
            after={"kind": kind, "note": note, "file": proof.pk if proof else None},
        )
    return evidence


def remove_evidence(evidence: Evidence, *, by: User, at: datetime) -> None:
    """Take a wrong line out again, with its file. What a decision was made by stays: raises ProofRefused."""
    with transaction.atomic():
        claim = (
            RecordClaim.objects.select_for_update(of=("self",)).select_related("book__club").get(pk=evidence.claim_id)
        )
        if claim.state != PENDING:
            raise ProofRefused(_("This claim has been decided by what was shown, so nothing is taken out any more."))
        proof = evidence.file
        evidence.delete()
        if proof is not None:
            drop_unused([proof.pk])
        record_deed(
            "remove_evidence",
            target=f"recordclaim {claim.pk}",
            by=by,
            at=at,
            club=claim.book.club,
            before={"kind": evidence.kind, "note": evidence.note, "file": proof.pk if proof else None},
        )


def drop_unused(proofs: Iterable[int]) -> None:
    """Delete those of ``proofs`` that neither a claim nor a report shows any more."""
    ids = list(proofs)
    shown = set(Evidence.objects.filter(file__in=ids).values_list("file", flat=True))
    shown |= set(MarkReport.objects.filter(file__in=ids).values_list("file", flat=True))
    ProofFile.objects.filter(pk__in=set(ids) - shown).delete()
