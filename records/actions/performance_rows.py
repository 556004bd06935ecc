"""Rows of a performance file, judged one by one against what the site knows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from operator import itemgetter
from typing import Any, NamedTuple

from records.actions.matching import NoMatch, match_person, read_sex
from records.domain.cells import unguarded
from records.domain.dates import DateRefused, Order, parse_date
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

_LONGEST = {"competition": 160, "venue": 120, "note": 200, "team": 80, "round": 40, "place": 10,
            "external_id": 80, "athlete_external_id": 80}  # fmt: skip
_USUAL_LENGTH = 40
"""Rows whose cells are no longer need no look at each limit; only ``place`` has a lower one."""
_TIMING = {"": "", "auto": AUTO, "fat": AUTO, "a": AUTO, "electronic": AUTO, "e": AUTO, "hand": HAND, "h": HAND,
           "manual": HAND, "gun": "gun", "chip": "chip", "transponder": "chip"}  # fmt: skip

NOBODY = Person(0, "", None, "unknown")


class RowRefused(Exception):
    """Why a row can't be taken: the target whose column is to blame, a code and its values."""

    def __init__(self, target: str, code: str, /, **values: object) -> None:
        super().__init__(target, code)
        self.issue = {"target": target, "code": code, "values": {k: str(v) for k, v in values.items()}}


class Line(NamedTuple):
    """The cells of one row by what they say; '' for what the file has no column for."""

    external_id: str
    athlete_external_id: str
    full_name: str
    given_name: str
    family_name: str
    sex: str
    birth_date: str
    birth_year: str
    club: str
    nation: str
    discipline: str
    mark: str
    wind: str
    timing: str
    place: str
    round: str
    environment: str
    competition: str
    venue: str
    country: str
    date: str
    note: str
    combined_event: str
    team: str
    legs: str


class Subject(NamedTuple):
    """Whom a row is about: a known person, one to be made (with the key that rows about them share), or a team."""

    person: Person
    key: str = ""
    data: dict[str, Any] | None = None


