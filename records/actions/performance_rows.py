"""Rows of a performance file, judged one by one against what the site knows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any

from records.actions.matching import NewPerson, NoMatch, match_person, read_sex
from records.domain.dates import DateRefused, parse_date
from records.domain.disciplines import Discipline as Specification
from records.domain.disciplines import UnknownDiscipline
from records.domain.judging import date_fault, judge, parse_facility, parse_wind, round_order
from records.domain.marks import AUTO, HAND, Mark, MarkRefused, parse_mark
from records.models import ImportRow
from records.models.performances import FACT_COLUMNS
from records.queries.known import KnownAthletes, KnownClubs, KnownDisciplines, Person

STAGED_COLUMNS = (
    "batch_id", "number", "verdict", "issues", "data", "athlete_id", "club_id", "discipline_id", "athlete_key",
    *FACT_COLUMNS,
)  # fmt: skip

_LONGEST = {"competition": 160, "venue": 120, "note": 200, "team": 80, "round": 40, "place": 10, "external_id": 80}
_TIMING = {"": "", "auto": AUTO, "fat": AUTO, "a": AUTO, "electronic": AUTO, "e": AUTO, "hand": HAND, "h": HAND,
           "manual": HAND, "gun": "gun", "chip": "chip", "transponder": "chip"}  # fmt: skip

NOBODY = Person(0, "", None, "unknown")


class RowRefused(Exception):
    """Why a row can't be taken: the target whose column is to blame, a code and its values."""

    def __init__(self, target: str, code: str, /, **values: object) -> None:
        super().__init__(target, code)
        self.issue = {"target": target, "code": code, "values": {k: str(v) for k, v in values.items()}}


