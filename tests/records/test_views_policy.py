"""The pages of a book's rules: reading them, seeing what a change would do, saving it, and being overtaken."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from records.actions.policies import change_policy
from records.models import RecordBook
from tests.access.policy import ORDER
from tests.factories import NOW, AthleteFactory, PerformanceFactory, imported
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(harbour: Club) -> RecordBook:
    return RecordBook.objects.select_related("policy", "club").get(club=harbour)


@pytest.fixture
def chief(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def page(name: str, *more: object) -> str:
    return reverse(name, args=["harbour", "harbour", *more])


def order(**said: Any) -> dict[str, Any]:
    """The whole form, by the rules of the first version but for ``said``."""
    first = {
        "wind": "reading", "wind_from_age": "0", "hand": "refused", "hand_short_ms": "0.24", "hand_400_ms": "0.14",
        "ties": "shared", "facilities": "apart", "inheritance": "all_older", "claims": "any", "minimum_field": "0",
        "claim_days": "", "note": "A vote", "seen": "1",
    }  # fmt: skip
    return first | said


def hidden(content: str) -> dict[str, list[str]]:
    """The hidden fields of the page's last form."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', content):
        name, value = (re.search(rf'{what}="([^"]*)"', tag) for what in ("name", "value"))
        if name and name[1] not in ("csrfmiddlewaretoken", "next"):
            found.setdefault(name[1], []).append(value[1] if value else "")
    return found


def test_members_read_the_rules_and_every_version(client: Client, dana: User, alice: User, book: RecordBook) -> None:
    at = datetime(2026, 3, 3, 12, tzinfo=UTC)
    change_policy(
        book, by=alice, at=at, note="General meeting", hand="converted", any_wind=["LJ"], evidence=["wind"],
        wind_from_age=13, minimum_field=3, claim_days=30, ratification=True,
    )  # fmt: skip
    client.force_login(dana)
    text = client.get(page("policy")).content.decode()
    for sentence in (
        "Version 2 is in force", "General meeting", "Alice", "3 Mar 2026", "from the beginning",
        "not looked at below the age of 13", "+0.24 s under 400 m", "Long jump", "wind sheet", "within 30 days",
        "at least 3", "<del>no discipline</del> → <ins>Long jump</ins>",
    ):  # fmt: skip
        assert sentence in unescape(text), sentence
    assert page("change_policy") not in text
    board = client.get(reverse("club", args=["harbour"])).content.decode()
    assert page("policy") in board
    assert "any wind in LJ" in board


def test_outsiders_see_the_summary_without_the_way_to_the_page(client: Client, book: RecordBook) -> None:
    board = client.get(reverse("club", args=["harbour"])).content.decode()
    assert "Version 1 of the policy" in board
    assert page("policy") not in board


def test_a_version_says_when_it_was_in_force_and_what_was_set_under_it(chief: Client, book: RecordBook) -> None:
    athlete = AthleteFactory(club=book.club)
    PerformanceFactory(athlete=athlete, mark="7.00", discipline="LJ", wind=0, on=date(2026, 2, 1))
    imported("records", "event,sex,mark,holder,date\nTJ,M,15.10,Old Star,1975\n", book=book)
    change_policy(book, by=None, at=datetime(2026, 3, 3, 12, tzinfo=UTC), ties="first")
    PerformanceFactory(athlete=athlete, mark="10.80", wind=0, on=date(2026, 3, 3))
    first, second = (chief.get(page("policy_version", n)).content.decode() for n in (1, 2))
    assert "7.00" in first
    assert "Old Star" in first
    assert "10.80" not in first
    assert "10.80" in second
    assert "7.00" not in second
    assert "?version=1" in first
    assert "?version=2" not in second
    assert "3 Mar 2026" in first
    assert chief.get(page("policy_version", 3)).status_code == 404
    assert "ends before this page" in chief.get(page("policy_version", 2), {"page": 9}).content.decode()
    change_policy(book, by=None, at=NOW, ties="newest")
    assert "No record of today" in chief.get(page("policy_version", 3)).content.decode()


def test_the_book_of_another_club_is_none_of_this_one(chief: Client, book: RecordBook, other: Club) -> None:
    for name in ("policy", "change_policy"):
        assert chief.get(reverse(name, args=["harbour", "other"])).status_code == 404
        assert chief.get(reverse(name, args=["harbour", "world"])).status_code == 404
        assert chief.get(reverse(name, args=["other", "other"])).status_code == 404


