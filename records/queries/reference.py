"""Reference pages on disciplines and age groups: what each is, by which rules, and who holds its records."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import F, Max, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from records.domain.specifications import Specification, specifications_of
from records.models import AgeGroup, AgeGroupScheme, Discipline, Record, RecordBook
from records.models.disciplines import Sex
from records.queries.boards import story_url
from records.queries.lines import Faces, Line, Page, Visitor, line_of_record, page_of
from records.queries.rankings import Asked, Ranked, ranking, ranking_page
from records.sentences import family_name

BEST_TEN = 10
BOOKS_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Entry:
    """A discipline in the list of all: each sex with its implement or hurdles, '' where there is nothing to say."""

    code: str
    name: str
    specifications: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        return reverse("discipline", args=[self.code])


def disciplines_by_family() -> dict[str, list[Entry]]:
    """Every discipline under the name of its family. One query."""
    by_code: dict[tuple[str, str], list[Discipline]] = {}
    for one in Discipline.objects.order_by("place_in_list", "code", "sex"):
        by_code.setdefault((one.family, one.code), []).append(one)
    found: dict[str, list[Entry]] = {}
    for (family, code), rows in by_code.items():
        specifications = tuple(sorted((row.sex, text) for row in rows if (text := equipment(row))))
        found.setdefault(family_name(family), []).append(Entry(code, rows[0].name, specifications))
    return found


def equipment(one: Discipline) -> str:
    """'7.26 kg', '800 g' or '1.067 m high'; '' where there is neither implement nor hurdle."""
    return _equipment(one.implement_g, one.hurdle_mm)


def _equipment(implement_g: int | None, hurdle_mm: int | None) -> str:
    if implement_g and implement_g < 1000:
        return _("{weight} g").format(weight=implement_g)
    if implement_g:
        return _("{weight} kg").format(weight=number_format(f"{implement_g / 1000:g}"))
    if hurdle_mm:
        return _("{height} m high").format(height=number_format(f"{hurdle_mm / 1000:.3f}"))
    return ""


def rules_of(one: Discipline) -> list[str]:
    """The rules on wind, timing and place that hold for its records (WA Competition Rules CR31), a sentence each."""
    specification = one.specification
    rules = []
    if one.measure == Discipline.Measure.TIME and specification.needs_automatic_timing:
        rules.append(_("Records need automatic timing; hand times stand apart."))
    elif one.measure == Discipline.Measure.TIME:
        rules.append(_("Hand times count beside automatic ones."))
    if specification.needs_wind:
        rules.append(
            _("Outdoors the wind is read: a mark with more than +2.0 m/s, or without a reading, is no record.")
        )
    if one.family == "relay":
        rules.append(_("A team's mark; it is no personal best of its runners."))
    if one.family == "cross":
        rules.append(_("Courses differ, so no records are kept."))
    elif specification.outside_stadium:
        rules.append(_("Run on measured courses outside a stadium."))
    return rules


def sexes_of(rows: Iterable[Discipline]) -> list[str]:
    """The classes that compete in a discipline, women first."""
    found = {row.sex for row in rows}
    if "" in found:
        found |= {Sex.WOMEN, Sex.MEN}
        if any(row.family == "relay" for row in rows):
            found.add(Sex.MIXED)
    return [sex for sex in (Sex.WOMEN.value, Sex.MEN.value, Sex.MIXED.value) if sex in found]


@dataclass(frozen=True, slots=True)
class Kept:
    """A standing record and the book that keeps it; ``url`` leads to its story."""

    book: str
    url: str
    discipline: str
    code: str
    sex: str
    facility: str
    timing: str
    line: Line


@dataclass(frozen=True, slots=True)
class UsedBy:
    """Age groups with one specification: 'M35–M45', '7.26 kg'. ``spacing`` in words, '' where there are no hurdles;
    ``code`` of the discipline, '' where there are no marks in it yet."""

    rules: str
    groups: str
    equipment: str
    spacing: str
    code: str


def used_by(one: Discipline, sex: str, codes: Collection[str]) -> list[UsedBy]:
    """Which age groups use which implement or hurdles in this event, neighbours with the same ones together. ``codes``
    are those that have a page."""
    found = []
    for _key, same in groupby(specifications_of(one.specification, sex), key=lambda said: (said.rules, said.code)):
        said, *others = same
        between = "–" if said.rules == "WMA" else ", "
        groups = between.join(dict.fromkeys((said.age_group, *(other.age_group for other in others[-1:]))))
        found.append(
            UsedBy(
                RULES_NAMED[said.rules],
                groups,
                _equipment(said.implement_g, said.height_mm),
                _spacing(said),
                said.code if said.code in codes else "",
            )
        )
    return found


RULES_NAMED = {"WA": "World Athletics", "WMA": "World Masters Athletics"}


def _spacing(said: Specification) -> str:
    """'10 hurdles: 13.72 m to the first, 9.14 m between, 14.02 m to the finish'."""
    if said.to_first_mm is None or said.between_mm is None or said.to_finish_mm is None:
        return ""
    first, between, last = (
        number_format(f"{mm / 1000:g}") for mm in (said.to_first_mm, said.between_mm, said.to_finish_mm)
    )
    return _("{n} hurdles: {first} m to the first, {between} m between, {last} m to the finish").format(
        n=said.hurdles, first=first, between=between, last=last
    )


@dataclass(frozen=True, slots=True)
class DisciplinePage:
    """A discipline for one sex. ``kin`` are the same event with other specifications, ``used_by`` says whose each
    is."""

    discipline: Discipline
    sexes: list[str]
    sex: str
    equipment: str
    rules: list[str]
    kin: list[tuple[Discipline, str]]
    used_by: list[UsedBy]
    records: list[Kept]
    season: int | None
    best: list[Ranked]


def discipline_page(code: str, sex: str, user: Visitor, *, today: date) -> DisciplinePage | None:
    """What the discipline called ``code`` is, the records of all books at any age, the best ten of the latest season.
    None for a code that nobody knows. Eight queries at most."""
    rows = list(Discipline.objects.filter(code__iexact=code).order_by("sex"))
    if not rows:
        return None
    sexes = sexes_of(rows)
    shown = sex if sex in sexes else _first_run(rows, sexes)
    one = next((row for row in rows if row.sex == shown), rows[0])
    kin = _kin(one, shown)
    standing = Record.objects.filter(discipline=one, sex=shown, age_group="", until=None)
    season = latest_season(user, one, shown, today)
    best = ranking_page(user, one, Asked(sex=shown, season=season), size=BEST_TEN).items if season else []
    return DisciplinePage(
        one,
        sexes,
        shown,
        "" if one.name.endswith(equipment(one)) else equipment(one),
        rules_of(one),
        kin,
        used_by(one, shown, {one.code, *(row.code for row, _text in kin)}),
        _kept(list(_loaded(standing).order_by("-merit", "set_on", "pk")[:BOOKS_SHOWN]), user),
        season,
        best,
    )


def _first_run(rows: list[Discipline], sexes: list[str]) -> str:
    """The first of ``sexes`` in which a book has a record; the first of all where none has."""
    kept = set(Record.objects.filter(discipline__in=rows, age_group="", until=None).values_list("sex", flat=True))
    return next((sex for sex in sexes if sex in kept), sexes[0])


def latest_season(user: Visitor, one: Discipline, sex: str, today: date) -> int | None:
    """The newest season in which somebody has a legal mark; a season may end in the year after ``today``'s."""
    found = ranking(user, one, Asked(sex=sex, every_mark=True)).filter(season__lte=today.year + 1)
    latest: int | None = found.aggregate(season=Max("season"))["season"]
    return latest


