"""Taking an import back: what it made goes, what people changed since stays and is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from records.actions.correcting import annul_performance, correct_performance
from records.actions.merging import merge_athletes
from records.actions.undoing import NotApplied, undo_import, undo_once
from records.models import (
    Athlete,
    AthleteAlias,
    Award,
    Ceremony,
    CeremonyGuest,
    ClubSpell,
    Consent,
    Evidence,
    ExternalId,
    Honour,
    ImportBatch,
    ImportRow,
    LegacyRecord,
    MarkReport,
    NotTheSame,
    Performance,
    RecordBook,
    RecordClaim,
    RelayLeg,
)
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported, staged
from tests.records.importing import csv
from tests.records.oracle import derived, expected
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

HEADER = "id,name,sex,dob,event,mark,wind,date"
JO = "p1,Jo Bloggs,M,2001-01-01,100,10.80,+1.0,2026-05-05"
KIM = "p2,Kim Vale,F,2002-02-02,LJ,6.00,0.3,2026-05-05"
FILE = csv(HEADER, JO, KIM)


def undo(batch: ImportBatch) -> dict[str, Any]:
    result = undo_import(batch, by=None, at=NOW)
    assert derived() == expected()
    return result


def test_everything_the_import_made_goes(harbour: Club, alice: User) -> None:
    PerformanceFactory(athlete=AthleteFactory(club=harbour))
    before = derived()
    batch = imported("performances", FILE, club=harbour)
    result = undo_import(batch, by=alice, at=NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.result["undo"], batch.result["created"]) == ("undone", result, 2)
    assert result == {
        "performances_removed": 2, "performances_restored": 0, "performances_kept": 0, "old_records_removed": 0,
        "athletes_removed": 2, "athletes_kept": 0, "athletes_restored": 0, "facts_kept": 0, "facts_lost": 0,
    }  # fmt: skip
    assert (Performance.objects.count(), Athlete.objects.count(), ClubSpell.objects.count()) == (1, 1, 1)
    assert derived() == before
    deed = AuditEntry.objects.get(action="undo_import")
    assert (deed.by, deed.club, deed.target, deed.after) == (alice, harbour, f"import {batch.pk}", result)


@pytest.mark.parametrize("state", ["received", "staged", "undone", "refused"])
def test_only_an_applied_import_is_taken_back(state: str) -> None:
    batch = imported("performances", FILE)
    ImportBatch.objects.update(state=state)
    with pytest.raises(NotApplied) as refused:
        undo_import(batch, by=None, at=NOW)
    assert "nothing to take back" in str(refused.value)
    assert Performance.objects.count() == 2


def test_superseded_versions_are_restored() -> None:
    imported("performances", FILE)
    before = derived()
    batch = imported("performances", csv(HEADER, JO.replace("10.80", "10.70"), KIM))
    assert undo(batch)["performances_restored"] == 1
    assert Performance.objects.current().get(external_id="p1").mark == "10.80"
    assert (Performance.objects.count(), derived()) == (2, before)


def test_an_undone_file_may_be_handed_in_again() -> None:
    undo(imported("performances", FILE))
    assert imported("performances", FILE).result["created"] == 2


def test_what_a_person_corrected_since_is_kept_and_said() -> None:
    batch = imported("performances", FILE)
    correct_performance(Performance.objects.get(external_id="p1"), mark="10.85", by=None, at=NOW, because="photo")
    result = undo(batch)
    assert (result["performances_kept"], result["performances_removed"]) == (1, 1)
    assert (result["athletes_kept"], result["athletes_removed"]) == (1, 1)
    assert Performance.objects.current().get().mark == "10.85"


def test_what_a_person_annulled_since_is_kept_and_said() -> None:
    batch = imported("performances", FILE)
    annul_performance(Performance.objects.get(external_id="p1"), by=None, at=NOW, because="doping")
    assert undo(batch)["performances_kept"] == 1
    assert Performance.objects.get().is_annulled


def test_a_correction_of_a_changed_row_keeps_the_row_and_its_former_version() -> None:
    imported("performances", FILE)
    batch = imported("performances", csv(HEADER, JO.replace("10.80", "10.70")))
    correct_performance(
        Performance.objects.current().get(external_id="p1"), mark="10.75", by=None, at=NOW, because="photo"
    )
    result = undo(batch)
    assert (result["performances_kept"], result["performances_restored"]) == (1, 0)
    assert Performance.objects.current().get(external_id="p1").mark == "10.75"


def test_athletes_with_marks_of_others_are_kept() -> None:
    batch = imported("performances", FILE)
    PerformanceFactory(athlete=Athlete.objects.get(given_name="Jo"))
    result = undo(batch)
    assert (result["athletes_kept"], Athlete.objects.get().given_name) == (1, "Jo")


def test_merged_athletes_are_kept_on_both_sides() -> None:
    batch = imported("athletes", csv("name,sex,dob", "Jo Bloggs,M,2001-01-01", "Joe Bloggs,M,2001-01-02"))
    jo, joe = Athlete.objects.order_by("given_name")
    merge_athletes(jo, merged=joe, by=None, at=NOW)
    assert undo(batch)["athletes_kept"] == 2


def test_an_athlete_file_goes_with_ids_and_spells(harbour: Club) -> None:
    batch = imported("athletes", csv("id,name,sex,dob,club", "a1,Jo Bloggs,M,2001-01-01,harbour"))
    assert undo(batch)["athletes_removed"] == 1
    assert not (Athlete.objects.exists() or ExternalId.objects.exists() or ClubSpell.objects.exists())


def test_facts_that_the_file_changed_come_back() -> None:
    imported("athletes", csv("id,name,sex,dob", "a1,Jo Bloggs,M,2001-01-01"))
    athlete = Athlete.objects.get()
    mark = PerformanceFactory(athlete=athlete)
    batch = imported("athletes", csv("id,name,sex,dob", "a1,Joe Blogs,M,1990-01-01"))
    mark.refresh_from_db()
    assert mark.age_day == 36
    assert undo(batch)["athletes_restored"] == 1
    athlete.refresh_from_db()
    mark.refresh_from_db()
    assert (str(athlete), athlete.born, athlete.name_key, mark.age_day) == ("Jo Bloggs", "2001-01-01", "bloggs, jo", 25)


def test_a_name_comes_back_alone() -> None:
    imported("athletes", csv("id,name,sex", "a1,Jo Bloggs,M"))
    assert undo(imported("athletes", csv("id,name,sex", "a1,Jo Blogs,M")))["athletes_restored"] == 1
    assert str(Athlete.objects.get()) == "Jo Bloggs"


def test_a_birth_date_that_was_unknown_is_unknown_again() -> None:
    imported("athletes", csv("id,name,sex", "a1,Jo Bloggs,M"))
    undo(imported("athletes", csv("id,name,sex,dob", "a1,Jo Bloggs,M,2001-01-01")))
    assert Athlete.objects.get().born == ""


def test_facts_that_a_person_changed_since_stay() -> None:
    imported("athletes", csv("id,name,sex", "a1,Jo Bloggs,M"))
    batch = imported("athletes", csv("id,name,sex", "a1,Jo Blogs,M"))
    athlete = Athlete.objects.get()
    athlete.family_name = "Bloggs-Vale"
    athlete.save()
    result = undo(batch)
    assert (result["athletes_restored"], result["facts_kept"]) == (0, 1)
    assert Athlete.objects.get().family_name == "Bloggs-Vale"


def test_facts_whose_rows_are_no_longer_kept_are_lost_and_said() -> None:
    imported("athletes", csv("id,name,sex", "a1,Jo Bloggs,M"))
    batch = imported("athletes", csv("id,name,sex", "a1,Jo Blogs,M"))
    ImportRow.objects.all().delete()
    result = undo(batch)
    assert (result["athletes_restored"], result["facts_lost"]) == (0, 1)


def test_an_athlete_who_is_gone_since_is_passed_over() -> None:
    imported("athletes", csv("id,name,sex", "a1,Jo Bloggs,M"))
    batch = imported("athletes", csv("id,name,sex", "a1,Jo Blogs,M"))
    Athlete.objects.all().delete()
    result = undo(batch)
    assert (result["athletes_restored"], result["facts_lost"]) == (0, 1)


def test_a_transfer_is_taken_back(harbour: Club, other: Club) -> None:
    imported("athletes", csv("id,name,sex,club", "a1,Jo Bloggs,M,harbour"))
    batch = imported("athletes", csv("id,name,sex,club,club from", "a1,Jo Bloggs,M,other,2026-03-01"))
    undo(batch)
    assert list(ClubSpell.objects.values_list("club", "starts", "ends")) == [(harbour.pk, None, None)]


def test_a_first_club_is_taken_back(harbour: Club) -> None:
    imported("athletes", csv("id,name,sex", "a1,Jo Bloggs,M"))
    undo(imported("athletes", csv("id,name,sex,club", "a1,Jo Bloggs,M,harbour")))
    assert not ClubSpell.objects.exists()


def test_a_spell_that_a_person_ended_otherwise_since_stays_ended(harbour: Club, other: Club) -> None:
    imported("athletes", csv("id,name,sex,club", "a1,Jo Bloggs,M,harbour"))
    batch = imported("athletes", csv("id,name,sex,club,club from", "a1,Jo Bloggs,M,other,2026-03-01"))
    ClubSpell.objects.filter(club=harbour).update(ends=date(2026, 1, 31))
    undo(batch)
    assert list(ClubSpell.objects.values_list("club", "ends")) == [(harbour.pk, date(2026, 1, 31))]


def test_an_id_given_to_a_known_athlete_is_taken_back() -> None:
    AthleteFactory(given_name="Jo", family_name="Bloggs", birth_date=date(2001, 1, 1))
    batch = imported("athletes", csv("id,name,sex,dob", "a1,Jo Bloggs,M,2001-01-01"))
    assert ExternalId.objects.count() == 1
    undo(batch)
    assert not ExternalId.objects.exists()


def test_relays_go_with_their_legs(harbour: Club) -> None:
    imported("athletes", csv("id,name,sex", "a1,Jo Bloggs,M", "a2,Al Newman,M"))
    content = csv("team,sex,event,mark,date,legs", "Harbour A,M,4x100,41.00,2026-05-05,a1/a2")
    batch = imported("performances", content, club=harbour)
    assert RelayLeg.objects.count() == 2
    assert undo(batch)["performances_removed"] == 1
    assert (RelayLeg.objects.count(), Athlete.objects.count()) == (0, 2)


def test_an_old_record_book_is_taken_back(harbour: Club) -> None:
    book = harbour.books.get()
    before = derived()
    batch = imported("records", csv("event,sex,mark,holder,date", "100,M,10.70,Old Star,1975"), book=book, club=harbour)
    assert undo(batch)["old_records_removed"] == 1
    assert (LegacyRecord.objects.count(), derived()) == (0, before)


def test_an_import_that_made_nothing_is_taken_back_all_the_same() -> None:
    imported("performances", FILE)
    result = undo(imported("performances", FILE))
    assert set(result.values()) == {0}
    assert Performance.objects.count() == 2


def test_many_rows_are_restored_in_blocks() -> None:
    rows = [f"p{n},Jo Bloggs,M,2001-01-01,100,10.80,,2026-05-05" for n in range(501)]
    imported("performances", csv(HEADER, *rows))
    batch = imported("performances", csv(HEADER, *(row.replace("10.80", "10.90") for row in rows)))
    assert staged("performances", csv(HEADER, *rows)).result["changed"] == 501
    assert undo(batch)["performances_restored"] == 501


def test_an_undone_import_s_row_is_not_brought_back_by_undoing_the_later_one() -> None:
    first = imported("performances", csv(HEADER, JO))
    second = imported("performances", csv(HEADER, JO.replace("10.80", "10.70")))
    assert undo(first)["performances_kept"] == 1
    result = undo(second)
    assert (result["performances_removed"], result["performances_restored"]) == (1, 0)
    assert (Performance.objects.count(), derived()) == (0, expected())


def test_a_message_to_take_back_that_comes_twice_is_told_the_same() -> None:
    batch = imported("performances", FILE)
    first = undo_once(batch, by=None, at=NOW)
    assert undo_once(batch, by=None, at=NOW) == first
    with pytest.raises(NotApplied):
        undo_once(staged("performances", FILE), by=None, at=NOW)


def claimed(one: Performance) -> object:
    return RecordClaim.objects.create(book=RecordBook.objects.get(club=one.club), performance=one, opened=NOW)


def shown(one: Performance) -> object:
    return Evidence.objects.create(claim=claimed(one), kind="video", note="see the film", at=NOW)


def reported(one: Performance) -> object:
    return MarkReport.objects.create(athlete=one.athlete, kind="wrong", performance=one, at=NOW)


def answered(one: Performance) -> object:
    """A mark that somebody missed, and this is it."""
    return MarkReport.objects.create(
        athlete=one.athlete, kind="missing", discipline=one.discipline, outcome=one, at=NOW
    )


def honoured(one: Performance) -> object:
    evening = Ceremony.objects.create(club=one.club, title="Awards", starts=NOW, place="Hall")
    return Honour.objects.create(ceremony=evening, performance=one)


def awarded(one: Performance) -> object:
    """A medal finds its mark by itself; its honour is somebody's word."""
    award = Award.objects.create(
        club=one.club, athlete=one.athlete, position=1, discipline=one.discipline, competition="Cup", date=one.date,
        performance=one,
    )  # fmt: skip
    return Honour.objects.create(ceremony=honoured(one).ceremony, award=award)  # type: ignore[attr-defined]


