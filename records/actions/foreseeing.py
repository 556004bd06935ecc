"""What a merge of two athletes would do: the fold's own queries over both as one. Nothing is written but temporary
tables, and nothing is locked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from records.actions.merging import MOVES, doubles_of, facts_after, going_rows
from records.actions.steps import CLUB_BOOKS, SITE_BOOKS, best_steps, make_room, record_steps
from records.domain.ages import ages
from records.domain.eligibility import BestList, Flaw
from records.models import Athlete, Performance, RecordBook
from records.models.performances import Facility
from records.queries.lines import Faces, Visitor
from records.queries.why import mark_text

_AGES = "age_day, age_dec31, age_aug31"
_COLUMNS = f"club_id, discipline_id, sex, facility, best_list, season, date, seq, merit, flaws, {_AGES}, field_size"
_BOTH = f"""
    CREATE TEMP TABLE merge_performance AS
    SELECT id, CASE WHEN athlete_id = {{merged}} THEN {{survivor}} ELSE athlete_id END AS athlete_id, {_COLUMNS}
    FROM records_performance
    WHERE (discipline_id, sex) IN (
        SELECT discipline_id, sex FROM records_performance WHERE athlete_id IN ({{survivor}}, {{merged}})
        UNION
        SELECT o.discipline_id, o.sex FROM records_relayleg l JOIN records_performance o ON o.id = l.performance_id
        WHERE l.athlete_id IN ({{survivor}}, {{merged}}))
"""
# Either id finds the spells of both: relays name the runners by their own.
_OF_BOTH = "club_id, claim, starts, ends FROM records_clubspell WHERE athlete_id IN ({survivor}, {merged})"
_SPELLS = f"""
    CREATE TEMP TABLE merge_spell AS
    SELECT athlete_id, club_id, claim, starts, ends FROM records_clubspell
    WHERE athlete_id NOT IN ({{survivor}}, {{merged}})
    UNION ALL SELECT {{survivor}}, {_OF_BOTH}
    UNION ALL SELECT {{merged}}, {_OF_BOTH}
