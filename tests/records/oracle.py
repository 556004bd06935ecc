"""The fold once more, in plain loops and from the rules themselves, to hold the SQL against.

It reads what rows say (mark, wind, watch, dates, spells) and never what was derived from it (flaws, lists, ages),
except for two things that no other column keeps: that a mark was converted, or windy without a reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from records.domain.eligibility import Flaw
from records.models import (
    AgeGroup,
    Athlete,
    Best,
    ClubSpell,
    LegacyRecord,
    Performance,
    Record,
    RecordBook,
    RecordClaim,
    RelayLeg,
)
from records.models.books import RecordPolicy

WIND_DISCIPLINES = {"50", "60", "75", "80", "100", "150", "200", "LJ", "TJ", "100H", "110H"}
BELOW_A_LAP = {"50", "60", "100", "150", "200", "300", "100H", "110H"}
A_LAP = {"400", "440Y", "400H", "4x100"}
WATCH_WONT_DO = {
    "50",
    "60",
    "100",
    "150",
    "200",
    "300",
    "400",
    "440Y",
    "600",
    "800",
    "100H",
    "110H",
    "400H",
    "4x100",
    "4x400",
}


class Mark(NamedTuple):
    """One line that may enter a list; ``who`` is ('performance' | 'legacy', id)."""

    on: date
    seq: int
    merit: int
    who: tuple[str, int]

    @property
    def moment(self) -> tuple[date, int]:
        """Which of several marks of one moment came first, nobody knows."""
        return self.on, self.seq


class Step(NamedTuple):
    mark: Mark
    equal: bool


def steps(marks: Iterable[Mark]) -> list[list[Step]]:
    """The succession of the running best, moment by moment: of each only the best; equal ones are steps too."""
    best: int | None = None
    found = []
    for _, together in groupby(sorted(marks, key=lambda one: one.moment), key=lambda one: one.moment):
        there = list(together)
        merit = max(mark.merit for mark in there)
        if best is None or merit >= best:
            found.append([Step(mark, merit == best) for mark in there if mark.merit == merit])
            best = merit
    return found


def _wind(performance: Performance) -> str:
    """'', 'over' or 'none' where a reading is wanted and nobody took it."""
    if performance.discipline.code not in WIND_DISCIPLINES or performance.facility == "indoor":
        return ""
    if performance.wind is None:
        return "over" if performance.flaws & Flaw.WIND_OVER else "none"
    return "over" if performance.wind > 20 else ""


def _by_hand(performance: Performance) -> bool:
    return performance.timing == "hand" and performance.discipline.code in WATCH_WONT_DO


def _counts(performance: Performance) -> bool:
    standing = performance.superseded_by_id is None and not performance.annulled_because
    return standing and performance.value is not None and not performance.flaws & Flaw.CONVERTED


def _performances() -> list[Performance]:
    return [one for one in Performance.objects.select_related("discipline", "athlete") if _counts(one)]


def _marks(performances: Iterable[Performance]) -> list[Mark]:
    return [Mark(one.date, one.seq, one.merit, ("performance", one.pk)) for one in performances]  # type: ignore[arg-type]


def expected_bests() -> set[tuple[int, int, int]]:
    """(performance, career, season) of every best: 1 for a new one, 2 for an equal one, 0 where it was none."""
    lists: dict[Hashable, list[Performance]] = defaultdict(list)
    for one in _performances():
        wind, hand = _wind(one) == "over", _by_hand(one)
        if one.athlete_id is not None and not (wind and hand):
            lists[one.athlete_id, one.discipline_id, one.facility, wind, hand].append(one)
    found = set()
    for performances in lists.values():
        career = _kinds(performances)
        for season in {one.season for one in performances}:
            kinds = _kinds([one for one in performances if one.season == season])
            found |= {(pk, career.get(pk, 0), kind) for pk, kind in kinds.items()}
    return found


def _kinds(performances: Iterable[Performance]) -> dict[int, int]:
    return {step.mark.who[1]: 2 if step.equal else 1 for moment in steps(_marks(performances)) for step in moment}


def age_on(born: date, day: date) -> int:
    """Birthdays had by ``day``; who was born on 29 February has them on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _age(athlete: Athlete, day: str, on: date) -> int | None:
    if athlete.birth_date is None:
        return None
    if day == "dec31":
        return on.year - athlete.birth_date.year
    if athlete.birth_precision != "day":
        return None
    ending = on.year + 1 if on.month >= 10 else on.year
    return age_on(athlete.birth_date, on if day == "day" else date(ending, 8, 31))


def groups_of(performance: Performance, book: RecordBook, policy: RecordPolicy) -> set[str]:
    """The age groups of ``book`` whose lists take the mark, with '' for the list of all ages."""
    found = {""}
    for group in AgeGroup.objects.filter(scheme=book.scheme) if book.scheme_id and performance.athlete else ():
        valid = (group.valid_from or date.min) <= performance.date <= (group.valid_until or date.max)
        lower = _age(performance.athlete, group.lower_on, performance.date)
        upper = _age(performance.athlete, group.upper_on, performance.date)
        if not valid or upper is None or upper > group.upper_age:
            continue
        if (
            (lower is not None and lower >= group.lower_age)
            or (policy.inheritance == "all_older" and group.kind != "masters")
            or (policy.inheritance == "own_and_senior" and group.kind == "senior")
        ):
            found.add(group.code)
    return found


def _first_claim(performance: Performance) -> bool:
    people = [performance.athlete_id] if performance.athlete_id else []
    people = people or list(RelayLeg.objects.filter(performance=performance).values_list("athlete", flat=True))
    return all(_first_claim_of(athlete, performance) for athlete in people)


