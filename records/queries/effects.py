"""What other rules would make of a book's standing records: what goes, what comes, what stays, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _

from records.domain.eligibility import Flaw
from records.models import AgeGroup, Discipline, LegacyRecord, Performance, RecordBook, RecordPolicy
from records.queries.lines import Faces, Line, Visitor, legacy_line, performance_line
from records.queries.standing import age_group_order
from records.queries.why import against, allowances, first_claimers

Achieved = tuple[int | None, int | None]
"""(performance, line of an old book): one of both."""


class Standing(NamedTuple):
    """One standing record as the fold says it; ``performance_id`` or ``legacy_id`` is None."""

    discipline_id: int
    sex: str
    age_group: str
    facility: str
    timing: str
    performance_id: int | None
    legacy_id: int | None
    merit: int

    @property
    def achieved(self) -> Achieved:
        return self.performance_id, self.legacy_id


@dataclass(frozen=True, slots=True)
class Change:
    """Lists of one discipline, by age group, in which the same would happen: who holds the record now, who would, and
    the reasons in words."""

    discipline: str
    code: str
    sex: str
    groups: tuple[str, ...]
    facility: str
    timing: str
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """How many records (one for each holder and list) would go, come and stay; the changes that are told; how many
    changes more there are."""

    removed: int
    restored: int
    left: int
    changes: tuple[Change, ...]
    more: int


class _Key(NamedTuple):
    """Lists that can be compared under both rules: where one of them joins what the other parts, the joined list."""

    discipline_id: int
    sex: str
    facility: str
    timing: str


class _Holders(NamedTuple):
    """Who holds the record of a list before and after."""

    before: frozenset[Achieved]
    after: frozenset[Achieved]


def effect_of(
    book: RecordBook,
    policy: RecordPolicy,
    before: Iterable[Standing],
    after: Iterable[Standing],
    user: Visitor,
    *,
    shown: int,
) -> Effect:
    """Compare the standing records of ``book`` with those that ``policy`` would leave. A constant number of queries."""
    old = book.policy or policy
    now, then = _by_list(before, old, policy), _by_list(after, old, policy)
    removed = restored = left = 0
    changed: dict[tuple[_Key, _Holders], list[str]] = defaultdict(list)
    for at in now.keys() | then.keys():
        holders = _Holders(frozenset(now.get(at, ())), frozenset(then.get(at, ())))
        removed += len(holders.before - holders.after)
        restored += len(holders.after - holders.before)
        left += len(holders.before & holders.after)
        if holders.before != holders.after:
            key, group = at
            changed[key, holders].append(group)
    ordered = _ordered(changed, age_group_order(book))
    told = list(islice(ordered.items(), shown))
    telling = _Telling(book, old, policy, [holders for (_key, holders), _groups in told], user)
    changes = tuple(telling.change(key, holders, groups) for (key, holders), groups in told)
    return Effect(removed, restored, left, changes, len(ordered) - len(told))


def _by_list(
    records: Iterable[Standing], old: RecordPolicy, new: RecordPolicy
) -> dict[tuple[_Key, str], set[Achieved]]:
    joined = RecordPolicy.Facilities.TOGETHER in (old.facilities, new.facilities)
    apart = old.hand == new.hand == RecordPolicy.Hand.APART
    found: dict[tuple[_Key, str], set[Achieved]] = defaultdict(set)
    for one in records:
        key = _Key(one.discipline_id, one.sex, "" if joined else one.facility, one.timing if apart else "")
        found[key, one.age_group].add(one.achieved)
    return found


def _ordered(
    changed: Mapping[tuple[_Key, _Holders], list[str]], places: Mapping[str, int]
) -> dict[tuple[_Key, _Holders], list[str]]:
    """As the board lists them: women first, by discipline, outdoors before indoors, all ages before the groups."""
    rows = Discipline.objects.filter(pk__in={key.discipline_id for key, _holders in changed})
    disciplines = dict(rows.values_list("pk", "place_in_list"))

    def age(group: str) -> tuple[int, str]:
        return places.get(group, 999), group

    def place(at: tuple[_Key, _Holders]) -> tuple[object, ...]:
        key = at[0]
        of_discipline = disciplines[key.discipline_id], key.discipline_id
        return key.sex, *of_discipline, key.facility == "indoor", key.facility, key.timing, min(map(age, changed[at]))

    return {at: sorted(changed[at], key=age) for at in sorted(changed, key=place)}


class _Telling:
    """What is read at once for all the changes that are told."""

    def __init__(
        self, book: RecordBook, old: RecordPolicy, new: RecordPolicy, told: list[_Holders], user: Visitor
    ) -> None:
        self.old, self.new = old, new
        achieved = {one for holders in told for one in holders.before | holders.after}
        loaded = Performance.objects.select_related("athlete", "club", "discipline")
        self.performances = loaded.in_bulk({pk for pk, _legacy in achieved if pk is not None})
        self.legacy = LegacyRecord.objects.select_related("discipline").in_bulk(
            {pk for _performance, pk in achieved if pk is not None}
        )
        self.faces = Faces(list(self.performances.values()), user)
        asked = RecordPolicy.Claims.FIRST in (old.claims, new.claims)
        self.first_claim = first_claimers(list(self.performances.values())) if asked else set()
        self.groups: dict[str, list[AgeGroup]] = defaultdict(list)
        for group in AgeGroup.objects.filter(scheme=book.scheme_id):
            self.groups[group.code].append(group)
        rows: list[Performance | LegacyRecord] = [*self.performances.values(), *self.legacy.values()]
        self.disciplines: dict[int, Discipline] = {row.discipline.pk: row.discipline for row in rows}

    def change(self, key: _Key, holders: _Holders, groups: list[str]) -> Change:
        discipline = self.disciplines[key.discipline_id]
        return Change(
            discipline=discipline.name,
            code=discipline.code,
            sex=key.sex,
            groups=tuple(groups),
            facility=key.facility,
            timing=key.timing,
            before=self._lines(holders.before),
            after=self._lines(holders.after),
            reasons=tuple(dict.fromkeys(self._reasons(holders, groups))),
        )

    def _lines(self, achieved: frozenset[Achieved]) -> tuple[Line, ...]:
        ordered = sorted(achieved, key=self._moment)
        return tuple(self._line(*one) for one in ordered)

    def _moment(self, achieved: Achieved) -> tuple[date, int, int]:
        performance, legacy = achieved
        row = self._row(achieved)
        return row.date or date.min, performance or 0, legacy or 0

    def _line(self, performance: int | None, legacy: int | None) -> Line:
        if performance is not None:
            return performance_line(self.performances[performance], self.faces)
        return legacy_line(self.legacy[legacy or 0])

    def _reasons(self, holders: _Holders, groups: list[str]) -> Iterable[str]:
        found = [
            *self._of_each(holders.before - holders.after, groups, self.new, self.old, _("refused: {reason}")),
            *self._of_each(
                holders.after - holders.before, groups, self.old, self.new, _("no longer held against it: {reason}")
            ),
        ]
        yield from found or self._of_the_list(holders)
        for performance, _legacy in holders.before | holders.after:
            if performance is not None:
                yield from allowances(self.performances[performance], self.new)

    def _of_each(
        self,
        moved: frozenset[Achieved],
        groups: list[str],
        refusing: RecordPolicy,
        taking: RecordPolicy,
        sentence: str,
    ) -> Iterable[str]:
        """What the rules ``refusing`` have against those who moved, that the rules ``taking`` have not."""
        for pk, _legacy in sorted(moved, key=self._moment):
            if pk is None:
                continue
            one = self.performances[pk]
            allowed = against(one, taking, self.first_claim)
            for reason in against(one, refusing, self.first_claim):
                if reason not in allowed:
                    yield sentence.format(reason=reason)
            if refusing.inheritance != taking.inheritance and not all(self._own(one, group) for group in groups):
                yield sentence.format(reason=_("an athlete of a younger age group"))

    def _own(self, one: Performance, code: str) -> bool:
        """Whether the athlete was old enough for the group on the day, and isn't there by inheritance."""
        if not code:
            return True
        for group in self.groups[code]:
            age = {"day": one.age_day, "dec31": one.age_dec31}.get(group.lower_on, one.age_aug31)
            if age is not None and age >= group.lower_age and _in_force(group, one.day):
                return True
        return False

    def _of_the_list(self, holders: _Holders) -> Iterable[str]:
        """Nobody is refused or taken who wasn't: lists that are joined or parted, another comparison, equal marks."""
        rows = [self._row(one) for one in holders.before | holders.after]
        if self.old.facilities != self.new.facilities and len({row.facility for row in rows}) > 1:
            yield self.new.get_facilities_display()
        if self.old.hand != self.new.hand and any(row.flaws & Flaw.HAND for row in rows):
            yield self.new.get_hand_display()
        if self.old.ties != self.new.ties and len({row.merit for row in rows}) == 1:
            yield self.new.get_ties_display()

    def _row(self, achieved: Achieved) -> Performance | LegacyRecord:
        performance, legacy = achieved
        return self.performances[performance] if performance is not None else self.legacy[legacy or 0]


def _in_force(group: AgeGroup, on: date) -> bool:
    return (group.valid_from or date.min) <= on <= (group.valid_until or date.max)
