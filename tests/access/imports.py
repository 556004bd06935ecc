"""Who may open what: what imports have beyond the first table."""

from __future__ import annotations

from typing import Any

from tests.access.who import registrars
from tests.factories import AthleteFactory, imported, staged
from trackhub.clubs.models import Club

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "import_columns", registrars(200)),
    ("post", "import_columns", registrars(302)),
    ("get", "import_people", registrars(200)),
    ("post", "import_people", registrars(302)),
    ("get", "import_rows", registrars(200)),
    ("get", "import_impact", registrars(200)),
    # It wasn't taken back.
    ("get", "import_kept", registrars(302)),
    ("get", "annotated_copy", registrars(200)),
    ("get", "import_template", registrars(200)),
)
"""(method, route name, statuses in the order of VISITORS)"""

FORMS: dict[str, dict[str, Any]] = {
    "import_columns": {"column_0": "family_name", "column_1": ""},
    "import_people": {"person_2": "other", "undecided": ""},
}
"""By route, the whole order of each form, for the test that it takes no field more."""


def rows_of(club: Club) -> dict[str, list[object]]:
    """Makes rows of ``club``; by route, the arguments of its address."""
    AthleteFactory(given_name="", family_name="Double", birth_date=None)
    batch = staged("athletes", "family name,sex\nDouble,M\n", club=club, source="doubts")
    found: dict[str, list[object]] = {route: [batch.pk] for _method, route, _statuses in TABLE}
    found["import_kept"] = [imported("athletes", "family name,sex\nKept,M\n", club=club, source="kept").pk]
    return {**found, "import_template": [club.slug, "athletes", "csv"]}
