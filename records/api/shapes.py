"""Rows as the API shows them: plain dictionaries made from ``values()``, since objects would take most of the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from records.domain.ages import is_minor
from records.domain.eligibility import Flaw
from records.domain.marks import HAND, format_value
from records.queries import catalogue, claims
from records.queries.lines import may_be_withheld, withheld

Row = Mapping[str, Any]

UNITS = {"time": "ms", "points": "points"}
"""Of a mark's value, by what the discipline measures; of lengths and heights it is cm."""

MARK_COLUMNS = ("value", "decimals", "timing", "status", "reason", "discipline__measure")
_WITHHELD = {
    path: tuple(f"{path}{name}" for name in ("visibility", "birth_date", "birth_precision"))
    for path in ("athlete__", "performance__athlete__")
}
"""What tells whether a name may have to be withheld."""
PERFORMANCE_COLUMNS = (
    "id", *MARK_COLUMNS, "athlete_id", "athlete__given_name", "athlete__family_name", *_WITHHELD["athlete__"],
    "team", "club__slug", "discipline__code", "sex", "wind", "date", "date_precision", "season", "facility",
    "round", "place", "competition", "venue", "country", "flaws", "best_list", "best__career", "best__season",
)  # fmt: skip

_STEP = {1: "", 2: "="}


def mark_of(row: Row) -> dict[str, Any]:
    """``{value, unit, text}``; the value is None where the status (DNF, DQ, NM …) says why."""
    measure, value = row["discipline__measure"], row["value"]
    unit = UNITS.get(measure, "cm")
    if value is None:
        return {"value": None, "unit": unit, "text": f"{row['status'].upper()} {row['reason']}".strip()}
    text = format_value(measure, value, row["decimals"], hand=row["timing"] == HAND)
    return {"value": value, "unit": unit, "text": text}


def performance(row: Row, hidden: Mapping[int, str]) -> dict[str, Any]:
    """One performance from PERFORMANCE_COLUMNS; ``hidden`` athletes have their initials or nothing."""
    listed = row["best_list"] == 1
    return {
        "id": row["id"] if hidden.get(row["athlete_id"]) != "" else None,
        "athlete": _athlete(row, "athlete", hidden),
        "team": row["team"],
        "club": row["club__slug"],
        "discipline": row["discipline__code"],
        "sex": row["sex"],
        "mark": mark_of(row),
        "status": row["status"],
        "wind": None if row["wind"] is None else row["wind"] / 10,
        "timing": row["timing"],
        "date": row["date"],
        "date_precision": row["date_precision"],
        "season": row["season"],
        "facility": row["facility"],
        "round": row["round"],
        "place": row["place"],
        "competition": row["competition"],
        "venue": row["venue"],
        "country": row["country"],
        "legal": not row["flaws"],
        "wind_aided": bool(row["flaws"] & Flaw.WIND_OVER),
        "pb": _step(row["best__career"], "PB") if listed else "",
        "sb": _step(row["best__season"], "SB") if listed else "",
    }


def _step(step: int | None, name: str) -> str:
    return f"{_STEP[step]}{name}" if step in _STEP else ""


def _athlete(row: Row, path: str, hidden: Mapping[int, str]) -> dict[str, Any] | None:
    pk = row[f"{path}_id"]
    if pk is None:
        return None
    return named(pk, f"{row[f'{path}__given_name']} {row[f'{path}__family_name']}".strip(), hidden)


def named(pk: int, name: str, hidden: Mapping[int, str]) -> dict[str, Any] | None:
    """An athlete; of those whose names are withheld the initials without an id, or nothing."""
    if pk not in hidden:
        return {"id": pk, "name": name}
    return {"id": None, "name": hidden[pk]} if hidden[pk] else None


def performances(rows: Sequence[Row], user: Any) -> list[dict[str, Any]]:
    """A page of performances. One query more where somebody in it is not public, or a minor."""
    hidden = _hidden(rows, "athlete", user)
    return [performance(row, hidden) for row in rows]


def performances_by_id(ids: Iterable[int], user: Any) -> dict[int, dict[str, Any]]:
    """The performances of ``ids`` under their ids, also where what is shown of one has none."""
    rows = list(catalogue.performances_among(list(ids)).values(*PERFORMANCE_COLUMNS))
    return dict(zip((row["id"] for row in rows), performances(rows, user), strict=True))


def _hidden(rows: Sequence[Row], path: str, user: Any) -> dict[int, str]:
    today = timezone.localdate()
    visibility, born, known_to = _WITHHELD[f"{path}__"]
    people = [row for row in rows if row[f"{path}_id"] is not None]
    asked = (
        row[f"{path}_id"]
        for row in people
        if may_be_withheld(row[visibility], is_minor(row[born], row[known_to], today))
    )
    return withheld(asked, user)


RECORD_COLUMNS = (
    "id", "book_id", "book__slug", "book__policy__ratification",
    "discipline__code", "discipline__place_in_list", "sex", "age_group", "facility", "timing",
    "set_on", "until", "equal",
    "performance_id", "performance__athlete_id", "performance__athlete__given_name",
    "performance__athlete__family_name", *_WITHHELD["performance__athlete__"], "performance__team",
    "performance__club__slug", "performance__value", "performance__decimals", "performance__timing",
    "discipline__measure", "legacy__value", "legacy__decimals", "legacy__timing", "legacy__holder",
)  # fmt: skip


def records(rows: Sequence[Row], user: Any) -> list[dict[str, Any]]:
    """A page of records from RECORD_COLUMNS. A query more where names are withheld, and one where records are
    ratified."""
    hidden = _hidden(rows, "performance__athlete", user)
    states = claims.states_among(filter(None, map(_claimable, rows)))
    return [_record(row, hidden) | {"state": _state(row, states)} for row in rows]


def _claimable(row: Row) -> tuple[int, int, str] | None:
    """What a claim of the record would be known by; None where there is nothing to ratify."""
    if row["performance_id"] is None or not row["book__policy__ratification"]:
        return None
    return row["book_id"], row["performance_id"], row["age_group"]


def _state(row: Row, states: Mapping[tuple[int, int, str], str]) -> str:
    """As boards show it: a standing record that nobody has claimed is a candidate."""
    key = _claimable(row)
    return states.get(key, "" if row["until"] else claims.CANDIDATE) if key else ""


def _record(row: Row, hidden: Mapping[int, str]) -> dict[str, Any]:
    behind = "legacy" if row["performance_id"] is None else "performance"
    pk, athlete = row["performance__athlete_id"], _athlete(row, "performance__athlete", hidden)
    written = {name: row[f"{behind}__{name}"] for name in ("value", "decimals", "timing")}
    return {
        "book": row["book__slug"],
        "discipline": row["discipline__code"],
        "sex": row["sex"],
        "age_group": row["age_group"],
        "facility": row["facility"],
        "timing": row["timing"],
        "mark": mark_of(
            {**written, "status": "valid", "reason": "", "discipline__measure": row["discipline__measure"]}
        ),
        "set_on": row["set_on"],
        "until": row["until"],
        "equal": row["equal"],
        "performance": row["performance_id"] if athlete or pk is None else None,
        "athlete": athlete,
        "holder": row["legacy__holder"] or row["performance__team"] or (athlete["name"] if athlete else ""),
        "club": row["performance__club__slug"],
    }