@dataclass
class PerformanceRows:
    """Judges the rows of one performance file. ``club_id`` is set when the whole file is one club's."""

    batch_id: int
    at: Mapping[str, int]
    width: int
    source: str
    club_id: int | None
    date_order: Any
    today: date
    athletes: KnownAthletes
    clubs: KnownClubs
    disciplines: KnownDisciplines = field(default_factory=KnownDisciplines)

    def staged(self, number: int, cells: Sequence[str]) -> tuple[Any, ...]:
        """The values of STAGED_COLUMNS for one row."""
        issues: list[dict[str, Any]] = []
        try:
            if len(cells) > self.width:
                raise RowRefused("", "extra_cells", found=len(cells), expected=self.width)
            return self._judged(number, cells, issues)
        except NoMatch as refusal:
            issues.append(RowRefused(refusal.target, refusal.code, **refusal.values).issue)
        except RowRefused as refusal:
            issues.append(refusal.issue)
        return self._refused(number, cells, issues)

    def _refused(self, number: int, cells: Sequence[str], issues: list[dict[str, Any]]) -> tuple[Any, ...]:
        external_id = self._cell(cells, "external_id")[:80]
        blank = (
            "", None, "day", 5, None, None, 2, self._cell(cells, "mark")[:60], "", None, "outdoor", 0, "", "", "",
            "", "", "", "", "", "", "", 0, 0, None, None, None, self.source, external_id,
        )  # fmt: skip
        head = (self.batch_id, number, ImportRow.Verdict.REFUSED.value, json.dumps(issues), None, None, None, None, "")
        return head + blank

    def _cell(self, cells: Sequence[str], target: str) -> str:
        index = self.at.get(target)
        return cells[index] if index is not None and index < len(cells) else ""

    def _judged(self, number: int, cells: Sequence[str], issues: list[dict[str, Any]]) -> tuple[Any, ...]:
        at, said = self.at, self._cell
        on, date_precision = self._date(said(cells, "date"))
        legs = said(cells, "legs")
        team = said(cells, "team")
        is_relay = bool(team and not said(cells, "athlete_external_id"))
        club_id = self._club(said(cells, "club")) if "club" in at else self.club_id
        person, athlete_key, data = self._team(cells, team, legs) if is_relay else self._athlete(cells, club_id, issues)
        sex = read_sex(said(cells, "sex"), mixed=True) if is_relay else person.sex
        facility = self._facility(said(cells, "environment"))
        discipline_id, discipline = self._discipline(said(cells, "discipline"), sex, facility)
        mark = self._mark(said(cells, "mark"), discipline, sex, said(cells, "timing"))
        self._check_date(on, date_precision, said(cells, "date"), person)
        if club_id is None and not is_relay:
            club_id = self.athletes.club_on(person.pk, on)
        judged = judge(
            mark,
            discipline,
            on=on,
            facility=facility,
            wind=self._wind(said(cells, "wind")),
            born=person.born,
            birth_precision=person.birth_precision,
            season_start=self.clubs.season_start.get(club_id or 0, 1),
        )
        texts = {target: said(cells, target) for target in ("competition", "venue", "note", "round", "place")}
        texts["team"], country = team if is_relay else "", said(cells, "country").upper()
        if len(country) > 3:
            texts["venue"], country = ", ".join(filter(None, (texts["venue"], said(cells, "country")))), ""
        if said(cells, "combined_event"):
            texts["note"] = "; ".join(filter(None, (said(cells, "combined_event"), texts["note"])))
        external_id = said(cells, "external_id") or self._own_id(cells, discipline.code, on)
        for target, text in (*texts.items(), ("external_id", external_id)):
            if len(text) > _LONGEST[target]:
                raise RowRefused(target, "too_long", text=text[:30], limit=_LONGEST[target])
        return (
            self.batch_id, number, "new", json.dumps(issues) if issues else None, data,
            person.pk or None, club_id, discipline_id, athlete_key,
            sex, on, date_precision, round_order(texts["round"]), judged.value, judged.merit, judged.decimals,
            said(cells, "mark")[:60], judged.timing, judged.wind, judged.facility, judged.season, judged.status,
            judged.reason, "A" * mark.altitude + "+" * mark.split, texts["round"], texts["place"],
            texts["competition"], texts["venue"], country, texts["note"], texts["team"],
            int(judged.flaws), int(judged.best_list), *judged.ages, self.source, external_id,
        )  # fmt: skip

    def _date(self, text: str) -> tuple[date, str]:
        if not text:
            raise RowRefused("date", "no_date")
        try:
            return parse_date(text, self.date_order)
        except DateRefused as refusal:
            raise RowRefused("date", refusal.code, **refusal.values) from refusal

    def _check_date(self, on: date, precision: str, text: str, person: Person) -> None:
        fault = date_fault(
            on, today=self.today, born=person.born, birth_precision=person.birth_precision, precision=precision
        )
        if fault:
            raise RowRefused("date", fault, text=text, born=person.birth_text)

    def _club(self, text: str) -> int | None:
        if not text:
            return self.club_id
        club_id = self.clubs.find(text)
        if club_id is None:
            raise RowRefused("club", "unknown_club", text=text)
        if self.club_id and club_id != self.club_id:
            raise RowRefused("club", "not_your_club", text=text, club=self.clubs.names[self.club_id])
        return club_id

    def _athlete(
        self, cells: Sequence[str], club_id: int | None, issues: list[dict[str, Any]]
    ) -> tuple[Person, str, str | None]:
        external = self._cell(cells, "athlete_external_id")
        if external:
            person = self.athletes.by_id.get(external)
            if person is not None:
                return person, "", None
        if not (self._cell(cells, "family_name") or self._cell(cells, "full_name")):
            if external:
                raise RowRefused("athlete_external_id", "unknown_athlete", text=external, source=self.source)
            raise RowRefused("athlete_external_id", "no_athlete")
        found = match_person(lambda target: self._cell(cells, target), self.athletes, club_id, self.date_order)
        issues.extend(found.warnings)
        if isinstance(found.person, NewPerson):
            new = found.person
            return Person(0, new.sex, new.born, new.birth_precision), new.key(club_id, external), new.as_json(external)
        return found.person, "", None

    def _team(self, cells: Sequence[str], team: str, legs: str) -> tuple[Person, str, str | None]:
        runners = []
        for text in filter(None, (part.strip() for part in legs.split("/"))):
            runner = self.athletes.by_id.get(text)
            if runner is None:
                raise RowRefused("legs", "unknown_leg", text=text)
            runners.append(runner.pk)
        return NOBODY, "", json.dumps({"legs": runners}) if runners else None

    def _facility(self, text: str) -> str:
        try:
            return parse_facility(text)
        except MarkRefused as refusal:
            raise RowRefused("environment", refusal.code, **refusal.values) from refusal

    def _discipline(self, text: str, sex: str, facility: str) -> tuple[int, Specification]:
        if not text:
            raise RowRefused("discipline", "no_discipline")
        try:
            return self.disciplines.find(text, sex, facility)
        except UnknownDiscipline as refusal:
            raise RowRefused("discipline", "unknown_discipline", text=text) from refusal

    def _mark(self, text: str, discipline: Specification, sex: str, timing: str) -> Mark:
        try:
            return parse_mark(text, discipline, sex, _TIMING.get(timing.lower(), ""))
        except MarkRefused as refusal:
            raise RowRefused("mark", refusal.code, **refusal.values) from refusal

    def _wind(self, text: str) -> int | None:
        try:
            return parse_wind(text)
        except MarkRefused as refusal:
            raise RowRefused("wind", refusal.code, **refusal.values) from refusal

    def _own_id(self, cells: Sequence[str], code: str, on: date) -> str:
        """An id for a row that brings none: the same words are the same performance, however often they come."""
        words = [code, on.isoformat()]
        words += [
            self._cell(cells, target)
            for target in ("athlete_external_id", "full_name", "given_name", "family_name", "birth_date", "team",
                           "mark", "wind", "round", "place", "competition")
        ]  # fmt: skip
        return "~" + blake2b("\x1f".join(words).encode(), digest_size=12).hexdigest()
