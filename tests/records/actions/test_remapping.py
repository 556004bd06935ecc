"""Saying more about a file, its columns or its people: it is read again, unless it was applied."""

from __future__ import annotations

import pytest

from records.actions.applying import NotStaged, apply_import
from records.actions.remapping import NoCandidate, choose_columns, settle_people
from records.actions.staging import stage_import
from records.models import Athlete, AthleteAlias, ImportBatch, ImportRow, Performance
from records.queries.doubts import decided_people
from tests.factories import NOW, AthleteFactory, imported, staged
from tests.records.importing import csv, issues, verdicts
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db

FILE = csv("Wer,sex,event,mark,date", "Jo Bloggs,M,100,10.80,2026-05-05")


def test_a_refused_file_is_read_again_with_the_columns_named() -> None:
    batch = staged("performances", FILE)
    assert batch.state == "refused"
    choose_columns(batch, {"full_name": "Wer"})
    assert (batch.state, batch.mapping, batch.refusal) == ("received", {"full_name": "Wer"}, None)
    stage_import(batch, today=NOW.date())
    assert (batch.state, verdicts(batch)) == ("staged", ["new"])


def test_the_rows_of_the_first_reading_stay_until_the_second() -> None:
    batch = staged("performances", FILE, mapping={"full_name": "Wer"})
    choose_columns(batch, {"full_name": "Wer", "note": "sex"})
    assert (batch.state, verdicts(batch)) == ("received", ["new"])


@pytest.mark.parametrize("state", ["applied", "undone"])
def test_what_was_applied_is_not_read_again(state: str) -> None:
    batch = imported("performances", FILE, mapping={"full_name": "Wer"})
    ImportBatch.objects.update(state=state)
    with pytest.raises(NotStaged):
        choose_columns(batch, {"full_name": "sex"})
    batch.refresh_from_db()
    assert (batch.state, batch.mapping) == (state, {"full_name": "Wer"})


def test_a_column_that_is_left_out_stays_out_of_the_next_file(harbour: Club) -> None:
    content = csv("family name,sex,event,mark,date,note", "Bloggs,M,100,10.80,2026-05-05,secret")
    batch = staged("performances", content, club=harbour)
    assert (batch.reading["columns"]["note"], batch.reading["remembered"]) == ("note", [])
    choose_columns(batch, {"full_name": "family name"}, ["note"])
    stage_import(batch, today=NOW.date())
    assert (batch.reading["ignored"], batch.reading["columns"]["full_name"]) == (["note"], "family name")
    # Read again, the file doesn't call its own first reading the last time.
    assert batch.reading["remembered"] == []
    following = staged("performances", content.replace("10.80", "10.70"), club=harbour)
    assert following.reading["ignored"] == ["note"]
    assert set(following.reading["remembered"]) == {"family name", "sex", "event", "mark", "date", "note"}
    choose_columns(following, {"note": "note"})
    stage_import(following, today=NOW.date())
    assert following.reading["columns"]["note"] == "note"
    assert ImportRow.objects.get(batch=following).note == "secret"


PEOPLE = "id,given name,family name,sex,dob,event,mark,date"
IN_DOUBT = csv(
    PEOPLE,
    "p1,Jo,Bloggs,M,2001-01-01,100,10.80,2026-05-05",
    "p2,Jo,Bloggs,M,2001-01-01,100,10.70,2026-05-06",
    "p3,Al,New,M,,100,11.80,2026-05-05",
)
JO, AL = "bloggs, jo|M|2001-01-01|{}", "new, al|M||{}"


@pytest.fixture
def jo(other: Club) -> Athlete:
    """May be the file's Jo: nothing is known of the birth date."""
    return AthleteFactory(given_name="Jo", family_name="Bloggs", birth_date=None, club=other)


def test_rows_in_doubt_become_usable_when_somebody_says_who_is_meant(harbour: Club, jo: Athlete, bob: User) -> None:
    batch = staged("performances", IN_DOUBT, club=harbour)
    assert verdicts(batch) == ["refused", "refused", "new"]
    settle_people(batch, {JO.format(harbour.pk): jo.pk}, by=bob, at=NOW)
    assert (batch.state, batch.people) == ("received", {JO.format(harbour.pk): jo.pk})
    stage_import(batch, today=NOW.date())
    assert verdicts(batch) == ["new", "new", "new"]
    assert list(ImportRow.objects.filter(batch=batch).values_list("athlete", flat=True).order_by("number")) == [
        jo.pk, jo.pk, None,
    ]  # fmt: skip
    alias = AthleteAlias.objects.get()
    assert (alias.athlete, alias.source, alias.name_key) == (jo, "test", "bloggs, jo")
    deed = AuditEntry.objects.get(action="settle_people")
    assert (deed.by, deed.club, deed.after) == (bob, harbour, {"same": [jo.pk], "others": 0})
    result = apply_import(batch, by=bob, at=NOW)
    assert (result["created"], Performance.objects.filter(athlete=jo).count()) == (3, 2)
    assert Athlete.objects.count() == 2


