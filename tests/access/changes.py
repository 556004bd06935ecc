"""Who may open what: corrections, versions, the log of changes, exports and the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

from records.actions.correcting import annul_performance
from tests.access.who import HIDDEN_ATHLETE, LOGIN, PUBLIC, registrars
from tests.factories import NOW, AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club

ATHLETE = 700_077
"""The athlete for whom a form enters a mark; an id that no sequence reaches in tests."""

COACHES = (LOGIN, 404, 200, 200, 403, 403, 200, 403, 403, 200)
"""Those who may take the club's lists along."""

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "performance", PUBLIC),
    ("get", "performance:hidden", HIDDEN_ATHLETE),
    ("get", "correct_performance", registrars(200)),
    ("post", "correct_performance", registrars(422)),
    ("get", "annul_performance", registrars(200)),
    ("post", "annul_performance", registrars(422)),
    ("get", "reinstate_performance", registrars(200)),
    ("post", "reinstate_performance", registrars(302)),
    ("get", "new_performance", registrars(200)),
    ("post", "new_performance", registrars(200)),
    ("get", "changes", registrars(200)),
    ("get", "export_changes", registrars(200)),
    ("get", "exports", COACHES),
    ("get", "export_bests", COACHES),
    ("get", "export_performances", COACHES),
    ("get", "export_squad", COACHES),
    ("get", "export_imports", registrars(200)),
    ("get", "export_board", PUBLIC),
    ("get", "export_story", PUBLIC),
    ("get", "export_athletes", PUBLIC),
    ("get", "export_athlete", PUBLIC),
    ("get", "export_athlete:hidden", HIDDEN_ATHLETE),
)
"""(method, route name, statuses in the order of VISITORS)"""

_FACTS = {
    "wind": "+0.5", "competition": "Cup", "venue": "Leeds", "country": "GBR", "facility": "outdoor", "timing": "",
    "round": "", "place": "", "field_size": "", "note": "", "sure": "1",
}  # fmt: skip

FORMS: dict[str, dict[str, Any]] = {
    "correct_performance": {
        **_FACTS, "mark": "10.94", "discipline": "100", "date": "2026-05-02", "club": "harbour", "because": "typing",
    },
    "annul_performance": {"because": "false start"},
    "reinstate_performance": {},
    "new_performance": {**_FACTS, "athlete": ATHLETE, "mark": "10.60", "discipline": "100", "date": "2026-05-05"},
}  # fmt: skip
"""By route, the whole order of each form, for the test that it takes no field more."""


def rows_of(club: Club) -> dict[str, list[object]]:
    """Makes rows of ``club``; by route, the arguments of its address."""
    sam = AthleteFactory(pk=ATHLETE, family_name="Corrected", club=club)
    shy = AthleteFactory(family_name="Withheld", club=club, visibility="club")
    open_mark = PerformanceFactory(athlete=sam, mark="10.95", on=date(2026, 5, 2), wind=5)
    hidden_mark = PerformanceFactory(athlete=shy, mark="10.90", on=date(2026, 5, 3), wind=5)
    annulled = PerformanceFactory(athlete=shy, mark="10.70", on=date(2026, 5, 4), wind=5)
    annul_performance(annulled, by=None, at=NOW, because="false start")
    slug = club.slug
    return {
        "performance": [open_mark.pk],
        "performance:hidden": [hidden_mark.pk],
        "correct_performance": [open_mark.pk],
        "annul_performance": [hidden_mark.pk],
        "reinstate_performance": [annulled.pk],
        "new_performance": [slug],
        "changes": [slug],
        "exports": [slug],
        "export_bests": [slug, 2026, "csv"],
        **{f"export_{name}": [slug, "csv"] for name in ("changes", "performances", "squad", "imports", "board")},
        "export_story": [slug, "100", "M", "csv"],
        "export_athletes": ["csv"],
        "export_athlete": [sam.pk, "csv"],
        "export_athlete:hidden": [shy.pk, "csv"],
    }
