"""Rows of an old record book, judged one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, TypeVar

from records.actions.athlete_rows import ATHLETE_STAGED_COLUMNS, NO_FACTS
from records.actions.matching import NoMatch, read_sex
from records.actions.performance_rows import RowRefused
from records.domain.dates import DateRefused, Order, parse_date
from records.domain.disciplines import UnknownDiscipline
from records.domain.judging import date_fault, judge, parse_facility, parse_wind
from records.domain.marks import MarkRefused, parse_mark
from records.queries.known import KnownDisciplines

Read = TypeVar("Read")


@dataclass
class RecordRows:
    """Judges the rows of one old record book. ``age_groups`` are the codes of the book's scheme, folded to code."""

    batch_id: int
    at: Mapping[str, int]
    width: int
    source: str
    age_groups: Mapping[str, str]
    scheme: str
    date_order: Order
    today: date
    disciplines: KnownDisciplines = field(default_factory=KnownDisciplines)

    def staged(self, number: int, cells: Sequence[str]) -> tuple[Any, ...]:
        """The values of ATHLETE_STAGED_COLUMNS for one row; the old record waits in ``data``."""
        issues: list[dict[str, Any]] = []
        data: dict[str, Any] | None = None
        try:
            if len(cells) > self.width:
                raise RowRefused("", "extra_cells", found=len(cells), expected=self.width)
            data = self._judged(cells)
        except (MarkRefused, DateRefused) as refusal:
            target = "date" if isinstance(refusal, DateRefused) else "mark"
            issues.append(RowRefused(target, refusal.code, **refusal.values).issue)
        except NoMatch as refusal:
            issues.append(RowRefused(refusal.target, refusal.code, **refusal.values).issue)
        except UnknownDiscipline as refusal:
            issues.append(RowRefused("discipline", "unknown_discipline", text=refusal).issue)
        except RowRefused as refusal:
            issues.append(refusal.issue)
        head = (
            self.batch_id,
            number,
            "new" if data else "refused",
            json.dumps(issues) if issues else None,
            json.dumps(data or {}),
            None,
            None,
            "",
            self.source,
            data["external_id"] if data else "",
        )
        return head + NO_FACTS

    def _cell(self, cells: Sequence[str], target: str) -> str:
        index = self.at.get(target)
        return cells[index] if index is not None and index < len(cells) else ""

    def _judged(self, cells: Sequence[str]) -> dict[str, Any]:
        holder = self._cell(cells, "holder")
        if not holder:
            raise RowRefused("holder", "no_holder")
        sex = read_sex(self._cell(cells, "sex"), mixed=True)
        facility = self._read("environment", parse_facility, cells)
        discipline_id, discipline = self.disciplines.find(self._cell(cells, "discipline"), sex, facility)
        if not (sex or discipline.sex):
            raise RowRefused("sex", "unknown_sex", text=self._cell(cells, "sex"))
        mark = parse_mark(self._cell(cells, "mark"), discipline, sex, self._cell(cells, "timing").lower())
        if mark.value is None:
            raise RowRefused("mark", "no_mark")
        on, precision = parse_date(self._cell(cells, "date"), self.date_order)
        fault = date_fault(on, today=self.today, born=None, birth_precision="unknown", precision=precision)
        if fault:
            raise RowRefused("date", fault, text=on)
        judged = judge(
            mark,
            discipline,
            on=on,
            facility=facility,
            wind=self._read("wind", parse_wind, cells),
            born=None,
            birth_precision="unknown",
            season_start=1,
        )
        words = (
            discipline.code,
            sex,
            self._age_group(cells),
            judged.facility,
            str(judged.value),
            holder,
            on.isoformat(),
        )
        own_id = "~" + blake2b("\x1f".join(words).encode(), digest_size=12).hexdigest()
        return {
            "discipline_id": discipline_id,
            "sex": sex or discipline.sex,
            "age_group": words[2],
            "facility": judged.facility,
            "value": judged.value,
            "merit": judged.merit,
            "decimals": judged.decimals,
            "timing": judged.timing,
            "flaws": int(judged.flaws),
            "holder": holder[:160],
            "date": on.isoformat(),
            "date_precision": precision,
            "note": self._cell(cells, "note")[:200],
            "external_id": self._cell(cells, "external_id")[:80] or own_id,
        }

    def _read(self, target: str, parse: Callable[[str], Read], cells: Sequence[str]) -> Read:
        try:
            return parse(self._cell(cells, target))
        except MarkRefused as refusal:
            raise RowRefused(target, refusal.code, **refusal.values) from refusal

    def _age_group(self, cells: Sequence[str]) -> str:
        text = self._cell(cells, "age_group")
        if text.lower() in ("", "open", "all", "any", "overall", "absolute"):
            return ""
        if text.lower() not in self.age_groups:
            raise RowRefused("age_group", "unknown_age_group", text=text, scheme=self.scheme)
        return self.age_groups[text.lower()]


RECORD_STAGED_COLUMNS = ATHLETE_STAGED_COLUMNS
