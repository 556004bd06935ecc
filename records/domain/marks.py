"""Marks: read what people write, round as the rules say, print the one canonical form.

A mark's value is an integer: milliseconds for times, centimetres for distances and heights, points for
combined events. Rounding follows WA Technical Rules 2022 TR19.10 and TR19.23-24 (times go up to the
slower unit) and TR26.6, TR29, TR32.20 (distances go down to the whole centimetre). What could be read two
ways is refused with both readings, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from records.domain.disciplines import Discipline
from records.domain.refusals import Refused

VALID, DNF, DNS, DQ, NM = "valid", "dnf", "dns", "dq", "nm"
AUTO, HAND = "auto", "hand"
NO_READING = "NWI"


class MarkRefused(Refused):
    """A mark that can't be taken as written. ``code`` names the reason, ``values`` fill its sentence."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark as read: ``value`` in ms, cm or points; None when the status isn't 'valid'.

    ``decimals`` is how precisely a time was given after official rounding. ``wind`` is in tenths of m/s as
    written beside the mark; ``windy`` says that a ``w`` claims more than +2.0 without a reading.
    """

    measure: str
    value: int | None
    decimals: int = 0
    timing: str = ""
    status: str = VALID
    reason: str = ""
    wind: int | None = None
    windy: bool = False
    indoor: bool = False
    altitude: bool = False
    split: bool = False
    converted: bool = False

    @property
    def merit(self) -> int | None:
        """The same on a scale where more is better."""
        if self.value is None:
            return None
        return -self.value if self.measure == "time" else self.value

    def __str__(self) -> str:
        """The canonical form, with ``w``, ``i``, ``A`` and ``+`` left to their own columns."""
        if self.value is None:
            return f"{self.status.upper()} {self.reason}".strip()
        return format_value(self.measure, self.value, self.decimals, hand=self.timing == HAND)


def format_value(measure: str, value: int, decimals: int = 2, *, hand: bool = False) -> str:
    """``value`` in ms, cm or points as text: ``1:45.32``, ``10.5h``, ``7.45``, ``8893``."""
    if measure == "points":
        return str(value)
    if measure != "time":
        return f"{value // 100}.{value % 100:02}"
    seconds, ms = divmod(value, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        text = f"{hours}:{minutes:02}:{seconds:02}"
    else:
        text = f"{minutes}:{seconds:02}" if minutes else str(seconds)
    if decimals:
        text += f".{ms // 10 ** (3 - decimals):0{decimals}}"
        return text + "h" if hand else text
    # A bare number of seconds would read as a field mark: name the unit.
    return text if ":" in text else text + "s"


def ceil_to(value: int, unit: int) -> int:
    """``value`` rounded up to a whole multiple of ``unit``: a time is never made better by rounding."""
    return -(-value // unit) * unit


def official_time(ms: int, decimals: int, timing: str, discipline: Discipline) -> tuple[int, int]:
    """The official time in ms and its decimals, by TR19.10 (hand) and TR19.23-24 (automatic)."""
    most = _decimals_allowed(timing, discipline)
    kept = min(decimals, most)
    return ceil_to(ms, 10 ** (3 - kept)), kept


def _decimals_allowed(timing: str, discipline: Discipline) -> int:
    if discipline.outside_stadium:
        # The road mile alone keeps fractions: hundredths from the photo, tenths from transponders, none by hand.
        return {AUTO: 2, "": 2, HAND: 0}.get(timing, 1) if discipline.code == "MileR" else 0
    if timing == HAND:
        return 1
    longer_than_10_km = discipline.distance_mm is not None and discipline.distance_mm > 10_000_000
    return 1 if longer_than_10_km and discipline.family != "relay" else 2


def official_distance(mm: int) -> int:
    """Centimetres from an EDM's millimetres: always down (7129 mm is 7.12 m)."""
    return mm // 10


_WIND = re.compile(r"\(\s*([+-]?\d{1,2}[.,]\d\d?|NWI|NW|W)\s*\)|\s([+-]\d{1,2}[.,]\d)$", re.IGNORECASE)
_FLAG = r"sh|[PSQ]B|WJR|[WANCMO]R|WL|qJ|YR?C|RC|[wWhiAac+=RQqsL*>~]"
_FLAGS = re.compile(rf"(?:\s*(?:{_FLAG}))+$")
_ONE_FLAG = re.compile(_FLAG)
_DISQUALIFIED = re.compile(
    r"(?P<before>[\d:.,]*)\s*(?:DQ|DSQ|DISQ(?:UALIFIED)?)\.?\s*(?P<after>.*)", re.IGNORECASE | re.DOTALL
)
_STATUS = {
    "DNF": (DNF, ""), "DNS": (DNS, ""), "NM": (NM, ""), "NH": (NM, ""), "ND": (NM, ""), "X": (NM, ""), "XXX": (NM, ""),
    "FOUL": (NM, ""), "F": (NM, ""), "R": (NM, "r"), "RET": (NM, "r"), "NM R": (NM, "r"), "-": (NM, ""), "P": (NM, ""),
    "PASS": (NM, ""), "FS": (DQ, "TR16.8"),
}  # fmt: skip