def _first_claim_of(athlete: int | None, performance: Performance) -> bool:
    spells = ClubSpell.objects.filter(athlete=athlete, club=performance.club_id, claim="first")
    return any((s.starts or date.min) <= performance.date <= (s.ends or date.max) for s in spells)


def _any_wind(performance: Performance, policy: RecordPolicy) -> bool:
    if policy.wind == "any" or performance.discipline.code in policy.any_wind:
        return True
    age = _age(performance.athlete, "day", performance.date) if performance.athlete else None
    return age is not None and age < policy.wind_from_age


def _takes(performance: Performance, book: RecordBook, policy: RecordPolicy) -> bool:
    if book.club_id is not None and performance.club_id != book.club_id:
        return False
    wind = "" if _any_wind(performance, policy) else _wind(performance)
    if wind == "over" or (wind == "none" and policy.wind == "reading"):
        return False
    if _by_hand(performance) and policy.hand == "refused":
        return False
    if performance.field_size is not None and performance.field_size < policy.minimum_field:
        return False
    return policy.claims == "any" or _first_claim(performance)


def _compared(one: Performance | LegacyRecord, policy: RecordPolicy) -> int:
    """The merit as the book compares it: hand times made longer where it says so."""
    merit = one.merit or 0
    if policy.hand == "converted" and one.timing == "hand":
        if one.discipline.code in BELOW_A_LAP:
            return merit - policy.hand_short_ms
        if one.discipline.code in A_LAP:
            return merit - policy.hand_400_ms
    return merit


def _lists_of(old: LegacyRecord, book: RecordBook, policy: RecordPolicy) -> set[str]:
    """Its own list, that of all ages, and the older ones that take the young by the book's rules."""
    valid = [
        group
        for group in AgeGroup.objects.filter(scheme=book.scheme)
        if (group.valid_from or date.min) <= old.date <= (group.valid_until or date.max) and group.kind != "masters"
    ]
    found = {"", old.age_group}
    for own in (group for group in valid if group.code == old.age_group):
        older = [group for group in valid if group.upper_age > own.upper_age]
        takes = {"all_older": older, "own_and_senior": [group for group in older if group.kind == "senior"]}
        found |= {group.code for group in takes.get(policy.inheritance, [])}
    return found


def _left_out(book: RecordBook) -> set[tuple[int, str]]:
    refused = RecordClaim.objects.filter(book=book).exclude(state__in=["pending", "ratified", "retired"])
    return set(refused.values_list("performance_id", "age_group"))


def expected_records() -> set[tuple[Any, ...]]:
    """(book, discipline, sex, group, facility, timing, performance, legacy, merit, set on, equal, until)."""
    performances = _performances()
    found = set()
    for book in RecordBook.objects.select_related("policy"):
        policy = book.policy
        assert policy is not None
        lists: dict[tuple[Any, ...], list[Mark]] = defaultdict(list)
        left_out = _left_out(book)
        for one in performances:
            if not _takes(one, book, policy):
                continue
            facility = "" if policy.facilities == "together" else one.facility
            timing = "hand" if policy.hand == "apart" and _by_hand(one) else ""
            mark = Mark(one.date, one.seq, _compared(one, policy), ("performance", one.pk))
            for group in groups_of(one, book, policy):
                if (one.pk, group) not in left_out:
                    lists[book.pk, one.discipline_id, one.sex, group, facility, timing].append(mark)
        for old in LegacyRecord.objects.filter(book=book).select_related("discipline"):
            facility = "" if policy.facilities == "together" else old.facility
            by_hand = old.timing == "hand" and old.discipline.code in WATCH_WONT_DO
            timing = "hand" if policy.hand == "apart" and by_hand else ""
            for group in _lists_of(old, book, policy):
                key = (book.pk, old.discipline_id, old.sex, group, facility, timing)
                lists[key].append(Mark(old.date, 5, _compared(old, policy), ("legacy", old.pk)))
        for key, marks in lists.items():
            found |= {(*key, *line) for line in _succession(marks, policy.ties)}
    return found


def _succession(marks: list[Mark], ties: str) -> Iterable[tuple[Any, ...]]:
    moments = [moment for moment in steps(marks) if ties != "first" or not moment[0].equal]
    for at, moment in enumerate(moments):
        later = moments[at + 1 :]
        if ties != "newest":
            # An equal mark shares the record: only a better one ends it.
            later = [one for one in later if one[0].mark.merit > moment[0].mark.merit]
        until = later[0][0].mark.on if later else None
        for (on, _, merit, (kind, pk)), equal in moment:
            ids = (pk, None) if kind == "performance" else (None, pk)
            yield (*ids, merit, on, equal, until)


def actual_bests() -> set[tuple[int, int, int]]:
    return set(Best.objects.values_list("performance_id", "career", "season"))


RECORD_COLUMNS = (
    "book_id", "discipline_id", "sex", "age_group", "facility", "timing", "performance_id", "legacy_id", "merit",
    "set_on", "equal", "until",
)  # fmt: skip


def actual_records() -> set[tuple[Any, ...]]:
    rows = list(Record.objects.values_list(*RECORD_COLUMNS))
    assert len(rows) == len(set(rows)), "a record stands twice"
    return set(rows)


def derived() -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """What stands in the derived tables now."""
    return actual_bests(), actual_records()


def expected() -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """What the rules say should stand there."""
    return expected_bests(), expected_records()
