"""What happened at a meeting of the demo: who came, heats, wind, marks, places, relays, and what went wrong.

A race's wind belongs to the heat, a jump's to the jumper. Opponents from elsewhere are not in the
file: they only leave gaps between the places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from trackhub.demo.ages import age_on, cross_country_code, specified
from trackhub.demo.calendar import Meet
from trackhub.demo.marks import (
    COMBINED,
    base_of,
    is_field,
    is_untimed_to_hundredths,
    needs_wind,
    points_of,
    value_of,
    written,
)
from trackhub.demo.squads import DemoAthlete

_OUTDOOR = {
    "sprints": ("100", "200", "400", "100", "200", "300"),
    "hurdles": ("SH", "LH", "SH", "100", "200"),
    "middle": ("800", "1500", "800", "1500", "400", "1000", "Mile", "600", "2000", "3000", "SC"),
    "long": ("1500", "3000", "5000", "3000", "5000", "10000", "SC"),
    "combined": ("SH", "HJ", "LJ", "SP", "200", "JT"),
    "walks": ("3000W", "5000W"),
}
_INDOOR = {
    "sprints": ("60", "200", "60", "400"),
    "hurdles": ("60H", "60", "60H", "200"),
    "middle": ("800", "1500", "800", "1000", "600"),
    "long": ("1500", "3000"),
    "combined": ("60H", "HJ", "LJ", "SP", "60"),
    "walks": ("3000W",),
}
# The chance that an athlete of the group goes to a meeting of the kind.
_ATTENDANCE = {
    "open": 0.31, "evening": 0.21, "league": 0.42, "champs": 0.37, "indoor": 0.36, "indoor champs": 0.37,
    "xc": 0.50, "road": 0.40, "road walk": 0.80,
}  # fmt: skip
_FALSE_START, _LANE, _WALK_CARDS, _BATON = "DQ TR16.8", "DQ TR17.3", "DQ TR54.7", "DQ TR24.7"


@dataclass(slots=True, eq=False)
class Row:
    """One line of performances.csv. `value` in ms, cm or points, None without a valid mark.

    `order` counts within the meeting.
    """

    athlete: DemoAthlete | None
    club: str
    sex: str
    discipline: str
    meet: Meet
    on: date
    value: int | None = None
    hand: bool = False
    status: str = ""
    wind: str = ""
    place: str = ""
    round: str = ""
    team: str = ""
    legs: str = ""
    note: str = ""
    order: int = 0

    @property
    def mark(self) -> str:
        return self.status if self.value is None else written(self.discipline, self.value, hand=self.hand)

    @property
    def timing(self) -> str:
        """hand or auto for what is timed on a track, else nothing."""
        off_track = is_field(self.discipline) or is_untimed_to_hundredths(self.discipline)
        if self.value is None or off_track or self.discipline in COMBINED:
            return ""
        return "hand" if self.hand else "auto"

    @property
    def is_legal(self) -> bool:
        """A valid mark with, where one is needed, a reading of at most +2.0."""
        if self.value is None:
            return False
        if self.meet.environment != "Outdoor" or not needs_wind(self.discipline):
            return True
        return self.wind not in ("", "NWI") and float(self.wind) <= 2.0


def meet_rows(meet: Meet, present: Sequence[DemoAthlete], rng: Random) -> list[Row]:
    """All rows of a meeting for the athletes who may come, in the order of its programme."""
    rows: list[Row] = []
    contests: dict[tuple[str, str], list[DemoAthlete]] = {}
    came: list[DemoAthlete] = []
    for athlete in present:
        codes = _entries(athlete, meet, rng)
        if codes:
            came.append(athlete)
        for code in codes:
            contests.setdefault((code, athlete.sex), []).append(athlete)
    for (code, sex), entrants in sorted(contests.items(), key=lambda contest: contest[0]):
        if code in COMBINED:
            for athlete in entrants:
                rows += _combined_rows(athlete, code, meet, rng)
        elif "champs" in meet.kind and base_of(code) in _IN_ROUNDS:
            rows += _rounds(code, sex, entrants, meet, rng)
        else:
            rows += _single(code, sex, entrants, meet, rng)
    if meet.kind in ("league", "champs", "indoor champs"):
        rows += _relays(meet, came, rng)
    for order, row in enumerate(rows):
        row.order = order
    return rows


_IN_ROUNDS = ("60", "100", "200", "400", "800", "60H", "75H", "80H", "100H", "110H", "400H")


def _entries(athlete: DemoAthlete, meet: Meet, rng: Random) -> list[str]:
    """The discipline codes an athlete starts in, none when staying at home."""
    scheme, years = athlete.scheme_on(meet.on), age_on(athlete.birth, meet.on)
    if "combined" in meet.kind:
        grown = years >= (20 if athlete.sex == "M" else 18) and years < 35
        chance = {"combined": 0.9, "hurdles": 0.12, "jumps": 0.12}.get(athlete.group, 0.0)
        if not grown or rng.random() >= chance:
            return []
        outdoor = meet.kind == "combined"
        return [("DEC" if outdoor else "HEPI") if athlete.sex == "M" else ("HEP" if outdoor else "PENI")]
    if rng.random() >= _ATTENDANCE[meet.kind]:
        return []
    if meet.kind == "xc":
        code = cross_country_code(scheme, athlete.sex, athlete.birth, meet.on)
        return [code] if athlete.group in ("middle", "long") else []
    if meet.kind.startswith("road"):
        goes = athlete.group == "walks" if meet.kind == "road walk" else athlete.group in ("middle", "long")
        wanted = rng.sample(meet.distances, len(meet.distances)) if goes else []
        limit = 1
    else:
        indoor = meet.environment == "Indoor"
        events = athlete.speciality or (_INDOOR if indoor else _OUTDOOR)[athlete.group]
        wanted = rng.sample(events, len(events))
        if indoor:
            wanted = [event for event in wanted if event not in ("DT", "HT", "JT")]
        limit = 1 if athlete.group in ("long", "walks") else rng.choice((1, 2, 2))
    codes: list[str] = []
    for event in wanted:
        code = specified(event, athlete.sex, scheme, athlete.birth, meet.on)
        if code and code not in codes and len(codes) < limit:
            codes.append(code)
    return codes


def _rounds(code: str, sex: str, entrants: list[DemoAthlete], meet: Meet, rng: Random) -> list[Row]:
    """Heats; for larger fields semifinals; a final the day after. The better ones go through."""
    rows: list[Row] = []
    left = rng.sample(entrants, len(entrants))
    stages = [("Heat", 5, 0), ("Final", 1, 1)]
    if base_of(code) in ("100", "200", "400", "60") and len(entrants) >= 4:
        stages.insert(1, ("Semifinal", 3, 0))
    for stage, races, days in stages:
        groups: dict[int, list[DemoAthlete]] = {}
        for athlete in left:
            groups.setdefault(rng.randint(1, races), []).append(athlete)
        ran: list[Row] = []
        for number, runners in sorted(groups.items()):
            name = stage if stage == "Final" else f"{stage} {number}"
            ran += _race(code, sex, runners[:8], meet, meet.on + timedelta(days=days), name, rng)
        rows += ran
        through = sorted((row.value, row.athlete.athlete_id) for row in ran if row.value and row.athlete)
        ids = {athlete_id for _, athlete_id in through[: max(1, math.ceil(len(through) * 0.6))]}
        left = [athlete for athlete in left if athlete.athlete_id in ids]
    return rows


def _single(code: str, sex: str, entrants: list[DemoAthlete], meet: Meet, rng: Random) -> list[Row]:
    """A field event, a long race, or timed finals in heats of eight."""
    if is_field(code):
        return _field_event(code, sex, entrants, meet, rng)
    together = meet.environment == "Road" or meet.kind == "xc"
    size = 200 if together else 8 if base_of(code) in _IN_ROUNDS else 16
    heats = [entrants[start : start + size] for start in range(0, len(entrants), size)]
    rows: list[Row] = []
    for number, runners in enumerate(heats, start=1):
        name = f"Heat {number}" if len(heats) > 1 or (size == 8 and meet.kind == "open") else ""
        rows += _race(code, sex, runners, meet, meet.on, name, rng)
    return rows


def _wind(code: str, meet: Meet, rng: Random) -> tuple[float, str]:
    """What blew in m/s, and what the file says: '' where none is needed, NWI or '' without a gauge."""
    if meet.environment != "Outdoor" or not needs_wind(code):
        return 0.0, ""
    tenths = round(min(max(rng.gauss(0.5, 1.3), -3.9), 4.6) * 10)
    if meet.kind in ("open", "evening", "league") and rng.random() < 0.07:
        return tenths / 10, rng.choice(("", "NWI"))
    return tenths / 10, f"{tenths / 10:+.1f}" if tenths else "0.0"


def _race(code: str, sex: str, runners: list[DemoAthlete], meet: Meet, on: date, name: str, rng: Random) -> list[Row]:
    blown, wind = _wind(code, meet, rng)
    hand = meet.kind == "evening" and not is_untimed_to_hundredths(code)
    hilly = rng.uniform(0.93, 0.99) if meet.kind == "xc" else rng.uniform(0.98, 1.0)
    rows: list[Row] = []
    for athlete in runners:
        row = Row(athlete, athlete.club_on(meet.on), sex, code, meet, on, hand=hand, wind=wind, round=name)
        row.status = _failure(code, rng)
        if not row.status:
            push = (1 + 0.0045 * blown) * (1 + rng.gauss(0, 0.009))
            quality = athlete.quality(code, on, rng) * hilly * push
            row.value = value_of(code, sex, quality, hand=hand)
        elif row.status == "DNS":
            row.wind = ""
        rows.append(row)
    field = 8 if name or base_of(code) in _IN_ROUNDS else 150 if meet.environment == "Road" else 60
    if not name and base_of(code) not in _IN_ROUNDS and meet.kind not in ("xc", "road"):
        field = 16
    return _placed(rows, field, rng)


def _failure(code: str, rng: Random) -> str:
    """DNS, DNF or DQ in about three of a hundred starts, else ''."""
    chance = rng.random()
    if chance < 0.010:
        return "DNS"
    if base_of(code) in ("60", "100", "200", "60H", "100H", "110H"):
        return _FALSE_START if chance < 0.019 else "DNF" if chance < 0.022 else ""
    if code.endswith("W"):
        return _WALK_CARDS if chance < 0.05 else ""
    return "DNF" if chance < 0.028 else _LANE if chance < 0.031 and base_of(code) in ("400", "400H") else ""


def _field_event(code: str, sex: str, entrants: list[DemoAthlete], meet: Meet, rng: Random) -> list[Row]:
    rows: list[Row] = []
    for athlete in entrants:
        blown, wind = _wind(code, meet, rng)
        row = Row(athlete, athlete.club_on(meet.on), sex, code, meet, meet.on, wind=wind)
        if "champs" in meet.kind:
            row.round = "Final"
        chance = rng.random()
        if chance < 0.03:
            row.status, row.wind = "DNS" if chance < 0.01 else "NM", ""
        else:
            quality = athlete.quality(code, meet.on, rng) * (1 + 0.004 * blown) * (1 + rng.gauss(0, 0.011))
            row.value = value_of(code, sex, quality)
        rows.append(row)
    return _placed(rows, 12, rng)


def _placed(rows: list[Row], field: int, rng: Random) -> list[Row]:
    """Best first, each with its place in a field of at most that many; equal marks share the place."""
    valid = [row for row in rows if row.value is not None]
    if not valid:
        return rows
    higher = is_field(valid[0].discipline)
    valid.sort(key=lambda row: -(row.value or 0) if higher else row.value or 0)
    places = sorted(rng.sample(range(1, max(field, len(valid)) + 1), len(valid)))
    for index, row in enumerate(valid):
        same = index and valid[index - 1].value == row.value
        row.place = valid[index - 1].place if same else str(places[index])
    return valid + [row for row in rows if row.value is None]


def _combined_rows(athlete: DemoAthlete, code: str, meet: Meet, rng: Random) -> list[Row]:
    """The events of a combined event as rows of their own and the total on the last day.

    One in fifteen gives up after the first day.
    """
    rows: list[Row] = []
    points, last_day = 0, meet.on
    gives_up = rng.random() < 0.07
    club = athlete.club_on(meet.on)
    for day, events in enumerate(COMBINED[code]):
        last_day = meet.on + timedelta(days=day)
        for event in events:
            blown, wind = _wind(event, meet, rng)
            row = Row(athlete, club, athlete.sex, event, meet, last_day, wind=wind, note=f"in {code}")
            if gives_up and event == events[-1]:
                row.status, row.wind = "DNS", ""
            elif is_field(event) and rng.random() < 0.02:
                row.status, row.wind = "NM", ""
            else:
                push = (1 + 0.004 * blown) * (1 + rng.gauss(0, 0.009))
                row.value = value_of(event, athlete.sex, athlete.quality(event, last_day, rng) * push)
                points += points_of(event, athlete.sex, row.value)
            rows.append(row)
        if gives_up:
            break
    total = Row(athlete, club, athlete.sex, code, meet, last_day)
    if gives_up:
        total.status = "DNF"
    else:
        total.value, total.place = points, str(rng.randint(1, 14))
    return [*rows, total]


def _relays(meet: Meet, came: list[DemoAthlete], rng: Random) -> list[Row]:
    """A team of each club that has four who sprint, sixteen to forty-five years old."""
    clubs = sorted({athlete.club_on(meet.on) for athlete in came})
    codes = ("4x200", "4x400") if meet.environment == "Indoor" else ("4x100", "4x400")
    rows: list[Row] = []
    for club in clubs:
        team = [
            athlete
            for athlete in came
            if athlete.club_on(meet.on) == club
            and athlete.group in ("sprints", "hurdles", "jumps", "combined", "middle")
            and 16 <= age_on(athlete.birth, meet.on) <= 45
        ]
        for code in codes:
            for sex in "MFX" if code == "4x400" and meet.environment == "Outdoor" else "MF":
                row = _relay(code, sex, club, team, meet, rng) if rng.random() < 0.75 else None
                if row is not None:
                    rows.append(row)
    return rows


def _relay(code: str, sex: str, club: str, team: list[DemoAthlete], meet: Meet, rng: Random) -> Row | None:
    """The four fastest in a drawn order (mixed: man, woman, man, woman); None without four."""
    leg = "400" if code == "4x400" else "200" if code == "4x200" else "100"
    fit = [(athlete.quality(leg, meet.on, rng), athlete) for athlete in team]
    if code != "4x400":
        fit = [pair for pair in fit if pair[1].group != "middle"]
    fit.sort(key=lambda pair: (-pair[0], pair[1].athlete_id))
    if sex == "X":
        men = [pair for pair in fit if pair[1].sex == "M"][:2]
        women = [pair for pair in fit if pair[1].sex == "F"][:2]
        chosen = [pair for couple in zip(men, women, strict=False) for pair in couple]
    else:
        chosen = [pair for pair in fit if pair[1].sex == sex][:4]
        rng.shuffle(chosen)
    if len(chosen) < 4:
        return None
    row = Row(None, club, sex, code, meet, meet.on + timedelta(days=1 if "champs" in meet.kind else 0))
    row.legs = " / ".join(athlete.athlete_id for _, athlete in chosen)
    row.round = "Final" if "champs" in meet.kind else ""
    if rng.random() < 0.05:
        row.status = rng.choice((_BATON, "DNF"))
        return row
    quality = sum(share for share, _ in chosen) / 4 * (1 + rng.gauss(-0.01, 0.008))
    row.value = value_of(code, sex, quality)
    row.place = str(rng.randint(1, 6))
    return row
