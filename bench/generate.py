"""Large athletics files for benchmarks, the same bytes for the same arguments.

    python bench/generate.py FOLDER --rows 100000 [--athletes 20000 --clubs 50 --years 15 --seed 1]

writes `athletes.csv` and `performances.csv`. Rows stream: memory grows with athletes and meets, not rows.
One row in twenty repeats an earlier one to the letter, its performance_id included; about one in twenty is
wind-aided, without a reading, hand-timed, or without a mark.

Speed comes from drawing early: the marks of every discipline are written once for a thousand levels of
quality, and chance is read from tables of prepared noise. Stays apart from trackhub, so that a benchmark can
run without it.
"""

from __future__ import annotations

import argparse
import math
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

UNTIL = date(2025, 12, 31)  # the last possible day of a meet, fixed so that files do not change with the clock
MEETS_A_YEAR = 280
DUPLICATES = 0.05
_LEVELS = 1000  # quality 0.60 to 0.96 of a world best
_NOISE = 1 << 14
_HELD = 2000  # rows that wait for their repetition
_SENIOR_EVENTS = """
60 Indoor 6.34 7.01|100 Outdoor 9.58 10.49|200 Outdoor 19.19 21.34|400 Outdoor 43.03 47.60
400 Indoor 44.5 49.2|800 Outdoor 100.91 113.28|800 Indoor 102.5 115|1500 Outdoor 206.00 228.68
1500 Indoor 210 233|3000 Outdoor 437.55 486.11|3000 Indoor 442 493|5000 Outdoor 755.36 838.06
10000 Outdoor 1571 1734|3000SC Outdoor 472.11 524.32|60H Indoor 7.27 7.65|100H Outdoor 0 12.12
110H Outdoor 12.80 0|400H Outdoor 45.94 50.37|HJ Outdoor 2.45 2.10|HJ Indoor 2.43 2.08|PV Outdoor 6.30 5.06
LJ Outdoor 8.95 7.52|LJ Indoor 8.79 7.37|TJ Outdoor 18.29 15.74|SP Outdoor 23.56 22.63|SP Indoor 22.82 22.50
DT Outdoor 75.5 76.8|HT Outdoor 86.7 82.9|JT Outdoor 98.4 72.2|10K Road 1584 1726|HM Road 3402 3772
"""
_FIELD = {"HJ": 1.4, "PV": 2.0, "LJ": 1.7, "TJ": 1.7, "SP": 3.0, "DT": 3.0, "HT": 3.0, "JT": 3.0}
_WIND = frozenset({"100", "200", "100H", "110H", "LJ", "TJ"})
_WITHOUT_HAND = frozenset({"10K", "HM"})
_ENVIRONMENTS = ("Indoor", "Outdoor", "Road")
_GIVEN = {
    "F": "Ada Bea Chloé Dana Eva Fátima Gwen Hélène Inês Jana Kaja Lucía Nora Olívia Petra Rūta Tuva Zoë",
    "M": "Ali Björn Dário Emil Félix Gábor Hugo Iván João Karel Luís Milan Noé Óscar Pavel Quim Šime Tom",
}
_STEMS = "Al Bar Cal Dor Er Fal Gor Har Ib Jar Kal Lor Mar Nor Or Par Quin Ros Sal Tor Ul Var Wen Yar Zal"
_ENDINGS = "bridge dal ez ford gård hurst ić ková lund mann nen ov quist roy ski son stad tín ueira wood"
_COUNTRIES = "GBR ESP POR FRA GER NOR IRL POL ITA USA"
_IN_HEATS = ("", "", "", "Final", "Heat 1", "Heat 2", "Heat 3", "Semifinal 1")
# Per environment: share of the meets, first month, days of the season.
_SEASONS = {"Indoor": (0.25, 1, 85), "Outdoor": (0.6, 4, 180), "Road": (0.15, 2, 300)}


@dataclass(frozen=True, slots=True)
class Event:
    """A discipline of one sex in one environment, with its mark at every level of quality."""

    code: str
    sex: str
    environment: int
    windy: bool
    rounds: tuple[str, ...]
    marks: list[str]
    hand_marks: list[str]  # empty where nobody times by hand


@dataclass(frozen=True, slots=True)
class Runner:
    """An athlete; `level` is the place on the scale of quality, `since` the first day of competing."""

    athlete_id: str
    given: str
    family: str
    sex: str
    birth: date
    club: str
    level: int
    since: date
    events: tuple[int, ...]


