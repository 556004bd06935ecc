"""Persons whom a file leaves in doubt: whom it says, who may be meant, and what the registrar decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, TextField
from django.db.models.functions import Cast

from records.domain.eligibility import BestList
from records.domain.names import name_key
from records.models import Athlete, ClubSpell, ImportBatch, ImportRow, Performance
from records.queries.known import Person, people_text
from trackhub.clubs.models import User

CODES = ("possible_duplicate", "doubtful_athlete", "several_athletes")
"""The issues that say that a person is in doubt."""

PAGE_SIZE = 20
MOST_BESTS = 5


@dataclass(frozen=True, slots=True)
class Doubt:
    """One person of the file, by the key that their rows share, and the ids of those who may be meant."""

    key: str
    person: dict[str, Any]
    candidates: tuple[int, ...]
    row: int
    rows: int

    @property
    def name(self) -> str:
        return f"{self.person['given_name']} {self.person['family_name']}".strip()

    @property
    def name_key(self) -> str:
        return name_key(self.person["given_name"], self.person["family_name"])

    @property
    def sex(self) -> str:
        """'M', 'F', or '' where the file doesn't say."""
        return str(self.person["sex"])

    @property
    def born(self) -> str:
        """The birth date as far as the file says it."""
        said = self.person["birth_date"] or ""
        return said[:4] if self.person["birth_precision"] == "year" else said


