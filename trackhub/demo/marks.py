"""How good a mark is: from an athlete's quality to a written mark, for every discipline of the demo.

Quality is a share of the world best on a running-speed scale: 0.85 is 11.27 s over a man's 100 m. Field
events and long races spread wider than sprints do, so each discipline raises quality to its own power. Values
are milliseconds, centimetres or points; rounding follows World Athletics TR19 and TR26 to TR38 (times up,
marks down).
"""

from __future__ import annotations

import math
from itertools import pairwise

# code: (best of men, best of women, power). Seconds for races, metres for field events. Of lighter implements
# and lower hurdles there is no world best: the figure is what a grown world-class athlete might reach.
BESTS: dict[str, tuple[float, float, float]] = {
    "60": (6.34, 6.92, 1.0),
    "100": (9.58, 10.49, 1.0),
    "200": (19.19, 21.34, 1.0),
    "300": (30.69, 34.41, 1.0),
    "400": (43.03, 47.60, 1.0),
    "600": (72.81, 81.77, 1.05),
    "800": (100.91, 113.28, 1.1),
    "1000": (131.96, 148.98, 1.1),
    "1500": (206.00, 228.68, 1.15),
    "Mile": (223.13, 247.64, 1.15),
    "2000": (283.13, 319.70, 1.2),
    "3000": (437.55, 486.11, 1.2),
    "5000": (755.36, 838.06, 1.25),
    "10000": (1571.0, 1734.14, 1.3),
    "60H": (7.27, 7.65, 1.15),
    "60H99": (7.20, 7.65, 1.15),
    "60H91": (7.10, 7.65, 1.15),
    "60H76": (7.00, 7.60, 1.15),
    "75H": (8.80, 9.00, 1.15),
    "80H": (9.00, 9.60, 1.15),
    "100H": (12.12, 12.12, 1.15),
    "100H76": (11.90, 12.00, 1.15),
    "110H": (12.80, 13.60, 1.15),
    "110H99": (12.70, 13.60, 1.15),
    "110H91": (12.50, 13.50, 1.15),
    "300H": (33.05, 36.86, 1.15),
    "400H": (45.94, 50.37, 1.15),
    "400H84": (45.50, 50.37, 1.15),
    "400H76": (45.00, 50.37, 1.15),
    "2000SC": (310.68, 347.00, 1.2),
    "3000SC": (472.11, 524.32, 1.25),
    "3000W": (631.0, 693.0, 1.25),
    "5000W": (1074.0, 1201.0, 1.25),
    "5KW": (1080.0, 1205.0, 1.25),
    "10KW": (2220.0, 2475.0, 1.25),
    "20KW": (4570.0, 5029.0, 1.25),
    "5K": (769.0, 834.0, 1.3),
    "10K": (1584.0, 1726.0, 1.3),
    "10M": (2644.0, 2944.0, 1.4),
    "HM": (3402.0, 3772.0, 1.45),
    "MAR": (7235.0, 7796.0, 1.6),
    "CC4.0": (650.0, 730.0, 1.2),
    "CC6.0": (990.0, 1120.0, 1.25),
    "CC8.0": (1340.0, 1515.0, 1.25),
    "CC10.0": (1700.0, 1935.0, 1.3),
    "4x100": (36.84, 40.82, 1.0),
    "4x200": (78.63, 87.46, 1.0),
    "4x400": (174.29, 195.17, 1.0),
    "HJ": (2.45, 2.10, 1.4),
    "PV": (6.30, 5.06, 2.0),
    "LJ": (8.95, 7.52, 1.7),
    "TJ": (18.29, 15.74, 1.7),
    "SP": (23.56, 22.63, 3.0),
    "SP6": (25.0, 22.0, 3.0),
    "SP5": (26.5, 22.3, 3.0),
    "SP4": (28.5, 22.63, 3.0),
    "SP3": (30.0, 25.5, 3.0),
    "DT": (75.5, 76.8, 3.0),
    "DT1.75": (79.0, 76.8, 3.0),
    "DT1.5": (83.0, 76.8, 3.0),
    "DT1.25": (87.0, 76.8, 3.0),
    "DT1": (91.0, 76.8, 3.0),
    "DT0.75": (94.0, 82.0, 3.0),
    "HT": (86.7, 82.9, 3.0),
    "HT6": (94.0, 82.9, 3.0),
    "HT5": (100.0, 82.9, 3.0),
    "HT4": (105.0, 82.9, 3.0),
    "HT3": (108.0, 92.0, 3.0),
    "JT": (98.4, 72.2, 3.0),
    "JT700": (104.0, 72.2, 3.0),
    "JT600": (109.0, 72.2, 3.0),
    "JT500": (113.0, 78.0, 3.0),
    "JT400": (116.0, 83.0, 3.0),
}
MIXED_4X400_BEST = 187.41  # seconds

