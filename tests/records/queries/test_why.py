"""Why a performance counts or doesn't: every reason in words, for bests and for every book."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.actions import folding
from records.actions.correcting import annul_performance, correct_performance
from records.domain.disciplines import resolve
from records.domain.eligibility import Flaw
from records.models import Athlete, Best, Performance, Record, RecordBook, RecordClaim, RecordPolicy, RelayLeg
from records.queries.why import Verdict, flaw_sentences, mark_text, reasons_of, short_why, specification_sentence, why
from tests.factories import NOW, AthleteFactory, ClubFactory, ClubSpellFactory, PerformanceFactory, imported
from tests.records.importing import csv
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(club=harbour)


def run(athlete: Athlete, mark: str, day: str = "2026-06-01", **said: Any) -> Performance:
    return PerformanceFactory(athlete=athlete, mark=mark, on=date.fromisoformat(day), **said)


def verdicts(performance: Performance) -> dict[str, Verdict]:
    performance.refresh_from_db()
    found = why(performance)
    assert len({one.list_name for one in found}) == len(found)
    return {one.list_name: one for one in found}


def told(performance: Performance) -> dict[str, tuple[bool, str]]:
    return {name: (one.counts, one.sentence) for name, one in verdicts(performance).items()}


def line(performance: Performance) -> str:
    """What an export says of it."""
    best = Best.objects.filter(performance=performance).values_list("career", "season").first()
    held = Record.objects.filter(performance=performance, until=None, book__slug="harbour")
    return short_why(performance, sorted(held.values_list("book__slug", "age_group")), best or (0, 0))


@pytest.mark.parametrize(
    ("flaws", "values", "sentence"),
    [
        (Flaw.NO_MARK, {"status": "DQ TR16.8"}, "no mark: DQ TR16.8"),
        (Flaw.NO_MARK, {"status": "DNS"}, "no mark: DNS"),
        (Flaw.ANNULLED, {"because": "doping"}, "annulled: doping"),
        (Flaw.SUPERSEDED, {}, "superseded by a correction"),
        (Flaw.CONVERTED, {}, "converted from another unit or timing"),
        (Flaw.WIND_OVER, {"wind": 23}, "wind +2.3 is over +2.0"),
        (Flaw.WIND_OVER, {}, "wind-aided, without a reading"),
        (Flaw.NO_READING, {}, "no wind reading"),
        (Flaw.HAND, {}, "hand time: automatic timing is required up to 800 m"),
        (Flaw.COURSE, {}, "cross-country courses differ: no records are kept"),
    ],
)
def test_the_sentence_of_each_flaw(flaws: Flaw, values: dict[str, Any], sentence: str) -> None:
    assert flaw_sentences(flaws, **values) == [sentence]


def test_every_flaw_has_a_sentence_of_its_own() -> None:
    assert len({flaw_sentences(flaw)[0] for flaw in Flaw}) == len(Flaw)
    assert len(flaw_sentences(sum(Flaw))) == len(Flaw)
    assert flaw_sentences(0) == []


@pytest.mark.parametrize(
    ("code", "sex", "sentence"),
    [
        ("SP6", "M", "lighter implement: not the 7.26 kg of the seniors"),
        ("DT1.5", "M", "lighter implement: not the 2 kg of the seniors"),
        ("JT500", "F", "lighter implement: not the 0.6 kg of the seniors"),
        ("SP6", "F", ""),
        ("SP", "M", ""),
        ("110H99", "M", "lower hurdles: not the 1.067 m of the seniors"),
        ("100H76", "F", "lower hurdles: not the 0.838 m of the seniors"),
        ("100", "M", ""),
        ("CC8.0", "M", ""),
    ],
)
def test_a_specification_is_named_where_it_helps(code: str, sex: str, sentence: str) -> None:
    assert specification_sentence(resolve(code, sex), sex) == sentence


def test_a_mark_that_is_pb_sb_and_record(athlete: Athlete) -> None:
    run(athlete, "10.90", "2026-05-01", wind=0)
    best = run(athlete, "10.80", wind=20)
    better = "better than every mark before it"
    standing = "record, all ages, since 1 Jun 2026; record, Senior, since 1 Jun 2026"
    assert told(best) == {
        "personal best": (True, better),
        "season's best": (True, better),
        "Harbour AC": (True, standing),
        "All clubs": (True, "record, all ages, since 1 Jun 2026"),
    }
    assert line(best) == "PB; SB; record: harbour, harbour Senior"


def test_a_step_that_a_later_one_took_says_until_when(athlete: Athlete) -> None:
    first = run(athlete, "10.90", "2026-05-01", wind=0)
    run(athlete, "10.80", wind=0)
    assert told(first)["All clubs"] == (True, "record, all ages, 1 May 2026 to 1 Jun 2026")
    assert line(first) == "PB; SB"


def test_a_mark_that_equals(athlete: Athlete) -> None:
    run(athlete, "10.80", "2026-05-01", wind=0)
    second = run(athlete, "10.80", wind=0)
    found = told(second)
    assert found["personal best"] == found["season's best"] == (True, "equal to the best before it")
    assert found["All clubs"] == (True, "equal record, all ages, since 1 Jun 2026")
    assert line(second).startswith("equals PB; equals SB; record: harbour")


def test_a_mark_that_is_beaten(athlete: Athlete) -> None:
    run(athlete, "10.50", "2025-05-01", wind=0)
    run(athlete, "10.80", "2026-05-01", wind=0)
    beaten = run(athlete, "10.90", wind=0)
    record = "the record of the day was 10.50 (1 May 2025)"
    assert told(beaten) == {
        "personal best": (False, "10.50 of 1 May 2025 was better"),
        "season's best": (False, "10.80 of 1 May 2026 was better"),
        "Harbour AC": (False, record),
        "All clubs": (False, record),
    }
    assert line(beaten) == "not better than the bests before it"


def test_a_season_s_best_that_is_no_personal_best(athlete: Athlete) -> None:
    run(athlete, "10.50", "2025-05-01", wind=0)
    season = run(athlete, "10.80", "2026-05-01", wind=0)
    found = told(season)
    assert (found["personal best"][0], found["season's best"][0]) == (False, True)
    assert line(season) == "SB"


def test_an_annulled_mark_counts_nowhere(athlete: Athlete) -> None:
    annulled = run(athlete, "10.80", wind=0)
    annul_performance(annulled, by=None, at=NOW, because="doping")
    assert set(told(annulled).values()) == {(False, "annulled: doping")}
    assert line(annulled) == "annulled: doping"


def test_a_superseded_mark_counts_nowhere(athlete: Athlete) -> None:
    old = run(athlete, "10.80", wind=0)
    new = correct_performance(old, by=None, at=NOW, because="photo", mark="10.85")
    assert set(told(old).values()) == {(False, "superseded by a correction")}
    assert all(counts for counts, _ in told(new).values())


def test_a_wind_aided_mark_leads_a_list_of_its_own(athlete: Athlete) -> None:
    aided = run(athlete, "10.80", wind=23)
    apart = (False, "better than every mark before it; kept apart as wind-aided")
    refused = (False, "wind +2.3 is over +2.0")
    assert list(told(aided).values()) == [apart, apart, refused, refused]
    assert line(aided) == "PB (w); SB (w); wind +2.3 is over +2.0"


def test_a_mark_without_a_reading_is_a_best_and_no_record(athlete: Athlete) -> None:
    unread = run(athlete, "10.80")
    found = told(unread)
    assert found["personal best"] == (True, "better than every mark before it")
    assert found["All clubs"] == (False, "no wind reading")
    assert line(unread) == "PB; SB; no wind reading"


def test_a_hand_time_leads_a_list_of_its_own(athlete: Athlete) -> None:
    by_hand = run(athlete, "10.8h", wind=0)
    reason = "hand time: automatic timing is required up to 800 m"
    found = told(by_hand)
    assert found["personal best"] == (False, "better than every mark before it; kept apart as a hand time")
    assert found["All clubs"] == (False, reason)
    assert line(by_hand) == f"PB (h); SB (h); {reason}"


def test_a_disqualification_names_its_rule(athlete: Athlete) -> None:
    out = run(athlete, "DQ false start")
    assert set(told(out).values()) == {(False, "no mark: DQ false start")}
    assert reasons_of(out) == ["no mark: DQ false start"]


def test_a_lighter_implement_is_a_list_of_its_own_and_named(athlete: Athlete) -> None:
    PerformanceFactory(athlete=athlete, discipline="SP6", mark="15.00", on=date(2026, 5, 1))
    beaten = PerformanceFactory(athlete=athlete, discipline="SP6", mark="14.00", on=date(2026, 6, 1))
    lighter = "lighter implement: not the 7.26 kg of the seniors"
    assert told(beaten)["All clubs"] == (False, f"the record of the day was 15.00 (1 May 2026); {lighter}")
    assert reasons_of(beaten) == [lighter]


def relay(harbour: Club, mark: str) -> Performance:
    rows = csv("id,team,sex,event,mark,date", f"r1,Harbour A,M,4x100,{mark},2026-06-01")
    imported("performances", rows, club=harbour)
    return Performance.objects.get(external_id="r1")


def test_a_relay_is_a_record_and_nobody_s_best(harbour: Club) -> None:
    team = relay(harbour, "41.50")
    found = told(team)
    assert found["personal best"] == found["season's best"] == (False, "bests are kept for single athletes")
    assert found["Harbour AC"] == (True, "record, all ages, since 1 Jun 2026")
    assert line(team) == "record: harbour"


def test_a_hand_timed_relay_says_so_in_the_books(harbour: Club) -> None:
    assert told(relay(harbour, "41.5h"))["Harbour AC"] == (
        False, "hand time: automatic timing is required up to 800 m",
    )  # fmt: skip


def decide(club: Club, **rules: str) -> None:
    book = RecordBook.objects.get(club=club)
    book.policy = RecordPolicy.objects.create(book=book, version=2, **rules)
    book.save()
    folding.rebuild()


def test_a_book_with_hand_times_apart_compares_like_with_like(athlete: Athlete, harbour: Club) -> None:
    run(athlete, "10.5h", "2026-04-01", wind=0)
    run(athlete, "10.80", "2026-05-01", wind=0)
    beaten = run(athlete, "10.90", wind=0)
    beaten_by_hand = run(athlete, "10.7h", wind=0)
    decide(harbour, hand="apart")
    assert told(beaten)["Harbour AC"] == (False, "the record of the day was 10.80 (1 May 2026)")
    assert told(beaten_by_hand)["Harbour AC"] == (False, "the record of the day was 10.5h (1 Apr 2026)")


def test_a_book_whose_rules_leave_a_better_mark_out_says_so(athlete: Athlete, harbour: Club) -> None:
    run(athlete, "11.50", "2026-05-01", wind=0)
    guest = AthleteFactory()
    ClubSpellFactory(athlete=guest, club=harbour, claim="second")
    better = run(guest, "10.50", wind=0)
    decide(harbour, claims="first")
    assert told(better)["Harbour AC"] == (False, "no first-claim member of the club on the day")


def test_a_relay_is_first_claim_where_every_runner_is(harbour: Club, athlete: Athlete) -> None:
    team = relay(harbour, "41.50")
    guest = AthleteFactory()
    RelayLeg.objects.create(performance=team, number=1, athlete=athlete)
    decide(harbour, claims="first")
    assert told(team)["Harbour AC"][0] is True
    RelayLeg.objects.create(performance=team, number=2, athlete=guest)
    folding.rebuild()
    assert told(team)["Harbour AC"] == (False, "no first-claim member of the club on the day")


def test_a_book_that_overlooks_the_wind_says_so(harbour: Club) -> None:
    child = AthleteFactory(club=harbour, birth_date=date(2014, 1, 1))
    young, jump = run(child, "13.40", wind=31), run(child, "4.10", wind=None, discipline="LJ")
    decide(harbour, wind_from_age=13, any_wind=["LJ"])
    step, since = "record, all ages, since 1 Jun 2026", "the wind isn't looked at below the age of 13"
    counts, sentence = told(young)["Harbour AC"]
    assert (counts, sentence.startswith(step), sentence.endswith(since)) == (True, True, True)
    assert told(jump)["Harbour AC"][1].endswith("any wind counts in this discipline")


def test_a_converted_hand_time_says_what_was_added(athlete: Athlete, harbour: Club) -> None:
    run(athlete, "10.80", "2026-05-01", wind=0)
    beaten = run(athlete, "10.6h", wind=0)
    lap = run(athlete, "49.9h", discipline="400")
    decide(harbour, hand="converted")
    assert told(beaten)["Harbour AC"] == (
        False, "the record of the day was 10.80 (1 May 2026); hand time, +0.24 s for comparison",
    )  # fmt: skip
    assert told(lap)["Harbour AC"][1].endswith("hand time, +0.14 s for comparison")


def test_a_field_that_is_too_small(athlete: Athlete, harbour: Club) -> None:
    alone = run(athlete, "10.80", wind=0)
    Performance.objects.filter(pk=alone.pk).update(field_size=1)
    decide(harbour, minimum_field=3)
    assert told(alone)["Harbour AC"] == (False, "only 1 competed, and the book asks for 3")


def test_a_claim_that_was_refused_is_named_without_its_reason(athlete: Athlete, harbour: Club) -> None:
    one = run(athlete, "10.80", wind=0)
    claim = RecordClaim.objects.create(
        book=harbour.books.get(), performance=one, state="rejected", reason="secret", opened=NOW, decided=NOW
    )
    folding.rebuild()
    assert told(one)["Harbour AC"] == (True, "record, Senior, since 1 Jun 2026; all ages: the claim was rejected")
    RecordClaim.objects.filter(pk=claim.pk).update(age_group="Senior", state="rescinded")
    folding.rebuild()
    assert told(one)["Harbour AC"] == (True, "record, all ages, since 1 Jun 2026; Senior: the record was rescinded")
    RecordClaim.objects.create(
        book=harbour.books.get(), performance=one, state="rejected", reason="secret", opened=NOW, decided=NOW
    )
    folding.rebuild()
    assert told(one)["Harbour AC"] == (False, "all ages: the claim was rejected; Senior: the record was rescinded")


def test_a_book_without_rules_says_so(athlete: Athlete, harbour: Club) -> None:
    one = run(athlete, "10.80", wind=0)
    RecordBook.objects.create(slug="empty", name="Empty", club=harbour)
    assert told(one)["Empty"] == (False, "the book has no rules yet")


def test_a_mark_that_no_list_takes_says_so(athlete: Athlete, harbour: Club) -> None:
    better = run(athlete, "10.80", wind=0)
    Record.objects.all().delete()
    assert told(better)["Harbour AC"] == (False, "the book's rules leave it out")


def test_only_the_books_of_its_club_and_of_the_site_are_asked(athlete: Athlete, other: Club) -> None:
    assert [one.list_name for one in why(run(athlete, "10.80", wind=0))][2:] == ["Harbour AC", "All clubs"]
    stray = run(AthleteFactory(), "10.90", wind=0)
    assert [one.list_name for one in why(stray)][2:] == ["All clubs"]


def test_the_number_of_queries_is_constant(athlete: Athlete, harbour: Club) -> None:
    beaten = run(athlete, "11.90", "2026-06-30", wind=0)

    def queries() -> int:
        one = Performance.objects.select_related("athlete", "club", "discipline").get(pk=beaten.pk)
        with CaptureQueriesContext(connection) as counted:
            why(one)
        return len(counted)

    run(athlete, "11.80", "2026-01-01", wind=0)
    before = queries()
    for number in range(12):
        run(athlete, f"11.{70 - number}", f"2026-02-{number + 1:02}", wind=0)
        run(AthleteFactory(club=harbour), f"10.{70 - number}", f"2026-03-{number + 1:02}", wind=0)
        ClubFactory()
    assert queries() == before <= 9


@pytest.mark.parametrize(
    ("code", "mark", "shown"),
    [
        ("100", "10.80w", "10.80w"),
        ("100", "10.8h", "10.8h"),
        ("100", "DQ TR16.8", "DQ TR16.8"),
        ("LJ", "7.45 (+2.3)", "7.45"),
        ("1500", "3:45.2", "3:45.2h"),
    ],
)
def test_the_text_of_a_mark(athlete: Athlete, code: str, mark: str, shown: str) -> None:
    assert mark_text(PerformanceFactory(athlete=athlete, discipline=code, mark=mark)) == shown
