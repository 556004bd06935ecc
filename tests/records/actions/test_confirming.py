"""The word of a registrar: asked twice where much would change, and taken once."""

from __future__ import annotations

from typing import Any

import pytest

from records.actions.applying import NotStaged, Outdated, apply_import
from records.actions.confirming import NeedsSecondWord, UnderWay, confirm_import, take_back
from records.actions.remapping import choose_columns
from records.actions.staging import stage_import
from records.actions.undoing import NotApplied, undo_import
from records.models import Athlete, ImportBatch, Performance
from records.queries.alarms import Alarm, alarm_of
from tests.factories import NOW, imported, staged
from tests.racing import at_once
from tests.records.importing import csv, verdicts
from tests.records.oracle import derived, expected
from trackhub.clubs.models import Club, Job, User

pytestmark = pytest.mark.django_db

HEADER = "id,name,sex,dob,event,mark,wind,date"
JO = "p1,Jo Bloggs,M,2001-01-01,100,10.80,+1.0,2026-05-05"
KIM = "p2,Kim Vale,F,2002-02-02,LJ,6.00,0.3,2026-05-05"
FILE = csv(HEADER, JO, KIM)


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trackhub.clubs.actions.jobs.send", lambda job: None)


def marks(count: int, mark: str = "11.00") -> str:
    return csv(HEADER, *(f"p{n},Jo Bloggs,M,2001-01-01,100,{mark},0.1,2026-05-05" for n in range(count)))


def people(count: int, year: int) -> str:
    return csv("id,family name,sex,dob", *(f"a{n},R{'abcdefghijklmnopqrstuvwxyz'[n]},M,{year}" for n in range(count)))


def test_a_small_file_is_confirmed_at_the_first_word(harbour: Club, bob: User) -> None:
    batch = staged("performances", FILE, club=harbour)
    job = confirm_import(batch, by=bob, at=NOW)
    assert (job.task, job.subject, job.by, job.club) == ("records.apply_import", batch.pk, bob, harbour)
    assert alarm_of(batch) is None


@pytest.mark.parametrize("state", ["received", "applied", "undone", "refused"])
def test_only_what_waits_is_confirmed(state: str, harbour: Club, bob: User) -> None:
    batch = staged("performances", FILE, club=harbour)
    batch.state = state
    with pytest.raises(NotStaged):
        confirm_import(batch, by=bob, at=NOW)
    assert not Job.objects.exists()


def test_what_was_applied_meanwhile_is_not_confirmed(harbour: Club, bob: User) -> None:
    batch = staged("performances", FILE, club=harbour)
    ImportBatch.objects.update(state="applied")
    with pytest.raises(NotStaged):
        confirm_import(batch, by=bob, at=NOW)
    assert not Job.objects.exists()


def test_a_large_share_is_asked_about_twice(harbour: Club, bob: User) -> None:
    imported("performances", marks(25), club=harbour)
    batch = staged("performances", marks(20, "10.90"), club=harbour)
    assert alarm_of(batch) == Alarm(20, 25, athletes=False)
    with pytest.raises(NeedsSecondWord) as question:
        confirm_import(batch, by=bob, at=NOW)
    assert str(question.value) == "The file would change 20 of 25 performances of the club (80 %)."
    assert not Job.objects.exists()
    assert confirm_import(batch, by=bob, at=NOW, sure=True).is_open


@pytest.mark.parametrize(("rows", "changed", "percent", "asks"), [
    (100, 20, 20, False), (100, 21, 20, True), (100, 20, 19, True), (19, 19, 1, False), (20, 20, 99, True),
])  # fmt: skip
def test_the_club_says_what_a_large_share_is(rows: int, changed: int, percent: int, asks: bool, harbour: Club) -> None:
    harbour.import_alarm_percent = percent
    harbour.save()
    imported("performances", marks(rows), club=harbour)
    assert (alarm_of(staged("performances", marks(changed, "10.90"), club=harbour)) is not None) is asks


@pytest.mark.parametrize(("touched", "total", "percent"), [
    (26, 500, 5), (28, 500, 6), (20, 10_000, 1), (999, 1000, 99), (25, 25, 100), (30, 25, 100), (20, 0, 100),
])  # fmt: skip
def test_the_share_is_said_to_the_nearest(touched: int, total: int, percent: int) -> None:
    assert Alarm(touched, total, athletes=True).percent == percent


def test_new_rows_raise_no_alarm_but_taking_them_back_does(harbour: Club, bob: User) -> None:
    batch = staged("performances", marks(30), club=harbour)
    assert alarm_of(batch) is None
    apply_import(batch, by=None, at=NOW)
    batch.refresh_from_db()
    with pytest.raises(NeedsSecondWord) as question:
        take_back(batch, by=bob, at=NOW)
    said = "Taking it back would remove or change 30 of 30 performances of the club (100 %)."
    assert str(question.value) == said
    assert take_back(batch, by=bob, at=NOW, sure=True).task == "records.undo_import"


def test_athletes_are_counted_among_the_clubs_athletes(harbour: Club) -> None:
    first = imported("athletes", people(25, 2001), club=harbour)
    assert alarm_of(first) == Alarm(25, 25, athletes=True)
    batch = staged("athletes", people(25, 2002), club=harbour)
    alarm = alarm_of(batch)
    assert alarm == Alarm(25, 25, athletes=True)
    assert "athletes of the club" in str(NeedsSecondWord(alarm, undo=False))


