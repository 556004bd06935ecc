"""Record boards, the succession of one record, and what is new: reads for the public pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from records.domain.marks import format_value
from records.models import ClubSpell, Discipline, Performance, Record, RecordBook
from records.queries.lines import Faces, Line, Page, Visitor, legacy_line, lines_of, page_of, performance_line
from records.queries.standing import age_group_order, in_order_of_age, standing_records
from trackhub.clubs.models import Club

LISTS_PER_PAGE = 40
RECENT_DAYS = 30
OPEN = "open"
"""How an address names the list without an age limit, whose code is ''."""

Key = tuple[str, int, str, str]
"""(sex, discipline id, facility, timing): the lists that stand together under one heading."""


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What a visitor asked the board for; '' and None stand for everything."""

    discipline: str = ""
    sex: str = ""
    age_group: str = ""
    facility: str = ""
    season: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class AgeGroupLink:
    code: str
    url: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One achievement, or several equal ones, and the age groups whose record it is."""

    groups: tuple[AgeGroupLink, ...]
    lines: tuple[Line, ...]
    recent: bool


@dataclass(frozen=True, slots=True)
class BoardList:
    """The records of one discipline, from all ages down to the oldest masters."""

    discipline: str
    code: str
    sex: str
    facility: str
    timing: str
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the board's filters offer."""

    disciplines: list[tuple[str, str]]
    age_groups: list[str]


def book_of(club: Club) -> RecordBook | None:
    """The book that a club's board shows: its first."""
    books = RecordBook.objects.filter(club=club).select_related("scheme", "policy", "club")
    return books.order_by("pk").first()


def book_called(slug: str) -> RecordBook | None:
    return RecordBook.objects.filter(slug=slug).select_related("scheme", "policy", "club").first()


def choices_of(book: RecordBook) -> Choices:
    standing = Record.objects.filter(book=book, until=None)
    found = standing.order_by("discipline__place_in_list", "discipline__code")
    disciplines = found.values_list("discipline__code", "discipline__name", "discipline__place_in_list").distinct()
    groups = set(standing.order_by().values_list("age_group", flat=True).distinct())
    places = age_group_order(book)
    by_code = {code: name for code, name, _place in disciplines}
    return Choices(list(by_code.items()), sorted(groups - {""}, key=lambda code: (places.get(code, 999), code)))


def record_board(book: RecordBook, user: Visitor, filters: BoardFilters, *, today: date, page: int) -> Page[BoardList]:
    """The board's lists, women first, in the order of disciplines. A constant number of queries."""
    found = standing_records(book, on=filters.on, discipline=filters.discipline, sex=filters.sex)
    if filters.age_group:
        found = found.filter(age_group="" if filters.age_group == OPEN else filters.age_group)
    if filters.facility:
        found = found.filter(facility__in=("", filters.facility))
    if filters.season:
        found = found.filter(Q(performance__season=filters.season) | Q(legacy__date__year=filters.season))
    lists = page_of(_keys(found), page, LISTS_PER_PAGE)
    wanted = set(lists.items)
    rows = found.filter(discipline__in={key[1] for key in wanted}, sex__in={key[0] for key in wanted})
    records: dict[Key, list[Record]] = {key: [] for key in lists.items}
    for record in rows:
        if (key := _key(record)) in wanted:
            records[key].append(record)
    faces = _faces([record for of_key in records.values() for record in of_key], user)
    places = age_group_order(book)
    shown = [_board_list(book, of_key, faces, places, today) for of_key in records.values()]
    return Page(shown, lists.number, lists.more)


def _key(record: Record) -> Key:
    return record.sex, record.discipline_id, record.facility, record.timing


def _keys(found: QuerySet[Record]) -> list[Key]:
    """The lists that ``found`` stands in: women before men, outdoors before indoors."""
    named = ("sex", "discipline__place_in_list", "discipline_id", "facility", "timing")
    rows = found.order_by().values_list(*named).distinct()
    ordered = sorted(rows, key=lambda row: (row[0], row[1], row[2], row[3] == "indoor", row[3], row[4]))
    return [(sex, discipline, facility, timing) for sex, _place, discipline, facility, timing in ordered]


