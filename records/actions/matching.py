"""Who a row means: by name and birth date, within a club where it says so, and never on doubt.

A person is taken for a known athlete only when nothing contradicts it and something speaks for it: the same
name and the same birth date, or the same name in the same club where the row gives no birth date and only one
athlete is called so. Everything in between is reported with the candidates: a birth date that is missing, given and
family name exchanged, or, in one club, a name that is nearly the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from records.domain.dates import DateRefused, Order, parse_date
from records.domain.likeness import Face
from records.domain.names import known_name, name_fault, name_key, split_full_name
from records.queries.known import KnownAthletes, Person, people_text

Cell = Callable[[str], Any]
"""The text that a row says for a target; '' or None for nothing."""


class NoMatch(Exception):
    """A person that can't be matched or made; ``target`` is the column to blame."""

    def __init__(self, target: str, code: str, /, **values: object) -> None:
        super().__init__(target, code)
        self.target = target
        self.code = code
        self.values = values


@dataclass(frozen=True)
class NewPerson:
    """A person whom the site doesn't know yet, as the row describes them."""

    given_name: str
    family_name: str
    sex: str
    born: date | None
    birth_precision: str
    country: str = ""
    native_name: str = ""

    @property
    def name_key(self) -> str:
        return name_key(self.given_name, self.family_name)

    @property
    def face(self) -> Face:
        return Face(self.given_name, self.family_name, self.sex, self.born, self.birth_precision)

    def key(self, club: int | str | None, external_id: str) -> str:
        """Rows with one key are one person. ``club`` is the id, or the name of a club to be made."""
        if external_id:
            return f"id:{external_id}"
        return f"{self.name_key}|{self.sex}|{self.born or ''}|{club or ''}"[:200]

    @classmethod
    def from_dict(cls, person: dict[str, Any]) -> NewPerson:
        born = date.fromisoformat(person["birth_date"]) if person["birth_date"] else None
        return cls(person["given_name"], person["family_name"], person["sex"], born, person["birth_precision"])

    def as_dict(self, external_id: str) -> dict[str, Any]:
        """The person as an ImportRow keeps them until the import is applied."""
        return {
            "given_name": self.given_name,
            "family_name": self.family_name,
            "sex": self.sex,
            "birth_date": self.born.isoformat() if self.born else None,
            "birth_precision": self.birth_precision,
            "country": self.country,
            "native_name": self.native_name,
            "external_id": external_id,
        }


@dataclass(frozen=True)
class Match:
    person: Person | NewPerson
    warnings: list[dict[str, Any]] = field(default_factory=list)


_SEXES = {
    "m": "M", "male": "M", "men": "M", "man": "M", "h": "M", "hombre": "M", "homem": "M", "masculino": "M", "boys": "M",
    "f": "F", "female": "F", "w": "F", "women": "F", "woman": "F", "mujer": "F", "mulher": "F", "feminino": "F",
    "femenino": "F", "girls": "F",
    "x": "X", "mixed": "X", "mixto": "X", "misto": "X",
}  # fmt: skip


def read_sex(text: str, *, mixed: bool = False) -> str:
    """'M', 'F', 'X' where ``mixed`` teams are meant, or '' for an empty cell. Raises NoMatch."""
    if not text:
        return ""
    sex = _SEXES.get(text.strip().lower(), "")
    if not sex or (sex == "X" and not mixed):
        raise NoMatch("sex", "unknown_sex", text=text)
    return sex


def read_person(cell: Cell, order: Order) -> NewPerson:
    """The person a row describes; sex may be ''. Raises NoMatch."""
    if cell("family_name"):
        given, family = cell("given_name") or "", cell("family_name")
    else:
        given, family = split_full_name(cell("full_name") or "")
    given, family = known_name(given), known_name(family)
    if not family:
        raise NoMatch("family_name", "no_name")
    for target, text in (("family_name", family), ("given_name", given)):
        if len(text) > 80:
            raise NoMatch(target, "too_long", text=text[:30], limit=80)
        fault = name_fault(text)
        if fault:
            raise NoMatch(target if cell("family_name") else "full_name", fault, text=text)
    born, precision = _birth(cell("birth_date"), cell("birth_year"), order)
    country = (cell("nation") or cell("country")).upper()
    return NewPerson(
        given,
        family,
        read_sex(cell("sex")),
        born,
        precision,
        country if len(country) == 3 else "",
        (cell("native_name") or "")[:160],
    )


