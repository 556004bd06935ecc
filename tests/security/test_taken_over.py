"""Whoever may take a public athlete into their club gets no hold on what other clubs and the athlete have."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.actions.applying import apply_import
from records.actions.ceremonies import add_honoured, plan_ceremony
from records.actions.medals import enter_awards
from records.actions.merging import NotMergeable, merge_athletes
from records.actions.parting import NotPartable, part_athletes
from records.actions.transferring import TransferRefused, transfer_athlete
from records.actions.undoing import undo_import
from records.models import Athlete, Award, ClubSpell, Honour, ImportRow, Performance, Record
from records.queries.placings import Contest, Placing
from records.queries.tables import performance_rows, squad_rows
from tests.factories import (
    NOW,
    AthleteFactory,
    ClubSpellFactory,
    MembershipFactory,
    PerformanceFactory,
    UserFactory,
    discipline,
    imported,
    staged,
)
from tests.records.importing import csv
from trackhub.clubs.models import Club, Event, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(other: Club) -> Athlete:
    """Of the other club, for everybody to see."""
    athlete: Athlete = AthleteFactory(
        given_name="Ann", family_name="Able", sex="F", birth_date=date(1990, 3, 4), club=other
    )
    return athlete


def api(user: User, address: str, **said: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(f"/api/v1/{address}", said, content_type="application/json")


def test_who_was_taken_over_is_nobodys_to_become(ann: Athlete, harbour: Club, bob: User) -> None:
    me = AthleteFactory(sex="F", birth_date=None, club=harbour, account=bob)
    today = timezone.localdate()
    assert api(bob, f"athletes/{ann.pk}/transfer/", to="harbour", day=today.isoformat()).status_code == 200
    seen = api(bob, f"athletes/{me.pk}/merge/preview/", merged=ann.pk).json()
    assert "belongs or belonged to Other Harriers" in seen["refusal"]
    assert "4 Mar 1990" not in str(seen["facts"])
    assert api(bob, f"athletes/{me.pk}/merge/", merged=ann.pk).status_code == 422
    with pytest.raises(NotMergeable):
        merge_athletes(me, merged=ann, by=bob, at=NOW)


def test_nobody_gains_a_voice_by_a_merge(harbour: Club, bob: User, alice: User) -> None:
    child = AthleteFactory(sex="F", birth_date=None, club=harbour, account=UserFactory())
    double = AthleteFactory(sex="F", birth_date=None, club=harbour)
    with pytest.raises(NotMergeable, match="chief registrar"):
        merge_athletes(double, merged=child, by=bob, at=NOW)
    Athlete.objects.filter(pk=double.pk).update(account=alice)
    with pytest.raises(NotMergeable, match="accounts of their own"):
        merge_athletes(double, merged=child, by=alice, at=NOW)
    Athlete.objects.filter(pk=child.pk).update(account=None)
    with pytest.raises(NotMergeable, match="speak for one of the two yourself"):
        merge_athletes(double, merged=child, by=alice, at=NOW)
    Athlete.objects.filter(pk=double.pk).update(account=UserFactory())
    merge_athletes(double, merged=child, by=alice, at=NOW)


def test_a_merge_annuls_and_deletes_nothing_of_another_club(ann: Athlete, other: Club, harbour: Club) -> None:
    twin = AthleteFactory(sex="F", birth_date=None, club=harbour)
    for one in (ann, twin):
        PerformanceFactory(athlete=one, mark="11.50", wind=5, competition="Cup")
    contest = Contest(discipline("100", "F"), "Cup", date(2026, 5, 1))
    enter_awards(other, contest, [Placing(ann, 1)], by=None, at=NOW)
    enter_awards(harbour, contest, [Placing(twin, 12)], by=None, at=NOW)
    merge_athletes(twin, merged=ann, by=None, at=NOW)
    assert not Performance.objects.exclude(annulled_because="").exists()
    assert set(Award.objects.values_list("club__slug", "position")) == {("harbour", 12), ("other", 1)}
    told = Event.objects.filter(kind="athletes_merged").values_list("club__slug", flat=True)
    assert set(told) == {"harbour", "other"}


def test_a_merge_of_another_club_is_not_taken_back_by_the_taker(
    ann: Athlete, other: Club, harbour: Club, bob: User
) -> None:
    merge = merge_athletes(ann, merged=AthleteFactory(sex="F", birth_date=None, club=other), by=None, at=NOW)
    transfer_athlete(ann, to=harbour, on=timezone.localdate(), by=bob, at=timezone.now())
    with pytest.raises(NotPartable, match="belonged to Other"):
        part_athletes(merge, by=bob, at=NOW)


def test_nobody_leaves_another_club_before_its_last_result(
    ann: Athlete, other: Club, harbour: Club, bob: User, charlie: User
) -> None:
    at, today = timezone.now(), timezone.localdate()
    PerformanceFactory(athlete=ann, mark="11.50", wind=5, on=today - timedelta(days=3))
    for day in (date(1991, 1, 1), today - timedelta(days=3)):
        with pytest.raises(TransferRefused, match="Only Other Harriers itself"):
            transfer_athlete(ann, to=harbour, on=day, by=bob, at=at)
        said = csv(
            "external_id,given_name,family_name,sex,club_from", f"trackhub-{ann.pk},Ann,Able,F,{day.isoformat()}"
        )
        row = ImportRow.objects.get(batch=staged("athletes", said, club=harbour))
        assert [one["code"] for one in row.issues or ()][-1] == "not_left_yet"
    # Without results it isn't long past either.
    idle = AthleteFactory(sex="F", club=other)
    with pytest.raises(TransferRefused):
        transfer_athlete(idle, to=harbour, on=date(1991, 1, 1), by=bob, at=at)
    transfer_athlete(ann, to=harbour, on=today - timedelta(days=2), by=bob, at=at)
    assert Record.objects.filter(book__club=other, until=None).exists()


def test_a_result_since_the_file_was_read_keeps_her_where_she_ran(ann: Athlete, other: Club, harbour: Club) -> None:
    day = timezone.localdate() - timedelta(days=3)
    said = csv("external_id,given_name,family_name,sex,club_from", f"trackhub-{ann.pk},Ann,Able,F,{day.isoformat()}")
    batch = staged("athletes", said, club=harbour)
    PerformanceFactory(athlete=ann, mark="11.50", wind=5, on=day)
    apply_import(batch, by=None, at=timezone.now())
    assert [spell.club for spell in ann.spells.all()] == [other]


def test_a_file_plants_no_id_on_another_clubs_athlete(ann: Athlete, harbour: Club, other: Club) -> None:
    head = "external_id,given_name,family_name,sex,birth_date"
    imported("athletes", csv(head, "999,Ann,Able,F,1990-03-04"), club=harbour, source="fed")
    assert not ann.external_ids.exists()
    imported("athletes", csv(head, "999,Zoe,Zed,F,2001-01-01"), club=other, source="fed")
    ann.refresh_from_db()
    assert (str(ann), ann.born) == ("Ann Able", "1990-03-04")


def test_whose_facts_a_file_may_write_is_asked_again_when_it_is_applied(harbour: Club, other: Club) -> None:
    free = AthleteFactory(given_name="Free", family_name="Agent", sex="F", birth_date=None)
    said = csv("external_id,given_name,family_name,sex,birth_date", f"trackhub-{free.pk},Foo,Bar,F,2001-01-01")
    batch = staged("athletes", said, club=harbour)
    ClubSpellFactory(athlete=free, club=other)
    apply_import(batch, by=None, at=timezone.now())
    free.refresh_from_db()
    assert (str(free), free.birth_date) == ("Free Agent", None)


def test_a_birth_date_is_not_found_out_by_guesses(ann: Athlete, harbour: Club) -> None:
    def verdicts(*days: date) -> list[str]:
        rows = csv("given_name,family_name,sex,birth_date", *(f"Ann,Able,F,{day.isoformat()}" for day in days))
        batch = staged("athletes", rows, club=harbour)
        return list(ImportRow.objects.filter(batch=batch).order_by("number").values_list("verdict", flat=True))

    around = [date(1990, 3, 1) + timedelta(days=number) for number in range(6)]
    assert verdicts(date(1990, 3, 4)) == ["duplicate"]
    assert verdicts(*around) == ["new"] * 6
    # Nor file by file.
    assert verdicts(date(1990, 3, 4)) == ["new"]


@pytest.fixture
def gone(harbour: Club, other: Club) -> Athlete:
    """Was harbour's, and is the other club's since 400 days."""
    day = timezone.localdate() - timedelta(days=400)
    athlete: Athlete = AthleteFactory(family_name="Gone", sex="F", birth_date=date(2011, 5, 6))
    ClubSpellFactory(athlete=athlete, club=harbour, ends=day - timedelta(days=1))
    ClubSpellFactory(athlete=athlete, club=other, starts=day)
    return athlete


def test_a_former_club_reads_and_no_longer_writes(gone: Athlete, client: Client, bob: User, harbour: Club) -> None:
    client.force_login(bob)
    address = reverse("admin:records_athlete_change", args=[gone.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"family_name": "Renamed", "sex": "F"}).status_code == 403
    chosen = {"action": "note_consents", "_selected_action": [gone.pk], "index": "0"}
    client.post(reverse("admin:records_athlete_changelist"), chosen)
    client.post(reverse("admin:records_athlete_changelist"), chosen | {"action": ["note_consents", "delete_selected"]})
    assert not gone.consents.exists()
    spell = gone.spells.get(club=harbour)
    reopened = {"athlete": gone.pk, "club": harbour.pk, "claim": "first", "starts": "", "ends": ""}
    page = client.post(reverse("admin:records_clubspell_change", args=[spell.pk]), reopened)
    assert "At that time the athlete belongs to Other Harriers" in page.content.decode()
    assert ClubSpell.objects.get(pk=spell.pk).ends


def test_a_former_clubs_list_says_the_year_and_hides_the_hidden(gone: Athlete, harbour: Club) -> None:
    mine = AthleteFactory(family_name="Mine", birth_date=date(2010, 1, 2), club=harbour)
    births = {row[2]: row[5] for row in squad_rows(harbour, births=True)}
    assert births == {"Gone": "2011", "Mine": mine.born}
    Athlete.objects.filter(pk=gone.pk).update(visibility="club")
    assert [row[2] for row in squad_rows(harbour, births=True)] == ["Mine"]


def test_a_ceremony_tells_no_address_of_another_clubs_people(ann: Athlete, harbour: Club, other: Club) -> None:
    account = UserFactory(email="ann.private@example.org")
    MembershipFactory(user=account, club=other, role=Role.ATHLETE)
    Athlete.objects.filter(pk=ann.pk).update(account=account)
    said = csv(
        "external_id,athlete_external_id,discipline,mark,wind,date", f"q1,trackhub-{ann.pk},100,11.40,+1.0,2026-05-01"
    )
    imported("performances", said, club=harbour)
    starts = timezone.now() + timedelta(days=7)
    evening = plan_ceremony(harbour, title="Evening", starts=starts, place="", text="", by=None, at=NOW)
    Honour.objects.create(ceremony=evening, performance=Performance.objects.get())
    assert add_honoured(evening, by=None, at=timezone.now()) == 1
    assert evening.guests.get().email == ""


def test_an_undone_file_leaves_what_is_anothers_by_now(harbour: Club, other: Club) -> None:
    rows = "external_id,athlete_external_id,full_name,sex,birth_date,discipline,mark,wind,date"
    batch = imported("performances", csv(rows, "p1,a1,Bea Both,F,1999-01-02,100,11.40,+1.0,2026-05-01"), club=harbour)
    bea, mark = Athlete.objects.get(family_name="Both"), Performance.objects.get()
    transfer_athlete(bea, to=other, on=date(2026, 4, 1), by=None, at=timezone.now(), results=[mark.pk])
    said = undo_import(batch, by=None, at=timezone.now())
    assert (said["performances_kept"], said["athletes_kept"]) == (1, 1)
    assert Record.objects.filter(book__club=other, performance=mark).exists()


def test_an_undone_file_takes_only_its_own_id_back(harbour: Club, other: Club) -> None:
    mine = AthleteFactory(given_name="Mia", family_name="Mine", sex="F", birth_date=date(2000, 1, 2), club=harbour)
    head = "external_id,given_name,family_name,sex,birth_date"
    batch = imported("athletes", csv(head, "7,Mia,Mine,F,2000-01-02"), club=harbour, source="fed")
    mine.external_ids.all().delete()
    theirs = AthleteFactory(sex="F", club=other)
    theirs.external_ids.create(source="fed", value="7")
    undo_import(batch, by=None, at=timezone.now())
    assert theirs.external_ids.get().value == "7"


@pytest.mark.parametrize(
    "address",
    [
        "performance/?date__gte=2026-01-01",
        "athlete/?family_name__startswith=A",
        "athlete/?club=²",
        "athlete/?merged_into=²",
        "athlete/?family_name__regex=(",
        "importrow/?q=²",
        "importrow/?batch=9999999999999999999999",
        "clubspell/?athlete=²",
        "clubspell/add/?athlete=x",
        "recordclaim/?code__startswith=a",
    ],
)
def test_no_address_of_the_desk_breaks_it(client: Client, bob: User, address: str) -> None:
    client.force_login(bob)
    assert client.get(f"/admin/records/{address}").status_code in (200, 302, 400, 403)


@pytest.mark.parametrize("value", ["x", "²", "9" * 30])
def test_no_forged_row_breaks_the_desk(client: Client, bob: User, harbour: Club, value: str) -> None:
    client.force_login(bob)
    said = {"athlete": value, "club": harbour.pk, "claim": "first", "starts": "", "ends": ""}
    assert client.post("/admin/records/clubspell/add/", said).status_code == 200
    chosen = {"action": "note_consents", "_selected_action": value, "index": "0"}
    assert client.post("/admin/records/athlete/", chosen).status_code == 400


def test_a_merge_is_taken_back_although_a_removed_row_is_there_again(harbour: Club) -> None:
    stays, goes = AthleteFactory(sex="F"), AthleteFactory(sex="F", birth_date=None)
    ClubSpellFactory(athlete=stays, club=harbour, starts=date(2020, 1, 1))
    ClubSpellFactory(athlete=goes, club=harbour)
    merge = merge_athletes(stays, merged=goes, by=None, at=NOW)
    ClubSpellFactory(athlete=stays, club=harbour, starts=date(2020, 1, 1))
    assert part_athletes(merge, by=None, at=NOW).elsewhere == 1


def test_a_second_claim_gives_no_hold(ann: Athlete, harbour: Club, bob: User, client: Client) -> None:
    today = timezone.localdate()
    head = "external_id,given_name,family_name,sex"
    quiet = csv(f"{head},club_from,claim", f"trackhub-{ann.pk},Ann,Able,F,{today.isoformat()},second")
    imported("athletes", quiet, club=harbour)
    imported("athletes", csv(f"{head},birth_date", f"trackhub-{ann.pk},Zoe,Zed,F,2001-01-01"), club=harbour)
    ann.refresh_from_db()
    assert (str(ann), ann.born) == ("Ann Able", "1990-03-04")
    assert [row[5] for row in squad_rows(harbour, births=True)] == ["1990"]
    client.force_login(bob)
    said = {"family_name": "Zed", "sex": "F", "visibility": "club"}
    assert client.post(reverse("admin:records_athlete_change", args=[ann.pk]), said).status_code == 403


def test_a_second_claim_elsewhere_keeps_a_club_from_nothing(harbour: Club, other: Club, bob: User) -> None:
    mine, double = (AthleteFactory(sex="F", birth_date=None, club=harbour) for _n in range(2))
    ClubSpellFactory(athlete=mine, club=other, claim="second")
    merge_athletes(mine, merged=double, by=bob, at=NOW)


def test_whoever_was_taken_over_is_not_deleted_with_the_others_spells(
    other: Club, harbour: Club, bob: User, client: Client
) -> None:
    idle = AthleteFactory(sex="F", club=other)
    transfer_athlete(idle, to=harbour, on=timezone.localdate(), by=bob, at=timezone.now())
    client.force_login(bob)
    client.post(reverse("admin:records_athlete_delete", args=[idle.pk]), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": idle.pk, "index": "0", "post": "yes"}
    client.post(reverse("admin:records_athlete_changelist"), chosen)
    assert Athlete.objects.filter(pk=idle.pk).exists()
    own = AthleteFactory(sex="F", club=harbour)
    assert client.post(reverse("admin:records_athlete_delete", args=[own.pk]), {"post": "yes"}).status_code == 302
    assert not Athlete.objects.filter(pk=own.pk).exists()


def test_an_exported_mark_tells_no_birth_date_of_another_clubs_athlete(ann: Athlete, harbour: Club) -> None:
    head = "external_id,athlete_external_id,discipline,mark,wind,date"
    imported("performances", csv(head, f"q1,trackhub-{ann.pk},100,11.40,+1.0,2026-05-01"), club=harbour)
    (row,) = performance_rows(harbour, births=True)
    assert "1990" in row
    assert "1990-03-04" not in row


def test_a_file_sent_again_changes_no_result_that_went_along(harbour: Club, other: Club) -> None:
    head = "external_id,athlete_external_id,full_name,sex,birth_date,discipline,mark,wind,date"
    line = "p1,a1,Bea Both,F,1999-01-02,100,{mark},+1.0,2026-05-01"
    imported("performances", csv(head, line.format(mark="11.40")), club=harbour)
    bea, mark = Athlete.objects.get(family_name="Both"), Performance.objects.get()
    transfer_athlete(bea, to=other, on=date(2026, 4, 1), by=None, at=timezone.now(), results=[mark.pk])
    batch = imported("performances", csv(head, line.format(mark="12.40")), club=harbour)
    assert [one["code"] for one in ImportRow.objects.get(batch=batch).issues or ()][-1] == "id_elsewhere"
    assert Performance.objects.current().get() == mark


@pytest.mark.parametrize("given", ["Able,Ann,F", "Ann,Able,"])
def test_a_birth_date_is_not_found_out_by_names_turned_or_without_a_sex(
    ann: Athlete, harbour: Club, given: str
) -> None:
    days = [date(1990, 3, 3) + timedelta(days=number) for number in range(3)]
    rows = csv("given_name,family_name,sex,birth_date", *(f"{given},{day.isoformat()}" for day in days))
    batch = staged("athletes", rows, club=harbour)
    told = ImportRow.objects.filter(batch=batch).values_list("verdict", "issues")
    assert len({(verdict, str([one["code"] for one in issues or ()])) for verdict, issues in told}) == 1


def test_a_file_reaches_into_no_other_clubs_days(other: Club, harbour: Club) -> None:
    today = timezone.localdate()
    ivy = AthleteFactory(given_name="Ivy", family_name="Idle", sex="F", birth_date=None)
    ClubSpellFactory(athlete=ivy, club=other, starts=date(2020, 1, 1), ends=today + timedelta(days=300))
    head = "external_id,given_name,family_name,sex,club_from,club_until"
    for days in ("2019-12-31,", f"{today.isoformat()},", "2020-01-01,", "2019-12-31,2026-01-01"):
        batch = imported("athletes", csv(head, f"trackhub-{ivy.pk},Ivy,Idle,F,{days}"), club=harbour)
        assert [one["code"] for one in ImportRow.objects.get(batch=batch).issues or ()][-1] == "belongs_elsewhere"
    assert [spell.club for spell in ivy.spells.all()] == [other]


def test_an_undone_file_gives_no_facts_back_to_another_clubs_athlete(harbour: Club, other: Club) -> None:
    fay = AthleteFactory(given_name="Fay", family_name="Fact", sex="F", birth_date=date(1990, 1, 1), club=harbour)
    head = "external_id,given_name,family_name,sex,birth_date"
    batch = imported("athletes", csv(head, f"trackhub-{fay.pk},Fay,True,F,1991-02-02"), club=harbour)
    transfer_athlete(fay, to=other, on=timezone.localdate(), by=None, at=timezone.now())
    assert undo_import(batch, by=None, at=timezone.now())["facts_kept"] == 1
    fay.refresh_from_db()
    assert (str(fay), fay.born) == ("Fay True", "1991-02-02")


def test_what_counts_for_a_club_is_not_the_double_of_what_counts_for_none(harbour: Club, other: Club) -> None:
    mia, twin = (AthleteFactory(given_name="Mia", sex="F", birth_date=None, club=harbour) for _n in range(2))
    theirs = PerformanceFactory(athlete=mia, club=other, mark="11.50", wind=5, competition="Cup")
    nobodys = PerformanceFactory(athlete=twin, mark="11.50", wind=5, competition="Cup")
    Performance.objects.filter(pk=nobodys.pk).update(club=None)
    merge_athletes(twin, merged=mia, by=None, at=NOW)
    assert list(Performance.objects.exclude(annulled_because="")) == [nobodys]
    theirs.refresh_from_db()
    assert theirs.athlete == twin


def test_an_end_that_was_forgotten_is_entered(client: Client, bob: User, harbour: Club, other: Club) -> None:
    moved = AthleteFactory(club=harbour)
    ClubSpellFactory(athlete=moved, club=other, starts=date(2024, 1, 1))
    spell = moved.spells.get(club=harbour)
    client.force_login(bob)
    said = {"athlete": moved.pk, "club": harbour.pk, "claim": "first", "starts": "", "ends": "2024-06-30"}
    assert client.post(reverse("admin:records_clubspell_change", args=[spell.pk]), said).status_code == 302


def test_who_has_left_another_club_joins_by_file(harbour: Club, other: Club) -> None:
    ivy = AthleteFactory(given_name="Ivy", family_name="Idle", sex="F", birth_date=None)
    ClubSpellFactory(athlete=ivy, club=other, ends=date(2020, 1, 1))
    head = "external_id,given_name,family_name,sex,club_from"
    imported("athletes", csv(head, f"trackhub-{ivy.pk},Ivy,Idle,F,2021-01-01"), club=harbour)
    assert {spell.club for spell in ivy.spells.all()} == {harbour, other}
