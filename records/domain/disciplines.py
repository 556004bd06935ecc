"""Disciplines and their specifications: what the codes in a file mean.

The specification is part of the identity: a 5 kg shot is not a 7.26 kg shot, 110 m over 0.991 m is not
110 m over 1.067 m. A plain code (``SP``, ``110H``) means the senior specification of the athlete's sex
(WA Technical Rules 2022, TR22 and TR32); any other specification is spelled out in kilograms (``SP5``,
``DT1.5``), grams for the javelin (``JT700``) or centimetres of hurdle height (``110H99``).
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal

Measure = Literal["time", "distance", "height", "points"]

MILE_MM = 1_609_344


class UnknownDiscipline(LookupError):
    """The code names no discipline that we know; ``str()`` is the code as written."""


@dataclass(frozen=True, slots=True)
class Discipline:
    """One discipline with one specification. ``sex`` is set where the plain code depends on it."""

    code: str
    sex: str
    name: str
    family: str
    measure: Measure
    distance_mm: int | None = None
    implement_g: int | None = None
    hurdle_mm: int | None = None
    legs: int | None = None
    best_m: int | None = None
    best_f: int | None = None

    def __hash__(self) -> int:
        """Cheap, for marks are remembered by discipline; equality still compares everything."""
        return hash((self.code, self.sex))

    @property
    def outside_stadium(self) -> bool:
        return self.family in ("road", "roadwalk", "cross")

    @property
    def needs_wind(self) -> bool:
        """Outdoor races up to 200 m, long and triple jump (CR31.14.3, CR31.17.2). Relays have no reading."""
        if self.family in ("sprint", "hurdles"):
            return self.distance_mm is not None and self.distance_mm <= 200_000
        return self.code in ("LJ", "TJ")

    @property
    def needs_automatic_timing(self) -> bool:
        """Up to and including 800 m, all hurdles, relays up to 4 × 400 m (CR31.14.2)."""
        if self.measure != "time" or self.family not in ("sprint", "middle", "hurdles", "relay"):
            return False
        if self.family == "hurdles" or self.code == "4x400":
            return True
        return self.distance_mm is not None and self.distance_mm <= 805_000

    def world_best(self, sex: str) -> int | None:
        """The world's best in ms, cm or points for ``sex`` ('M', 'F', 'X'), a bound for plausibility only."""
        return self.best_f if sex == "F" else self.best_m if sex == "M" else self.best_m or self.best_f


def _scaled(text: str, measure: str) -> int | None:
    if not text:
        return None
    scale = {"time": 1000, "distance": 100, "height": 100, "points": 1}[measure]
    return round(float(text) * scale)


def _whole(text: str) -> int | None:
    return int(text) if text else None


