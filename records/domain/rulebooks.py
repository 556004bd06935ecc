"""Policies to start from: the options of a book as others keep theirs, by the names in records.models.books.OPTIONS."""

from __future__ import annotations

from typing import Any

WORLD_ATHLETICS: dict[str, Any] = {
    "wind": "reading", "wind_from_age": 0, "any_wind": [], "hand": "refused", "hand_short_ms": 240, "hand_400_ms": 140,
    "ties": "shared", "facilities": "apart", "inheritance": "all_older", "claims": "any", "minimum_field": 3,
    "ratification": True, "claim_days": 30,
    "evidence": ["programme", "results", "photo_finish", "zero_test", "wind", "implement", "course", "birth",
                 "field_card", "relay_names", "signatures"],
}  # fmt: skip
"""World Athletics Competition Rules 2022/23: CR31.1 (three competitors), CR31.3-31.10 (papers, 30 days, ratification),
CR31.5 (equal marks stand together), CR31.14 and CR32-35 (automatic timing up to 800 m), CR31.14.3 and CR31.17.2
(wind)."""

UK_CLUB: dict[str, Any] = {
    "wind": "reading", "wind_from_age": 0, "any_wind": [], "hand": "apart", "hand_short_ms": 240, "hand_400_ms": 140,
    "ties": "shared", "facilities": "apart", "inheritance": "own_and_senior", "claims": "first", "minimum_field": 0,
    "ratification": True, "claim_days": 183,
    "evidence": ["results", "wind", "birth"],
}  # fmt: skip
"""What British clubs print in their record rules: hand times as a line of their own, a reading on every windy event, a
mark counts in one's own age group and as the club's senior record, first-claim members only, claimed in writing with
the results within six months and ratified by the records officer. No rule asks for three competitors."""

ANYTHING_GOES: dict[str, Any] = {
    "wind": "any", "wind_from_age": 0, "any_wind": [], "hand": "mixed", "hand_short_ms": 240, "hand_400_ms": 140,
    "ties": "shared", "facilities": "together", "inheritance": "all_older", "claims": "any", "minimum_field": 0,
    "ratification": False, "claim_days": None, "evidence": [],
}  # fmt: skip
"""Every mark that somebody achieved: a school's or a running group's book, where nobody takes readings."""

RULEBOOKS = {"wa": WORLD_ATHLETICS, "uk": UK_CLUB, "any": ANYTHING_GOES}

MOST = {"wind_from_age": 100, "minimum_field": 1000, "claim_days": 3660, "hand_short_ms": 1000, "hand_400_ms": 1000}
"""Beyond these an option is a slip of the keyboard: years, competitors, days and ms."""
