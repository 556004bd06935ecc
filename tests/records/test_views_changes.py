"""The log of changes: in words, of one club, page by page, and as a file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.actions.correcting import annul_performance, correct_performance
from records.actions.erasing import erase_athlete
from records.actions.guarding import appoint_guardian
from records.models import Athlete, Performance
from records.queries import changes as queries
from tests.factories import NOW, AthleteFactory, PerformanceFactory, UserFactory, imported
from trackhub.clubs.actions.audit import note_reading, record_deed
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)


@pytest.fixture
def mark(athlete: Athlete, bob: User) -> Performance:
    """Entered, corrected and annulled."""
    first = PerformanceFactory(athlete=athlete, mark="10.52", wind=5, venue="Leeds", by=bob)
    second = correct_performance(first, by=bob, at=NOW, because="typing error", mark="10.50", wind=-3)
    annul_performance(second, by=bob, at=NOW + timedelta(days=1), because="false start")
    return second


def log(client: Client, club: Club, **query: object) -> str:
    response = client.get(reverse("changes", args=[club.slug], query=query or None))
    assert response.status_code == 200
    return response.content.decode()


def listed(text: str) -> str:
    """The table alone."""
    return text.split('id="found"')[1].split("</main>")[0]


@pytest.fixture
def registrar(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def test_deeds_are_told_in_words(registrar: Client, mark: Performance, harbour: Club) -> None:
    text = log(registrar, harbour)
    for said in (
        "Performance corrected", "Performance entered", "Performance annulled", "Bob", "20 Nov 2026",
        "Mark: 10.52 → <b>10.50</b>", "Wind: +0.5 m/s → <b>−0.3 m/s</b>", "Why: <b>typing error</b>",
        "Annulled because: <b>false start</b>", "10.50, 100 m, Sam Hill", reverse("performance", args=[mark.pk]),
    ):  # fmt: skip
        assert said in text


def test_the_history_of_one_thing_holds_all_its_versions(registrar: Client, mark: Performance, harbour: Club) -> None:
    imported("athletes", "family name,sex\nNew,M\n", club=harbour)
    assert "import of file.csv" in log(registrar, harbour)
    text = log(registrar, harbour, target=f"performance {mark.pk}")
    assert all(said in text for said in ("Performance entered", "Performance corrected", "Performance annulled"))
    assert "import of" not in text
    for nothing in ("performance 999999999", "performance x", "athlete", "performance " + "9" * 30):
        assert "Nothing was changed that fits" in log(registrar, harbour, target=nothing)


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ({"what": "annul_performance"}, "false start", "typing error"),
        ({"who": "bob"}, "false start", "import of"),
        ({"since": "2026-11-21"}, "false start", "typing error"),
        ({"until": "2026-11-20"}, "typing error", "false start"),
    ],
)
def test_filters_narrow_the_log(
    registrar: Client, mark: Performance, harbour: Club, bob: User, query: dict[str, str], there: str, gone: str
) -> None:
    imported("athletes", "family name,sex\nNew,M\n", club=harbour)
    text = log(registrar, harbour, **{name: bob.pk if value == "bob" else value for name, value in query.items()})
    assert there in text
    assert gone not in listed(text)


def test_a_filter_that_can_t_be_read_is_said(registrar: Client, mark: Performance, harbour: Club) -> None:
    text = log(registrar, harbour, since="yesterday", who="999999", what="\0")
    assert "Enter a valid date" in text
    assert "typing error" in text


def test_another_club_s_deeds_stay_there(
    client: Client, mark: Performance, other: Club, charlie: User, harbour: Club
) -> None:
    theirs = PerformanceFactory(athlete=AthleteFactory(family_name="Theirs", club=other), by=charlie)
    client.force_login(charlie)
    assert "Theirs" in log(client, other)
    assert "Sam Hill" not in log(client, other)
    assert "Nothing was changed" in log(client, other, target=f"performance {mark.pk}")
    assert client.get(reverse("changes", args=[harbour.slug])).status_code == 404
    assert theirs.club == other


def test_deeds_noted_for_no_club_are_shown_to_the_athlete_s_club(
    registrar: Client, harbour: Club, athlete: Athlete, charlie: User, bob: User
) -> None:
    Athlete.objects.filter(pk=athlete.pk).update(birth_date=date(2015, 1, 1))
    athlete.refresh_from_db()
    guardian = UserFactory()
    appoint_guardian(athlete, email=guardian.email, by=charlie, at=NOW)
    text = log(registrar, harbour)
    assert "Guardian appointed" in text
    # Who belongs to another club is not named here.
    assert "Charlie" not in text
    assert guardian.email not in text
    AuditEntry.objects.all().delete()
    appoint_guardian(athlete, email=UserFactory().email, by=bob, at=NOW)
    assert "Bob" in listed(log(registrar, harbour))


def test_looks_are_no_changes_and_people_are_the_chief_s_business(
    client: Client, harbour: Club, athlete: Athlete, alice: User, bob: User
) -> None:
    note_reading(f"athlete {athlete.pk}", by=alice, at=NOW, club=harbour)
    record_deed(
        "invite_person", target="invitation 1", by=alice, at=NOW, club=harbour, after={"email": "new@example.org"}
    )
    client.force_login(bob)
    assert "new@example.org" not in log(client, harbour)
    client.force_login(alice)
    text = log(client, harbour)
    assert "new@example.org" in text
    assert "read" not in listed(text)


def test_what_was_blanked_stays_blank(registrar: Client, harbour: Club, athlete: Athlete, bob: User) -> None:
    old = PerformanceFactory(athlete=athlete, mark="10.52", note="Sam Hill ran", by=bob)
    correct_performance(old, by=bob, at=NOW, because="Sam Hill asked", note="Hill fell")
    erase_athlete(athlete, by=bob, at=NOW)
    text = log(registrar, harbour)
    assert "Hill" not in listed(text)
    assert "Performance corrected" in text
    assert "Athlete erased" in text


def test_the_pages_of_a_long_log_miss_nothing(registrar: Client, harbour: Club, bob: User) -> None:
    for number in range(queries.PAGE + 7):
        record_deed("merge_athletes", target=f"athlete {number}", by=bob, at=NOW, club=harbour, after={"n": number + 1})
    text = log(registrar, harbour)
    assert "Older" in text
    assert "← The newest" not in text
    before = text.split("before=")[-1].split('"')[0]
    rest = log(registrar, harbour, before=before)
    assert "Older" not in rest
    assert "← The newest" in rest
    shown = [f"N: <b>{number + 1}</b>" for number in range(queries.PAGE + 7)]
    assert [said for said in shown if (said in text) == (said in rest)] == []


def test_the_number_of_queries_doesn_t_grow(registrar: Client, harbour: Club, athlete: Athlete, bob: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            log(registrar, harbour)
        return len(counted)

    PerformanceFactory(athlete=athlete, by=bob)
    imported("athletes", "family name,sex\nNew,M\n", club=harbour)
    cost()
    few = cost()
    for month in range(1, 9):
        PerformanceFactory(athlete=athlete, on=date(2026, month, 1), by=bob)
    assert cost() == few


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_log_is_a_file_as_filtered(registrar: Client, mark: Performance, harbour: Club, kind: str) -> None:
    response = registrar.get(reverse("export_changes", args=["harbour", kind], query={"what": "correct_performance"}))
    content = b"".join(response)  # type: ignore[call-overload]
    response.close()
    if kind == "xlsx":
        assert content.startswith(b"PK")
        return
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0] == "when,who,what,of,object,fact,before,after"
    assert '"10.52, 100 m, Sam Hill"' in lines[1]
    assert [line.split(",")[-3:] for line in lines[1:]] == [
        ["mark", "10.52", "10.50"], ["wind", "'+0.5 m/s", "−0.3 m/s"], ["why", "", "typing error"],
        ["new version", "", str(mark.pk)],
    ]  # fmt: skip
    assert all(line.startswith("2026-11-20 ") for line in lines[1:])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "yes"), (False, "no"), (["a", 1], "a, 1"), ({"indoor": 2, "b": None}, "b: , indoor: 2"),
        (date(2026, 5, 1), "2026-05-01"), (12, "12"),
    ],
)  # fmt: skip
def test_a_value_is_read_by_a_person(value: Any, text: str, harbour: Club, bob: User) -> None:
    before = {"x": value} if value is not None else {}
    record_deed(
        "anything_new", target="thing 1", by=bob, at=datetime(2026, 5, 1, tzinfo=UTC), club=harbour, before=before
    )
    (row,) = queries.change_rows(
        queries.log_of(harbour, queries.ChangeFilters(what="anything_new"), chief=True), harbour
    )
    assert row[2:5] == ["anything new", "thing 1", "thing 1"]
    assert row[5:] == (["x", text, ""] if text else ["", "", ""])


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("admin_change_athlete", "athlete changed"), ("admin_add_clubspell", "club spell added"),
        ("admin_delete_legacyrecord", "old record deleted"), ("admin_change_nothing", "admin change nothing"),
        ("admin_look_athlete", "admin look athlete"), ("invented", "invented"), ("ratify_claim", "record ratified"),
    ],
)  # fmt: skip
def test_a_deed_has_a_name(action: str, text: str) -> None:
    assert queries.deed_text(action) == text


def test_a_count_of_nothing_isn_t_told(registrar: Client, harbour: Club) -> None:
    imported("athletes", "family name,sex\nNew,M\n", club=harbour)
    text = listed(log(registrar, harbour))
    assert "Rows: <b>1</b>" in text
    assert "Refused" not in text
    assert "econds" not in text


def test_what_became_empty_says_what_it_was() -> None:
    assert str(queries.FieldChange("note", "wet", "")) == "note: wet → –"
    assert str(queries.FieldChange("rows", "", "12")) == "rows: 12"
