"""Changing a book's rules: the next version, what it would do first, and two chiefs at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.actions.policies import (
    PolicyOvertaken,
    PolicyRefused,
    change_policy,
    policy_effect,
    propose_policy,
)
from records.domain.rulebooks import RULEBOOKS
from records.models import Athlete, Evidence, Performance, Record, RecordBook, RecordClaim, RecordPolicy
from records.models.books import OPTIONS
from records.queries.effects import Effect
from tests.factories import NOW, AthleteFactory, ClubFactory, ClubSpellFactory, PerformanceFactory, imported
from tests.records.actions.test_folding import World, details, policies, rolled_back
from tests.records.oracle import derived, expected
from trackhub.clubs.models import AuditEntry, Club, Event, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(harbour: Club) -> RecordBook:
    return RecordBook.objects.select_related("policy", "club").get(club=harbour)


@pytest.fixture
def athlete(harbour: Club) -> Athlete:
    return AthleteFactory(club=harbour, given_name="Ann", family_name="Able")


def run(athlete: Athlete, mark: str, day: str = "2026-05-01", **said: Any) -> Performance:
    return PerformanceFactory(athlete=athlete, mark=mark, on=date.fromisoformat(day), **{"wind": 0} | said)


def change(book: RecordBook, **options: Any) -> RecordPolicy:
    return change_policy(book, by=None, at=NOW, **options)


def effect(book: RecordBook, user: User, **options: Any) -> Effect:
    return policy_effect(book, propose_policy(book, **options), user)


def told(found: Effect) -> list[tuple[str, tuple[str, ...], list[str], list[str], tuple[str, ...]]]:
    """(discipline, age groups, marks before, marks after, reasons) of each change."""
    return [
        (one.code, one.groups, [line.mark for line in one.before], [line.mark for line in one.after], one.reasons)
        for one in found.changes
    ]


def test_the_next_version_is_in_force_and_folded(
    athlete: Athlete, book: RecordBook, alice: User, now: datetime
) -> None:
    run(athlete, "10.70", wind=None)
    first = book.policy
    new = change_policy(book, by=alice, at=now, note="Decided on 3 March", wind="no_reading_too", any_wind=["LJ", "LJ"])
    book.refresh_from_db()
    assert book.policy == new
    assert (new.version, new.by, new.created, new.note) == (2, alice, now, "Decided on 3 March")
    assert (new.wind, new.any_wind, new.hand) == ("no_reading_too", ["LJ"], first.hand if first else "")
    assert Record.objects.filter(book=book, age_group="").count() == 1
    assert derived() == expected()
    deed = AuditEntry.objects.get(action="change_policy")
    assert (deed.by, deed.club, deed.target) == (alice, book.club, f"recordbook {book.pk}")
    assert deed.before == {"version": 1, "wind": "reading", "any_wind": []}
    assert deed.after == {
        "version": 2, "wind": "no_reading_too", "any_wind": ["LJ"], "because": "Decided on 3 March",
    }  # fmt: skip
    event = Event.objects.get(kind="policy_changed")
    assert (event.club, event.payload) == (book.club, {"book": "harbour", "version": 2})


def test_a_version_is_never_edited(book: RecordBook) -> None:
    change(book, ties="first")
    with pytest.raises(TypeError, match="never edited"):
        book.policies.get(version=1).save()
    assert list(book.policies.order_by("version").values_list("ties", flat=True)) == ["shared", "first"]


def test_only_the_book_itself_is_folded(athlete: Athlete, book: RecordBook) -> None:
    run(athlete, "10.70")
    world = set(Record.objects.exclude(book=book).values_list("pk", flat=True))
    change(book, ties="first")
    assert set(Record.objects.exclude(book=book).values_list("pk", flat=True)) == world


def test_rules_that_change_nothing_are_refused(book: RecordBook) -> None:
    with pytest.raises(PolicyRefused, match="Nothing is changed: these are the rules in force, version 1"):
        change(book, note="again", wind="reading")
    change(book, evidence=["wind", "results"])
    with pytest.raises(PolicyRefused, match="version 2"):
        change(book, evidence=["results", "wind", "wind"])
    assert book.policies.count() == 2


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"any_wind": ["LJ", "XYZ", "ABC"]}, "No discipline is called ABC, XYZ"),
        ({"evidence": ["results", "bribe"]}, "No evidence is called bribe"),
        ({"wind": "gale"}, "'gale' is not a valid choice"),
        ({"minimum_field": -1}, "greater than or equal to 0"),
        ({"note": "x" * 201, "ties": "first"}, "at most 200 characters"),
    ],
)
def test_options_that_cannot_be_are_refused(book: RecordBook, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PolicyRefused, match=sentence):
        change(book, **options)
    assert book.policies.count() == 1


def test_who_saw_an_older_version_is_told(book: RecordBook) -> None:
    seen = RecordBook.objects.select_related("policy").get(pk=book.pk)
    change(book, ties="first")
    with pytest.raises(PolicyOvertaken, match="version 2 is in force now"):
        change(book, seen=1, ties="newest")
    # The other has read the book before the change: the constraint lets one make version 2.
    with pytest.raises(PolicyOvertaken, match="version 2 is in force now"):
        change(seen, seen=1, ties="newest")
    assert list(book.policies.order_by("version").values_list("ties", flat=True)) == ["shared", "first"]
    assert AuditEntry.objects.filter(action="change_policy").count() == 1


def test_an_older_version_comes_back_as_a_new_one(athlete: Athlete, book: RecordBook) -> None:
    run(athlete, "10.70")
    before = derived()
    change(book, **RULEBOOKS["any"])
    change(book, **book.policies.get(version=1).options)
    assert book.policy is not None
    assert (book.policy.version, book.policy.options) == (3, book.policies.get(version=1).options)
    assert derived() == before


def test_a_book_without_rules_gets_its_first(harbour: Club, athlete: Athlete, alice: User) -> None:
    run(athlete, "10.70")
    empty = RecordBook.objects.create(slug="empty", name="Empty", club=harbour)
    found = effect(empty, alice, **RULEBOOKS["uk"])
    assert (found.removed, found.restored, found.left) == (0, 1, 0)
    assert change(empty, **RULEBOOKS["uk"]).version == 1
    assert Record.objects.filter(book=empty).count() == 1


@pytest.mark.parametrize("name", RULEBOOKS)
def test_every_rulebook_says_every_option(book: RecordBook, name: str) -> None:
    assert set(RULEBOOKS[name]) == set(OPTIONS)
    assert propose_policy(book, **RULEBOOKS[name]).options == RULEBOOKS[name]
    assert set(RULEBOOKS[name]["evidence"]) <= set(Evidence.Kind.values)


def test_the_effect_names_what_goes_and_what_stands_again(athlete: Athlete, book: RecordBook, alice: User) -> None:
    run(athlete, "10.80", "2026-05-01", wind=None)
    run(athlete, "10.70", "2026-05-02", wind=25)
    run(athlete, "7.00", "2026-05-02", discipline="LJ")
    change(book, wind="any")
    before = derived()
    found = effect(book, alice, wind="no_reading_too")
    assert (found.removed, found.restored, found.left, found.more) == (2, 2, 2, 0)
    assert told(found) == [("100", ("", "Senior"), ["10.70"], ["10.80"], ("refused: wind +2.5 is over +2.0",))]
    assert told(effect(book, alice, wind="reading")) == [
        ("100", ("", "Senior"), ["10.70"], [], ("refused: wind +2.5 is over +2.0",)),
    ]
    assert derived() == before
    assert book.policies.count() == 2


def test_the_effect_of_taking_more(athlete: Athlete, book: RecordBook, alice: User) -> None:
    run(athlete, "10.80", "2026-05-01")
    run(athlete, "10.6h", "2026-05-02")
    run(athlete, "10.70", "2026-05-03", wind=22)
    counts = "no longer held against it: hand time: automatic timing is required up to 800 m"
    everybody = ("", "Senior")
    assert told(effect(book, alice, hand="mixed")) == [("100", everybody, ["10.80"], ["10.6"], (counts,))]
    assert told(effect(book, alice, hand="apart")) == [("100", everybody, ["10.80"], ["10.80", "10.6"], (counts,))]
    change(book, hand="mixed")
    converted = ("hand times converted for comparison", "hand time, +0.24 s for comparison")
    assert told(effect(book, alice, hand="converted")) == [("100", everybody, ["10.6"], ["10.80"], converted)]
    waived = ("no longer held against it: wind +2.2 is over +2.0", "any wind counts in this discipline")
    change(book, hand="refused")
    assert told(effect(book, alice, any_wind=["100"])) == [("100", everybody, ["10.80"], ["10.70"], waived)]
    assert told(effect(book, alice, wind_from_age=30))[0][4][1] == "the wind isn't looked at below the age of 30"


def test_the_effect_of_who_counts(harbour: Club, athlete: Athlete, book: RecordBook, alice: User) -> None:
    guest = AthleteFactory(birth_date=date(2009, 1, 1))
    ClubSpellFactory(athlete=guest, club=harbour, claim="second")
    run(athlete, "10.80", "2026-05-01")
    fast = run(guest, "10.50", "2026-05-02")
    groups = ("", "U20", "U18", "U23", "Senior")
    first = effect(book, alice, claims="first")
    assert {(one.groups, tuple(line.mark for line in one.after)) for one in first.changes} == {
        (("", "Senior"), ("10.80",)), (tuple(g for g in first.changes[1].groups), ()),
    }  # fmt: skip
    assert {group for one in first.changes for group in one.groups} == set(groups)
    assert {one.reasons for one in first.changes} == {("refused: no first-claim member of the club on the day",)}
    own = effect(book, alice, inheritance="own")
    assert {one.reasons for one in own.changes} == {("refused: an athlete of a younger age group",)}
    assert {group for one in own.changes for group in one.groups} == {"U20", "U23", "Senior"}
    change(book, inheritance="own")
    assert {one.reasons for one in effect(book, alice, inheritance="all_older").changes} == {
        ("no longer held against it: an athlete of a younger age group",)
    }
    Performance.objects.filter(pk=fast.pk).update(field_size=2)
    few = effect(book, alice, minimum_field=3)
    assert few.changes[0].reasons == ("refused: only 2 competed, and the book asks for 3",)


def test_the_effect_of_other_lists(athlete: Athlete, book: RecordBook, alice: User) -> None:
    run(athlete, "7.00", "2026-05-01", discipline="LJ")
    run(athlete, "7.10", "2026-02-01", discipline="LJ", facility="indoor")
    run(athlete, "7.00", "2026-05-02", discipline="LJ")
    imported("records", "event,sex,mark,holder,date,environment\nLJ,M,7.10,Old Star,1975,indoor\n", book=book)
    together = effect(book, alice, facilities="together")
    # Outdoors two share 7.00; indoors the old book and the new mark share 7.10.
    assert (together.removed, together.restored, together.left) == (4, 0, 3)
    assert {one.reasons for one in together.changes} == {("one list, wherever achieved",)}
    ties = effect(book, alice, ties="first")
    assert {one.reasons for one in ties.changes} == {("the first holder keeps it",)}


def test_the_effect_on_hidden_names_and_long_lists(harbour: Club, book: RecordBook, alice: User, charlie: User) -> None:
    shy = AthleteFactory(club=harbour, visibility="club", family_name="Shylock")
    run(shy, "10.80", wind=None)
    run(shy, "7.00", wind=None, discipline="LJ")
    policy = propose_policy(book, wind="no_reading_too")
    short = policy_effect(book, policy, alice, shown=1)
    assert (short.restored, len(short.changes), short.more) == (4, 1, 1)
    assert "Shylock" in short.changes[0].after[0].holders[0].name
    assert "Shylock" not in policy_effect(book, policy, charlie).changes[0].after[0].holders[0].name


def test_a_claim_that_was_refused_stays_out_whatever_the_rules(athlete: Athlete, book: RecordBook, alice: User) -> None:
    out = run(athlete, "10.80", wind=None)
    RecordClaim.objects.create(
        book=book, performance=out, age_group="", state="rejected", reason="no start list", opened=NOW, decided=NOW
    )
    assert told(effect(book, alice, wind="no_reading_too"))[0][1] == ("Senior",)
    change(book, wind="no_reading_too")
    assert derived() == expected()
    assert set(Record.objects.filter(book=book).values_list("age_group", flat=True)) == {"Senior"}


def test_the_effect_on_a_book_of_the_whole_site(alice: User) -> None:
    run(AthleteFactory(club=ClubFactory()), "10.80", wind=None)
    world = RecordBook.objects.select_related("policy").get(slug="world")
    assert effect(world, alice, wind="any").restored == 1


def test_a_later_moment_makes_no_difference_to_the_rules(book: RecordBook) -> None:
    new = change_policy(book, by=None, at=NOW + timedelta(days=9), ties="first")
    assert new.created == NOW + timedelta(days=9)


@given(rules=st.lists(policies, min_size=2, max_size=2), there=st.lists(details, min_size=4, max_size=10))
def test_the_effect_foretells_what_the_change_does(rules: list[Any], there: list[tuple[int, int, int, int]]) -> None:
    with rolled_back():
        world = World(rules[:1])
        for one in there:
            world.do("insert", *one)
        book = RecordBook.objects.select_related("policy").get(slug="book-0")
        other = {name: getattr(rules[1], name) for name in type(rules[1]).__dataclass_fields__}
        other["any_wind"] = sorted(other["any_wind"])
        try:
            found = policy_effect(book, propose_policy(book, **other), User(is_superuser=True))
        except PolicyRefused:
            return
        before = standing(book)
        change(book, **other)
        after = standing(book)
        # A mark stands in one list of an age group at most, however the lists are parted.
        gone, come, stay = before - after, after - before, before & after
        assert (found.removed, found.restored, found.left) == (len(gone), len(come), len(stay))
        assert bool(found.changes) == bool(gone | come)


def standing(book: RecordBook) -> set[tuple[Any, ...]]:
    return set(
        Record.objects.filter(book=book, until=None).values_list(
            "discipline", "sex", "age_group", "performance", "legacy"
        )
    )