@pytest.mark.parametrize(
    ("query", "held"),
    [
        ("", 'value="refused" required id="id_hand_0" checked'),
        ("?rules=uk", 'value="183"'),
        ("?rules=wa", 'name="claim_days" value="30"'),
        ("?rules=any", "Anything goes"),
        ("?rules=nonsense", 'value="0.24"'),
        ("?version=1", "As in version 1"),
        ("?version=99", 'value="0.24"'),
    ],
)
def test_the_form_is_filled(chief: Client, book: RecordBook, query: str, held: str) -> None:
    text = chief.get(page("change_policy") + query).content.decode()
    assert held in text
    assert 'name="seen" value="1"' in text


def test_from_the_form_by_the_effect_to_the_next_version(chief: Client, book: RecordBook, alice: User) -> None:
    athlete = AthleteFactory(club=book.club)
    PerformanceFactory(athlete=athlete, mark="10.80", wind=None)
    said = order(wind="no_reading_too", any_wind=["LJ", "TJ"], evidence=["wind"], ratification="on", hand_400_ms="0.1")
    shown = chief.post(page("change_policy"), said)
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "Record by record" in text
    assert "no longer held against it: no wind reading" in text
    assert book.policies.count() == 1
    carried = hidden(text)
    back = chief.post(page("change_policy"), carried | {"do": "back"}).content.decode()
    assert 'value="no_reading_too" required id="id_wind_1" checked' in back
    assert 'value="A vote"' in back
    saved = chief.post(page("change_policy"), carried | {"do": "save"}, follow=True)
    assert saved.redirect_chain == [("../", 302)]
    assert "Version 2 is in force." in saved.content.decode()
    book.refresh_from_db()
    policy = book.policy
    assert policy is not None
    assert (policy.version, policy.by, policy.note) == (2, alice, "A vote")
    assert (policy.any_wind, policy.evidence, policy.ratification) == (["LJ", "TJ"], ["wind"], True)
    assert (policy.hand_short_ms, policy.hand_400_ms, policy.claim_days) == (240, 100, None)
    assert book.record_set.count() == 2


def test_a_change_that_moves_no_record_says_so(chief: Client, book: RecordBook) -> None:
    assert "No record of today would change" in chief.post(page("change_policy"), order(ties="first")).content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"note": ""}, "This field is required"),
        ({"wind": "gale"}, "Select a valid choice"),
        ({"any_wind": ["XX"]}, "Select a valid choice"),
        ({"hand_short_ms": "5"}, "less than or equal to 1"),
        ({"hand_short_ms": ""}, "This field is required"),
        ({"claim_days": "soon"}, "Enter a whole number"),
        ({"minimum_field": "40000"}, "less than or equal to 1000"),
        ({"seen": ""}, "Open it anew"),
        ({}, "Nothing is changed: these are the rules in force, version 1."),
    ],
)
@pytest.mark.parametrize("do", ["", "save"])
def test_what_cannot_be_is_said_and_nothing_is_lost(
    chief: Client, book: RecordBook, said: dict[str, Any], sentence: str, do: str
) -> None:
    answer = chief.post(page("change_policy"), order(**said) | {"do": do})
    text = answer.content.decode()
    assert (answer.status_code, sentence in unescape(text), "A vote" in text or "note" in said) == (422, True, True)
    assert book.policies.count() == 1


def test_who_is_overtaken_is_told_and_keeps_the_choice(chief: Client, book: RecordBook) -> None:
    change_policy(book, by=None, at=NOW, ties="newest")
    answer = chief.post(page("change_policy"), order(ties="first", do="save"))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "version 2 is in force now" in text
    assert 'name="seen" value="2"' in text
    assert 'value="first" required id="id_ties_1" checked' in text
    assert book.policies.count() == 2
    assert chief.post(page("change_policy"), order(ties="first", seen="2", do="save")).status_code == 302


def test_the_order_of_the_access_table_is_a_whole_one(chief: Client, book: RecordBook) -> None:
    assert chief.post(page("change_policy"), ORDER | {"seen": "1"}).status_code == 302


def test_whoever_begins_to_ratify_is_told_what_becomes_of_the_records(chief: Client, book: RecordBook) -> None:
    told = "The records that remain go on standing."
    assert told in chief.post(page("change_policy"), order(ratification="on")).text
    assert told not in chief.post(page("change_policy"), order(ties="first")).text


def test_a_book_without_rules(chief: Client, book: RecordBook) -> None:
    RecordBook.objects.filter(pk=book.pk).update(policy=None)
    book.policies.all().delete()
    text = chief.get(page("policy")).content.decode()
    assert "This book has no rules yet" in text
    assert "There is no version yet" in text
    assert chief.post(page("change_policy"), order(seen="0", do="save")).status_code == 302
    assert "Version 1 is in force" in chief.get(page("policy")).content.decode()
