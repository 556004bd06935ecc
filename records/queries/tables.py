"""Lists as tables for files: what a page shows, filtered as the page is, but all of it and in plain texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records.domain.dates import season_days
from records.domain.eligibility import BestList
from records.models import (
    Athlete,
    Best,
    ClubSpell,
    Discipline,
    ImportBatch,
    Performance,
    RecordBook,
    RecordClaim,
    StandardSet,
)
from records.models.performances import Facility
from records.queries import standards
from records.queries.athletes import athlete_list, performances_of
from records.queries.boards import BoardFilters, record_board
from records.queries.claims import CANDIDATE, Candidate, ClaimEntry, candidates, claims_in
from records.queries.desk import athletes_kept_by
from records.queries.exports import COLUMNS, export_rows, own_id
from records.queries.graded import whole_graded
from records.queries.lines import Line, Page, Visitor
from records.queries.performances import date_text
from records.queries.rankings import Asked, whole_ranking
from records.queries.stories import Story
from records.queries.why import mark_text
from trackhub.clubs.models import Club

_BLOCK = 500
_EVERYBODY = 100_000

LINE_HEADER = (
    _("mark"), _("wind"), _("remarks"), _("holder"), _("club"), _("date"), _("competition"), _("venue"), _("country"),
    _("round"), _("place"),
)  # fmt: skip


def _line_cells(line: Line) -> list[str]:
    holders = ", ".join(holder.name for holder in line.holders)
    return [
        line.mark,
        line.wind.replace("−", "-"),
        " ".join(line.badges),
        ": ".join(filter(None, (line.team, holders))),
        line.club,
        date_text(line.day, line.precision) if line.day else "",
        line.competition,
        line.venue,
        line.country,
        line.round,
        line.place,
    ]


def _all_pages(page_at: Callable[[int], Page[Any]]) -> Iterator[Any]:
    number = 1
    while True:
        page = page_at(number)
        yield from page.items
        if not page.more:
            return
        number += 1


BOARD_HEADER = (_("sex"), _("discipline"), _("code"), _("where"), _("timing"), _("age groups"), *LINE_HEADER)


def board_rows(book: RecordBook, user: Visitor, filters: BoardFilters, *, today: date) -> Iterator[list[str]]:
    """The record board as BOARD_HEADER, a line for each holder."""
    lists = _all_pages(lambda number: record_board(book, user, filters, today=today, page=number))
    for one in lists:
        for row in one.rows:
            groups = _groups_text(group.code for group in row.groups)
            for line in row.lines:
                yield [one.sex, one.discipline, one.code, one.facility, one.timing, groups, *_line_cells(line)]


STORY_HEADER = (_("from"), _("until"), _("gain"), *LINE_HEADER)


def story_rows(story: Story) -> Iterator[list[str]]:
    """The succession of one record as STORY_HEADER, the newest first."""
    for step in story.steps:
        yield [str(step.set_on), str(step.until or ""), step.gap.lstrip("−+"), *_line_cells(step.line)]


RANKING_HEADER = (_("rank"), *LINE_HEADER, _("age grade in %"), _("World Athletics points"))


def ranking_rows(user: Visitor, discipline: Discipline, asked: Asked, *, by_grade: bool = False) -> Iterator[list[str]]:
    """A whole ranking as RANKING_HEADER."""
    for one in (whole_graded if by_grade else whole_ranking)(user, discipline, asked):
        yield [str(one.rank), *_line_cells(one.line), one.percent, "" if one.points is None else str(one.points)]


STANDARDS_HEADER = (
    _("discipline"), _("code"), _("sex"), _("age group"), _("A standard"), _("B standard"), _("reached"), _("lacks"),
    _("lacks in %"), *LINE_HEADER,
)  # fmt: skip


def standard_rows(one: StandardSet, user: Visitor, asked: standards.Asked) -> Iterator[list[str]]:
    """Who has the standards of a set, and the next ones, as STANDARDS_HEADER."""
    wanted = [standard for standard in standards.standards_of(one) if asked.wants(standard)]
    for start in range(0, len(wanted), standards.PER_PAGE):
        block = wanted[start : start + standards.PER_PAGE]
        for listed in standards.listed_with(one, block, user, club=asked.club, most=_EVERYBODY):
            standard = listed.standard
            said = [standard.discipline.name, standard.discipline.code, standard.sex, standard.age_group]
            for reached, entries in (("A", listed.with_a), ("B", listed.with_b), ("", listed.next_ones)):
                for entry in entries:
                    lacks = [entry.short, entry.percent]
                    yield [*said, standard.a, standard.b, reached, *lacks, *_line_cells(entry.line)]


ATHLETES_HEADER = (_("name"), _("sex"), _("born"), _("country"), _("clubs"))


def athlete_rows(user: Visitor, *, today: date, **said: Any) -> Iterator[list[str]]:
    """The list of athletes as ATHLETES_HEADER; of the birth date only the year is public."""
    after: int | None = None
    while True:
        page = athlete_list(user, today=today, after=after, size=_BLOCK, **said)
        for one in page.items:
            clubs = ", ".join(club.name for club in one.clubs)
            yield [one.name, one.sex, str(one.born or ""), one.country, clubs]
        if page.last is None:
            return
        after = page.last


CAREER_HEADER = (_("discipline"), *LINE_HEADER, _("note"), _("what stands against it"))


def career_rows(
    athlete: Athlete, user: Visitor, *, discipline: str, season: int | None, legal: bool = False
) -> Iterator[list[str]]:
    """An athlete's performances as CAREER_HEADER."""
    said: dict[str, Any] = {"discipline": discipline, "season": season, "legal": legal, "size": _BLOCK}
    stretch = performances_of(athlete, user, **said)
    while True:
        for line in stretch.items:
            yield [line.discipline, *_line_cells(line), line.note, "; ".join(line.reasons)]
        if stretch.older is None:
            return
        stretch = performances_of(athlete, user, **said, before=stretch.older)


