"""The rows of an import as a registrar looks through them: who, what, the verdict, and what a changed row changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.domain.marks import format_value
from records.models import Athlete, Discipline, ImportBatch, ImportRow, Performance
from records.models.performances import format_wind
from records.queries.issues import column_name
from records.queries.lines import Holder, Visitor, hidden_among
from records.sentences import say
from trackhub.clubs.models import Club

PAGE_SIZE = 50

_VERDICTS = ImportRow.Verdict
SHOWN: dict[str, tuple[str | Promise, Q]] = {
    "all": (pgettext_lazy("rows", "all"), Q()),
    "new": (pgettext_lazy("rows", "new"), Q(verdict=_VERDICTS.NEW)),
    "changed": (pgettext_lazy("rows", "changed"), Q(verdict=_VERDICTS.CHANGED)),
    "duplicate": (pgettext_lazy("rows", "there already"), Q(verdict=_VERDICTS.DUPLICATE)),
    "refused": (pgettext_lazy("rows", "refused"), Q(verdict=_VERDICTS.REFUSED)),
    "doubtful": (pgettext_lazy("rows", "doubtful"), Q(issues__isnull=False) & ~Q(verdict=_VERDICTS.REFUSED)),
}
"""What of an import may be shown, by the word of its address: its name, and which rows."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that a row says otherwise than it is known."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of the file."""

    number: int
    who: Holder
    what: str
    mark: str
    day: date | None
    precision: str
    verdict: str
    verdict_name: str
    doubtful: bool
    messages: tuple[tuple[str, str], ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows after the row ``after``; ``last`` is where the next page begins, None at the end."""

    items: list[RowLine]
    after: int
    last: int | None


def row_page(batch: ImportBatch, show: str, after: int, user: Visitor, size: int = PAGE_SIZE) -> RowPage:
    """The next rows of one kind of SHOWN, in the file's order. A handful of queries however long the file is."""
    rows = ImportRow.objects.filter(SHOWN[show][1], batch=batch, number__gt=after).order_by("number")
    found = list(rows.select_related("discipline")[: size + 1])
    page = found[:size]
    athletes = Athlete.objects.in_bulk({row.athlete_id for row in page if row.athlete_id})
    hidden = hidden_among(athletes.values(), user)
    differences = _differences(batch, page, athletes)
    names = batch.reading.get("columns", {})
    disciplines = Discipline.objects.in_bulk({pk for row in page if (pk := row.data.get("discipline_id"))})

    def line(row: ImportRow) -> RowLine:
        discipline = row.discipline or disciplines.get(row.data.get("discipline_id", 0))
        said = ((column_name(names, one["target"]) or "", say(one["code"], one["values"])) for one in row.issues or ())
        return RowLine(
            number=row.number,
            who=_who(row, athletes.get(row.athlete_id or 0), hidden),
            what=discipline.name if discipline else row.data.get("event", ""),
            mark=row.written or _mark_in(row.data, discipline),
            day=row.date or _day_in(row.data),
            precision=row.date_precision if row.date else row.data.get("date_precision", "day"),
            verdict=row.verdict,
            verdict_name=row.get_verdict_display(),
            doubtful=bool(row.issues) and row.verdict != _VERDICTS.REFUSED,
            messages=tuple(said),
            differences=differences.get(row.number, ()),
        )

    return RowPage([line(row) for row in page], after, page[-1].number if len(found) > size else None)


def _who(row: ImportRow, athlete: Athlete | None, hidden: Mapping[int, str]) -> Holder:
    if athlete is not None:
        return Holder(f"no. {athlete.pk}") if athlete.pk in hidden else Holder(str(athlete), athlete.get_absolute_url())
    person = row.data.get("person") or {}
    name = f"{person.get('given_name', '')} {person.get('family_name', '')}".strip()
    return Holder(row.team or name or str(row.data.get("holder", "") or row.data.get("said", "")))


def _mark_in(data: dict[str, Any], discipline: Discipline | None) -> str:
    """Of a row of an old record book; a medal's place."""
    if discipline is None or data.get("value") is None:
        return str(data.get("position", ""))
    return format_value(discipline.measure, data["value"], data.get("decimals", 2))


def _day_in(data: dict[str, Any]) -> date | None:
    return date.fromisoformat(data["date"]) if data.get("date") else None


