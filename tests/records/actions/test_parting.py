"""A merge taken back: the world as it was, except what somebody has changed since, and that is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from pytest_django import DjangoCaptureOnCommitCallbacks

from records.actions.correcting import annul_performance, correct_performance, reinstate_performance
from records.actions.erasing import erase_athlete
from records.actions.merging import merge_athletes
from records.actions.parting import NotPartable, part_athletes, tell_apart
from records.domain.eligibility import Flaw
from records.models import (
    Athlete,
    AthleteAlias,
    AthleteMerge,
    Award,
    Ceremony,
    ClubSpell,
    Consent,
    ExternalId,
    Guardianship,
    Honour,
    NotTheSame,
    Performance,
    RelayLeg,
)
from records.signals import athletes_parted
from tests.factories import (
    NOW,
    AthleteFactory,
    ClubSpellFactory,
    PerformanceFactory,
    UserFactory,
    discipline,
    staged,
)
from tests.records.importing import csv
from tests.records.oracle import derived, expected
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

NEW = {"AthleteMerge", "SiteVersion", "AuditEntry", "Event"}


def everything() -> dict[str, list[Any]]:
    """All rows of records; derived ones without their numbers."""
    found = {}
    for model in apps.get_app_config("records").get_models():
        if model.__name__ not in NEW:
            names = [one.attname for one in model._meta.concrete_fields]
            if model.__name__ == "Record":
                names.remove("id")
            found[model.__name__] = sorted(map(str, model._default_manager.values_list(*names)))
    return found


@pytest.fixture
def pair(harbour: Club, other: Club) -> tuple[Athlete, Athlete]:
    """Two entries with something in every table, some of it twice."""
    account, guardian = UserFactory(), UserFactory()
    one = AthleteFactory(given_name="Bob", family_name="Smith", birth_date=date(1998, 12, 31), club=harbour)
    Athlete.objects.filter(pk=one.pk).update(birth_precision="year")
    two = AthleteFactory(
        given_name="Robert", family_name="Smith", country="GBR", visibility="club", account=account, club=harbour
    )
    AthleteFactory(merged_into=two)
    ClubSpellFactory(athlete=one, club=other, starts=date(2020, 1, 1), ends=date(2020, 2, 1))
    ClubSpellFactory(athlete=two, club=other, starts=date(2019, 1, 1))
    ExternalId.objects.create(athlete=two, source="test", value="b7")
    event = discipline("100")
    said = {"club": harbour, "position": 1, "discipline": event, "competition": "County", "date": NOW.date()}
    for athlete in (one, two):
        athlete.refresh_from_db()
        PerformanceFactory(athlete=athlete, mark="10.80", wind=0, competition="County")
        PerformanceFactory(athlete=athlete, mark=f"10.7{athlete.pk % 10}", wind=0, on=date(2026, 6, 2))
        Guardianship.objects.create(athlete=athlete, guardian=guardian, created=NOW)
        Consent.objects.create(athlete=athlete, purpose="name", version="1", words="yes", given=NOW)
        Award.objects.create(athlete=athlete, **said)
    ceremony = Ceremony.objects.create(club=harbour, title="Evening", starts=NOW, place="Hall")
    Honour.objects.create(ceremony=ceremony, award=Award.objects.get(athlete=two))
    tell_apart(two, AthleteFactory(), by=None, at=NOW)
    relay = Performance.objects.create(
        team="A", discipline=discipline("4x100"), date=date(2026, 6, 1), status="dnf", flaws=Flaw.NO_MARK
    )
    RelayLeg.objects.create(performance=relay, number=1, athlete=two)
    row = csv("family name,given name,sex,birth date,event,mark,date", "Smith,Robert,M,1998-03-14,100,11,2026-05-01")
    staged("performances", row, club=harbour)
    return one, two


@pytest.mark.parametrize("turned", [False, True])
def test_taking_back_gives_each_what_was_theirs(
    pair: tuple[Athlete, Athlete],
    turned: bool,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    site = UserFactory(is_superuser=True)
    survivor, merged = pair[::-1] if turned else pair
    before = everything()
    made = merge_athletes(survivor, merged=merged, by=site, at=NOW)
    assert derived() == expected()
    assert everything() != before
    heard: list[dict[str, Any]] = []

    def listen(sender: object, **facts: Any) -> None:
        heard.append(facts)

    athletes_parted.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        parted = part_athletes(made, by=site, at=NOW)
    athletes_parted.disconnect(listen)
    assert (parted.kept, parted.came_since, parted.sentences) == (0, 0, [])
    assert everything() == before
    assert derived() == expected()
    assert [(facts["survivor"], facts["merged"]) for facts in heard] == [(survivor.pk, merged.pk)]
    made.refresh_from_db()
    # What was remembered of two persons isn't kept longer than it is needed.
    assert (made.undone, made.undone_by, made.moved) == (NOW, site, {})
    assert AuditEntry.objects.get(action="part_athletes").after["merged"] == merged.pk


def merged_pair(harbour: Club, **fields: Any) -> tuple[Athlete, Athlete, AthleteMerge, Performance]:
    survivor, double = AthleteFactory(club=harbour), AthleteFactory(club=harbour, **fields)
    mark = PerformanceFactory(athlete=double, mark="10.90", wind=0)
    return survivor, double, merge_athletes(survivor, merged=double, by=None, at=NOW), mark


def test_a_result_corrected_since_stays_with_its_versions(harbour: Club) -> None:
    survivor, double = AthleteFactory(club=harbour), AthleteFactory(club=harbour)
    first = PerformanceFactory(athlete=double, mark="10.95", wind=0)
    second = correct_performance(first, mark="10.90", by=None, at=NOW, because="typing")
    old = PerformanceFactory(athlete=double, mark="11.20", on=date(2026, 5, 1), wind=0)
    new = correct_performance(old, mark="11.10", by=None, at=NOW, because="typing")
    made = merge_athletes(survivor, merged=double, by=None, at=NOW)
    third = correct_performance(second, mark="10.85", by=None, at=NOW, because="typing")
    parted = part_athletes(made, by=None, at=NOW)
    assert (parted.corrected, parted.came_since) == (2, 0)
    assert "corrected" in parted.sentences[0]
    whose = dict(Performance.objects.values_list("pk", "athlete"))
    assert {whose[one.pk] for one in (first, second, third)} == {survivor.pk}
    assert {whose[one.pk] for one in (old, new)} == {double.pk}
    assert derived() == expected()


def test_what_came_since_stays_and_is_said(harbour: Club) -> None:
    survivor, _double, made, _mark = merged_pair(harbour)
    PerformanceFactory(athlete=survivor, mark="10.70")
    parted = part_athletes(made, by=None, at=NOW)
    assert (parted.came_since, parted.kept) == (1, 0)
    assert parted.sentences == ["1 result came after the merge and stays with {name}: look whose it is."]


def test_facts_changed_since_stay(harbour: Club) -> None:
    survivor, double = AthleteFactory(birth_date=None, club=harbour), AthleteFactory(country="GBR", club=harbour)
    made = merge_athletes(survivor, merged=double, by=None, at=NOW)
    Athlete.objects.filter(pk=survivor.pk).update(country="ESP")
    parted = part_athletes(made, by=None, at=NOW)
    survivor.refresh_from_db()
    assert (survivor.country, survivor.birth_date, survivor.birth_precision) == ("ESP", None, "unknown")
    assert parted.facts == 1


def test_a_birth_date_put_right_since_stays_whole(harbour: Club) -> None:
    survivor = AthleteFactory(birth_date=date(1998, 12, 31), birth_precision="year", club=harbour)
    made = merge_athletes(survivor, merged=AthleteFactory(club=harbour), by=None, at=NOW)
    Athlete.objects.filter(pk=survivor.pk).update(birth_date=date(1998, 3, 15))
    part_athletes(made, by=None, at=NOW)
    survivor.refresh_from_db()
    assert (survivor.birth_date, survivor.birth_precision) == (date(1998, 3, 15), "day")


def test_what_went_elsewhere_stays_there(harbour: Club) -> None:
    survivor, double = AthleteFactory(club=harbour), AthleteFactory(club=harbour)
    third = AthleteFactory()
    ExternalId.objects.create(athlete=double, source="test", value="b7")
    made = merge_athletes(survivor, merged=double, by=None, at=NOW)
    ExternalId.objects.update(athlete=third)
    parted = part_athletes(made, by=None, at=NOW)
    assert (parted.elsewhere, ExternalId.objects.get().athlete) == (1, third)


def test_what_hangs_on_nobody_any_more_does_not_come_back(harbour: Club) -> None:
    survivor, double = AthleteFactory(club=harbour), AthleteFactory(club=harbour)
    guardian = UserFactory()
    batch = staged("medals", csv("athlete,place,event,competition,date", "Nobody,1,100,X,2026-05-01"), club=harbour)
    said = {"club": harbour, "position": 1, "competition": "County", "date": NOW.date()}
    for one in (survivor, double):
        Guardianship.objects.create(athlete=one, guardian=guardian, created=NOW)
        Award.objects.create(athlete=one, discipline=discipline("100"), batch=batch, **said)
    made = merge_athletes(survivor, merged=double, by=None, at=NOW)
    guardian.delete()
    batch.delete()
    parted = part_athletes(made, by=None, at=NOW)
    assert parted.elsewhere == 1
    assert set(Award.objects.values_list("athlete", "batch")) == {(survivor.pk, None), (double.pk, None)}


def test_an_annulment_of_somebody_s_own_stays(harbour: Club) -> None:
    survivor, double = AthleteFactory(club=harbour), AthleteFactory(club=harbour)
    PerformanceFactory(athlete=survivor)
    twice, other = PerformanceFactory(athlete=double), PerformanceFactory(athlete=double, mark="11.5")
    made = merge_athletes(survivor, merged=double, by=None, at=NOW)
    twice.refresh_from_db()
    reinstate_performance(twice, by=None, at=NOW)
    annul_performance(twice, by=None, at=NOW, because="doping")
    other.refresh_from_db()
    annul_performance(other, by=None, at=NOW, because="doping")
    part_athletes(made, by=None, at=NOW)
    assert set(Performance.objects.filter(athlete=double).values_list("annulled_because", flat=True)) == {"doping"}
    assert derived() == expected()


def test_only_once_and_the_last_merge_first(harbour: Club) -> None:
    survivor, double, made, _mark = merged_pair(harbour)
    with pytest.raises(NotPartable, match="Take that back first"):
        last = merge_athletes(AthleteFactory(), merged=survivor, by=None, at=NOW)
        part_athletes(made, by=None, at=NOW)
    part_athletes(last, by=None, at=NOW)
    made.refresh_from_db()
    assert made.undone is None
    part_athletes(made, by=None, at=NOW)
    double.refresh_from_db()
    assert double.merged_into is None
    with pytest.raises(NotPartable, match="already"):
        part_athletes(made, by=None, at=NOW)


def test_nobody_parts_the_erased(harbour: Club) -> None:
    survivor, _double, made, _mark = merged_pair(harbour, given_name="Robert")
    assert AthleteAlias.objects.exists()
    erase_athlete(survivor, by=None, at=NOW)
    made.refresh_from_db()
    assert (made.moved, AthleteAlias.objects.count(), NotTheSame.objects.count()) == ({}, 0, 0)
    with pytest.raises(NotPartable, match="erased"):
        part_athletes(made, by=None, at=NOW)
    made.refresh_from_db()
    assert made.undone is None


def test_two_who_were_parted_may_be_merged_again(harbour: Club) -> None:
    survivor, double, made, _mark = merged_pair(harbour)
    part_athletes(made, by=None, at=NOW)
    merge_athletes(double, merged=survivor, by=None, at=NOW)
    assert ClubSpell.objects.get().athlete == double


def test_two_persons_are_said_to_be_two_once(alice: User) -> None:
    one, other = AthleteFactory(), AthleteFactory()
    for pair in ((other, one), (one, other)):
        tell_apart(*pair, by=alice, at=NOW)
    said = NotTheSame.objects.get()
    assert (said.one, said.other, said.by) == (one, other, alice)