"""
_DOUBLE = f"UPDATE merge_performance SET flaws = flaws | {int(Flaw.ANNULLED)}, best_list = 0 WHERE id = %s"
_TABLES = ("merge_performance", "merge_spell")
_LIST = "book_id, discipline_id, sex, age_group, facility, timing, performance_id"


@dataclass(frozen=True, slots=True)
class BestsBeside:
    """The personal best of each in one list, and of both as one; '' for none."""

    discipline: str
    survivor: str
    merged: str
    both: str


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A mark that would stand as a record and doesn't today, or the other way round, with the lists of one book."""

    book: str
    mark: str
    holder: str
    groups: tuple[str, ...]
    comes: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would move, by kind and number; results that both have; facts taken over; bests and records."""

    moves: list[tuple[str, int]]
    doubles: list[str]
    facts: list[tuple[str, str, str]]
    remarks: list[str]
    bests: list[BestsBeside]
    records: list[RecordChange]


def foresee_merge(survivor: Athlete, merged: Athlete, user: Visitor) -> Foreseen:
    """What merge_athletes would do to two athletes whom nothing keeps from being one, as ``user`` may see it."""
    doubles = [double for _kept, double in doubles_of(survivor, merged)]
    with transaction.atomic(), connection.cursor() as cursor:
        make_room(cursor)
        _lay_out(cursor, survivor, merged, doubles)
        best = best_steps(f"JOIN (SELECT {int(survivor.pk)} AS id) t ON p.athlete_id = t.id", "merge_performance")
        cursor.execute(f"SELECT performance_id FROM ({best}) steps WHERE career = 1")
        bests = {pk for (pk,) in cursor.fetchall()}
        now, then = _standing(cursor)
        for table in _TABLES:
            cursor.execute(f"DROP TABLE {table}")
    moves = [(move, going_rows(move, survivor, merged).count()) for move in MOVES]
    return Foreseen(
        [(capfirst(str(move.model._meta.verbose_name_plural)), n) for move, n in moves if n],
        [f"{one.discipline.name} {mark_text(one)}, {date_format(one.day, 'SHORT_DATE_FORMAT')}" for one in doubles],
        _facts(survivor, merged),
        _remarks(survivor, merged),
        _bests_beside(survivor, merged, bests),
        _record_changes(then - now, user, comes=True) + _record_changes(now - then, user, comes=False),
    )


def _lay_out(cursor: CursorWrapper, survivor: Athlete, merged: Athlete, doubles: list[Performance]) -> None:
    """Both tables as they would be: the doubles annulled, the ages by the birth date that stays."""
    for table in _TABLES:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
    ids = {"survivor": int(survivor.pk), "merged": int(merged.pk)}
    cursor.execute(_BOTH.format(**ids))
    cursor.execute(_SPELLS.format(**ids))
    cursor.executemany(_DOUBLE, [(one.pk,) for one in doubles])
    after = facts_after(survivor, merged)
    born = after.get("birth_date", survivor.birth_date), after.get("birth_precision", survivor.birth_precision)
    results = Performance.objects.filter(athlete__in=(survivor, merged)).values_list("pk", "date")
    cursor.executemany(
        "UPDATE merge_performance SET age_day = %s, age_dec31 = %s, age_aug31 = %s WHERE id = %s",
        [(*ages(*born, day), pk) for pk, day in results if day],
    )
    if connection.vendor == "postgresql":
        cursor.execute("ANALYZE merge_performance, merge_spell")


def _standing(cursor: CursorWrapper) -> tuple[set[Any], set[Any]]:
    """Marks that stand as records in the lists in question: (today, after the merge)."""
    lists = "(discipline_id, sex) IN (SELECT discipline_id, sex FROM merge_performance)"
    cursor.execute(f"SELECT {_LIST} FROM records_record WHERE until IS NULL AND performance_id IS NOT NULL AND {lists}")
    now, then = set(cursor.fetchall()), set()
    for kind in (CLUB_BOOKS, SITE_BOOKS):
        steps = record_steps({**kind, "spells": "merge_spell"}, performances="merge_performance")
        cursor.execute(f"SELECT {_LIST} FROM ({steps}) steps WHERE until IS NULL AND performance_id IS NOT NULL")
        then |= set(cursor.fetchall())
    return now, then


_SHOWN_FACTS = ("given_name", "native_name", "birth_date", "country", "biography")


def _facts(survivor: Athlete, merged: Athlete) -> list[tuple[str, str, str]]:
    """What the survivor takes over: (what, before, after)."""
    after = facts_after(survivor, merged)
    shown = []
    for name in _SHOWN_FACTS:
        if name in after:
            born = name == "birth_date"
            before = survivor.born if born else getattr(survivor, name)
            label = capfirst(str(Athlete._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
            shown.append((label, before, merged.born if born else str(after[name])))
    return shown


def _remarks(survivor: Athlete, merged: Athlete) -> list[str]:
    after = facts_after(survivor, merged)
    said = []
    if "visibility" in after:
        said.append(_("The athlete who stays becomes visible to the club's members only, as the other is."))
    if "account_id" in after:
        said.append(_("The account goes to the athlete who stays."))
    if survivor.account_id and merged.account_id:
        said.append(_("Both have an account. The one of the athlete who is merged will lead to no athlete any more."))
    return said


def _bests_beside(survivor: Athlete, merged: Athlete, both: set[int]) -> list[BestsBeside]:
    """One line for each discipline and place with legal marks of either."""
    found = Performance.objects.filter(athlete__in=(survivor, merged), best_list=BestList.LEGAL)
    own = set(found.filter(best__career=1).values_list("pk", flat=True))
    texts: dict[tuple[Any, ...], list[str]] = defaultdict(lambda: ["", "", ""])
    # The best of both is a best of one of them. The best comes last, and stays.
    loaded = found.filter(pk__in=own).select_related("discipline")
    for one in loaded.order_by("discipline__place_in_list", "discipline_id", "facility", "merit", "date"):
        cells = texts[one.discipline.name, one.facility]
        cells[one.athlete_id != survivor.pk] = mark_text(one)
        if one.pk in both:
            cells[2] = mark_text(one)
    return [BestsBeside(_place(name, facility), *cells) for (name, facility), cells in texts.items()]


def _place(name: str, facility: str) -> str:
    return f"{name}, {Facility.INDOOR.label}" if facility == Facility.INDOOR else name


def _record_changes(rows: set[Any], user: Visitor, *, comes: bool) -> list[RecordChange]:
    loaded = Performance.objects.select_related("discipline", "athlete", "club").in_bulk({row[6] for row in rows})
    books, faces = RecordBook.objects.in_bulk({row[0] for row in rows}), Faces(list(loaded.values()), user)
    groups: dict[tuple[int, int], list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row[0], row[1], row[6], row[3])):
        groups[row[0], row[6]].append(row[3] or _("all ages"))
    changes = []
    for (book, pk), ages_of in groups.items():
        one = loaded[pk]
        mark = f"{_place(one.discipline.name, one.facility)} {mark_text(one)}"
        holder = one.team or ", ".join(face.name for face in faces.holders(one))
        changes.append(RecordChange(books[book].name, mark, holder, tuple(dict.fromkeys(ages_of)), comes))
    return changes
