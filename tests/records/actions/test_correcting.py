"""Entering, correcting, annulling and reinstating performances, and merging athletes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from records.actions.correcting import (
    AlreadySuperseded,
    PerformanceRefused,
    annul_performance,
    correct_performance,
    enter_performance,
    reinstate_performance,
)
from records.domain.eligibility import Flaw
from records.domain.marks import MarkRefused
from records.models import Athlete, Best, ClubSpell, ExternalId, Performance
from tests.factories import (
    NOW,
    AthleteFactory,
    ClubFactory,
    ClubSpellFactory,
    PerformanceFactory,
    discipline,
    imported,
)
from tests.records.importing import csv
from tests.records.oracle import derived, expected
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(club=harbour)


def correct(performance: Performance, by: User | None = None, **changes: Any) -> Performance:
    return correct_performance(performance, by=by, at=NOW, because="typing error", **changes)


def test_a_performance_entered_by_hand(athlete: Athlete, harbour: Club, alice: User) -> None:
    performance = enter_performance(
        athlete, discipline=discipline("100"), mark="10.80A", on=date(2026, 6, 1), by=alice, at=NOW, wind=5, round="SF1"
    )
    performance.refresh_from_db()
    assert (performance.club, performance.value, performance.wind, performance.seq) == (harbour, 10800, 5, 4)
    assert (performance.written, performance.flags, performance.age_day, performance.batch) == ("10.80A", "A", 28, None)
    assert Best.objects.get().performance == performance
    deed = AuditEntry.objects.get(action="enter_performance")
    assert (deed.by, deed.club, deed.target) == (alice, harbour, f"performance {performance.pk}")


def test_the_season_of_an_athlete_without_a_club_is_the_calendar_year() -> None:
    performance = PerformanceFactory(on=date(2025, 12, 1))
    assert (performance.club, performance.season) == (None, 2025)
    autumn = ClubFactory(season_start=10)
    assert PerformanceFactory(on=date(2025, 12, 1), club=autumn).season == 2026


def test_the_club_of_the_day_is_the_first_claim(athlete: Athlete, other: Club, harbour: Club) -> None:
    ClubSpell.objects.filter(athlete=athlete).update(claim="second")
    ClubSpellFactory(athlete=athlete, club=other, ends=date(2026, 5, 31))
    assert PerformanceFactory(athlete=athlete, on=date(2026, 5, 31)).club == other
    assert PerformanceFactory(athlete=athlete, on=date(2026, 6, 1)).club == harbour


@pytest.mark.parametrize(
    ("on", "sentence"), [(date(2026, 11, 21), "future"), (date(1997, 1, 1), "birth"), (date(2001, 1, 1), "five")]
)
def test_an_impossible_day_is_refused_in_a_sentence(athlete: Athlete, on: date, sentence: str) -> None:
    with pytest.raises(PerformanceRefused, match=sentence):
        PerformanceFactory(athlete=athlete, on=on, at=NOW)
    assert not Performance.objects.exists()


def test_an_impossible_mark_is_refused(athlete: Athlete) -> None:
    with pytest.raises(MarkRefused):
        PerformanceFactory(athlete=athlete, mark="5.00")
    assert not AuditEntry.objects.filter(action="enter_performance").exists()


def test_a_correction_is_a_new_version_and_both_stay_readable(athlete: Athlete, alice: User) -> None:
    old = PerformanceFactory(athlete=athlete, mark="10.80", wind=10, venue="Leeds", competition="Cup", note="wet")
    new = correct(old, mark="10.85", by=alice)
    old.refresh_from_db()
    assert (old.superseded_by, old.mark, Flaw(old.flaws), old.best_list) == (new, "10.80", Flaw.SUPERSEDED, 0)
    assert (new.mark, new.wind, new.venue, new.competition, new.note) == ("10.85", 10, "Leeds", "Cup", "wet")
    assert list(Performance.objects.current()) == [new]
    assert list(Best.objects.values_list("performance", flat=True)) == [new.pk]
    deed = AuditEntry.objects.get(action="correct_performance")
    assert (deed.by, deed.before["mark"], deed.after["mark"]) == (alice, "10.80", "10.85")
    assert (deed.after["because"], deed.after["performance"]) == ("typing error", new.pk)


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ({"on": date(2026, 6, 2)}, "date", date(2026, 6, 2)),
        ({"wind": 21}, "best_list", 2),
        ({"round": "Heat 1"}, "seq", 2),
        ({"facility": "indoor"}, "facility", "indoor"),
        ({"mark": "DQ TR16.8"}, "status", "dq"),
    ],
)
def test_each_fact_may_be_corrected(athlete: Athlete, change: dict[str, Any], name: str, value: object) -> None:
    new = correct(PerformanceFactory(athlete=athlete, wind=0), **change)
    assert getattr(new, name) == value
    assert derived() == expected()


def test_the_discipline_may_be_corrected(athlete: Athlete) -> None:
    new = correct(PerformanceFactory(athlete=athlete, mark="21.80", discipline="200"), discipline=discipline("150"))
    assert new.discipline.code == "150"
    assert derived() == expected()


def test_only_the_newest_version_is_corrected(athlete: Athlete) -> None:
    performance = PerformanceFactory(athlete=athlete)
    correct(performance, mark="10.85")
    before = derived()
    with pytest.raises(AlreadySuperseded) as refused:
        correct(performance, mark="10.90")
    assert "newest version" in str(refused.value)
    assert (Performance.objects.count(), derived()) == (2, before)


def test_a_relay_is_corrected_and_keeps_its_runners(harbour: Club) -> None:
    runners = [AthleteFactory(club=harbour) for _ in range(4)]
    for number, one in enumerate(runners):
        ExternalId.objects.create(athlete=one, source="test", value=f"a{number}")
    imported(
        "performances",
        csv("id,team,legs,sex,event,mark,date", "r1,Harbour A,a0 / a1 / a2 / a3,M,4x100,41.50,2026-06-01"),
        club=harbour,
    )
    old = Performance.objects.get()
    new = correct(old, mark="41.05", on=date(2026, 6, 2), venue="Leeds")
    assert (new.mark, new.date, new.venue, new.team, new.sex) == ("41.05", date(2026, 6, 2), "Leeds", "Harbour A", "M")
    assert (new.athlete, new.club, new.external_id) == (None, harbour, "r1")
    assert list(new.legs.order_by("number").values_list("athlete", flat=True)) == [one.pk for one in runners]
    assert old.legs.count() == 4
    assert derived() == expected()
    with pytest.raises(PerformanceRefused, match="future"):
        correct(new, on=date(2030, 1, 1))


def test_a_wind_put_right_wins_over_the_one_beside_the_mark(athlete: Athlete) -> None:
    old = PerformanceFactory(athlete=athlete, discipline="LJ", mark="7.45A (+2.3)")
    assert (old.wind, old.best_list) == (23, 2)
    assert (correct(old, wind=None).wind, Performance.objects.current().get().flags) == (None, "A")
    claimed = PerformanceFactory(athlete=athlete, mark="10.70w", on=date(2026, 7, 1))
    assert correct(claimed, wind=12).flaws == 0


def test_putting_the_timing_right_reads_the_mark_by_it(athlete: Athlete) -> None:
    by_watch = correct(PerformanceFactory(athlete=athlete, mark="10.52", wind=0), timing="hand")
    assert (by_watch.mark, by_watch.timing) == ("10.6h", "hand")
    assert correct(by_watch, timing="auto").mark == "10.6"
    converted = PerformanceFactory(athlete=athlete, mark="21.50c", discipline="200", wind=0, on=date(2026, 7, 1))
    assert Flaw.CONVERTED in Flaw(correct(converted, timing="auto").flaws)
    without = PerformanceFactory(athlete=athlete, mark="DNF", discipline="800", on=date(2026, 7, 2))
    assert correct(without, timing="hand").mark == "DNF"
    by_chip = PerformanceFactory(athlete=athlete, mark="2:44:05", discipline="MAR", timing="chip")
    assert correct(by_chip, mark="2:44:06").timing == "chip"


def test_how_many_competed_is_entered_kept_and_corrected(athlete: Athlete) -> None:
    first = PerformanceFactory(athlete=athlete, field_size=8)
    second = correct(first, venue="Leeds")
    assert (first.field_size, second.field_size, correct(second, field_size=3).field_size) == (8, 8, 3)


def test_the_deed_says_what_changed_and_nothing_else(athlete: Athlete) -> None:
    new = correct(PerformanceFactory(athlete=athlete, wind=5, venue="Leeds"), venue="York", wind=None)
    deed = AuditEntry.objects.get(action="correct_performance")
    assert deed.before == {"venue": "Leeds", "wind": "+0.5"}
    assert deed.after == {"performance": new.pk, "venue": "York", "wind": "", "because": "typing error"}


def test_only_the_newest_version_is_annulled_or_reinstated(athlete: Athlete) -> None:
    old = PerformanceFactory(athlete=athlete)
    correct(old, venue="Leeds")
    before = derived()
    for refused in (lambda: annul_performance(old, by=None, at=NOW, because="x"),
                    lambda: reinstate_performance(old, by=None, at=NOW)):  # fmt: skip
        with pytest.raises(AlreadySuperseded):
            refused()
    assert derived() == before


def test_a_correction_keeps_the_id_of_the_file(athlete: Athlete) -> None:
    imported("performances", csv("id,name,sex,event,mark,date", "p1,Jo Bloggs,M,100,10.80,2026-06-01"))
    new = correct(Performance.objects.get(), mark="10.85")
    assert (new.source, new.external_id, new.batch) == ("test", "p1", None)


def test_a_correction_keeps_how_well_the_date_is_known(athlete: Athlete) -> None:
    imported("performances", csv("id,name,sex,event,mark,date", "p1,Jo Bloggs,M,100,10.80,2026"))
    new = correct(Performance.objects.get(), venue="Leeds")
    assert (new.date, new.date_precision) == (date(2026, 12, 31), "year")
    assert correct(new, on=date(2026, 6, 1)).date_precision == "day"


def test_a_correction_keeps_an_annulment(athlete: Athlete) -> None:
    performance = PerformanceFactory(athlete=athlete)
    annul_performance(performance, by=None, at=NOW, because="doping")
    new = correct(performance, venue="Leeds")
    assert (new.annulled_because, new.is_annulled, Best.objects.count()) == ("doping", True, 0)
    reinstate_performance(new, by=None, at=NOW)
    assert Best.objects.get().performance == new


def test_an_annulled_mark_counts_nowhere_until_it_is_reinstated(athlete: Athlete, alice: User) -> None:
    worse = PerformanceFactory(athlete=athlete, mark="10.90", on=date(2026, 6, 2))
    performance = PerformanceFactory(athlete=athlete, mark="10.80", on=date(2026, 6, 1))
    before = derived()
    annul_performance(performance, by=alice, at=NOW, because="x" * 300)
    performance.refresh_from_db()
    assert (performance.is_annulled, performance.annulled_because, performance.mark) == (True, "x" * 200, "10.80")
    assert Best.objects.get().performance == worse
    assert derived() == expected()
    reinstate_performance(performance, by=alice, at=NOW)
    assert (performance.is_annulled, derived()) == (False, before)
    deeds = AuditEntry.objects.filter(target=f"performance {performance.pk}", by=alice).order_by("pk")
    assert [deed.action for deed in deeds] == ["annul_performance", "reinstate_performance"]
    assert deeds[0].after == {"annulled_because": "x" * 200}
    assert deeds[1].before == {"annulled_because": "x" * 200}


def test_an_annulment_without_a_reason_has_one() -> None:
    performance = PerformanceFactory()
    annul_performance(performance, by=None, at=NOW, because="")
    assert performance.is_annulled
    assert performance.annulled_because


def test_a_corrected_mark_has_its_timing_read_anew(athlete: Athlete) -> None:
    first = PerformanceFactory(athlete=athlete, mark="10.9h")
    assert (first.mark, first.timing) == ("10.9h", "hand")
    second = correct_performance(first, mark="10.85", by=None, at=NOW, because="photo finish")
    assert (second.mark, second.timing) == ("10.85", "auto")
    third = correct_performance(second, venue="Leeds", by=None, at=NOW, because="venue")
    assert (third.mark, third.timing) == ("10.85", "auto")
