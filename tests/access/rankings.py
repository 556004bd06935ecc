"""Who may open what: rankings and reference pages are everybody's."""

from __future__ import annotations

from typing import Any

from tests.access.who import PUBLIC
from tests.factories import StandardFactory
from trackhub.clubs.models import Club

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "rankings", PUBLIC),
    ("get", "export_rankings", PUBLIC),
    ("get", "standard_sets", PUBLIC),
    ("get", "standards", PUBLIC),
    ("get", "export_standards", PUBLIC),
    ("get", "disciplines", PUBLIC),
    ("get", "discipline", PUBLIC),
    ("get", "age_groups", PUBLIC),
    ("get", "age_group", PUBLIC),
    ("get", "seasons", PUBLIC),
    ("get", "season", PUBLIC),
)
"""(method, route name, statuses in the order of VISITORS)."""

FORMS: dict[str, dict[str, Any]] = {}


def rows_of(club: Club) -> dict[str, list[object]]:
    """By route, the arguments of its address; the reference data hold what they name."""
    one = StandardFactory(set__name="Coast League").set
    return {
        "standards": [one.pk, "coast-league-2026"],
        "export_standards": [one.pk, "csv"],
        "export_rankings": ["csv"],
        "discipline": ["100"],
        "age_group": ["wa", "U20"],
        "season": [2026],
    }
