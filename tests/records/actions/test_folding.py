"""The fold: the incremental path, the full rebuild and the oracle agree after any sequence of changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from records.actions import folding
from records.actions.applying import NotStaged
from records.actions.correcting import (
    AlreadySuperseded,
    PerformanceRefused,
    annul_performance,
    correct_performance,
    reinstate_performance,
)
from records.actions.merging import NotMergeable, merge_athletes
from records.actions.policies import PolicyRefused, change_policy
from records.actions.undoing import NotApplied, undo_import
from records.domain.eligibility import Policy
from records.domain.marks import MarkRefused
from records.models import (
    AgeGroupScheme,
    Athlete,
    ExternalId,
    ImportBatch,
    Performance,
    RecordBook,
    RecordClaim,
    RecordPolicy,
)
from tests.factories import NOW, AthleteFactory, ClubFactory, ClubSpellFactory, PerformanceFactory, discipline, imported
from tests.records.oracle import derived, expected
from trackhub.clubs.models import Club

pytestmark = pytest.mark.django_db

MARKS = {
    "100": ("10.90", "10.95", "11.00", "10.9h", "11.0h", "10.95w", "DNF", "10.80c", "10.90A"),
    "LJ": ("6.80", "6.90", "7.00", "NM", "6.90w", "6.80i"),
    "SP5": ("14.00", "14.50", "15.00", "NM"),
    "400": ("50.00", "49.9h", "49.86", "50.0h"),
}
CODES = list(MARKS)
# Around birthdays, 31 August, 30 September, New Year and the change of UK age groups on 1 April 2026.
DAYS = (
    date(2025, 8, 31), date(2025, 9, 30), date(2025, 10, 1), date(2025, 12, 31), date(2026, 1, 1),
    date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 13), date(2026, 6, 14), date(2026, 8, 31), date(2026, 9, 1),
    date(2026, 11, 2),
)  # fmt: skip
BIRTHS = ((date(2008, 9, 1), "day"), (date(1991, 6, 14), "day"), (date(2006, 12, 31), "year"), (None, "unknown"))
WINDS = (None, 0, 20, 21)
FACILITIES = ("", "indoor")
ROUNDS = ("", "Heat 1", "SF1")


@contextmanager
def rolled_back() -> Iterator[None]:
    """Each example starts from the same empty tables."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def open_policy_book(number: int, rules: Policy, club: Club | None, scheme: str) -> RecordBook:
    """One more book with rules of its own."""
    book = RecordBook.objects.create(
        slug=f"book-{number}", name=f"Book {number}", club=club, scheme=AgeGroupScheme.objects.get(code=scheme)
    )
    said = {name: getattr(rules, name) for name in Policy.__dataclass_fields__} | {"any_wind": sorted(rules.any_wind)}
    book.policy = RecordPolicy.objects.create(book=book, **said)
    book.save()
    return book


policies = st.builds(
    Policy,
    wind=st.sampled_from(["reading", "no_reading_too", "any"]),
    hand=st.sampled_from(["refused", "apart", "mixed", "converted"]),
    ties=st.sampled_from(["shared", "first", "newest"]),
    facilities=st.sampled_from(["apart", "together"]),
    inheritance=st.sampled_from(["own", "own_and_senior", "all_older"]),
    claims=st.sampled_from(["first", "any"]),
    wind_from_age=st.sampled_from([0, 18, 35]),
    any_wind=st.sampled_from([frozenset(), frozenset({"LJ"}), frozenset({"100"}), frozenset({"60", "100"})]),
    hand_short_ms=st.sampled_from([0, 100, 240]),
    hand_400_ms=st.sampled_from([0, 50, 140]),
    minimum_field=st.sampled_from([0, 3]),
)


