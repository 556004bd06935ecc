"""Which implement, hurdle and distance an athlete of an age uses, and which age group a mark falls in.

UKA: age on 31 August of the competition year (October to September); the groups U13, U15, U17 became
U14, U16, U18 on 1 April 2026. World Athletics (WA): age on 31 December. Masters: age on the day. U20 ends at
20 on 31 December in both.
"""

from __future__ import annotations

from datetime import date

_UKA_CHANGE = date(2026, 4, 1)
CHILD, CADET, YOUTH, JUNIOR, SENIOR = range(5)  # stages: U13/U14, U15/U16, U17/U18, U20, the rest
_LABELS = {
    "UKA": ("U13", "U15", "U17", "U20", "Senior"),
    "UKA 2026": ("U14", "U16", "U18", "U20", "Senior"),
    "WA": ("U14", "U16", "U18", "U20", "Senior"),
}

# Men's implements by stage; None is the senior one. Then by masters' age.
_MEN: dict[str, tuple[str, str, str, str]] = {
    "SP": ("SP3", "SP4", "SP5", "SP6"),
    "DT": ("DT1", "DT1.25", "DT1.5", "DT1.75"),
    "HT": ("HT3", "HT4", "HT5", "HT6"),
    "JT": ("JT400", "JT600", "JT700", "JT"),
    "SH": ("", "80H", "110H91", "110H99"),
    "60H": ("", "", "60H91", "60H99"),
    "LH": ("", "", "400H84", "400H"),
}
_WOMEN: dict[str, tuple[str, str, str, str]] = {
    "SP": ("SP3", "SP3", "SP3", "SP"),
    "DT": ("DT0.75", "DT", "DT", "DT"),
    "HT": ("HT3", "HT3", "HT3", "HT"),
    "JT": ("JT400", "JT500", "JT500", "JT"),
    "SH": ("", "75H", "100H76", "100H"),
    "60H": ("", "60H76", "60H76", "60H"),
    "LH": ("", "", "400H76", "400H"),
}
# (from age, code); the last that fits. Empty: this age has no such event in the demo.
_MASTER_MEN: dict[str, tuple[tuple[int, str], ...]] = {
    "SP": ((35, "SP"), (50, "SP6"), (60, "SP5"), (70, "SP4")),
    "DT": ((35, "DT"), (50, "DT1.5"), (60, "DT1")),
    "HT": ((35, "HT"), (50, "HT6"), (60, "HT5"), (70, "HT4")),
    "JT": ((35, "JT"), (50, "JT700"), (60, "JT600"), (70, "JT500")),
    "SH": ((35, "110H99"), (50, ""), (70, "80H")),
    "60H": ((35, "60H99"), (50, "60H91"), (60, ""), (70, "60H76")),
    "LH": ((35, "400H"), (50, "400H84"), (60, "300H")),
}
_MASTER_WOMEN: dict[str, tuple[tuple[int, str], ...]] = {
    "SP": ((35, "SP"), (50, "SP3")),
    "DT": ((35, "DT"),),
    "HT": ((35, "HT"), (50, "HT3")),
    "JT": ((35, "JT"), (50, "JT500")),
    "SH": ((35, "100H"), (40, "80H")),
    "60H": ((35, "60H"), (40, "60H76"), (60, "")),
    "LH": ((35, "400H"), (50, "300H")),
}
_SENIOR = {"M": {"SH": "110H", "LH": "400H"}, "F": {"SH": "100H", "LH": "400H"}}
# The first age (on the day) at which the demo's athletes run or jump it.
_FROM_AGE = {
    "200": 12, "300": 13, "400": 15, "1000": 12, "1500": 12, "Mile": 15, "2000": 14, "3000": 14, "5000": 17,
    "10000": 20, "3000SC": 20, "2000SC": 16, "TJ": 14, "HT": 13, "PV": 12, "5K": 12, "10K": 16, "10M": 18,
    "HM": 18, "MAR": 20, "3000W": 13, "5000W": 16, "5KW": 14, "10KW": 16, "20KW": 19,
}  # fmt: skip
_TO_AGE = {"300": 16, "600": 15, "2000SC": 19, "PV": 62, "TJ": 64, "10000": 66, "3000SC": 55, "HJ": 68}


def age_on(birth: date, on: date) -> int:
    """Full years on the day; born on 29 February, one is older on 1 March."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def stage_on(scheme: str, birth: date, on: date) -> int:
    """CHILD to SENIOR under the scheme that held on that day."""
    in_december = on.year - birth.year
    if scheme == "WA":
        return sum(in_december > last for last in (13, 15, 17, 19))
    in_august = age_on(birth, date(on.year + (on.month >= 10), 8, 31))
    raised = 1 if on >= _UKA_CHANGE else 0
    if in_august <= 16 + raised:
        return sum(in_august > last + raised for last in (12, 14))
    return JUNIOR if in_december < 20 else SENIOR


def age_group_on(scheme: str, birth: date, on: date) -> str:
    """The label of the group on that day, masters as Senior."""
    labels = _LABELS["UKA 2026" if scheme == "UKA" and on >= _UKA_CHANGE else scheme]
    return labels[stage_on(scheme, birth, on)]


def specified(event: str, sex: str, scheme: str, birth: date, on: date) -> str:
    """The discipline code of an event for this athlete, '' when this age has none.

    Events are codes, or SH and LH: the short and the long hurdles of the age, and SC, the steeplechase.
    """
    years = age_on(birth, on)
    stage = stage_on(scheme, birth, on)
    if event == "SC":
        event = "3000SC" if years >= 20 else "2000SC"
    if years < _FROM_AGE.get(event, 0) or years > _TO_AGE.get(event, 99):
        return ""
    table = _MEN if sex == "M" else _WOMEN
    if event not in table:
        return event
    if stage < SENIOR:
        british_girl = scheme == "UKA" and sex == "F" and stage == YOUTH
        if british_girl and event in ("SH", "LH"):
            return "80H" if event == "SH" else "300H"
        return table[event][stage]
    if years >= 35:
        masters = (_MASTER_MEN if sex == "M" else _MASTER_WOMEN)[event]
        return [code for start, code in masters if years >= start][-1]
    return _SENIOR[sex].get(event, event)


def cross_country_code(scheme: str, sex: str, birth: date, on: date) -> str:
    stage = stage_on(scheme, birth, on)
    if stage <= CADET:
        return "CC4.0"
    if stage == YOUTH or (sex == "F" and stage == JUNIOR):
        return "CC6.0"
    return "CC10.0" if sex == "M" and stage == SENIOR else "CC8.0"
