"""Erasure: who it was goes from every table and file, what was achieved stays as it was."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from records.actions.applying import apply_import
from records.actions.consenting import give_consent
from records.actions.correcting import PerformanceRefused, annul_performance, correct_performance, enter_performance
from records.actions.erasing import AlreadyErased, Erasure, erase_athlete
from records.actions.guarding import appoint_guardian
from records.actions.merging import NotMergeable, merge_athletes
from records.actions.rejudging import rejudge_ages
from records.actions.remapping import choose_columns
from records.actions.staging import stage_import
from records.actions.undoing import undo_import
from records.domain.names import fold
from records.models import (
    Athlete,
    Best,
    ExternalId,
    ImportBatch,
    ImportChunk,
    ImportRow,
    LegacyRecord,
    Performance,
    Record,
    RelayLeg,
)
from tests.factories import NOW, AthleteFactory, PerformanceFactory, UserFactory, discipline, imported, staged
from tests.records.importing import csv, issues, verdicts
from trackhub.clubs.actions.accounts import delete_account
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import AuditEntry, Club, Invitation, Job, OfficialLink, User

pytestmark = pytest.mark.django_db

PEOPLE = csv(
    "id,family name,given name,sex,birth date,native name,club",
    "EXTQ-771,Qmárker,Zeldaq,F,2009-11-23,Ζελδακ,harbour",
    "b2,Other,Olga,F,2008-01-02,,harbour",
)
MARKS = csv(
    "id,athlete id,family name,given name,sex,birth date,event,mark,wind,date,place,note,club",
    "p1,EXTQ-771,Qmárker,Zeldaq,F,2009-11-23,100,11.90,+1.0,2026-06-01,1,Qmarker led from the gun,harbour",
    "p2,b2,Other,Olga,F,2008-01-02,100,12.10,+1.0,2026-06-01,2,,harbour",
    "p3,EXTQ-771,Qmárker,Zeldaq,F,2009-11-23,100,abc,+1.0,2026-06-02,1,,harbour",
    "p4,EXTQ-771,Qmárker,Zeldaq,F,2009-11-23,100,12.00,+1.0,2001-06-02,1,,harbour",
)
NAMELESS = csv(
    "family name,sex,given name,birth date,event,mark,wind,date,club",
    "Qmarker,F,Zeldaq,2009-11-23,200,24.90,+1.0,2026-06-01,harbour",
)
NEEDLES = ("qmarker", "zeldaq", "ζελδακ", "extq", "2009 11 23")


def everything() -> list[tuple[str, str]]:
    """(table.column, text) of every value of every table, as the database has it, folded."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else value
                    plain = str(text)
                    if "\\u" in plain:
                        plain = plain.encode("latin-1", "backslashreplace").decode("unicode_escape")
                    found.append((f"{table}.{name}", fold(plain)))
    return found


def planted(needles: tuple[str, ...] = NEEDLES) -> set[str]:
    return {place for place, text in everything() for needle in needles if needle in text}


def achievements() -> list[Any]:
    facts = ("pk", "athlete", "club", "date", "value", "merit", "place", "flaws", "best_list", "age_day", "age_dec31")
    return [
        list(Performance.objects.order_by("pk").values_list(*facts, "age_aug31", "status", "season", "sex")),
        list(Best.objects.order_by("pk").values_list("pk", "career", "season")),
        sorted(
            Record.objects.values_list("performance", "book", "age_group", "sex", "set_on", "until", "merit"), key=str
        ),
        list(RelayLeg.objects.order_by("pk").values()),
    ]


@pytest.fixture
def zelda(harbour: Club, alice: User) -> Athlete:
    """An athlete of 17 with her name in every place that a text can stand in."""
    imported("athletes", PEOPLE, club=harbour, filename="zeldaq-qmarker.csv", by=alice)
    imported("performances", MARKS, club=harbour, by=alice)
    imported("performances", NAMELESS, club=harbour, source="nameless")
    athlete: Athlete = Athlete.objects.get(external_ids__value="EXTQ-771")
    other = Athlete.objects.get(family_name="Other")
    twin = AthleteFactory(family_name="Q'marker", given_name="Zeldaq-Ann", sex="F", birth_date=None, club=harbour)
    merge_athletes(athlete, merged=twin, by=alice, at=NOW)
    account = UserFactory(email="zeldaq@qmarker.example", name="Zeldaq Qmarker")
    EmailAddress.objects.create(user=account, email="also-zeldaq@qmarker.example", verified=True)
    Athlete.objects.filter(pk=athlete.pk).update(account=account)
    athlete.refresh_from_db()
    guardian = UserFactory()
    appoint_guardian(athlete, email=guardian.email, by=alice, at=NOW)
    give_consent(athlete, purpose="photo", by=account, at=NOW)
    _plant_texts(athlete, other, account, alice, harbour)
    _plant_files(harbour)
    return athlete


