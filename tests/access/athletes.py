"""Who may open what: athletes beside each other, what is told of them, and the looks at a club's board."""

from __future__ import annotations

from typing import Any

from tests.access.who import PUBLIC, chiefs, registrars
from tests.factories import AthleteFactory, PerformanceFactory
from tests.records.filming import filmed
from trackhub.clubs.models import Club

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "compare_athletes", PUBLIC),
    ("get", "near_records", PUBLIC),
    ("get", "former_records", PUBLIC),
    ("get", "board_pdf", PUBLIC),
    ("get", "athlete_account", chiefs(200)),
    ("post", "athlete_account", chiefs(302)),
    ("get", "profile", registrars(200)),
    ("post", "profile", registrars(302)),
    ("post", "add_video", registrars(422)),
    ("post", "remove_video", registrars(302)),
)

FORMS: dict[str, dict[str, Any]] = {
    "athlete_account": {"account": ""},
    "profile": {"biography": "Runs."},
    "add_video": {"address": "https://video.example.org/9", "title": "The final"},
    "remove_video": {},
}


def rows_of(club: Club) -> dict[str, list[object]]:
    """Makes rows of ``club``; by route, the arguments of its address."""
    mark = PerformanceFactory(athlete=AthleteFactory(family_name="Filmed", club=club), mark="10.99")
    video = filmed(mark)
    looks = ("near_records", "former_records", "board_pdf")
    return {
        "compare_athletes": [],
        **{look: [club.slug] for look in looks},
        "profile": [mark.athlete_id],
        "athlete_account": [mark.athlete_id],
        "add_video": [mark.pk],
        "remove_video": [mark.pk, video.pk],
    }