def _faces(records: Iterable[Record], user: Visitor) -> Faces:
    return Faces([record.performance for record in records if record.performance], user)


def _line(record: Record, faces: Faces) -> Line:
    if record.performance:
        return performance_line(record.performance, faces, equal=record.equal)
    assert record.legacy  # noqa: S101  # a record without a performance is a line of an old book
    return legacy_line(record.legacy, equal=record.equal)


def _board_list(
    book: RecordBook, records: list[Record], faces: Faces, places: dict[str, int], today: date
) -> BoardList:
    by_group: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_group[record.age_group].append(record)
    merged: dict[tuple[tuple[int | None, int | None], ...], list[str]] = defaultdict(list)
    for code in sorted(by_group, key=lambda code: (places.get(code, 999), code)):
        merged[tuple((one.performance_id, one.legacy_id) for one in by_group[code])].append(code)
    first = records[0]
    rows = []
    for codes in merged.values():
        holding = by_group[codes[0]]
        rows.append(
            BoardRow(
                tuple(AgeGroupLink(code, story_url(book, first, code)) for code in codes),
                tuple(_line(one, faces) for one in holding),
                any(timedelta(0) <= today - one.set_on <= timedelta(days=RECENT_DAYS) for one in holding),
            )
        )
    return BoardList(first.discipline.name, first.discipline.code, first.sex, first.facility, first.timing, tuple(rows))


def story_url(book: RecordBook, record: Record, age_group: str) -> str:
    key = {"age_group": age_group, "facility": record.facility, "timing": record.timing}
    query = {name: value for name, value in key.items() if value}
    return reverse("record_story", args=[book.slug, record.discipline.code, record.sex], query=query)


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step of a succession; ``gap`` says by how much it was better than the one before, with its unit."""

    line: Line
    set_on: date
    until: date | None
    equal: bool
    gap: str
    percent: float | None


@dataclass(frozen=True, slots=True)
class StoryKey:
    """One list of the same book, discipline and sex."""

    age_group: str
    facility: str
    timing: str
    url: str


@dataclass(frozen=True, slots=True)
class Story:
    discipline: Discipline
    steps: list[StoryStep]
    keys: list[StoryKey]
    key: StoryKey


def story_of(
    book: RecordBook, code: str, sex: str, user: Visitor, *, age_group: str, facility: str, timing: str
) -> Story | None:
    """The succession of one record, newest first; None where the book has no list of that discipline."""
    found = standing_records(book, sex=sex, history=True).filter(discipline__code=code)
    keys = _story_keys(book, found, code, sex)
    discipline = Discipline.objects.filter(record__book=book, record__sex=sex, code=code).first()
    if discipline is None:
        return None
    wanted = [key for key in keys if key.age_group == age_group and key.timing == timing]
    key = next((one for one in wanted if one.facility == facility), wanted[0] if wanted and not facility else None)
    if key is None:
        return Story(discipline, [], keys, StoryKey(age_group, facility, timing, ""))
    records = list(found.filter(age_group=age_group, facility=key.facility, timing=timing).order_by("set_on", "merit"))
    return Story(discipline, _steps(records, _faces(records, user))[::-1], keys, key)


def _story_keys(book: RecordBook, found: QuerySet[Record], code: str, sex: str) -> list[StoryKey]:
    places = age_group_order(book)
    rows = found.order_by().values_list("age_group", "facility", "timing").distinct()
    ordered = sorted(rows, key=lambda row: (row[1] == "indoor", row[1], row[2], places.get(row[0], 999), row[0]))
    keys = []
    for age_group, facility, timing in ordered:
        query = {"age_group": age_group, "facility": facility, "timing": timing}
        query = {name: value for name, value in query.items() if value}
        url = reverse("record_story", args=[book.slug, code, sex], query=query)
        keys.append(StoryKey(age_group, facility, timing, url))
    return keys


def _steps(records: list[Record], faces: Faces) -> list[StoryStep]:
    steps = []
    before: Record | None = None
    for record in records:
        gap, percent = "", None
        if before is not None and record.merit != before.merit:
            gap, percent = _gap(record, before)
        steps.append(StoryStep(_line(record, faces), record.set_on, record.until, record.equal, gap, percent))
        before = record
    return steps


def _gap(record: Record, before: Record) -> tuple[str, float]:
    """By how much a step was better: '−0.12 s' or '+0.05 m', and in percent."""
    gained, measure = abs(record.merit - before.merit), record.discipline.measure
    text = format_value(measure, gained)
    unit = {"time": "" if ":" in text else " s", "points": " pts"}.get(measure, " m")
    sign = "−" if measure == "time" else "+"
    return f"{sign}{text}{unit}", gained * 100 / abs(before.merit)


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record of some club, with the age groups it stands in."""

    book: str
    url: str
    groups: tuple[str, ...]
    line: Line
    recent: bool


