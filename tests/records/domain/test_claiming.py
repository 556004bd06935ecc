"""What may become of a claim, and what has to be shown for it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.domain.claiming import LEFT_OUT, STEPS, evidence_asked, last_day, missing, steps_from
from records.domain.disciplines import resolve

ALL = ("programme", "results", "photo_finish", "zero_test", "wind", "implement", "course", "birth", "field_card",
       "relay_names", "signatures", "video")  # fmt: skip


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("pending", ["ratify", "reject"]),
        ("ratified", ["rescind", "retire"]),
        ("rejected", ["reopen"]),
        ("rescinded", ["reopen"]),
        ("retired", []),
    ],
)
def test_what_a_claim_is_open_to(state: str, names: list[str]) -> None:
    assert [step.name for step in steps_from(state)] == names


def test_whoever_refuses_says_why_and_the_list_changes_where_a_mark_goes_or_comes_back() -> None:
    assert {name for name, step in STEPS.items() if step.says_why} == {"reject", "rescind", "retire", "reopen"}
    assert {name for name, step in STEPS.items() if step.changes_list} == {"reject", "rescind", "reopen"}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_no_way_through_the_steps_leads_out_of_the_states(names: list[str]) -> None:
    state = "pending"
    for name in names:
        step = STEPS[name]
        if state in step.before:
            state = step.after
    assert state in {"pending", "ratified", "retired", *LEFT_OUT}


@pytest.mark.parametrize(
    ("code", "group", "facility", "timing", "not_asked"),
    [
        ("100", "", "outdoor", "auto", {"birth", "implement", "field_card", "relay_names"}),
        ("100", "U20", "indoor", "auto", {"wind", "implement", "field_card", "relay_names"}),
        ("100", "U20", "outdoor", "hand", {"photo_finish", "zero_test", "implement", "field_card", "relay_names"}),
        ("SP", "U20", "outdoor", "", {"photo_finish", "zero_test", "wind", "relay_names"}),
        ("LJ", "", "outdoor", "", {"photo_finish", "zero_test", "implement", "relay_names", "birth"}),
        ("4x100", "", "outdoor", "auto", {"wind", "implement", "field_card", "birth"}),
        (
            "HMar",
            "",
            "road",
            "",
            {"photo_finish", "zero_test", "wind", "implement", "field_card", "relay_names", "birth"},
        ),
    ],
)
def test_the_checklist_asks_for_what_the_record_can_show(
    code: str, group: str, facility: str, timing: str, not_asked: set[str]
) -> None:
    discipline = resolve(code, "M")
    asked = evidence_asked(ALL, discipline, age_group=group, facility=facility, timing=timing)
    assert set(ALL) - set(asked) == not_asked
    assert list(asked) == [kind for kind in ALL if kind in asked]


def test_what_is_missing_stays_in_the_order_of_the_checklist() -> None:
    assert missing(("results", "wind", "birth"), ["wind"]) == ("results", "birth")
    assert missing((), ["wind"]) == ()


def test_the_last_day_to_claim() -> None:
    assert last_day(date(2026, 6, 1), 30) == date(2026, 7, 1)
    assert last_day(date(2026, 6, 1), None) is None
