"""Columns: which column of a file says what, by the names that clubs and other systems give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from records.domain.names import fold
from records.domain.refusals import FileRefused

_PERSON = {
    "full_name": "full name;name;athlete;athlete name;nombre completo;nome completo;competitor",
    "given_name": "given name;first name;firstname;forename;given;nombre;nome;prenom;vorname",
    "family_name": "family name;last name;lastname;surname;family;apellido;apellidos;apelido;sobrenome;nom;nachname",
    "sex": "sex;gender;sexo;geschlecht",
    "birth_date": "birth date;birthdate;date of birth;dob;born;birthday;fecha de nacimiento;data de nascimento",
    "birth_year": "birth year;year of birth;yob;ano de nacimiento;ano de nascimento",
    "club": "club;team name;clube;verein;affiliation",
}

_ALIASES: dict[str, dict[str, str]] = {
    "athletes": {
        "external_id": "external id;athlete id;athlete external id;id;licence;license;urn;member id;athleteid",
        **_PERSON,
        "native_name": "native name;name in own script",
        "country": "country;nation;nationality;nat;pais;noc",
        "club_from": "club from;from;member since;joined",
        "club_until": "club until;until;left",
        "claim": "claim",
    },
    "performances": {
        "external_id": "external id;performance id;result id;id;performanceid",
        "athlete_external_id": "athlete external id;athlete id;athleteid;licence;license;urn;member id",
        **_PERSON,
        "nation": "nation;nationality;nat",
        "discipline": "discipline;event;event code;disciplina;prueba;prova;disziplin",
        "mark": "mark;result;performance;perf;time;distance;marca;resultado;resultat;leistung",
        "wind": "wind;viento;vento;wind reading",
        "timing": "timing;timing type;cronometraje;cronometragem",
        "place": "place;pos;position;rank;puesto;lugar",
        "round": "round;race;heat;ronda;serie",
        "environment": "environment;facility;indoor outdoor;venue type;in out;io",
        "competition": "competition;meeting;meet;competition name;event details;competicion;competicao",
        "venue": "venue;city;place of competition;lugar de competicion;local",
        "country": "country;venue country;country of venue;pais",
        "date": "date;competition date;fecha;data;datum",
        "note": "note;notes;comment;remarks;nota",
        "combined_event": "combined event;part of;combined",
        "team": "team;relay team;equipo;equipa",
        "legs": "legs;relay legs;runners",
        "field_size": "field size;starters;number of competitors;participantes;numero de participantes",
    },
    "records": {
        "external_id": "external id;record id;id",
        "discipline": "discipline;event;event code;disciplina;prueba;prova",
        "sex": "sex;gender;sexo",
        "age_group": "age group;age;category;categoria;agegroup",
        "environment": "environment;facility;season;venue type",
        "mark": "mark;record;result;performance;marca;resultado",
        "wind": "wind;viento;vento",
        "timing": "timing;timing type",
        "holder": "holder;athlete;name;athlete name;holders;atleta",
        "date": "date;year;set on;fecha;data;ano",
        "note": "note;notes;venue;comment;nota",
    },
    "medals": {
        "athlete_external_id": "athlete external id;external id;athlete id;athleteid;id;licence;license;urn;member id",
        **{target: _PERSON[target] for target in ("full_name", "given_name", "family_name", "sex")},
        **{target: _PERSON[target] for target in ("birth_date", "birth_year")},
        "discipline": "discipline;event;event code;disciplina;prueba;prova;disziplin",
        "age_group": "age group;age;category;categoria;agegroup",
        "place": "place;pos;position;rank;medal;puesto;lugar;medalla;medalha",
        "competition": "competition;meeting;meet;championship;competition name;event details;competicion;competicao",
        "date": "date;competition date;fecha;data;datum",
        "team": "team;relay team;equipo;equipa",
    },
}

_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "athletes": (("family_name", "full_name"), ("sex",)),
    "performances": (
        ("athlete_external_id", "family_name", "full_name", "team"),
        ("discipline",),
        ("mark",),
        ("date",),
    ),
    "records": (("discipline",), ("mark",), ("holder",), ("date",)),
    "medals": (
        ("athlete_external_id", "family_name", "full_name"),
        ("discipline",),
        ("place",),
        ("competition",),
        ("date",),
    ),
}


def targets(kind: str) -> tuple[str, ...]:
    """What a file of ``kind`` ('athletes', 'performances', 'records', 'medals') may say, in our exports' order."""
    return tuple(_ALIASES[kind])