def latest_records(user: Visitor, *, today: date, limit: int = 8, club: Club | None = None) -> list[NewRecord]:
    """The newest standing records of clubs, one entry per achievement however many lists it leads."""
    found = Record.objects.filter(until=None, book__club__isnull=False, performance__isnull=False, set_on__lte=today)
    if club is not None:
        found = found.filter(book__club=club)
    newest = found.select_related(
        "book", "discipline", "performance__athlete", "performance__club", "performance__discipline"
    ).order_by("-set_on", "-performance_id", "book_id", "age_group")
    merged: dict[tuple[int, int | None], list[Record]] = defaultdict(list)
    for record in in_order_of_age(newest[: limit * 8]):
        merged[record.book_id, record.performance_id].append(record)
    shown = sorted(merged.values(), key=lambda records: records[0].set_on, reverse=True)[:limit]
    faces = _faces([records[0] for records in shown], user)
    return [
        NewRecord(
            records[0].book.name,
            story_url(records[0].book, records[0], records[0].age_group),
            tuple(record.age_group for record in records),
            _line(records[0], faces),
            today - records[0].set_on <= timedelta(days=RECENT_DAYS),
        )
        for records in shown
    ]


def latest_performances(user: Visitor, *, today: date, limit: int = 10) -> list[Line]:
    """The newest marks on the site that ``user`` may see."""
    found = Performance.objects.visible_to(user).current().filter(status="valid", date__lte=today)
    loaded = found.select_related("discipline", "athlete", "club", "best").order_by("-date", "-pk")
    return lines_of(list(loaded[:limit]), user)


@dataclass(frozen=True, slots=True)
class ClubGlance:
    name: str
    url: str
    town: str
    country: str
    athletes: int
    records: int


def clubs_at_a_glance(text: str = "", *, page: int = 1, size: int = 50) -> Page[ClubGlance]:
    """Clubs by name with their athletes and standing records at any age. Three queries."""
    found = Club.objects.order_by("name")
    for word in text.split():
        found = found.filter(Q(name__icontains=word) | Q(short_name__icontains=word) | Q(town__icontains=word))
    clubs = page_of(found, page, size)
    ids = [club.pk for club in clubs.items]
    spells = ClubSpell.objects.filter(club__in=ids, ends=None).values_list("club").order_by("club")
    athletes = dict(spells.annotate(n=Count("athlete", distinct=True)))
    standing = Record.objects.filter(book__club__in=ids, until=None, age_group="").values_list("book__club")
    records = dict(standing.order_by("book__club").annotate(n=Count("pk")))
    glances = [
        ClubGlance(
            club.name,
            club.get_absolute_url(),
            club.town,
            club.country,
            athletes.get(club.pk, 0),
            records.get(club.pk, 0),
        )
        for club in clubs.items
    ]
    return Page(glances, clubs.number, clubs.more)
