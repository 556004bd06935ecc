"""An athlete's career as a whole: the charts, season by season, and the competitions. One query feeds them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import F, OuterRef, Subquery
from django.utils.formats import date_format

from records.domain.charts import Chart, Spot, chart_of, event_of
from records.domain.disciplines import Discipline as Specification
from records.domain.eligibility import NOBODY_TAKES, BestList, Flaw
from records.domain.marks import HAND, format_value
from records.models import Athlete, Performance, Video
from records.models.disciplines import discipline_name
from records.queries.addresses import club_url, performance_url
from records.queries.figures import figures
from records.queries.lines import Line, badges_of
from records.queries.why import flaw_sentences, specification_sentence

MOST_CHARTS, MOST_DOTS = 8, 120
MOST_SEASONS, MOST_COMPETITIONS = 12, 60


Key = tuple[int, int, bool, str]
"""(place in lists, discipline, indoors?, facility): the order in which an athlete's lists stand."""


class Feat(NamedTuple):
    """One performance, as far as overviews need it; ``athlete`` is None for a relay."""

    pk: int
    athlete: int | None
    discipline: int
    code: str
    english_name: str
    place_in_list: int
    family: str
    measure: str
    implement_g: int | None
    hurdle_mm: int | None
    discipline_sex: str
    season: int
    day: date
    seq: int
    precision: str
    value: int | None
    merit: int | None
    decimals: int
    timing: str
    wind: int | None
    facility: str
    flaws: int
    best_list: int
    competition: str
    venue: str
    country: str
    round: str
    place: str
    status: str
    reason: str
    annulled_because: str
    note: str
    team: str
    sex: str
    club: str | None
    club_slug: str | None
    career_step: int | None
    season_step: int | None
    video: str | None
    """The address of the first."""

    @property
    def name(self) -> str:
        return discipline_name(self.english_name)

    @property
    def mark(self) -> str:
        """'10.52', '10.5h', '10.40w'; the status where there is no mark."""
        if self.value is None:
            return self.status.upper()
        text = format_value(self.measure, self.value, self.decimals, hand=self.timing == HAND)
        return text + "w" if self.flaws & Flaw.WIND_OVER else text

    @property
    def key(self) -> Key:
        return self.place_in_list, self.discipline, self.facility == "indoor", self.facility

    @property
    def legal(self) -> bool:
        return self.best_list == BestList.LEGAL

    @property
    def badges(self) -> tuple[str, ...]:
        """What sets the mark apart, and whether it was a best on its day."""
        apart = ((Flaw.WIND_OVER, "w"), (Flaw.HAND, "h"), (Flaw.NO_READING, "nwi"))
        said = [code for flaw, code in apart if self.flaws & flaw]
        step = self.pb or self.sb
        return (*said, *([step] if step and self.legal else []))

    @property
    def url(self) -> str:
        return performance_url(self.pk)

    @property
    def wind_said(self) -> str:
        """'+1.4', '−0.3', '' without a reading."""
        return "" if self.wind is None else f"{'−' if self.wind < 0 else '+'}{abs(self.wind) / 10:.1f}"

    @property
    def pb(self) -> str:
        """'PB', '=PB' or '', as Best says it."""
        return ("", "PB", "=PB")[self.career_step or 0]

    @property
    def sb(self) -> str:
        return ("", "SB", "=SB")[self.season_step or 0]

    @property
    def as_specified(self) -> Specification:
        return Specification(
            self.code, "", self.english_name, self.family, self.measure,  # type: ignore[arg-type]  # the Literal's values
            implement_g=self.implement_g, hurdle_mm=self.hurdle_mm,
        )  # fmt: skip

    @property
    def event(self) -> str:
        """The code without what sets implements and hurdle heights apart."""
        return event_of(self.as_specified)

    @property
    def specification(self) -> str:
        """'5 kg', '700 g', '0.991 m'; '' where the discipline has no implement and no hurdles."""
        if self.implement_g:
            return f"{self.implement_g} g" if self.implement_g < 1000 else f"{self.implement_g / 1000:g} kg"
        return f"{self.hurdle_mm / 1000:.3f} m" if self.hurdle_mm else ""


_FIELDS = (
    "pk", "athlete", "discipline", "discipline__code", "discipline__english_name", "discipline__place_in_list",
    "discipline__family", "discipline__measure", "discipline__implement_g", "discipline__hurdle_mm", "discipline__sex",
    "season", "date", "seq", "date_precision", "value", "merit", "decimals", "timing", "wind", "facility", "flaws",
    "best_list", "competition", "venue", "country", "round", "place", "status", "reason", "annulled_because", "note",
    "team", "sex", "club__name", "club__slug",
)  # fmt: skip


