"""What a performance would do, asked by a program before it is done."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from records.actions.correcting import annul_performance, correct_performance
from records.models import Athlete, Performance
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def best(harbour: Club) -> Performance:
    athlete = AthleteFactory(family_name="Hill", club=harbour)
    PerformanceFactory(athlete=athlete, discipline="HJ", mark="1.80", on=date(2025, 5, 9))
    made: Performance = PerformanceFactory(athlete=athlete, discipline="HJ", mark="1.95", on=date(2026, 5, 9))
    return made


def ask(client: Client, by: User, address: str, **said: Any) -> Any:
    client.force_login(by)
    return client.post(f"/api/v1/performances/{address}", said, content_type="application/json")


def test_nothing_is_changed_by_asking(client: Client, best: Performance, bob: User) -> None:
    assert best.athlete is not None
    entry = {"athlete": best.athlete.pk, "discipline": "HJ", "mark": "2.01", "date": "2026-06-01"}
    better = ask(client, bob, "preview/", **entry).json()
    assert {"what": "personal best", "name": "High jump", "before": "1.95 (9 May 2026)", "after": "2.01 (1 Jun 2026)",
            "ours": True} in better["bests"]  # fmt: skip
    worse = ask(client, bob, f"{best.pk}/correct/preview/", mark="1.75").json()
    assert worse["records"][0]["after"] == "1.80 Sam Hill (2025)"
    gone = ask(client, bob, f"{best.pk}/annul/preview/").json()
    assert (gone["records"][0]["after"], gone["steps"] > 0) == ("1.80 Sam Hill (2025)", True)
    assert Performance.objects.count() == 2
    annul_performance(best, by=None, at=NOW, because="measured short")
    again = ask(client, bob, f"{best.pk}/annul/preview/").json()
    assert again["records"][0]["after"] == "1.95 Sam Hill (2026)"


def test_what_could_not_be_done_is_refused(client: Client, best: Performance, bob: User, other: Club) -> None:
    stranger: Athlete = AthleteFactory(club=other)
    foreign = PerformanceFactory(athlete=stranger, mark="10.40", wind=0)
    entry = {"athlete": stranger.pk, "discipline": "HJ", "mark": "2.01", "date": "2026-06-01"}
    assert ask(client, bob, "preview/", **entry).status_code == 404
    assert ask(client, bob, f"{foreign.pk}/correct/preview/", mark="10.30").status_code == 404
    wrong = ask(client, bob, f"{best.pk}/correct/preview/", mark="1o.2")
    assert (wrong.status_code, wrong.json()["error"]) == (422, "unreadable_mark")
    correct_performance(best, by=None, at=NOW, because="misread", mark="1.96")
    for deed in ("correct", "annul"):
        late = ask(client, bob, f"{best.pk}/{deed}/preview/")
        assert (late.status_code, late.json()["error"]) == (409, "superseded")