def test_somebody_else_is_made_anew(harbour: Club, jo: Athlete, bob: User) -> None:
    batch = staged("performances", IN_DOUBT, club=harbour)
    settle_people(batch, {JO.format(harbour.pk): None}, by=bob, at=NOW)
    stage_import(batch, today=NOW.date())
    apply_import(batch, by=bob, at=NOW)
    assert Athlete.objects.filter(name_key="bloggs, jo").count() == 2
    assert not (Performance.objects.filter(athlete=jo).exists() or AthleteAlias.objects.exists())


def test_what_was_said_may_be_unsaid(harbour: Club, jo: Athlete, bob: User) -> None:
    batch = staged("performances", IN_DOUBT, club=harbour)
    key = JO.format(harbour.pk)
    settle_people(batch, {key: None}, by=bob, at=NOW)
    stage_import(batch, today=NOW.date())
    settle_people(batch, {}, [key], by=bob, at=NOW)
    stage_import(batch, today=NOW.date())
    assert (batch.people, verdicts(batch)) == ({}, ["refused", "refused", "new"])


def test_saying_the_same_again_is_no_news(harbour: Club, jo: Athlete, bob: User) -> None:
    batch = staged("performances", IN_DOUBT, club=harbour)
    key = JO.format(harbour.pk)
    for _ in range(2):
        settle_people(batch, {key: jo.pk}, by=bob, at=NOW)
        stage_import(batch, today=NOW.date())
    assert verdicts(batch)[0] == "new"


def test_nobody_else_than_a_candidate_is_meant(harbour: Club, jo: Athlete, bob: User) -> None:
    stranger = AthleteFactory()
    batch = staged("performances", IN_DOUBT, club=harbour)
    for people in ({JO.format(harbour.pk): stranger.pk}, {AL.format(harbour.pk): jo.pk}, {"nobody|M||": None}):
        with pytest.raises(NoCandidate) as refused:
            settle_people(batch, people, by=bob, at=NOW)
    assert "isn't one of those" in str(refused.value)
    batch.refresh_from_db()
    assert (batch.state, batch.people) == ("staged", {})


def test_an_applied_file_has_nobody_to_settle(harbour: Club, jo: Athlete, bob: User) -> None:
    batch = imported("performances", IN_DOUBT, club=harbour)
    with pytest.raises(NotStaged):
        settle_people(batch, {JO.format(harbour.pk): jo.pk}, by=bob, at=NOW)
    assert not AthleteAlias.objects.exists()


def test_a_new_person_still_needs_a_sex(harbour: Club, bob: User) -> None:
    for _ in range(2):
        AthleteFactory(given_name="Jo", family_name="Bloggs", birth_date=None, club=harbour)
    batch = staged("performances", csv(PEOPLE, "p1,Jo,Bloggs,,,100,10.80,2026-05-05"), club=harbour)
    settle_people(batch, {f"bloggs, jo|||{harbour.pk}": None}, by=bob, at=NOW)
    stage_import(batch, today=NOW.date())
    assert issues(batch) == [[("sex", "unknown_sex")]]


def test_who_was_merged_since_is_who_stayed_and_who_is_gone_is_in_doubt_again(
    harbour: Club, jo: Athlete, bob: User
) -> None:
    batch = staged("performances", IN_DOUBT, club=harbour)
    settle_people(batch, {JO.format(harbour.pk): jo.pk}, by=bob, at=NOW)
    survivor = AthleteFactory(given_name="Joseph", family_name="Bloggs", birth_date=None, club=other_of(jo))
    Athlete.objects.filter(pk=jo.pk).update(merged_into=survivor)
    stage_import(batch, today=NOW.date())
    assert ImportRow.objects.get(batch=batch, number=2).athlete == survivor
    ImportBatch.objects.update(people={JO.format(harbour.pk): 987_654})
    batch.refresh_from_db()
    assert decided_people(batch) == {}


def other_of(athlete: Athlete) -> Club:
    return athlete.spells.get().club


def test_athlete_files_ask_too(harbour: Club, jo: Athlete, bob: User) -> None:
    jo.spells.update(club=harbour)
    content = csv("given name,family name,sex,dob", "Jo,Bloggs,M,2001-01-01")
    batch = staged("athletes", content, club=harbour)
    assert issues(batch) == [[("birth_date", "possible_duplicate")]]
    settle_people(batch, {JO.format(harbour.pk): jo.pk}, by=bob, at=NOW)
    stage_import(batch, today=NOW.date())
    assert verdicts(batch) == ["changed"]
    apply_import(batch, by=bob, at=NOW)
    jo.refresh_from_db()
    assert (jo.born, Athlete.objects.count()) == ("2001-01-01", 1)
