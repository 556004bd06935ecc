"""Claims for programs: what waits, one claim, and the decision."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from records.actions.correcting import correct_performance
from records.actions.ratifying import decide_claims
from records.models import Performance, RecordClaim
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported
from tests.records.api.answers import rows
from tests.records.claims import claimed, ratifying
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def mark(harbour: Club, dana: User) -> Performance:
    ratifying(harbour, evidence=["results"])
    made: Performance = PerformanceFactory(
        athlete=AthleteFactory(family_name="Hill", birth_date=None, club=harbour, account=dana),
        mark="10.52", wind=5, on=date(2026, 6, 1),
    )  # fmt: skip
    return made


def post(client: Client, who: User, address: str, **said: Any) -> Any:
    client.force_login(who)
    return client.post(f"/api/v1/{address}", said, content_type="application/json")


def states(client: Client, **asked: str) -> list[tuple[str, str]]:
    return [(one["mark"]["text"], one["state"]) for one in rows(client, "records/", book="harbour", **asked)]


def test_from_the_candidate_to_the_ratified_record(
    client: Client, mark: Performance, alice: User, bob: User, dana: User
) -> None:
    client.force_login(bob)
    (waiting,) = rows(client, "clubs/harbour/claims/", state="candidate")
    assert (waiting["id"], waiting["state"], waiting["opened"]) == (None, "candidate", None)
    assert (waiting["performance"]["id"], waiting["performance"]["mark"]["text"]) == (mark.pk, "10.52")
    assert rows(client, "clubs/harbour/claims/") == []

    answer = post(client, bob, "clubs/harbour/claims/", book="harbour", performance=mark.pk)
    assert answer.status_code == 201
    (claim,) = answer.json()["claims"]
    assert (claim["state"], claim["book"], claim["age_group"]) == ("pending", "harbour", "")
    again = post(client, bob, "clubs/harbour/claims/", book="harbour", performance=mark.pk)
    assert (again.status_code, again.json()["error"]) == (409, "nothing_to_claim")

    address = f"claims/{claim['id']}/"
    kept = client.get(f"/api/v1/{address}").json()
    assert kept["objections"] == ["Evidence is missing: full results."]
    assert (kept["holds"], kept["steps"], kept["before"]) == (True, [], None)
    assert kept["evidence"] == [{"kind": "results", "asked": True, "notes": []}]
    assert [(one["what"], one["who"]) for one in kept["history"]] == [("Claimed", "Bob")]

    client.force_login(alice)
    assert client.get(f"/api/v1/{address}").json()["steps"] == ["ratify", "reject"]
    for said, field in (({}, "despite"), ({"despite": True}, "because")):
        refused = post(client, alice, f"{address}decide/", step="ratify", **said)
        assert (refused.status_code, list(refused.json()["details"])) == (422, [field])
    done = post(client, alice, f"{address}decide/", step="ratify", despite=True, because="seen by the referee")
    assert (done.status_code, done.json()["state"]) == (200, "ratified")
    late = post(client, alice, f"{address}decide/", step="reject", because="no")
    assert (late.status_code, late.json()["error"]) == (409, "already_decided")

    client.force_login(dana)
    own = client.get(f"/api/v1/{address}").json()
    assert (own["state"], own["reason"]) == ("ratified", "seen by the referee")
    assert {one["who"] for one in own["history"]} == {""}
    assert client.get("/api/v1/claims/999999/").status_code == 404


def test_the_record_before_it_is_named_as_the_visitor_may_see_it(
    client: Client, mark: Performance, harbour: Club, bob: User
) -> None:
    shy = AthleteFactory(family_name="Shylock", birth_date=None, club=harbour, visibility="club")
    better = claimed(PerformanceFactory(athlete=shy, mark="10.40", wind=0, on=date(2026, 7, 1)))
    client.force_login(bob)
    before = client.get(f"/api/v1/claims/{better.pk}/").json()["before"]
    assert before == {"mark": "10.52", "holders": ["Sam Hill"], "date": "2026-06-01", "performance": mark.pk}


def test_a_rejected_mark_is_given_a_reason(client: Client, mark: Performance, alice: User) -> None:
    claim = claimed(mark)
    refused = post(client, alice, f"claims/{claim.pk}/decide/", step="reject")
    assert (refused.status_code, list(refused.json()["details"])) == (422, ["because"])
    RecordClaim.objects.get(pk=claim.pk, state="pending")
    done = post(client, alice, f"claims/{claim.pk}/decide/", step="reject", because="downhill")
    assert (done.json()["state"], done.json()["holds"]) == ("rejected", False)
    gone = post(client, alice, f"claims/{claim.pk}/decide/", step="rescind", because="downhill")
    assert (gone.status_code, gone.json()["error"]) == (409, "already_decided")


def test_a_mark_that_is_no_record_any_more_is_not_ratified(client: Client, mark: Performance, alice: User) -> None:
    claim = claimed(mark)
    correct_performance(mark, by=None, at=NOW, because="misread", mark="12.05")
    refused = post(client, alice, f"claims/{claim.pk}/decide/", step="ratify")
    assert (refused.status_code, refused.json()["error"]) == (422, "refused")


def test_what_can_not_be_asked(client: Client, mark: Performance, bob: User) -> None:
    client.force_login(bob)
    assert client.get("/api/v1/clubs/harbour/claims/", {"state": "odd"}).status_code == 422
    assert client.get("/api/v1/clubs/nowhere/claims/").status_code == 404
    refused = post(client, bob, "clubs/harbour/claims/", book="another", performance=mark.pk)
    assert list(refused.json()["details"]) == ["book"]
    assert rows(client, "clubs/harbour/claims/", state="rescinded") == []


def test_records_say_what_became_of_their_claims(client: Client, mark: Performance, harbour: Club) -> None:
    assert states(client) == [("10.52", "candidate")]
    claim = claimed(mark)
    assert states(client) == [("10.52", "pending")]
    decide_claims([claim], step="ratify", by=None, at=NOW, despite=True, because="seen")
    assert states(client, history="true") == [("10.52", "ratified")]
    better = PerformanceFactory(athlete=mark.athlete, mark="10.50", wind=0, on=date(2026, 7, 1))
    PerformanceFactory(athlete=mark.athlete, mark="10.41", wind=0, on=date(2026, 8, 1))
    assert better.best.pb == "PB"
    # Nobody claimed the one between while it stood.
    assert sorted(states(client, history="true")) == [("10.41", "candidate"), ("10.50", ""), ("10.52", "ratified")]


def test_states_cost_one_query_a_page_and_none_without_ratification(client: Client, harbour: Club, other: Club) -> None:
    imported(
        "records", "discipline,sex,mark,holder,date\nHJ,F,1.71,Ann Elder,1978\n", club=harbour, book=harbour.books.get()
    )
    PerformanceFactory(athlete=AthleteFactory(club=other, birth_date=None), wind=0)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/api/v1/records/").status_code == 200
        return len(seen)

    assert {state for _mark, state in states(client)} == {""}
    without = cost()
    ratifying(harbour)
    assert cost() == without  # an old record has nothing to ratify
    athlete = AthleteFactory(club=harbour, birth_date=None)
    for code in ("100", "200"):
        claimed(PerformanceFactory(athlete=athlete, discipline=code, mark="22.00", wind=0))
    assert cost() == without + 1
