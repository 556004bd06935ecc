"""Charts of marks over time: where each dot stands, and the few values that an axis names.

Everything is drawn by merit, so better is always up, times too. A change of implement or of hurdle height is another
series, and no line ever leads from one series to the next. Numbers are in the units of the drawing (``WIDTH`` by
``HEIGHT``), which the page scales to the room it has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from records.domain.disciplines import Discipline
from records.domain.marks import format_value

WIDTH, HEIGHT = 440, 260
LEFT, RIGHT, TOP, BOTTOM = 68, 12, 16, 30

_STEPS = {
    "time": (
        10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
        900_000, 1_800_000, 3_600_000, 7_200_000,
    ),
    "distance": (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000),
    "points": (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000),
}  # fmt: skip
"""Distances between ticks that people count by, in ms, cm or points."""

_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)


@dataclass(frozen=True, slots=True)
class Spot:
    """One mark to be drawn. ``series`` says with which others it may share a line; ``hollow`` that it doesn't count
    (wind-aided, by hand, annulled), and so never moves the line of bests. ``label`` is what pointing at it says."""

    on: date
    merit: int
    series: str
    hollow: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    series: int
    hollow: bool
    label: str


@dataclass(frozen=True, slots=True)
class Stair:
    """The bests of one series: level until the next better one. ``path`` is the d of an SVG path."""

    path: str
    series: int


@dataclass(frozen=True, slots=True)
class Rung:
    """A line across at a round mark."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A tick of the axis of time: the first of a month, or of a year where ``whole_years``."""

    x: float
    on: date
    whole_years: bool


@dataclass(frozen=True, slots=True)
class Break:
    """Where a series begins that may not be compared with the one before."""

    x: float
    series: int
    name: str


@dataclass(frozen=True, slots=True)
class Chart:
    dots: tuple[Dot, ...]
    stairs: tuple[Stair, ...]
    rungs: tuple[Rung, ...]
    days: tuple[Day, ...]
    breaks: tuple[Break, ...]
    series: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def last_label(self) -> int:
        """Beyond this a label of the axis of time would be cut at the edge if it stood in the middle of its tick."""
        return self.right - 24


def event_of(discipline: Discipline) -> str:
    """What disciplines that differ in implement or hurdle height alone have in common: 'SP' of 'SP5', '110H' of
    '110H99'. Their marks are drawn beside each other and never joined."""
    if discipline.implement_g or discipline.hurdle_mm:
        return discipline.code.rstrip("0123456789.")
    return discipline.code


def mark_ticks(measure: str, lowest: int, highest: int, most: int = 5) -> list[int]:
    """Round values in ms, cm or points within ``lowest`` to ``highest``: at least one step apart, at most ``most``."""
    steps = _STEPS.get(measure, _STEPS["distance"])
    for step in steps:
        first = -(-lowest // step) * step
        if (highest - first) // step + 1 <= most:
            return list(range(first, highest + 1, step))
    return [highest]


def tick_text(measure: str, value: int, step: int) -> str:
    """``value`` as an axis says it, with no more decimals than ``step`` between ticks needs: '10.8', '1:45', '7.20'."""
    if measure != "time":
        return format_value(measure, value)
    decimals = 0 if step % 1000 == 0 else 1 if step % 100 == 0 else 2
    return format_value(measure, value, decimals).removesuffix("s")


def day_ticks(first: date, last: date, most: int = 6) -> list[date]:
    """Firsts of months between two days, a human number of months apart, at most ``most``."""
    from_month = first.year * 12 + first.month - 1 + (first.day > 1)
    to_month = last.year * 12 + last.month - 1
    for step in _MONTHS:
        start = -(-from_month // step) * step
        if (to_month - start) // step + 1 <= most:
            return [date(month // 12, month % 12 + 1, 1) for month in range(start, to_month + 1, step)]
    return []


def chart_of(spots: Sequence[Spot], measure: str, *, until: date | None = None, order: Sequence[str] = ()) -> Chart:
    """``spots`` drawn in order of time; the line of each series runs on to its last mark, and to ``until`` where a day
    is given. ``order`` names series that come first. Raises ValueError for no spots at all."""
    if not spots:
        raise ValueError("a chart without marks")
    spots = sorted(spots, key=lambda spot: (spot.on, spot.merit))
    names = list(dict.fromkeys([*(name for name in order if any(spot.series == name for spot in spots)),
                                *(spot.series for spot in spots)]))  # fmt: skip
    first, last = spots[0].on, max(spots[-1].on, until or spots[-1].on)
    if (last - first).days < 28:
        first, last = first - timedelta(days=14), last + timedelta(days=14)
    low, high = min(spot.merit for spot in spots), max(spot.merit for spot in spots)
    room = max((high - low) // 12, 1)
    low, high = low - room, high + room
    if measure != "time":
        low = max(low, 0)

    def x(on: date) -> float:
        return round(LEFT + (WIDTH - RIGHT - LEFT) * (on - first).days / (last - first).days, 1)

    def y(merit: int) -> float:
        return round(TOP + (HEIGHT - BOTTOM - TOP) * (high - merit) / (high - low), 1)

    dots = tuple(Dot(x(one.on), y(one.merit), names.index(one.series), one.hollow, one.label) for one in spots)
    return Chart(
        dots,
        tuple(_stairs([dot for dot in dots if not dot.hollow], len(names), x(until) if until else None)),
        tuple(Rung(y(merit), text) for merit, text in _rungs(measure, low, high)),
        tuple(_days(first, last, x)),
        tuple(_breaks(dots, names)),
        tuple(names),
    )


def _rungs(measure: str, low: int, high: int) -> list[tuple[int, str]]:
    """(merit, text). A time's merit is its value below zero."""
    values = mark_ticks(measure, max(-high, 0), -low) if measure == "time" else mark_ticks(measure, low, high)
    step = values[1] - values[0] if len(values) > 1 else 1
    return [(-value if measure == "time" else value, tick_text(measure, value, step)) for value in values]


def _days(first: date, last: date, x: Callable[[date], float]) -> list[Day]:
    days = day_ticks(first, last)
    return [Day(x(on), on, all(day.month == 1 for day in days)) for on in days]


def _stairs(dots: Sequence[Dot], series: int, until: float | None) -> list[Stair]:
    found = []
    for number in range(series):
        own = [dot for dot in dots if dot.series == number]
        if not own:
            continue
        best, path = own[0].y, f"M{own[0].x} {own[0].y}"
        for dot in own[1:]:
            if dot.y < best:
                best, path = dot.y, f"{path}H{dot.x}V{dot.y}"
        found.append(Stair(f"{path}H{max(own[-1].x, until or 0)}", number))
    return found


def _breaks(dots: Sequence[Dot], names: Sequence[str]) -> list[Break]:
    firsts: dict[int, float] = {}
    for dot in dots:
        firsts.setdefault(dot.series, dot.x)
    return [Break(x, number, names[number]) for number, x in sorted(firsts.items(), key=lambda one: one[1])[1:]]
