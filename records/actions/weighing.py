"""What one performance entered, corrected, annulled or reinstated would do to bests and records.

The fold's own queries run over the performances as they would be; nothing is written but a temporary table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from records.actions.rejudging import flaws_now
from records.actions.steps import CLUB_BOOKS, RECORD_COLUMNS, SITE_BOOKS, best_steps, make_room, record_steps
from records.domain.eligibility import BestList, best_list
from records.models import Best, Discipline, LegacyRecord, Performance, Record, RecordBook
from records.models.performances import Facility
from records.queries.lines import Faces, Visitor
from records.queries.why import day_text, mark_text

_COLUMNS = (
    "athlete_id", "club_id", "discipline_id", "sex", "facility", "best_list", "season", "date", "seq", "merit",
    "flaws", "age_day", "age_dec31", "age_aug31", "field_size",
)  # fmt: skip

NEW = 0
"""The id of a performance that isn't stored yet."""


@dataclass(frozen=True, slots=True)
class Change:
    """One list whose standing mark would be another: a personal or season's best, or a record."""

    what: str
    name: str
    before: str
    after: str
    ours: bool
    """Whether the mark that would stand is the performance in question."""


@dataclass(frozen=True, slots=True)
class Effect:
    bests: list[Change]
    records: list[Change]
    steps: int
    """How many steps of the histories of bests and records would be gone or new, behind those that stand."""

    @property
    def nothing(self) -> bool:
        return not (self.bests or self.records or self.steps)


def effect_of(new: Performance, *, old: Performance | None, user: Visitor) -> Effect:
    """What it does that ``new``, which isn't stored, takes the place of ``old``; of nothing where that is None."""
    keys = [new] if old is None else [old, new]
    # A correction bears the id of what it corrects: its runners and the claims about it are found by that.
    pk = old.pk if old is not None else NEW
    with transaction.atomic(), connection.cursor() as cursor:
        make_room(cursor)
        _lay_out(cursor, keys, new, old, pk)
        bests_after = _bests_after(cursor, keys)
        records_after = _records_after(cursor, keys)
        cursor.execute("DROP TABLE weighed_performance")
        cursor.execute("DROP TABLE weighed_key")
    bests_before = set(
        Best.objects.filter(performance__in=_of_athletes(keys)).values_list("performance", "career", "season")
    )
    records_before = _records_before(keys)
    names = _Names(new, pk, bests_before | bests_after, records_before | records_after, user)
    bests = _changed_bests(bests_before, bests_after, names)
    records = _changed_records(records_before, records_after, names)
    moved = len(bests_before ^ bests_after) + len({r[:-1] for r in records_before} ^ {r[:-1] for r in records_after})
    return Effect(bests, records, moved)


def effect_of_annulment(one: Performance, *, user: Visitor, because: str) -> Effect:
    """What annulling ``one`` does, or reinstating it where ``because`` is ''. ``one`` is loaded with its discipline."""
    new = Performance(**{field.attname: getattr(one, field.attname) for field in Performance._meta.concrete_fields})
    new.annulled_because, new.discipline = because, one.discipline
    flaws = flaws_now(new)
    new.flaws, new.best_list = int(flaws), int(best_list(flaws))
    return effect_of(new, old=one, user=user)


def _of_athletes(keys: Iterable[Performance]) -> Any:
    people = {one.athlete_id for one in keys if one.athlete_id is not None}
    found = Performance.objects.filter(athlete__in=people, discipline__in={one.discipline_id for one in keys})
    return found.values("pk")