def career_of(*athletes: Athlete) -> list[Feat]:
    """All that ``athletes`` did, relays too, in order of time. One query."""
    found = Performance.objects.current().of(*athletes)
    steps = (F("best__career"), F("best__season"))
    video = Subquery(Video.objects.filter(performance=OuterRef("pk")).order_by("pk").values("address")[:1])
    return [Feat(*row) for row in found.order_by("date", "seq", "pk").values_list(*_FIELDS, *steps, video)]


def line_of_feat(feat: Feat, *, best: bool = False, why: bool = False) -> Line:
    """The feat as a line on its athlete's own page, without holders; with its badge of a ``best``, and the reasons if
    ``why``."""
    status = "" if feat.value is not None else f"{feat.status.upper()} {feat.reason}".strip()
    reasons = []
    if why and feat.flaws:
        reasons = flaw_sentences(feat.flaws, wind=feat.wind, status=status, because=feat.annulled_because)
    if why and not feat.discipline_sex and (feat.implement_g or feat.hurdle_mm):
        reasons += filter(None, [specification_sentence(feat.as_specified, feat.sex)])
    return Line(
        discipline=feat.name,
        sex=feat.sex,
        measure=feat.measure,
        mark=status or format_value(feat.measure, feat.value or 0, feat.decimals),
        counts=feat.value is not None,
        wind=feat.wind_said,
        badges=tuple(badges_of(feat, feat if best else None)),
        holders=(),
        team=feat.team,
        club=feat.club or "",
        club_url=club_url(feat.club_slug) if feat.club_slug else "",
        day=feat.day,
        precision=feat.precision,
        competition=feat.competition,
        venue=feat.venue,
        country=feat.country,
        round=feat.round,
        place=feat.place,
        note=feat.note,
        reasons=tuple(reasons),
        url=feat.url,
        pk=feat.pk,
        # Who else ran a relay isn't looked up here: its own page asks whether all of them may be seen.
        video=feat.video or "" if feat.athlete else "",
    )


@dataclass(frozen=True, slots=True)
class BestFeats:
    """The bests in one discipline and facility. ``windy`` and ``hand`` only where better than ``career``."""

    name: str
    facility: str
    career: Feat | None
    windy: Feat | None
    hand: Feat | None
    season: Feat | None

    @property
    def feats(self) -> list[Feat]:
        return [feat for feat in (self.career, self.windy, self.hand, self.season) if feat]


def bests_of(career: Sequence[Feat], season: int | None) -> list[BestFeats]:
    """Bests by discipline and facility, with the best of ``season``, in the order of disciplines."""
    lists: dict[Key, dict[int, Feat]] = defaultdict(dict)
    of_season: dict[Key, Feat] = {}
    for feat in career:
        key = feat.key
        if feat.career_step == 1:
            lists[key][feat.best_list] = _higher(lists[key].get(feat.best_list), feat)
        if feat.season_step == 1 and feat.season == season and feat.legal:
            of_season[key] = _higher(of_season.get(key), feat)
    return [
        BestFeats(
            next(iter(found.values())).name,
            key[3],
            found.get(BestList.LEGAL),
            _better(found, BestList.WIND),
            _better(found, BestList.HAND),
            of_season.get(key),
        )
        for key, found in sorted(lists.items())
    ]


def _higher(known: Feat | None, feat: Feat) -> Feat:
    return known if known is not None and (known.merit or 0) >= (feat.merit or 0) else feat


def _better(lists: dict[int, Feat], which: BestList) -> Feat | None:
    """The best of list ``which`` where it beats the legal one."""
    apart, legal = lists.get(which), lists.get(BestList.LEGAL)
    if apart is None or legal is None:
        return apart
    return apart if (apart.merit or 0) > (legal.merit or 0) else None


@dataclass(frozen=True, slots=True)
class Progress:
    """One event's chart, and the same as a table: the newest first."""

    event: str
    name: str
    facility: str
    measure: str
    chart: Chart
    feats: list[Feat]

    @property
    def has_hollow(self) -> bool:
        return any(dot.hollow for dot in self.chart.dots)


