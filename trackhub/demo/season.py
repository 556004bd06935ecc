"""The demo's files: three invented clubs, sixty athletes each, six seasons, about ten thousand performances.

`write_demo` writes, as UTF-8 CSV with a header line:

- `athletes.csv` and `transfers.csv`: an athlete's first club, and a second row with the next one;
- `performances.csv`: everybody's marks as a club's secretary would keep them;
- `old-records-<slug>.csv`: each club's record book from before the computer.

A real file has mistakes, so `performances.csv` has six rows that an import must refuse or ask about, all of
Harbour Harriers. `BAD_ROWS` names them by performance_id:

- P90001: a date in the future (thirty days after `today`);
- P90002: `2.05` for 800 m, which is 2:05 to a reader and two seconds to a parser;
- P90003: the unknown discipline `XYZ`;
- P90004: `9.61` in the long jump, typed for 6.91: beyond the world best;
- P90005: a date before the athlete was born;
- P90006: a row like any other, which comes twice, to the letter.

Everything follows from (seed, today): the same two give the same bytes.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from trackhub.demo.ages import age_on
from trackhub.demo.books import old_records
from trackhub.demo.calendar import meets_between
from trackhub.demo.names import CLUB_BY_SLUG, CLUBS
from trackhub.demo.results import Row, meet_rows
from trackhub.demo.squads import DemoAthlete, Spell, demo_squads

SEASONS = 6
BAD_ROWS = {
    "P90001": "date in the future",
    "P90002": "2.05 for 800 m",
    "P90003": "unknown discipline XYZ",
    "P90004": "long jump beyond the world best",
    "P90005": "date before birth",
    "P90006": "the same row twice",
}

_BAD_MEET = "Harbour Spring Open"

ATHLETE_COLUMNS = (
    "athlete_id", "given_name", "family_name", "sex", "birth_date", "country", "club", "club_from",
    "club_until",
)  # fmt: skip
PERFORMANCE_COLUMNS = (
    "performance_id", "athlete_id", "club", "sex", "discipline", "mark", "wind", "timing", "place", "round",
    "environment", "competition", "venue", "country", "date", "team", "legs", "note",
)  # fmt: skip
OLD_RECORD_COLUMNS = (
    "discipline", "sex", "age_group", "environment", "mark", "wind", "holder", "date", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Where the files are and how many rows each has, the bad ones included; mappings go by club slug."""

    athletes: Path
    transfers: Path
    performances: Path
    old_records: Mapping[str, Path]
    athlete_count: int
    transfer_count: int
    performance_count: int
    athletes_by_club: Mapping[str, int]
    performances_by_club: Mapping[str, int]
    old_record_counts: Mapping[str, int]


def write_demo(folder: Path, *, seed: int = 2026, today: date) -> DemoFiles:
    """Write the files into `folder`, which is made when missing, and say where and how many."""
    rng = Random(seed)
    first = _six_years_before(today)
    athletes = demo_squads(rng, first=first, today=today)
    rows = _season_rows(athletes, first, today, rng)
    _tie_bests(rows)
    books = {club.slug: old_records(club, rows, rng) for club in CLUBS}
    lines = _with_bad_rows([_line(number, row) for number, row in enumerate(rows, start=1)], rows, today)

    folder.mkdir(parents=True, exist_ok=True)
    old = {slug: folder / f"old-records-{slug}.csv" for slug in books}
    for slug, book in books.items():
        _write(old[slug], OLD_RECORD_COLUMNS, (astuple(entry) for entry in book))
    movers = [athlete for athlete in athletes if len(athlete.spells) > 1]
    paths = {name: folder / f"{name}.csv" for name in ("athletes", "transfers", "performances")}
    _write(paths["athletes"], ATHLETE_COLUMNS, (_athlete_line(one, one.spells[0]) for one in athletes))
    _write(paths["transfers"], ATHLETE_COLUMNS, (_athlete_line(one, one.spells[1]) for one in movers))
    _write(paths["performances"], PERFORMANCE_COLUMNS, lines)
    return DemoFiles(
        athletes=paths["athletes"],
        transfers=paths["transfers"],
        performances=paths["performances"],
        old_records=old,
        athlete_count=len(athletes),
        transfer_count=len(movers),
        performance_count=len(lines),
        athletes_by_club=Counter(athlete.spells[0].club for athlete in athletes),
        performances_by_club=Counter(line[2] for line in lines),
        old_record_counts={slug: len(book) for slug, book in books.items()},
    )