def _lay_out(cursor: Any, keys: list[Performance], new: Performance, old: Performance | None, pk: int) -> None:
    """``weighed_performance`` is what would be there, as far as the keys go."""
    for name in ("weighed_performance", "weighed_key"):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
    there = Performance.objects.filter(
        discipline__in={one.discipline_id for one in keys}, sex__in={one.sex for one in keys}
    )
    if old is not None:
        there = there.exclude(pk=old.pk)
    sql, params = there.order_by().values("id", *_COLUMNS).query.sql_with_params()
    cursor.execute(f"CREATE TEMP TABLE weighed_performance AS {sql}", params)
    marks = ", ".join(["%s"] * (len(_COLUMNS) + 1))
    cursor.execute(
        f"INSERT INTO weighed_performance (id, {', '.join(_COLUMNS)}) VALUES ({marks})",
        [pk, *(getattr(new, column) for column in _COLUMNS)],
    )
    cursor.execute("CREATE TEMP TABLE weighed_key (discipline_id bigint, sex varchar(1), club_id bigint)")
    cursor.executemany(
        "INSERT INTO weighed_key VALUES (%s, %s, %s)",
        list({(one.discipline_id, one.sex, one.club_id) for one in keys}),
    )


def _bests_after(cursor: Any, keys: list[Performance]) -> set[tuple[int, ...]]:
    people = sorted({one.athlete_id for one in keys if one.athlete_id is not None})
    if not people:
        return set()
    mine = f"JOIN (SELECT id FROM weighed_performance WHERE athlete_id = {int(people[0])}) t ON t.id = p.id"
    cursor.execute(best_steps(mine, performances="weighed_performance"))
    return set(cursor.fetchall())


def _records_after(cursor: Any, keys: list[Performance]) -> set[tuple[Any, ...]]:
    found: set[tuple[Any, ...]] = set()
    for kind, columns in ((CLUB_BOOKS, "discipline_id, sex, club_id"), (SITE_BOOKS, "discipline_id, sex")):
        touched = f"JOIN (SELECT DISTINCT {columns} FROM weighed_key) t ON t.discipline_id = p.discipline_id"
        touched += " AND t.sex = p.sex"
        performed, kept = ("p", "c") if kind is CLUB_BOOKS else ("", "")
        steps = record_steps(
            kind,
            touched=touched + (f" AND t.club_id = {performed}.club_id" if performed else ""),
            touched_legacy=touched + (f" AND t.club_id = {kept}.club_id" if kept else ""),
            performances="weighed_performance",
        )
        cursor.execute(f"SELECT {_STEP} FROM ({steps}) steps")
        found |= {_step(row) for row in cursor.fetchall()}
    return found


_STEP = RECORD_COLUMNS.replace("set_on, equal, until", "CASE WHEN until IS NULL THEN 1 ELSE 0 END AS stands")
_KEY_COLUMNS = ("book_id", "discipline_id", "sex", "age_group", "facility", "timing")


def _step(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:9], bool(row[9]))


def _records_before(keys: list[Performance]) -> set[tuple[Any, ...]]:
    found: set[tuple[Any, ...]] = set()
    columns = (*_KEY_COLUMNS, "performance_id", "legacy_id", "merit", "until")
    for discipline, sex, club in {(one.discipline_id, one.sex, one.club_id) for one in keys}:
        books = RecordBook.objects.filter(club=None) | RecordBook.objects.filter(club__isnull=False, club=club)
        rows = Record.objects.filter(book__in=books, discipline=discipline, sex=sex).values_list(*columns)
        found |= {(*row[:9], row[9] is None) for row in rows}
    return found


class _Names:
    """The marks and holders that changes name. Three queries, however many there are."""

    def __init__(self, new: Performance, pk: int, bests: set[Any], records: set[Any], user: Visitor) -> None:
        self.new, self.pk = new, pk
        stored = {row[0] for row in bests} | {row[6] for row in records if row[6] is not None}
        loaded = Performance.objects.select_related("athlete", "club", "discipline")
        self.performances = loaded.in_bulk(stored - {NEW})
        self.legacy = LegacyRecord.objects.select_related("discipline").in_bulk(
            {row[7] for row in records if row[7] is not None}
        )
        everybody = [*self.performances.values(), new]
        self.faces = Faces(everybody, user)
        self.books = RecordBook.objects.in_bulk({row[0] for row in records})
        self.disciplines = Discipline.objects.in_bulk({row[1] for row in records})

    def performance(self, pk: int, *, after: bool) -> Performance:
        return self.new if after and pk == self.pk else self.performances[pk]

    def mark(self, performance: int | None, legacy: int | None, *, after: bool, holder: bool = True) -> str:
        if performance is None:
            old = self.legacy[legacy or 0]
            return f"{old.mark} {old.holder} ({old.date.year})"
        one = self.performance(performance, after=after)
        if not holder:
            return f"{mark_text(one)} ({day_text(one.date, one.date_precision)})"
        stored = self.performances.get(performance, one)
        who = one.team or ", ".join(face.name for face in self.faces.holders(stored if one.athlete is None else one))
        return f"{mark_text(one)} {who} ({one.day.year})"


