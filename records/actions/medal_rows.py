"""Rows of a medal file, judged one by one against whom the club knows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from records.actions.athlete_rows import ATHLETE_STAGED_COLUMNS, NO_FACTS
from records.actions.matching import NoMatch, read_person, same_people
from records.actions.performance_rows import RowRefused
from records.domain.cells import unguarded
from records.domain.dates import DateRefused, Order, parse_date
from records.domain.disciplines import UnknownDiscipline
from records.domain.judging import date_fault
from records.domain.medals import PlaceRefused, read_place
from records.models import Award
from records.queries.known import KnownAthletes, KnownDisciplines, Person, people_text

MEDAL_STAGED_COLUMNS = ATHLETE_STAGED_COLUMNS

_LONGEST = {"competition": 160, "team": 80, "age_group": 20}
Key = tuple[int, int, str, str, str]
"""(athlete, discipline, age group, competition, date): one place in one contest."""


@dataclass
class MedalRows:
    """Judges the rows of one medal file. Athletes are matched, never made: a medal says too little of a person.

    ``age_groups`` are the codes of the club's scheme, lower case to code; a file may name others.
    """

    batch_id: int
    at: Mapping[str, int]
    width: int
    source: str
    date_order: Order
    today: date
    club_id: int | None
    athletes: KnownAthletes
    age_groups: Mapping[str, str]
    disciplines: KnownDisciplines = field(default_factory=KnownDisciplines)
    _seen: dict[Key, tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def _known(self) -> dict[Key, int]:
        """The places of the club's athletes that are kept already."""
        mine = Award.objects.filter(club=self.club_id)
        rows = mine.values_list("athlete", "discipline", "age_group", "competition", "date", "position")
        return {(who, what, group, where, on.isoformat()): place for who, what, group, where, on, place in rows}

    def staged(self, number: int, cells: Sequence[str]) -> tuple[Any, ...]:
        """The values of MEDAL_STAGED_COLUMNS for one row; the award waits in ``data``."""
        issues: list[dict[str, Any]] = []
        verdict, athlete, data = "refused", None, dict[str, Any]()
        try:
            if len(cells) > self.width:
                raise RowRefused("", "extra_cells", found=len(cells), expected=self.width)
            verdict, athlete, data = self._judged(number, [unguarded(cell).strip() for cell in cells])
        except NoMatch as refusal:
            issues.append(RowRefused(refusal.target, refusal.code, **refusal.values).issue)
        except DateRefused as refusal:
            issues.append(RowRefused("date", refusal.code, **refusal.values).issue)
        except PlaceRefused as refusal:
            issues.append(RowRefused("place", refusal.code, **refusal.values).issue)
        except UnknownDiscipline as refusal:
            issues.append(RowRefused("discipline", "unknown_discipline", text=refusal).issue)
        except RowRefused as refusal:
            issues.append(refusal.issue)
        shown = json.dumps(issues) if issues else None
        head = (self.batch_id, number, verdict, shown, json.dumps(data), athlete, self.club_id, "", self.source, "")
        return head + NO_FACTS

    def _cell(self, cells: Sequence[str], target: str) -> str:
        index = self.at.get(target)
        return cells[index] if index is not None and index < len(cells) else ""

    def _judged(self, number: int, cells: Sequence[str]) -> tuple[str, int, dict[str, Any]]:
        person = self._athlete(cells)
        position = read_place(self._cell(cells, "place"))
        discipline_id = self._discipline(cells, person)
        on = self._date(cells, person)
        for target, limit in _LONGEST.items():
            if len(text := self._cell(cells, target)) > limit:
                raise RowRefused(target, "too_long", text=text[:30], limit=limit)
        competition = self._cell(cells, "competition")
        if not competition:
            raise RowRefused("competition", "no_competition")
        group = self._cell(cells, "age_group")
        group = self.age_groups.get(group.lower(), group)
        data = {
            "discipline_id": discipline_id,
            "position": position,
            "age_group": group,
            "competition": competition,
            "date": on.isoformat(),
            "team": self._cell(cells, "team"),
        }
        key = (person.pk, discipline_id, group, competition, on.isoformat())
        return self._verdict(key, position, number), person.pk, data

    def _verdict(self, key: Key, position: int, number: int) -> str:
        """Whether the place is new. Raises RowRefused where another is kept, or stands above."""
        known = self._known.get(key)
        if known is not None and known != position:
            raise RowRefused("place", "other_place", text=position, known=known)
        above, row = self._seen.setdefault(key, (position, number))
        if above != position:
            raise RowRefused("place", "place_twice", row=row, known=above)
        return "new" if known is None and row == number else "duplicate"

    def _athlete(self, cells: Sequence[str]) -> Person:
        external_id = self._cell(cells, "athlete_external_id")
        if external_id:
            person: Person | None = self.athletes.by_id.get(external_id)
            if person is not None:
                self._check_club(person, external_id)
                return person
            if self.athletes.id_was_erased(external_id):
                raise RowRefused("athlete_external_id", "erased_athlete")
        if not (self._cell(cells, "family_name") or self._cell(cells, "full_name")):
            code = "unknown_athlete" if external_id else "no_athlete"
            raise RowRefused("athlete_external_id", code, text=external_id, source=self.source)
        said = read_person(lambda target: self._cell(cells, target), self.date_order)
        found = same_people(said, self.athletes, self.club_id)
        shown = f"{said.given_name} {said.family_name}".strip()
        if len(found) > 1:
            candidates = people_text(found)
            raise RowRefused("family_name", "several_athletes", text=shown, count=len(found), candidates=candidates)
        if not found:
            raise RowRefused("family_name", "no_such_athlete", text=shown)
        self._check_club(found[0], shown)
        return found[0]

    def _check_club(self, person: Person, shown: str) -> None:
        if self.club_id is not None and self.club_id not in self.athletes.clubs_of(person.pk):
            raise RowRefused("family_name", "no_such_athlete", text=shown)

    def _discipline(self, cells: Sequence[str], person: Person) -> int:
        text = self._cell(cells, "discipline")
        if not text:
            raise RowRefused("discipline", "no_discipline")
        return self.disciplines.find(text, person.sex, "outdoor")[0]

    def _date(self, cells: Sequence[str], person: Person) -> date:
        text = self._cell(cells, "date")
        if not text:
            raise RowRefused("date", "no_date")
        on, precision = parse_date(text, self.date_order)
        if precision != "day":
            raise RowRefused("date", "day_needed", text=text)
        fault = date_fault(on, today=self.today, born=person.born, birth_precision=person.birth_precision)
        if fault:
            raise RowRefused("date", fault, text=text, born=person.birth_text)
        return on
