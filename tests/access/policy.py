"""Who may open what: record policies and their preview."""

from __future__ import annotations

from typing import Any

from records.domain.rulebooks import ANYTHING_GOES
from tests.access.who import LOGIN, chiefs
from trackhub.clubs.models import Club

MEMBERS = (LOGIN, 404, *(200,) * 8)

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "policy", MEMBERS),
    ("get", "policy_version", MEMBERS),
    ("get", "change_policy", chiefs(200)),
    ("post", "change_policy", chiefs(422)),
)
"""(method, route name, statuses in the order of VISITORS)"""

ORDER = {name: "" if value is None else value for name, value in ANYTHING_GOES.items()} | {
    "hand_short_ms": "0.24", "hand_400_ms": "0.14", "ratification": "", "note": "A vote", "seen": "1", "do": "save",
}  # fmt: skip
FORMS: dict[str, dict[str, Any]] = {"change_policy": ORDER}
"""By route, the whole order of each form, for the test that it takes no field more."""


def rows_of(club: Club) -> dict[str, list[object]]:
    """Makes rows of ``club``; by route, the arguments of its address."""
    book = [club.slug, club.slug]
    # Another area's rows may have come with rules of their own.
    ORDER["seen"] = str(club.books.get().policies.count())
    return {"policy": [*book], "change_policy": [*book], "policy_version": [*book, 1]}
