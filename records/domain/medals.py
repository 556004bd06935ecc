"""Medals: what a place is worth, how files write one, and which places are shared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from records.domain.refusals import Refused

LAST_PLACE = 12
"""Places beyond this one bring no award."""

METALS = ("gold", "silver", "bronze")

DEFAULT_METALS: Mapping[int, str] = dict(enumerate(METALS, start=1))
"""The medals of a club that has set no table of its own."""

# '1', '1st', '1.', '=2', '2=', 'T2', '3rd place', '1º', and a number that a spreadsheet made a fraction of.
_PLACE = re.compile(
    r"(?:=|t|no\.?|#)?\s*0*(\d{1,3})(?:\.0+)?\s*(?:st|nd|rd|th|[.ºª°])?\s*(?:=|place|lugar|puesto)?", re.IGNORECASE
)
_WORDS = {
    "gold": 1, "oro": 1, "ouro": 1, "silver": 2, "plata": 2, "prata": 2, "bronze": 3, "bronce": 3,
}  # fmt: skip


class PlaceRefused(Refused):
    """A place that can't be taken; ``code`` is 'no_place', 'unreadable_place' or 'place_without_award'."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a place is worth in a club: a label such as 'County champion' ('' for the place itself), and a metal."""

    position: int
    label: str
    metal: str


def read_place(text: str) -> int:
    """The place from 1 to 12 that ``text`` says, as files write it: '1', '2nd', '=3', 'gold'. Raises PlaceRefused."""
    said = text.strip()
    if not said:
        raise PlaceRefused("no_place")
    if said.lower() in _WORDS:
        return _WORDS[said.lower()]
    found = _PLACE.fullmatch(said)
    if not found:
        raise PlaceRefused("unreadable_place", text=said[:30])
    place = int(found[1])
    if not 1 <= place <= LAST_PLACE:
        raise PlaceRefused("place_without_award", text=said[:30], limit=LAST_PLACE)
    return place


def full_table(own: Iterable[Worth]) -> tuple[Worth, ...]:
    """What each place from 1 to 12 is worth: by the club's ``own`` table, or, where it has none, by the usual one."""
    by_place = {one.position: one for one in own}
    usual = {} if by_place else DEFAULT_METALS
    return tuple(by_place.get(place) or Worth(place, "", usual.get(place, "")) for place in range(1, LAST_PLACE + 1))


def shared_places(placings: Iterable[tuple[str, int, str]]) -> frozenset[tuple[str, int]]:
    """(age group, place) of those that more than one of ``placings`` (age group, place, team) took. The members of
    one team share nothing: they took its place together."""
    taken = list(placings)
    takers = Counter((group, place) for group, place, _team in {one for one in taken if one[2]})
    takers.update((group, place) for group, place, team in taken if not team)
    return frozenset(one for one, number in takers.items() if number > 1)