IMPORTS_HEADER = (
    _("number"), _("file"), _("what"), _("source"), _("state"), _("received"), _("applied"), _("who"), _("rows"),
    _("new"), _("changed"), _("there already"), _("refused"),
)  # fmt: skip


def import_rows(imports: Iterable[ImportBatch]) -> Iterator[list[str]]:
    """Imports as IMPORTS_HEADER."""
    for one in imports:
        counts = [one.result.get(name) for name in ("rows", "created", "changed", "duplicates", "refused")]
        yield [
            str(one.pk),
            one.filename,
            one.get_kind_display(),
            one.source,
            one.get_state_display(),
            f"{one.received:%Y-%m-%d %H:%M}",
            f"{one.applied:%Y-%m-%d %H:%M}" if one.applied else "",
            str(one.by or ""),
            *("" if count is None else str(count) for count in counts),
        ]


CLAIMS_HEADER = (
    _("state"), _("record book"), _("sex"), _("discipline"), _("age groups"), *LINE_HEADER, _("to be claimed by"),
    _("claimed"), _("decided"), _("reason"),
)  # fmt: skip
EVERY = "every"


def claim_rows(club: Club, user: Visitor, state: str, *, today: date) -> Iterator[list[str]]:
    """Claims of one ``state``, or EVERY one, as CLAIMS_HEADER; with '' what there is to do: what may be claimed, then
    what waits to be decided."""
    if not state:
        for one in _all_pages(lambda number: candidates(club, user, today=today, page=number)):
            yield _candidate_row(one)
    wanted = "" if state == EVERY else state or RecordClaim.State.PENDING
    for entry in _all_pages(lambda number: claims_in(club, user, state=wanted, page=number)):
        yield _claim_row(entry)


def _candidate_row(one: Candidate) -> list[str]:
    head = [CANDIDATE, str(one.book), one.line.sex, one.line.discipline, _groups_text(one.groups)]
    return [*head, *_line_cells(one.line), str(one.last_day or ""), "", "", ""]


def _claim_row(entry: ClaimEntry) -> list[str]:
    claim, line = entry.claim, entry.line
    head = [claim.state, str(claim.book), line.sex, line.discipline, _groups_text(o.age_group for o in entry.claims)]
    decided = str(timezone.localdate(claim.decided)) if claim.decided else ""
    return [*head, *_line_cells(line), "", str(timezone.localdate(claim.opened)), decided, claim.reason]


def _groups_text(codes: Iterable[str]) -> str:
    return ", ".join(code or str(_("all ages")) for code in codes)