@cache
def standard_disciplines() -> dict[tuple[str, str], Discipline]:
    """All disciplines of ``records/data/disciplines.csv`` by (code, sex or '')."""
    text = (files("records") / "data" / "disciplines.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = {}
    for row in csv.DictReader(lines):
        measure = row["measure"]
        found[row["code"], row["sex"]] = Discipline(
            code=row["code"],
            sex=row["sex"],
            name=row["name"],
            family=row["family"],
            measure=measure,  # type: ignore[arg-type]  # the file's own column, checked by a test
            distance_mm=round(float(row["metres"]) * 1000) if row["metres"] else None,
            implement_g=_whole(row["implement_g"]),
            hurdle_mm=_whole(row["hurdle_mm"]),
            legs=_whole(row["legs"]),
            best_m=_scaled(row["best_m"], measure),
            best_f=_scaled(row["best_f"], measure),
        )
    return found


_WORDS = {
    "MAR": "MAR", "MARATHON": "MAR", "HM": "HM", "HMAR": "HM", "HALFMARATHON": "HM", "MARW": "MARW",
    "MILE": "Mile", "1MILE": "Mile", "1M": "Mile", "MILER": "MileR", "1MR": "MileR", "ROADMILE": "MileR",
    "2M": "2M", "2MILE": "2M", "2MILES": "2M",
    "HIGHJUMP": "HJ", "POLEVAULT": "PV", "LONGJUMP": "LJ", "TRIPLEJUMP": "TJ",
    "SHOT": "SP", "SHOTPUT": "SP", "DISCUS": "DT", "DISCUSTHROW": "DT", "HAMMER": "HT", "HAMMERTHROW": "HT",
    "JAVELIN": "JT", "JAVELINTHROW": "JT", "WEIGHT": "WT", "WEIGHTTHROW": "WT",
    "DECATHLON": "DEC", "DECU20": "DECJ", "DECATHLONU20": "DECJ", "HEPTATHLON": "HEP", "HEPU18": "HEPJ",
    "IHEP": "HEPI", "IPENT": "PENI", "IPEN": "PENI", "PENTATHLON": "PEN", "PENT": "PEN", "OCTATHLON": "OCT",
    "1H": "1HR", "1HOUR": "1HR", "ONEHOUR": "1HR",
    "DISTANCEMEDLEY": "DMR", "SPRINTMEDLEY": "SMR",
}  # fmt: skip

# Heights that files write for the same hurdle: TR22.3 lets an under-20 hurdle be up to 1.000 m.
_HURDLE_MM = {
    100: 991,
    99: 991,
    106: 1067,
    107: 1067,
    91: 914,
    92: 914,
    84: 838,
    83: 838,
    76: 762,
    69: 686,
    68: 686,
}

_HURDLES = re.compile(r"(\d{2,3})(?:M)?(?:H|HURDLES)(\d{2,4}(?:\.\d)?)?(?:CM)?")
_THROW = re.compile(r"(SP|DT|HT|JT|WT)(\d{1,5}(?:\.\d{1,3})?)(K|KG|G)?")
_STEEPLE = re.compile(r"(\d{4})(?:M)?(?:S|SC|ST|STEEPLECHASE|STEEPLE)(\d{2,4}(?:\.\d)?)?(?:CM)?")
_WALK = re.compile(r"(\d{1,5}(?:\.\d{1,4})?)(K|KM|M)?(?:W|RW|WALK|RACEWALK)")
_ROAD = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)(?:K|KM|KILOMETRES|KR|KMROAD)")
_ROAD_MILES = re.compile(r"(\d{1,5}(?:\.\d{1,4})?)(?:M|MILES|MILE)(R)?")
_CROSS = re.compile(r"(?:CC|XC)(\d{1,3}(?:\.\d{1,4})?)(?:K|KM)?")
# A comma is a decimal comma unless it sets off three digits: DT1,5 but 10,000m.
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?!\d{3}(?!\d))(?=\d)")
_TRACK = re.compile(r"(\d+)(?:M|METRES|METERS)?")
_RELAY = re.compile(r"(\d)X(\d{3,4})(?:M|R)?")


def resolve(text: str, sex: str = "", facility: str = "outdoor") -> Discipline:
    """The discipline a file means by ``text`` for an athlete of ``sex`` ('M', 'F', 'X' or '').

    Raises UnknownDiscipline; never guesses between two specifications.
    """
    squeezed = re.sub(r"[\s_,-]", "", _DECIMAL_COMMA.sub(".", text)).upper().replace("×", "X")
    word = _WORDS.get(squeezed, squeezed)
    if word in ("HEP", "HEPJ", "PEN") and (facility == "indoor" or (word != "PEN" and sex == "M")):
        word = {"HEP": "HEPI", "HEPJ": "HEPIJ", "PEN": "PENI"}[word]
    for reading in (
        _standard,
        _throw,
        _hurdles,
        _steeple,
        _walk,
        _relay,
        _cross,
        _road,
        _road_miles,
        _track,
    ):
        found = reading(word, sex)
        if found is not None:
            return found
    raise UnknownDiscipline(text)


def _standard(word: str, sex: str) -> Discipline | None:
    known = standard_disciplines()
    return known.get((word, sex)) or known.get((word, "")) or _marathon(word)


