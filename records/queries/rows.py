"""Performances read as rows, for long lists: a board of two hundred lines has no time for objects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from records.domain.ages import is_minor
from records.domain.marks import format_value
from records.models.performances import format_wind
from records.queries.addresses import athlete_url, club_url, performance_url
from records.queries.lines import (
    Faces,
    Holder,
    Line,
    Visitor,
    badges_of,
    holder_unnamed,
    legs_of,
    may_be_withheld,
    withheld,
)


class Row(NamedTuple):
    """A performance with the names beside it; all None where a record has none behind it."""

    pk: int
    value: int | None
    decimals: int
    timing: str
    wind: int | None
    flaws: int
    facility: str
    best_list: int
    status: str
    reason: str
    day: date
    precision: str
    competition: str
    venue: str
    country: str
    round: str
    place: str
    note: str
    team: str
    club: str | None
    club_slug: str | None
    athlete: int | None
    given_name: str | None
    family_name: str | None
    visibility: str
    born: date | None
    born_known_to: str


_PATHS = (
    "pk", "value", "decimals", "timing", "wind", "flaws", "facility", "best_list", "status", "reason", "date",
    "date_precision", "competition", "venue", "country", "round", "place", "note", "team", "club__name", "club__slug",
    "athlete", "athlete__given_name", "athlete__family_name", "athlete__visibility", "athlete__birth_date",
    "athlete__birth_precision",
)  # fmt: skip


def columns(prefix: str = "") -> tuple[str, ...]:
    """What values_list has to read for a Row; ``prefix`` leads to the performance, as in 'performance__'."""
    return tuple(prefix + path for path in _PATHS)


class RowFaces(Faces):
    """The same for rows, in as many queries."""

    def __init__(self, rows: Sequence[Row], user: Visitor) -> None:
        today = timezone.localdate()
        self.legs = legs_of([row.pk for row in rows if row.athlete is None])
        people = [(row.athlete, row.visibility, is_minor(row.born, row.born_known_to, today)) for row in rows]
        people += [(one.pk, one.visibility, one.is_minor(today)) for legs in self.legs.values() for one in legs]
        asked = (pk for pk, visibility, minor in people if pk and may_be_withheld(visibility, minor))
        self.hidden = withheld(asked, user)

    def holders_in(self, row: Row) -> tuple[Holder, ...]:
        if row.athlete is None:
            return tuple(self._holder(athlete, row.club or "") for athlete in self.legs[row.pk])
        if row.athlete in self.hidden:
            return (holder_unnamed(self.hidden[row.athlete], row.club or ""),)
        name = f"{row.given_name} {row.family_name}".strip()
        return (Holder(name, athlete_url(row.athlete, name)),)

    def url_of(self, row: Row) -> str:
        """The performance's page, '' where the visitor may not see it."""
        seen = self.hidden.get(row.athlete or 0) != ""
        return performance_url(row.pk) if seen else ""


def line_of_row(
    row: Row, faces: RowFaces, *, discipline: str, sex: str, measure: str, equal: bool = False, state: str = ""
) -> Line:
    """As ``performance_line`` makes one."""
    if row.value is None:
        mark = f"{row.status.upper()} {row.reason}".strip()
    else:
        mark = format_value(measure, row.value, row.decimals)
    return Line(
        discipline=discipline,
        sex=sex,
        measure=measure,
        mark=mark,
        counts=row.value is not None,
        wind="" if row.wind is None else format_wind(row.wind).replace("-", "−"),
        badges=tuple(badges_of(row, None, equal=equal)),
        holders=faces.holders_in(row),
        team=row.team,
        club=row.club or "",
        club_url=club_url(row.club_slug) if row.club_slug else "",
        day=row.day,
        precision=row.precision,
        competition=row.competition,
        venue=row.venue,
        country=row.country,
        round=row.round,
        place=row.place,
        note=row.note,
        url=faces.url_of(row),
        pk=row.pk,
        state=state,
    )
