"""The registrar's pages on claims, and the certificate that comes of one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from records.actions.correcting import annul_performance
from records.actions.proving import add_evidence, keep_proof
from records.actions.ratifying import decide_claims
from records.models import Athlete, Evidence, MarkReport, Performance, ProofFile, RecordClaim
from records.queries.certificates import certificate_of, file_name
from records.queries.claims import siblings_of
from tests.factories import NOW, AthleteFactory, PerformanceFactory, UserFactory
from tests.records.claims import claimed, png, ratifying, reported
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def mark(harbour: Club) -> Performance:
    ratifying(harbour, evidence=["results", "wind", "birth"], claim_days=365)
    athlete = AthleteFactory(family_name="Claimant", club=harbour)
    PerformanceFactory(
        athlete=AthleteFactory(family_name="Before", club=harbour), mark="10.95", wind=5, on=date(2026, 5, 1)
    )
    made: Performance = PerformanceFactory(athlete=athlete, mark="10.80", wind=5, competition="County", venue="Leeds")
    return made


@pytest.fixture
def claim(mark: Performance, bob: User) -> RecordClaim:
    return claimed(mark, bob)


def get(client: Client, who: User | None, route: str, *args: object, **query: str) -> Any:
    if who:
        client.force_login(who)
    return client.get(reverse(route, args=args), query)


def post(client: Client, who: User, route: str, *args: object, **said: Any) -> Any:
    client.force_login(who)
    return client.post(reverse(route, args=args), said)


def test_candidates_are_claimed_with_one_click(client: Client, mark: Performance, bob: User, harbour: Club) -> None:
    page = get(client, bob, "claims", "harbour")
    assert "Sam Claimant" in page.text
    assert "to be claimed by 1 Jun 2027" in page.text
    said = {"book": harbour.books.get().slug, "mark": [mark.pk]}
    answer = post(client, bob, "claims", "harbour", **said)
    claim = RecordClaim.objects.get(age_group="")
    assert answer["Location"] in {one.get_absolute_url() for one in RecordClaim.objects.all()}
    assert claim.opened_by == bob
    page = get(client, bob, "claims", "harbour")
    assert "Every record has been claimed." in page.text
    assert claim.get_absolute_url() in page.text
    post(client, bob, "claims", "harbour", **said)
    assert "Somebody may have been faster" in get(client, bob, "claims", "harbour").text
    post(client, bob, "claims", "harbour", book=said["book"])
    assert "Tick at least one" in get(client, bob, "claims", "harbour").text


def test_whoever_wants_one_of_many_begins_with_none_ticked(
    client: Client, mark: Performance, bob: User, harbour: Club
) -> None:
    ticked = f'value="{mark.pk}" checked>'
    assert ticked in get(client, bob, "claims", "harbour").text
    page = get(client, bob, "claims", "harbour", tick="none").text
    assert f'value="{mark.pk}">' in page
    assert ticked not in page


def test_what_does_not_fit_is_told(client: Client, bob: User, harbour: Club) -> None:
    assert "count without being ratified" in get(client, bob, "claims", "harbour").text
    assert "None." in get(client, bob, "claims", "harbour", state="retired").text
    assert get(client, bob, "claims", "harbour", state="x'--", page="9").status_code == 200
    assert post(client, bob, "claims", "harbour", book="x", mark="1").status_code == 404
    assert get(client, bob, "claim", 999_999).status_code == 404
    assert get(client, bob, "proof", 999_999).status_code == 404
    assert post(client, bob, "decide_claim", 999_999).status_code == 404


def test_many_are_claimed_at_once_and_listed_by_state(
    client: Client, mark: Performance, alice: User, harbour: Club
) -> None:
    second = PerformanceFactory(athlete=mark.athlete, discipline="200", mark="22.00", wind=5)
    answer = post(client, alice, "claims", "harbour", book=harbour.books.get().slug, mark=[mark.pk, second.pk, "x"])
    assert answer["Location"] == reverse("claims", args=["harbour"])
    claims = RecordClaim.objects.filter(performance=second).select_related("book__club", "book__policy")
    decide_claims(list(claims), step="reject", by=alice, at=NOW, because="hand timed")
    page = get(client, alice, "claims", "harbour", state="rejected")
    assert "hand timed" in page.text
    assert "22.00" in page.text
    assert "10.80" not in page.text


def test_the_page_of_a_claim(client: Client, claim: RecordClaim, bob: User) -> None:
    page = get(client, bob, "claim", claim.pk).text
    for text in ("Sam Claimant", "10.95", "Sam Before", "Full results", "Wind sheet", "missing", "Senior",
                 "waits for the chief registrar", "the last day was 1 Jun 2027"):  # fmt: skip
        assert text in page, text
    assert "Proof of birth" not in page.split('<select name="kind"')[0], "the list has no age limit"
    assert "Ratify it all the same" not in page


def test_evidence_is_added_and_removed(client: Client, claim: RecordClaim, bob: User) -> None:
    file = SimpleUploadedFile("C:\\me\\<b>passport</b>.png", png())
    assert post(client, bob, "add_evidence", claim.pk, kind="wind", note="seen", file=file).status_code == 302
    line = Evidence.objects.get()
    assert line.file
    page = get(client, bob, "claim", claim.pk).text
    assert line.file.name in page
    assert "passport" not in page
    post(client, bob, "remove_evidence", claim.pk, line.pk)
    assert not ProofFile.objects.exists()
    assert post(client, bob, "remove_evidence", claim.pk, line.pk).status_code == 302


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"kind": "wind"}, "Say in the note what you have seen"),
        ({"kind": "nothing", "note": "MY WORDS"}, "Select a valid choice"),
        ({"kind": "wind", "note": "MY WORDS", "file": b"MZ program"}, "neither a picture"),
        (
            {"kind": "wind", "note": "MY WORDS", "file": b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024)},
            "larger than 10 MB",
        ),
    ],
)
def test_a_mistake_is_told_beside_the_field_and_the_rest_is_kept(
    said: dict[str, Any], sentence: str, client: Client, claim: RecordClaim, bob: User
) -> None:
    if "file" in said:
        said = said | {"file": SimpleUploadedFile("photo.jpg", said["file"], "image/jpeg")}
    answer = post(client, bob, "add_evidence", claim.pk, **said)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("MY WORDS" in answer.text) == ("note" in said)
    assert not Evidence.objects.exists()


def test_what_was_decided_by_is_not_taken_out(client: Client, claim: RecordClaim, alice: User) -> None:
    line = add_evidence(claim, kind="wind", note="seen", file=None, by=alice, at=NOW)
    decide_claims([claim], step="reject", by=alice, at=NOW, because="x")
    post(client, alice, "remove_evidence", claim.pk, line.pk)
    assert "nothing is taken out any more" in get(client, alice, "claim", claim.pk).text


def test_a_proof_is_a_file_to_keep_for_those_who_may(
    client: Client, claim: RecordClaim, bob: User, dana: User, charlie: User, harbour: Club
) -> None:
    proof = keep_proof([png()], club=harbour, by=dana, at=NOW)
    Athlete.objects.filter(pk=claim.performance.athlete_id).update(account=dana)
    MarkReport.objects.filter(pk=reported(Athlete.objects.get(account=dana), dana).pk).update(file=proof)
    for who, status in ((bob, 200), (dana, 200), (charlie, 404), (UserFactory(), 404)):
        answer = get(client, who, "proof", proof.pk)
        assert answer.status_code == status, who
    answer = get(client, bob, "proof", proof.pk)
    assert answer["Content-Disposition"] == f'attachment; filename="proof-{proof.pk}.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "image/png"
    assert AuditEntry.objects.filter(action="read", target=f"prooffile {proof.pk}").count() == 1


def test_the_chief_ratifies_despite_what_is_missing_and_says_why(
    client: Client, claim: RecordClaim, alice: User
) -> None:
    lists = [one.pk for one in siblings_of(claim)]
    answer = post(client, alice, "decide_claim", claim.pk, step="ratify", lists=lists, because="kept")
    assert answer.status_code == 422
    assert "Evidence is missing: full results, wind sheet" in answer.text
    assert "kept" in answer.text
    said = {"step": "ratify", "lists": lists, "because": "seen by all", "despite": "on"}
    assert post(client, alice, "decide_claim", claim.pk, **said).status_code == 302
    assert set(RecordClaim.objects.values_list("state", flat=True)) == {"ratified"}
    page = get(client, alice, "claim", claim.pk).text
    assert "Download the certificate" in page
    assert "Rescind" in page


def test_a_decision_needs_a_list_a_reason_and_a_step_that_there_is(
    client: Client, claim: RecordClaim, alice: User
) -> None:
    lists = [one.pk for one in siblings_of(claim)]
    assert "Choose at least one list" in post(client, alice, "decide_claim", claim.pk, step="reject", because="x").text
    assert "the athlete reads" in post(client, alice, "decide_claim", claim.pk, step="reject", lists=lists).text
    assert post(client, alice, "decide_claim", claim.pk, step="explode", lists=lists, because="x").status_code == 404
    late = post(client, alice, "decide_claim", claim.pk, step="rescind", lists=[claim.pk], because="x")
    assert "This claim is pending now (Bob)" in late.text
    assert set(RecordClaim.objects.values_list("state", flat=True)) == {"pending"}


def test_the_athlete_reads_what_became_of_it(
    client: Client, claim: RecordClaim, alice: User, bob: User, dana: User, mark: Performance
) -> None:
    add_evidence(claim, kind="wind", note="seen", file=[png()], by=bob, at=NOW)
    decide_claims([claim], step="reject", by=alice, at=NOW, because="the gauge was broken")
    assert get(client, dana, "claim", claim.pk).status_code == 403
    Athlete.objects.filter(pk=mark.athlete_id).update(account=dana)
    page = get(client, dana, "claim", claim.pk).text
    assert "the gauge was broken" in page
    for private in ("proof-", "Add evidence", "Alice", "Bob", "Open it again"):
        assert private not in page, private
    assert "the gauge was broken" in get(client, dana, "my_reports").text


def test_boards_and_the_athlete_say_how_far_a_record_is(
    client: Client, claim: RecordClaim, alice: User, mark: Performance, harbour: Club
) -> None:
    quick = PerformanceFactory(athlete=mark.athlete, discipline="200", mark="22.00", wind=5)
    decide_claims([claim], step="ratify", by=alice, at=NOW, because="x", despite=True)
    board = get(client, None, "club", "harbour").text
    for word in ("ratified", "pending", "candidate"):
        assert f"badge-claim-{word}" in board
    story = client.get(reverse("record_story", args=[claim.book.slug, "100", "M"])).text
    assert story.count("badge-claim-ratified") == 2  # beside the holder of today, and in the succession
    assert "badge-claim-candidate" not in story, "what was bettered is no candidate any more"
    page = client.get(quick.athlete.get_absolute_url()).text
    assert "badge-claim-candidate" in page
    ratifying(harbour, ratification=False)
    assert "badge-claim" not in get(client, None, "club", "harbour").text


def certificate_page(client: Client, claim: RecordClaim) -> str:
    text: str = get(client, None, "certificate", claim.code).text
    return text


def test_the_public_page_says_whether_the_record_stands(client: Client, claim: RecordClaim, alice: User) -> None:
    assert get(client, None, "certificate", claim.code).status_code == 404, "nobody has decided yet"
    decide_claims([claim], step="ratify", by=alice, at=NOW, because="x", despite=True)
    page = certificate_page(client, claim)
    assert "was ratified on" in page
    assert "Sam Claimant" in page
    assert "Men, all ages" in page
    assert "Download" not in page
    decide_claims([claim], step="rescind", by=alice, at=NOW, because="the course was short")
    assert "rescinded on" in certificate_page(client, claim)
    assert "the course was short" not in certificate_page(client, claim)
    decide_claims([claim], step="reopen", by=alice, at=NOW, because="measured anew")
    assert "looking at this record again" in certificate_page(client, claim)
    decide_claims([claim], step="reject", by=alice, at=NOW, because="short indeed")
    assert "was not ratified" in certificate_page(client, claim)
    decide_claims([claim], step="reopen", by=alice, at=NOW, because="measured anew")
    decide_claims([claim], step="ratify", by=alice, at=NOW, because="x", despite=True)
    decide_claims([claim], step="retire", by=alice, at=NOW, because="no longer run")
    assert "was retired on" in certificate_page(client, claim)
    for code in ("nothing", "x%00", "ñ"):
        assert client.get(f"/certificates/{code}/").status_code == 404


def test_a_mark_that_was_annulled_is_no_ratified_record(
    client: Client, claim: RecordClaim, alice: User, mark: Performance
) -> None:
    decide_claims([claim], step="ratify", by=alice, at=NOW, because="x", despite=True)
    annul_performance(mark, by=alice, at=NOW, because="doping")
    page = certificate_page(client, claim)
    assert "corrected or annulled" in page
    assert "has not been taken back" not in page


def test_the_certificate_of_a_hidden_athlete_names_nobody_to_strangers(
    client: Client, claim: RecordClaim, alice: User, mark: Performance
) -> None:
    decide_claims([claim], step="ratify", by=alice, at=NOW, because="x", despite=True)
    Athlete.objects.filter(pk=mark.athlete_id).update(visibility="club")
    assert "Claimant" not in certificate_page(client, claim)
    assert "Athlete of Harbour AC" in certificate_page(client, claim)
    assert "Claimant" in get(client, alice, "certificate", claim.code).text


def test_the_certificate_on_paper(
    client: Client, claim: RecordClaim, alice: User, dana: User, charlie: User, mark: Performance
) -> None:
    decide_claims([claim], step="ratify", by=alice, at=NOW, because="x", despite=True)
    assert get(client, charlie, "certificate_file", claim.code).status_code == 404
    answer = get(client, dana, "certificate_file", claim.code)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'attachment; filename="100-m-sam-claimant-2026-06-01.pdf"'
    Athlete.objects.filter(pk=mark.athlete_id).update(account=charlie)
    assert get(client, charlie, "certificate_file", claim.code).status_code == 200
    assert "Download the certificate" in get(client, charlie, "certificate", claim.code).text
    decide_claims([claim], step="rescind", by=alice, at=NOW, because="x")
    assert get(client, dana, "certificate_file", claim.code).status_code == 404


def test_the_name_of_a_certificates_file_is_plain(client: Client, claim: RecordClaim, mark: Performance) -> None:
    Athlete.objects.filter(pk=mark.athlete_id).update(given_name="Łucja", family_name="Núñez-Ōe")
    Performance.objects.filter(pk=mark.pk).update(date_precision="month")
    one = RecordClaim.objects.get(pk=claim.pk)
    assert file_name(certificate_of(one, UserFactory(is_superuser=True))) == "100-m-lucja-nunez-oe-2026-06"


def test_the_story_says_when_it_was_ratified(
    client: Client, claim: RecordClaim, alice: User, charlie: User, dana: User
) -> None:
    address = reverse("record_story", args=[claim.book.slug, "100", "M"])
    assert "ratified on" not in client.get(address).text
    decide_claims([claim], step="ratify", by=alice, at=NOW, because="x", despite=True)
    certificate = reverse("certificate", args=[claim.code])
    for visitor, sees in ((charlie, False), (dana, True)):
        client.force_login(visitor)
        page = client.get(address).text
        assert f"ratified on {date_format(NOW, 'j M Y')}" in page
        assert (certificate in page) is sees
    decide_claims([claim], step="rescind", by=alice, at=NOW, because="x")
    assert "ratified on" not in client.get(address).text
