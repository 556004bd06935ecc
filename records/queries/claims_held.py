"""What an export says of claims of one's marks, of what one reported, and of what one handed in or decided."""

from __future__ import annotations

from records.models import Evidence, MarkReport, ProofFile, RecordClaim, RecordPolicy
from records.queries.subjects import of_people, of_user, plain_section

SECTIONS = (
    plain_section(
        "record_claims",
        RecordClaim,
        of_people("performance__athlete"),
        ("id", "book__slug", "performance__id", "age_group", "state", "reason", "opened", "decided", "code"),
    ),
    plain_section(
        "record_evidence",
        Evidence,
        of_people("claim__performance__athlete"),
        ("claim__id", "kind", "note", "file__name", "at"),  # the files are the club's
    ),
    plain_section(
        "mark_reports",
        MarkReport,
        of_people("athlete"),
        ("id", "kind", "performance__id", "discipline__code", "mark", "date", "wind", "competition", "venue", "text",
         "file__name", "state", "answer", "at", "decided", "outcome__id"),
        ["records.MarkReport.athlete"],
    ),
    plain_section(
        "mark_reports_by_me", MarkReport, of_user("by"), ("id", "kind", "athlete__id", "at", "state"),
        ["records.MarkReport.by"],
    ),
    plain_section(
        "proofs_by_me", ProofFile, of_user("by"), ("id", "name", "media_type", "size", "sha256", "at"),
        ["records.ProofFile.by"],
    ),
    plain_section(
        "policies_by_me", RecordPolicy, of_user("by"), ("book__slug", "version", "note", "created"),
        ["records.RecordPolicy.by"],
    ),
    # What people did in their office: that they did it is theirs, whose mark it was isn't.
    plain_section(
        "claims_by_me", RecordClaim, of_user("opened_by"), ("id", "opened"), ["records.RecordClaim.opened_by"]
    ),
    plain_section(
        "claims_decided_by_me", RecordClaim, of_user("decided_by"), ("id", "state", "decided"),
        ["records.RecordClaim.decided_by"],
    ),
    plain_section("evidence_by_me", Evidence, of_user("by"), ("id", "kind", "at"), ["records.Evidence.by"]),
    plain_section(
        "mark_reports_answered_by_me", MarkReport, of_user("decided_by"), ("id", "state", "decided"),
        ["records.MarkReport.decided_by"],
    ),
)  # fmt: skip
