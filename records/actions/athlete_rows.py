"""Rows of an athlete file, judged one by one against what the site knows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from records.actions.matching import NewPerson, NoMatch, match_person, read_person
from records.actions.performance_rows import RowRefused
from records.domain.dates import DateRefused, Order, parse_date
from records.domain.judging import FIRST_YEAR, OLDEST
from records.models import Athlete, ClubSpell, ImportBatch, ImportRow
from records.queries.known import KnownAthletes, KnownClubs, Person, Spell, is_kept, people_text
from records.queries.transfers import earliest_leave

ATHLETE_STAGED_COLUMNS = (
    "batch_id", "number", "verdict", "issues", "data", "athlete_id", "club_id", "athlete_key", "source", "external_id",
    "sex", "date_precision", "seq", "decimals", "written", "timing", "facility", "season", "status", "reason", "flags",
    "round", "place", "competition", "venue", "country", "note", "team", "flaws", "best_list",
)  # fmt: skip
NO_FACTS = ("", "day", 5, 2, "", "", "", 0, "", "", "", "", "", "", "", "", "", "", 0, 0)
"""What such a row holds in the columns of performances: nothing, as far as they let it."""

_CLAIMS = {"": "first", "first": "first", "1": "first", "second": "second", "2": "second", "higher": "first"}


@dataclass
class AthleteRows:
    """Judges the rows of one athlete file. ``club_id`` is set when the whole file is one club's."""

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
    existing: str = ImportBatch.Existing.UPDATE
    people: Mapping[str, Person | None] = field(default_factory=dict)
    """Who is who, by athlete key, where a registrar said so; None for somebody new."""
    _seen: dict[str, int] = field(default_factory=dict)

    def staged(self, number: int, cells: Sequence[str]) -> tuple[Any, ...]:
        """The values of ATHLETE_STAGED_COLUMNS for one row."""
        issues: list[dict[str, Any]] = []
        external_id = self._cell(cells, "external_id")
        try:
            if len(cells) > self.width:
                raise RowRefused("", "extra_cells", found=len(cells), expected=self.width)
            verdict, athlete_id, club_id, key, data = self._judged(number, cells, issues)
        except (RowRefused, NoMatch) as refusal:
            if isinstance(refusal, NoMatch):
                refusal = RowRefused(refusal.target, refusal.code, **refusal.values)
            issues.append(refusal.issue)
            verdict, athlete_id, club_id, key, data = "refused", None, None, "", {}
        shown = json.dumps(issues) if issues else None
        packed = json.dumps(data)
        head = (self.batch_id, number, verdict, shown, packed, athlete_id, club_id, key, self.source, external_id[:80])
        return head + NO_FACTS

    def _cell(self, cells: Sequence[str], target: str) -> str:
        index = self.at.get(target)
        return cells[index] if index is not None and index < len(cells) else ""

    def _judged(
        self, number: int, cells: Sequence[str], issues: list[dict[str, Any]]
    ) -> tuple[str, int | None, int | None, str, dict[str, Any]]:
        external_id = self._cell(cells, "external_id")
        if len(external_id) > 80:
            raise RowRefused("external_id", "too_long", text=external_id[:30], limit=80)
        new = read_person(lambda target: self._cell(cells, target), self.date_order)
        self._check_birth(new)
        club_id, club_name = self._club(self._cell(cells, "club"))
        spell = self._spell(cells)
        key = new.key(club_id or club_name, external_id)
        decided = key in self.people
        person = self.people[key] if decided else self._known(cells, external_id, club_id, new, issues)
        if self.existing == ImportBatch.Existing.CREATE and not decided:
            self._refuse_the_same(key, person, new, external_id)
            person, issues[:] = None, [one for one in issues if one["code"] != "possible_duplicate"]
        data: dict[str, Any] = {"person": new.as_dict(external_id), "club_name": club_name, **spell}
        if person is not None and self.existing == ImportBatch.Existing.SKIP:
            return ImportRow.Verdict.DUPLICATE.value, person.pk, club_id, "", data
        if person is not None:
            return self._compared(person, new, external_id, club_id, data, issues)
        if not new.sex:
            raise NoMatch("sex", "unknown_sex", text=self._cell(cells, "sex"))
        if key in self._seen:
            data["again"] = self._seen[key]
            return "changed", None, club_id, key, data
        self._seen[key] = number
        return ImportRow.Verdict.NEW.value, None, club_id, key, data

    def _refuse_the_same(self, key: str, person: Person | None, new: NewPerson, external_id: str) -> None:
        """Another athlete of the same name is wanted; but not one whom nothing tells apart from somebody there."""
        if key in self._seen:
            raise RowRefused("", "row_twice", row=self._seen[key])
        shown = f"{new.given_name} {new.family_name}".strip()
        if person is not None and external_id and self.athletes.by_id.get(external_id) is person:
            raise RowRefused("external_id", "athlete_there", text=shown, candidates=people_text([person]))
        if person is not None and new.birth_precision == "day" and person.born == new.born:
            raise RowRefused("birth_date", "athlete_there", text=shown, candidates=people_text([person]))

    def _check_birth(self, new: NewPerson) -> None:
        if new.born is None:
            return
        # A year stands for its last day, which may lie ahead in the current year.
        if new.born > self.today and (new.birth_precision == "day" or new.born.year > self.today.year):
            raise RowRefused("birth_date", "birth_in_future", text=new.born)
        if self.today.year - new.born.year > OLDEST + 90:
            raise RowRefused("birth_date", "unreadable_date", text=new.born)

    def _club(self, text: str) -> tuple[int | None, str]:
        """(id, '') of a known club, (None, name) of one to be made."""
        if not text:
            return self.club_id, ""
        club_id = self.clubs.find(text)
        if club_id is None:
            if not self.create_clubs:
                raise RowRefused("club", "unknown_club", text=text)
            if len(text) > 120:
                raise RowRefused("club", "too_long", text=text[:30], limit=120)
            return None, text
        if self.club_id and club_id != self.club_id:
            raise RowRefused("club", "not_your_club", text=text, club=self.clubs.names[self.club_id])
        return club_id, ""

    def _spell(self, cells: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {"claim": _CLAIMS.get(self._cell(cells, "claim").lower(), ClubSpell.Claim.FIRST.value)}
        for target in ("club_from", "club_until"):
            text = self._cell(cells, target)
            try:
                day = parse_date(text, self.date_order)[0] if text else None
            except DateRefused as refusal:
                raise RowRefused(target, refusal.code, **refusal.values) from refusal
            if day is not None and day.year < FIRST_YEAR:
                raise RowRefused(target, "unreadable_date", text=text)
            found[target] = day.isoformat() if day else None
        if found["club_from"] and found["club_until"] and found["club_until"] < found["club_from"]:
            raise RowRefused("club_until", "left_before_joining", text=found["club_until"], joined=found["club_from"])
        return found

    def _known(
        self, cells: Sequence[str], external_id: str, club_id: int | None, new: NewPerson, issues: list[dict[str, Any]]
    ) -> Person | None:
        person: Person | None = self.athletes.by_id.get(external_id) if external_id else None
        if person is not None:
            return person
        if external_id and self.athletes.id_was_erased(external_id):
            raise RowRefused("external_id", "erased_athlete")
        try:
            match = match_person(lambda target: self._cell(cells, target), self.athletes, club_id, self.date_order)
        except NoMatch as doubt:
            if doubt.code not in ("doubtful_athlete", "several_athletes"):
                raise
            values = {name: doubt.values[name] for name in ("text", "candidates", "ids")}
            issues.append({"target": doubt.target, "code": "possible_duplicate", "values": values})
            return None
        if self.athletes.is_elsewhere(external_id, 0 if isinstance(match.person, NewPerson) else match.person.pk):
            raise RowRefused("external_id", "id_elsewhere", text=external_id)
        if isinstance(match.person, NewPerson):
            issues.extend(match.warnings)
            return None
        # A person with another id in the same source is another person there.
        if external_id and self.athletes.ids_of.get(match.person.pk, external_id) != external_id:
            other = str(match.person.pk)
            values = {"text": f"{new.given_name} {new.family_name}", "candidates": f"no. {other}", "ids": other}
            issues.append({"target": "family_name", "code": "possible_duplicate", "values": values})
            return None
        return match.person

    def _compared(
        self,
        person: Person,
        new: NewPerson,
        external_id: str,
        club_id: int | None,
        data: dict[str, Any],
        issues: list[dict[str, Any]],
    ) -> tuple[str, int | None, int | None, str, dict[str, Any]]:
        if new.sex and new.sex != person.sex:
            raise RowRefused("sex", "sex_differs", text=new.sex, known=person.sex)
        changes: dict[str, Any] = {}
        by_id = bool(external_id) and self.athletes.by_id.get(external_id) is person
        if self._keeps(person):
            if external_id and not by_id:
                changes["external_id"] = external_id
            if self._born_otherwise(person, new):
                changes |= {"birth_date": str(new.born), "birth_precision": new.birth_precision}
            if by_id:
                changes |= self._renamed(person, new)
        elif external_id:
            # Said whatever the row says, or guesses would find the birth date out.
            issues.append({"target": "external_id", "code": "kept_elsewhere", "values": {"text": external_id}})
        if data["club_name"] or (club_id and not self._has_spell(person, club_id, data, issues)):
            changes["club"] = True
        data["changes"] = changes
        return ("changed" if changes else "duplicate"), person.pk, club_id, "", data

    def _keeps(self, person: Person) -> bool:
        """Whether name, birth date and ids are this file's to say: its club's athletes', and those of no club."""
        return is_kept(self.athletes.spells.get(person.pk, ()), self.club_id, self.today)

    def _born_otherwise(self, person: Person, new: NewPerson) -> bool:
        if new.born is None or (new.born, new.birth_precision) == (person.born, person.birth_precision):
            return False
        # A year alone says nothing against a day within it.
        return new.birth_precision == "day" or person.born is None or person.born.year != new.born.year

    def _renamed(self, person: Person, new: NewPerson) -> dict[str, str]:
        if any(known.pk == person.pk for known in self.athletes.by_name.get(new.name_key, ())):
            return {}
        athlete = Athlete.objects.get(pk=person.pk)
        said = {"given_name": new.given_name, "family_name": new.family_name}
        return {name: text for name, text in said.items() if text and getattr(athlete, name) != text}

    def _has_spell(self, person: Person, club_id: int, data: dict[str, Any], issues: list[dict[str, Any]]) -> bool:
        """Whether the spell is there already, or can't be made because nobody says when the change was."""
        spells = self.athletes.spells.get(person.pk, [])
        starts = data["club_from"]
        mine = [spell for spell in spells if spell.club_id == club_id]
        if starts is None:
            if mine or not spells:
                return bool(mine)
            values = {"text": data["person"]["family_name"], "known": self.clubs.names[spells[0].club_id]}
            issues.append({"target": "club", "code": "other_club", "values": values})
            return True
        if any(spell.starts.isoformat() == starts for spell in mine):
            return True
        if self.club_id is not None and data["claim"] == ClubSpell.Claim.FIRST:
            self._check_days(person, date.fromisoformat(starts), data["club_until"], spells)
        return False

    def _check_days(self, person: Person, starts: date, until: str | None, spells: Sequence[Spell]) -> None:
        """A spell ends that of another club for good and not before its time, and reaches into none."""
        ends = date.fromisoformat(until) if until else date.max
        for spell in spells:
            if spell.club_id == self.club_id or not spell.first or spell.ends < starts or ends < spell.starts:
                continue
            known = self.clubs.names[spell.club_id]
            if until or not spell.starts < starts or spell.ends < date.max:
                raise RowRefused("club_from", "belongs_elsewhere", text=starts, known=known)
            earliest = earliest_leave(person.pk, spell.club_id, self.today)
            if starts < earliest:
                raise RowRefused("club_from", "not_left_yet", text=starts, known=known, day=earliest)
