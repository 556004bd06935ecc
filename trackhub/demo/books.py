"""The clubs' record books from before the computer: who held what, when the paper was last kept up.

Each entry is set beside today's best mark of its group, so that some have fallen since, some stand, and one
is equalled. Holders are invented. No entry is older than its event (the women's hammer, the javelins of 1986
and 1999).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from trackhub.demo.ages import age_group_on
from trackhub.demo.marks import (
    BESTS,
    COMBINED,
    MIXED_4X400_BEST,
    is_field,
    is_untimed_to_hundredths,
    needs_wind,
    written,
)
from trackhub.demo.names import DemoClub, invented_name
from trackhub.demo.results import Row

ENTRIES = 25  # a club
_FIRST_YEAR, _LAST_YEAR = 1975, 2018
_GROUPS = {"UKA": ("U13", "U15", "U17", "U20", "Senior"), "WA": ("U18", "U20", "Senior")}
# (code, sex) → the first year a club could have kept it.
_SINCE = {
    ("PV", "F"): 1995, ("HT", "F"): 1995, ("HT3", "F"): 2000, ("TJ", "F"): 1991, ("3000SC", "F"): 2001,
    ("2000SC", "F"): 2001, ("JT", "M"): 1987, ("JT", "F"): 1999, ("JT500", "F"): 2008, ("5000", "F"): 1984,
    ("10000", "F"): 1985, ("MAR", "F"): 1980, ("SP6", "M"): 2006, ("DT1.75", "M"): 2006, ("HT6", "M"): 2006,
    ("110H99", "M"): 2006, ("60H99", "M"): 2006, ("100H76", "F"): 1990, ("400H", "F"): 1977,
    ("SP5", "M"): 1985, ("SP3", "F"): 2008,
}  # fmt: skip
_SOURCES = ("minute book", "old board in the clubhouse", "newspaper cutting", "annual report", "")

_Key = tuple[str, str, str, str]  # discipline, sex, age group, environment


@dataclass(frozen=True, slots=True)
class OldRecord:
    """One line of old-records-<slug>.csv; `on` is an ISO date or only a year."""

    discipline: str
    sex: str
    age_group: str
    environment: str
    mark: str
    wind: str
    holder: str
    on: str
    note: str


def old_records(club: DemoClub, rows: Iterable[Row], rng: Random) -> list[OldRecord]:
    """About two in five fallen, one equalled, the others standing; in the order of the book."""
    bests = _bests(club, rows)
    keys = _chosen(bests, club, rng)
    fates = ["equalled"] + ["fallen"] * 10 + ["standing"] * len(keys)
    fates = fates[: len(keys)]
    rng.shuffle(fates)
    return [_entry(club, key, bests[key], fate, rng) for key, fate in zip(keys, fates, strict=True)]


def _bests(club: DemoClub, rows: Iterable[Row]) -> dict[_Key, int]:
    """The club's best legal automatic mark (ms, cm, points) of each key that its old book has groups for."""
    bests: dict[_Key, int] = {}
    for row in rows:
        if row.club != club.slug or row.hand or row.value is None or not row.is_legal:
            continue
        if row.discipline.startswith("CC"):
            continue
        group = age_group_on(club.scheme, row.athlete.birth, row.on) if row.athlete else "Senior"
        if group not in _GROUPS[club.scheme]:
            continue
        key = (row.discipline, row.sex, group, row.meet.environment)
        better = max if _more_is_better(row.discipline) else min
        bests[key] = better(bests.get(key, row.value), row.value)
    return bests


def _more_is_better(code: str) -> bool:
    return is_field(code) or code in COMBINED


def _chosen(bests: dict[_Key, int], club: DemoClub, rng: Random) -> list[_Key]:
    """Half the entries are seniors', two are relays; the rest falls to the younger groups."""
    order = list(BESTS) + list(COMBINED)
    groups = _GROUPS[club.scheme]
    relays = sorted(key for key in bests if key[0].startswith("4x"))
    seniors = sorted(key for key in bests if key[2] == "Senior" and key not in relays)
    young = sorted(key for key in bests if key[2] != "Senior")
    relays = rng.sample(relays, min(2, len(relays)))
    seniors = rng.sample(seniors, min(12, len(seniors)))
    young = rng.sample(young, min(ENTRIES - len(relays) - len(seniors), len(young)))
    return sorted(
        relays + seniors + young,
        key=lambda key: (key[3], groups.index(key[2]), key[1], order.index(key[0])),
    )


def _entry(club: DemoClub, key: _Key, best: int, fate: str, rng: Random) -> OldRecord:
    code, sex, group, environment = key
    on = _some_day(code, sex, environment, rng)
    track = not (_more_is_better(code) or is_untimed_to_hundredths(code))
    hand = track and fate != "equalled" and on.year < 1990 and rng.random() < 0.6
    value = _value(code, sex, best, fate, hand, rng)
    windy = environment == "Outdoor" and needs_wind(code)
    wind = f"{rng.randrange(-12, 21) / 10:+.1f}" if windy and not hand else ""
    notes = [rng.choice(_SOURCES), "hand-timed" if hand else ""]
    year_only = rng.random() < 0.3
    if windy and not wind:
        notes.append("no wind reading kept")
    return OldRecord(
        discipline=code,
        sex=sex,
        age_group=group,
        environment=environment,
        mark=written(code, value, hand=hand),
        wind="0.0" if wind in ("+0.0", "-0.0") else wind,
        holder=_holder(club, code, sex, rng),
        on=str(on.year) if year_only else on.isoformat(),
        note="; ".join(note for note in notes if note),
    )


def _value(code: str, sex: str, best: int, fate: str, hand: bool, rng: Random) -> int:
    """Worse than today's best by a few per cent at most, the same, or better; never near a world best."""
    fallen, standing = -rng.uniform(0.006, 0.035), rng.uniform(0.006, 0.045)
    share = {"equalled": 0.0, "fallen": fallen, "standing": standing}[fate]
    if code in COMBINED:
        return round(best * (1 + 2 * share))
    men, women, power = BESTS[code]
    limit = MIXED_4X400_BEST if sex == "X" else women if sex == "F" else men
    if is_field(code):
        return min(math.floor(best * (1 + share * min(power, 2.0))), math.floor(limit * 97))
    unit = 1000 if is_untimed_to_hundredths(code) else 100 if hand else 10
    exact = max(best / (1 + share), limit * 1000 / 0.97)
    return best if fate == "equalled" else math.ceil(exact / unit) * unit


def _some_day(code: str, sex: str, environment: str, rng: Random) -> date:
    year = rng.randint(max(_FIRST_YEAR, _SINCE.get((code, sex), 0), 2017 if sex == "X" else 0), _LAST_YEAR)
    start, days = {"Indoor": (date(year, 1, 10), 70), "Road": (date(year, 3, 1), 240)}.get(
        environment, (date(year, 4, 15), 150)
    )
    return start + timedelta(days=rng.randrange(days))


def _holder(club: DemoClub, code: str, sex: str, rng: Random) -> str:
    """A full name; of a relay the four by initial and family name, as boards have it."""
    if not code.startswith("4x"):
        return " ".join(invented_name(rng, club, sex))
    sexes = "MFMF" if sex == "X" else sex * 4
    names = [invented_name(rng, club, one) for one in sexes]
    return ", ".join(f"{given[0]}. {family}" for given, family in names)