def _throw(word: str, sex: str) -> Discipline | None:
    match = _THROW.fullmatch(word)
    if not match:
        return None
    event, amount, unit = match.groups()
    weight = float(amount)
    in_grams = unit == "G" or (event == "JT" and weight >= 10)
    implement_g = round(weight if in_grams else weight * 1000)
    senior = {s: standard_disciplines()[event, s] for s in "MF"}
    grams = {s: senior[s].implement_g or 0 for s in "MF"}
    if not grams["M"] / 10 <= implement_g <= grams["M"] * 3:
        return None
    base = senior.get(sex, senior["M"])
    if sex in senior and implement_g == base.implement_g:
        return base
    code = f"{event}{implement_g}" if event == "JT" else f"{event}{implement_g / 1000:g}"
    # A lighter implement flies further: the square root is a generous bound, not a conversion.
    best = {s: (senior[s].world_best(s) or 0) * max(1.0, (grams[s] / implement_g) ** 0.5) for s in "MF"}
    named = f"{implement_g} g" if event == "JT" else f"{implement_g / 1000:g} kg"
    return replace(
        base,
        code=code,
        sex="",
        name=f"{base.name} {named}",
        implement_g=implement_g,
        best_m=round(best["M"]),
        best_f=round(best["F"]),
    )


