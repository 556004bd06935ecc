"""Who may open what: duplicates, merges and transfers."""

from __future__ import annotations

from typing import Any

from records.actions.merging import merge_athletes
from tests.access.who import LOGIN, registrars
from tests.factories import NOW, AthleteFactory
from trackhub.clubs.models import Club

# Whoever keeps a club's records may take a public athlete into it.
KEEPERS = (LOGIN, 200, 200, 200, 403, 403, 403, 403, 403, 200)

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "duplicates", registrars(200)),
    ("get", "compare", registrars(200)),
    ("post", "compare", registrars(422)),
    ("get", "part_athletes", (LOGIN, *(405,) * 9)),
    ("post", "part_athletes", registrars(302)),
    ("get", "transfer", KEEPERS),
    ("post", "transfer", tuple(422 if status == 200 else status for status in KEEPERS)),
)
"""(method, route name, statuses in the order of VISITORS)"""

FORMS: dict[str, dict[str, Any]] = {
    "compare": {"do": "merge", "stays": "one"},
    "part_athletes": {},
    "transfer": {"to": "", "day": "2026-10-01", "seen": "2026-10-01|", "do": "transfer", "results": []},
}
"""By route, the whole order of each form, for the test that it takes no field more."""


def rows_of(club: Club) -> dict[str, list[object]]:
    """Makes rows of ``club``; by route, the arguments of its address."""
    one, other, third, merged = (
        AthleteFactory(family_name=name, club=club) for name in ("Like", "Like", "Many", "Many")
    )
    merge = merge_athletes(third, merged=merged, by=None, at=NOW)
    return {
        "duplicates": [club.slug],
        "compare": [club.slug, one.pk, other.pk],
        "part_athletes": [club.slug, merge.pk],
        "transfer": [one.pk],
    }