@dataclass
class PerformanceRows:
    """Judges the rows of one performance file. ``club_id`` is set when the whole file is one club's."""

    batch_id: int
    at: Mapping[str, int]
    width: int
    source: str
    club_id: int | None
    create_clubs: bool
    date_order: Order
    today: date
    athletes: KnownAthletes
    clubs: KnownClubs
    disciplines: KnownDisciplines = field(default_factory=KnownDisciplines)

    def __post_init__(self) -> None:
        # A cell beyond the row's end is '': columns that the file lacks point there.
        self._pick = itemgetter(*(self.at.get(target, self.width) for target in Line._fields))

    def staged(self, number: int, cells: Sequence[str]) -> tuple[Any, ...]:
        """The values of STAGED_COLUMNS for one row."""
        issues: list[dict[str, Any]] = []
        if "'" in "".join(cells):
            cells = [unguarded(cell) for cell in cells]
        said = Line._make(self._pick([*cells[: self.width], ""]))
        try:
            if len(cells) > self.width:
                raise RowRefused("", "extra_cells", found=len(cells), expected=self.width)
            return self._judged(number, said, issues)
        except NoMatch as refusal:
            issues.append(RowRefused(refusal.target, refusal.code, **refusal.values).issue)
        except RowRefused as refusal:
            issues.append(refusal.issue)
        return self._refused(number, said, issues)

    def _refused(self, number: int, said: Line, issues: list[dict[str, Any]]) -> tuple[Any, ...]:
        blank = (
            "", None, "day", 5, None, None, 2, said.mark[:60], "", None, "outdoor", 0, "", "", "",
            "", "", "", "", "", "", "", 0, 0, None, None, None, self.source, said.external_id[:80],
        )  # fmt: skip
        head = (self.batch_id, number, ImportRow.Verdict.REFUSED.value, json.dumps(issues), "{}", None, None, None, "")
        return head + blank

    def _judged(self, number: int, said: Line, issues: list[dict[str, Any]]) -> tuple[Any, ...]:
        on, date_precision = self._date(said.date)
        is_relay = bool(said.team and not said.athlete_external_id)
        club_id, new_club = self._club(said.club)
        subject = self._team(said.legs) if is_relay else self._athlete(said, club_id, new_club, issues)
        person = subject.person
        sex = read_sex(said.sex, mixed=True) if is_relay else person.sex
        facility = self._facility(said.environment)
        discipline_id, discipline = self._discipline(said.discipline, sex, facility)
        mark = self._mark(said, discipline, sex)
        self._check_date(on, date_precision, said.date, person)
        if club_id is None and not new_club:
            club_id = self.athletes.club_on(person.pk, on)
        judged = judge(
            mark,
            discipline,
            on=on,
            facility=facility,
            wind=self._wind(said.wind),
            born=person.born,
            birth_precision=person.birth_precision,
            season_start=self.clubs.season_start.get(club_id or 0, 1),
        )
        venue, country = self._place(said)
        note = f"{said.combined_event}; {said.note}".strip("; ") if said.combined_event else said.note
        external_id = said.external_id or self._own_id(said, discipline.code, on)
        self._check_lengths(said, venue, note)
        data = {**(subject.data or {}), "club_name": new_club} if new_club else subject.data
        flags = ("A" if mark.altitude else "") + ("+" if mark.split else "")
        return (
            self.batch_id, number, "new", json.dumps(issues) if issues else None, json.dumps(data) if data else "{}",
            person.pk or None, club_id, discipline_id, subject.key,
            sex, on.isoformat(), date_precision, round_order(said.round), judged.value, judged.merit, judged.decimals,
            said.mark[:60], judged.timing, judged.wind, judged.facility, judged.season, judged.status,
            judged.reason, flags, said.round, said.place, said.competition, venue, country, note,
            said.team if is_relay else "", int(judged.flaws), int(judged.best_list), *judged.ages,
            self.source, external_id,
        )  # fmt: skip

    def _place(self, said: Line) -> tuple[str, str]:
        """(venue, country): a country that isn't a three-letter code is part of the venue's name."""
        if len(said.country) <= 3:
            return said.venue, said.country.upper()
        return f"{said.venue}, {said.country}".strip(", "), ""

    def _check_lengths(self, said: Line, venue: str, note: str) -> None:
        if max(map(len, said)) <= _USUAL_LENGTH and len(said.place) <= _LONGEST["place"]:
            return
        for target, limit in _LONGEST.items():
            text = venue if target == "venue" else note if target == "note" else getattr(said, target)
            if len(text) > limit:
                raise RowRefused(target, "too_long", text=text[:30], limit=limit)

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

    def _club(self, text: str) -> tuple[int | None, str]:
        """(id, '') of a known club, (None, name) of one to be made, (None, '') where the row names none."""
        if not text:
            return self.club_id, ""
        club_id = self.clubs.find(text)
        if club_id is None and self.create_clubs:
            if len(text) > 120:
                raise RowRefused("club", "too_long", text=text[:30], limit=120)
            return None, text
        if club_id is None:
            raise RowRefused("club", "unknown_club", text=text)
        if self.club_id and club_id != self.club_id:
            raise RowRefused("club", "not_your_club", text=text, club=self.clubs.names[self.club_id])
        return club_id, ""

    def _athlete(self, said: Line, club_id: int | None, new_club: str, issues: list[dict[str, Any]]) -> Subject:
        external = said.athlete_external_id
        person = self.athletes.by_id.get(external) if external else None
        if person is not None:
            return Subject(person)
        if not (said.family_name or said.full_name):
            if external:
                raise RowRefused("athlete_external_id", "unknown_athlete", text=external, source=self.source)
            raise RowRefused("athlete_external_id", "no_athlete")
        found = match_person(said._asdict().get, self.athletes, club_id, self.date_order)
        issues.extend(found.warnings)
        if isinstance(found.person, Person):
            return Subject(found.person)
        new = found.person
        person = Person(0, new.sex, new.born, new.birth_precision)
        return Subject(person, new.key(club_id or new_club, external), {"person": new.as_dict(external)})

    def _team(self, legs: str) -> Subject:
        runners = []
        for text in filter(None, (part.strip() for part in legs.split("/"))):
            runner = self.athletes.by_id.get(text)
            if runner is None:
                raise RowRefused("legs", "unknown_leg", text=text)
            runners.append(runner.pk)
        return Subject(NOBODY, data={"legs": runners} if runners else None)

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

    def _mark(self, said: Line, discipline: Specification, sex: str) -> Mark:
        try:
            return parse_mark(said.mark, discipline, sex, _TIMING.get(said.timing.lower(), ""))
        except MarkRefused as refusal:
            raise RowRefused("mark", refusal.code, **refusal.values) from refusal

    def _wind(self, text: str) -> int | None:
        try:
            return parse_wind(text)
        except MarkRefused as refusal:
            raise RowRefused("wind", refusal.code, **refusal.values) from refusal

    def _own_id(self, said: Line, code: str, on: date) -> str:
        """An id for a row that brings none: the same words are the same performance, however often they come."""
        words = (
            code, on.isoformat(), said.athlete_external_id, said.full_name, said.given_name, said.family_name,
            said.sex, said.birth_year, said.club,
            said.birth_date, said.team, said.mark, said.wind, said.round, said.place, said.competition,
        )  # fmt: skip
        return "~" + blake2b("\x1f".join(words).encode(), digest_size=12).hexdigest()
