"""Performances as rows for files: the columns that our own importer reads, and what TrackHub knows besides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import islice

from django.db.models import QuerySet

from records.domain.eligibility import BestList, Flaw
from records.models import Best, ExternalId, Performance, Record, RelayLeg
from records.queries.known import ERASED, OWN
from records.queries.why import mark_text, short_why

BLOCK_ROWS = 2_000


class Extras:
    """What a block of performances needs beyond its own rows: four queries, however long the block."""

    def __init__(
        self,
        block: Sequence[Performance],
        source: str,
        *,
        own_ids: bool = False,
        births: Container[int | None] | None = None,
    ) -> None:
        self.own_ids, self.births = own_ids, births
        ids = [performance.pk for performance in block]
        athletes = {performance.athlete_id for performance in block}
        legs = list(RelayLeg.objects.filter(performance__in=ids).order_by("performance", "number"))
        athletes |= {leg.athlete_id for leg in legs}
        named = ExternalId.objects.filter(athlete__in=athletes).exclude(source=ERASED).order_by("pk")
        self.athlete_ids: dict[int, str] = {}
        if own_ids:
            named = named.none()
            self.athlete_ids = {pk: own_id(pk) for pk in athletes if pk is not None}
        for one in named.filter(source=source) if source else named:
            self.athlete_ids.setdefault(one.athlete_id, one.value)
        self.bests = {pk: (c, s) for pk, c, s in Best.objects.filter(pk__in=ids).values_list("pk", "career", "season")}
        self.records: dict[int, list[tuple[str, str]]] = defaultdict(list)
        held = Record.objects.filter(performance__in=ids, until=None).order_by("book__slug", "age_group")
        for pk, slug, group in held.values_list("performance_id", "book__slug", "age_group"):
            self.records[pk].append((slug, group))
        self.legs: dict[int, list[str]] = defaultdict(list)
        for leg in legs:
            self.legs[leg.performance_id].append(self.athlete_ids.get(leg.athlete_id, f"th{leg.athlete_id}"))

    def pb(self, performance: Performance) -> str:
        return self._step(performance, 0, "PB")

    def sb(self, performance: Performance) -> str:
        return self._step(performance, 1, "SB")

    def _step(self, performance: Performance, scope: int, name: str) -> str:
        """Only legal marks are PB or SB; the bests of the lists kept apart are named in ``why``."""
        if performance.best_list != BestList.LEGAL:
            return ""
        return ("", name, f"={name}")[self.bests.get(performance.pk, (0, 0))[scope]]

    def why(self, performance: Performance) -> str:
        return short_why(performance, self.records[performance.pk], self.bests.get(performance.pk, (0, 0)))


def own_id(pk: int) -> str:
    """The id under which a club's export names a row, and by which an import of the same club knows it again."""
    return f"{OWN}{pk}"


def _external_id(performance: Performance, extras: Extras) -> str:
    return own_id(performance.pk) if extras.own_ids else performance.external_id or f"th{performance.pk}"


def _born(performance: Performance, extras: Extras) -> str:
    born = performance.athlete.born if performance.athlete else ""
    return born if extras.births is None or performance.athlete_id in extras.births else born[:4]


def _wind(performance: Performance, extras: Extras) -> str:
    return "NWI" if performance.flaws & Flaw.NO_READING else performance.wind_text


def _mark(performance: Performance, extras: Extras) -> str:
    """The mark, with the ``c`` by which the importer knows a conversion."""
    return mark_text(performance) + ("c" if performance.flaws & Flaw.CONVERTED else "")


def _athlete(name: str) -> Callable[[Performance, Extras], str]:
    return lambda performance, extras: str(getattr(performance.athlete, name)) if performance.athlete else ""


_COLUMNS: dict[str, Callable[[Performance, Extras], str]] = {
    "external_id": _external_id,
    "athlete_external_id": lambda p, e: e.athlete_ids.get(p.athlete_id or 0, ""),
    "given_name": _athlete("given_name"),
    "family_name": _athlete("family_name"),
    "sex": lambda p, e: p.sex,
    "birth_date": _born,
    "club": lambda p, e: p.club.slug if p.club else "",
    "discipline": lambda p, e: p.discipline.code,
    "mark": _mark,
    "wind": _wind,
    "timing": lambda p, e: p.timing,
    "place": lambda p, e: p.place,
    "round": lambda p, e: p.round,
    "environment": lambda p, e: p.facility,
    "competition": lambda p, e: p.competition,
    "venue": lambda p, e: p.venue,
    "country": lambda p, e: p.country,
    "date": lambda p, e: _date(p),
    "note": lambda p, e: p.note,
    "team": lambda p, e: p.team,
    "legs": lambda p, e: " / ".join(e.legs[p.pk]),
    "field_size": lambda p, e: "" if p.field_size is None else str(p.field_size),
    "legal": lambda p, e: "yes" if p.best_list == BestList.LEGAL else "no",
    "pb": lambda p, e: e.pb(p),
    "sb": lambda p, e: e.sb(p),
    "why": lambda p, e: e.why(p),
    "source": lambda p, e: p.source,
    "as_written": lambda p, e: p.written,
}

COLUMNS = tuple(_COLUMNS)


def _date(performance: Performance) -> str:
    """The date as far as it is known: 2016-08-14, 2016-08 or 2016."""
    length = {"year": 4, "month": 7}.get(performance.date_precision, 10)
    return str(performance.date)[:length]


def export_rows(
    performances: QuerySet[Performance],
    columns: Sequence[str] = COLUMNS,
    *,
    source: str = "",
    own_ids: bool = False,
    births: Container[int | None] | None = None,
) -> Iterator[list[str]]:
    """The texts of ``columns`` for each performance, block by block: memory doesn't grow with the list.

    ``own_ids`` names every row and athlete by ``own_id``, whatever ids other systems gave them. Of a birth date
    stands the year alone, but for the athletes in ``births``; None is for all.
    """
    cells = [_COLUMNS[column] for column in columns]
    rows = performances.select_related("athlete", "club", "discipline").order_by("pk").iterator(BLOCK_ROWS)
    while block := list(islice(rows, BLOCK_ROWS)):
        extras = Extras(block, source, own_ids=own_ids, births=births)
        for performance in block:
            yield [cell(performance, extras) for cell in cells]
