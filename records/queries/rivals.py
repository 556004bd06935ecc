"""Two athletes beside each other: bests, this season's bests, and what happened when they met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from records.domain.charts import Chart, Spot, chart_of
from records.domain.eligibility import NOBODY_TAKES
from records.models import Athlete
from records.queries.figures import figures
from records.queries.progress import Feat, career_of

MOST_MEETINGS, MOST_DOTS = 50, 160


@dataclass(frozen=True, slots=True)
class Pair:
    """The best of each in one discipline and facility; ``better`` is 1 or 2, 0 for equal or where one has none."""

    discipline: str
    code: str
    facility: str
    one: Feat | None
    two: Feat | None

    @property
    def better(self) -> int:
        if self.one is None or self.two is None or self.one.merit == self.two.merit:
            return 0
        return 1 if (self.one.merit or 0) > (self.two.merit or 0) else 2

    @property
    def shared(self) -> bool:
        return self.one is not None and self.two is not None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One contest in which both took part; ``winner`` is 1 or 2, 0 where nobody was better."""

    one: Feat
    two: Feat
    winner: int


@dataclass(frozen=True, slots=True)
class Rivalry:
    """All that is compared. ``season`` is the latest of either."""

    bests: list[Pair]
    season: int | None
    season_bests: list[Pair]
    meetings: list[Meeting]
    wins: tuple[int, int]
    choices: list[tuple[str, str]]
    discipline: str
    measure: str
    chart: Chart | None
    drawn: list[tuple[int, Feat]]


def rivalry_of(one: Athlete, two: Athlete, names: tuple[str, str], *, discipline: str = "") -> Rivalry:
    """``one`` and ``two`` beside each other; the chart shows ``discipline`` (its code), or what both did most. One
    query. ``names`` are what the chart calls them."""
    careers: tuple[list[Feat], list[Feat]] = ([], [])
    for feat in career_of(one, two):
        if feat.athlete is not None:
            careers[feat.athlete == two.pk].append(feat)
    season = max((feat.season for career in careers for feat in career), default=None)
    bests = _pairs(careers, lambda feat: feat.legal)
    meetings = _meetings(*careers)
    choices = {pair.code: pair.discipline for pair in bests if pair.shared}
    shown = discipline if discipline in choices else _most_shared(careers, choices)
    drawn = _drawn(careers, shown)
    spots = [
        Spot(feat.day, feat.merit or 0, names[who], not feat.legal, _label(feat, names[who])) for who, feat in drawn
    ]
    return Rivalry(
        bests,
        season,
        _pairs(careers, lambda feat: feat.legal and feat.season == season),
        meetings[:MOST_MEETINGS],
        (sum(one.winner == 1 for one in meetings), sum(one.winner == 2 for one in meetings)),
        list(choices.items()),
        shown,
        drawn[0][1].measure if drawn else "",
        chart_of(spots, drawn[0][1].measure, order=names) if spots else None,
        drawn[::-1],
    )


def _label(feat: Feat, name: str) -> str:
    return f"{name} · {figures(feat.mark)} · {date_format(feat.day, 'SHORT_DATE_FORMAT')}"


def _best(career: Iterable[Feat], wanted: Callable[[Feat], bool]) -> dict[tuple[int, str, str], Feat]:
    found: dict[tuple[int, str, str], Feat] = {}
    for feat in career:
        if feat.merit is None or not wanted(feat):
            continue
        key = (feat.place_in_list, feat.code, feat.facility)
        known = found.get(key)
        if known is None or feat.merit > (known.merit or 0):
            found[key] = feat
    return found


def _pairs(careers: tuple[list[Feat], list[Feat]], wanted: Callable[[Feat], bool]) -> list[Pair]:
    """What both did comes first, then what one of them did, each in the order of disciplines."""
    ones, twos = _best(careers[0], wanted), _best(careers[1], wanted)
    pairs = []
    for key in sorted({*ones, *twos}):
        one, two = ones.get(key), twos.get(key)
        known = one or two
        pairs.append(Pair(known.name if known else "", key[1], key[2], one, two))
    return sorted(pairs, key=lambda pair: not pair.shared)


def _meetings(ones: Sequence[Feat], twos: Sequence[Feat]) -> list[Meeting]:
    """Contests of the same day, competition, discipline and round, the newest first."""
    by_contest: dict[tuple[object, ...], list[Feat]] = defaultdict(list)
    for feat in ones:
        by_contest[_contest(feat)].append(feat)
    found = []
    for feat in twos:
        for met in by_contest.get(_contest(feat), ()):
            mine, theirs = _worth(met), _worth(feat)
            if feat.competition and (mine is not None or theirs is not None):
                found.append(Meeting(met, feat, 0 if mine == theirs else 1 if _above(mine, theirs) else 2))
    return sorted(found, key=lambda one: (one.one.day, one.one.pk), reverse=True)


def _contest(feat: Feat) -> tuple[object, ...]:
    return feat.day, feat.competition, feat.discipline, feat.facility, feat.round


def _worth(feat: Feat) -> int | None:
    """The merit of a mark that stands; wind and timing were the same for both."""
    return None if feat.merit is None or feat.flaws & NOBODY_TAKES else feat.merit


def _above(mine: int | None, theirs: int | None) -> bool:
    return theirs is None or (mine is not None and mine > theirs)


def _most_shared(careers: tuple[list[Feat], list[Feat]], choices: dict[str, str]) -> str:
    counts = {code: min(sum(feat.code == code for feat in career) for career in careers) for code in choices}
    return max(counts, key=lambda code: counts[code], default="")


def _drawn(careers: tuple[list[Feat], list[Feat]], code: str) -> list[tuple[int, Feat]]:
    """What both did in one discipline, where they did it most (outdoors or indoors), the newest MOST_DOTS."""
    feats = [
        (who, feat)
        for who, career in enumerate(careers)
        for feat in career
        if feat.code == code and feat.merit is not None and not feat.flaws & NOBODY_TAKES
    ]
    facilities = [feat.facility for _who, feat in feats]
    usual = max(sorted(set(facilities)), key=facilities.count, default="")
    shown = [(who, feat) for who, feat in feats if feat.facility == usual]
    return sorted(shown, key=lambda one: (one[1].day, one[1].pk))[-MOST_DOTS:]