@pytest.mark.parametrize("said", [claimed, shown, reported, answered, honoured, awarded])
def test_what_a_person_said_something_of_is_kept(said: Callable[[Performance], object], harbour: Club) -> None:
    batch = imported("performances", FILE, club=harbour)
    said(Performance.objects.get(external_id="p1"))
    result = undo(batch)
    assert (result["performances_kept"], result["performances_removed"]) == (1, 1)
    assert (result["athletes_kept"], result["athletes_removed"]) == (1, 1)
    assert Performance.objects.get().external_id == "p1"
    connection.check_constraints()


def test_a_medal_stays_when_its_mark_goes(harbour: Club) -> None:
    batch = imported("performances", FILE, club=harbour)
    one = Performance.objects.get(external_id="p1")
    Award.objects.create(
        club=harbour, athlete=one.athlete, position=1, discipline=one.discipline, competition="Cup", date=one.date,
        performance=one,
    )  # fmt: skip
    result = undo(batch)
    assert (result["performances_removed"], result["athletes_kept"]) == (2, 1)
    assert Award.objects.get().performance is None
    connection.check_constraints()


def test_a_former_version_that_somebody_claimed_comes_back_though_its_import_is_undone(harbour: Club) -> None:
    first = imported("performances", csv(HEADER, JO), club=harbour)
    second = imported("performances", csv(HEADER, JO.replace("10.80", "10.70")), club=harbour)
    claimed(Performance.objects.get(batch=first))
    undo(first)
    assert undo(second)["performances_restored"] == 1
    assert Performance.objects.current().get().mark == "10.80"