BESTS_HEADER = (
    _("family name"), _("given name"), _("sex"), _("born"), _("discipline"), _("code"), _("where"),
    _("personal best"), _("wind"), _("date"), _("season's best"), _("wind"), _("date"),
)  # fmt: skip


def squad_bests(club: Club, season: int) -> Iterator[list[str]]:
    """The legal bests of everybody who belonged to ``club`` in ``season``, as BESTS_HEADER: a line for each athlete,
    discipline and place indoors or out. One query, read as it comes."""
    first, last = season_days(season, club.season_start)
    member = ClubSpell.objects.filter(
        Q(starts=None) | Q(starts__lte=last), Q(ends=None) | Q(ends__gte=first), club=club, athlete=OuterRef("athlete")
    )
    step = Q(best__career=Best.Step.NEW) | Q(best__season=Best.Step.NEW, season=season)
    steps = (
        Performance.objects.filter(step, Exists(member), best_list=BestList.LEGAL, season__lte=season)
        .select_related("athlete", "discipline", "best")
        .order_by(
            "athlete__name_key", "athlete_id", "discipline__place_in_list", "discipline_id", "facility", "merit", "date"
        )
    )
    grouped = groupby(steps.iterator(_BLOCK), key=lambda one: (one.athlete_id or 0, one.discipline_id, one.facility))
    for _key, group in grouped:
        best: Performance | None = None
        of_season: Performance | None = None
        for one in group:
            best = one if one.best.career == Best.Step.NEW else best
            of_season = one if one.best.season == Best.Step.NEW and one.season == season else of_season
        if best is not None and best.athlete is not None:
            yield _best_row(best.athlete, best, of_season)


def _best_row(athlete: Athlete, best: Performance, of_season: Performance | None) -> list[str]:
    marks = [
        [mark_text(one), one.wind_text, date_text(one.date, one.date_precision)] if one else ["", "", ""]
        for one in (best, of_season)
    ]
    where = "" if best.facility == Facility.OUTDOOR else str(Facility(best.facility).label)
    return [
        athlete.family_name, athlete.given_name, athlete.sex, athlete.born[:4], best.discipline.name,
        best.discipline.code, where, *marks[0], *marks[1],
    ]  # fmt: skip


PERFORMANCES_HEADER = COLUMNS


def performance_rows(club: Club, *, births: bool) -> Iterator[list[str]]:
    """All current performances for ``club``, in the importer's columns and with our own ids. Without ``births``, and
    of whoever is another club's, only the years of birth."""
    kept = set(athletes_kept_by([club.pk], timezone.localdate())) if births else set()
    return export_rows(Performance.objects.filter(club=club).current(), own_ids=True, births=kept)


SQUAD_HEADER = (
    "external_id", "given_name", "family_name", "native_name", "sex", "birth_date", "country", "club", "club_from",
    "club_until", "claim",
)  # fmt: skip


def squad_rows(club: Club, *, births: bool) -> Iterator[list[str]]:
    """Everybody who belongs or belonged to ``club``, in the importer's columns: a line for each spell. Of those who are
    another club's by now the year of birth alone, and none whom that club keeps to itself."""
    spells = ClubSpell.objects.filter(club=club, athlete__merged_into=None).select_related("athlete")
    kept = set(athletes_kept_by([club.pk], timezone.localdate()))
    hidden = Q(athlete__visibility=Athlete.Visibility.CLUB) & ~Q(athlete__in=kept)
    for spell in spells.exclude(hidden).order_by("athlete__name_key", "athlete_id", "starts").iterator(_BLOCK):
        one = spell.athlete
        yield [
            own_id(one.pk), one.given_name, one.family_name, one.native_name, one.sex,
            one.born if births and one.pk in kept else one.born[:4], one.country, club.slug, str(spell.starts or ""),
            str(spell.ends or ""), spell.claim,
        ]  # fmt: skip


def seasons_of(club: Club, *, today: date) -> list[int]:
    """Seasons in which somebody competed for ``club``, the latest first; this one for a club without marks."""
    found = Performance.objects.filter(club=club).order_by("-season").values_list("season", flat=True).distinct()
    return [season for season in found if season <= today.year + 1] or [today.year]
