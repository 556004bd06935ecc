"""Rows of a performance file, judged one by one against what the site knows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import Any, NamedTuple

from records.actions.matching import NewPerson, NoMatch, match_person, read_person, read_sex
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
LARGEST_FIELD = 30_000
_USUAL_LENGTH = 40
"""Rows whose cells are no longer need no look at each limit; only ``place`` has a lower one."""
_TIMING = {"": "", "auto": AUTO, "fat": AUTO, "a": AUTO, "electronic": AUTO, "e": AUTO, "hand": HAND, "h": HAND,
           "manual": HAND, "gun": "gun", "chip": "chip", "transponder": "chip"}  # fmt: skip

NOBODY = Person(0, "", None, "unknown")
IN_DOUBT = ("doubtful_athlete", "several_athletes")
"""Refusals that a registrar can settle by saying who is meant."""


class RowRefused(Exception):
    """Why a row can't be taken: the target whose column is to blame, a code and its values."""

    def __init__(self, target: str, code: str, /, **values: object) -> None:
        super().__init__(target, code)
        self.subject: Subject | None = None
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
    field_size: str


class Subject(NamedTuple):
    """Whom a row is about: a known person, one to be made (with the key that rows about them share), or a team."""

    person: Person
    key: str = ""
    data: dict[str, Any] | None = None


