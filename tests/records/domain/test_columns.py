"""Columns matched by what was chosen, remembered and known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.columns import Columns, aliases, match_columns, targets
from records.domain.names import fold
from records.domain.refusals import FileRefused

KINDS = ["athletes", "performances", "records"]
PERFORMANCES = ["Athlete ID", "Event", "Result", "Date"]


def refusal(header: list[str], kind: str, **declared: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(FileRefused) as refused:
        match_columns(header, kind, **declared)  # type: ignore[arg-type]
    return refused.value.code, refused.value.values


@pytest.mark.parametrize("kind", KINDS)
def test_match_columns_finds_every_target_by_its_own_name(kind: str) -> None:
    header = list(targets(kind))
    assert match_columns(header, kind) == Columns(
        at={target: index for index, target in enumerate(header)}, names={t: t for t in header}, ignored=()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_aliases_are_folded_and_lead_somewhere(kind: str) -> None:
    for target in targets(kind):
        known = aliases(kind, target)
        assert fold(target) in known
        for alias in known:
            assert fold(alias) == alias
            others = [needed for needed in targets(kind) if alias not in aliases(kind, needed)]
            at = match_columns([alias, *others], kind).at
            assert 0 in at.values()


@pytest.mark.parametrize(
    ("header", "kind", "expected"),
    [
        (["Nombre", "Apellidos", "Sexo"], "athletes", {"given_name": 0, "family_name": 1, "sex": 2}),
        (["Prénom", "NOM", "Geschlecht"], "athletes", {"given_name": 0, "family_name": 1, "sex": 2}),
        (["Athlete", "Sex", "Year of Birth"], "athletes", {"full_name": 0, "sex": 1, "birth_year": 2}),
        (["Apelido", "Género", "SEX"], "athletes", {"family_name": 0, "sex": 2}),
        (
            ["Athlete ID", "Event", "Result", "Date", "Wind"],
            "performances",
            {"athlete_external_id": 0, "discipline": 1, "mark": 2, "date": 3, "wind": 4},
        ),
        (
            ["id", "licence", "Prueba", "Marca", "Fecha", "País"],
            "performances",
            {"external_id": 0, "athlete_external_id": 1, "discipline": 2, "mark": 3, "date": 4, "country": 5},
        ),
        (["Event", "Mark", "Holder", "Year"], "records", {"discipline": 0, "mark": 1, "holder": 2, "date": 3}),
    ],
)
def test_match_columns_knows_the_names_of_other_systems(header: list[str], kind: str, expected: dict[str, int]) -> None:
    assert match_columns(header, kind).at == expected


def test_match_columns_prefers_its_own_name_to_an_alias() -> None:
    found = match_columns(["id", "external_id", "family_name", "sex"], "athletes")
    assert found.at["external_id"] == 1


def test_match_columns_uses_no_column_twice() -> None:
    found = match_columns(["id", "Event", "Mark", "Date", "Team"], "performances")
    assert found.at == {"external_id": 0, "discipline": 1, "mark": 2, "date": 3, "team": 4}


def test_match_columns_names_what_it_ignores() -> None:
    found = match_columns([*PERFORMANCES, "Shoe size", ""], "performances")
    assert found.ignored == ("Shoe size",)
    assert found.names == {"athlete_external_id": "Athlete ID", "discipline": "Event", "mark": "Result", "date": "Date"}


def test_match_columns_takes_what_was_chosen_before_what_was_remembered() -> None:
    header = [*PERFORMANCES, "Zeit", "Leistung neu"]
    found = match_columns(
        header,
        "performances",
        chosen={"mark": "ZEIT"},
        remembered={"mark": "Leistung neu", "note": "leistung NEU", "wind": "gone", "no_target": "Event"},
    )
    assert (found.at["mark"], found.at["note"], "wind" in found.at) == (4, 5, False)
    assert found.ignored == ("Result",)


def test_match_columns_lets_the_reserved_column_say_more_than_the_club() -> None:
    found = match_columns(["Team", "Event", "Mark", "Date"], "performances", reserved="TEAM")
    assert (found.at["club"], found.at["team"]) == (0, 0)


def test_match_columns_finds_the_club_where_it_was_declared() -> None:
    found = match_columns([*PERFORMANCES, "Verein", "Society"], "performances", reserved="Society")
    assert found.at["club"] == 5
    assert found.ignored == ("Verein",)


def test_match_columns_refuses_a_column_that_is_not_there() -> None:
    missing = {"column": "Nope", "header": "Athlete ID, Event, Result, Date"}
    assert refusal(PERFORMANCES, "performances", reserved="Nope") == ("no_such_column", missing)
    assert refusal(PERFORMANCES, "performances", chosen={"mark": "Nope"}) == ("no_such_column", missing)


def test_match_columns_refuses_a_target_that_is_not_there() -> None:
    code, values = refusal(PERFORMANCES, "performances", chosen={"colour": "Event"})
    assert (code, values["target"]) == ("no_such_target", "colour")
    assert str(values["targets"]).startswith("external_id, athlete_external_id, ")


def test_match_columns_refuses_two_columns_of_one_name_only_if_it_uses_them() -> None:
    assert refusal([*PERFORMANCES, "résult"], "performances") == ("duplicate_header", {"column": "Result"})
    assert match_columns([*PERFORMANCES, "x", "X"], "performances").ignored == ("x", "X")


@pytest.mark.parametrize(
    ("header", "kind", "column"),
    [
        (["family_name"], "athletes", "sex"),
        (["sex", "given_name"], "athletes", "family_name / full_name"),
        (["Event", "Mark", "Date"], "performances", "athlete_external_id / family_name / full_name / team"),
        (["Athlete ID", "Event", "Mark"], "performances", "date"),
        (["Event", "Mark", "Date"], "records", "holder"),
        ([], "records", "discipline"),
    ],
)
def test_match_columns_refuses_a_file_without_what_it_needs(header: list[str], kind: str, column: str) -> None:
    assert refusal(header, kind) == ("missing_column", {"column": column, "header": ", ".join(header)})


@given(
    st.lists(st.sampled_from([*PERFORMANCES, "Team", "Wind", "id", "", "x"]) | st.text(max_size=6)),
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from([*targets("performances"), "x"]), st.text(max_size=6), max_size=3),
)
def test_match_columns_raises_nothing_but_refusals(header: list[str], kind: str, remembered: dict[str, str]) -> None:
    try:
        found = match_columns(header, kind, remembered=remembered)
    except FileRefused as refused:
        assert refused.code in ("duplicate_header", "missing_column")
        return
    assert set(found.at) <= set(targets(kind))
    assert all(header[index] == found.names[target] for target, index in found.at.items())
    used = {header[index] for index in found.at.values()}
    assert not used & set(found.ignored)
