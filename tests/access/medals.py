"""Who may open what: medals and ceremonies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from records.actions.ceremonies import token_of
from records.models import Award, Ceremony, CeremonyGuest, Honour
from tests.access.who import LOGIN, PUBLIC, chiefs, everybody, registrars
from tests.factories import AthleteFactory, PerformanceFactory, discipline
from trackhub.clubs.models import Club

TABLE: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("get", "medals", PUBLIC),
    ("get", "medals_file", PUBLIC),
    ("get", "enter_medals", registrars(200)),
    ("post", "enter_medals", registrars(200)),
    ("get", "medal_table", chiefs(200)),
    ("post", "medal_table", chiefs(302)),
    ("get", "remove_medal", (LOGIN, *(405,) * 9)),
    ("post", "remove_medal", (LOGIN, 404, 302, 404, 403, 403, 403, 403, 403, 404)),
    ("get", "ceremonies", registrars(200)),
    ("get", "unrecognised", registrars(200)),
    ("get", "new_ceremony", registrars(200)),
    ("post", "new_ceremony", registrars(422)),
    ("get", "ceremony", registrars(200)),
    ("get", "edit_ceremony", registrars(200)),
    ("post", "edit_ceremony", registrars(422)),
    ("get", "choose_honours", registrars(200)),
    ("post", "choose_honours", registrars(422)),
    ("post", "drop_honour", registrars(302)),
    ("get", "certificates", registrars(302)),
    ("get", "programme", registrars(200)),
    ("get", "ceremony_guests", registrars(200)),
    ("post", "ceremony_guests", registrars(422)),
    ("post", "add_honoured", registrars(302)),
    ("post", "invite_guests", registrars(302)),
    ("get", "attendance", registrars(200)),
    ("post", "attendance", registrars(404)),
    ("get", "rsvp", PUBLIC),
    ("post", "rsvp", everybody(422)),
    ("post", "remove_guest", (LOGIN, 404, 302, 404, 403, 403, 403, 403, 403, 404)),
    ("get", "cancel_ceremony", (LOGIN, *(405,) * 9)),
    ("post", "cancel_ceremony", (LOGIN, 404, 302, 404, 403, 403, 403, 403, 403, 404)),
)
"""(method, route name, statuses in the order of VISITORS). What the chief registrar took away, nobody finds after."""

_EMPTY = {f"rows-{n}-{name}": "" for n in range(6) for name in ("athlete", "age_group", "position", "team")}
_ENTRY = {
    "competition": "County",
    "date": "2026-05-01",
    "discipline": "1",  # one of the reference data
    "rows-TOTAL_FORMS": "6",
    "rows-INITIAL_FORMS": "0",
    **_EMPTY,
    "rows-0-athlete": "Prize Winner",
    "rows-0-position": "2",
}

FORMS: dict[str, dict[str, Any]] = {
    "enter_medals": {**_ENTRY, "do": "confirm"},
    "medal_table": {
        **{f"label_{place}": "" for place in range(1, 13)},
        **{f"metal_{place}": "gold" if place == 1 else "" for place in range(1, 13)},
    },
    "remove_medal": {},
    "new_ceremony": {"title": "Awards", "starts": "2026-12-05T19:00", "place": "Club house", "text": ""},
    "edit_ceremony": {"title": "Awards", "starts": "2026-12-05T19:00", "place": "Club house", "text": ""},
    "drop_honour": {},
    "ceremony_guests": {"name": "Aunt", "email": "", "family_of": ""},
    "add_honoured": {},
    "invite_guests": {"guest": ""},
    "rsvp": {"answer": "yes", "persons": "2"},
    "remove_guest": {},
    "cancel_ceremony": {},
}
"""By route, the whole order of each form, for the test that it takes no field more."""


def rows_of(club: Club) -> dict[str, list[object]]:
    """Makes rows of ``club``; by route, the arguments of its address."""
    winner = AthleteFactory(given_name="Prize", family_name="Winner", club=club)
    award = Award.objects.create(
        club=club, athlete=winner, position=1, discipline=discipline("100"), competition="League", date=date(2026, 5, 2)
    )
    starts = timezone.now() + timedelta(days=7)
    ceremony = Ceremony.objects.create(club=club, title="Club evening", starts=starts, place="Club house", text="Come")
    empty = Ceremony.objects.create(club=club, title="Second evening", starts=starts, place="Club house", text="")
    honour = Honour.objects.create(ceremony=ceremony, performance=PerformanceFactory(athlete=winner, mark="11.90"))
    guest = CeremonyGuest.objects.create(
        ceremony=ceremony, name="Aunt Winner", email="aunt@example.org", athlete=winner
    )
    other = CeremonyGuest.objects.create(ceremony=empty, name="Uncle Winner")
    mine: list[object] = [club.slug, ceremony.pk]
    return {
        **{route: [club.slug] for route in ("medals", "enter_medals", "medal_table", "ceremonies", "unrecognised")},
        "new_ceremony": [club.slug],
        "medals_file": [club.slug, "csv"],
        "remove_medal": [club.slug, award.pk],
        **dict.fromkeys(("ceremony", "edit_ceremony", "choose_honours", "programme", "ceremony_guests", "add_honoured", "invite_guests", "attendance"), mine),
        "certificates": [club.slug, empty.pk],
        "cancel_ceremony": [club.slug, empty.pk],
        "drop_honour": [club.slug, ceremony.pk, honour.pk],
        "remove_guest": [club.slug, empty.pk, other.pk],
        "rsvp": [token_of(guest)],
    }  # fmt: skip