def events() -> list[Event]:
    """The sixty disciplines, men's and women's."""
    found = []
    for line in _SENIOR_EVENTS.replace("\n", "|").strip("|").split("|"):
        code, environment, men, women = line.split()
        for sex, best in (("M", float(men)), ("F", float(women))):
            if best:
                hand = code not in _FIELD and code not in _WITHOUT_HAND
                found.append(
                    Event(
                        code=code,
                        sex=sex,
                        environment=_ENVIRONMENTS.index(environment),
                        windy=code in _WIND and environment == "Outdoor",
                        rounds=_IN_HEATS if hand else ("", "", "Final"),
                        marks=[_mark(code, best, level) for level in range(_LEVELS)],
                        hand_marks=[_hand_mark(best, level) for level in range(_LEVELS)] if hand else [],
                    )
                )
    return found


def _quality(level: int) -> float:
    return 0.60 + 0.36 * level / _LEVELS


def _mark(code: str, best: float, level: int) -> str:
    """Metres to the lower centimetre, seconds to the higher hundredth, on the road to the higher second."""
    if code in _FIELD:
        centimetres = math.floor(best * 100 * math.pow(_quality(level), _FIELD[code]))
        return f"{centimetres // 100}.{centimetres % 100:02d}"
    seconds = best / _quality(level)
    if code in _WITHOUT_HAND:
        whole = math.ceil(seconds)
        hours, rest = divmod(whole, 3600)
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
    minutes, hundredths = divmod(math.ceil(seconds * 100), 6000)
    short = f"{hundredths // 100:02d}.{hundredths % 100:02d}"
    return f"{minutes}:{short}" if minutes else short.removeprefix("0")


def _hand_mark(best: float, level: int) -> str:
    minutes, tenths = divmod(math.ceil(best / _quality(level) * 10), 600)
    return f"{minutes}:{tenths // 10:02d}.{tenths % 10}h" if minutes else f"{tenths // 10}.{tenths % 10}h"


def roster(*, athletes: int, clubs: int, years: int, seed: int) -> list[Runner]:
    """The athletes of a seed. Names repeat, as they do: there are far fewer names than athletes."""
    rng = Random(f"roster {seed}")
    by_sex = {sex: [place for place, event in enumerate(events()) if event.sex == sex] for sex in "MF"}
    given = {sex: names.split() for sex, names in _GIVEN.items()}
    stems, endings = _STEMS.split(), _ENDINGS.split()
    opening = date(UNTIL.year - years + 1, 1, 1)
    found = []
    for number in range(1, athletes + 1):
        sex = rng.choice("MF")
        birth = date(1950, 1, 1) + timedelta(days=rng.randrange((date(UNTIL.year - 18, 1, 1) - date(1950, 1, 1)).days))
        sixteenth = birth + timedelta(days=5844)
        found.append(
            Runner(
                athlete_id=f"A{number:06d}",
                given=rng.choice(given[sex]),
                family=rng.choice(stems) + rng.choice(endings),
                sex=sex,
                birth=birth,
                club=f"club-{rng.randrange(clubs) + 1:03d}",
                level=min(max(round(rng.gauss(600, 110)), 150), 860),
                since=max(opening, sixteenth),
                events=tuple(rng.sample(by_sex[sex], 4)),
            )
        )
    return found


def _meets(years: int, seed: int) -> list[tuple[list[date], list[str]]]:
    """Per environment, in order of date: the dates, and `environment,competition,venue,country,date`."""
    rng = Random(f"meets {seed}")
    stems, endings, countries = _STEMS.split(), _ENDINGS.split(), _COUNTRIES.split()
    found: list[tuple[list[date], list[str]]] = []
    for environment in _ENVIRONMENTS:
        share, month, days = _SEASONS[environment]
        dated = sorted(
            date(UNTIL.year - rng.randrange(years), month, 1) + timedelta(days=rng.randrange(days))
            for _ in range(round(MEETS_A_YEAR * years * share))
        )
        tails = []
        for on in dated:
            town = rng.choice(stems) + rng.choice(endings)
            kind = rng.choice(("Open", "League", "Championships", "Grand Prix", "Memorial", "Cup"))
            place = {"Indoor": "Arena", "Outdoor": "Stadium", "Road": "Streets"}[environment]
            country = rng.choice(countries)
            tails.append(f"{environment},{town} {kind},{town} {place},{country},{on.isoformat()}\n")
        found.append((dated, tails))
    return found


