"""The medal pages: what everybody sees, the table, and an entry that keeps its input all the way."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from records.actions.ceremonies import choose_honours, plan_ceremony
from records.actions.medals import enter_awards
from records.models import Athlete, Award, ClubMedal
from records.queries.placings import Contest, Placing
from tests.answers import closing
from tests.factories import NOW, AthleteFactory, discipline, imported
from tests.records.importing import csv
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Ann", family_name="Núñez", club=harbour)


@pytest.fixture
def hid(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Hid", family_name="Den", club=harbour, visibility="club")


def win(athlete: Athlete, position: int, competition: str = "County", on: date = date(2026, 6, 1)) -> Award:
    club = athlete.spells.get().club
    placings = [Placing(athlete, position, "U20")]
    return enter_awards(club, Contest(discipline("100"), competition, on), placings, by=None, at=NOW)[0]


def page(client: Client, **asked: Any) -> str:
    answer = client.get("/clubs/harbour/medals/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_sees_medals_without_the_names_withheld(
    client: Client, ann: Athlete, hid: Athlete, bob: User
) -> None:
    win(ann, 1)
    win(hid, 2)
    for by in ("", "athlete"):
        shown = page(client, by=by)
        assert "Ann Núñez" in shown
        assert "Den" not in shown
    assert "Athletes, names withheld" in page(client, by="athlete")
    sheet = b"".join(client.get("/clubs/harbour/medals.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Núñez" in sheet
    assert "Den" not in sheet
    client.force_login(bob)
    assert "Hid Den" in page(client)
    assert "withheld" not in page(client, by="athlete")


def test_the_filters(client: Client, ann: Athlete) -> None:
    win(ann, 1, "Spring Cup", date(2025, 5, 1))
    win(ann, 2, "Winter League")
    win(ann, 5, "Relays")
    assert "Spring Cup" not in page(client, season=2026)
    assert "Winter League" not in page(client, metal="gold")
    assert "Relays" in page(client, metal="none")
    assert "Spring Cup" not in page(client, metal="none")
    assert "Winter League" not in page(client, competition="Spring Cup")
    assert "Spring Cup" in page(client, season="x", metal="tin", by="nothing", page="-1")
    by_competition = page(client, by="competition")
    assert by_competition.index("Relays") < by_competition.index("Spring Cup")
    assert "The list ends before this page" in page(client, page=9)
    assert client.get("/clubs/harbour/medals.pdf").status_code == 404
    with closing(client.get("/clubs/harbour/medals.xlsx")) as sheet:
        assert sheet.status_code == 200


def test_an_empty_page_says_so(client: Client, harbour: Club) -> None:
    assert "No medals here yet." in page(client)
    assert "No medals here." in page(client, by="athlete")


def test_the_table(client: Client, alice: User, harbour: Club, ann: Athlete) -> None:
    client.force_login(alice)
    said = {f"metal_{place}": "" for place in range(1, 13)} | {"metal_4": "bronze", "label_4": "Fourth counts"}
    assert client.post("/clubs/harbour/medals/table/", said).status_code == 302
    win(ann, 4)
    assert "Fourth counts" in page(client)
    wrong = client.post("/clubs/harbour/medals/table/", said | {"metal_1": "tin", "label_4": "still here"})
    assert wrong.status_code == 422
    assert "still here" in wrong.content.decode()
    client.post("/clubs/harbour/medals/table/", {"usual": "1"})
    assert not ClubMedal.objects.exists()


def entry(*rows: dict[str, str], do: str = "check", **said: str) -> dict[str, str]:
    plain = {"competition": "County", "date": "2026-06-01", "discipline": str(discipline("100").pk), "do": do}
    plain |= {"rows-TOTAL_FORMS": str(max(len(rows), 1)), "rows-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        plain |= {f"rows-{number}-{name}": text for name, text in row.items()}
    return plain | said


def send(client: Client, bob: User, *rows: dict[str, str], **said: str) -> Any:
    client.force_login(bob)
    return client.post("/clubs/harbour/medals/new/", entry(*rows, **said))


ANN = {"athlete": "nunez ann", "position": "1", "age_group": "u20", "team": ""}


def test_an_entry_is_checked_then_confirmed(client: Client, bob: User, ann: Athlete, harbour: Club) -> None:
    bea = AthleteFactory(given_name="Bea", family_name="Best", club=harbour)
    win(bea, 3)
    rows = (
        ANN,
        {"athlete": "Best", "position": "1", "age_group": "U20"},
        {"athlete": "Bea Best", "position": "1"},
        ANN,
    )
    checked = send(client, bob, *rows)
    shown = checked.content.decode()
    assert (checked.status_code, checked.templates[0].name) == (200, "records/medals_check.html")
    assert "Ann Núñez" in shown
    assert "place 3 is kept already: left out" in shown
    assert "stands above already" in shown
    assert shown.count("shared") == 3
    assert Award.objects.count() == 1
    assert send(client, bob, *rows, do="confirm").status_code == 302
    assert Award.objects.filter(athlete=ann).values_list("age_group", "position")[0] == ("U20", 1)
    assert Award.objects.filter(athlete=bea).count() == 2


def test_women_and_men_in_one_contest_are_asked_about(client: Client, bob: User, ann: Athlete, harbour: Club) -> None:
    man = AthleteFactory(given_name="Sam", family_name="Man", sex="M" if ann.sex == "F" else "F", club=harbour)
    alone, both = (ANN,), (ANN, {"athlete": "Sam Man", "position": "2"})
    mixed = discipline("4x400")
    mixed.sex = "X"
    mixed.save()
    assert man.sex != ann.sex
    asked = "There are women and men among these places."
    assert asked not in send(client, bob, *alone).text
    assert asked in send(client, bob, *both).text
    assert asked not in send(client, bob, *both, discipline=str(mixed.pk)).text
    assert send(client, bob, *both, do="confirm").status_code == 302


def test_going_back_and_more_rows_keep_what_was_typed(client: Client, bob: User, ann: Athlete) -> None:
    for do in ("back", "more"):
        shown = send(client, bob, ANN, do=do)
        text = shown.content.decode()
        assert shown.status_code == 200
        assert 'value="nunez ann"' in text
        assert 'value="2026-06-01"' in text
        assert 'class="error"' not in text
    assert 'name="rows-6-athlete"' in text
    assert send(client, bob, ANN, do="more", **{"rows-TOTAL_FORMS": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("row", "said", "sentence"),
    [
        ({"athlete": "Nobody", "position": "1"}, {}, "No athlete of the club is called Nobody"),
        ({"athlete": "***", "position": "1"}, {}, "No athlete of the club is called"),
        ({"athlete": "Sam Twin", "position": "1"}, {}, "More than one athlete is called Sam Twin: Sam Twin no. "),
        ({"athlete": "no. 999999", "position": "1"}, {}, "No athlete of the club is called no. 999999"),
        ({"athlete": "Ann", "position": "13"}, {}, "less than or equal to 12"),
        ({"athlete": "Ann", "position": ""}, {}, "This field is required"),
        ({"athlete": "Ann", "position": "1"}, {"date": "2099-01-01"}, "2099-01-01 is in the future."),
        ({"athlete": "Ann", "position": "1"}, {"date": "1990-01-01"}, "is before the athlete&#x27;s birth"),
        ({"athlete": "Ann", "position": "1"}, {"discipline": "0"}, "Select a valid choice"),
        ({"athlete": "Ann", "position": "1"}, {"competition": ""}, "This field is required"),
        ({}, {}, "Fill in at least one row."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    client: Client, bob: User, ann: Athlete, harbour: Club, row: dict[str, str], said: dict[str, str], sentence: str
) -> None:
    for _ in range(2):
        AthleteFactory(given_name="Sam", family_name="Twin", club=harbour)
    answer = send(client, bob, row, **said)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert all(value in text for value in (*row.values(), *said.values()))
    assert not Award.objects.exists()


def test_a_number_tells_namesakes_apart(client: Client, bob: User, harbour: Club) -> None:
    _first, second = (AthleteFactory(given_name="Sam", family_name="Twin", club=harbour) for _ in range(2))
    offered = client.force_login(bob) or client.get("/clubs/harbour/medals/new/").content.decode()
    assert f"Sam Twin no. {second.pk}" in offered
    send(client, bob, {"athlete": f"Sam Twin no. {second.pk}", "position": "2"}, do="confirm")
    assert Award.objects.get().athlete == second


def test_another_clubs_athlete_is_nobody(client: Client, bob: User, other: Club) -> None:
    olga = AthleteFactory(given_name="Olga", family_name="Other", club=other)
    for text in ("Olga Other", f"no. {olga.pk}"):
        assert send(client, bob, {"athlete": text, "position": "1"}, do="confirm").status_code == 422


def test_a_medal_is_removed_unless_honoured(client: Client, bob: User, ann: Athlete, harbour: Club) -> None:
    first, second = win(ann, 1), win(ann, 2, "League")
    evening = plan_ceremony(harbour, title="E", starts=NOW, place="H", text="", by=bob, at=NOW)
    choose_honours(evening, [f"award-{second.pk}"], by=bob, at=NOW)
    client.force_login(bob)
    for award, sentence in ((first, "The medal of Ann Núñez is removed."), (second, "part of a ceremony")):
        answer = client.post(f"/clubs/harbour/medals/{award.pk}/remove/", follow=True)
        assert sentence in answer.content.decode()
    assert list(Award.objects.all()) == [second]
    assert client.post("/clubs/harbour/medals/999999/remove/").status_code == 404


def test_the_athletes_page_shows_them_and_where_they_were_honoured(
    client: Client, bob: User, ann: Athlete, harbour: Club
) -> None:
    award = win(ann, 1)
    evening = plan_ceremony(harbour, title="Club evening", starts=NOW, place="H", text="", public=True, by=bob, at=NOW)
    choose_honours(evening, [f"award-{award.pk}"], by=bob, at=NOW)
    shown = client.get(ann.get_absolute_url()).content.decode()
    assert "Honoured by the club" in shown
    assert "Club evening" in shown
    assert evening.get_absolute_url() not in shown
    client.force_login(bob)
    assert evening.get_absolute_url() in client.get(ann.get_absolute_url()).content.decode()


def test_a_medal_file_goes_through_the_importers_page(client: Client, bob: User, ann: Athlete, harbour: Club) -> None:
    content = csv(
        "athlete,event,place,competition,date", "Ann Núñez,100,1,County,2026-06-01", "Who,100,1,County,2026-06-01"
    )
    batch = imported("medals", content, club=harbour)
    client.force_login(bob)
    shown = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "No athlete of the club is called Who" in shown
    assert Award.objects.get().batch == batch


def test_disciplines_of_one_name_are_told_apart(client: Client, bob: User, harbour: Club) -> None:
    client.force_login(bob)
    page = client.get("/clubs/harbour/medals/new/").content.decode()
    assert ">Shot put, men</option>" in page
    assert ">Shot put, women</option>" in page
    assert ">100 m</option>" in page