def _hurdle_mm(text: str | None) -> int | None:
    if text is None:
        return None
    written = float(text)
    # Nobody jumps two metres in a hurdle race: more than that are millimetres.
    mm = round(written if written > 200 else written * 10)
    return _HURDLE_MM.get(mm // 10, mm)


def _hurdles(word: str, sex: str) -> Discipline | None:
    match = _HURDLES.fullmatch(word)
    return _barriers(f"{match[1]}H", match[2], sex) if match else None


def _steeple(word: str, sex: str) -> Discipline | None:
    match = _STEEPLE.fullmatch(word)
    return _barriers(f"{match[1]}SC", match[2], sex) if match else None


def _barriers(code: str, height: str | None, sex: str) -> Discipline | None:
    known = standard_disciplines()
    base = known.get((code, sex)) or known.get((code, ""))
    hurdle_mm = _hurdle_mm(height)
    if hurdle_mm is None:
        return base
    if base is not None and hurdle_mm == base.hurdle_mm:
        return base
    same = [found for s in ("", "M", "F") if (found := known.get((code, s)))]
    if not same or hurdle_mm > 1200:
        return None
    best_m = next((one.best_m for one in same if one.best_m), None)
    best_f = next((one.best_f for one in same if one.best_f), None)
    shown = hurdle_mm // 10 if hurdle_mm in _HURDLE_MM.values() else f"{hurdle_mm / 10:g}"
    return replace(
        same[0],
        code=f"{code}{shown}",
        sex="",
        name=f"{same[0].name} {hurdle_mm / 1000:.3f} m",
        hurdle_mm=hurdle_mm,
        best_m=_lower(best_m or best_f),
        best_f=_lower(best_f or best_m),
    )


def _lower(best: int | None) -> int | None:
    return None if best is None else round(best * 0.95)


def _walk(word: str, sex: str) -> Discipline | None:
    match = _WALK.fullmatch(word)
    if not match:
        return None
    amount = float(match[1])
    if match[2] == "M" or (match[2] is None and amount >= 200):
        return standard_disciplines().get((f"{int(amount)}W", "")) if amount % 1 == 0 else None
    return _along(f"{amount:.7g}KW", f"{amount:.7g} km walk", "roadwalk", amount)


def _relay(word: str, sex: str) -> Discipline | None:
    match = _RELAY.fullmatch(word)
    return standard_disciplines().get((f"{match[1]}x{match[2]}", "")) if match else None


def _cross(word: str, sex: str) -> Discipline | None:
    match = _CROSS.fullmatch(word)
    if not match:
        return None
    kilometres = float(match[1])
    shown = f"{kilometres:.7g}" if kilometres % 1 else f"{kilometres:.1f}"
    return _along(f"CC{shown}", f"Cross-country {shown} km", "cross", kilometres)


def _marathon(word: str) -> Discipline | None:
    known = {
        "MAR": ("Marathon", "road", 42.195),
        "HM": ("Half marathon", "road", 21.0975),
        "MARW": ("Marathon walk", "roadwalk", 42.195),
    }
    if word not in known:
        return None
    name, family, kilometres = known[word]
    return _along(word, name, family, kilometres)


def _road(word: str, sex: str) -> Discipline | None:
    match = _ROAD.fullmatch(word)
    if not match:
        return None
    kilometres = float(match[1])
    return _along(f"{kilometres:.7g}K", f"{kilometres:.7g} km", "road", kilometres)


def _road_miles(word: str, sex: str) -> Discipline | None:
    match = _ROAD_MILES.fullmatch(word)
    if not match:
        return None
    miles = float(match[1])
    # Plain metres are written 100M or 1500M too; nobody races fifty miles or more under this code.
    if miles >= 50:
        return None
    if miles == 1:
        return standard_disciplines()["MileR", ""]
    return _along(f"{miles:.7g}MR", f"{miles:.7g} miles (road)", "road", miles * MILE_MM / 1_000_000)


def _track(word: str, sex: str) -> Discipline | None:
    match = _TRACK.fullmatch(word)
    return standard_disciplines().get((match[1], "")) if match else None


# Road and walking bests by distance, ms: the pace of the next shorter distance bounds any in between.
_ROAD_PACE = ((0, 231_000), (5_000_000, 766_000), (10_000_000, 1_581_000), (15_000_000, 2_380_000),
              (21_097_500, 3_400_000), (42_195_000, 7_235_000), (100_000_000, 21_935_000))  # fmt: skip
_ROAD_PACE_F = ((0, 260_000), (5_000_000, 834_000), (10_000_000, 1_726_000), (15_000_000, 2_660_000),
                (21_097_500, 3_772_000), (42_195_000, 7_796_000), (100_000_000, 23_591_000))  # fmt: skip
_WALK_PACE = ((0, 210_000), (5_000_000, 1_070_000), (10_000_000, 2_200_000), (20_000_000, 4_570_000),
              (35_000_000, 8_440_000), (50_000_000, 12_750_000))  # fmt: skip
_WALK_PACE_F = ((0, 230_000), (5_000_000, 1_180_000), (10_000_000, 2_450_000), (20_000_000, 5_029_000),
                (35_000_000, 9_435_000), (50_000_000, 13_842_000))  # fmt: skip


def _along(code: str, name: str, family: str, kilometres: float) -> Discipline | None:
    distance_mm = round(kilometres * 1_000_000)
    # Shorter is no road race, longer no race: a slip of the pen, or a code for something else.
    if not 100_000 <= distance_mm <= 1_000_000_000:
        return None
    walking = family == "roadwalk"
    men, women = (_WALK_PACE, _WALK_PACE_F) if walking else (_ROAD_PACE, _ROAD_PACE_F)
    best_m, best_f = _bound(men, distance_mm), _bound(women, distance_mm)
    return Discipline(code, "", name, family, "time", distance_mm, best_m=best_m, best_f=best_f)


def _bound(pace: tuple[tuple[int, int], ...], distance_mm: int) -> int:
    at = bisect_right([distance for distance, _ in pace], distance_mm) - 1
    distance, best = pace[at]
    # The first row is the mile; a shorter road race is bounded by a sprinter's pace instead.
    if distance == 0:
        return round(best * distance_mm / MILE_MM) if distance_mm >= MILE_MM else distance_mm // 10
    return round(best * distance_mm / distance)


def catalogue() -> Iterator[Discipline]:
    """Every discipline that exists before the first file: the standard ones and the common specifications."""
    yield from standard_disciplines().values()
    yield from (resolve(code) for code in _COMMON.split())


_COMMON = """
HM MAR 5K 8K 10K 15K 20K 25K 30K 50K 100K 5MR 10MR 3KW 5KW 10KW 15KW 20KW 30KW 35KW 50KW
SP2 SP2.72 SP3 SP3.25 SP4 SP5 SP5.44 SP6 DT0.75 DT1 DT1.25 DT1.5 DT1.62 DT1.75 HT2 HT3 HT4 HT5 HT6
JT300 JT400 JT500 JT600 JT700 WT4 WT5.45 WT7.26 WT9.08 WT11.34
60H99 60H91 60H84 60H76 60H69 80H76 80H69 75H76 70H69 100H91 100H84 100H76 110H99 110H91
400H84 400H76 300H84 300H76 300H69 200H69 2000SC84 3000SC76 CC4.0 CC6.0 CC8.0 CC10.0 CC12.0
"""
