"""Who may open what: search and results by competition."""

from __future__ import annotations

from typing import Any

from tests.access.who import PUBLIC
from trackhub.clubs.models import Club

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "search", PUBLIC),
    ("get", "results", PUBLIC),
)
"""(method, route name, statuses in the order of VISITORS)."""

FORMS: dict[str, dict[str, Any]] = {}
"""By route, the whole order of each form, for the test that it takes no field more."""


def rows_of(club: Club) -> dict[str, list[object]]:
    """By route, the arguments of its address: none."""
    return {}
