"""Who may open what: feeds, pages for other sites, share images, slides and the yearbook."""

from __future__ import annotations

from datetime import date

from tests.access.who import PUBLIC, everybody
from tests.factories import AthleteFactory, PerformanceFactory
from trackhub.clubs.models import Club

NOBODY = everybody(404)
"""A share image is the same for everybody, so a hidden athlete has none for anybody."""

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "feed", PUBLIC),
    ("get", "club_feed", PUBLIC),
    ("get", "club_calendar", PUBLIC),
    ("get", "embedded_records", PUBLIC),
    ("get", "embedded_results", PUBLIC),
    ("get", "board_script", everybody(302)),
    ("get", "club_card", PUBLIC),
    ("get", "athlete_card", PUBLIC),
    ("get", "athlete_card:hidden", NOBODY),
    ("get", "record_card", PUBLIC),
    ("get", "share", PUBLIC),
    ("get", "kiosk", PUBLIC),
    ("get", "yearbook", PUBLIC),
)
"""(method, route name, statuses in the order of VISITORS)"""

FORMS: dict[str, dict[str, object]] = {}


def rows_of(club: Club) -> dict[str, list[object]]:
    """Makes rows of ``club``; by route, the arguments of its address."""
    shown = AthleteFactory(family_name="Pictured", club=club)
    shy = AthleteFactory(family_name="Unpictured", club=club, visibility="club")
    PerformanceFactory(athlete=shown, mark="10.99", on=date(2026, 5, 1), wind=5)
    return {
        "feed": ["records", "rss"],
        "club_feed": [club.slug, "results", "json"],
        "club_calendar": [club.slug],
        "embedded_records": [club.slug],
        "embedded_results": [club.slug],
        "board_script": [],
        "club_card": [club.slug],
        "athlete_card": [shown.pk],
        "athlete_card:hidden": [shy.pk],
        "record_card": [club.slug, "100", "M"],
        "share": [club.slug],
        "kiosk": [club.slug],
        "yearbook": [club.slug, 2026],
    }
