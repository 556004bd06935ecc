"""What a registrar's desk has on it, as the addresses and examples of the API name it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from records.actions.ceremonies import add_guest, choose_honours, plan_ceremony, token_of
from records.actions.medals import enter_awards
from records.actions.merging import merge_athletes
from records.actions.proving import add_evidence
from records.actions.ratifying import decide_claims
from records.models import Athlete, Best, Performance, Record
from records.queries.placings import Contest, Placing
from tests.factories import AthleteFactory, PerformanceFactory, discipline
from tests.records.claims import claimed, png, ratifying, reported
from trackhub.clubs.models import Club, User

SAM = 700_042
"""The athlete whom the examples name; an id that no sequence reaches in tests."""
CANDIDATE = 700_043
"""A performance of Sam's that nobody has claimed."""
TWIN = 700_999
"""The athlete who may be Sam once more."""


def desk_rows(club: Club, chief: User) -> dict[str, list[Any]]:
    """A candidate, a claim that waits with its proof, one that is ratified, a report of Sam's, an award, a double of
    Sam's, a merge of two others, and a ceremony."""
    ratifying(club)
    sam = Athlete.objects.get(pk=SAM)
    _numbered(PerformanceFactory(athlete=sam, discipline="HJ", mark="1.95", on=date(2026, 5, 9)), CANDIDATE)
    claim = claimed(PerformanceFactory(athlete=sam, discipline="1500", mark="3:59.10", on=date(2026, 5, 9)), chief)
    report = reported(sam, chief)
    contest = Contest(discipline("LJ"), "County Championships", date(2026, 5, 9))
    (award,) = enter_awards(club, contest, [Placing(sam, 2)], by=chief, at=timezone.now())
    AthleteFactory(pk=TWIN, given_name="Sammy", family_name="Open", club=club)
    stays, goes = (AthleteFactory(given_name=name, family_name="Once", club=club) for name in ("Tom", "Thomas"))
    merge = merge_athletes(stays, merged=goes, by=None, at=timezone.now())
    shown = add_evidence(claim, kind="results", note="page 3", file=[png()], by=chief, at=timezone.now())
    ratified = claimed(PerformanceFactory(athlete=sam, discipline="400", mark="48.20", on=date(2026, 5, 9)), chief)
    decide_claims([ratified], step="ratify", by=chief, at=timezone.now())
    return {
        "claims": [claim.pk, ratified.pk],
        "evidence": [shown.pk],
        "proofs": [shown.file_id],
        "certificates": [ratified.code],
        "reports": [report.pk],
        "merges": [merge.pk],
        "awards": [award.pk],
        **_ceremony_rows(club, sam, chief),
    }


def _ceremony_rows(club: Club, sam: Athlete, chief: User) -> dict[str, list[Any]]:
    now = timezone.now()
    evening = {"title": "Awards", "place": "Club house", "text": "Come"}
    planned = plan_ceremony(club, starts=now + timedelta(days=7), by=chief, at=now, **evening)
    begun = plan_ceremony(club, starts=now - timedelta(hours=1), by=chief, at=now, **evening)
    honoured = PerformanceFactory(athlete=sam, discipline="400", mark="49.90", on=date(2026, 5, 2))
    choose_honours(planned, [f"performance-{honoured.pk}"], by=chief, at=now)
    guest = add_guest(planned, name="Aunt", email="aunt@example.org", athlete=sam, by=chief, at=now)
    return {
        "ceremonies": [planned.pk, begun.pk],
        "honours": list(planned.honours.values_list("pk", flat=True)),
        "guests": [guest.pk],
        "rsvp": [token_of(guest)],
    }


def _numbered(one: Performance, pk: int) -> None:
    """The performance with another id."""
    Performance.objects.filter(pk=one.pk).update(id=pk)
    Best.objects.filter(performance=one.pk).update(performance=pk)
    Record.objects.filter(performance=one.pk).update(performance=pk)
