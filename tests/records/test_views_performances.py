"""A performance's page, and a registrar who enters, corrects, annuls and reinstates one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from records.actions.correcting import annul_performance, correct_performance
from records.models import Athlete, Performance
from tests.factories import NOW, AthleteFactory, ClubSpellFactory, PerformanceFactory, imported
from trackhub.clubs.models import AuditEntry, Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(given_name="Sam", family_name="Hill", club=harbour)


@pytest.fixture
def mark(athlete: Athlete) -> Performance:
    return PerformanceFactory(
        athlete=athlete, mark="10.52", wind=5, on=date(2026, 5, 1), venue="Leeds", competition="Cup", round="Heat 1"
    )


@pytest.fixture
def registrar(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def page(client: Client, one: Performance, **query: object) -> str:
    response = client.get(reverse("performance", args=[one.pk], query=query or None))
    assert response.status_code == 200
    return response.content.decode()


def facts(one: Performance, **said: str) -> dict[str, str]:
    """The whole form as the browser sends it."""
    return {
        "mark": one.written, "discipline": one.discipline.code, "date": str(one.date), "wind": one.wind_text,
        "competition": one.competition, "venue": one.venue, "country": one.country, "facility": one.facility,
        "timing": one.timing, "round": one.round, "place": one.place, "note": one.note, "field_size": "",
        "club": one.club.slug if one.club else "", "because": "typing error", **said,
    }  # fmt: skip


def test_the_athlete_is_led_to_the_report_of_a_wrong_mark(client: Client, mark: Performance, dana: User) -> None:
    asked = reverse("report_wrong", args=[mark.pk])
    assert asked not in page(client, mark)
    client.force_login(dana)
    assert asked not in page(client, mark)
    Athlete.objects.filter(pk=mark.athlete_id).update(account=dana)
    assert asked in page(client, mark)


def test_everything_known_is_there(client: Client, mark: Performance) -> None:
    text = page(client, mark)
    for said in ("10.52", "Sam Hill", "Cup", "Leeds", "Heat 1", "+0.5 m/s", "automatic", "better than every mark"):
        assert said in text
    assert "stands" in text
    assert reverse("correct_performance", args=[mark.pk]) not in text


def test_lists_lead_to_it(client: Client, mark: Performance, harbour: Club) -> None:
    address = reverse("performance", args=[mark.pk])
    assert mark.athlete is not None
    for url in (mark.athlete.get_absolute_url(), harbour.get_absolute_url(), "/records/harbour/100/M/"):
        assert f'href="{address}"' in client.get(url).content.decode()


def test_a_hidden_athlete_s_mark_has_no_page_for_strangers(
    client: Client, harbour: Club, dana: User, alice: User
) -> None:
    hidden = AthleteFactory(family_name="Shylock", club=harbour, visibility="club")
    one = PerformanceFactory(athlete=hidden, mark="10.40", wind=0)
    address = reverse("performance", args=[one.pk])
    assert client.get(address).status_code == 404
    assert address not in client.get(harbour.get_absolute_url()).content.decode()
    client.force_login(dana)
    assert "Shylock" in page(client, one)
    assert AuditEntry.objects.filter(action="read", target=f"athlete {hidden.pk}", by=dana).exists()


def test_versions_are_told_and_who_made_them_to_the_club_alone(
    client: Client, mark: Performance, alice: User, dana: User
) -> None:
    new = correct_performance(mark, by=alice, at=NOW, because="photo finish", mark="10.50", venue="York")
    text = page(client, new)
    for said in ("Versions", "10.52 → <b>10.50</b>", "Leeds → <b>York</b>", "Corrected", "20 Nov 2026"):
        assert said in text
    assert "Alice" not in text
    assert "photo finish" not in text
    assert "has been corrected" in page(client, mark)
    client.force_login(dana)
    text = page(client, new)
    assert "Alice" in text
    assert "photo finish" in text


def test_two_versions_beside_each_other(client: Client, mark: Performance, harbour: Club) -> None:
    second = correct_performance(mark, by=None, at=NOW, because="x", mark="10.50")
    third = correct_performance(second, by=None, at=NOW, because="x", mark="10.52", wind=7)
    text = page(client, third, old=mark.pk, new=third.pk)
    assert "<td>+0.5 m/s</td><td><b>+0.7 m/s</b></td>" in text
    assert "say the same" in page(client, third, old=third.pk, new=third.pk)
    assert (
        "compared" not in page(client, third, old=third.pk, new="99999999").split("Versions")[1].split("</table>")[-1]
    )


def test_an_imported_mark_says_by_which_file(client: Client, harbour: Club, alice: User) -> None:
    imported("performances", "name,sex,event,mark,date\nJo Lane,F,LJ,5.90,2026-06-01\n", club=harbour, by=alice)
    one = Performance.objects.get()
    assert "Imported, 20 Nov 2026" in page(client, one)
    client.force_login(alice)
    assert "Imported, 20 Nov 2026, 09:00, Alice" in page(client, one)


def test_a_correction_is_checked_before_it_is_made(registrar: Client, mark: Performance, harbour: Club) -> None:
    rival = AthleteFactory(given_name="Tom", family_name="Lee", club=harbour)
    PerformanceFactory(athlete=rival, mark="10.70", wind=0, on=date(2026, 4, 1))
    address = reverse("correct_performance", args=[mark.pk])
    assert 'value="10.52"' in registrar.get(address).content.decode()
    check = registrar.post(address, facts(mark, mark="10.82"))
    text = check.content.decode()
    assert check.status_code == 200
    for said in ("<td>10.52</td><td><b>10.82</b></td>", "10.52 Sam Hill (2026)", "10.70 Tom Lee (2026)"):
        assert said in text
    assert Performance.objects.count() == 2
    back = registrar.post(address, facts(mark, mark="10.82", back="1")).content.decode()
    assert 'value="10.82"' in back
    done = registrar.post(address, facts(mark, mark="10.82", sure="1"), follow=True)
    new = Performance.objects.current().get(athlete=mark.athlete)
    assert (new.mark, new.wind, new.venue) == ("10.82", 5, "Leeds")
    assert done.redirect_chain == [(reverse("performance", args=[new.pk]), 302)]
    assert "Both versions stay readable. New personal best." in done.content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"mark": "5.00"}, "better than the world"),
        ({"mark": ""}, "required"),
        ({"date": "31/04"}, "not a date"),
        ({"date": "2030-01-01"}, "in the future"),
        ({"wind": "strong"}, "not a wind reading"),
        ({"discipline": "4x100"}, "valid choice"),
        ({"club": "other"}, "valid choice"),
        ({"field_size": "0"}, "greater than or equal to 1"),
        ({"because": "", "mark": "10.53"}, "required"),
        ({}, "Nothing is different"),
    ],
)
def test_what_can_t_be_is_said_beside_the_field_and_nothing_is_lost(
    registrar: Client, mark: Performance, other: Club, said: dict[str, str], sentence: str
) -> None:
    sent = facts(mark, note="kept <b>", **said)
    if not said:
        sent["note"] = ""
    response = registrar.post(reverse("correct_performance", args=[mark.pk]), {**sent, "sure": "1"})
    assert response.status_code == 422
    text = response.content.decode()
    assert sentence in text
    assert not said or "kept &lt;b&gt;" in text
    assert Performance.objects.count() == 1


def test_every_fact_may_be_put_right(registrar: Client, mark: Performance) -> None:
    said = facts(
        mark, mark="10.6h", date="2025-06", wind="", competition="League", venue="York", country="gbr",
        facility="indoor", round="", place="2q", note="damp", field_size="7", club="", discipline="100", sure="1",
    )  # fmt: skip
    assert registrar.post(reverse("correct_performance", args=[mark.pk]), said).status_code == 302
    new = Performance.objects.current().get()
    assert (new.mark, new.timing, new.wind, new.date, new.date_precision) == (
        "10.6h", "hand", None, date(2025, 6, 30), "month",
    )  # fmt: skip
    assert (new.competition, new.venue, new.country, new.facility) == ("League", "York", "GBR", "indoor")
    assert (new.round, new.place, new.note, new.field_size) == ("", "2q", "damp", 7)


def test_a_version_corrected_meanwhile_is_shown_beside_what_was_sent(
    registrar: Client, mark: Performance, alice: User
) -> None:
    newest = correct_performance(mark, by=alice, at=NOW, because="wrong town", venue="York")
    address = reverse("correct_performance", args=[mark.pk])
    assert registrar.get(address).headers["Location"] == reverse("correct_performance", args=[newest.pk])
    response = registrar.post(address, facts(mark, mark="10.50", sure="1"))
    text = response.content.decode()
    assert response.status_code == 409
    for said in ("meanwhile", "Alice", "wrong town", "<td>Leeds</td><td><b>York</b></td>", 'value="10.50"'):
        assert said in text
    assert 'value="York"' in text
    assert f'action="{reverse("correct_performance", args=[newest.pk])}"' in text
    assert Performance.objects.count() == 2
    assert (
        registrar.post(
            reverse("correct_performance", args=[newest.pk]), facts(newest, mark="10.50", sure="1")
        ).status_code
        == 302
    )
    assert Performance.objects.current().get().venue == "York"


def test_a_mark_is_annulled_with_a_reason_and_counts_again(registrar: Client, mark: Performance) -> None:
    annul, reinstate = (reverse(name, args=[mark.pk]) for name in ("annul_performance", "reinstate_performance"))
    assert "10.52 Sam Hill (2026)" in registrar.get(annul).content.decode()
    assert registrar.post(annul, {"because": ""}).status_code == 422
    assert "Annulled: false start" in registrar.post(annul, {"because": "false start"}, follow=True).content.decode()
    assert "10.52 Sam Hill (2026)" in registrar.get(reinstate).content.decode()
    assert "counts again. New personal best." in registrar.post(reinstate, follow=True).content.decode()
    mark.refresh_from_db()
    assert mark.annulled_because == ""


def test_an_older_version_is_neither_annulled_nor_reinstated(registrar: Client, mark: Performance) -> None:
    newest = correct_performance(mark, by=None, at=NOW, because="x", venue="York")
    for name in ("annul_performance", "reinstate_performance"):
        response = registrar.post(reverse(name, args=[mark.pk]), {"because": "x"}, follow=True)
        assert response.redirect_chain[0][0] == reverse("performance", args=[newest.pk])
        assert "Open its newest version" in response.content.decode()
    assert not Performance.objects.exclude(annulled_because="").exists()


def entering(client: Client, club: Club, athlete: Athlete, **said: Any) -> Any:
    sent = {"athlete": athlete.pk, "discipline": "100", "mark": "10.80", "date": "2026-06-01", "wind": "0.4"} | said
    return client.post(reverse("new_performance", args=[club.slug]), sent, follow=True)


def test_an_athlete_is_looked_for_in_the_club_alone(registrar: Client, harbour: Club, athlete: Athlete) -> None:
    AthleteFactory(given_name="Sam", family_name="Elsewhere")
    address = reverse("new_performance", args=[harbour.slug])
    assert "Type a part of the name" in registrar.get(address).content.decode()
    text = registrar.get(address, {"q": "sam"}).content.decode()
    assert f"?athlete={athlete.pk}" in text
    assert "Elsewhere" not in text
    assert "called so" in registrar.get(address, {"q": "nobody"}).content.decode()
    stranger = Athlete.objects.get(family_name="Elsewhere")
    assert "Type a part of the name" in registrar.get(address, {"athlete": stranger.pk}).content.decode()


def test_a_mark_is_checked_then_saved_and_told(registrar: Client, harbour: Club, athlete: Athlete) -> None:
    text = entering(registrar, harbour, athlete).content.decode()
    for said in ("Check the performance", "Personal best", "10.80 Sam Hill (2026)", "Save"):
        assert said in text
    assert not Performance.objects.exists()
    assert 'value="10.80"' in entering(registrar, harbour, athlete, sure="1", back="1").content.decode()
    done = entering(registrar, harbour, athlete, sure="1")
    assert (
        "Saved: 10.80, 100 m. New personal best. New record in Harbour AC: all ages, Senior." in done.content.decode()
    )
    one = Performance.objects.get()
    assert (one.club, one.wind, one.athlete) == (harbour, 4, athlete)
    again = entering(registrar, harbour, athlete, sure="1", another="1", date="2026-06-02", mark="10.80")
    assert "Equals the personal best." in again.content.decode()
    assert again.redirect_chain == [(reverse("new_performance", args=["harbour"]), 302)]


def test_the_form_begins_with_what_was_entered_last(registrar: Client, harbour: Club, athlete: Athlete) -> None:
    address = reverse("new_performance", args=[harbour.slug])
    first = registrar.get(address, {"athlete": athlete.pk}).content.decode()
    assert 'name="competition" maxlength="160" id="id_competition"' in first
    PerformanceFactory(athlete=athlete, discipline="200", mark="21.80", competition="Own Cup", on=date(2026, 5, 5))
    assert "Own Cup" in registrar.get(address, {"athlete": athlete.pk}).content.decode()
    entering(registrar, harbour, athlete, sure="1", competition="League", venue="York")
    text = registrar.get(address, {"athlete": AthleteFactory(club=harbour).pk}).content.decode()
    for said in ('value="League"', 'value="York"', 'value="2026-06-01"'):
        assert said in text
    Performance.objects.filter(competition="League").delete()
    assert "Own Cup" in registrar.get(address, {"athlete": athlete.pk}).content.decode()


def test_a_mark_that_may_be_there_already_is_said(registrar: Client, harbour: Club, athlete: Athlete) -> None:
    PerformanceFactory(athlete=athlete, mark="10.52", on=date(2026, 6, 1), competition="Cup", round="Heat 1")
    text = entering(registrar, harbour, athlete).content.decode()
    for said in ("There is already 10.52 on that day.", "Cup", "Heat 1", "Save it all the same"):
        assert said in text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"mark": "banana"}, "not a mark"),
        ({"date": "2019-06-01"}, "was not in Harbour AC on that day"),
        ({"date": "2027-06-01"}, "in the future"),
        ({"date": "yesterday"}, "not a date"),
    ],
)
def test_what_can_t_be_entered_keeps_the_input(
    registrar: Client, harbour: Club, said: dict[str, str], sentence: str
) -> None:
    new = AthleteFactory()
    ClubSpellFactory(athlete=new, club=harbour, starts=date(2020, 1, 1))
    response = entering(registrar, harbour, new, competition="Kept Cup", sure="1", **said)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "Kept Cup" in response.content.decode()
    assert not Performance.objects.exists()


def test_a_relay_s_page_names_its_runners_and_is_corrected(registrar: Client, harbour: Club) -> None:
    names = [AthleteFactory(club=harbour) for _ in range(4)]
    ids = " / ".join(f"trackhub-{one.pk}" for one in names)
    imported(
        "performances", f"id,team,legs,sex,event,mark,date\nr1,Team A,{ids},M,4x100,41.50,2026-06-01\n", club=harbour
    )
    old = Performance.objects.get()
    assert all(str(one) in page(registrar, old) for one in names)
    said = facts(old, mark="41.05", sure="1")
    assert registrar.post(reverse("correct_performance", args=[old.pk]), said).status_code == 302
    assert str(names[3]) in page(registrar, Performance.objects.current().get())


def test_an_annulled_mark_says_so_to_everybody(client: Client, mark: Performance) -> None:
    annul_performance(mark, by=None, at=NOW, because="false start")
    assert "Annulled: false start" in page(client, mark)