def _kin(one: Discipline, sex: str) -> list[tuple[Discipline, str]]:
    """The event with other implements or hurdles, each with its equipment."""
    if not (one.implement_g or one.hurdle_mm):
        return []
    event = one.code.rstrip("0123456789.") if one.implement_g else one.code[: one.code.rindex(_barrier(one)) + 1]
    others = Discipline.objects.filter(code__startswith=event, family=one.family).exclude(code=one.code)
    kin = ((row, equipment(row)) for row in others.order_by("place_in_list", "code") if row.sex in ("", sex))
    return [(row, text) for row, text in kin if text != equipment(one)]


def _barrier(one: Discipline) -> str:
    """The letter behind which a code such as 110H99 or 3000SC76 gives the height."""
    return "H" if one.family == "hurdles" else "C"


def _loaded(records: QuerySet[Record]) -> QuerySet[Record]:
    return records.select_related(
        "book", "discipline", "performance__athlete", "performance__club", "performance__discipline",
        "legacy__discipline",
    )  # fmt: skip


def _kept(records: list[Record], user: Visitor) -> list[Kept]:
    faces = Faces([one.performance for one in records if one.performance], user)
    return [
        Kept(
            str(one.book),
            story_url(one.book, one, one.age_group),
            one.discipline.name,
            one.discipline.code,
            one.sex,
            one.facility,
            one.timing,
            line_of_record(one, faces),
        )
        for one in records
    ]