def _newcomer(new: NewPerson, key: str, external: str) -> Subject:
    person = Person(0, new.sex, new.born, new.birth_precision)
    return Subject(person, key, {"person": new.as_dict(external)})


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
    people: Mapping[str, Person | None] = field(default_factory=dict)
    """Who is who, by athlete key, where a registrar said so; None for somebody new."""
    disciplines: KnownDisciplines = field(default_factory=KnownDisciplines)

    def __post_init__(self) -> None:
        # A cell beyond the row's end is '': columns that the file lacks point there.
        self._mark = lru_cache(maxsize=65_536)(self._read_mark)
        self._date = lru_cache(maxsize=16_384)(self._read_date)
        self._pick = itemgetter(*(self.at.get(target, self.width) for target in Line._fields))

    def staged(self, number: int, cells: Sequence[str]) -> tuple[Any, ...]:
        """The values of STAGED_COLUMNS for one row."""
        issues: list[dict[str, Any]] = []
        subject = None
        if "'" in "".join(cells):
            cells = [unguarded(cell) for cell in cells]
        said = Line._make(self._pick([*cells[: self.width], ""]))
        try:
            if len(cells) > self.width:
                raise RowRefused("", "extra_cells", found=len(cells), expected=self.width)
            return self._judged(number, said, issues, max(map(len, cells)) <= _USUAL_LENGTH)
        except NoMatch as refusal:
            issues.append(RowRefused(refusal.target, refusal.code, **refusal.values).issue)
        except RowRefused as refusal:
            issues.append(refusal.issue)
            subject = refusal.subject
        return self._refused(number, said, issues, subject)

    def _refused(
        self, number: int, said: Line, issues: list[dict[str, Any]], subject: Subject | None
    ) -> tuple[Any, ...]:
        """A row in doubt about its person keeps who it says, so that the registrar can decide."""
        shown = " ".join((said.given_name, said.family_name)).strip() or said.full_name or said.athlete_external_id
        erased = any(one["code"] == "erased_athlete" for one in issues)
        unread = {} if erased else {"said": shown[:160], "event": said.discipline[:40]}
        key, data = (subject.key, subject.data) if subject else ("", unread)
        blank = (
            "", None, "day", 5, None, None, 2, said.mark[:60], "", None, "outdoor", 0, "", "", "",
            "", "", "", "", "", "", "", 0, 0, None, None, None, self.source, said.external_id[:80], None,
        )  # fmt: skip
        refused = ImportRow.Verdict.REFUSED.value
        return (self.batch_id, number, refused, json.dumps(issues), json.dumps(data), None, None, None, key, *blank)

    def _judged(self, number: int, said: Line, issues: list[dict[str, Any]], brief: bool) -> tuple[Any, ...]:
        on, written, date_precision = self._date(said.date)
        is_relay = bool(said.team and not said.athlete_external_id)
        club_id, new_club = self._club(said.club)
        subject = self._team(said.legs) if is_relay else self._athlete(said, club_id, new_club, issues)
        person = subject.person
        sex = read_sex(said.sex, mixed=True) if is_relay else person.sex
        discipline_id, discipline, facility, mark = self._mark(
            said.discipline, sex, said.environment, said.mark, said.timing
        )
        self._check_date(on, date_precision, said.date, person)
        if club_id is None and not new_club:
            club_id = self.athletes.club_on(person.pk, on)
        elif club_id == self.club_id and (of := self.athletes.clubs_on(person.pk, on)) and club_id not in of:
            known = ", ".join(self.clubs.names[one] for one in of)
            issues.append({"target": "club", "code": "runs_for_another", "values": {"known": known}})
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
        if not brief or len(said.place) > _LONGEST["place"]:
            self._check_lengths(said, venue, note)
        data = {**(subject.data or {}), "club_name": new_club} if new_club else subject.data
        flags = ("A" if mark.altitude else "") + ("+" if mark.split else "")
        return (
            self.batch_id, number, "new", json.dumps(issues) if issues else None, json.dumps(data) if data else "{}",
            person.pk or None, club_id, discipline_id, subject.key,
            sex, written, date_precision, round_order(said.round), judged.value, judged.merit, judged.decimals,
            said.mark[:60], judged.timing, judged.wind, judged.facility, judged.season, judged.status,
            judged.reason, flags, said.round, said.place, said.competition, venue, country, note,
            said.team if is_relay else "", int(judged.flaws), int(judged.best_list), *judged.ages,
            self.source, external_id, self._field_size(said.field_size),
        )  # fmt: skip

    def _place(self, said: Line) -> tuple[str, str]:
        """(venue, country): a country that isn't a three-letter code is part of the venue's name."""
        if len(said.country) <= 3:
            return said.venue, said.country.upper()
        return f"{said.venue}, {said.country}".strip(", "), ""

    def _check_lengths(self, said: Line, venue: str, note: str) -> None:
        for target, limit in _LONGEST.items():
            text = venue if target == "venue" else note if target == "note" else getattr(said, target)
            if len(text) > limit:
                raise RowRefused(target, "too_long", text=text[:30], limit=limit)

    def _read_date(self, text: str) -> tuple[date, str, str]:
        """(date, the same as ISO text, precision)."""
        if not text:
            raise RowRefused("date", "no_date")
        try:
            on, precision = parse_date(text, self.date_order)
            return on, on.isoformat(), precision
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
        if external and self.athletes.id_was_erased(external):
            raise RowRefused("athlete_external_id", "erased_athlete")
        if not (said.family_name or said.full_name):
            if external:
                raise RowRefused("athlete_external_id", "unknown_athlete", text=external, source=self.source)
            raise RowRefused("athlete_external_id", "no_athlete")
        if self.people:
            new = read_person(said._asdict().get, self.date_order)
            key = new.key(club_id or new_club, external)
            if key in self.people:
                return self._decided(self.people[key], new, key, said)
        try:
            found = match_person(said._asdict().get, self.athletes, club_id, self.date_order)
        except NoMatch as doubt:
            if doubt.code not in IN_DOUBT:
                raise
            refusal = RowRefused(doubt.target, doubt.code, **doubt.values)
            new = read_person(said._asdict().get, self.date_order)
            refusal.subject = _newcomer(new, new.key(club_id or new_club, external), external)
            raise refusal from doubt
        if self.athletes.is_elsewhere(external, found.person.pk if isinstance(found.person, Person) else 0):
            raise RowRefused("athlete_external_id", "id_elsewhere", text=external)
        issues.extend(found.warnings)
        if isinstance(found.person, Person):
            return Subject(self.athletes.as_stands(found.person))
        return _newcomer(found.person, found.person.key(club_id or new_club, external), external)

    def _decided(self, person: Person | None, new: NewPerson, key: str, said: Line) -> Subject:
        """The person whom a registrar named for the row, or a new one where they said that it is none of the known."""
        if person is not None:
            return Subject(person)
        if not new.sex:
            raise RowRefused("sex", "unknown_sex", text=said.sex)
        return _newcomer(new, key, said.athlete_external_id)

    def _team(self, legs: str) -> Subject:
        runners = []
        for text in filter(None, (part.strip() for part in legs.split("/"))):
            runner = self.athletes.by_id.get(text)
            if runner is None and self.athletes.id_was_erased(text):
                raise RowRefused("legs", "erased_athlete")
            if runner is None:
                raise RowRefused("legs", "unknown_leg", text=text)
            runners.append(runner.pk)
        return Subject(NOBODY, data={"legs": runners} if runners else None)

    def _read_mark(
        self, event: str, sex: str, environment: str, mark: str, timing: str
    ) -> tuple[int, Specification, str, Mark]:
        """(discipline's id, discipline, facility, mark). Remembered: marks repeat through a season's file."""
        try:
            facility = parse_facility(environment)
        except MarkRefused as refusal:
            raise RowRefused("environment", refusal.code, **refusal.values) from refusal
        discipline_id, discipline = self._discipline(event, sex, facility)
        try:
            return (
                discipline_id,
                discipline,
                facility,
                parse_mark(mark, discipline, sex, _TIMING.get(timing.lower(), "")),
            )
        except MarkRefused as refusal:
            raise RowRefused("mark", refusal.code, **refusal.values) from refusal

    def _discipline(self, text: str, sex: str, facility: str) -> tuple[int, Specification]:
        if not text:
            raise RowRefused("discipline", "no_discipline")
        try:
            return self.disciplines.find(text, sex, facility)
        except UnknownDiscipline as refusal:
            raise RowRefused("discipline", "unknown_discipline", text=text) from refusal

    def _wind(self, text: str) -> int | None:
        try:
            return parse_wind(text)
        except MarkRefused as refusal:
            raise RowRefused("wind", refusal.code, **refusal.values) from refusal

    def _field_size(self, text: str) -> int | None:
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST_FIELD):
            raise RowRefused("field_size", "unreadable_field_size", text=text[:30], limit=LARGEST_FIELD)
        return int(text)

    def _own_id(self, said: Line, code: str, on: date) -> str:
        """An id for a row that brings none: the same words are the same performance, however often they come."""
        words = (
            code, on.isoformat(), said.athlete_external_id, said.full_name, said.given_name, said.family_name,
            said.sex, said.birth_year, said.club,
            said.birth_date, said.team, said.mark, said.wind, said.round, said.place, said.competition,
        )  # fmt: skip
        return "~" + blake2b("\x1f".join(words).encode(), digest_size=12).hexdigest()
