"""A club's file, and a club's registrar, against the athletes and marks that other clubs keep."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from records.actions.applying import apply_import
from records.actions.transferring import transfer_athlete
from records.models import Athlete, ImportBatch, ImportRow, Performance, Record
from records.queries import import_rows
from records.queries.voices import BelongedElsewhere, asked_by
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported, staged
from tests.records.importing import csv
from trackhub.clubs.models import Club, ShownAs, User

pytestmark = pytest.mark.django_db

BORN = date(NOW.year - 15, 1, 5)


@pytest.fixture
def child(other: Club) -> Athlete:
    """Of the other club, which hides its minors."""
    Club.objects.filter(pk=other.pk).update(minors_shown_as=ShownAs.HIDDEN)
    athlete: Athlete = AthleteFactory(
        given_name="Theodolinde", family_name="Zwickelbach", sex="F", birth_date=BORN, club=other
    )
    athlete.external_ids.create(source="fed", value="7")
    return athlete


@pytest.fixture
def adult(other: Club) -> Athlete:
    """Everybody may see her by name."""
    athlete: Athlete = AthleteFactory(
        given_name="Ann", family_name="Able", sex="F", birth_date=date(1990, 3, 4), club=other
    )
    athlete.external_ids.create(source="fed", value="8")
    return athlete


def verdicts(batch: ImportBatch) -> list[tuple[str, list[str]]]:
    rows = ImportRow.objects.filter(batch=batch).order_by("number")
    return [(row.verdict, [one["code"] for one in row.issues or ()]) for row in rows]


def told(batch: ImportBatch, user: User) -> str:
    return str(import_rows.row_page(batch, "all", 0, user))


@pytest.mark.parametrize("which", ["own", "fed"])
def test_an_id_alone_tells_nothing_of_somebody_withheld(child: Athlete, harbour: Club, bob: User, which: str) -> None:
    named = f"trackhub-{child.pk}" if which == "own" else "7"
    rows = csv("external_id,given_name,family_name,sex,birth_date", f"{named},X,Xu,F,2001-01-01")
    batch = staged("athletes", rows, club=harbour, source="fed")
    assert verdicts(batch) == ([("new", [])] if which == "own" else [("refused", ["id_elsewhere"])])
    said = told(batch, bob)
    assert "Theo" not in said and "Zwick" not in said and str(BORN) not in said and f"no. {child.pk}" not in said
    marks = csv("id,athlete_external_id,discipline,mark,date", f"p1,{named},100,13.10,2026-06-01")
    assert verdicts(staged("performances", marks, club=harbour, source="fed")) == [("refused", ["unknown_athlete"])]
    marks = csv("id,athlete_external_id,family_name,sex,discipline,mark,date", "p1,7,Xu,F,100,13.10,2026-06-01")
    assert verdicts(staged("performances", marks, club=harbour, source="fed")) == [("refused", ["id_elsewhere"])]


def test_who_can_say_name_and_birth_date_knows_the_child(child: Athlete, harbour: Club) -> None:
    rows = csv(
        "external_id,given_name,family_name,sex,birth_date,club_from",
        f"7,Theodolinde,Zwickelbach,F,{BORN},2026-02-01",
    )
    imported("athletes", rows, club=harbour, source="fed")
    assert Athlete.objects.get(family_name="Zwickelbach").spells.filter(club=harbour).exists()


@pytest.mark.parametrize("born", ["", f"{BORN.year}"])
def test_a_name_alone_raises_no_doubt_about_a_child(child: Athlete, harbour: Club, born: str) -> None:
    rows = csv("given_name,family_name,sex,birth_date", f"Theodolinde,Zwickelbach,F,{born}")
    assert verdicts(staged("athletes", rows, club=harbour)) == [("new", [])]


def test_a_hidden_athlete_is_known_to_nobody_else(harbour: Club, other: Club) -> None:
    shy = AthleteFactory(given_name="Antonia", family_name="Shylock", sex="F", birth_date=BORN, club=other)
    Athlete.objects.filter(pk=shy.pk).update(visibility="club")
    rows = csv("given_name,family_name,sex,birth_date", f"Antonia,Shylock,F,{BORN}")
    assert verdicts(staged("athletes", rows, club=harbour)) == [("new", [])]


def test_a_file_renames_nobody_of_another_club(adult: Athlete, harbour: Club) -> None:
    for named in (f"trackhub-{adult.pk}", "8"):
        rows = csv("external_id,given_name,family_name,sex,birth_date", f"{named},Foo,Bar,F,2001-01-01")
        batch = imported("athletes", rows, club=harbour, source="fed")
        assert verdicts(batch) == [("duplicate", ["other_club", "kept_elsewhere"])] or verdicts(batch) == [
            ("duplicate", ["kept_elsewhere", "other_club"])
        ]
        adult.refresh_from_db()
        assert (str(adult), adult.birth_date) == ("Ann Able", date(1990, 3, 4))


def test_the_own_club_and_the_site_do_rename(adult: Athlete, other: Club) -> None:
    imported("athletes", csv("external_id,given_name,family_name,sex", "8,Anna,Able,F"), club=other, source="fed")
    adult.refresh_from_db()
    assert str(adult) == "Anna Able"
    imported("athletes", csv("external_id,given_name,family_name,sex", "8,Ann,Abel,F"), club=None, source="fed")
    adult.refresh_from_db()
    assert str(adult) == "Ann Abel"


def test_an_id_that_came_to_be_another_clubs_since_is_not_taken(harbour: Club, other: Club) -> None:
    """Between reading and confirming, another club's file brought the id for somebody hidden."""
    rows = csv("external_id,given_name,family_name,sex", "9,Jo,Bloggs,M")
    batch = staged("athletes", rows, club=harbour, source="fed")
    shy = AthleteFactory(club=other, visibility="club")
    shy.external_ids.create(source="fed", value="9")
    apply_import(batch, by=None, at=NOW)
    jo = Athlete.objects.get(family_name="Bloggs")
    assert jo.spells.filter(club=harbour).exists() and not jo.external_ids.exists()
    assert not shy.spells.filter(club=harbour).exists()


