"""Two entries of one person become one: everything moves, a result that both had counts once, files still find them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from pytest_django import DjangoCaptureOnCommitCallbacks

from records.actions.applying import apply_import
from records.actions.merging import MOVES, OTHERWISE, NotMergeable, merge_athletes
from records.domain.eligibility import Flaw
from records.models import (
    Athlete,
    AthleteAlias,
    AthleteMerge,
    Award,
    Best,
    Ceremony,
    CeremonyGuest,
    ClubSpell,
    Consent,
    ExternalId,
    Guardianship,
    Honour,
    MarkReport,
    NotTheSame,
    Performance,
    RecordClaim,
    RelayLeg,
)
from records.signals import athletes_merged
from tests.factories import (
    NOW,
    AthleteFactory,
    ClubSpellFactory,
    PerformanceFactory,
    UserFactory,
    discipline,
    imported,
    staged,
)
from tests.records.importing import counts, csv
from tests.records.oracle import derived, expected
from trackhub.clubs.models import AuditEntry, Club, Event, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(club=harbour)


def merge(survivor: Athlete, merged: Athlete) -> None:
    merge_athletes(survivor, merged=merged, by=None, at=NOW)


def test_two_athletes_become_one(
    athlete: Athlete, harbour: Club, other: Club, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    double = AthleteFactory(club=harbour, birth_date=None)
    ClubSpellFactory(athlete=double, club=other, starts=date(2026, 1, 1))
    ExternalId.objects.create(athlete=double, source="test", value="a2")
    relay = Performance.objects.create(
        team="A", discipline=discipline("4x100"), date=date(2026, 6, 1), status="dnf", flaws=Flaw.NO_MARK
    )
    RelayLeg.objects.create(performance=relay, number=1, athlete=double)
    earlier = AthleteFactory(merged_into=double)
    PerformanceFactory(athlete=athlete, mark="10.80", on=date(2026, 6, 1), wind=0)
    slower = PerformanceFactory(athlete=double, mark="10.90", on=date(2026, 6, 2), wind=0)
    heard: list[dict[str, Any]] = []

    def listen(sender: object, **facts: Any) -> None:
        heard.append(facts)

    athletes_merged.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        merge(athlete, double)
    athletes_merged.disconnect(listen)
    for one in (double, earlier, slower):
        one.refresh_from_db()
    assert (double.merged_into, earlier.merged_into, slower.athlete) == (athlete, athlete, athlete)
    assert slower.age_day == 28
    assert set(athlete.spells.values_list("club", "starts")) == {(harbour.pk, None), (other.pk, date(2026, 1, 1))}
    assert ClubSpell.objects.count() == 2
    assert athlete.external_ids.get().value == "a2"
    assert RelayLeg.objects.get().athlete == athlete
    assert [(facts["survivor"], facts["merged"]) for facts in heard] == [(athlete.pk, double.pk)]
    assert AuditEntry.objects.get(action="merge_athletes").after == {"merged": double.pk}
    assert Event.objects.get(kind="athletes_merged").payload == {"survivor": athlete.pk, "merged": double.pk}
    assert derived() == expected()
    assert Best.objects.get().performance.mark == "10.80"


def test_the_better_known_birth_date_survives() -> None:
    year_only = AthleteFactory(birth_date=date(1998, 12, 31), birth_precision="year")
    mark = PerformanceFactory(athlete=year_only)
    merge(year_only, AthleteFactory(birth_date=date(1998, 3, 14)))
    year_only.refresh_from_db()
    mark.refresh_from_db()
    assert (year_only.born, mark.age_day) == ("1998-03-14", 28)
    day_known = AthleteFactory(birth_date=date(1998, 3, 14))
    merge(day_known, AthleteFactory(birth_date=date(1998, 12, 31), birth_precision="year"))
    assert Athlete.objects.get(pk=day_known.pk).born == "1998-03-14"


def test_who_cannot_be_one() -> None:
    athlete, gone = AthleteFactory(), AthleteFactory(merged_into=AthleteFactory())
    for survivor, merged in ((athlete, athlete), (athlete, gone), (gone, athlete), (athlete, AthleteFactory(sex="F"))):
        with pytest.raises(NotMergeable, match="one person"):
            merge(survivor, merged)
    assert not AuditEntry.objects.filter(action="merge_athletes").exists()


def test_merging_both_ways_at_once_never_makes_a_circle() -> None:
    one, two = AthleteFactory(), AthleteFactory()
    one_as_read, two_as_read = Athlete.objects.get(pk=one.pk), Athlete.objects.get(pk=two.pk)
    merge(one, two)
    with pytest.raises(NotMergeable):
        merge(two_as_read, one_as_read)
    assert Athlete.objects.filter(merged_into=None).get() == one


def test_every_relation_to_an_athlete_is_moved_or_has_a_reason() -> None:
    """Of every app: a new table that points at athletes says here what a merge does to it, or listens to the signal."""
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Athlete
    }
    moved = {f"{move.model._meta.label}.{move.field}" for move in MOVES}
    assert found == moved | set(OTHERWISE)
    assert not moved & set(OTHERWISE)


def test_everything_of_the_merged_moves(athlete: Athlete, harbour: Club, alice: User) -> None:
    double = AthleteFactory(club=harbour)
    other = AthleteFactory()
    mark = PerformanceFactory(athlete=double)
    event = discipline("100")
    ceremony = Ceremony.objects.create(club=harbour, title="Evening", starts=NOW, place="Hall")
    claim = RecordClaim.objects.create(book=harbour.books.get(), performance=mark, opened=NOW)
    said: dict[type[Any], dict[str, Any]] = {
        MarkReport: {"kind": "missing", "discipline": event, "at": NOW},
        CeremonyGuest: {"ceremony": ceremony, "name": "Sam"},
        Guardianship: {"guardian": UserFactory(), "created": NOW},
        Consent: {"purpose": "name", "version": "1", "words": "yes", "given": NOW},
        Award: {"club": harbour, "position": 1, "discipline": event, "competition": "County", "date": NOW.date()},
        AthleteAlias: {"source": "roster", "name_key": "runner, s"},
    }
    rows = [model.objects.create(athlete=double, **fields) for model, fields in said.items()]
    NotTheSame.objects.create(one=double, other=other, by=alice, at=NOW)
    merge(athlete, double)
    for row in rows:
        row.refresh_from_db()
        assert row.athlete == athlete, row
    claim.refresh_from_db()
    assert claim.performance.athlete == athlete
    pair = NotTheSame.objects.get(one=athlete)
    assert (pair.other, pair.by) == (other, alice)


def test_what_would_be_there_twice_is_there_once(athlete: Athlete, harbour: Club) -> None:
    double = AthleteFactory(club=harbour)
    guardian = UserFactory()
    for one in (athlete, double):
        Guardianship.objects.create(athlete=one, guardian=guardian, created=NOW)
        Consent.objects.create(athlete=one, purpose="name", version="1", words="yes", given=NOW)
        AthleteAlias.objects.create(athlete=one, name_key="sam, s")
    Consent.objects.create(athlete=double, purpose="name", version="0", words="yes", given=NOW, withdrawn=NOW)
    merge(athlete, double)
    for model in (Guardianship, AthleteAlias, ClubSpell):
        assert set(model.objects.values_list("athlete", flat=True)) == {athlete.pk}, model
    # A receipt is never thrown away.
    assert sorted(Consent.objects.values_list("athlete", "version")) == sorted(
        [(athlete.pk, "1"), (athlete.pk, "0"), (double.pk, "1")]
    )


def test_the_longer_of_two_spells_stays(athlete: Athlete, harbour: Club, other: Club) -> None:
    double = AthleteFactory()
    ClubSpellFactory(athlete=athlete, club=other, starts=date(2020, 1, 1), ends=date(2020, 12, 31))
    ClubSpellFactory(athlete=double, club=other, starts=date(2019, 1, 1))
    ClubSpellFactory(athlete=double, club=harbour, starts=date(2021, 1, 1), claim="second")
    merge(athlete, double)
    assert set(athlete.spells.values_list("club", "starts", "ends", "claim")) == {
        (harbour.pk, None, None, "first"),
        (other.pk, date(2019, 1, 1), None, "first"),
        (harbour.pk, date(2021, 1, 1), None, "second"),
    }
    assert ClubSpell.objects.count() == 3


def awarded(athlete: Athlete, club: Club) -> Award:
    event = discipline("100")
    said = {"club": club, "position": 1, "discipline": event, "competition": "County", "date": NOW.date()}
    return Award.objects.create(athlete=athlete, **said)


def test_the_honour_of_a_double_award_goes_to_the_one_that_stays(athlete: Athlete, harbour: Club) -> None:
    double = AthleteFactory(club=harbour)
    kept, gone = awarded(athlete, harbour), awarded(double, harbour)
    ceremony = Ceremony.objects.create(club=harbour, title="Evening", starts=NOW, place="Hall")
    honour = Honour.objects.create(ceremony=ceremony, award=gone)
    merge(athlete, double)
    honour.refresh_from_db()
    assert (honour.award, Award.objects.get()) == (kept, kept)


def test_two_honoured_awards_both_stay(athlete: Athlete, harbour: Club) -> None:
    double = AthleteFactory(club=harbour)
    ceremony = Ceremony.objects.create(club=harbour, title="Evening", starts=NOW, place="Hall")
    for one in (athlete, double):
        Honour.objects.create(ceremony=ceremony, award=awarded(one, harbour))
    merge(athlete, double)
    assert (Award.objects.count(), Honour.objects.count()) == (2, 2)


def test_what_the_survivor_lacks_is_taken_over(harbour: Club) -> None:
    account = UserFactory()
    survivor = AthleteFactory(given_name="", birth_date=None, club=harbour)
    double = AthleteFactory(
        given_name="Jo", native_name="Джо", country="GBR", visibility="club", account=account, club=harbour
    )
    merge(survivor, double)
    survivor.refresh_from_db()
    double.refresh_from_db()
    assert (survivor.given_name, survivor.native_name, survivor.country) == ("Jo", "Джо", "GBR")
    assert (survivor.born, survivor.account, double.account) == ("1998-03-14", account, None)
    assert survivor.name_key.endswith(", jo")
    # Who was hidden stays hidden.
    assert survivor.visibility == "club"


def test_an_account_of_one_s_own_stays(harbour: Club) -> None:
    survivor, double = AthleteFactory(account=UserFactory()), AthleteFactory(account=UserFactory())
    mine, theirs = survivor.account, double.account
    merge(survivor, double)
    survivor.refresh_from_db()
    double.refresh_from_db()
    assert (survivor.account, double.account) == (mine, theirs)


def test_a_result_that_both_have_counts_once(athlete: Athlete, harbour: Club) -> None:
    double = AthleteFactory(club=harbour)
    kept = PerformanceFactory(athlete=athlete, mark="10.80", wind=0, competition="County", round="final")
    twice = PerformanceFactory(athlete=double, mark="10.80", wind=0, competition="COUNTY")
    heat = PerformanceFactory(athlete=double, mark="10.80", wind=0, competition="County", round="heat")
    elsewhere = PerformanceFactory(athlete=double, mark="10.80", wind=0, competition="Open")
    merge(athlete, double)
    rows = {one.pk: one for one in Performance.objects.all()}
    assert {pk for pk, one in rows.items() if one.is_annulled} == {twice.pk}
    assert "two entries of one athlete" in rows[twice.pk].annulled_because
    assert {one.athlete for one in rows.values()} == {athlete}
    assert not rows[kept.pk].is_annulled
    assert not rows[heat.pk].is_annulled
    assert not rows[elsewhere.pk].is_annulled
    assert derived() == expected()


def test_rounds_that_both_name_tell_two_results_apart(athlete: Athlete, harbour: Club) -> None:
    double = AthleteFactory(club=harbour)
    PerformanceFactory(athlete=athlete, round="final")
    PerformanceFactory(athlete=double, round="heat 1")
    merge(athlete, double)
    assert not Performance.objects.exclude(annulled_because="").exists()


def test_of_two_the_one_on_which_something_hangs_stays(athlete: Athlete, harbour: Club) -> None:
    double = AthleteFactory(club=harbour)
    plain, claimed = PerformanceFactory(athlete=athlete), PerformanceFactory(athlete=double)
    both = PerformanceFactory(athlete=athlete, mark="11.0"), PerformanceFactory(athlete=double, mark="11.0")
    for one in (claimed, *both):
        RecordClaim.objects.create(book=harbour.books.get(), performance=one, opened=NOW)
    merge(athlete, double)
    assert Performance.objects.exclude(annulled_because="").get() == plain
    assert derived() == expected()


PEOPLE = csv("family name,given name,sex,birth date", "{family},{given},M,{born}")
MARKS = csv("family name,given name,sex,birth date,event,mark,date", "{family},{given},M,{born},100,10.90,2026-05-01")


@pytest.mark.parametrize("born", ["1998-03-14", "1998", "", "1998-04-13"])
@pytest.mark.parametrize("given", ["Bob", "Robert"])
def test_the_same_file_again_finds_the_survivor(harbour: Club, given: str, born: str) -> None:
    """By name and birth date as the merged entry had them; there are no ids in the file."""
    said = {"family": "Smith", "given": given, "born": born}
    imported("athletes", PEOPLE.format(**said), club=harbour)
    first = imported("performances", MARKS.format(**said), club=harbour)
    double = Athlete.objects.get()
    survivor = AthleteFactory(given_name="Robert", family_name="Smith", birth_date=date(1998, 3, 14), club=harbour)
    merge(survivor, double)
    assert counts(staged("athletes", PEOPLE.format(**said), club=harbour)) == (0, 0, 1, 0)
    again = staged("performances", MARKS.format(**said), club=harbour)
    assert counts(again) == (0, 0, 1, 0)
    assert first.result["created"] == 1
    # New results of that entry are judged by the birth date that stays.
    more = imported("performances", MARKS.format(**said).replace("2026-05-01", "2026-03-20"), club=harbour)
    made = more.performances.get()
    assert (made.athlete, made.age_day) == (survivor, 28)


def test_by_its_id_a_file_finds_the_survivor_too(harbour: Club) -> None:
    people = csv("id,family name,given name,sex,birth date", "b7,Smith,Bob,M,1998-03-14")
    marks = csv("athlete id,event,mark,date,competition", "b7,100,10.90,2026-05-01,County")
    imported("athletes", people, club=harbour)
    imported("performances", marks, club=harbour)
    double = Athlete.objects.get()
    survivor = AthleteFactory(given_name="Rob", family_name="Smith", club=harbour)
    PerformanceFactory(athlete=survivor, mark="10.90", on=date(2026, 5, 1), competition="County")
    merge(survivor, double)
    # The double was annulled, not removed: the id is known, and the result stays counted once.
    assert counts(staged("performances", marks, club=harbour)) == (0, 0, 1, 0)
    assert counts(staged("athletes", people, club=harbour)) == (0, 0, 1, 0)


def test_another_of_that_name_is_still_another(harbour: Club) -> None:
    survivor = AthleteFactory(given_name="Bob", family_name="Smith", birth_date=date(1998, 3, 14), club=harbour)
    merge(survivor, AthleteFactory(given_name="Robert", family_name="Smith", birth_date=None, club=harbour))
    other = staged("athletes", PEOPLE.format(family="Smith", given="Bob", born="1970-01-01"), club=harbour)
    assert counts(other) == (1, 0, 0, 0)


def test_a_file_read_before_the_merge_is_applied_to_the_survivor(athlete: Athlete, harbour: Club) -> None:
    double = AthleteFactory(given_name="Bob", family_name="Smith", club=harbour)
    for one, value in ((athlete, "a1"), (double, "a2")):
        ExternalId.objects.create(athlete=one, source="test", value=value)
    relay = csv("team,sex,event,mark,date,legs", "A,M,4x100,42.00,2026-05-02,a2/a1", "B,M,4x100,43.00,2026-05-02,a1")
    files = [staged("performances", relay, club=harbour)]
    files.append(staged("performances", MARKS.format(family="Smith", given="Bob", born="1998-03-14"), club=harbour))
    people = csv("id,family name,given name,sex,country", "a2,Smith,Bob,M,ESP")
    files.append(staged("athletes", people, club=harbour))
    merge(athlete, double)
    for batch in files:
        apply_import(batch, by=None, at=NOW)
    assert set(Performance.objects.values_list("athlete", flat=True)) == {None, athlete.pk}
    assert set(RelayLeg.objects.values_list("athlete", flat=True)) == {athlete.pk}
    assert not double.performances.exists()
    assert derived() == expected()


def test_a_merge_says_what_it_moved(athlete: Athlete, harbour: Club, alice: User) -> None:
    double = AthleteFactory(club=harbour)
    mark = PerformanceFactory(athlete=double)
    made = merge_athletes(athlete, merged=double, by=alice, at=NOW)
    assert (made.survivor, made.merged, made.by) == (athlete, double, alice)
    assert made.moved["records.performance"] == [mark.pk]
    assert AthleteMerge.objects.get() == made


def test_a_word_that_they_are_two_is_overruled_and_kept(athlete: Athlete) -> None:
    double = AthleteFactory()
    NotTheSame.objects.create(one=athlete, other=double, at=NOW)
    merge(athlete, double)
    assert NotTheSame.objects.count() == 1


def test_an_erased_athlete_is_merged_with_nobody(athlete: Athlete) -> None:
    with pytest.raises(NotMergeable, match="erased"):
        merge(athlete, AthleteFactory(erased=NOW))