@pytest.mark.parametrize("field", ["account", "consent", "guest"])
def test_an_athlete_of_whom_somebody_said_something_is_kept(field: str, harbour: Club, dana: User) -> None:
    batch = imported("athletes", csv("id,name,sex,dob", "a1,Jo Bloggs,M,2001-01-01"), club=harbour)
    jo = Athlete.objects.get()
    if field == "account":
        Athlete.objects.update(account=dana)
    elif field == "consent":
        Consent.objects.create(athlete=jo, purpose="photo", version="1", words="Yes.", given=NOW)
    else:
        evening = Ceremony.objects.create(club=harbour, title="Awards", starts=NOW, place="Hall")
        CeremonyGuest.objects.create(ceremony=evening, athlete=jo, name="Jo")
    assert undo(batch)["athletes_kept"] == 1
    connection.check_constraints()


def test_what_nobody_said_anything_of_goes_with_its_own_rows(harbour: Club) -> None:
    batch = imported("athletes", csv("id,name,sex,dob", "a1,Jo Bloggs,M,2001-01-01", "a2,Al New,M,"), club=harbour)
    jo, al = Athlete.objects.order_by("pk")
    AthleteAlias.objects.create(athlete=jo, source="test", name_key="bloggs, joe")
    NotTheSame.objects.create(one=jo, other=al, at=NOW)
    assert undo(batch)["athletes_removed"] == 2
    assert not (AthleteAlias.objects.exists() or NotTheSame.objects.exists())