@dataclass
class World:
    """Two clubs whose seasons start in different months, four athletes, and whatever was done to them."""

    rules: list[Policy]
    clubs: list[Club] = field(default_factory=list)
    athletes: list[Athlete] = field(default_factory=list)
    batches: list[ImportBatch] = field(default_factory=list)

    def __post_init__(self) -> None:
        harbour = ClubFactory(name="Harbour", slug="harbour")
        other = ClubFactory(name="Other", slug="other", age_group_scheme="uka", season_start=10)
        self.clubs = [harbour, other]
        for number, rules in enumerate(self.rules):
            club, scheme = ((harbour, "wa"), (other, "uka"), (None, "masters"), (harbour, "uka"))[number % 4]
            open_policy_book(number, rules, club, scheme)
        for number, (born, precision) in enumerate(BIRTHS):
            athlete = AthleteFactory(birth_date=born, birth_precision=precision, sex="MMMF"[number])
            ExternalId.objects.create(athlete=athlete, source="test", value=f"a{number}")
            ClubSpellFactory(athlete=athlete, club=harbour, ends=date(2026, 6, 13) if number % 2 else None)
            claim = "second" if number == 2 else "first"
            ClubSpellFactory(athlete=athlete, club=other, starts=date(2026, 6, 14), claim=claim)
            self.athletes.append(athlete)

    def performance(self, at: int) -> Performance | None:
        every = list(Performance.objects.order_by("pk"))
        return every[at % len(every)] if every else None

    def do(self, what: str, a: int, b: int, c: int, d: int) -> None:
        """One change; those that the rules refuse change nothing."""
        try:
            with transaction.atomic():
                getattr(self, what)(a, b, c, d)
        except (AlreadySuperseded, MarkRefused, NotApplied, NotMergeable, NotStaged, PerformanceRefused, PolicyRefused):
            pass

    def insert(self, a: int, b: int, c: int, d: int) -> None:
        code = CODES[b]
        athlete = Athlete.objects.get(pk=self.athletes[(0, 0, 1, 2 + d % 2)[a]].pk)
        made = PerformanceFactory(
            athlete=athlete,
            discipline=discipline(code, athlete.sex),
            mark=MARKS[code][c % len(MARKS[code])],
            on=DAYS[d % len(DAYS)],
            wind=WINDS[(a + c + d) % 4],
            facility=FACILITIES[c % 5 == 0],
            round=ROUNDS[(c + d) % 3],
        )
        self.count_field(made, (None, 2, 3)[(a + d) % 3])

    def count_field(self, performance: Performance, competed: int | None) -> None:
        """How many competed comes with files alone."""
        with transaction.atomic(), folding.Fold() as fold:
            Performance.objects.filter(pk=performance.pk).update(field_size=competed)
            fold.touch(Performance.objects.filter(pk=performance.pk))

    def decide_claim(self, a: int, b: int, c: int, d: int) -> None:
        """A claim for one list is decided, or decided otherwise; of marks that no file can take back."""
        performance = self.performance(c)
        if performance is None or performance.batch_id is not None:
            return
        book = list(RecordBook.objects.order_by("pk"))[b % RecordBook.objects.count()]
        state = ("rejected", "rescinded", "ratified", "retired", "pending")[d % 5]
        with folding.Fold() as fold:
            RecordClaim.objects.update_or_create(
                book=book,
                performance=performance,
                age_group=("", "", "U20", "Senior")[a],
                defaults={"state": state, "reason": "no proof", "opened": NOW, "decided": NOW},
            )
            fold.touch(Performance.objects.filter(pk=performance.pk))

    def decide_rules(self, a: int, b: int, c: int, d: int) -> None:
        """Another version of a book's rules."""
        book = list(RecordBook.objects.select_related("policy").order_by("pk"))[c % RecordBook.objects.count()]
        chosen: list[dict[str, Any]] = [
            {"hand": ("refused", "apart", "mixed", "converted")[a]},
            {"wind": ("reading", "no_reading_too", "any")[b % 3], "wind_from_age": 20},
            {"ties": ("shared", "first", "newest")[b % 3]},
            {"inheritance": ("own", "own_and_senior", "all_older")[b % 3], "minimum_field": a},
            {"facilities": ("apart", "together")[b % 2], "claims": ("any", "first")[a % 2]},
        ]
        change_policy(book, by=None, at=NOW, **chosen[d % 5])

    def annul(self, a: int, b: int, c: int, d: int) -> None:
        if performance := self.performance(c):
            annul_performance(performance, by=None, at=NOW, because="doping")

    def reinstate(self, a: int, b: int, c: int, d: int) -> None:
        if performance := self.performance(c):
            reinstate_performance(performance, by=None, at=NOW)

    def correct(self, a: int, b: int, c: int, d: int) -> None:
        performance = self.performance(c)
        if performance is None:
            return
        marks = MARKS[performance.discipline.code]
        changes: list[dict[str, Any]] = [
            {"mark": marks[d % len(marks)]},
            {"wind": WINDS[d % 4]},
            {"on": DAYS[d % len(DAYS)]},
            {"round": ROUNDS[d % 3], "facility": FACILITIES[d % 2]},
            {"club": self.clubs[d % 2]},
        ]
        correct_performance(performance, by=None, at=NOW, because="typing error", **changes[(a + b) % len(changes)])

    def merge(self, a: int, b: int, *_: int) -> None:
        survivor, merged = (Athlete.objects.get(pk=self.athletes[n % 4].pk) for n in (a, b))
        merge_athletes(survivor, merged=merged, by=None, at=NOW)

    def hand_in(self, a: int, b: int, c: int, d: int) -> None:
        """A file of four rows: ids of a few, so that files meet, and change what others said."""
        rows = ["id,athlete id,event,mark,wind,date,environment"]
        for n in range(4):
            code = CODES[(b + n) % 4]
            mark, day = MARKS[code][(c + n) % len(MARKS[code])], DAYS[(d + n) % len(DAYS)]
            wind = ("", "0.0", "+2.0", "2.1")[(a + n) % 4]
            rows.append(f"p{(a + n) % 6},a{(a + b + n) % 5},{code},{mark},{wind},{day},{('', '', 'indoor')[d % 3]}")
        club = (None, *self.clubs)[c % 3]
        self.batches.append(imported("performances", "\n".join(rows), club=club))

    def hand_in_old_book(self, a: int, b: int, c: int, d: int) -> None:
        books = list(RecordBook.objects.order_by("pk"))
        book = books[a % len(books)]
        rows = ["event,sex,age group,mark,holder,date,environment"]
        for code, mark in (("100", "10.9h"), ("100", "10.90"), ("LJ", "6.90"), ("SP5", "15.00")):
            group = ("", "U18", "U20", "Senior", "M35")[b % 5]
            rows.append(f"{code},{'MF'[c % 2]},{group},{mark},Old Star,{(1975, DAYS[d % len(DAYS)])[d % 2]},")
        self.batches.append(imported("records", "\n".join(rows), book=book, club=book.club))

    def hand_in_people(self, a: int, b: int, c: int, d: int) -> None:
        born = ("2008-08-31", "2007-12-31", "1991-06-15", "2005")[b % 4]
        name = Athlete.objects.get(pk=self.athletes[a % 4].pk)
        row = (
            f"a{a % 4},{name.given_name},{name.family_name},{name.sex},{born},{self.clubs[c % 2]},{DAYS[d % len(DAYS)]}"
        )
        self.batches.append(imported("athletes", f"id,given name,family name,sex,dob,club,club from\n{row}\n"))

    def take_back(self, a: int, b: int, c: int, d: int) -> None:
        if self.batches:
            undo_import(self.batches[c % len(self.batches)], by=None, at=NOW)