MARK = "id,family_name,given_name,sex,birth_date,discipline,mark,wind,date"


def test_a_file_supersedes_no_mark_of_another_club(adult: Athlete, harbour: Club, other: Club) -> None:
    theirs = csv(MARK, "p1,Able,Ann,F,1990-03-04,100,11.50,+0.5,2026-06-01")
    imported("performances", theirs, club=other, source="other")
    ours = csv(MARK, "p1,Nobody,Al,M,1991-01-01,100,15.50,+0.5,2026-06-01")
    batch = imported("performances", ours, club=harbour, source="other")
    assert verdicts(batch) == [("refused", ["id_elsewhere"])]
    assert Performance.objects.current().get().value == 11_500
    assert Record.objects.filter(book__club=other, until=None).exists()
    again = imported("performances", theirs.replace("11.50", "11.40"), club=other, source="other")
    assert verdicts(again) == [("changed", [])]
    whole = imported("performances", theirs.replace("11.50", "11.30"), club=None, source="other")
    assert verdicts(whole) == [("changed", [])]


def test_a_mark_that_went_to_another_club_is_that_clubs_whoever_brought_it(adult: Athlete, harbour: Club) -> None:
    rows = csv(MARK, "p1,Able,Ann,F,1990-03-04,100,11.50,+0.5,2026-06-01")
    imported("performances", rows, club=harbour, source="desk")
    Performance.objects.update(club=adult.spells.get().club)
    assert verdicts(imported("performances", rows.replace("11.50", "11.60"), club=harbour, source="desk")) == [
        ("refused", ["id_elsewhere"])
    ]


def test_runners_of_another_clubs_relay_stay(harbour: Club, other: Club, adult: Athlete) -> None:
    relay = "id,team,legs,sex,discipline,mark,date"
    imported("performances", csv(relay, "r1,Aces,8,F,4x100,47.50,2026-06-01"), club=other, source="fed")
    mine = AthleteFactory(club=harbour, sex="F")
    mine.external_ids.create(source="fed", value="10")
    batch = imported("performances", csv(relay, "r1,Aces,10,F,4x100,47.50,2026-06-01"), club=harbour, source="fed")
    assert verdicts(batch)[0][0] in ("refused", "duplicate")
    (performance,) = Performance.objects.current()
    assert [leg.athlete for leg in performance.legs.order_by("number")] == [adult]


def test_who_was_taken_over_is_not_erased_by_the_taker(adult: Athlete, harbour: Club, alice: User) -> None:
    transfer_athlete(adult, to=harbour, on=timezone.localdate(), by=alice, at=timezone.now())
    client = Client()
    client.force_login(alice)
    page = client.get(f"/athletes/{adult.pk}/erase/")
    assert page.status_code == 403 and "has belonged to other clubs too" in page.content.decode()
    answer = client.post(f"/api/v1/athletes/{adult.pk}/erase/")
    assert (answer.status_code, answer.json()["error"]) == (403, "permission_denied")
    with pytest.raises(BelongedElsewhere):
        asked_by(alice, adult, on=timezone.localdate())
    own = AthleteFactory(club=harbour)
    assert asked_by(alice, own, on=timezone.localdate()) == "club"


def test_marks_that_are_no_records_tell_nothing_of_somebody_withheld(
    child: Athlete, other: Club, client: Client, charlie: User
) -> None:
    elder = AthleteFactory(club=other, sex="F")
    today = timezone.localdate()
    PerformanceFactory(athlete=elder, discipline="HJ", mark="1.60", on=date(2024, 6, 1))
    PerformanceFactory(athlete=child, discipline="HJ", mark="1.59", on=today)
    PerformanceFactory(athlete=elder, discipline="100", mark="12.50", wind=3, on=date(2024, 6, 1))
    windy = PerformanceFactory(athlete=child, discipline="100", mark="12.10", wind=35, on=today)
    near = "/api/v1/clubs/other/near/"
    assert client.get(near).json()["near"] == []
    assert "1.59" not in client.get("/clubs/other/near/").content.decode()
    assert f"/performances/{windy.pk}/" not in client.get("/records/other/100/F/").content.decode()
    client.force_login(charlie)
    assert client.get(near).json()["near"][0]["performance"]["athlete"]["name"] == "Theodolinde Zwickelbach"