def _plant_texts(athlete: Athlete, other: Athlete, account: User, alice: User, club: Club) -> None:
    relay = PerformanceFactory(athlete=other, mark="12.30", on=date(2026, 7, 1), competition="Zeldaq Qmarker Memorial")
    Performance.objects.filter(pk=relay.pk).update(athlete=None, team="Zeldaq Qmarker and friends", external_id="r1")
    RelayLeg.objects.create(performance=relay, number=1, athlete=athlete)
    PerformanceFactory(athlete=other, mark="12.40", on=date(2026, 8, 1), note="beaten by Zeldaq Qmarker")
    slow = PerformanceFactory(athlete=athlete, mark="12.90", on=date(2026, 5, 1), club=club)
    annul_performance(slow, by=alice, at=NOW, because="Qmarker was disqualified")
    book = club.books.get()
    old = csv("event,sex,mark,holder,date,note", "100,F,11.70,Qmarker Z. (Zeldaq Qmarker),1999,held by ZELDAQ QMÁRKER")
    imported("records", old, book=book, club=club)
    said = {"family_name": "Qmárker", "born": "2009-11-23", "list": ["Zeldaq Qmarker"]}
    record_deed("change_athlete", target=f"athlete {athlete.pk}", by=account, at=NOW, before=said, after=said)
    record_deed("say", target="Zeldaq Qmarker", by=alice, at=NOW, after={"to": account.email, "Zeldaq Qmarker": 1})
    kind = ContentType.objects.get_for_model(Athlete)
    LogEntry.objects.create(
        user=alice, content_type=kind, object_id=athlete.pk, object_repr="Z. Qmarker", action_flag=CHANGE,
        change_message='[{"changed": {"name": "external id", "object": "EXTQ-771"}}]',
    )  # fmt: skip
    Job.objects.create(
        task="t", subject=1, heartbeat=NOW, state="failed", message="no row for Zeldaq Qmarker <zeldaq@qmarker.example>"
    )
    OfficialLink.objects.create(club=club, place="Pit of Zeldaq Qmarker", day=NOW.date(), created=NOW)
    Invitation.objects.create(club=club, email="Zeldaq@qmarker.example", role="coach", created=NOW, expires=NOW)


def _plant_files(club: Club) -> None:
    """Files that nobody applied: waiting, refused, in another encoding, in a workbook."""
    staged("athletes", PEOPLE.replace("EXTQ-771", "x9").replace("2009-11-23", ""), club=club, source="waiting")
    staged("performances", MARKS.replace("EXTQ-771", "").replace("Qmárker", "Qmarker"), club=club, source="again")
    staged("athletes", csv("what,is,this", "Zeldaq,F,Qmarker"), club=club, source="refused")
    staged("athletes", PEOPLE.encode("utf-16"), club=club, source="wide")
    book = openpyxl.Workbook()
    for row in (("family name", "sex", "given name"), ("Qmarker", "Q", "Zeldaq")):
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    staged("athletes", packed.getvalue(), club=club, filename="people.xlsx", source="workbook")


def erase(athlete: Athlete, **said: Any) -> Erasure:
    return erase_athlete(athlete, by=None, at=NOW, **said)


def test_nothing_in_any_table_or_file_names_the_person_any_more(zelda: Athlete) -> None:
    places = planted()
    assert len({place.split(".")[0] for place in places}) >= 14, places
    account = zelda.account
    assert account
    done = erase(zelda)
    delete_account(account, at=NOW)
    assert planted() == set()
    assert done.doubtful == []
    for path in settings.VAR_DIR.rglob("*"):
        assert not path.is_file() or b"qmarker" not in path.read_bytes().lower(), path


def test_marks_ages_bests_and_records_are_the_same_before_and_after(zelda: Athlete) -> None:
    before = achievements()
    assert before[2]
    erase(zelda)
    assert achievements() == before
    rejudge_ages(zelda)
    assert achievements() == before


def test_the_workbook_and_the_others_lose_their_originals_and_a_bystander_keeps_it(
    zelda: Athlete, harbour: Club
) -> None:
    quiet = imported("athletes", csv("family name,given name,sex", "Quiet,Quinn,M"), club=harbour, source="quiet")
    erase(zelda)
    assert set(ImportChunk.objects.values_list("batch", flat=True)) == {quiet.pk}


