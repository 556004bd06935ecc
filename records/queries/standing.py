"""Records of a book and bests of an athlete, today or as they stood on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from records.domain.dates import season_of
from records.domain.disciplines import resolve
from records.domain.eligibility import BestList
from records.models import AgeGroup, Athlete, Best, ClubSpell, Discipline, Performance, Record, RecordBook
from records.models.books import RecordQuerySet
from records.queries.why import mark_text


def standing_records(
    book: RecordBook,
    *,
    on: date | None = None,
    discipline: str = "",
    sex: str = "",
    age_group: str | None = None,
    history: bool = False,
) -> RecordQuerySet:
    """The book's records with holders loaded, in the order of lists; with ``history`` every step up to ``on``."""
    found = Record.objects.filter(book=book)
    if not history:
        found = found.on(on)
    elif on is not None:
        found = found.filter(set_on__lte=on)
    if discipline:
        found = found.filter(discipline__in=disciplines_called(discipline))
    if sex:
        found = found.filter(sex=sex)
    if age_group is not None:
        found = found.filter(age_group=age_group)
    return found.select_related(
        "discipline", "performance__athlete", "performance__club", "performance__discipline", "legacy__discipline"
    ).order_by("discipline__place_in_list", "discipline", "sex", "age_group", "facility", "timing", "set_on", "merit")


def disciplines_called(code: str) -> QuerySet[Discipline]:
    """The disciplines that a code means, for each sex; none for a code that nobody knows."""
    from_code = Discipline.objects.filter(code__iexact=code)
    if from_code.exists():
        return from_code
    found = set()
    for sex in ("M", "F"):
        try:
            one = resolve(code, sex)
        except LookupError:
            continue
        found.add((one.code, one.sex))
    wanted = Discipline.objects.none()
    for name, only in found:
        wanted = wanted | Discipline.objects.filter(code=name, sex=only)
    return wanted


def age_group_order(book: RecordBook) -> dict[str, int]:
    """Places of the book's age groups in lists; '' (all ages) comes first."""
    groups = AgeGroup.objects.filter(scheme=book.scheme).order_by("-place_in_list").values_list("code", "place_in_list")
    return {"": -1, **dict(groups)}


def in_order_of_age(records: Iterable[Record]) -> list[Record]:
    """``records`` ``with_places()``, all ages first, then as their schemes list the groups."""
    return sorted(records, key=lambda one: place_of(one.age_group, getattr(one, "place", None)))


def place_of(age_group: str, place: int | None) -> int:
    """All ages first, a group that its scheme doesn't know last."""
    return -1 if not age_group else 999 if place is None else place


@dataclass(frozen=True, slots=True)
class StandingBest:
    """An athlete's best of one list: the performance, and the best of the season it belongs to."""

    discipline: Discipline
    facility: str
    best_list: BestList
    performance: Performance
    season_best: Performance | None


def season_start_of(athlete: Athlete, on: date) -> int:
    """The month in which seasons start in the club that the athlete belonged to ``on`` a day; January without one."""
    spell = ClubSpell.objects.filter(athlete=athlete).on(on).select_related("club").order_by("claim", "starts").first()
    return spell.club.season_start if spell else 1


def standing_bests(athlete: Athlete, *, on: date, season_start: int = 1) -> list[StandingBest]:
    """Bests by discipline, facility and list as they stood at the end of ``on``. One query."""
    steps = list(
        Performance.objects.filter(athlete=athlete, best__isnull=False, date__lte=on)
        .select_related("discipline", "club", "best", "athlete")
        .order_by("discipline__place_in_list", "discipline_id", "facility", "best_list", "date", "seq", "merit")
    )
    season = season_of(on, season_start)
    career = _last_of(step for step in steps if step.best.career == Best.Step.NEW)
    this_season = _last_of(step for step in steps if step.best.season == Best.Step.NEW and step.season == season)
    return [
        StandingBest(step.discipline, step.facility, BestList(step.best_list), step, this_season.get(key))
        for key, step in career.items()
    ]


def _last_of(steps: Iterable[Performance]) -> dict[tuple[int, str, int], Performance]:
    return {(step.discipline_id, step.facility, step.best_list): step for step in steps}


def record_line(record: Record) -> dict[str, object]:
    """One record as a program reads it."""
    performance, legacy = record.performance, record.legacy
    athlete = performance.athlete if performance else None
    holder = str(athlete) if athlete else performance.team if performance else legacy.holder if legacy else ""
    return {
        "discipline": record.discipline.code,
        "sex": record.sex,
        "age_group": record.age_group,
        "facility": record.facility,
        "timing": record.timing,
        "mark": mark_text(performance) if performance else record.mark,
        "wind": performance.wind_text if performance else "",
        "athlete": holder,
        "athlete_id": athlete.pk if athlete else None,
        "club": performance.club.slug if performance and performance.club else "",
        "date": record.set_on.isoformat(),
        "until": record.until.isoformat() if record.until else None,
        "equal": record.equal,
        "competition": performance.competition if performance else "",
        "venue": performance.venue if performance else "",
        "source": performance.source if performance else legacy.source if legacy else "",
        "external_id": performance.external_id if performance else legacy.external_id if legacy else "",
    }


def best_line(best: StandingBest) -> dict[str, object]:
    """One best as a program reads it."""
    performance, season = best.performance, best.season_best
    return {
        "discipline": best.discipline.code,
        "facility": best.facility,
        "list": best.best_list.name.lower(),
        "mark": mark_text(performance),
        "wind": performance.wind_text,
        "date": str(performance.date),
        "club": performance.club.slug if performance.club else "",
        "competition": performance.competition,
        "venue": performance.venue,
        "external_id": performance.external_id,
        "season_best": mark_text(season) if season else "",
        "season_best_date": str(season.date) if season else "",
    }
