"""What the desk asks: whose athletes, what waits for a registrar, what is missing, and what hangs on a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import CASCADE, PROTECT, Model, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from records.domain.names import fold
from records.models import Athlete, ClubSpell, ImportBatch, Performance, Record
from records.models.athletes import named_in_public, of_age
from records.models.performances import WANTS_A_READING

LATELY = timedelta(days=30)
FEW, VERY_FEW = 1000, 50
NEWEST = 10_000
"""Marks among which a competition is looked for: its name has no index, and what is asked for is seldom old."""


def athletes_of(clubs: Collection[int], *, on: date | None = None) -> QuerySet[Any]:
    """Ids of those who belong to ``clubs`` on a day, or ever did."""
    spells = ClubSpell.objects.filter(club__in=clubs)
    return (spells.on(on) if on else spells).values_list("athlete", flat=True)


def athletes_kept_by(clubs: Collection[int], on: date) -> QuerySet[Any]:
    """Ids of those whose facts are these clubs' to write: one has the first claim on that day, or had any and nobody
    has the first on that day (records.queries.known.is_kept, for many)."""
    today = ClubSpell.objects.on(on).filter(claim=ClubSpell.Claim.FIRST)
    elsewhere = today.exclude(club__in=clubs).exclude(athlete__in=today.filter(club__in=clubs).values("athlete"))
    return athletes_of(clubs).exclude(athlete__in=elsewhere.values("athlete"))


def few_or_all(athletes: QuerySet[Any]) -> QuerySet[Any] | list[int]:
    """``athletes`` as a list where they are few. Of a few named ones beside a club PostgreSQL takes both indexes; of
    a subquery it reads the whole table, which finds a large club's newest marks soon and a small club's late."""
    named = list(athletes[: FEW + 1])
    return named if len(named) <= FEW else athletes


def is_few(athletes: QuerySet[Any]) -> bool:
    """Whether what a small club's registrar keeps can be gathered in no time."""
    return len(athletes[: VERY_FEW + 1]) <= VERY_FEW


def waiting(imports: QuerySet[ImportBatch]) -> QuerySet[ImportBatch]:
    """Imports that are being read, or wait for somebody to look at them."""
    return imports.filter(state__in=(ImportBatch.State.RECEIVED, ImportBatch.State.STAGED))


def set_lately(records: QuerySet[Record], on: date) -> QuerySet[Record]:
    """Records of the thirty days up to ``on``, those that another has taken since among them."""
    return records.filter(set_on__gt=on - LATELY, set_on__lte=on)


def without_birth_date(athletes: QuerySet[Athlete]) -> QuerySet[Athlete]:
    """Athletes for whom no age group can be told. Merged and erased ones need none."""
    return athletes.filter(birth_date=None, merged_into=None, erased=None)


def unnamed_minors(athletes: QuerySet[Athlete]) -> QuerySet[Athlete]:
    """Public athletes under 18 whose names the public doesn't see, for want of a consent or because a club says so."""
    today = timezone.localdate()
    public = athletes.filter(visibility=Athlete.Visibility.PUBLIC, merged_into=None, erased=None)
    return public.exclude(of_age(today)).exclude(named_in_public(today))


def without_wind_reading(performances: QuerySet[Performance]) -> QuerySet[Performance]:
    """Marks for which a reading of the wind is still to be found."""
    return performances.filter(WANTS_A_READING)


def called(text: str) -> QuerySet[Any] | list[int]:
    """Ids of athletes with every word of ``text`` in the name, whatever accents and order."""
    return few_or_all(Athlete.objects.named(text).values_list("pk", flat=True)) if fold(text) else []


def competitions_called(marks: QuerySet[Performance], text: str, *, limit: int) -> list[str]:
    """Names of competitions with every word of ``text`` in them, the newest first, among the newest of ``marks``."""
    words = fold(text).split()
    newest = dict.fromkeys(marks.order_by("-pk").values_list("competition", flat=True)[:NEWEST])
    named = (name for name in newest if name and words and all(word in fold(name) for word in words))
    return list(islice(named, limit))


def lines_of(line: type[Model], rows: Sequence[Model]) -> QuerySet[Any]:
    """Rows of the table ``line`` that hang on ``rows`` of one other by the first key that leads there."""
    found: QuerySet[Any] = line._base_manager.none()
    for field in line._meta.fields if rows else ():
        if field.related_model is type(rows[0]):
            return line._base_manager.filter(**{f"{field.name}__in": rows})
    return found


def hanging_on(rows: Iterable[Model], *, but: Collection[type[Model]] = ()) -> list[tuple[str | Promise, int]]:
    """(what, how many) of the rows that would go with ``rows`` or keep them from going, ``but`` for some models.

    One query for each table that points here; none is loaded.
    """
    rows = list(rows)
    found: dict[str | Promise, int] = {}
    for link in rows[0]._meta.get_fields(include_hidden=True) if rows else ():
        field = getattr(link, "field", None)
        if not (link.auto_created and not link.concrete and field and (field.many_to_one or field.one_to_one)):
            continue
        model = field.model
        if model in but or field.remote_field.on_delete not in (CASCADE, PROTECT):
            continue
        if number := model._base_manager.filter(Q(**{f"{field.name}__in": rows})).count():
            name = model._meta.verbose_name_plural
            found[name] = found.get(name, 0) + number
    return list(found.items())
