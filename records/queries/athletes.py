"""Athletes: the list, and everything on one athlete's page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from records.domain.eligibility import BestList
from records.models import Athlete, ClubSpell, Performance, Record, RecordBook, RelayLeg
from records.queries.boards import story_url
from records.queries.lines import Faces, Holder, Line, Page, Visitor, lines_of, page_of, performance_line
from records.queries.standing import in_order_of_age
from trackhub.clubs.models import Club


@dataclass(frozen=True, slots=True)
class AthleteEntry:
    """An athlete as lists show one. Of the birth date only the year is public."""

    name: str
    url: str
    sex: str
    born: int | None
    country: str
    clubs: tuple[Holder, ...]


def athlete_list(
    user: Visitor, *, today: date, name: str = "", sex: str = "", club: str = "", page: int = 1, size: int = 50
) -> Page[AthleteEntry]:
    """Athletes whom ``user`` may see, by family name. Two queries."""
    found = Athlete.objects.visible_to(user).named(name)
    if sex:
        found = found.filter(sex=sex)
    if club:
        found = found.filter(Exists(ClubSpell.objects.on(today).filter(athlete=OuterRef("pk"), club__slug=club)))
    athletes = page_of(found.order_by("name_key", "pk"), page, size)
    clubs = _clubs_of([athlete.pk for athlete in athletes.items], today)
    entries = [
        AthleteEntry(
            str(one),
            one.get_absolute_url(),
            one.sex,
            one.birth_date.year if one.birth_date else None,
            one.country,
            tuple(clubs[one.pk]),
        )
        for one in athletes.items
    ]
    return Page(entries, athletes.number, athletes.more)


def _clubs_of(athletes: list[int], today: date) -> dict[int, list[Holder]]:
    spells = ClubSpell.objects.on(today).filter(athlete__in=athletes).select_related("club")
    clubs: dict[int, list[Holder]] = defaultdict(list)
    for spell in spells.order_by("claim", "starts"):
        holder = Holder(spell.club.name, spell.club.get_absolute_url())
        if holder not in clubs[spell.athlete_id]:
            clubs[spell.athlete_id].append(holder)
    return clubs


def athlete_seen_by(user: Visitor, pk: int) -> Athlete | None:
    """The athlete, or the one whom a merged athlete became; None where ``user`` may not see that one."""
    seen = Athlete.objects.visible_to(user)
    return seen.filter(Q(pk=pk) | Q(merged__pk=pk)).first()


@dataclass(frozen=True, slots=True)
class BestEntry:
    """An athlete's bests in one discipline and facility. ``windy`` and ``hand`` only where better than ``career``."""

    discipline: str
    facility: str
    career: Line | None
    windy: Line | None
    hand: Line | None
    season: Line | None


