"""What a staged import would do to bests and records, line by line: who, what, and whose record would go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from records.domain.marks import HAND, format_value
from records.models import Athlete, Discipline, ImportBatch, ImportEffect, Performance, Record
from records.queries.lines import Faces, Holder, Visitor, hidden_among

PAGE_SIZE = 50

Kind = ImportEffect.Kind
SHOWN: dict[str, str | Promise] = {
    Kind.RECORD: _("records"),
    Kind.PB: _("personal bests"),
    Kind.SB: _("season's bests"),
    Kind.RETURNED: _("records that stand again"),
}


@dataclass(frozen=True, slots=True)
class Former:
    """A record that stands today and would no longer."""

    who: str
    mark: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Effect:
    """One best or record step. ``row`` is None for a record that only stands again."""

    pk: int
    row: int | None
    who: Holder
    what: str
    sex: str
    mark: str
    day: date | None
    book: str
    age_group: str
    facility: str
    equal: bool
    stands: bool
    former: tuple[Former, ...]


def effect_tabs(batch: ImportBatch) -> list[tuple[str, str, int]]:
    """(word, name, how many) of each kind of effect that there is."""
    counted = batch.effects.order_by().values_list("kind").annotate(n=Count("pk"))
    counts: dict[str, int] = dict(counted)
    return [(str(kind), str(name), counts[kind]) for kind, name in SHOWN.items() if counts.get(kind)]


def effect_page(batch: ImportBatch, kind: str, after: int, user: Visitor) -> tuple[list[Effect], int | None]:
    """The next effects of ``kind`` after the one with the id ``after``, and where the page after them begins. A
    handful of queries."""
    rows = ImportEffect.objects.filter(batch=batch, kind=kind, pk__gt=after).order_by("pk")
    rows = rows.select_related("row__discipline", "book", "performance__discipline", "performance__athlete")
    found = list(rows.select_related("row__athlete", "performance__club")[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    people = [one.row.athlete for one in page if one.row and one.row.athlete]
    hidden = hidden_among(people, user)
    standing = _standing(page, user)
    faces = Faces([one.performance for one in page if one.performance], user)
    effects = [_effect(one, hidden, standing, faces) for one in page]
    return effects, page[-1].pk if len(found) > PAGE_SIZE else None


def _effect(
    one: ImportEffect, hidden: Mapping[int, str], standing: dict[tuple[object, ...], list[Former]], faces: Faces
) -> Effect:
    if one.row is not None:
        row, discipline = one.row, one.row.discipline
        who = _who(row.athlete, row.data, row.team, hidden)
        day, sex, number = row.date, row.get_sex_display(), row.number
        mark = _mark(discipline, row.value, row.decimals, row.timing)
    else:
        performance = one.performance
        if performance is None:
            raise ValueError("an effect is of a row or of a performance")
        discipline, number = performance.discipline, None
        holders = faces.holders(performance)
        who = Holder(performance.team) if performance.team or not holders else holders[0]
        day, sex, mark = performance.date, performance.get_sex_display(), performance.mark
    beaten = standing.get(_key(one), []) if one.kind == Kind.RECORD and one.stands and not one.equal else []
    return Effect(
        pk=one.pk,
        row=number,
        who=who,
        what=discipline.name if discipline else "",
        sex=str(sex),
        mark=mark,
        day=day,
        book=str(one.book or ""),
        age_group=one.age_group,
        facility=one.facility,
        equal=one.equal,
        stands=one.stands,
        former=tuple(beaten),
    )


def _who(athlete: Athlete | None, data: dict[str, dict[str, str]], team: str, hidden: Mapping[int, str]) -> Holder:
    if athlete is not None:
        return Holder(f"no. {athlete.pk}") if athlete.pk in hidden else Holder(str(athlete), athlete.get_absolute_url())
    person = data.get("person") or {}
    return Holder(team or f"{person.get('given_name', '')} {person.get('family_name', '')}".strip())


def _mark(discipline: Discipline | None, value: int | None, decimals: int, timing: str) -> str:
    if discipline is None or value is None:
        return ""
    return format_value(discipline.measure, value, decimals, hand=timing == HAND)


def _key(one: ImportEffect) -> tuple[object, ...]:
    row = one.row
    which = (row.discipline_id, row.sex) if row else (0, "")
    return (one.book_id, *which, one.age_group, one.facility, one.timing)


def _standing(page: Sequence[ImportEffect], user: Visitor) -> dict[tuple[object, ...], list[Former]]:
    """By key the records that stand today: a new one that stands, and equals none, takes the place of all of them."""
    books = {one.book_id for one in page if one.book_id}
    disciplines = {one.row.discipline_id for one in page if one.row}
    records = Record.objects.filter(book__in=books, discipline__in=disciplines, until=None)
    found = list(
        records.select_related(
            "discipline", "performance__athlete", "performance__club", "performance__discipline", "legacy__discipline"
        )
    )
    faces = Faces([one.performance for one in found if one.performance], user)
    keyed: dict[tuple[object, ...], list[Former]] = defaultdict(list)
    for one in found:
        key = (one.book_id, one.discipline_id, one.sex, one.age_group, one.facility, one.timing)
        keyed[key].append(_former(one, faces))
    return keyed


def _former(one: Record, faces: Faces) -> Former:
    performance: Performance | None = one.performance
    if performance is not None:
        who = performance.team or ", ".join(holder.name for holder in faces.holders(performance))
        return Former(who, performance.mark, performance.date)
    legacy = one.legacy
    if legacy is None:
        return Former("", "", one.set_on)
    mark = format_value(legacy.discipline.measure, legacy.value, legacy.decimals, hand=legacy.timing == HAND)
    return Former(legacy.holder, mark, legacy.date)