def _changed_bests(before: set[Any], after: set[Any], names: _Names) -> list[Change]:
    """The standing best of each list, career and season, where it is another afterwards."""
    found = []
    for column, what in ((1, _("personal best")), (2, _("season's best"))):
        standing = [_standing(rows, column, names, after=later) for rows, later in ((before, False), (after, True))]
        for key in sorted({*standing[0], *standing[1]}):
            was, now = standing[0].get(key), standing[1].get(key)
            before_text, after_text = (
                "" if pk is None else names.mark(pk, None, after=later, holder=False)
                for pk, later in ((was, False), (now, True))
            )
            if before_text != after_text:
                pk = now if now is not None else was
                name = _list_text(key, names, NEW if pk is None else pk)
                found.append(Change(what, name, before_text, after_text, ours=now == names.pk))
    return found


def _standing(rows: set[Any], column: int, names: _Names, *, after: bool) -> dict[tuple[Any, ...], int]:
    best: dict[tuple[Any, ...], int] = {}
    for row in rows:
        if row[column] != Best.Step.NEW:
            continue
        one = names.performance(row[0], after=after)
        key = (one.discipline_id, one.facility, one.best_list, one.season if column == 2 else 0)
        known = best.get(key)
        if known is None or (one.merit or 0) > (names.performance(known, after=after).merit or 0):
            best[key] = row[0]
    return best


def _list_text(key: tuple[Any, ...], names: _Names, pk: int) -> str:
    one = names.performances.get(pk, names.new)
    if one.discipline_id != key[0]:
        one = names.new
    parts = [one.discipline.name]
    if key[1] == Facility.INDOOR:
        parts.append(str(Facility.INDOOR.label))
    apart = {BestList.WIND: _("wind-aided"), BestList.HAND: _("by hand")}
    parts += filter(None, [apart.get(BestList(key[2]), ""), str(key[3] or "")])
    return ", ".join(parts)


def _changed_records(before: set[Any], after: set[Any], names: _Names) -> list[Change]:
    """The standing records that would be held by another mark, one line for each mark however many lists it is in."""
    standing: list[dict[tuple[Any, ...], list[tuple[Any, ...]]]] = []
    for rows in (before, after):
        by_list: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
            if row[9]:
                by_list[row[:6]].append(row[6:8])
        standing.append(by_list)
    merged: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    # The club's own book before those of the site.
    for key in sorted({*standing[0], *standing[1]}, key=lambda key: (names.books[key[0]].club_id is None, key)):
        was = _holders(standing[0].get(key, []), names, after=False)
        now = _holders(standing[1].get(key, []), names, after=True)
        if was != now:
            ours = any(performance == names.pk for performance, _legacy in standing[1].get(key, []))
            merged[names.books[key[0]].name, _heading(key, names), was, now, ours].append(key[3] or _("all ages"))
    return [
        Change(book, ", ".join([heading, *groups]), was, now, ours)
        for (book, heading, was, now, ours), groups in merged.items()
    ]


def _holders(rows: list[tuple[Any, ...]], names: _Names, *, after: bool) -> str:
    ordered = sorted(rows, key=lambda row: (row[0] is None, row[0] or row[1]))
    return "; ".join(names.mark(performance, legacy, after=after) for performance, legacy in ordered)


def _heading(key: tuple[Any, ...], names: _Names) -> str:
    parts = [names.disciplines[key[1]].name]
    if key[4] == Facility.INDOOR:
        parts.append(str(Facility.INDOOR.label))
    if key[5]:
        parts.append(_("by hand"))
    return ", ".join(parts)