@dataclass(frozen=True, slots=True)
class HeldIn:
    """A book that lists the mark, and its age groups that do; ``url`` is the story of the first."""

    book: str
    url: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A mark that stands as a record, and where."""

    line: Line
    books: tuple[HeldIn, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """All on one athlete but the list of performances."""

    clubs: list[ClubSpell]
    bests: list[BestEntry]
    season: int | None
    club: Club | None
    records: list[HeldRecord]
    disciplines: list[tuple[str, str]]
    seasons: list[int]


def profile_of(athlete: Athlete, user: Visitor, *, today: date) -> Profile:
    """Seven queries at most, however long the career."""
    clubs = list(athlete.spells.select_related("club").order_by("-starts", "claim"))
    seen = _performances_of(athlete).order_by()
    choices = list(
        seen.values_list("season", "discipline__place_in_list", "discipline__code", "discipline__name").distinct()
    )
    seasons = sorted({season for season, *_rest in choices}, reverse=True)
    disciplines = {code: name for _season, _place, code, name in sorted(choices, key=lambda one: (one[1], one[2]))}
    season = next((one for one in seasons if one <= today.year + 1), None)
    return Profile(
        clubs,
        _bests(athlete, user, season),
        season,
        next((spell.club for spell in clubs if spell.ends is None or spell.ends >= today), None),
        _records_held(athlete, user),
        list(disciplines.items()),
        seasons,
    )


def _performances_of(athlete: Athlete) -> QuerySet[Performance]:
    relays = RelayLeg.objects.filter(athlete=athlete).values("performance")
    return Performance.objects.current().filter(Q(athlete=athlete) | Q(pk__in=relays))


def _bests(athlete: Athlete, user: Visitor, season: int | None) -> list[BestEntry]:
    steps = list(
        Performance.objects.filter(Q(best__career=1) | Q(best__season=1, season=season), athlete=athlete)
        .select_related("discipline", "athlete", "club", "best")
        .order_by("discipline__place_in_list", "discipline_id", "facility", "merit", "date", "seq")
    )
    faces = Faces(steps, user)
    lines = {step.pk: performance_line(step, faces) for step in steps}
    careers: dict[tuple[int, str], dict[int, Performance]] = defaultdict(dict)
    of_season: dict[tuple[int, str], Performance] = {}
    for step in steps:
        key = (step.discipline_id, step.facility)
        careers.setdefault(key, {})
        if step.best.career == 1:
            careers[key][step.best_list] = step
        if step.best.season == 1 and step.season == season and step.best_list == BestList.LEGAL:
            of_season[key] = step
    return [
        BestEntry(
            next(iter(lists.values())).discipline.name,
            key[1],
            _line_of(lists.get(BestList.LEGAL), lines),
            _line_of(_better(lists, BestList.WIND), lines),
            _line_of(_better(lists, BestList.HAND), lines),
            _line_of(of_season.get(key), lines),
        )
        for key, lists in careers.items()
        if lists
    ]


def _better(lists: dict[int, Performance], which: BestList) -> Performance | None:
    """The best of list ``which`` where it beats the legal one."""
    apart, legal = lists.get(which), lists.get(BestList.LEGAL)
    if apart is None or legal is None:
        return apart
    return apart if (apart.merit or 0) > (legal.merit or 0) else None


def _line_of(performance: Performance | None, lines: dict[int, Line]) -> Line | None:
    return None if performance is None else lines[performance.pk]


def _records_held(athlete: Athlete, user: Visitor) -> list[HeldRecord]:
    """Marks standing as records today, the athlete's alone or in a relay; of equal ones in a list the first."""
    relays = RelayLeg.objects.filter(athlete=athlete).values("performance")
    mine = Performance.objects.filter(Q(athlete=athlete) | Q(pk__in=relays)).values("pk")
    found = Record.objects.filter(performance__in=mine, until=None).select_related(
        "book", "discipline", "performance__athlete", "performance__club", "performance__discipline"
    )
    first_of_list: dict[tuple[object, ...], Record] = {}
    for record in found.order_by("discipline__place_in_list", "set_on", "performance", "book__club", "age_group"):
        key = (record.book_id, record.discipline_id, record.age_group, record.facility, record.timing)
        first_of_list.setdefault(key, record)
    by_mark: dict[Performance, dict[RecordBook, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in in_order_of_age(first_of_list.values()):
        if record.performance:
            by_mark[record.performance][record.book].append(record)
    faces = Faces(list(by_mark), user)
    return [
        HeldRecord(performance_line(performance, faces), tuple(_held_in(book, held) for book, held in books.items()))
        for performance, books in by_mark.items()
    ]


def _held_in(book: RecordBook, held: list[Record]) -> HeldIn:
    return HeldIn(book.name, story_url(book, held[0], held[0].age_group), tuple(one.age_group for one in held))


def performances_of(
    athlete: Athlete, user: Visitor, *, discipline: str = "", season: int | None = None, page: int = 1
) -> Page[Line]:
    """An athlete's performances, relays among them, the newest first."""
    found = _performances_of(athlete)
    if discipline:
        found = found.filter(discipline__code=discipline)
    if season:
        found = found.filter(season=season)
    loaded = found.select_related("discipline", "athlete", "club", "best").order_by("-date", "-seq", "-pk")
    performances = page_of(loaded, page)
    return Page(lines_of(performances.items, user, why=True), performances.number, performances.more)


def club_names() -> list[tuple[str, str]]:
    """Clubs for a filter: (slug, name)."""
    return list(Club.objects.order_by("name").values_list("slug", "name"))