def progress_of(career: Sequence[Feat], *, today: date) -> list[Progress]:
    """A chart for each event with two marks or more, those with the most marks, in the order of disciplines. The
    specifications of one event share a chart and never a line."""
    by_event: dict[tuple[str, str], list[Feat]] = defaultdict(list)
    for feat in career:
        if feat.athlete is not None and feat.merit is not None and not feat.flaws & NOBODY_TAKES:
            by_event[feat.event, feat.facility].append(feat)
    drawn = [feats for feats in by_event.values() if len(feats) > 1]
    most = sorted(drawn, key=len, reverse=True)[:MOST_CHARTS]
    return [_progress(feats, today) for feats in sorted(most, key=_place)]


def _place(feats: Sequence[Feat]) -> Key:
    return min(feat.key for feat in feats)


def _progress(feats: list[Feat], today: date) -> Progress:
    shown = _fewer(feats)
    several = len({feat.discipline for feat in feats}) > 1
    # An athlete who stopped long ago has no line into the present.
    until = today if (today - feats[-1].day).days < 400 and not several and today >= feats[-1].day else None
    spots = [Spot(one.day, one.merit or 0, one.specification, not one.legal, _label(one)) for one in shown]
    chart = chart_of(spots, feats[0].measure, until=until)
    first = min(feats, key=lambda one: (len(one.english_name), one.english_name))
    name = discipline_name(first.english_name.removesuffix(f" {first.specification}"))
    return Progress(first.event, name, first.facility, first.measure, chart, shown[::-1])


def _fewer(feats: list[Feat]) -> list[Feat]:
    """At most MOST_DOTS: first the bests, then the newest."""
    if len(feats) <= MOST_DOTS:
        return feats
    ranked = sorted(feats, key=lambda one: (not one.career_step, not one.season_step, -one.day.toordinal()))
    kept = {one.pk for one in ranked[:MOST_DOTS]}
    return [one for one in feats if one.pk in kept]


def _label(feat: Feat) -> str:
    written = {"year": "Y", "month": "YEAR_MONTH_FORMAT"}.get(feat.precision, "SHORT_DATE_FORMAT")
    parts = (figures(feat.mark), feat.specification, feat.wind_said and f"{figures(feat.wind_said)} m/s",
             date_format(feat.day, written), feat.venue)  # fmt: skip
    return " · ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """The best legal mark of each season in one discipline, None for a season without; ``best`` is the career's."""

    discipline: str
    facility: str
    marks: tuple[Feat | None, ...]
    best: int


@dataclass(frozen=True, slots=True)
class Seasons:
    years: tuple[int, ...]
    rows: tuple[SeasonRow, ...]
    older: bool


def seasons_of(career: Sequence[Feat]) -> Seasons:
    """Season by season, the newest first, at most MOST_SEASONS of them."""
    legal = [feat for feat in career if feat.athlete is not None and feat.legal and feat.merit is not None]
    years = sorted({feat.season for feat in legal}, reverse=True)
    best: dict[Key, dict[int, Feat]] = defaultdict(dict)
    for feat in legal:
        of_key = best[feat.key]
        known = of_key.get(feat.season)
        if known is None or (feat.merit or 0) > (known.merit or 0):
            of_key[feat.season] = feat
    shown = tuple(years[:MOST_SEASONS])
    rows = []
    for key in sorted(best):
        marks = tuple(best[key].get(year) for year in shown)
        if any(marks):
            of_all = max(best[key].values(), key=lambda one: one.merit or 0)
            rows.append(SeasonRow(of_all.name, of_all.facility, marks, of_all.merit or 0))
    return Seasons(shown, tuple(rows), len(years) > MOST_SEASONS)


_PAUSE = timedelta(days=7)
"""Longer than between two days of one championship, and shorter than between two evenings of a league."""


@dataclass(slots=True)
class Outing:
    """One competition, over one day or several, and what was achieved there."""

    first: date
    day: date
    precision: str
    competition: str
    venue: str
    country: str
    feats: list[Feat]


def outings_of(career: Sequence[Feat]) -> list[Outing]:
    """The competitions, the newest first, at most MOST_COMPETITIONS of them; marks without a competition by venue."""
    outings: list[Outing] = []
    latest: dict[tuple[str, str], Outing] = {}
    for feat in reversed(career):
        key = (feat.competition, "" if feat.competition else feat.venue)
        one = latest.get(key)
        if one is None or one.first - feat.day > _PAUSE:
            one = latest[key] = Outing(
                feat.day, feat.day, feat.precision, feat.competition, feat.venue, feat.country, []
            )
            outings.append(one)
        one.first = feat.day
        one.feats.insert(0, feat)
    return [one for one in outings if one.competition or one.venue][:MOST_COMPETITIONS]