# No mark with all its flags is longer; the patterns below take quadratic time over blanks.
_LONGEST = 60


def parse_mark(text: str, discipline: Discipline, sex: str = "", timing: str = "") -> Mark:
    """Read ``text`` as a mark of ``discipline``. ``timing`` ('auto', 'hand') is what the source says, if it does.

    Raises MarkRefused with one of: no_mark, withdrawn, ambiguous_mark, unreadable_mark, sixty_or_more,
    three_decimals, twelve_inches, too_good, too_poor.
    """
    return _parse(text.strip(), discipline, sex, timing)


@lru_cache(maxsize=65_536)
def _parse(text: str, discipline: Discipline, sex: str, timing: str) -> Mark:
    if not text:
        raise MarkRefused("no_mark")
    without = _without_mark(text, discipline.measure)
    if without is not None:
        return without
    if len(text) > _LONGEST:
        raise MarkRefused("unreadable_mark", text=text[:_LONGEST])
    body, wind = _split_wind(text)
    body, flags = _split_flags(body, discipline)
    if "h" in flags:
        timing = HAND
    elif "a" in flags and not timing:
        timing = AUTO
    ms_cm_or_points, decimals = _value(body, text, discipline, sex)
    if discipline.measure == "time":
        timing = timing or _timing_by_decimals(decimals, discipline)
        ms_cm_or_points, decimals = official_time(ms_cm_or_points, decimals, timing, discipline)
    else:
        timing, decimals = "", 0
    return Mark(
        discipline.measure,
        ms_cm_or_points,
        decimals,
        timing,
        wind=wind,
        windy="w" in flags or "W" in flags,
        indoor="i" in flags or "sh" in flags,
        altitude="A" in flags,
        split="+" in flags,
        converted="c" in flags,
    )


def _without_mark(text: str, measure: str) -> Mark | None:
    upper = text.upper()
    if upper == "RET" and measure == "time":
        return Mark(measure, None, status=DNF)
    if upper in _STATUS:
        status, reason = _STATUS[upper]
        return Mark(measure, None, status=status, reason=reason)
    if upper in ("SCR", "WD", "WDR"):
        raise MarkRefused("withdrawn", text=text)
    disqualified = _DISQUALIFIED.fullmatch(text)
    if disqualified:
        reason = disqualified["after"][:60].strip()
        return Mark(measure, None, status=DQ, reason="" if re.fullmatch(r"[\d:.,]+", reason) else reason)
    return None


def _split_wind(text: str) -> tuple[str, int | None]:
    match = _WIND.search(text)
    if not match:
        return text, None
    reading = match[1] or match[2]
    rest = (text[: match.start()] + text[match.end() :]).strip()
    if reading.upper() in ("NWI", "NW", "W"):
        return (rest + "w" if reading.upper() == "W" else rest), None
    return rest, tenths(reading)