CHANGING = (
    "insert", "hand_in", "hand_in", "annul", "reinstate", "correct", "merge", "hand_in_old_book", "hand_in_people",
    "take_back", "take_back", "take_back", "decide_claim", "decide_claim", "decide_rules",
)  # fmt: skip
# Few athletes and disciplines and many days, so that marks meet under one key.
details = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 59), st.integers(0, 59))
changes = st.tuples(st.sampled_from(CHANGING), details)


@given(
    rules=st.lists(policies, min_size=1, max_size=4),
    there=st.lists(details, min_size=6, max_size=10),
    sequence=st.lists(changes, min_size=4, max_size=12),
)
def test_any_sequence_of_changes_leaves_what_the_rules_say(
    rules: list[Policy],
    there: list[tuple[int, int, int, int]],
    sequence: list[tuple[str, tuple[int, int, int, int]]],
) -> None:
    with rolled_back():
        world = World(rules)
        for one in there:
            world.do("insert", *one)
        assert derived() == expected()
        for what, one in sequence:
            world.do(what, *one)
            assert derived() == expected(), what
        before = derived()
        folding.rebuild()
        assert derived() == before


@given(
    rules=st.lists(policies, min_size=1, max_size=2),
    inserts=st.lists(details, min_size=4, max_size=10),
    chance=st.randoms(use_true_random=False),
)
def test_the_order_of_insertion_makes_no_difference(
    rules: list[Policy], inserts: list[tuple[int, int, int, int]], chance: Any
) -> None:
    shuffled = list(inserts)
    chance.shuffle(shuffled)
    assert _story(rules, inserts) == _story(rules, shuffled)


def _story(rules: list[Policy], inserts: list[tuple[int, int, int, int]]) -> tuple[list[Any], list[Any]]:
    """Bests and records by what they say, since ids tell the order of insertion."""
    with rolled_back():
        world = World(rules)
        names = {athlete.pk: number for number, athlete in enumerate(world.athletes)}
        for one in inserts:
            world.do("insert", *one)
        said = {
            p.pk: (names[p.athlete_id or 0], p.discipline.code, p.written, p.date, p.seq, p.wind or 99, p.facility)
            for p in Performance.objects.select_related("discipline")
        }
        bests, records = derived()
        slugs = dict(RecordBook.objects.values_list("pk", "slug"))
        return (
            sorted((said[pk], *kinds) for pk, *kinds in bests),
            sorted((slugs[row[0]], *row[2:6], said[row[6]], *row[8:11], str(row[11])) for row in records),
        )