def write_athletes(path: Path, *, athletes: int = 20_000, clubs: int = 50, years: int = 15, seed: int = 1) -> int:
    """Write athletes.csv; the number of athletes. No name holds a comma, so nothing is quoted."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("athlete_id,given_name,family_name,sex,birth_date,club\n")
        for one in roster(athletes=athletes, clubs=clubs, years=years, seed=seed):
            file.write(f"{one.athlete_id},{one.given},{one.family},{one.sex},{one.birth},{one.club}\n")
    return athletes


def write_performances(
    path: Path, *, rows: int, athletes: int = 20_000, clubs: int = 50, years: int = 15, seed: int = 1
) -> int:
    """Write performances.csv with exactly `rows` lines below the header, the repeated ones among them."""
    runners = roster(athletes=athletes, clubs=clubs, years=years, seed=seed)
    lines = _with_duplicates(_lines(runners, _meets(years, seed), Random(f"marks {seed}")), Random(f"twice {seed}"))
    left = islice(lines, rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(
            "performance_id,athlete_id,club,discipline,mark,wind,round,place,"
            "environment,competition,venue,country,date\n"
        )
        while chunk := list(islice(left, 5000)):
            file.write("".join(chunk))
    return rows


def _with_duplicates(lines: Iterator[str], rng: Random) -> Iterator[str]:
    """The lines, one in twenty of all being an earlier one again."""
    held: list[str] = []
    chance = rng.random
    for line in lines:
        yield line
        # Of every line that comes for the first time, 1 in 19 is repeated: 1 in 20 of the file.
        if len(held) < _HELD:
            held.append(line)
        elif chance() < 0.05:
            held[int(chance() * _HELD)] = line
        if chance() < DUPLICATES / (1 - DUPLICATES):
            place = int(chance() * len(held))
            yield held[place]
            held[place] = held[-1]
            held.pop()


def _lines(runners: list[Runner], meets: list[tuple[list[date], list[str]]], rng: Random) -> Iterator[str]:
    """Performances without end. Who, which event, which meet and how well are drawn for each."""
    chance = rng.random
    noise = [round(rng.gauss(0, 35)) for _ in range(_NOISE)]
    winds = _winds(rng)
    disciplines = events()
    tails = [tail for _, tail in meets]
    opened = [tuple(bisect_left(dated, one.since) for dated, _ in meets) for one in runners]
    heads = [f",{one.athlete_id},{one.club}," for one in runners]
    count, number = len(runners), 0
    while True:
        number += 1
        who = int(chance() * count)
        runner = runners[who]
        event = disciplines[runner.events[int(chance() * 4)]]
        start = opened[who][event.environment]
        there = tails[event.environment]
        if start >= len(there):
            start = 0
        meet = there[start + int(chance() * (len(there) - start))]
        level = runner.level + noise[int(chance() * _NOISE)]
        mark = event.marks[level if level < _LEVELS else _LEVELS - 1]
        wind = winds[int(chance() * _NOISE)] if event.windy else ""
        stage = event.rounds[int(chance() * len(event.rounds))]
        place = str(int(chance() * 12) + 1)
        odd = chance()
        if odd < 0.025:
            if odd < 0.010:
                mark, place = ("NM" if event.code in _FIELD else "DNF") if odd < 0.006 else "DNS", ""
                wind = "" if odd >= 0.006 else wind
            elif event.hand_marks:
                mark = event.hand_marks[level if level < _LEVELS else _LEVELS - 1]
        yield (f"P{number:08d}{heads[who]}{event.code},{mark},{wind},{stage},{place},{meet}")


def _winds(rng: Random) -> list[str]:
    """Readings as written: about 6 in 100 above +2.0, 5 in 100 not taken (NWI or nothing)."""
    found = []
    for _ in range(_NOISE):
        tenths = round(min(max(rng.gauss(0.2, 1.15), -3.5), 4.5) * 10)
        missing = rng.random() < 0.05
        found.append(rng.choice(("", "NWI")) if missing else f"{tenths / 10:+.1f}" if tenths else "0.0")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--athletes", type=int, default=20_000)
    parser.add_argument("--clubs", type=int, default=50)
    parser.add_argument("--years", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    shape = {"athletes": asked.athletes, "clubs": asked.clubs, "years": asked.years, "seed": asked.seed}
    began = time.perf_counter()
    write_athletes(asked.folder / "athletes.csv", **shape)
    write_performances(asked.folder / "performances.csv", rows=asked.rows, **shape)
    seconds = time.perf_counter() - began
    print(f"{asked.athletes} athletes and {asked.rows} performances in {seconds:.1f} s")


if __name__ == "__main__":
    main()