@dataclass(frozen=True, slots=True)
class Candidate:
    """An athlete who may be meant. Of one whom the reader may not see there is only what a refusal says."""

    pk: int
    said: str
    name: str = ""
    url: str = ""
    sex: str = ""
    born: str = ""
    clubs: tuple[str, ...] = ()
    marks: int = 0
    bests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One doubt beside its candidates. ``bests`` are the best marks of the file's own rows."""

    doubt: Doubt
    bests: tuple[str, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was said of a person; ``athlete`` is None for somebody else than all candidates."""

    key: str
    athlete: int | None

    @property
    def name(self) -> str:
        """As much of the name as the key holds."""
        return self.key.split("|", 1)[0].removeprefix("id:")


def _in_doubt(batch: ImportBatch) -> QuerySet[ImportRow]:
    """Rows with an athlete key and one of CODES among their issues."""
    rows = ImportRow.objects.filter(batch=batch, issues__isnull=False).exclude(athlete_key="")
    said = Q()
    for code in CODES:
        said |= Q(said__contains=f'"{code}"')
    return rows.alias(said=Cast("issues", TextField())).filter(said)


def count_doubts(batch: ImportBatch) -> int:
    """How many persons are in doubt."""
    return _in_doubt(batch).values("athlete_key").distinct().count()


def doubts_in(batch: ImportBatch, keys: Collection[str]) -> list[Doubt]:
    """The doubts of ``keys``."""
    return _doubts(batch, _in_doubt(batch).filter(athlete_key__in=list(keys)), None)


def doubts_after(batch: ImportBatch, row: int) -> tuple[list[Doubt], bool]:
    """The next page of doubts whose first row comes after ``row``, and whether there are more."""
    found = _doubts(batch, _in_doubt(batch), PAGE_SIZE + 1, row)
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


def _doubts(batch: ImportBatch, rows: QuerySet[ImportRow], most: int | None, after: int = 0) -> list[Doubt]:
    groups = rows.values("athlete_key").annotate(first=Min("number"), rows=Count("pk")).order_by("first")
    chosen = list(groups.filter(first__gt=after)[:most])
    firsts = ImportRow.objects.filter(batch=batch, number__in=[one["first"] for one in chosen])
    by_number = {row.number: row for row in firsts.only("number", "data", "issues")}
    return [
        Doubt(one["athlete_key"], row.data["person"], _ids(row.issues or ()), one["first"], one["rows"])
        for one in chosen
        if "person" in (row := by_number[one["first"]]).data
    ]


def _ids(issues: Iterable[dict[str, Any]]) -> tuple[int, ...]:
    said = [one["values"].get("ids", "") for one in issues if one["code"] in CODES]
    return tuple(dict.fromkeys(int(pk) for text in said for pk in text.split()))


def decided_people(batch: ImportBatch) -> dict[str, Person | None]:
    """Whom the registrar named, by athlete key; None for a new person. Who was merged since is who stayed."""
    athletes = Athlete.objects.select_related("merged_into").in_bulk([pk for pk in batch.people.values() if pk])
    found: dict[str, Person | None] = {}
    for key, pk in batch.people.items():
        athlete = athletes.get(pk) if pk else None
        athlete = (athlete and athlete.merged_into) or athlete
        if pk and athlete is None:
            continue
        found[key] = Person(athlete.pk, athlete.sex, athlete.birth_date, athlete.birth_precision) if athlete else None
    return found


def decisions_of(batch: ImportBatch) -> list[Decision]:
    return [Decision(key, athlete) for key, athlete in sorted(batch.people.items())]


def compared(batch: ImportBatch, doubts: Sequence[Doubt], user: User) -> list[Comparison]:
    """``doubts`` beside their candidates as ``user`` may see them. A handful of queries however many there are."""
    pks = {pk for doubt in doubts for pk in doubt.candidates}
    disciplines, best_in_file = _marks_in_file(batch, doubts)
    people = {one.pk: one for one in Athlete.objects.filter(pk__in=pks)}
    seen = set(Athlete.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True))
    spells: dict[int, dict[int, str]] = defaultdict(dict)
    for athlete, club, name in ClubSpell.objects.filter(athlete__in=seen).values_list("athlete", "club", "club__name"):
        spells[athlete][club] = name
    marks = dict(
        Performance.objects.current().filter(athlete__in=seen).order_by().values_list("athlete").annotate(n=Count("pk"))
    )
    bests = _bests_of(seen, {one for found in disciplines.values() for one in found})

    def candidate(pk: int, wanted: set[int]) -> Candidate:
        athlete = people[pk]
        person = Person(pk, athlete.sex, athlete.birth_date, athlete.birth_precision)
        if pk not in seen:
            return Candidate(pk, people_text([person]))
        own = user.is_superuser or batch.club_id in spells[pk]
        return Candidate(
            pk,
            people_text([person]),
            name=str(athlete),
            url=athlete.get_absolute_url(),
            sex=athlete.sex,
            born=athlete.born if own else person.birth_text,
            clubs=tuple(spells[pk].values()),
            marks=marks.get(pk, 0),
            bests=tuple(text for one, text in bests[pk].items() if one in wanted)[:MOST_BESTS],
        )

    return [
        Comparison(
            doubt,
            best_in_file[doubt.key][:MOST_BESTS],
            tuple(candidate(pk, disciplines[doubt.key]) for pk in doubt.candidates if pk in people),
        )
        for doubt in doubts
    ]


def _marks_in_file(
    batch: ImportBatch, doubts: Sequence[Doubt]
) -> tuple[dict[str, set[int]], dict[str, tuple[str, ...]]]:
    """By key the disciplines of a person's rows, and their best mark in each as it is written."""
    keys = [doubt.key for doubt in doubts]
    rows = ImportRow.objects.filter(batch=batch, athlete_key__in=keys, discipline__isnull=False, merit__isnull=False)
    best: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows.select_related("discipline").order_by("-merit", "number"):
        assert row.discipline is not None  # noqa: S101  # the filter above
        best[row.athlete_key].setdefault(row.discipline_id or 0, f"{row.discipline.name} {row.written}")
    disciplines = {key: set(best[key]) for key in keys}
    return disciplines, {key: tuple(best[key].values()) for key in keys}


def _bests_of(athletes: Collection[int], disciplines: Collection[int]) -> dict[int, dict[int, str]]:
    """By athlete and discipline the personal best in words."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    rows = Performance.objects.current().filter(
        athlete__in=athletes, discipline__in=disciplines, best_list=BestList.LEGAL, best__career__gt=0
    )
    for one in rows.select_related("discipline").order_by("-merit"):
        found[one.athlete_id or 0].setdefault(one.discipline_id, f"{one.discipline.name} {one.mark}")
    return found