def tenths(text: str) -> int:
    """A wind reading in tenths of m/s; hundredths go up towards the athlete's disadvantage (TR17.13)."""
    sign = -1 if text.startswith("-") else 1
    whole, _, fraction = text.lstrip("+-").replace(",", ".").partition(".")
    hundredths = sign * (int(whole or 0) * 100 + int((fraction + "00")[:2]))
    return -(-hundredths // 10)


def _split_flags(body: str, discipline: Discipline) -> tuple[str, frozenset[str]]:
    match = _FLAGS.search(body)
    if not match or not any(c.isdigit() for c in body[: match.start()]):
        return body, frozenset()
    return body[: match.start()].rstrip(), frozenset(_ONE_FLAG.findall(match[0]))


def _timing_by_decimals(decimals: int, discipline: Discipline) -> str:
    """Two decimals mean automatic, one or none a watch, where the track's rules make that so."""
    if discipline.outside_stadium:
        return ""
    if decimals >= 2:
        return AUTO
    return "" if discipline.distance_mm and discipline.distance_mm > 10_000_000 else HAND


def _value(body: str, text: str, discipline: Discipline, sex: str) -> tuple[int, int]:
    """The only plausible reading of ``body``, or a refusal that names the choices."""
    readings = _readings(body, discipline)
    first = next(readings, None)
    if first is None:
        raise MarkRefused("unreadable_mark", text=text)
    fault = _plausible(first[0], discipline, sex)
    if not fault:
        return first
    plausible = [reading for reading in readings if _plausible(reading[0], discipline, sex) == ""]
    if plausible:
        choices = [format_value(discipline.measure, value, decimals) for value, decimals in (*plausible, first)]
        raise MarkRefused("ambiguous_mark", text=text, first=choices[0], second=choices[-1])
    best = discipline.world_best(sex)
    raise MarkRefused(fault, text=text, best=format_value(discipline.measure, best) if best else "")


# How many times the world's best a time may take before it is a misreading: a walker on the track, a beginner.
_SLOWEST = 8


def _plausible(value: int, discipline: Discipline, sex: str) -> str:
    """'' or the refusal: beyond 105 % of the world's best, or so poor that it must be a slip of the pen."""
    best = discipline.world_best(sex)
    if best is None:
        return ""
    if discipline.measure == "time":
        if value * 105 < best * 100:
            return "too_good"
        return "too_poor" if value > best * _SLOWEST else ""
    return "too_good" if value * 100 > best * 105 else ""


def _readings(body: str, discipline: Discipline) -> Iterator[tuple[int, int]]:
    if discipline.measure == "time":
        yield from _time_readings(body)
    elif discipline.measure == "points":
        if re.fullmatch(r"\d{1,5}|\d[.,]\d{3}", body):
            yield int(re.sub(r"[.,]", "", body)), 0
    else:
        yield from _field_readings(body, discipline)


_PLAIN_TIME = re.compile(r"(\d{1,3})(?:[.,](\d{1,3}))?")
_CLOCK = re.compile(r"(?:(\d{1,3})[:;])?(\d{1,3})[:;](\d{1,2})(?:[.,](\d{1,3}))?")
_HOURS = re.compile(r"(\d{1,2})\s*h\s*(\d{1,2})(?:[:;m']\s*(\d{1,2})(?:[.,](\d{1,3}))?s?)?", re.IGNORECASE)
_MINUTES = re.compile(r"(\d{1,3})\s*(?:m|min|')\s*(\d{1,2})(?:[.,\"]+(\d{1,3}))?[s\"]?", re.IGNORECASE)
_TWO_POINTS = re.compile(r"(\d{1,3})([.,])(\d{1,2})\2(\d{1,3})")


def _clock(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> tuple[int, int]:
    if int(seconds) >= 60 or (hours and int(minutes) >= 60):
        raise MarkRefused("sixty_or_more", text=":".join(filter(None, (hours, minutes, seconds))))
    ms = ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000
    return ms + int((fraction or "").ljust(3, "0") or 0), len(fraction or "")


def _time_readings(body: str) -> Iterator[tuple[int, int]]:
    """Readings of a time in ms with decimals, the literal one first."""
    if match := _PLAIN_TIME.fullmatch(body):
        whole, fraction = match.groups()
        yield _clock(None, str(int(whole) // 60), str(int(whole) % 60), fraction)
        if fraction and len(fraction) == 2 and int(fraction) < 60:
            yield _clock(None, whole, fraction, None)
    elif match := _CLOCK.fullmatch(body):
        hours, minutes, seconds, fraction = match.groups()
        yield _clock(hours, minutes, seconds, fraction)
        if hours and fraction in (None, "0"):
            yield _clock(None, hours, minutes, seconds)
        elif not hours and not fraction:
            yield _clock(None, str(int(minutes) // 60), str(int(minutes) % 60), seconds)
            if int(minutes) < 60:
                yield _clock(minutes, seconds, "0", None)
    elif match := _TWO_POINTS.fullmatch(body):
        yield _clock(None, match[1], match[3], match[4])
        if len(match[4]) == 2 and int(match[4]) < 60:
            yield _clock(match[1], match[3], match[4], None)
    elif match := _HOURS.fullmatch(body):
        yield _clock(match[1], match[2], match[3] or "0", match[4])
    elif match := _MINUTES.fullmatch(body):
        yield _clock(None, match[1], match[2], match[3])


_METRIC = re.compile(r"(\d{1,5})(?:\s*m\s*(\d{2})|[.,](\d{1,3}))?\s*m?", re.IGNORECASE)
_HYTEK = re.compile(r"(\d{2,3})(0\d|1[01])(00|25|50|75)")
_IMPERIAL = re.compile(r"(\d{1,3})\s*(?:'|ft|-)\s*(?:(\d{1,2})(?:[.,](\d{1,2}))?\s*(?:\"|''|in)?)?", re.IGNORECASE)


def _field_readings(body: str, discipline: Discipline) -> Iterator[tuple[int, int]]:
    """Readings of a distance or height in cm, metres first."""
    if match := _METRIC.fullmatch(body):
        metres, after_m, fraction = match.groups()
        fraction = after_m or fraction or ""
        if len(fraction) == 3:
            raise MarkRefused("three_decimals", text=body)
        # Hy-Tek leaves out the point: 1233 is 12.33 m, since nothing but an hour's run goes beyond a kilometre.
        if body != metres or len(metres) < 4 or discipline.code == "1HR":
            yield int(metres) * 100 + int(fraction.ljust(2, "0")), 0
        if not fraction and len(metres) >= 3:
            yield int(metres), 0
    elif match := _HYTEK.fullmatch(body):
        quarters = (int(match[1]) * 12 + int(match[2])) * 100 + int(match[3])
        yield quarters * 254 // 10_000, 0
    elif match := _IMPERIAL.fullmatch(body):
        feet, inches, fraction = match.groups()
        if int(inches or 0) >= 12:
            raise MarkRefused("twelve_inches", text=body)
        hundredths = (int(feet) * 12 + int(inches or 0)) * 100 + int((fraction or "").ljust(2, "0"))
        yield hundredths * 254 // 10_000, 0
