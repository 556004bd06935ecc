"""Making the athletes, ids and club spells that a staged import asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from records.actions.folding import Fold
from records.actions.founding import found_club
from records.actions.rejudging import rejudge_ages
from records.domain.names import name_key
from records.models import Athlete, ClubSpell, ExternalId, ImportBatch, ImportRow, Performance
from trackhub.clubs.models import Club, User

_BLOCK = 2_000


def make_athletes(batch: ImportBatch) -> None:
    """Make the persons whom rows of ``batch`` name by ``athlete_key``, once each, and point the rows at them."""
    rows = ImportRow.objects.filter(batch=batch, verdict=ImportRow.Verdict.NEW).exclude(athlete_key="")
    first: dict[str, dict[str, Any]] = {}
    clubs: dict[str, int | None] = {}
    for key, data, club_id in rows.order_by("number").values_list("athlete_key", "data", "club_id").iterator():
        if key not in first:
            first[key], clubs[key] = data, club_id
    made = _create(batch, first, clubs)
    for key, pk in made.items():
        rows.filter(athlete_key=key).update(athlete=pk)


def _create(batch: ImportBatch, people: dict[str, dict[str, Any]], clubs: dict[str, int | None]) -> dict[str, int]:
    """Athletes with ids and spells for ``people`` by key; those that came into being since staging are found."""
    found = _there_already(batch.source, people)
    missing = {key: person for key, person in people.items() if key not in found}
    athletes = [_athlete(person, batch) for person in missing.values()]
    Athlete.objects.bulk_create(athletes, batch_size=_BLOCK)
    made = dict(zip(missing, athletes, strict=True))
    ExternalId.objects.bulk_create(
        [
            ExternalId(athlete=athlete, source=batch.source, value=missing[key]["external_id"])
            for key, athlete in made.items()
            if missing[key]["external_id"]
        ],
        batch_size=_BLOCK,
    )
    ClubSpell.objects.bulk_create(
        [ClubSpell(athlete=athlete, club_id=clubs[key]) for key, athlete in made.items() if clubs[key]],
        batch_size=_BLOCK,
    )
    return found | {key: athlete.pk for key, athlete in made.items()}


def _athlete(person: dict[str, Any], batch: ImportBatch) -> Athlete:
    fields = {name: value for name, value in person.items() if name not in ("external_id", "birth_date")}
    born = date.fromisoformat(person["birth_date"]) if person["birth_date"] else None
    key = name_key(person["given_name"], person["family_name"])
    return Athlete(**fields, birth_date=born, name_key=key, batch=batch)


def _there_already(source: str, people: dict[str, dict[str, Any]]) -> dict[str, int]:
    """Which of ``people`` another import made between staging and now."""
    by_id = {person["external_id"]: key for key, person in people.items() if person["external_id"]}
    found: dict[str, int] = {}
    for block in _blocks(list(by_id)):
        ids = ExternalId.objects.filter(source=source, value__in=block).values_list("value", "athlete_id")
        found |= {by_id[value]: athlete for value, athlete in ids}
    by_name = {
        (name_key(person["given_name"], person["family_name"]), person["sex"], person["birth_date"]): key
        for key, person in people.items()
        if not person["external_id"] and person["birth_date"]
    }
    for block in _blocks([name for name, _, _ in by_name]):
        same = Athlete.objects.filter(name_key__in=block, merged_into=None, birth_precision="day")
        for pk, key, sex, born in same.values_list("pk", "name_key", "sex", "birth_date"):
            if (key, sex, born.isoformat()) in by_name:
                found[by_name[key, sex, born.isoformat()]] = pk
    return found


def _blocks(values: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(values), 500):
        yield values[start : start + 500]


def apply_athletes(batch: ImportBatch, *, by: User | None, at: datetime) -> int:
    """Apply an athlete file; the number of clubs it made."""
    rows = ImportRow.objects.filter(batch=batch)
    clubs = _make_clubs(batch, by=by, at=at)
    wanted = list(
        rows.filter(verdict__in=("new", "changed"))
        .order_by("number")
        .values_list("number", "verdict", "athlete_key", "athlete_id", "club_id", "data")
    )
    people = {key: data["person"] for _, verdict, key, _, _, data in wanted if verdict == "new"}
    found = _there_already(batch.source, people)
    made = _create(batch, people, dict.fromkeys(people))
    late = [number for number, verdict, key, *_ in wanted if verdict == "new" and key in found]
    rows.filter(number__in=late).update(verdict=ImportRow.Verdict.DUPLICATE)
    for number, _verdict, key, athlete_id, club_id, data in wanted:
        if number in late:
            continue
        pk = athlete_id or made[key]
        club = club_id or clubs.get(data["club_name"])
        if club and (athlete_id is None or data["changes"].get("club")):
            _add_spell(pk, club, data)
        if athlete_id and data["changes"]:
            _change(batch, rows, number, pk, data)
    return len(clubs)


def _make_clubs(batch: ImportBatch, *, by: User | None, at: datetime) -> dict[str, int]:
    """Clubs that rows name and nobody founded yet, by the name in the file."""
    rows = ImportRow.objects.filter(batch=batch, verdict__in=("new", "changed"))
    names = sorted({name for name in rows.values_list("data__club_name", flat=True) if name})
    made = {}
    for name in names:
        there = Club.objects.filter(name=name).first()
        if there is None:
            country = name if len(name) == 3 and name.isalpha() and name.isupper() else ""
            there = found_club(name, by=by, at=at, country=country)
        made[name] = there.pk
    return made


def _add_spell(athlete: int, club: int, data: dict[str, Any]) -> None:
    starts = date.fromisoformat(data["club_from"]) if data["club_from"] else None
    ends = date.fromisoformat(data["club_until"]) if data["club_until"] else None
    if starts is not None:
        # Who joins a club with first claim has left the one before.
        open_spells = ClubSpell.objects.filter(athlete=athlete, ends=None, claim=data["claim"]).exclude(club=club)
        open_spells.exclude(starts__gte=starts).update(ends=starts - timedelta(days=1))
    ClubSpell.objects.get_or_create(
        athlete_id=athlete, club_id=club, starts=starts, defaults={"ends": ends, "claim": data["claim"]}
    )


def _change(batch: ImportBatch, rows: Any, number: int, pk: int, data: dict[str, Any]) -> None:
    """Write what the file knows better, and keep what it was for the undo."""
    athlete = Athlete.objects.get(pk=pk)
    changes = {name: value for name, value in data["changes"].items() if name not in ("club", "external_id")}
    before = {name: getattr(athlete, name) for name in changes}
    for name, value in changes.items():
        setattr(athlete, name, date.fromisoformat(value) if name == "birth_date" else value)
    if changes:
        athlete.save()
    if "external_id" in data["changes"]:
        ExternalId.objects.get_or_create(
            source=batch.source, value=data["changes"]["external_id"], defaults={"athlete": athlete}
        )
    data["before"] = {name: value.isoformat() if isinstance(value, date) else value for name, value in before.items()}
    rows.filter(number=number).update(data=data)
    if "birth_date" in changes:
        with Fold() as fold:
            rejudge_ages(athlete)
            fold.touch(Performance.objects.filter(athlete=athlete))
