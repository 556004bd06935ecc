"""Whose implement and whose hurdles: the rules' tables against our own disciplines."""

from __future__ import annotations

import pytest

from records.domain.disciplines import resolve, standard_disciplines
from records.domain.specifications import THROWS, implement_of, specifications_of


def told(code: str, sex: str) -> dict[str, tuple[str, int | None]]:
    """By age group, the discipline and its weight or height."""
    found = specifications_of(resolve(code, sex), sex)
    return {one.age_group: (one.code, one.implement_g or one.height_mm) for one in found}


def test_throws_know_the_weights_of_youth_and_masters() -> None:
    men = told("SP", "M")
    assert list(men)[:3] == ["Senior", "U20", "U18"]
    assert (men["Senior"], men["U20"], men["U18"]) == (("SP", 7260), ("SP6", 6000), ("SP5", 5000))
    assert (men["M50"], men["M100"]) == (("SP6", 6000), ("SP3", 3000))
    assert told("SP6", "M") == men
    assert told("JT", "F")["U18"] == ("JT500", 500)
    assert "U20" not in told("WT", "M")


def test_hurdles_know_height_and_spacing() -> None:
    senior, under_20, under_18 = specifications_of(resolve("110H99", "M"), "M")
    assert [one.code for one in (senior, under_20, under_18)] == ["110H", "110H99", "110H91"]
    assert (senior.hurdles, senior.to_first_mm, senior.between_mm, senior.to_finish_mm) == (10, 13_720, 9_140, 14_020)
    assert told("3000SC", "M") == {"Senior": ("3000SC", 914), "U20": ("3000SC", 914), "U18": ("3000SC83", 838)}
    assert specifications_of(resolve("3000SC", "M"), "M")[0].hurdles is None


@pytest.mark.parametrize(
    ("code", "sex"), [("100", "M"), ("HJ", "F"), ("80H76", "F"), ("1500SC", "M"), ("4x100", "X"), ("DEC", "M")]
)
def test_where_the_rules_say_nothing_there_is_nothing(code: str, sex: str) -> None:
    assert specifications_of(resolve(code, sex), sex) == []


def test_the_hurdles_of_a_race_fill_it() -> None:
    for code, sex in (("110H", "M"), ("100H", "F"), ("400H", "M"), ("400H", "F"), ("60H", "M"), ("60H", "F")):
        discipline = resolve(code, sex)
        for one in specifications_of(discipline, sex):
            assert one.hurdles and one.to_first_mm and one.between_mm and one.to_finish_mm
            whole = one.to_first_mm + (one.hurdles - 1) * one.between_mm + one.to_finish_mm
            assert whole == discipline.distance_mm, one


def test_seniors_use_what_a_plain_code_means() -> None:
    for (code, sex), discipline in standard_disciplines().items():
        for one in specifications_of(discipline, sex):
            if one.age_group == "Senior":
                assert one.code == code
                assert (one.implement_g, one.height_mm) == (discipline.implement_g, discipline.hurdle_mm)


def test_one_weight_for_each_group() -> None:
    assert implement_of("DT", "M", "M60") == 1000
    assert implement_of("DT", "M", "M61") is None
    assert implement_of("LJ", "M", "M60") is None
    for event in THROWS:
        weights = [implement_of(event, "F", f"W{age}") or 0 for age in range(35, 101, 5)]
        assert weights == sorted(weights, reverse=True)