def test_the_same_files_handed_in_again_bring_nobody_back(zelda: Athlete, harbour: Club) -> None:
    erase(zelda)
    people, marks = Athlete.objects.count(), Performance.objects.count()
    before = achievements()
    again = imported("athletes", PEOPLE, club=harbour)
    assert verdicts(again) == ["refused", "duplicate"]
    assert issues(again)[0] == [("external_id", "erased_athlete")]
    marked = imported("performances", MARKS, club=harbour)
    assert verdicts(marked) == ["refused", "duplicate", "refused", "refused"]
    assert verdicts(imported("performances", NAMELESS, club=harbour, source="nameless")) == ["refused"]
    assert verdicts(imported("athletes", PEOPLE.replace("EXTQ-771", "y1"), club=harbour, source="y"))[0] == "refused"
    year = PEOPLE.replace("EXTQ-771", "y2").replace("2009-11-23", "2009")
    assert verdicts(imported("athletes", year, club=harbour, source="y"))[0] == "refused"
    assert (Athlete.objects.count(), Performance.objects.count()) == (people, marks)
    assert achievements() == before


def test_somebody_else_of_the_name_may_come(zelda: Athlete, harbour: Club) -> None:
    erase(zelda)
    namesake = PEOPLE.replace("EXTQ-771", "z1").replace("2009-11-23", "1990-05-05")
    assert verdicts(imported("athletes", namesake, club=harbour, source="y"))[0] == "new"


def test_an_import_that_waited_leaves_the_person_out(zelda: Athlete, harbour: Club) -> None:
    erase(zelda)
    waiting = ImportBatch.objects.get(source="waiting")
    assert (verdicts(waiting)[0], issues(waiting)[0]) == ("refused", [("", "erased_athlete")])
    assert waiting.result["refused"] == 1
    people = Athlete.objects.count()
    apply_import(waiting, by=None, at=NOW)
    assert Athlete.objects.count() == people


def test_a_file_that_went_can_be_handed_in_again_but_not_read_again(zelda: Athlete) -> None:
    erase(zelda)
    waiting = ImportBatch.objects.get(source="waiting")
    choose_columns(waiting, {})
    stage_import(waiting, today=NOW.date())
    assert waiting.refusal == {"code": "original_gone", "values": {}}


def test_undoing_the_import_afterwards_brings_no_name_back(zelda: Athlete) -> None:
    erase(zelda)
    for batch in ImportBatch.objects.filter(state="applied"):
        undo_import(batch, by=None, at=NOW)
    assert planted(("qmarker", "zeldaq", "2009 11 23")) <= {
        "clubs_user.email", "clubs_user.name", "account_emailaddress.email", "clubs_invitation.email",
        "clubs_auditentry.after", "clubs_job.message",
    }  # fmt: skip
    assert Athlete.objects.filter(pk=zelda.pk).exists()


def test_the_audit_entry_names_nobody(zelda: Athlete) -> None:
    account = zelda.account
    erase_athlete(zelda, by=account, at=NOW, asked_by="athlete")
    entry = AuditEntry.objects.get(action="erase_athlete")
    assert (entry.by, entry.target, entry.after["asked_by"]) == (None, f"athlete {zelda.pk}", "athlete")
    assert not AuditEntry.objects.filter(by=account, target=f"athlete {zelda.pk}").exists()


def test_a_club_that_erases_is_named(zelda: Athlete, alice: User) -> None:
    erase_athlete(zelda, by=alice, at=NOW)
    assert AuditEntry.objects.get(action="erase_athlete").by == alice


def test_erased_once(zelda: Athlete) -> None:
    erase(zelda)
    with pytest.raises(AlreadyErased, match="already"):
        erase(zelda)


def test_what_may_mean_a_namesake_is_reported_and_stays(harbour: Club) -> None:
    athlete = AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)
    AthleteFactory(given_name="Sam", family_name="Hill", birth_date=date(1970, 1, 1))
    other = PerformanceFactory(note="paced by Sam Hill")
    own = PerformanceFactory(athlete=athlete, note="Hill led")
    done = erase(athlete)
    other.refresh_from_db()
    own.refresh_from_db()
    assert other.note == "paced by Sam Hill"
    assert done.doubtful == [f"performance {other.pk}"]
    assert own.note == f"{done.name} led"


def test_an_old_record_of_another_club_may_be_a_namesakes(harbour: Club, other: Club) -> None:
    athlete = AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)
    line = csv("event,sex,mark,holder,date", "100,M,10.70,Sam Hill,1975")
    for club in (harbour, other):
        imported("records", line, book=club.books.get(), club=club)
    ImportChunk.objects.all().delete()
    done = erase(athlete)
    holders = dict(LegacyRecord.objects.values_list("book__club__slug", "holder"))
    assert holders == {"harbour": done.name, "other": "Sam Hill"}
    assert done.doubtful == [f"legacyrecord {LegacyRecord.objects.get(book__club=other).pk}"]