def test_without_a_club_the_share_is_the_sites() -> None:
    imported("athletes", people(25, 2001))
    assert alarm_of(staged("athletes", people(25, 2002))) == Alarm(25, 25, athletes=True)
    imported("performances", marks(25))
    assert alarm_of(staged("performances", marks(25, "10.9"))) == Alarm(25, 25, athletes=False)


def test_an_old_record_book_raises_none(harbour: Club) -> None:
    lines = [f"100,M,10.{n},Old Star,19{n}" for n in range(50, 80)]
    book = harbour.books.get()
    assert alarm_of(imported("records", csv("event,sex,mark,holder,date", *lines), book=book, club=harbour)) is None


def test_only_what_was_applied_is_taken_back(harbour: Club, bob: User) -> None:
    batch = staged("performances", FILE, club=harbour)
    with pytest.raises(NotApplied):
        take_back(batch, by=bob, at=NOW)
    assert alarm_of(ImportBatch(kind="performances", state="undone")) is None


def test_the_second_registrar_is_told_who_was_first(harbour: Club, alice: User, bob: User) -> None:
    batch = staged("performances", FILE, club=harbour)
    first = confirm_import(batch, by=alice, at=NOW, clean_only=True)
    with pytest.raises(UnderWay) as refused:
        confirm_import(batch, by=bob, at=NOW)
    assert str(refused.value) == f"{alice} asked for this first; it is under way."
    batch.refresh_from_db()
    assert batch.clean_only
    # A second click is no second word; another choice is one too many.
    assert confirm_import(batch, by=alice, at=NOW.replace(minute=1), clean_only=True) == first
    with pytest.raises(UnderWay):
        confirm_import(batch, by=alice, at=NOW.replace(minute=1))
    Job.objects.update(by=None)
    with pytest.raises(UnderWay) as refused:
        confirm_import(batch, by=bob, at=NOW)
    assert str(refused.value) == "This is under way already."


def test_only_the_clean_part_is_applied(harbour: Club, bob: User) -> None:
    Athlete.objects.create(given_name="Al", family_name="New", sex="M")
    doubtful = "p3,Al New,M,,100,10.90,0.0,2026-05-05"
    batch = staged("performances", csv(HEADER, JO, doubtful, "p4,Bad,M,,100,abc,,2026-05-05"), club=harbour)
    assert verdicts(batch) == ["new", "new", "refused"]
    assert (batch.result["doubtful"], batch.result["warnings"]) == (1, 1)
    confirm_import(batch, by=bob, at=NOW, clean_only=True)
    batch.refresh_from_db()
    result = apply_import(batch, by=bob, at=NOW)
    assert (result["created"], result["refused"], result["left_out"]) == (1, 2, 1)
    assert Performance.objects.get().external_id == "p1"
    assert derived() == expected()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_one_moment_are_one(harbour: Club, alice: User, bob: User) -> None:
    batch = staged("performances", FILE, club=harbour)
    mine, theirs = (ImportBatch.objects.get(pk=batch.pk) for _ in range(2))
    said: list[Any] = at_once(
        lambda: confirm_import(mine, by=alice, at=NOW, clean_only=True),
        lambda: confirm_import(theirs, by=bob, at=NOW),
    )
    assert {type(one) for one in said} == {Job, UnderWay}
    job = Job.objects.get()
    batch.refresh_from_db()
    assert batch.clean_only is (job.by == alice)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_undo_while_another_import_is_applied_loses_nothing(harbour: Club) -> None:
    first = imported("performances", FILE, club=harbour)
    second = staged("performances", csv(HEADER, JO.replace("p1", "p9"), KIM.replace("6.00", "6.10")), club=harbour)
    said = at_once(
        lambda: undo_import(ImportBatch.objects.get(pk=first.pk), by=None, at=NOW),
        lambda: apply_import(ImportBatch.objects.get(pk=second.pk), by=None, at=NOW),
    )
    undone, applied = said
    assert isinstance(undone, dict)
    if isinstance(applied, Outdated):
        # The undo came first, and with it went the people whom the second file had been matched to.
        second.refresh_from_db()
        assert (second.state, Performance.objects.count()) == ("staged", 0)
        choose_columns(second, {})
        stage_import(second, today=NOW.date())
        apply_import(second, by=None, at=NOW)
    assert set(Performance.objects.current().values_list("external_id", flat=True)) == {"p9", "p2"}
    assert Performance.objects.current().get(external_id="p2").mark == "6.10"
    assert derived() == expected()


@pytest.mark.parametrize("relay", [False, True])
def test_whom_an_undo_removed_since_is_told_and_nothing_applied(harbour: Club, *, relay: bool) -> None:
    first = imported("athletes", csv("id,name,sex", "a1,Jo Bloggs,M", "a2,Al Newman,M"), club=harbour)
    single = csv("athlete id,event,mark,date", "a1,100,10.80,2026-05-05")
    team = csv("team,sex,event,mark,date,legs", "Harbour A,M,4x100,41.00,2026-05-05,a1/a2")
    batch = staged("performances", team if relay else single, club=harbour)
    undo_import(first, by=None, at=NOW)
    with pytest.raises(Outdated) as refused:
        apply_import(batch, by=None, at=NOW)
    assert "read it again" in str(refused.value)
    batch.refresh_from_db()
    assert (batch.state, Performance.objects.count()) == ("staged", 0)