@dataclass(frozen=True, slots=True)
class Group:
    """An age group in words: its bounds, and from when to when they hold."""

    code: str
    kind: str
    bounds: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Scheme:
    code: str
    name: str
    groups: list[Group]


def all_schemes() -> QuerySet[AgeGroupScheme]:
    return AgeGroupScheme.objects.order_by("name").prefetch_related("groups")


def schemes() -> list[Scheme]:
    """The age-group schemes, the youngest group first. Two queries."""
    return [Scheme(one.code, one.name, _groups(one)) for one in all_schemes()]


def _groups(scheme: AgeGroupScheme) -> list[Group]:
    return [group_in_words(one) for one in groups_in_order(scheme)]


def groups_in_order(scheme: AgeGroupScheme) -> list[AgeGroup]:
    """The youngest first; of one code the older bounds first."""
    return sorted(scheme.groups.all(), key=lambda one: (one.place_in_list, one.valid_from or date.min, one.code))


def group_in_words(one: AgeGroup) -> Group:
    return Group(one.code, one.kind, bounds_in_words(one), one.valid_from, one.valid_until)


EVERYBODY = 110
"""An upper age that excludes nobody."""


def bounds_in_words(one: AgeGroup) -> str:
    """'16 or 17 on 31 December of the year', 'from 17 on … to 19 on …'."""
    lower, upper = (AgeGroup.ReferenceDay(day).label for day in (one.lower_on, one.upper_on))
    if one.upper_age >= EVERYBODY:
        return _("{age} or older on {day}").format(age=one.lower_age, day=lower)
    if one.lower_on != one.upper_on:
        return _("at least {lower} on {lower_day} and at most {upper} on {upper_day}").format(
            lower=one.lower_age, lower_day=lower, upper=one.upper_age, upper_day=upper
        )
    if one.lower_age == one.upper_age:
        return _("{age} on {day}").format(age=one.lower_age, day=lower)
    return _("{lower} to {upper} on {day}").format(lower=one.lower_age, upper=one.upper_age, day=lower)


@dataclass(frozen=True, slots=True)
class AgeGroupPage:
    scheme: AgeGroupScheme
    code: str
    groups: list[Group]
    others: list[str]
    books: int
    records: Page[Kept]


def age_group_page(scheme: str, code: str, sex: str, user: Visitor, *, page: int) -> AgeGroupPage | None:
    """One age group with the best record of each list among all books that keep it; None where there is no such group.
    Seven queries at most."""
    kept_by = AgeGroupScheme.objects.filter(code=scheme).first()
    rows = list(AgeGroup.objects.filter(scheme=kept_by).order_by("place_in_list", "valid_from", "code"))
    groups = [group_in_words(one) for one in rows if one.code == code]
    if kept_by is None or not groups:
        return None
    books = RecordBook.objects.filter(scheme=kept_by)
    standing = Record.objects.filter(book__in=books, age_group=code, until=None, sex=sex)
    best = Window(
        RowNumber(),
        partition_by=[F("discipline"), F("facility"), F("timing")],
        order_by=[F("merit").desc(), F("set_on"), F("book"), F("pk")],
    )
    firsts = Record.objects.filter(pk__in=standing.annotate(nth=best).filter(nth=1).values("pk"))
    ordered = _loaded(firsts).order_by("discipline__place_in_list", "discipline", "facility", "timing", "pk")
    found = page_of(ordered, page)
    return AgeGroupPage(
        kept_by,
        code,
        groups,
        list(dict.fromkeys(one.code for one in rows)),
        books.count(),
        Page(_kept(found.items, user), found.number, found.more),
    )
