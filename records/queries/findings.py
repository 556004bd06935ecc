"""What a search shows: each kind with its lines, as the page and the palette list them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from records.models import Athlete, ClubSpell, Record
from records.queries import search
from records.queries.boards import story_url
from records.queries.gathered import Competition
from records.queries.lines import Faces, Line, Visitor, line_of_record
from records.queries.search import Found
from trackhub.clubs.models import Club


@dataclass(frozen=True, slots=True)
class Hit:
    """One line: a name that leads somewhere, and what tells it from others of that name."""

    name: str
    url: str
    notes: tuple[str, ...] = ()
    born: int | None = None
    first: date | None = None
    last: date | None = None
    line: Line | None = None
    age_group: str = ""
    facility: str = ""
    timing: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    kind: str
    found: Found[Hit]


KINDS = ("athletes", "clubs", "records", "competitions")
"""In the order of the page."""


def findings(
    text: str,
    user: Visitor,
    *,
    today: date,
    kinds: tuple[str, ...] = KINDS,
    page: int = 1,
    size: int = search.PER_GROUP,
) -> list[Group]:
    """What is called ``text``, by kind, near spellings last; kinds of which there is nothing are left out.

    Eight queries, and two more where relays or hidden athletes hold one of the records shown.
    """
    groups = []
    for kind in kinds:
        hits: Found[Hit]
        if kind == "athletes":
            athletes = search.athletes_named(text, user, page=page, size=size)
            hits = _shown(athletes, _athletes(athletes.items, today))
        elif kind == "clubs":
            clubs = search.clubs_named(text, page=page, size=size)
            hits = _shown(clubs, [_club(one) for one in clubs.items])
        elif kind == "records":
            records = search.records_named(text, page=page, size=size)
            hits = _shown(records, _records(records.items, user))
        else:
            competitions = search.competitions_named(text, page=page, size=size)
            hits = _shown(competitions, [_competition(one) for one in competitions.items])
        if hits.items or page > 1:
            groups.append(Group(kind, hits))
    return sorted(groups, key=lambda group: group.found.near)


def _shown(found: Found[Any], hits: list[Hit]) -> Found[Hit]:
    return Found(hits, found.number, found.more, found.near)


def _athletes(athletes: list[Athlete], today: date) -> list[Hit]:
    clubs: dict[int, dict[str, None]] = defaultdict(dict)
    spells = ClubSpell.objects.on(today).filter(athlete__in=[one.pk for one in athletes]).order_by("claim", "starts")
    for athlete, club in spells.values_list("athlete", "club__name") if athletes else ():
        clubs[athlete][club] = None
    return [
        Hit(str(one), one.get_absolute_url(), tuple(clubs[one.pk]), one.birth_date.year if one.birth_date else None)
        for one in athletes
    ]


def _club(club: Club) -> Hit:
    return Hit(club.name, club.get_absolute_url(), tuple(filter(None, (club.town, club.country))))


def _records(records: list[Record], user: Visitor) -> list[Hit]:
    faces = Faces([one.performance for one in records if one.performance], user)
    return [
        Hit(
            one.discipline.name,
            story_url(one.book, one, one.age_group),
            (str(one.book),),
            line=line_of_record(one, faces),
            age_group=one.age_group,
            facility=one.facility,
            timing=one.timing,
        )
        for one in records
    ]


def _competition(one: Competition) -> Hit:
    return Hit(one.name, reverse("results", query={"competition": one.name}), first=one.first, last=one.last)
