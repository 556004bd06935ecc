"""Making the athletes, ids and club spells that a staged import asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from records.actions.folding import Fold
from records.actions.founding import found_club
from records.actions.matching import NewPerson, same_people
from records.actions.rejudging import rejudge_ages
from records.domain.names import name_key
from records.models import Athlete, ClubSpell, ExternalId, ImportBatch, ImportRow, Performance
from records.queries.known import KnownAthletes, is_kept, spells_of
from records.queries.transfers import claim_reached, earliest_leave
from trackhub.clubs.models import Club, User

_BLOCK = 2_000


def make_athletes(batch: ImportBatch) -> None:
    """Make the persons whom rows of ``batch`` name by ``athlete_key``, once each, and point the rows at them."""
    rows = ImportRow.objects.filter(batch=batch, verdict__in=("new", "changed")).exclude(athlete_key="")
    first: dict[str, dict[str, Any]] = {}
    clubs: dict[str, int | None] = {}
    for key, data, club_id in rows.order_by("number").values_list("athlete_key", "data", "club_id").iterator():
        if key not in first:
            first[key], clubs[key] = data["person"], club_id
    if first:
        _point_rows(batch, _create(batch, first, clubs))


def _point_rows(batch: ImportBatch, made: dict[str, int]) -> None:
    """Give the rows of ``batch`` the athletes of their keys, in one statement however many there are."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS made_athlete")
        cursor.execute("CREATE TEMP TABLE made_athlete (athlete_key varchar(200) PRIMARY KEY, athlete_id bigint)")
        cursor.executemany("INSERT INTO made_athlete VALUES (%s, %s)", list(made.items()))
        cursor.execute(
            """UPDATE records_importrow SET athlete_id =
                   (SELECT m.athlete_id FROM made_athlete m WHERE m.athlete_key = records_importrow.athlete_key)
               WHERE batch_id = %s AND athlete_key <> '' AND verdict IN ('new', 'changed')""",
            [batch.pk],
        )
        cursor.execute("DROP TABLE made_athlete")


def _create(batch: ImportBatch, people: dict[str, dict[str, Any]], clubs: dict[str, int | None]) -> dict[str, int]:
    """Athletes with ids and spells for ``people`` by key; those that came into being since staging are found."""
    found = _there_already(batch, people, clubs)
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
        ignore_conflicts=True,  # another club's file may have brought the id since this one was read
    )
    ClubSpell.objects.bulk_create(
        [ClubSpell(athlete=athlete, club_id=club) for key, athlete in made.items() if (club := clubs[key]) is not None],
        batch_size=_BLOCK,
    )
    return found | {key: athlete.pk for key, athlete in made.items()}


def _athlete(person: dict[str, Any], batch: ImportBatch) -> Athlete:
    fields = {name: value for name, value in person.items() if name not in ("external_id", "birth_date")}
    born = date.fromisoformat(person["birth_date"]) if person["birth_date"] else None
    key = name_key(person["given_name"], person["family_name"])
    return Athlete(**fields, birth_date=born, name_key=key, batch=batch)


def _there_already(
    batch: ImportBatch, people: dict[str, dict[str, Any]], clubs: dict[str, int | None]
) -> dict[str, int]:
    """Which of ``people`` another import made between staging and now: the same matching once more.

    Not of those of whom a registrar said that they are somebody else.
    """
    by_id = {person["external_id"]: key for key, person in people.items() if person["external_id"]}
    found: dict[str, int] = {}
    known = KnownAthletes(batch.source, batch.club_id)
    for block in _blocks(list(by_id)):
        found |= {by_id[value]: athlete for value, athlete in known.athletes_by_ids(block).items()}
    if batch.existing == ImportBatch.Existing.CREATE:
        return found
    for key, person in people.items():
        if not person["external_id"] and key not in batch.people:
            same = same_people(NewPerson.from_dict(person), known, clubs.get(key))
            if len(same) == 1:
                found[key] = same[0].pk
    return found


def _blocks(values: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(values), 500):
        yield values[start : start + 500]


