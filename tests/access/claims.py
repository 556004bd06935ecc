"""Who may open what: claims, reports of marks, proofs and certificates."""

from __future__ import annotations

from datetime import date
from typing import Any

from records.actions.proving import add_evidence, keep_proof
from records.actions.ratifying import decide_claims
from records.models import Performance, RecordClaim
from tests.access.who import LOGIN, PUBLIC, own, registrars
from tests.factories import NOW, AthleteFactory, PerformanceFactory, UserFactory
from tests.records.claims import claimed, png, ratifying, reported
from trackhub.clubs.models import Club

MEMBERS = (LOGIN, 404, *(200,) * 8)
CHIEFS = (LOGIN, 404, 422, 403, 403, 403, 403, 403, 403, 422)

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "claims", registrars(200)),
    ("post", "claims", registrars(404)),  # no book is named
    ("get", "export_claims", registrars(200)),
    ("get", "claim", registrars(200)),
    ("post", "add_evidence", registrars(422)),
    ("post", "remove_evidence", registrars(302)),
    ("post", "decide_claim", CHIEFS),
    ("get", "proof", registrars(200)),
    ("get", "certificate", PUBLIC),
    ("get", "certificate_file", MEMBERS),
    ("get", "my_reports", own(200)),
    # The athlete is somebody else.
    ("get", "report_missing", own(404)),
    ("post", "report_missing", own(404)),
    ("get", "report_wrong", own(404)),
    ("post", "report_wrong", own(404)),
    ("post", "withdraw_report", own(404)),
    ("get", "reports", registrars(200)),
    ("get", "report", registrars(200)),
    ("post", "report", registrars(422)),
    ("post", "decline_report", registrars(422)),
)
"""(method, route name, statuses in the order of VISITORS)"""

FORMS: dict[str, dict[str, Any]] = {
    "claims": {"book": "harbour", "mark": "1"},
    "add_evidence": {"kind": "wind", "note": "seen"},
    "remove_evidence": {},
    "decide_claim": {"step": "ratify", "because": "", "despite": ""},
    "report_missing": {
        "discipline": "100", "mark": "10.60", "date": "2026-06-03", "wind": "", "competition": "", "venue": "", "text": "",
    },
    "report_wrong": {"mark": "37.60", "date": "2026-06-03", "wind": "", "competition": "", "venue": "", "text": ""},
    "withdraw_report": {},
    "report": {
        "discipline": "100", "mark": "10.60", "date": "2026-06-03", "wind": "", "competition": "", "venue": "",
        "facility": "", "round": "", "place": "", "answer": "",
    },
    "decline_report": {"because": "not in the results"},
}  # fmt: skip
"""By route, the whole order of each form, for the test that it takes no field more."""


def _mark(club: Club, event: str) -> Performance:
    athlete = AthleteFactory(family_name="Claimant", birth_date=None, club=club)
    made: Performance = PerformanceFactory(athlete=athlete, discipline=event, mark="38.00", on=date(2026, 6, 2), wind=1)
    return made


def _decided(club: Club) -> RecordClaim:
    claim = claimed(_mark(club, "200"))
    decide_claims([claim], step="ratify", by=None, at=NOW)
    return claim


def rows_of(club: Club) -> dict[str, list[object]]:
    """Makes rows of ``club``; by route, the arguments of its address."""
    ratifying(club)
    person = UserFactory()
    claim, decided = claimed(_mark(club, "300")), _decided(club)
    evidence = add_evidence(claim, kind="wind", note="seen", file=None, by=person, at=NOW)
    proof = keep_proof([png()], club=club, by=person, at=NOW)
    mark = _mark(club, "150")
    report = reported(mark.athlete, person)
    return {
        "claims": [club.slug],
        "export_claims": [club.slug, "csv"],
        "claim": [claim.pk],
        "add_evidence": [claim.pk],
        "remove_evidence": [claim.pk, evidence.pk],
        "decide_claim": [claim.pk],
        "proof": [proof.pk],
        "certificate": [decided.code],
        "certificate_file": [decided.code],
        "report_missing": [mark.athlete_id],
        "report_wrong": [mark.pk],
        "withdraw_report": [report.pk],
        "reports": [club.slug],
        "report": [report.pk],
        "decline_report": [report.pk],
    }