def _birth(birth_date: str, birth_year: str, order: Order) -> tuple[date | None, str]:
    text = birth_date or birth_year
    if not text:
        return None, "unknown"
    try:
        born, precision = parse_date(text, order)
    except DateRefused as refusal:
        raise NoMatch("birth_date", refusal.code, **refusal.values) from refusal
    if precision == "month":
        precision = "year"
    return born, precision


def match_person(cell: Cell, known: KnownAthletes, club_id: int | None, order: Order) -> Match:
    """The athlete a row means, or a new one. Raises NoMatch on doubt."""
    new = read_person(cell, order)
    same = same_people(new, known, club_id)
    named = [p for p in known.named(new.name_key, new.sex) if p not in same]
    # Somebody known by two names or birth dates is one candidate, whom either birth date rules out.
    ruled_out = {p.pk for p in named if not _not_ruled_out(p, new)}
    unsure = list({p.pk: p for p in named if p.pk not in ruled_out}.values())
    shown = f"{new.given_name} {new.family_name}".strip()
    if len(same) == 1:
        return Match(same[0])
    if same:
        raise NoMatch("family_name", "several_athletes", text=shown, count=len(same), **candidates(same))
    if not new.sex:
        raise NoMatch("sex", "unknown_sex", text="")
    if known.name_was_erased(new.name_key, new.sex, new.born, new.birth_precision, club_id):
        raise NoMatch("family_name", "erased_athlete")
    if unsure and new.born is not None:
        raise NoMatch("birth_date", "doubtful_athlete", text=shown, **candidates(unsure))
    near = known.nearly_named(new.face, club_id) if club_id else []
    alike = list({p.pk: p for p in [*unsure, *transposed_people(new, known), *near]}.values())
    return Match(new, [doubt(shown, alike)] if alike else [])


def same_people(new: NewPerson, known: KnownAthletes, club_id: int | None) -> list[Person]:
    """Known athletes who are ``new`` beyond doubt: the same name and birth date, or, where only the year or not
    even that is given, the same name and as much of a birth date in the same club."""
    found: dict[int, Person] = {}
    for person in known.named(new.name_key, new.sex):
        in_club = club_id is None or club_id in known.clubs_of(person.pk)
        as_much_is_known = (person.born, person.birth_precision) == (new.born, new.birth_precision)
        if (as_much_is_known and (in_club or new.birth_precision == "day")) or (new.born is None and in_club):
            found.setdefault(person.pk, person)
    if new.born is None or new.birth_precision != "day":
        return list(found.values())
    found |= {person.pk: person for person in known.named_and_born(new.name_key, new.sex, new.born)}
    known.notice_birth(new.name_key, new.sex, new.born)
    strange = {pk for pk in found if known.is_strange(pk)}
    if strange and (not new.sex or known.is_guessed(new.name_key, new.sex)):
        return [person for pk, person in found.items() if pk not in strange]
    return list(found.values())


def transposed_people(new: NewPerson, known: KnownAthletes) -> list[Person]:
    """Known athletes called so with given and family name exchanged, whom no birth date rules out. Of other clubs'
    people the year alone is compared, or each day that isn't theirs would say so."""
    called = known.named(name_key(new.family_name, new.given_name), new.sex)
    return [one for one in called if (_same_year if known.is_strange(one.pk) else _may_be)(one, new)]


def _may_be(person: Person, new: NewPerson) -> bool:
    return person.born == new.born or _not_ruled_out(person, new)


def _same_year(person: Person, new: NewPerson) -> bool:
    return person.born is None or new.born is None or person.born.year == new.born.year


def _not_ruled_out(person: Person, new: NewPerson) -> bool:
    """Nothing says that they are two: a birth date is missing, or one side knows only the year, the same year."""
    if person.born is None or new.born is None:
        return True
    return "year" in (person.birth_precision, new.birth_precision) and person.born.year == new.born.year


def doubt(shown: str, people: list[Person]) -> dict[str, Any]:
    """The warning that ``shown`` may be one of ``people``."""
    return {"target": "family_name", "code": "possible_duplicate", "values": {"text": shown, **candidates(people)}}


def candidates(people: list[Person]) -> dict[str, str]:
    """Who may be meant: in words, and as ids for the page on which the registrar decides."""
    return {"candidates": people_text(people), "ids": " ".join(str(person.pk) for person in people)}