# Points = floor(a · |mark - b| ^ c), IAAF Scoring Tables for Combined Events 2001. Seconds for races,
# centimetres for jumps, metres for throws.
_POINTS: dict[str, dict[str, tuple[float, float, float]]] = {
    "M": {
        "60": (58.015, 11.5, 1.81),
        "100": (25.4347, 18.0, 1.81),
        "400": (1.53775, 82.0, 1.81),
        "1000": (0.08713, 305.5, 1.85),
        "1500": (0.03768, 480.0, 1.85),
        "60H": (20.5173, 15.5, 1.92),
        "110H": (5.74352, 28.5, 1.92),
        "HJ": (0.8465, 75.0, 1.42),
        "PV": (0.2797, 100.0, 1.35),
        "LJ": (0.14354, 220.0, 1.4),
        "SP": (51.39, 1.5, 1.05),
        "DT": (12.91, 4.0, 1.1),
        "JT": (10.14, 7.0, 1.08),
    },
    "F": {
        "200": (4.99087, 42.5, 1.81),
        "800": (0.11193, 254.0, 1.88),
        "60H": (20.0479, 17.0, 1.835),
        "100H": (9.23076, 26.7, 1.835),
        "HJ": (1.84523, 75.0, 1.348),
        "LJ": (0.188807, 210.0, 1.41),
        "SP": (56.0211, 1.5, 1.05),
        "JT": (15.9803, 3.8, 1.04),
    },
}
# code: the events of each day, in order.
COMBINED: dict[str, tuple[tuple[str, ...], ...]] = {
    "DEC": (("100", "LJ", "SP", "HJ", "400"), ("110H", "DT", "PV", "JT", "1500")),
    "HEP": (("100H", "HJ", "SP", "200"), ("LJ", "JT", "800")),
    "HEPI": (("60", "LJ", "SP", "HJ"), ("60H", "PV", "1000")),
    "PENI": (("60H", "HJ", "SP", "LJ", "800"),),
}

# Share of the grown quality by age, on the speed scale; girls mature earlier.
_GROWTH: dict[str, tuple[tuple[float, float], ...]] = {
    "M": ((11, 0.785), (12, 0.815), (13, 0.855), (14, 0.895), (15, 0.925), (16, 0.95), (18, 0.978)),
    "F": ((11, 0.825), (12, 0.86), (13, 0.90), (14, 0.928), (15, 0.945), (16, 0.958), (18, 0.978)),
}
_DECLINE = (
    (20, 0.99), (23, 1.0), (29, 1.0), (33, 0.988), (40, 0.955), (45, 0.925),
    (50, 0.895), (55, 0.865), (60, 0.83), (65, 0.795), (71, 0.745),
)  # fmt: skip
_CEILING = 0.965  # nobody in the demo comes closer to a world best than this


def base_of(code: str) -> str:
    """The discipline without its specification: 'SP5' → 'SP', '110H91' → '110H', others unchanged."""
    if code[:2] in ("SP", "DT", "HT", "JT"):
        return code[:2]
    head, hurdles, height = code.partition("H")
    return f"{head}H" if hurdles and head.isdigit() and height.isdigit() else code


def is_field(code: str) -> bool:
    return base_of(code) in ("HJ", "PV", "LJ", "TJ", "SP", "DT", "HT", "JT")


def is_untimed_to_hundredths(code: str) -> bool:
    """Road and cross-country: timed to the full second."""
    return code.startswith("CC") or code in ("5K", "10K", "10M", "HM", "MAR", "5KW", "10KW", "20KW")


def needs_wind(code: str) -> bool:
    """Outdoor races to 200 m and the horizontal jumps (CR31.14, 31.17)."""
    return base_of(code) in ("60", "100", "200", "75H", "80H", "100H", "110H", "LJ", "TJ")


def age_share(sex: str, years: float) -> float:
    """What share of the grown quality an athlete of this age has, between the points of the curve a line."""
    curve = _GROWTH[sex] + _DECLINE
    if years <= curve[0][0]:
        return curve[0][1]
    for (younger, low), (older, high) in pairwise(curve):
        if years <= older:
            return low + (high - low) * (years - younger) / (older - younger)
    return curve[-1][1]


def value_of(code: str, sex: str, quality: float, *, hand: bool = False) -> int:
    """The value in ms or cm that an athlete of this quality gets; sex X is the mixed relay."""
    men, women, power = BESTS[code]
    best = MIXED_4X400_BEST if sex == "X" else women if sex == "F" else men
    share = math.pow(min(quality, _CEILING), power)
    if is_field(code):
        return _bar(code, math.floor(best * share * 100))
    unit = 1000 if is_untimed_to_hundredths(code) else 100 if hand else 10
    # A thumb starts later than a gun's circuit does: watches read about a fifth of a second less.
    exact = best / share * 1000 - (200 if hand else 0)
    return math.ceil(exact / unit) * unit


def _bar(code: str, centimetres: int) -> int:
    """The highest bar at or below: vertical jumps know only the heights the bar was set to."""
    if code == "PV":
        return max(centimetres // 10 * 10, 120)
    if code == "HJ":
        return 150 + (centimetres - 150) // 3 * 3 if centimetres >= 150 else max(centimetres // 5 * 5, 90)
    return centimetres


def written(code: str, value: int, *, hand: bool = False) -> str:
    """The mark as a results sheet has it: 11.27, 11.4h, 2:05.31, 1:14:09, 6.91, 6543."""
    if code in COMBINED:
        return str(value)
    if is_field(code):
        return f"{value // 100}.{value % 100:02d}"
    minutes, milliseconds = divmod(value, 60_000)
    seconds, rest = divmod(milliseconds, 1000)
    if is_untimed_to_hundredths(code):
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
    decimals = f"{rest // 100}h" if hand else f"{rest // 10:02d}"
    return f"{minutes}:{seconds:02d}.{decimals}" if minutes else f"{seconds}.{decimals}"


def points_of(code: str, sex: str, value: int) -> int:
    """Points of one event of a combined event; `value` in ms or cm."""
    a, b, c = _POINTS[sex][code]
    beyond: float
    if code in ("HJ", "PV", "LJ"):
        beyond = value - b
    elif is_field(code):
        beyond = value / 100 - b
    else:
        beyond = b - value / 1000
    return math.floor(a * math.pow(beyond, c)) if beyond > 0 else 0