def _differences(
    batch: ImportBatch, rows: Sequence[ImportRow], athletes: dict[int, Athlete]
) -> dict[int, tuple[Difference, ...]]:
    """By row number what changed rows change."""
    changed = [row for row in rows if row.verdict == _VERDICTS.CHANGED]
    if batch.kind == ImportBatch.Kind.ATHLETES:
        return {row.number: tuple(_facts_changed(row, athletes.get(row.athlete_id or 0))) for row in changed}
    if batch.kind != ImportBatch.Kind.PERFORMANCES or not changed:
        return {}
    before = _before(batch, changed)
    clubs = Club.objects.in_bulk({row.club_id for row in changed if row.club_id})
    return {
        row.number: tuple(_marks_changed(row, before[row.external_id], athletes, clubs))
        for row in changed
        if row.external_id in before
    }


def _before(batch: ImportBatch, rows: Sequence[ImportRow]) -> dict[str, Performance]:
    """By id the performances that the rows would replace, or replaced."""
    known = Performance.objects.filter(source=batch.source, external_id__in=[row.external_id for row in rows])
    if batch.state == ImportBatch.State.STAGED:
        known = known.filter(superseded_by=None)
    else:
        known = known.filter(superseded_by__batch=batch)
    return {one.external_id: one for one in known.select_related("discipline", "athlete", "club")}


_Said = Callable[[Any], str]


def _wind(one: Any) -> str:
    return "" if one.wind is None else format_wind(one.wind)


def _day(one: Any) -> str:
    return date_format(one.date, "SHORT_DATE_FORMAT") if one.date else ""


_PLAIN: tuple[tuple[str, str | Promise, _Said], ...] = (
    ("wind", _("wind"), _wind),
    ("date", _("date"), _day),
    ("facility", _("environment"), lambda one: str(one.get_facility_display())),
    ("round", _("round"), lambda one: one.round),
    ("place", _("place"), lambda one: one.place),
    ("competition", _("competition"), lambda one: one.competition),
    ("venue", _("venue"), lambda one: one.venue),
    ("country", _("country"), lambda one: one.country),
    ("note", _("note"), lambda one: one.note),
    ("team", _("team"), lambda one: one.team),
    ("sex", _("sex"), lambda one: str(one.get_sex_display())),
    ("field_size", _("how many competed"), lambda one: str(one.field_size or "")),
)


def _marks_changed(
    row: ImportRow, old: Performance, athletes: dict[int, Athlete], clubs: dict[int, Club]
) -> Iterable[Difference]:
    if row.athlete_id != old.athlete_id:
        new = athletes.get(row.athlete_id or 0)
        yield Difference(str(_("athlete")), f"no. {old.athlete_id}", f"no. {new.pk}" if new else str(_("somebody new")))
    discipline = row.discipline or old.discipline
    if discipline.pk != old.discipline_id:
        yield Difference(str(_("discipline")), old.discipline.name, discipline.name)
    facts = {name: getattr(row, name) for name in ("value", "decimals", "timing", "status", "reason")}
    mark = Performance(discipline=discipline, **facts).mark
    if mark != old.mark:
        yield Difference(str(_("mark")), old.mark, mark)
    for name, label, said in _PLAIN:
        if getattr(row, name) != getattr(old, name):
            yield Difference(str(label), said(old), said(row))


_FACTS: dict[str, str | Promise] = {
    "given_name": _("given name"),
    "family_name": _("family name"),
    "birth_date": _("birth date"),
    "external_id": _("id there"),
}


def _facts_changed(row: ImportRow, athlete: Athlete | None) -> Iterable[Difference]:
    changes, before = row.data.get("changes", {"club": True}), row.data.get("before", {})
    for name, label in _FACTS.items():
        if name in changes:
            known = before.get(name, getattr(athlete, name, "") or "")
            yield Difference(str(label), "" if known is None else str(known), str(changes[name]))
    if changes.get("club"):
        since = row.data.get("club_from") or ""
        yield Difference(str(_("club")), "", f"{row.data.get('club_name') or _('joins')} {since}".strip())


def verdict_tabs(batch: ImportBatch) -> list[tuple[str, str, int]]:
    """(word, name, how many rows) of each kind of SHOWN that the import has rows of, by the counts of its result."""
    said = batch.result
    counts = {
        "all": said.get("rows", 0), "new": said.get("created", 0), "changed": said.get("changed", 0),
        "duplicate": said.get("duplicates", 0), "refused": said.get("refused", 0), "doubtful": said.get("warnings", 0),
    }  # fmt: skip
    return [(word, str(name), counts[word]) for word, (name, _q) in SHOWN.items() if counts[word] or word == "all"]
