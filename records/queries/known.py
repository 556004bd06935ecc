"""What the site already knows, held ready while the rows of one file are matched against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from records.domain import disciplines as domain
from records.domain.disciplines import resolve
from records.domain.names import fold
from records.models import Athlete, ClubSpell, Discipline, ExternalId
from trackhub.clubs.models import Club


class Person(NamedTuple):
    """An athlete as far as matching needs it."""

    pk: int
    sex: str
    born: date | None
    birth_precision: str

    @property
    def birth_text(self) -> str:
        if self.born is None:
            return "?"
        return str(self.born.year) if self.birth_precision == "year" else self.born.isoformat()


class Spell(NamedTuple):
    club_id: int
    starts: date
    ends: date


@dataclass
class KnownClubs:
    """Clubs by slug, name or short name, and when their seasons start."""

    by_key: dict[str, int] = field(default_factory=dict)
    season_start: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for club in Club.objects.order_by("-pk"):
            self.add(club)

    def add(self, club: Club) -> None:
        for name in (club.short_name, club.name, club.slug):
            if name:
                self.by_key[fold(name)] = club.pk
        self.season_start[club.pk] = club.season_start
        self.names[club.pk] = club.name

    def find(self, text: str) -> int | None:
        return self.by_key.get(fold(text))


@dataclass
class KnownAthletes:
    """Athletes by the ids of one source and, once a file needs it, by name. Four queries in all."""

    source: str

    @cached_property
    def by_id(self) -> dict[str, Person]:
        found = ExternalId.objects.filter(source=self.source).values_list(
            "value", "athlete_id", "athlete__sex", "athlete__birth_date", "athlete__birth_precision"
        )
        return {value: Person(pk, sex, born, known_to) for value, pk, sex, born, known_to in found.iterator()}

    @cached_property
    def ids_of(self) -> dict[int, str]:
        """The id in this source of each athlete that has one."""
        return {person.pk: value for value, person in self.by_id.items()}

    @cached_property
    def by_name(self) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = defaultdict(list)
        people = Athlete.objects.filter(merged_into=None).values_list(
            "name_key", "pk", "sex", "birth_date", "birth_precision"
        )
        for key, pk, sex, born, known_to in people.iterator():
            found[key].append(Person(pk, sex, born, known_to))
        return found

    @cached_property
    def spells(self) -> dict[int, list[Spell]]:
        """Club spells by athlete, first claims first, open ends as the first and last of days."""
        found: dict[int, list[Spell]] = defaultdict(list)
        rows = ClubSpell.objects.order_by("claim", "starts").values_list("athlete_id", "club_id", "starts", "ends")
        for athlete, club, starts, ends in rows.iterator():
            found[athlete].append(Spell(club, starts or date.min, ends or date.max))
        return found

    def club_on(self, athlete: int, day: date) -> int | None:
        for spell in self.spells.get(athlete, ()):
            if spell.starts <= day <= spell.ends:
                return spell.club_id
        return None

    def clubs_of(self, athlete: int) -> set[int]:
        return {spell.club_id for spell in self.spells.get(athlete, ())}

    def named(self, key: str, sex: str = "") -> list[Person]:
        return [person for person in self.by_name.get(key, ()) if not sex or person.sex == sex]


@dataclass
class KnownDisciplines:
    """Disciplines as files write them, each resolved once. A specification met for the first time gets its row."""

    _by_text: dict[tuple[str, str, str], tuple[int, domain.Discipline]] = field(default_factory=dict)

    @cached_property
    def _by_code(self) -> dict[tuple[str, str], int]:
        return {(code, sex): pk for pk, code, sex in Discipline.objects.values_list("pk", "code", "sex")}

    def find(self, text: str, sex: str, facility: str) -> tuple[int, domain.Discipline]:
        """(id, specification). Raises UnknownDiscipline."""
        key = (text, sex, facility)
        found = self._by_text.get(key)
        if found is None:
            specification = resolve(text, sex, facility)
            found = self._by_text[key] = (self._id_of(specification), specification)
        return found

    def _id_of(self, one: domain.Discipline) -> int:
        pk = self._by_code.get((one.code, one.sex))
        if pk is None:
            row, _ = Discipline.objects.get_or_create(
                code=one.code,
                sex=one.sex,
                defaults={
                    "name": one.name,
                    "family": one.family,
                    "measure": one.measure,
                    "distance_mm": one.distance_mm,
                    "implement_g": one.implement_g,
                    "hurdle_mm": one.hurdle_mm,
                    "legs": one.legs,
                },
            )
            pk = self._by_code[one.code, one.sex] = row.pk
        return pk


def people_text(people: Iterable[Person]) -> str:
    """Candidates as a registrar tells them apart: 'no. 12 (1990-01-31), no. 15 (?)'."""
    return ", ".join(f"no. {person.pk} ({person.birth_text})" for person in people)
