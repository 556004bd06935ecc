"""Applying an import: all or nothing, once, and the same file again creates nothing."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from records.actions import applying
from records.actions.applying import NotStaged, apply_import, apply_once
from records.actions.correcting import annul_performance
from records.models import Athlete, ClubSpell, ExternalId, ImportBatch, Performance
from tests.factories import NOW, AthleteFactory, imported, received, staged
from tests.records.importing import counts, csv, verdicts
from tests.records.oracle import derived, expected
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

HEADER = "id,name,sex,dob,event,mark,wind,date"
JO = "p1,Jo Bloggs,M,2001-01-01,100,10.80,+1.0,2026-05-05"
KIM = "p2,Kim Vale,F,2002-02-02,LJ,6.00,0.3,2026-05-05"
FILE = csv(HEADER, JO, KIM)


def test_what_came_of_it_is_counted(harbour: Club, alice: User) -> None:
    batch = staged(
        "performances", csv(HEADER, JO, KIM, JO, "p3,Jo Bloggs,M,2001-01-01,100,fast,,2026-05-05"), club=harbour
    )
    result = apply_import(batch, by=alice, at=NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.applied, batch.result) == ("applied", NOW, result)
    assert counts(batch) == (2, 0, 1, 1)
    assert (result["personal_bests"], result["season_bests"], result["rows"]) == (2, 2, 4)
    # The club's lists for all ages and for seniors, and the site's.
    assert result["records"] == 6
    assert set(Performance.objects.values_list("batch", flat=True)) == {batch.pk}
    deed = AuditEntry.objects.get(action="apply_import")
    assert (deed.by, deed.club, deed.target, deed.after["created"]) == (alice, harbour, f"import {batch.pk}", 2)
    assert derived() == expected()


@pytest.mark.parametrize("header", [HEADER, HEADER.replace("id,", "remark,")])
def test_the_same_file_again_creates_nothing(harbour: Club, header: str) -> None:
    content = csv(header, JO, KIM)
    imported("performances", content, club=harbour)
    before = derived()
    again = imported("performances", content, club=harbour)
    assert counts(again) == (0, 0, 2, 0)
    assert (Performance.objects.count(), Athlete.objects.count(), ClubSpell.objects.count()) == (2, 2, 2)
    assert derived() == before


def test_a_changed_row_supersedes() -> None:
    imported("performances", FILE)
    old = Performance.objects.get(external_id="p1")
    batch = imported("performances", csv(HEADER, JO.replace("10.80", "10.95"), KIM))
    old.refresh_from_db()
    new = Performance.objects.current().get(external_id="p1")
    assert (counts(batch), old.superseded_by, new.mark, old.mark) == ((0, 1, 1, 0), new, "10.95", "10.80")
    assert derived() == expected()


def test_an_id_that_now_names_a_new_athlete_supersedes_too() -> None:
    imported("performances", FILE)
    imported("performances", csv(HEADER, JO.replace("Jo Bloggs", "Al Newman")))
    current = Performance.objects.current().get(external_id="p1")
    assert str(current.athlete) == "Al Newman"
    assert derived() == expected()


def test_an_annulment_outlives_a_changed_file() -> None:
    imported("performances", FILE)
    annul_performance(Performance.objects.get(external_id="p1"), by=None, at=NOW, because="doping")
    imported("performances", csv(HEADER, JO.replace("10.80", "10.79")))
    assert Performance.objects.current().get(external_id="p1").is_annulled
    assert derived() == expected()


@pytest.mark.parametrize("state", ["received", "applied", "undone", "refused"])
def test_only_a_staged_import_is_applied(state: str) -> None:
    batch = received("performances", FILE)
    ImportBatch.objects.update(state=state)
    with pytest.raises(NotStaged) as refused:
        apply_import(batch, by=None, at=NOW)
    assert "not waiting" in str(refused.value)
    batch.refresh_from_db()
    assert (batch.state, Performance.objects.count()) == (state, 0)


def test_an_import_confirmed_twice_is_applied_once() -> None:
    batch = staged("performances", FILE)
    second_look = ImportBatch.objects.get(pk=batch.pk)
    apply_import(batch, by=None, at=NOW)
    with pytest.raises(NotStaged):
        apply_import(second_look, by=None, at=NOW)
    assert Performance.objects.count() == 2


def test_a_message_that_comes_again_after_the_commit_tells_the_same() -> None:
    batch = staged("performances", FILE)
    second_look = ImportBatch.objects.get(pk=batch.pk)
    result = apply_once(batch, by=None, at=NOW)
    assert apply_once(second_look, by=None, at=NOW) == result
    assert Performance.objects.count() == AuditEntry.objects.filter(action="apply_import").count() + 1 == 2


@pytest.mark.parametrize("state", ["received", "undone", "refused"])
def test_a_message_for_what_is_not_staged_is_refused(state: str) -> None:
    batch = received("performances", FILE)
    ImportBatch.objects.update(state=state)
    with pytest.raises(NotStaged):
        apply_once(batch, by=None, at=NOW)


def test_a_failure_on_the_way_leaves_the_import_staged_and_no_row_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = staged("performances", FILE)

    def killed(_: ImportBatch) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(applying, "steps_set", killed)
    with pytest.raises(KeyboardInterrupt):
        apply_import(batch, by=None, at=NOW)
    assert ImportBatch.objects.get().state == "staged"
    assert not Performance.objects.exists()
    assert not Athlete.objects.exists()
    monkeypatch.undo()
    apply_import(batch, by=None, at=NOW)
    assert Performance.objects.count() == 2


@pytest.mark.parametrize("born", ["2001-01-01", "", "2001"])
@pytest.mark.parametrize("with_ids", [True, False])
def test_two_files_staged_before_either_was_applied_make_each_row_once(
    harbour: Club, born: str, *, with_ids: bool
) -> None:
    header = HEADER.replace("id,", "athlete id,") if with_ids else HEADER
    content = csv(header, JO.replace("2001-01-01", born))
    first, second = (staged("performances", content, club=harbour) for _ in range(2))
    for batch in (first, second):
        apply_import(batch, by=None, at=NOW)
    assert (Performance.objects.count(), Athlete.objects.count(), ClubSpell.objects.count()) == (1, 1, 1)
    assert verdicts(second) == ["duplicate"]


def test_two_athlete_files_staged_before_either_was_applied_make_each_athlete_once(harbour: Club) -> None:
    content = csv("id,name,sex,dob", "a1,Jo Bloggs,M,2001-01-01", ",Kim Vale,F,2002-02-02")
    first, second = (staged("athletes", content, club=harbour) for _ in range(2))
    for batch in (first, second):
        apply_import(batch, by=None, at=NOW)
    assert (Athlete.objects.count(), ExternalId.objects.count(), ClubSpell.objects.count()) == (2, 1, 2)
    assert verdicts(second) == ["duplicate", "duplicate"]


def test_one_new_athlete_in_many_rows_is_made_once() -> None:
    batch = imported("performances", csv(HEADER, JO, JO.replace("p1", "p3"), JO.replace("p1,Jo", "p4,JÖ")))
    assert (Athlete.objects.get().batch, Performance.objects.count()) == (batch, 3)


def test_an_athlete_who_came_meanwhile_is_found() -> None:
    batch = staged("performances", FILE)
    athlete = AthleteFactory(given_name="Jo", family_name="Bloggs", birth_date=date(2001, 1, 1))
    apply_import(batch, by=None, at=NOW)
    assert Performance.objects.get(external_id="p1").athlete == athlete


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_batch", [True, False])
def test_two_registrars_at_once_create_each_row_once(*, same_batch: bool) -> None:
    first = staged("performances", FILE)
    batches = [first, ImportBatch.objects.get(pk=first.pk) if same_batch else staged("performances", FILE)]
    together, refused = Barrier(2), []

    def confirm(batch: ImportBatch) -> None:
        try:
            together.wait(timeout=10)
            apply_import(batch, by=None, at=NOW)
        except NotStaged as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=confirm, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert connection.vendor == "postgresql"
    assert len(refused) == int(same_batch)
    assert (Performance.objects.count(), Athlete.objects.count()) == (2, 2)
    assert derived() == expected()
