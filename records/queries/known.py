"""What the site already knows, held ready while the rows of one file are matched against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from records.domain import disciplines as domain
from records.domain.disciplines import resolve
from records.domain.likeness import Face
from records.domain.names import fold, name_key
from records.models import Athlete, AthleteAlias, ClubSpell, Discipline, ExternalId, ImportRow, Performance
from records.models.athletes import named_in_public
from records.queries.nearly import NearNames
from trackhub.clubs.models import Club

ERASED = "erased"
"""The source under which ExternalId keeps digests of the ids and names that an erased athlete had."""


MOST_BIRTHS = 3
"""Birth dates that a club may say of one name before it guesses."""

OWN = "trackhub-"
"""What stands before the number of a row where our own exports name it."""


def erased_digest(*parts: object) -> str:
    """Proves that ``parts`` were erased to whoever holds them already, and says nothing to anybody else."""
    return salted_hmac("records.erased", "\x1f".join(map(str, parts)), algorithm="sha256").hexdigest()


def erased_name(name_key: str, sex: str, born: object) -> str:
    """``born`` is an ISO date, a year, 'club 5' for those of unknown age in a club, or '' in none."""
    return erased_digest("name", name_key, sex, born)


class Person(NamedTuple):
    """An athlete as far as matching needs it."""

    pk: int
    sex: str
    born: date | None
    birth_precision: str

    @property
    def birth_text(self) -> str:
        """The year, '?' if unknown: more of a birth date is told to nobody who can name an athlete in a file."""
        return str(self.born.year) if self.born else "?"


_FACTS = ("sex", "birth_date", "birth_precision")


class Spell(NamedTuple):
    club_id: int
    starts: date
    ends: date
    first: bool = True
    """With first claim."""


def is_kept(spells: Collection[Spell], club: int | None, on: date) -> bool:
    """Whether ``club`` keeps the facts of an athlete with these ``spells``: it has the first claim today, or had any
    and nobody has the first today; of those who never had a club everybody does, and the site (None) of all."""
    today = {spell.club_id for spell in spells if spell.first and spell.starts <= on <= spell.ends}
    return club is None or not spells or club in (today or {spell.club_id for spell in spells})


def spells_of(athlete: int) -> list[Spell]:
    rows = ClubSpell.objects.filter(athlete=athlete).values_list("club_id", "starts", "ends", "claim")
    return [_spell(*row) for row in rows]


def _spell(club: int, starts: date | None, ends: date | None, claim: str) -> Spell:
    return Spell(club, starts or date.min, ends or date.max, claim == ClubSpell.Claim.FIRST)


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


class Ids(dict[str, Person]):
    """Athletes by id. Our own ids are read from the database once a file brings one."""

    own: Callable[[], dict[str, Person]]
    _read: dict[str, Person] | None = None

    def get(self, text: str, default: Any = None) -> Any:
        found = super().get(text, default)
        if found is not None or not text.startswith(OWN):
            return found
        if self._read is None:
            self._read = self.own()
        return self._read.get(text, default)


@dataclass
class KnownAthletes:
    """Athletes by the ids of one source and, once a file needs it, by name. Nine queries in all.

    A file of one club, ``within``, knows the club's own athletes and those whom everybody may see by name. Of other
    clubs' minors whose names are withheld it knows whom it can name in full, with the birth date; of the athletes whom
    clubs keep to themselves nobody.
    """

    source: str
    within: int | None = None
    _near: dict[int, NearNames] = field(default_factory=dict)
    _births: dict[tuple[str, str], set[date]] = field(default_factory=lambda: defaultdict(set))
    """By name and sex the birth dates that this file has said."""

    @cached_property
    def by_id(self) -> Ids:
        """By the ids of the source, and by those that our own exports give."""
        rows = self._ids_within_reach.values_list("value", "athlete", *(f"athlete__{name}" for name in _FACTS))
        ids = Ids((value, Person(pk, *facts)) for value, pk, *facts in rows.iterator())
        ids.own = self._own
        return ids

    def _own(self) -> dict[str, Person]:
        """Who merged with somebody is the one who stayed."""
        people = {pk: Person(pk, *facts) for pk, *facts in self._within_reach.values_list("pk", *_FACTS).iterator()}
        merged = Athlete.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into")
        survivors = {f"{OWN}{pk}": people[into] for pk, into in merged.iterator() if into in people}
        return {f"{OWN}{pk}": one for pk, one in people.items()} | survivors

    @cached_property
    def ids_of(self) -> dict[int, str]:
        """The id in this source of each athlete that has one."""
        return {person.pk: value for value, person in self.by_id.items()}

    @cached_property
    def erased(self) -> frozenset[str]:
        """Digests of ids and names of athletes who asked to be erased."""
        return frozenset(ExternalId.objects.filter(source=ERASED).values_list("value", flat=True))

    def id_was_erased(self, external_id: str) -> bool:
        return bool(self.erased) and erased_digest("id", self.source, external_id) in self.erased

    def name_was_erased(self, key: str, sex: str, born: date | None, precision: str, club_id: int | None) -> bool:
        if not self.erased:
            return False
        said: object = "" if born is None else born.year if precision == "year" else born.isoformat()
        return erased_name(key, sex, said or (f"club {club_id}" if club_id else "")) in self.erased

    @cached_property
    def by_name(self) -> dict[str, list[Person]]:
        """By every name that somebody goes by. Who was merged is the athlete who stayed, by the merged one's name and
        birth date too: by these the next file finds the survivor."""
        found: dict[str, list[Person]] = defaultdict(list)
        known = self._standing
        merged = Athlete.objects.filter(merged_into__in=known)
        aliases = AthleteAlias.objects.filter(athlete__in=known, source__in=("", self.source))
        for people in (
            known.values_list("name_key", "pk", *_FACTS),
            merged.values_list("name_key", "merged_into", *_FACTS),
            aliases.values_list("name_key", "athlete", *(f"athlete__{name}" for name in _FACTS)),
        ):
            for key, pk, sex, born, known_to in people.iterator():
                found[key].append(Person(pk, sex, born, known_to))
        return found

    @property
    def _standing(self) -> QuerySet[Athlete]:
        known = Athlete.objects.filter(merged_into=None)
        if self.within is None:
            return known
        own = ClubSpell.objects.filter(club=self.within).values("athlete")
        return known.filter(named_in_public(timezone.localdate()) | Q(pk__in=own))

    @property
    def _within_reach(self) -> QuerySet[Athlete]:
        """Whom an id alone may name: those known by name, and whoever ran for the club."""
        if self.within is None:
            return self._standing
        ran = Performance.objects.filter(club=self.within, athlete__isnull=False).values("athlete")
        return Athlete.objects.filter(merged_into=None).filter(Q(pk__in=self._standing.values("pk")) | Q(pk__in=ran))

    @property
    def _ids_within_reach(self) -> QuerySet[ExternalId]:
        ids = ExternalId.objects.filter(source=self.source)
        return ids if self.within is None else ids.filter(athlete__in=self._within_reach.values("pk"))

    @cached_property
    def _ids_out_of_reach(self) -> dict[str, int]:
        if self.within is None:
            return {}
        ids = ExternalId.objects.filter(source=self.source).exclude(athlete__in=self._within_reach.values("pk"))
        return dict(ids.values_list("value", "athlete"))

    def is_elsewhere(self, external_id: str, athlete: int = 0) -> bool:
        """Whether the id is that of somebody else than ``athlete`` whom this club's file may not name by it."""
        return bool(external_id) and self._ids_out_of_reach.get(external_id, athlete) != athlete

    def athletes_by_ids(self, values: list[str]) -> dict[str, int]:
        """Which of the ids name an athlete now."""
        return dict(self._ids_within_reach.filter(value__in=values).values_list("value", "athlete"))

    @cached_property
    def _unnamed(self) -> dict[tuple[str, date], list[Person]]:
        """Athletes for everybody whose names only their clubs may read, by name and day of birth."""
        found: dict[tuple[str, date], list[Person]] = defaultdict(list)
        if self.within is not None:
            public = Athlete.objects.filter(
                merged_into=None, visibility=Athlete.Visibility.PUBLIC, birth_precision=Athlete.BirthPrecision.DAY
            )
            rest = public.exclude(pk__in=self._standing.values("pk"))
            for key, pk, sex, born, known_to in rest.values_list("name_key", "pk", *_FACTS).iterator():
                found[key, born].append(Person(pk, sex, born, known_to))
        return found

    @cached_property
    def _survivors(self) -> dict[int, Person]:
        """Those into whom others were merged, with their own birth dates."""
        ids = Athlete.objects.filter(merged_into__isnull=False).values("merged_into")
        return {pk: Person(pk, *facts) for pk, *facts in Athlete.objects.filter(pk__in=ids).values_list("pk", *_FACTS)}

    def as_stands(self, person: Person) -> Person:
        """``person`` with the birth date that counts, where a merged one's led to them."""
        return self._survivors.get(person.pk, person)

    @cached_property
    def spells(self) -> dict[int, list[Spell]]:
        """Club spells by athlete, first claims first, open ends as the first and last of days."""
        found: dict[int, list[Spell]] = defaultdict(list)
        rows = ClubSpell.objects.order_by("claim", F("starts").asc(nulls_first=True), "pk")
        facts = rows.values_list("athlete_id", "club_id", "starts", "ends", "claim")
        for athlete, club, starts, ends, claim in facts.iterator():
            found[athlete].append(_spell(club, starts, ends, claim))
        return found

    def club_on(self, athlete: int, day: date) -> int | None:
        return next(iter(self.clubs_on(athlete, day)), None)

    def clubs_on(self, athlete: int, day: date) -> list[int]:
        """The clubs to which the athlete belonged that day, the first claim first."""
        return [spell.club_id for spell in self.spells.get(athlete, ()) if spell.starts <= day <= spell.ends]

    def clubs_of(self, athlete: int) -> set[int]:
        return {spell.club_id for spell in self.spells.get(athlete, ())}

    def is_strange(self, athlete: int) -> bool:
        """Whether the athlete is none of the club's own people, present or former."""
        return self.within is not None and self.within not in self.clubs_of(athlete)

    def notice_birth(self, key: str, sex: str, born: date) -> None:
        """That this file says of somebody called so when they were born."""
        self._births[key, sex].add(born)

    def is_guessed(self, key: str, sex: str) -> bool:
        """Whether the club says so many birth dates of one name, in this file and those before, that it tries which
        is somebody's: those of its own people it knows, those of others it may not find out."""
        said = self._births[key, sex] | self._births_before[key, sex]
        return self.within is not None and len(said) > MOST_BIRTHS

    @cached_property
    def _births_before(self) -> dict[tuple[str, str], set[date]]:
        """What the club's other files have said of people whom nobody knew."""
        found: dict[tuple[str, str], set[date]] = defaultdict(set)
        rows = ImportRow.objects.filter(batch__club=self.within).exclude(athlete_key="")
        for person in rows.values_list("data__person", flat=True).iterator():
            if person and person.get("birth_precision") == "day":
                name = name_key(person["given_name"], person["family_name"])
                found[name, person["sex"]].add(date.fromisoformat(person["birth_date"]))
        return found

    def named(self, key: str, sex: str = "") -> list[Person]:
        return [person for person in self.by_name.get(key, ()) if not sex or person.sex == sex]

    def nearly_named(self, face: Face, club_id: int) -> list[Person]:
        """Athletes of the club who look like ``face``."""
        if club_id not in self._near:
            self._near[club_id] = NearNames(club_id)
        found = self._near[club_id].like(face)
        return [Person(one.pk, one.sex, one.birth_date, one.birth_precision) for one in found]

    def named_and_born(self, key: str, sex: str, born: date) -> list[Person]:
        """Those of withheld names whom name and birth date say in full."""
        return [person for person in self._unnamed.get((key, born), ()) if not sex or person.sex == sex]


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
                    "english_name": one.name,
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
    """Candidates as a registrar tells them apart: 'no. 12 (1990), no. 15 (?)'."""
    return ", ".join(f"no. {person.pk} ({person.birth_text})" for person in people)
