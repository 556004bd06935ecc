"""The desk's lists in a large table against the same lists with 50 rows: `python bench/admin.py [--postgresql URL]`.

Asks the athlete and performance lists as the site's administrator and as registrars of a large, a small and a
one-athlete club: first the plain lists with 50 rows in the tables, then, with ``--performances``, the plain lists and
the searched, filtered, sorted and far ones. A page shows 50 rows either way, so what differs is the tables.
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from database import scratch_database
from generate import write_athletes, write_performances
from run import import_file, timed

LISTS = ("athlete", "performance")
WAYS = {
    "athlete": {"plain": "", "searched": "?q=nora", "filtered": "?sex__exact=F", "page 40": "?p=40"},
    "performance": {
        "plain": "",
        "searched": "?q=nora",
        "filtered by facility": "?facility__exact=indoor",
        "without a wind reading": "?show=no_wind",
        "page 40": "?p=40",
        "newest date first": "?o=-0",
    },
}
SMALL = {"small": 10, "tiny": 1}
"""Athletes in the clubs that are smaller than the generator's."""
TARGET = 1.5
ASKED = 25


def load(folder: Path, *, athletes: int, performances: int, clubs: int) -> None:
    from baselines import empty_performances

    from records.models import Athlete, ClubSpell, ExternalId

    empty_performances()
    for model in (ClubSpell, ExternalId, Athlete):
        model.objects.all()._raw_delete("default")
    write_athletes(folder / "athletes.csv", athletes=athletes, clubs=clubs)
    import_file("athletes", folder / "athletes.csv", club_column="club", create_clubs=True)
    write_performances(folder / "performances.csv", rows=performances, athletes=athletes, clubs=clubs)
    import_file("performances", folder / "performances.csv")


def split_off() -> None:
    """Give some athletes of the generator's clubs, with their marks, to clubs of their own."""
    from records.models import Athlete, ClubSpell, Performance
    from trackhub.clubs.models import Club

    athletes = Athlete.objects.order_by("pk").values_list("pk", flat=True).iterator()
    for slug, number in SMALL.items():
        club = Club.objects.create(name=slug, slug=slug)
        moved = [next(athletes) for _ in range(number)]
        for model in (ClubSpell, Performance):
            model.objects.filter(athlete__in=moved).update(club=club)


def visitors() -> dict[str, Any]:
    """A browser of each kind of visitor, logged in. The large club is the one with the most marks; with 50 rows there
    is one club, and everybody's list is the same."""
    from django.db.models import Count

    from trackhub.clubs.models import Club

    large = Club.objects.annotate(marks=Count("performances")).latest("marks")
    small = {f"registrar of {number}": Club.objects.filter(slug=slug).first() for slug, number in SMALL.items()}
    return {"administrator": logged_in(None), "registrar": logged_in(large)} | {
        who: logged_in(club or large) for who, club in small.items()
    }


def logged_in(club: Any) -> Any:
    """The registrar of ``club``, or the administrator."""
    from django.test import Client
    from django.utils import timezone

    from trackhub.clubs.models import Membership, User

    user = User.objects.create_user(f"visitor-{timezone.now().timestamp()}@example.org")
    if club is None:
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    else:
        Membership.objects.create(user=user, club=club, role="registrar")
    browser = Client(headers={"host": "localhost"})
    browser.force_login(user)
    return browser


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def ask(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200 or b'id="changelist"' not in answer.content:
        raise SystemExit(f"{address} answered {answer.status_code}")


def measure(ways: dict[str, dict[str, str]]) -> dict[tuple[str, str, str], float]:
    """Seconds of each way to ask each list for each visitor: the quickest of 25 requests, after three that warm it up.

    What else the machine does can only add to a request, and does so by more than the tables do.
    """
    analyse()
    seconds = {}
    for who, client in visitors().items():
        for table, asked in ways.items():
            for way, query in asked.items():
                once = partial(ask, client, f"/admin/records/{table}/{query}")
                for _ in range(3):
                    once()
                seconds[who, table, way] = min(timed(once)[0] for _ in range(ASKED))
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", default="", metavar="URL", help="a server on which databases may be made")
    parser.add_argument("--performances", type=int, default=1_000_000)
    parser.add_argument("--athletes", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, scratch_database(options.postgresql) as kind:
        load(Path(folder), athletes=50, performances=60, clubs=1)
        few = measure({table: {"plain": ""} for table in LISTS})
        load(Path(folder), athletes=options.athletes, performances=options.performances, clubs=50)
        split_off()
        many = measure(WAYS)
        print(f"\n### Lists of the desk, {options.performances:,} performances, {kind}\n")
        print("| who | list | 50 rows | many | many ÷ few |\n|---|---|---|---|---|")
        for (who, table, way), seconds in many.items():
            plain = few[who, table, "plain"]
            missed = "" if seconds <= TARGET * plain else ", missed"
            ratio = f"**{seconds / plain:.2f}**{missed}"
            print(f"| {who} | {table}, {way} | {plain * 1000:.1f} ms | {seconds * 1000:.1f} ms | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
