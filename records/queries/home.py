"""What the first page shows besides new records and results: clubs at a glance, and the visitor's own shelf."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from records.models import Athlete, ClubSpell, ImportBatch, MarkReport, Record, RecordClaim
from records.models.athletes import seen_in_public
from records.queries.desk import waiting
from records.queries.voices import voices_of
from trackhub.clubs.models import Club, User


@dataclass(frozen=True, slots=True)
class ClubInShort:
    """A club with its public athletes of today and its standing records at any age."""

    name: str
    url: str
    town: str
    country: str
    athletes: int
    records: int


def clubs_in_short(*, today: date, limit: int) -> list[ClubInShort]:
    """The first clubs by name, one more than ``limit`` to know whether there are more. Three queries."""
    clubs = list(Club.objects.order_by("name")[: limit + 1])
    spells = ClubSpell.objects.on(today).filter(club__in=clubs, athlete__merged_into=None)
    spells = spells.filter(seen_in_public(today, "athlete__")).order_by("club")
    athletes = dict(spells.values_list("club").annotate(n=Count("athlete", distinct=True)))
    standing = Record.objects.filter(book__club__in=clubs, until=None, age_group="").order_by("book__club")
    records = dict(standing.values_list("book__club").annotate(n=Count("pk")))
    return [
        ClubInShort(
            one.name, one.get_absolute_url(), one.town, one.country, athletes.get(one.pk, 0), records.get(one.pk, 0)
        )
        for one in clubs
    ]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is a logged-in visitor's own; for whoever ``keeps`` the club's records, the work that waits."""

    athletes: list[Athlete]
    keeps: bool = False
    claims: int = 0
    reports: int = 0
    imports: int = 0

    @property
    def waits(self) -> bool:
        return self.claims + self.reports + self.imports > 0


def _number_of(rows: QuerySet[Any], by: str) -> Coalesce:
    """How many of ``rows`` belong to the outer row, 0 for none."""
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def shelf_of(user: User, club: Club | None, *, keeps: bool, today: date) -> Shelf:
    """The athletes for whom ``user`` speaks, and for whoever ``keeps`` the club's records what waits. Three queries."""
    athletes = voices_of(user, on=today)
    if club is None or not keeps:
        return Shelf(athletes)
    claims = RecordClaim.objects.filter(book__club=OuterRef("pk"), state=RecordClaim.State.PENDING)
    imports = waiting(ImportBatch.objects.filter(club=OuterRef("pk")))
    reports = MarkReport.objects.answered_by(club, today).filter(state=MarkReport.State.OPEN).order_by()
    found = Club.objects.filter(pk=club.pk).values_list(
        _number_of(claims, "book__club"),
        _number_of(imports, "club"),
        Coalesce(Subquery(reports.annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")), 0),
    )
    waiting_claims, waiting_imports, waiting_reports = found.get()
    return Shelf(athletes, True, waiting_claims, waiting_reports, waiting_imports)
