"""What may become of a claim for a record, and what has to be shown for it (WA Competition Rules 2022/23 CR31.4–31.10).

A candidate (a record that nobody has claimed) has no state: claiming it makes it pending.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from records.domain.disciplines import Discipline

PENDING, RATIFIED, REJECTED, RESCINDED, RETIRED = "pending", "ratified", "rejected", "rescinded", "retired"
LEFT_OUT = (REJECTED, RESCINDED)
"""States in which the fold leaves the performance out of the list."""


@dataclass(frozen=True, slots=True)
class Step:
    """One decision: from which states it leads to which, and whether it must be given a reason."""

    name: str
    before: tuple[str, ...]
    after: str
    says_why: bool = True

    @property
    def changes_list(self) -> bool:
        """Whether the list of records is another one after it."""
        return (self.after in LEFT_OUT) != all(state in LEFT_OUT for state in self.before)


STEPS = {
    step.name: step
    for step in (
        Step("ratify", (PENDING,), RATIFIED, says_why=False),
        Step("reject", (PENDING,), REJECTED),
        Step("rescind", (RATIFIED,), RESCINDED),
        Step("retire", (RATIFIED,), RETIRED),
        Step("reopen", (REJECTED, RESCINDED), PENDING),
    )
}


def steps_from(state: str) -> tuple[Step, ...]:
    """The decisions that a claim in ``state`` is open to; none for a retired record."""
    return tuple(step for step in STEPS.values() if state in step.before)


def evidence_asked(
    checklist: Iterable[str], discipline: Discipline, *, age_group: str, facility: str, timing: str
) -> tuple[str, ...]:
    """The lines of a policy's ``checklist`` that make sense for one record, in its order.

    A zero test of the camera says nothing of a shot put, nor a birth certificate of a record at any age (CR31.14,
    CR31.17). ``timing`` is the performance's ('auto', 'hand', …).
    """
    automatic = discipline.measure == "time" and timing != "hand" and not discipline.outside_stadium
    asked = {
        "birth": bool(age_group),
        "wind": discipline.needs_wind and facility == "outdoor",
        "photo_finish": automatic,
        "zero_test": automatic,
        "implement": discipline.implement_g is not None,
        "field_card": discipline.measure in ("distance", "height"),
        "relay_names": discipline.legs is not None,
    }
    return tuple(kind for kind in checklist if asked.get(kind, True))


def missing(asked: Iterable[str], shown: Iterable[str]) -> tuple[str, ...]:
    """What was asked for and isn't there."""
    there = set(shown)
    return tuple(kind for kind in asked if kind not in there)


def last_day(achieved: date, days: int | None) -> date | None:
    """The last day on which a record may be claimed; None where the policy sets no limit."""
    return None if days is None else achieved + timedelta(days=days)
