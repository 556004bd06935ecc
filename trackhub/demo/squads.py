"""The athletes of the demo: sixty a club, each with a talent, an event group, an age and a stay there."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from trackhub.demo.ages import age_on
from trackhub.demo.marks import age_share, base_of
from trackhub.demo.names import CLUB_BY_SLUG, CLUBS, DemoClub, invented_name

# How many of a club's sixty belong to which group.
_GROUPS = {
    "sprints": 13, "hurdles": 6, "middle": 10, "long": 11, "jumps": 8, "throws": 7, "combined": 3, "walks": 2,
}  # fmt: skip
_BANDS = ((11, 15), (16, 19), (20, 34), (35, 49), (50, 70))
_BAND_WEIGHTS = (20, 20, 34, 13, 13)
# Throwers change implements with age, so each club has one of every age; numbers follow the order above.
_FIRST_THROWER = 49
_THROWER_AGES = ((11, 13), (13, 15), (15, 17), (19, 21), (21, 33), (38, 56), (52, 69))
_SPECIALITIES = {
    "jumps": (("LJ", "TJ"), ("HJ", "LJ"), ("PV", "LJ"), ("HJ", "TJ")),
    "throws": (("SP", "DT"), ("HT", "DT"), ("JT", "SP"), ("HT", "SP"), ("JT", "DT")),
}


@dataclass(frozen=True, slots=True)
class Spell:
    """Who an athlete runs for, from and until which day; None is open."""

    club: str
    since: date | None
    until: date | None

    def holds_on(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(slots=True)
class DemoAthlete:
    """`birth` is always known to the generator; `precision` (day, year, unknown) is what the file tells."""

    athlete_id: str
    given: str
    family: str
    sex: str
    birth: date
    country: str
    spells: list[Spell]
    group: str
    talent: float
    speciality: tuple[str, ...]
    precision: str = "day"
    form: dict[int, float] = field(default_factory=dict)
    leaning: dict[str, float] = field(default_factory=dict)

    def club_on(self, on: date) -> str:
        """The slug of the club represented that day, '' for none, and below eleven or above seventy."""
        if not 11 <= age_on(self.birth, on) <= 70:
            return ""
        return next((spell.club for spell in self.spells if spell.holds_on(on)), "")

    def scheme_on(self, on: date) -> str:
        return CLUB_BY_SLUG[self.club_on(on)].scheme

    def quality(self, code: str, on: date, rng: Random) -> float:
        """Share of the world best on the speed scale: talent, age, year, month, liking for the event."""
        base = base_of(code)
        if base not in self.leaning:
            self.leaning[base] = _usual_leaning(self, base) + rng.gauss(0, 0.012)
        if on.year not in self.form:
            self.form[on.year] = rng.gauss(0, 0.010)
        years = (on - self.birth).days / 365.25
        peak = 0.004 * math.cos((on.timetuple().tm_yday - 196) / 365 * 2 * math.pi)  # best in mid-July
        return self.talent * age_share(self.sex, years) * (self.leaning[base] + self.form[on.year] + peak)

    @property
    def birth_written(self) -> str:
        return {"day": self.birth.isoformat(), "year": str(self.birth.year), "unknown": ""}[self.precision]


def _usual_leaning(athlete: DemoAthlete, base: str) -> float:
    """One for the events of the group, less for those an athlete only tries."""
    if athlete.group == "combined":
        return {"1500": 0.90, "800": 0.93, "1000": 0.91, "PV": 0.94, "400": 0.96}.get(base, 0.965)
    if athlete.speciality:
        return 1.0 if base in athlete.speciality else 0.955
    longest = {"sprints": "400", "hurdles": "400", "middle": "3000"}.get(athlete.group, "")
    return 0.975 if base == longest else 1.0


def demo_squads(rng: Random, *, first: date, today: date) -> list[DemoAthlete]:
    """All clubs' athletes; one of Río Claro's moves to Harbour Harriers.

    Each club has namesakes (its numbers 4 and 6), a birth date unknown (15) and two known by the year only
    (25 and 38).
    """
    squads = [_squad(rng, club, first=first, today=today) for club in CLUBS]
    mover = next(
        athlete
        for athlete in squads[1]
        if athlete.group == "sprints"
        and 22 <= age_on(athlete.birth, today) <= 34
        and athlete.precision == "day"
        and athlete.spells[0].until is None
    )
    moved = date(today.year - 2, 10, 1)
    since = min(mover.spells[0].since or first, first - timedelta(days=400))
    mover.spells = [
        Spell("rio-claro", since, moved - timedelta(days=1)),
        Spell("harbour-harriers", moved, None),
    ]
    return [athlete for squad in squads for athlete in squad]


def _squad(rng: Random, club: DemoClub, *, first: date, today: date) -> list[DemoAthlete]:
    groups = [group for group, count in _GROUPS.items() for _ in range(count)]
    squad: list[DemoAthlete] = []
    taken: set[tuple[str, str]] = set()
    for number, group in enumerate(groups, start=1):
        turn = CLUBS.index(club) if group == "throws" else 0  # boys of an age here, girls there
        sex = "MF"[(number + turn) % 2]
        name = invented_name(rng, club, sex)
        while name in taken:
            name = invented_name(rng, club, sex)
        taken.add(name)
        birth = _birth(rng, group, number, today)
        athlete = DemoAthlete(
            athlete_id=f"{club.prefix}{number:03d}",
            given=name[0],
            family=name[1],
            sex=sex,
            birth=birth,
            country=_country(rng, club),
            spells=[_spell(rng, club, birth, first=first, today=today)],
            group=group,
            talent=min(max(rng.gauss(0.835, 0.035), 0.745), 0.925),
            speciality=_speciality(club, group, number),
        )
        squad.append(athlete)
    squad[5].given, squad[5].family = squad[3].given, squad[3].family
    squad[14].precision = "unknown"
    squad[24].precision = squad[37].precision = "year"
    return squad


def _birth(rng: Random, group: str, number: int, today: date) -> date:
    """A birthday that makes the athlete 11 to 70 today; namesakes are a generation apart."""
    low, high = rng.choices(_BANDS, _BAND_WEIGHTS)[0]
    if group == "combined":
        low, high = 21, 29
    if number in (1, 2, 3, 7, 8, 9, 10, 11):  # without grown sprinters there is no relay, and nobody to move
        low, high = 21, 33
    if group == "throws":
        low, high = _THROWER_AGES[number - _FIRST_THROWER]
    if number in (4, 6):
        low, high = (16, 18) if number == 6 else (41, 46)
    return today - timedelta(days=round(rng.uniform(low + 0.02, high + 0.98) * 365.2425))


def _speciality(club: DemoClub, group: str, number: int) -> tuple[str, ...]:
    """The two field events of a jumper or thrower, in turn, so that the clubs together have all of them."""
    pairs = _SPECIALITIES.get(group)
    if pairs is None:
        return ()
    return pairs[(number - _FIRST_THROWER + CLUBS.index(club)) % len(pairs)]


def _country(rng: Random, club: DemoClub) -> str:
    """Nearly everybody's is the club's own."""
    if rng.random() < 0.95:
        return club.country
    return rng.choice(("IRL", "FRA", "ROU", "CPV", "BRA", "NOR"))


def _spell(rng: Random, club: DemoClub, birth: date, *, first: date, today: date) -> Spell:
    """Children join at eleven or later; most others were there before the demo begins, a few have left."""
    eleventh = birth + timedelta(days=11 * 365 + 3)
    if eleventh >= first:
        latest = max((today - eleventh).days - 60, 0)
        since = eleventh + timedelta(days=min(rng.randrange(0, 500), latest))
    elif rng.random() < 0.75:
        since = max(eleventh, first - timedelta(days=rng.randrange(1, 4000)))
    else:
        since = first + timedelta(days=rng.randrange(1, 1200))
    until = None
    if rng.random() < 0.07 and (today - since).days > 900:
        until = today - timedelta(days=rng.randrange(60, 600))
    if rng.random() < 0.06 and since < first:
        return Spell(club.slug, None, until)  # a file that never knew when they joined
    return Spell(club.slug, since, until)
