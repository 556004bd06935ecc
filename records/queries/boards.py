"""Record boards, and what is new: reads for the public pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from records.models import ClubSpell, LegacyRecord, Performance, Record, RecordBook
from records.models.disciplines import discipline_name
from records.queries import addresses
from records.queries.claims import state_of, with_claims
from records.queries.lines import Faces, Line, Page, Visitor, legacy_line, line_of_record, page_of
from records.queries.rows import Row, RowFaces, columns, line_of_row
from records.queries.standing import age_group_order, in_order_of_age, standing_records
from trackhub.clubs.models import Club

LISTS_PER_PAGE = 40
RECENT = timedelta(days=30)
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
class GridRow:
    """One list of the board with a cell for each of the grid's age groups, None where nobody holds a record."""

    list: BoardList
    cells: tuple[tuple[AgeGroupLink, BoardRow] | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The board of one sex, discipline by age group."""

    sex: str
    groups: tuple[str, ...]
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the board's filters offer."""

    disciplines: list[tuple[str, str]]
    age_groups: list[str]
    places: dict[str, int] = field(default_factory=dict)
    """Of the book's age groups, as age_group_order says."""


def book_of(club: Club) -> RecordBook | None:
    """The book that a club's board shows: its first."""
    return club_and_book(club.slug)[1]


def club_and_book(slug: str) -> tuple[Club | None, RecordBook | None]:
    """The club and the book that its board shows. One query, two for a club without a book."""
    books = RecordBook.objects.filter(club__slug=slug).select_related("scheme", "policy", "club")
    book = books.order_by("pk").first()
    return (book.club, book) if book else (Club.objects.filter(slug=slug).first(), None)


def book_called(slug: str) -> RecordBook | None:
    return RecordBook.objects.filter(slug=slug).select_related("scheme", "policy", "club").first()


def choices_of(book: RecordBook) -> Choices:
    """Two queries."""
    standing = Record.objects.filter(book=book, until=None).order_by("discipline__place_in_list", "discipline__code")
    named = ("discipline__place_in_list", "discipline__code", "discipline__english_name", "age_group")
    found = list(standing.values_list(*named).distinct())
    places = age_group_order(book)
    groups = {group for *_discipline, group in found if group}
    by_code = {code: name for _place, code, name, _group in found}
    ordered = sorted(groups, key=lambda code: (places.get(code, 999), code))
    return Choices([(code, discipline_name(name)) for code, name in by_code.items()], ordered, places)


def record_board(
    book: RecordBook,
    user: Visitor,
    filters: BoardFilters,
    *,
    today: date,
    page: int,
    size: int = LISTS_PER_PAGE,
    places: dict[str, int] | None = None,
) -> Page[BoardList]:
    """The board's lists, women first, in the order of disciplines. Six queries at most; one less with the ``places``
    of Choices."""
    found = standing_records(book, on=filters.on, discipline=filters.discipline, sex=filters.sex)
    if filters.age_group:
        found = found.filter(age_group="" if filters.age_group == OPEN else filters.age_group)
    if filters.facility:
        found = found.filter(facility__in=("", filters.facility))
    if filters.season:
        found = found.filter(Q(performance__season=filters.season) | Q(legacy__date__year=filters.season))
    lists = page_of(_headings(found), page, size)
    wanted = {heading.key for heading in lists.items}
    rows = found.filter(discipline__in={key[1] for key in wanted}, sex__in={key[0] for key in wanted})
    records: dict[Key, list[Held]] = {key: [] for key in wanted}
    asked = with_claims(rows, book).order_by("set_on", "merit", "pk").values_list(*_HELD, *columns("performance__"))
    for row in asked:
        if row[:4] in wanted:
            records[row[:4]].append(Held._make((*row[: len(_HELD)], Row._make(row[len(_HELD) :]))))
    held = [one for of_key in records.values() for one in of_key]
    setting = Setting(
        book,
        today,
        age_group_order(book) if places is None else places,
        RowFaces([one.row for one in held if one.performance_id], user),
        LegacyRecord.objects.select_related("discipline").in_bulk({one.legacy_id for one in held if one.legacy_id}),
    )
    shown = [_board_list(heading, records[heading.key], setting) for heading in lists.items]
    return Page(shown, lists.number, lists.more)


def grids_of(lists: Iterable[BoardList], age_groups: Sequence[str]) -> list[Grid]:
    """``lists`` as tables with a column for each age group that has a record, in the order of ``age_groups``."""
    by_sex: dict[str, list[tuple[BoardList, dict[str, tuple[AgeGroupLink, BoardRow]]]]] = defaultdict(list)
    for one in lists:
        by_sex[one.sex].append((one, {group.code: (group, row) for row in one.rows for group in row.groups}))
    grids = []
    for sex, of_sex in by_sex.items():
        held = {code for _list, cells in of_sex for code in cells}
        groups = tuple(code for code in ("", *age_groups) if code in held)
        rows = (GridRow(one, tuple(cells.get(code) for code in groups)) for one, cells in of_sex)
        grids.append(Grid(sex, groups, tuple(rows)))
    return grids


class Heading(NamedTuple):
    """What stands above one list of the board."""

    sex: str
    place: int
    discipline: int
    facility: str
    timing: str
    code: str
    english_name: str
    measure: str

    @property
    def name(self) -> str:
        return discipline_name(self.english_name)

    @property
    def key(self) -> Key:
        return self.sex, self.discipline, self.facility, self.timing


class Held(NamedTuple):
    """A record as the board reads it, a line of an old book where it has no performance."""

    sex: str
    discipline: int
    facility: str
    timing: str
    age_group: str
    set_on: date
    until: date | None
    equal: bool
    performance_id: int | None
    legacy_id: int | None
    claim: str | None
    row: Row


_HELD = tuple(name for name in Held._fields if name != "row")


class Setting(NamedTuple):
    """What all lines of one page are set by."""

    book: RecordBook
    today: date
    places: dict[str, int]
    faces: RowFaces
    legacy: dict[int, LegacyRecord]


def _headings(found: QuerySet[Record]) -> list[Heading]:
    """The lists that ``found`` stands in: women before men, outdoors before indoors."""
    named = (
        "discipline__place_in_list",
        "discipline",
        "facility",
        "timing",
        "discipline__code",
        "discipline__english_name",
    )
    rows = found.order_by().values_list("sex", *named, "discipline__measure").distinct()
    headings = [Heading(*row) for row in rows]
    return sorted(headings, key=lambda one: (*one[:3], one.facility == "indoor", one.facility, one.timing))


def faces_of(records: Iterable[Record], user: Visitor) -> Faces:
    return Faces([record.performance for record in records if record.performance], user)


def _board_list(heading: Heading, records: list[Held], setting: Setting) -> BoardList:
    by_group: dict[str, list[tuple[Held, str]]] = defaultdict(list)
    for one in records:
        state = state_of(one.claim, setting.book, one.performance_id, one.until)
        by_group[one.age_group].append((one, state))
    merged: dict[tuple[tuple[int | None, int | None, str], ...], list[str]] = defaultdict(list)
    for code in sorted(by_group, key=lambda code: (setting.places.get(code, 999), code)):
        merged[tuple((one.performance_id, one.legacy_id, state) for one, state in by_group[code])].append(code)
    key = setting.book.slug, heading.code, heading.sex
    rows = [
        BoardRow(
            tuple(
                AgeGroupLink(code, addresses.story_url(*key, code, heading.facility, heading.timing)) for code in codes
            ),
            tuple(_line(heading, one, setting, state) for one, state in by_group[codes[0]]),
            any(timedelta(0) <= setting.today - one.set_on <= RECENT for one, _state in by_group[codes[0]]),
        )
        for codes in merged.values()
    ]
    return BoardList(heading.name, heading.code, heading.sex, heading.facility, heading.timing, tuple(rows))


def _line(heading: Heading, one: Held, setting: Setting, state: str) -> Line:
    if one.performance_id is None:
        assert one.legacy_id  # noqa: S101  # a record without a performance is a line of an old book
        return legacy_line(setting.legacy[one.legacy_id], equal=one.equal)
    named = {"discipline": heading.name, "sex": heading.sex, "measure": heading.measure}
    return line_of_row(one.row, setting.faces, **named, equal=one.equal, state=state)


def story_url(book: RecordBook, record: Record, age_group: str) -> str:
    key = record.discipline.code, record.sex, age_group, record.facility, record.timing
    return addresses.story_url(book.slug, *key)


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record of some club, with the age groups it stands in."""

    book: str
    url: str
    groups: tuple[str, ...]
    line: Line
    recent: bool


def latest_records(
    user: Visitor,
    *,
    today: date,
    limit: int = 8,
    club: Club | None = None,
    among: QuerySet[Performance] | None = None,
) -> list[NewRecord]:
    """The newest standing records of clubs, one entry per achievement however many lists it leads; of the performances
    ``among`` which they are looked for, where some are named."""
    found = Record.objects.filter(until=None, book__club__isnull=False, performance__isnull=False, set_on__lte=today)
    if among is not None:
        found = found.filter(performance__in=among.values("pk"))
    if club is not None:
        found = found.filter(book__club=club)
    newest = (
        found.with_places()
        .select_related("book", "discipline", "performance__athlete", "performance__club", "performance__discipline")
        .order_by("-set_on", "-performance_id", "book_id", "age_group")
    )
    merged: dict[tuple[int, int | None], list[Record]] = defaultdict(list)
    for record in in_order_of_age(newest[: limit * 8]):
        merged[record.book_id, record.performance_id].append(record)
    shown = sorted(merged.values(), key=lambda records: records[0].set_on, reverse=True)[:limit]
    faces = faces_of([records[0] for records in shown], user)
    return [
        NewRecord(
            str(records[0].book),
            story_url(records[0].book, records[0], records[0].age_group),
            tuple(record.age_group for record in records),
            line_of_record(records[0], faces),
            today - records[0].set_on <= RECENT,
        )
        for records in shown
    ]


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
