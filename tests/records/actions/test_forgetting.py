"""An erased person's claims stay without the name, their reports and the files shown for their marks don't."""

from __future__ import annotations

import pytest

from records.actions.erasing import erase_athlete
from records.actions.proving import add_evidence, keep_proof
from records.actions.ratifying import decide_claims
from records.models import Evidence, MarkReport, ProofFile, RecordClaim
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from tests.records.actions.test_erasing import planted
from tests.records.claims import claimed, png, ratifying, reported
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


def test_of_an_erased_person_the_claim_stays_and_the_name_and_the_files_go(
    harbour: Club, alice: User, dana: User
) -> None:
    ratifying(harbour)
    athlete = AthleteFactory(given_name="Zeldaq", family_name="Qmarker", club=harbour, account=dana)
    mark = PerformanceFactory(athlete=athlete, wind=5)
    claim = claimed(mark, alice)
    add_evidence(claim, kind="birth", note="passport of Qmarker", file=[png()], by=alice, at=NOW)
    add_evidence(claim, kind="wind", note="", file=[png()], by=alice, at=NOW)
    decide_claims([claim], step="ratify", by=alice, at=NOW, because="everybody saw Qmarker")
    report = reported(athlete, dana, competition="Zeldaq Qmarker Memorial", text="I am Zeldaq Qmarker", venue="Qmarker")
    MarkReport.objects.filter(pk=report.pk).update(file=keep_proof([png()], club=harbour, by=dana, at=NOW))
    bystander = reported(AthleteFactory(club=harbour), dana)
    kept = keep_proof([png()], club=harbour, by=dana, at=NOW)
    MarkReport.objects.filter(pk=bystander.pk).update(file=kept)
    assert planted()

    done = erase_athlete(athlete, by=alice, at=NOW)

    assert planted() == set()
    assert list(ProofFile.objects.all()) == [kept]
    assert list(MarkReport.objects.all()) == [bystander]
    assert RecordClaim.objects.get(pk=claim.pk).reason == f"everybody saw {done.name}"
    assert dict(Evidence.objects.values_list("kind", "note")) == {"birth": f"passport of {done.name}", "wind": "–"}
    assert AuditEntry.objects.filter(action="ratify_claim").exists()
