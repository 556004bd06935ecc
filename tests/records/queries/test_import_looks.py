"""An import looked into: rows, effects, doubts, what was kept, and the annotated copy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.actions.applying import apply_import
from records.actions.correcting import annul_performance, correct_performance
from records.actions.impact import preview_import
from records.actions.undoing import undo_import
from records.models import AthleteAlias, ImportBatch, MarkReport, Performance, Record
from records.queries import doubts, import_impact, import_rows, kept
from records.queries.annotating import annotated_rows
from records.queries.import_rows import Difference
from records.queries.imports import progress_of
from records.queries.originals import guessed_columns
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported, received, staged
from tests.records.importing import csv
from trackhub.clubs.models import Club, Job, User

pytestmark = pytest.mark.django_db

HEADER = "id,name,sex,dob,event,mark,wind,date"
JO = "p1,Jo Bloggs,M,2001-01-01,100,10.80,+1.0,2026-05-05"
KIM = "p2,Kim Vale,F,2002-02-02,LJ,6.00,0.3,2026-05-05"
BAD = "p3,Al New,M,,100,abc,,2026-05-05"


def previewed(kind: str, content: str, **said: Any) -> ImportBatch:
    batch = received(kind, content, **said)
    preview_import(batch, today=NOW.date())
    return batch


def page(batch: ImportBatch, show: str = "all", after: int = 0, **said: Any) -> list[import_rows.RowLine]:
    return import_rows.row_page(batch, show, after, User(is_superuser=True), **said).items


def test_rows_say_who_what_and_why(harbour: Club) -> None:
    batch = staged("performances", csv(HEADER, JO, BAD), club=harbour)
    good, bad = page(batch)
    assert (good.number, good.who.name, good.what, good.mark, good.day) == (
        2, "Jo Bloggs", "100 m", "10.80", date(2026, 5, 5),
    )  # fmt: skip
    assert (good.verdict, good.messages, good.doubtful) == ("new", (), False)
    assert (bad.verdict, bad.messages) == ("refused", (("mark", "“abc” is not a mark of this discipline."),))
    assert bad.who.name and bad.what == "100", "whose a refused row is, as the file says it"
    assert [row.number for row in page(batch, "refused")] == [3]
    assert [(word, count) for word, _name, count in import_rows.verdict_tabs(batch)] == [
        ("all", 2), ("new", 1), ("refused", 1),
    ]  # fmt: skip


def test_rows_come_in_pages_by_their_number(harbour: Club) -> None:
    batch = staged("performances", csv(HEADER, *(JO.replace("p1", f"p{n}") for n in range(5))), club=harbour)
    first = import_rows.row_page(batch, "all", 0, AnonymousUser(), size=2)
    assert ([row.number for row in first.items], first.last) == ([2, 3], 3)
    last = import_rows.row_page(batch, "all", 5, AnonymousUser(), size=2)
    assert ([row.number for row in last.items], last.last) == ([6], None)


def test_a_changed_mark_is_shown_before_and_after(harbour: Club) -> None:
    header = HEADER + ",athlete id,venue,starters"
    imported("performances", csv(header, JO + ",,Leeds,"), club=harbour)
    changed = csv(header, JO.replace("10.80", "10.7h").replace("+1.0", "").replace("05-05", "05-06") + ",,York,8")
    batch = staged("performances", changed, club=harbour)
    expected = {
        Difference("mark", "10.80", "10.7h"), Difference("wind", "+1.0", ""),
        Difference("date", "5 May 2026", "6 May 2026"), Difference("venue", "Leeds", "York"),
        Difference("how many competed", "", "8"),
    }  # fmt: skip
    assert set(page(batch, "changed")[0].differences) == expected
    from_then = imported("performances", changed, club=harbour)
    assert set(page(from_then, "changed")[0].differences) == expected


def test_another_person_and_another_discipline_are_shown(harbour: Club) -> None:
    imported("performances", csv(HEADER, JO, KIM), club=harbour)
    kim = Performance.objects.get(external_id="p2").athlete
    jo = Performance.objects.get(external_id="p1").athlete
    assert kim is not None
    assert jo is not None
    batch = staged(
        "performances",
        csv(HEADER, "p1,Kim Vale,F,2002-02-02,200,24.80,+1.0,2026-05-05", KIM.replace("Kim Vale", "Una Nova")),
        club=harbour,
    )
    first, second = page(batch, "changed")
    assert Difference("athlete", f"no. {jo.pk}", f"no. {kim.pk}") in first.differences
    assert {one.name for one in first.differences} >= {"discipline", "mark", "sex"}
    assert Difference("athlete", f"no. {kim.pk}", "somebody new") in second.differences


def test_a_relay_of_others_changes_nothing_that_is_shown(harbour: Club) -> None:
    imported("athletes", csv("id,name,sex", "a1,Jo Bloggs,M", "a2,Al Newman,M"))
    content = csv("team,sex,event,mark,date,legs", "Harbour A,M,4x100,41.00,2026-05-05,a1/a2")
    imported("performances", content, club=harbour)
    batch = staged("performances", content.replace("a1/a2", "a2/a1"), club=harbour)
    found = page(batch)
    assert (found[0].who.name, found[0].differences) == ("Harbour A", ())


def test_changed_facts_of_an_athlete_are_shown(harbour: Club) -> None:
    imported("athletes", csv("id,given name,family name,sex,dob", "a1,Jo,Bloggs,M,2001-01-01"))
    content = csv("id,given name,family name,sex,dob,club", "a1,Joe,Blogs,M,2001-02-01,harbour", "a2,Al,New,M,,")
    expected = {
        Difference("given name", "Jo", "Joe"), Difference("family name", "Bloggs", "Blogs"),
        Difference("birth date", "2001-01-01", "2001-02-01"), Difference("club", "", "joins"),
    }  # fmt: skip
    assert set(page(staged("athletes", content), "changed")[0].differences) == expected
    assert set(page(imported("athletes", content), "changed")[0].differences) == expected


def test_a_further_row_about_a_new_athlete_adds_a_club(harbour: Club) -> None:
    line = "Jo,Bloggs,M,2001-01-01,harbour"
    batch = staged("athletes", csv("given name,family name,sex,dob,club", line, line))
    assert page(batch, "changed")[0].differences == (Difference("club", "", "joins"),)


def test_an_old_record_names_its_holder(harbour: Club) -> None:
    content = csv("event,sex,mark,holder,date", "HJ,F,1.71,Ann Elder,1978", "HJ,F,,Nobody,1978")
    batch = staged("records", content, book=harbour.books.get(), club=harbour)
    good, bad = page(batch)
    assert (good.who.name, good.what, good.mark, good.precision) == ("Ann Elder", "High jump", "1.71", "year")
    assert (bad.who.name, bad.mark, bad.day) == ("", "", None)


def test_a_hidden_athlete_is_a_number(other: Club, harbour: Club, bob: User) -> None:
    hidden = AthleteFactory(club=other, visibility="club", given_name="Hid", family_name="Den")
    hidden.external_ids.create(source="test", value="h1")
    PerformanceFactory(
        athlete=hidden, on=date(2025, 5, 5), mark="11.00", club=harbour
    )  # so harbour's file may name them
    batch = previewed("performances", csv("id,athlete id,event,mark,date", "p1,h1,100,10.80,2026-05-05"), club=harbour)
    assert import_rows.row_page(batch, "all", 0, bob).items[0].who.name == f"no. {hidden.pk}"
    effects, _last = import_impact.effect_page(batch, "pb", 0, bob)
    assert effects[0].who.name == f"no. {hidden.pk}"


def test_the_queries_of_a_page_do_not_grow(harbour: Club, bob: User) -> None:
    counted = []
    for rows in (2, 6):
        lines = [JO.replace("p1", f"q{rows}{n}").replace("Jo", f"J{'abcdefgh'[n]}{rows}x") for n in range(rows)]
        lines = [line.replace(f"{rows}x", "") for line in lines]
        imported("performances", csv(HEADER, *lines), club=harbour)
        batch = previewed(
            "performances", csv(HEADER, *(line.replace("10.80", "10.70") for line in lines)), club=harbour
        )
        with CaptureQueriesContext(connection) as seen:
            assert len(import_rows.row_page(batch, "changed", 0, bob).items) == rows
            import_impact.effect_page(batch, "record", 0, bob)
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_records_that_would_be_set_name_whom_they_displace(harbour: Club, bob: User) -> None:
    old = AthleteFactory(given_name="Old", family_name="Star", club=harbour)
    PerformanceFactory(athlete=old, mark="10.90", wind=0, on=date(2025, 5, 5))
    batch = previewed("performances", csv(HEADER, JO.replace("+1.0", "0.0")), club=harbour)
    counts = {word: count for word, _name, count in import_impact.effect_tabs(batch)}
    assert counts == {"record": batch.result["records"], "pb": 1, "sb": 1}
    effects, last = import_impact.effect_page(batch, "record", 0, bob)
    assert last is None
    first = next(one for one in effects if one.book == str(harbour.books.get()) and not one.age_group)
    assert (first.row, first.who.name, first.what, first.mark, first.stands) == (
        2,
        "Jo Bloggs",
        "100 m",
        "10.80",
        True,
    )
    assert [(one.who, one.mark, one.day) for one in first.former] == [("Old Star", "10.90", date(2025, 5, 5))]


def test_an_old_record_is_displaced_too_and_an_earlier_step_displaces_none(harbour: Club, bob: User) -> None:
    content = csv("event,sex,mark,holder,date", "100,M,10.95,Old Star,1975")
    imported("records", content, book=harbour.books.get(), club=harbour)
    lines = (JO, JO.replace("p1", "p2").replace("10.80", "10.70").replace("05-05", "06-05"))
    batch = previewed("performances", csv(HEADER, *lines), club=harbour)
    effects, _last = import_impact.effect_page(batch, "record", 0, bob)
    found = {
        (one.row, one.stands): [former.who for former in one.former]
        for one in effects
        if one.book == str(harbour.books.get()) and not one.age_group
    }
    assert found == {(2, False): [], (3, True): ["Old Star"]}


def test_a_record_that_stands_again_is_said(harbour: Club, bob: User) -> None:
    imported("performances", csv(HEADER, JO, JO.replace("p1,Jo", "p2,Al").replace("10.80", "10.90")), club=harbour)
    batch = previewed("performances", csv(HEADER, JO.replace("10.80", "11.50")), club=harbour)
    effects, _last = import_impact.effect_page(batch, "returned", 0, bob)
    assert {(one.who.name, one.mark, one.row) for one in effects} == {("Al Bloggs", "10.90", None)}
    assert Record.objects.filter(until=None, performance__external_id="p1").exists()


def test_a_relay_returns_with_its_team(harbour: Club, bob: User) -> None:
    header = "id,team,sex,event,mark,date"
    imported(
        "performances", csv(header, "r1,A,M,4x100,41.00,2026-05-05", "r2,B,M,4x100,42.00,2026-05-04"), club=harbour
    )
    batch = previewed("performances", csv(header, "r1,A,M,4x100,43.00,2026-05-05"), club=harbour)
    effects, _last = import_impact.effect_page(batch, "returned", 0, bob)
    assert {one.who.name for one in effects} == {"B"}


def test_effects_go_once_the_import_is_applied(harbour: Club) -> None:
    batch = previewed("performances", csv(HEADER, JO), club=harbour)
    assert batch.effects.exists()
    apply_import(batch, by=None, at=NOW)
    assert not batch.effects.exists()


def test_a_doubt_stands_beside_its_candidates(harbour: Club, other: Club, bob: User) -> None:
    own = AthleteFactory(given_name="Jo", family_name="Bloggs", birth_date=date(2001, 3, 3), club=harbour)
    PerformanceFactory(athlete=own, mark="10.95", wind=0)
    public = AthleteFactory(given_name="Jo", family_name="Bloggs", birth_date=date(2001, 4, 4), club=other)
    header = "id,given name,family name,sex,birth year,event,mark,date"
    line = "p1,Jo,Bloggs,M,2001,100,10.80,2026-05-05"
    batch = staged("performances", csv(header, line, line.replace("p1", "p2")), club=harbour)
    found, more = doubts.doubts_after(batch, 0)
    assert (len(found), more, doubts.count_doubts(batch)) == (1, False, 1)
    assert (found[0].name, found[0].born, found[0].row, found[0].rows) == ("Jo Bloggs", "2001", 2, 2)
    [one] = doubts.compared(batch, found, bob)
    assert one.bests == ()  # a refused row has no judged mark
    by_id = {candidate.pk: candidate for candidate in one.candidates}
    assert set(by_id) == {own.pk, public.pk}
    assert (by_id[own.pk].born, by_id[own.pk].clubs, by_id[own.pk].marks) == ("2001-03-03", ("Harbour AC",), 1)
    # Of somebody else's athlete no more is told than the year.
    assert (by_id[public.pk].born, by_id[public.pk].name) == ("2001", "Jo Bloggs")
    assert doubts.doubts_after(batch, 2) == ([], False)


def test_a_warning_compares_bests_in_common(harbour: Club, other: Club, bob: User) -> None:
    known = AthleteFactory(given_name="Jo", family_name="Bloggs", birth_date=date(2001, 3, 3), club=other)
    PerformanceFactory(athlete=known, mark="10.95", wind=0)
    PerformanceFactory(athlete=known, discipline="LJ", mark="6.00", wind=0)
    batch = staged(
        "performances", csv("id,name,sex,event,mark,wind,date", "p1,Jo Bloggs,M,100,10.80,0.0,2026-05-05"), club=harbour
    )
    [one] = doubts.compared(batch, doubts.doubts_after(batch, 0)[0], bob)
    assert (one.bests, one.candidates[0].bests) == (("100 m 10.80",), ("100 m 10.95",))


def test_of_a_candidate_whom_one_may_not_see_only_the_number_is_said(other: Club, charlie: User, bob: User) -> None:
    hidden = AthleteFactory(given_name="Jo", family_name="Bloggs", birth_date=None, club=other, visibility="club")
    batch = staged("athletes", csv("name,sex,dob", "Jo Bloggs,M,2001-01-01"), club=None)
    found, _more = doubts.doubts_after(batch, 0)
    [one] = doubts.compared(batch, found, bob)
    assert (one.candidates[0].name, one.candidates[0].said) == ("", f"no. {hidden.pk} (?)")
    [one] = doubts.compared(batch, found, charlie)
    assert one.candidates[0].name == "Jo Bloggs"


def test_what_was_kept_says_why_who_and_when(harbour: Club, alice: User) -> None:
    lines = [JO.replace("p1", f"p{n}").replace("10.80", f"10.8{n}") for n in range(5)]
    batch = imported("performances", csv(HEADER, *lines), club=harbour)
    marks = list(Performance.objects.order_by("external_id"))
    correct_performance(marks[0], mark="10.70", by=alice, at=NOW, because="photo")
    annul_performance(marks[1], by=alice, at=NOW, because="doping")
    imported("performances", csv(HEADER, lines[2].replace("10.82", "10.60")), club=harbour)
    MarkReport.objects.create(athlete=marks[3].athlete, kind="wrong", performance=marks[3], at=NOW)
    undo_import(batch, by=alice, at=NOW)
    found, more = kept.kept_of(batch, alice)
    assert not more
    assert [(one.why.split(" (")[0], one.by, one.at) for one in found] == [
        ("the mark was corrected", str(alice), NOW), ("the mark was annulled: doping", str(alice), NOW),
        ("a later file says otherwise", "", None), ("a claim, report or honour stands on it", "", None),
    ]  # fmt: skip
    assert found[0].text == "Jo Bloggs, 100 m 10.80, 5 May 2026"
    assert [str(one) for one in kept.athletes_kept(batch, alice)] == ["Jo Bloggs"]
    assert kept.kept_of(batch, alice, after=found[-1].pk) == ([], False)


def test_the_annotated_copy_has_every_column_as_it_was(harbour: Club) -> None:
    content = csv(
        "id;shoes;name;sex;event;mark;date",
        "p1;red;Jo Bloggs;M;100;10.80;2026-05-05",
        "",
        "p2;;Al New;M;100;x;2026-05-05;?",
    )
    batch = staged("performances", content, club=harbour)
    delimiter, header, rows = annotated_rows(batch)
    assert delimiter == ";"
    assert header == [
        "id", "shoes", "name", "sex", "event", "mark", "date", "TrackHub: verdict", "TrackHub: what to look at",
    ]  # fmt: skip
    first, second = rows
    assert first == ["p1", "red", "Jo Bloggs", "M", "100", "10.80", "2026-05-05", "new", ""]
    assert second[:9] == [
        "p2", "", "Al New", "M", "100", "x", "2026-05-05", "refused",
        "The row has 8 cells, the header has 7. Is a comma missing its quotation marks?",
    ]  # fmt: skip
    assert second[9:] == ["?"]


def test_the_annotated_copy_names_the_column_and_outlives_the_rows(harbour: Club) -> None:
    batch = staged("performances", csv(HEADER, JO, BAD), club=harbour)
    said = list(annotated_rows(batch)[2])
    assert said[1][-1] == "mark: “abc” is not a mark of this discipline."
    batch.rows.filter(number=2).delete()
    assert [row[-2] for row in annotated_rows(batch)[2]] == ["", "refused"]
    batch.rows.all().delete()
    assert [row[-2:] for row in annotated_rows(batch)[2]] == [["", ""], ["", ""]]


def test_what_a_refused_file_would_be_taken_for(harbour: Club) -> None:
    batch = staged("performances", csv("who,sex,what,mark,date", "Jo,M,100,10.80,2026-05-05"), club=harbour)
    guessed = guessed_columns(batch, ["who", "sex", "what", "mark", "date"])
    assert guessed == {"sex": ("sex", False), "mark": ("mark", False), "date": ("date", False)}
    assert not AthleteAlias.objects.exists()


def test_progress_says_what_it_waits_for(harbour: Club) -> None:
    batch, busy = (received("performances", csv(HEADER, JO), club=harbour) for _ in range(2))
    assert progress_of(batch, at=NOW) is None
    Job.objects.create(task="records.apply_import", subject=busy.pk, state="running", heartbeat=NOW)
    Job.objects.create(task="records.undo_import", subject=batch.pk, heartbeat=NOW)
    progress = progress_of(batch, at=NOW)
    assert progress is not None
    assert (progress.behind, progress.silent) == (True, False)
    late = progress_of(batch, at=NOW + timedelta(minutes=1))
    assert late is not None
    assert late.silent
