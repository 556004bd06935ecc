"""Athletes of a club who look like one person, found without comparing everybody with everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations

from django.utils.formats import date_format

from records.domain.likeness import Face, Likeness, likeness, name_keys
from records.models import Athlete, AthleteMerge, ClubSpell, ExternalId, NotTheSame, Performance
from records.queries.known import ERASED
from records.queries.nearly import LARGEST_BLOCK, face_of
from records.sentences import say
from trackhub.clubs.models import Club

_BLOCK = 500


@dataclass(frozen=True, slots=True)
class Pair:
    """Two athletes, the older entry first, and what speaks for and against their being one."""

    one: Athlete
    other: Athlete
    score: int
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]


def possible_duplicates(club: Club) -> list[Pair]:
    """Pairs of athletes who belong or belonged to ``club``, the likeliest first: neither merged nor erased, and not
    said to be two. Five queries and one for each 500 athletes in doubt."""
    own = ClubSpell.objects.filter(club=club).values("athlete")
    athletes = {one.pk: one for one in Athlete.objects.filter(pk__in=own, merged_into=None, erased=None).order_by("pk")}
    faces = {pk: face_of(one) for pk, one in athletes.items()}
    two = set(NotTheSame.objects.filter(one__in=own).values_list("one", "other"))
    likely = [pair for pair in _candidates(faces) - two if likeness(faces[pair[0]], faces[pair[1]]).is_shown]
    whole = _with_evidence({pk: faces[pk] for pair in likely for pk in pair})
    found = [(a, b, likeness(whole[a], whole[b])) for a, b in likely]
    found.sort(key=lambda pair: (-pair[2].score, pair[0], pair[1]))
    return [_pair(athletes[a], athletes[b], alike) for a, b, alike in found if alike.is_shown]


def likeness_of(one: Athlete, other: Athlete) -> Pair:
    """The same for two athletes of one's choice, alike or not."""
    first, second = sorted((one, other), key=lambda athlete: athlete.pk)
    whole = _with_evidence({one.pk: face_of(one), other.pk: face_of(other)})
    return _pair(first, second, likeness(whole[first.pk], whole[second.pk]))


def _pair(one: Athlete, other: Athlete, alike: Likeness) -> Pair:
    said = [(reason.weight, say(reason.code, _shown(reason.values))) for reason in alike.reasons]
    return Pair(
        one,
        other,
        alike.score,
        tuple(text for weight, text in said if weight > 0),
        tuple(text for weight, text in said if weight < 0),
    )


def _shown(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, date) else value
        for name, value in values.items()
    }


def _candidates(faces: dict[int, Face]) -> set[tuple[int, int]]:
    """Ids of those who share a key, the lower first."""
    blocks: dict[tuple[object, ...], set[int]] = defaultdict(set)
    for pk, face in faces.items():
        for key in name_keys(face):
            blocks[face.sex, *key].add(pk)
    return {
        pair for block in blocks.values() if 1 < len(block) <= LARGEST_BLOCK for pair in combinations(sorted(block), 2)
    }


def _with_evidence(faces: dict[int, Face]) -> dict[int, Face]:
    """The same with ids, and with where and what they competed."""
    ids: dict[int, set[tuple[str, str]]] = defaultdict(set)
    days: dict[int, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    marks: dict[int, set[tuple[date, int, int]]] = defaultdict(set)
    for block in _blocks(faces):
        known = ExternalId.objects.filter(athlete__in=block).exclude(source=ERASED)
        for pk, source, value in known.values_list("athlete", "source", "value"):
            ids[pk].add((source, value))
        results = Performance.objects.current().filter(athlete__in=block, date_precision="day", value__isnull=False)
        for one in results.only("athlete_id", "date", "venue", "discipline_id", "value"):
            if one.venue:
                days[one.athlete_id or 0][one.day].add(one.venue)
            marks[one.athlete_id or 0].add((one.day, one.discipline_id, one.value or 0))
    return {
        pk: replace(
            face,
            ids=frozenset(ids[pk]),
            days={day: frozenset(places) for day, places in days[pk].items()},
            marks=frozenset(marks[pk]),
        )
        for pk, face in faces.items()
    }


def _blocks(ids: Iterable[int]) -> Iterator[list[int]]:
    found = sorted(ids)
    for start in range(0, len(found), _BLOCK):
        yield found[start : start + _BLOCK]


def merges_of(club: Club, since: datetime) -> list[AthleteMerge]:
    """Merges of the club's athletes that stand and were made after ``since``, the newest first."""
    own = ClubSpell.objects.filter(club=club).values("athlete")
    found = AthleteMerge.objects.filter(survivor__in=own, undone=None, at__gt=since).exclude(moved={})
    return list(found.select_related("survivor", "merged", "by").order_by("-at", "-pk")[:20])