def aliases(kind: str, target: str) -> frozenset[str]:
    """The folded column names that mean ``target``."""
    return frozenset((fold(target), *_ALIASES[kind][target].split(";")))


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell of a row says what. ``ignored`` are the columns that nothing was made of, ``remembered`` those that
    are read, or left out, as they were the last time."""

    at: Mapping[str, int]
    names: Mapping[str, str]
    ignored: tuple[str, ...]
    remembered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody said of columns: ``says`` the column by target; of those ``left_out`` nothing is made."""

    says: Mapping[str, str] = field(default_factory=dict)
    left_out: Sequence[str] = ()

    @classmethod
    def kept(cls, said: Mapping[str, Any] | None) -> Choice:
        """As ImportBatch.mapping and ColumnMapping.columns keep it: {target: column, LEFT_OUT: [columns]}."""
        says = dict(said or {})
        return cls(left_out=says.pop(LEFT_OUT, ()), says=says)

    def to_keep(self) -> dict[str, Any]:
        return {**self.says, LEFT_OUT: list(self.left_out)} if self.left_out else dict(self.says)


LEFT_OUT = "left out"
"""Where a kept choice names the columns that nothing is made of; no target is called so."""


def match_columns(
    header: Sequence[str],
    kind: str,
    *,
    chosen: Mapping[str, Any] | None = None,
    remembered: Mapping[str, Any] | None = None,
    reserved: str = "",
) -> Columns:
    """Match ``header`` to targets: what was ``chosen`` first, then what was ``remembered``, then the known names.

    Both as Choice.kept takes them. A column that was chosen for something, or left out, is taken for nothing else.
    ``reserved`` is the column declared to name the club. Raises FileRefused with no_such_column, no_such_target,
    duplicate_header or missing_column.
    """
    columns = guess_columns(header, kind, chosen=chosen, remembered=remembered, reserved=reserved)
    _refuse_unusable(header, kind, columns.at)
    return columns


def guess_columns(
    header: Sequence[str],
    kind: str,
    *,
    chosen: Mapping[str, Any] | None = None,
    remembered: Mapping[str, Any] | None = None,
    reserved: str = "",
) -> Columns:
    """The same for a header that may lack what is needed. Raises FileRefused with no_such_column or no_such_target."""
    positions = _positions(header)
    known = _ALIASES[kind]
    now, before = Choice.kept(chosen), Choice.kept(remembered)
    at: dict[str, int] = {}
    if reserved:
        if fold(reserved) not in positions:
            raise FileRefused("no_such_column", column=reserved, header=", ".join(header))
        at["club"] = positions[fold(reserved)]
    for target, column in now.says.items():
        if target not in known:
            raise FileRefused("no_such_target", target=target, targets=", ".join(known))
        if fold(column) not in positions:
            raise FileRefused("no_such_column", column=column, header=", ".join(header))
        at[target] = positions[fold(column)]
    settled = set(at.values()) - ({at["club"]} if reserved else set())
    settled |= {positions[fold(column)] for column in now.left_out if fold(column) in positions}
    as_before = set()
    for target, column in before.says.items():
        if target in known and target not in at and positions.get(fold(column), -1) not in {-1, *settled}:
            at[target] = positions[fold(column)]
            as_before.add(at[target])
    silent = {positions[fold(column)] for column in before.left_out if fold(column) in positions}
    as_before |= silent - settled - set(at.values())
    taken = settled | as_before
    for target in known:
        if target in at:
            continue
        for name in (fold(target), *known[target].split(";")):
            if name in positions and positions[name] not in taken:
                at[target] = positions[name]
                taken.add(positions[name])
                break
    used = set(at.values())
    return Columns(
        at=at,
        names={target: header[index] for target, index in at.items()},
        ignored=tuple(name for index, name in enumerate(header) if index not in used and name),
        remembered=tuple(header[index] for index in sorted(as_before)),
    )


def _positions(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands, by folded name: the first of equal ones."""
    positions: dict[str, int] = {}
    for index, name in enumerate(header):
        positions.setdefault(fold(name), index)
    return positions


def _refuse_unusable(header: Sequence[str], kind: str, at: Mapping[str, int]) -> None:
    folded = [fold(name) for name in header]
    for index in at.values():
        if folded.count(folded[index]) > 1:
            raise FileRefused("duplicate_header", column=header[index])
    for choices in _NEEDED[kind]:
        if not any(choice in at for choice in choices):
            raise FileRefused("missing_column", column=" / ".join(choices), header=", ".join(header)[:300])