def _six_years_before(today: date) -> date:
    """The day after the same day six years ago; 29 February counts as the 28th."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(today.year - SEASONS, today.month, day) + timedelta(days=1)


def _season_rows(athletes: list[DemoAthlete], first: date, today: date, rng: Random) -> list[Row]:
    """Every meeting in turn; nobody competes in two on one week-end."""
    rows: list[Row] = []
    last_start: dict[str, date] = {}
    for meet in meets_between(first, today):
        present = []
        for athlete in athletes:
            club = athlete.club_on(meet.on)
            # A final may be run the day after: whoever leaves between the two stays away.
            stays = bool(club) and club == athlete.club_on(meet.on + timedelta(days=1))
            near = stays and (meet.international or CLUB_BY_SLUG[club].country == meet.country)
            if near and last_start.get(athlete.athlete_id, first) + timedelta(days=2) <= meet.on:
                present.append(athlete)
        done = meet_rows(meet, present, rng)
        for row in done:
            if row.athlete is not None:
                last_start[row.athlete.athlete_id] = row.on
        rows += done
    return sorted(rows, key=lambda row: (row.on, row.meet.name, row.order))


def _tie_bests(rows: list[Row]) -> None:
    """Give, in each club, the best 100 m of the men and the best long jump of the women a second holder.

    Outdoors; the equal mark goes to somebody else who led the demo's athletes in a contest, if possible a
    later one: nobody is then placed behind a worse mark.
    """
    leaders: dict[tuple[str, date, str, str, str], Row] = {}
    for row in rows:
        if row.place and row.meet.environment == "Outdoor" and not row.note and not row.hand:
            contest = (row.meet.name, row.on, row.discipline, row.sex, row.round)
            if contest not in leaders or int(row.place) < int(leaders[contest].place):
                leaders[contest] = row
    for club in CLUBS:
        for code, sign in (("100", 1), ("LJ", -1)):
            what = (club.slug, code, "M" if code == "100" else "F")
            held = [
                row
                for row in rows
                if (row.club, row.discipline, row.sex) == what
                and row.meet.environment == "Outdoor"
                and row.is_legal
                and not row.hand
            ]
            held.sort(key=lambda row: (sign * (row.value or 0), row.on))
            led = [row for row in leaders.values() if row in held and row.athlete is not held[0].athlete]
            led.sort(key=lambda row: (row.on <= held[0].on, sign * (row.value or 0), row.on))
            if led:
                led[0].value = held[0].value


def _line(number: int, row: Row) -> tuple[str, ...]:
    return (
        f"P{number:05d}",
        row.athlete.athlete_id if row.athlete else "",
        row.club,
        row.sex,
        row.discipline,
        row.mark,
        row.wind,
        row.timing,
        row.place,
        row.round,
        row.meet.environment,
        row.meet.name,
        row.meet.venue,
        row.meet.country,
        row.on.isoformat(),
        row.team or ("" if row.athlete else CLUB_BY_SLUG[row.club].name),
        row.legs,
        row.note,
    )


def _with_bad_rows(lines: list[tuple[str, ...]], rows: list[Row], today: date) -> list[tuple[str, ...]]:
    """The lines with BAD_ROWS among them, spread through the file."""
    like, athlete = next(
        (row, row.athlete)
        for row in reversed(rows)
        if (row.meet.name, row.club, row.sex) == (_BAD_MEET, "harbour-harriers", "M")
        and row.athlete is not None
        and row.athlete.precision == "day"
        and 20 <= age_on(row.athlete.birth, row.on) <= 40
    )
    future, unborn = today + timedelta(days=30), date(athlete.birth.year - 1, 7, 1)
    twice = _bad_line("P90006", like, "200", "24.93", like.on, "+0.7", "auto")
    bad = [
        _bad_line("P90001", like, "200", "24.41", future, "+0.7", "auto"),
        _bad_line("P90002", like, "800", "2.05", like.on, "", "hand"),
        _bad_line("P90003", like, "XYZ", "12.34", like.on, "", ""),
        _bad_line("P90004", like, "LJ", "9.61", like.on, "+1.1", ""),
        _bad_line("P90005", like, "400", "54.80", unborn, "", "auto"),
        twice,
        twice,
    ]
    mixed = list(lines)
    for number, line in enumerate(bad, start=1):
        mixed.insert(len(lines) * number // (len(bad) + 1), line)
    return mixed


def _bad_line(
    performance_id: str, like: Row, code: str, mark: str, on: date, wind: str, timing: str
) -> tuple[str, ...]:
    where = ("Outdoor", _BAD_MEET, like.meet.venue, "GBR")
    athlete_id = like.athlete.athlete_id if like.athlete else ""
    start = (performance_id, athlete_id, like.club, like.sex, code, mark, wind, timing, "3", "")
    return (*start, *where, on.isoformat(), "", "", "")


def _athlete_line(athlete: DemoAthlete, spell: Spell) -> tuple[str, ...]:
    return (
        athlete.athlete_id,
        athlete.given,
        athlete.family,
        athlete.sex,
        athlete.birth_written,
        athlete.country,
        spell.club,
        spell.since.isoformat() if spell.since else "",
        spell.until.isoformat() if spell.until else "",
    )


def _write(path: Path, columns: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)