def apply_athletes(batch: ImportBatch, *, by: User | None, at: datetime) -> int:
    """Apply an athlete file; the number of clubs it made."""
    # Spells of an athlete file carry dates, so they are made apart from the athletes.
    rows = ImportRow.objects.filter(batch=batch)
    clubs = make_clubs(batch, by=by, at=at)
    wanted = list(
        rows.filter(verdict__in=("new", "changed"))
        .order_by("number")
        .values_list("number", "verdict", "athlete_key", "athlete_id", "club_id", "data")
    )
    people = {key: data["person"] for _, verdict, key, _, _, data in wanted if verdict == "new"}
    clubs_of: dict[str, int | None] = {key: club_id for _, _, key, _, club_id, _ in wanted}
    late = _there_already(batch, people, clubs_of)
    no_clubs: dict[str, int | None] = dict.fromkeys(people)
    made = _create(batch, people, no_clubs)
    spells = []
    for number, verdict, key, _, club_id, data in wanted:
        club = club_id or clubs.get(data["club_name"])
        if verdict == "new" and key in late:
            rows.filter(number=number).update(verdict=ImportRow.Verdict.DUPLICATE)
        elif verdict == "new" and club:
            spells.append(_spell(made[key], club, data))
    ClubSpell.objects.bulk_create(spells, batch_size=_BLOCK, ignore_conflicts=True)
    with Fold() as fold:
        for number, verdict, key, athlete_id, club_id, data in wanted:
            if verdict == "changed" and (athlete_id or key in made):
                athlete = Athlete.objects.get(pk=athlete_id or made[key])
                club = club_id or clubs.get(data["club_name"])
                _apply_change(athlete, club, data, batch, today=timezone.localdate(at))
                rows.filter(number=number).update(athlete=athlete, data=data)
                fold.touch(Performance.objects.filter(athlete=athlete))
    return len(clubs)


def make_clubs(batch: ImportBatch, *, by: User | None, at: datetime) -> dict[str, int]:
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


def _spell(athlete: int, club: int, data: dict[str, Any]) -> ClubSpell:
    starts = date.fromisoformat(data["club_from"]) if data["club_from"] else None
    ends = date.fromisoformat(data["club_until"]) if data["club_until"] else None
    return ClubSpell(athlete_id=athlete, club_id=club, starts=starts, ends=ends, claim=data["claim"])


def _apply_change(athlete: Athlete, club: int | None, data: dict[str, Any], batch: ImportBatch, *, today: date) -> None:
    """A row about somebody known, or a further row about somebody whom the same file brought.

    What it was before is kept in ``data`` for the undo. Somebody may have joined another club since the file was read.
    """
    changes = data.get("changes", {"club": True})
    if not is_kept(spells_of(athlete.pk), batch.club_id, today):
        changes = {name: value for name, value in changes.items() if name == "club"}
    if club and changes.get("club"):
        _add_spell(_spell(athlete.pk, club, data), data, batch, today=today)
    if "external_id" in changes:
        _, data["added_id"] = ExternalId.objects.get_or_create(
            source=batch.source, value=changes["external_id"], defaults={"athlete": athlete}
        )
    facts = {name: value for name, value in changes.items() if name not in ("club", "external_id")}
    if facts:
        before = {name: getattr(athlete, name) for name in facts}
        data["before"] = {name: str(value) if isinstance(value, date) else value for name, value in before.items()}
        for name, value in facts.items():
            setattr(athlete, name, date.fromisoformat(value) if name == "birth_date" else value)
        athlete.save()
    if "birth_date" in facts:
        rejudge_ages(athlete)


def _is_free(spell: ClubSpell, former: QuerySet[ClubSpell], today: date) -> bool:
    """Whether a club may take the athlete for the days of ``spell``: what is ended for it is ended for good and not
    before its time, and it reaches into no other club's."""
    closing = former.filter(Q(starts=None) | Q(starts__lt=spell.starts)) if spell.starts else former.none()
    clubs, starts = list(closing.values_list("club", flat=True)), spell.starts or date.min
    too_early = any(starts < earliest_leave(spell.athlete_id, club, today) for club in clubs)
    for_a_while = bool(clubs) and spell.ends is not None
    there = Club.objects.filter(pk__in=[spell.club_id, *clubs])
    return not (too_early or for_a_while or claim_reached(spell.athlete, spell.starts, spell.ends, but=there))


def _add_spell(spell: ClubSpell, data: dict[str, Any], batch: ImportBatch, *, today: date) -> None:
    former = ClubSpell.objects.filter(athlete=spell.athlete_id, ends=None, claim=spell.claim).exclude(
        club=spell.club_id
    )
    if batch.club_id and spell.claim == ClubSpell.Claim.FIRST and not _is_free(spell, former, today):
        return
    there, made = ClubSpell.objects.get_or_create(
        athlete_id=spell.athlete_id,
        club_id=spell.club_id,
        starts=spell.starts,
        defaults={"ends": spell.ends, "claim": spell.claim},
    )
    if not made or spell.starts is None:
        data["added_spell"] = there.pk if made else None
        return
    # Who joins a club with first claim has left the one before.
    former = former.exclude(starts__gte=spell.starts)
    data["added_spell"], data["closed_spells"] = there.pk, list(former.values_list("pk", flat=True))
    former.update(ends=spell.starts - timedelta(days=1))
