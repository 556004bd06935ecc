"""Rankings of masters by age grade: who is closest to the best that the age allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import BigIntegerField, Case, F, QuerySet, Value, When, Window
from django.db.models.functions import Cast, Rank, RowNumber

from records.domain.eligibility import BestList
from records.domain.grading import Factors, factors_of
from records.models import Discipline, Performance
from records.queries.lines import Page, Visitor, page_of
from records.queries.rankings import Asked, Ranked, ranked_lines, ranking


def graded_page(user: Visitor, discipline: Discipline, asked: Asked, *, page: int = 1) -> Page[Ranked]:
    """The best age grades of those of 35 and older with legal marks; an athlete's best, unless every mark is asked
    for. Empty where the tables have no factors. Four queries at most."""
    factors = factors_of(discipline.code, asked.sex)
    if not factors.by_age:
        return Page([], page, False)
    found = page_of(_graded(user, discipline, asked, factors), page)
    return Page(_ranked(found.items, user), found.number, found.more)


def whole_graded(user: Visitor, discipline: Discipline, asked: Asked) -> Iterator[Ranked]:
    """Every line, for a file."""
    number, more = 1, True
    while more:
        found = graded_page(user, discipline, asked, page=number)
        yield from found.items
        number, more = number + 1, found.more


def _graded(user: Visitor, discipline: Discipline, asked: Asked, factors: Factors) -> QuerySet[Performance]:
    """In their order, with the ``place`` of each in the whole ranking. Marks are compared as whole numbers: times are
    negative merits, which a factor below one brings closer to naught."""
    # A factor in ten-thousandths times a long race in ms is more than 32 bits hold.
    factor = Case(*(When(age_day=age, then=Value(by)) for age, by in factors.by_age.items()))
    score = Cast(F("merit"), BigIntegerField()) * Cast(factor, BigIntegerField())
    found = ranking(user, discipline, replace(asked, every_mark=True))
    found = found.filter(best_list=BestList.LEGAL, age_day__in=factors.by_age).annotate(score=score)
    if not asked.every_mark:
        own = Window(RowNumber(), partition_by=[F("athlete")], order_by=[F("score").desc(), F("date"), F("pk")])
        firsts = found.annotate(nth=own).filter(nth=1).values("pk")
        found = Performance.objects.filter(pk__in=firsts).annotate(score=score)
    placed = found.annotate(place_graded=Window(Rank(), order_by=F("score").desc()))
    return placed.select_related("discipline", "athlete", "club", "best").order_by("-score", "date", "pk")


def _ranked(rows: list[Performance], user: Visitor) -> list[Ranked]:
    return ranked_lines(rows, user, (int(one.place_graded) for one in rows))  # type: ignore[attr-defined]