def test_an_erased_athlete_gets_no_new_marks_and_is_merged_with_nobody(harbour: Club) -> None:
    athlete = AthleteFactory(club=harbour)
    erase(athlete)
    with pytest.raises(PerformanceRefused, match="asked to be erased"):
        enter_performance(athlete, discipline=discipline("100"), mark="10.5", on=date(2026, 6, 1), by=None, at=NOW)
    for survivor, merged in ((athlete, AthleteFactory()), (AthleteFactory(), athlete)):
        with pytest.raises(NotMergeable):
            merge_athletes(survivor, merged=merged, by=None, at=NOW)


def test_a_correction_keeps_the_age(harbour: Club) -> None:
    performance = PerformanceFactory(athlete=AthleteFactory(club=harbour, birth_date=date(2009, 1, 1)), wind=5)
    before = set(performance.records.filter(book__club=harbour).values_list("age_group", flat=True))
    assert len(before) > 2
    erase(performance.athlete)
    performance.refresh_from_db()
    new = correct_performance(performance, by=None, at=NOW, because="typing", mark="10.85")
    assert (new.age_day, new.age_dec31, new.age_aug31) == (17, 17, 17)
    groups = set(Record.objects.filter(performance=new, book__club=harbour).values_list("age_group", flat=True))
    assert groups == before


def test_digests_stay_and_say_nothing(zelda: Athlete) -> None:
    erase(zelda)
    kept = ExternalId.objects.filter(athlete=zelda)
    assert set(kept.values_list("source", flat=True)) == {"erased"}
    assert all(len(value) == 64 for value in kept.values_list("value", flat=True))


def test_rows_about_others_keep_what_they_say(zelda: Athlete, now: datetime) -> None:
    kept = ImportRow.objects.filter(data__person__family_name="Other").count()
    assert kept
    erase(zelda)
    assert ImportRow.objects.filter(data__person__family_name="Other").count() == kept


def test_a_file_that_may_mean_a_namesake_is_kept_and_reported(harbour: Club) -> None:
    athlete = AthleteFactory(given_name="Sam", family_name="Hill", birth_date=None, club=harbour)
    AthleteFactory(given_name="Sam", family_name="Hill", birth_date=date(1970, 1, 1))
    kept = staged("athletes", csv("what,is,this", "Sam,M,Hill"), club=harbour, source="elsewhere")
    done = erase(athlete)
    assert f"importbatch {kept.pk}" in done.doubtful
    assert kept.chunks.exists()


def test_a_file_that_nobody_can_read_goes_if_it_holds_the_name(zelda: Athlete, harbour: Club) -> None:
    broken = staged("athletes", 'family name,sex\n"Qmarker Zeldaq,F\n', club=harbour, source="broken")
    assert broken.state == ImportBatch.State.REFUSED
    erase(zelda)
    assert not broken.chunks.exists()


def test_a_birth_date_goes_from_what_is_said_of_other_rows(zelda: Athlete) -> None:
    row = ImportRow.objects.filter(external_id="p2").first()
    assert row is not None
    said = {"target": "date", "code": "date_before_birth", "values": {"text": "2001-01-01", "born": "2009-11-23"}}
    ImportRow.objects.filter(pk=row.pk).update(issues=[said])
    erase(zelda)
    row.refresh_from_db()
    assert row.issues == [said | {"values": {"text": "2001-01-01", "born": "?"}}]


def test_a_relay_with_an_erased_runner_is_refused(zelda: Athlete, harbour: Club) -> None:
    erase(zelda)
    relay = csv("id,team,sex,event,mark,date,legs", "r1,Harbour,F,4x100,48.00,2026-06-01,EXTQ-771/b2")
    again = staged("performances", relay, club=harbour)
    assert (verdicts(again)[0], issues(again)[0]) == ("refused", [("legs", "erased_athlete")])


def test_what_a_registrar_said_of_the_person_in_other_files_goes(zelda: Athlete, harbour: Club) -> None:
    other = Athlete.objects.get(family_name="Other")
    waiting = staged("athletes", csv("name,sex", "Una Nova,F"), club=harbour, source="waiting")
    bystander = staged("athletes", csv("name,sex", "Ina Nova,F"), club=harbour, source="waiting")
    said = {
        "qmarker, zeldaq|F|2009-11-23|5": None,
        "id:EXTQ-771": other.pk,
        "nova, una|F||5": zelda.pk,
        "b|F||": other.pk,
    }
    ImportBatch.objects.filter(pk=waiting.pk).update(people=said)
    ImportBatch.objects.filter(pk=bystander.pk).update(people={"nova, ina|F||5": None})
    erase_athlete(zelda, by=None, at=NOW)
    waiting.refresh_from_db()
    bystander.refresh_from_db()
    assert (waiting.people, bystander.people) == ({"b|F||": other.pk}, {"nova, ina|F||5": None})
