"""A club's season, gathered for its yearbook: records set, medals, best lists, personal bests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from records.domain.dates import season_days
from records.domain.eligibility import BestList
from records.models import Performance, Record
from records.queries.lines import Faces, Line, Visitor, line_of_record, performance_line
from records.queries.medals import MedalFilters, award_lines, awards_of_club, medal_table, tally_of
from records.queries.standing import in_order_of_age
from records.queries.words import class_words, day_words, mark_words, where_words, who_words
from trackhub.clubs.models import Club

PLACES = 5
"""Lines of a best list."""

FIRST_SEASON, LAST_SEASON = 1850, 2200


def printed(club: Club, season: int, user: Visitor, *, today: date) -> dict[str, Any]:
    """The words of records.documents.yearbook.yearbook_pdf in the active language. A constant number of queries.

    Athletes whom ``user`` may not see stand in no list; a record or a medal of theirs is told without a name.
    """
    first, last = season_days(season, club.season_start)
    marks = _season_marks(club, season, user)
    faces = Faces(marks, user)
    lines = {one.pk: performance_line(one, faces) for one in marks}
    return {
        "club": club.name,
        "colour": club.colour,
        "season": str(season),
        "language": (get_language() or "en")[:2],
        "title": _("{club}: yearbook {season}").format(club=club.name, season=season),
        "span": f"{_day(first)} – {_day(last)}",
        "made": _("As it stood on {day}.").format(day=_day(today)),
        "words": _words(),
        "records": _records(club, first, last, user),
        "lists": _lists(marks, lines),
        "bests": _bests(marks, lines),
        **_medals(club, season, user),
    }


def _words() -> dict[str, str]:
    return {
        "yearbook": _("Yearbook"),
        "contents": _("Contents"),
        "records": _("Records set"),
        "medals": _("Medals"),
        "lists": _("Best lists"),
        "bests": _("Personal bests"),
        "date": _("Date"),
        "discipline": _("Discipline"),
        "mark": _("Mark"),
        "holder": _("Who"),
        "place": _("Where"),
        "medal": _("Medal"),
        "empty": _("Nothing is kept of this season yet."),
    }


def _day(on: date) -> str:
    return date_format(on, "SHORT_DATE_FORMAT")


def _records(club: Club, first: date, last: date, user: Visitor) -> list[dict[str, str]]:
    """Records of the club's books set in the season, those beaten since among them."""
    found = Record.objects.filter(book__club=club, set_on__range=(first, last)).with_places().select_related(
        "book", "discipline", "performance__athlete", "performance__club", "performance__discipline",
        "legacy__discipline",
    ).order_by("set_on", "discipline__place_in_list", "performance_id", "legacy_id")  # fmt: skip
    by_mark: dict[tuple[object, ...], list[Record]] = defaultdict(list)
    for record in in_order_of_age(found):
        by_mark[
            record.set_on, record.discipline.place_in_list, record.performance_id or 0, record.legacy_id or 0
        ].append(record)
    faces = Faces([record.performance for record in found if record.performance], user)
    rows = []
    for _key, records in sorted(by_mark.items(), key=lambda item: item[0]):
        line = line_of_record(records[0], faces)
        groups = dict.fromkeys(record.age_group for record in records)
        category = class_words(line.sex, groups, records[0].facility, records[0].timing)
        rows.append({**_row(line), "discipline": line.discipline, "category": category})
    return rows


def _row(line: Line) -> dict[str, str]:
    return {"day": day_words(line), "mark": mark_words(line), "who": who_words(line), "place": where_words(line)}


def _season_marks(club: Club, season: int, user: Visitor) -> list[Performance]:
    """Every step of a season's or a career's best, by legal marks, the best of each list first."""
    found = Performance.objects.visible_to(user).current().filter(club=club, season=season, best_list=BestList.LEGAL)
    found = found.filter(best__isnull=False, status="valid").select_related("discipline", "athlete", "club", "best")
    return list(found.order_by("discipline__place_in_list", "discipline", "facility", "-merit", "date", "pk"))


def _lists(marks: Iterable[Performance], lines: dict[int, Line]) -> list[dict[str, Any]]:
    """The best of each athlete by discipline, women first; ties share their place."""
    by_list: dict[tuple[str, int, str], dict[int | None, Performance]] = defaultdict(dict)
    for one in marks:
        by_list[one.sex, one.discipline_id, one.facility].setdefault(one.athlete_id, one)
    shown = []
    for (sex, _discipline, facility), of_athletes in sorted(by_list.items(), key=lambda item: item[0][0]):
        ranked = list(of_athletes.values())
        rows = []
        for one in ranked[:PLACES]:
            place = 1 + sum((other.merit or 0) > (one.merit or 0) for other in ranked)
            rows.append({"rank": str(place), **_row(lines[one.pk])})
        shown.append({"title": f"{ranked[0].discipline.name} · {class_words(sex, (), facility)}", "rows": rows})
    return shown


def _bests(marks: Iterable[Performance], lines: dict[int, Line]) -> list[dict[str, Any]]:
    """What each athlete improved to in the season, by family name."""
    bests: dict[tuple[str, int], dict[tuple[int, str], Line]] = defaultdict(dict)
    for one in marks:
        if one.athlete is not None and one.best.career == 1:
            bests[one.athlete.name_key, one.athlete.pk].setdefault((one.discipline_id, one.facility), lines[one.pk])
    return [
        {
            "who": who_words(next(iter(of_one.values()))),
            "rows": [(line.discipline, mark_words(line)) for line in of_one.values()],
        }
        for _who, of_one in sorted(bests.items(), key=lambda item: item[0])
    ]


def _medals(club: Club, season: int, user: Visitor) -> dict[str, Any]:
    filters, table = MedalFilters(season=season), medal_table(club)
    found = awards_of_club(club, filters, table).select_related("athlete", "club", "discipline")
    lines = award_lines(list(found.order_by("date", "competition", "position", "pk")), table, user)
    tally = tally_of(club, filters)
    return {
        "medals": [
            {
                "day": _day(one.date),
                "medal": one.worth,
                "who": one.holder.name,
                "discipline": " ".join(filter(None, (one.discipline, one.age_group))),
                "place": one.competition,
            }
            for one in lines
        ],
        "tally": _("{gold} gold, {silver} silver, {bronze} bronze, {other} others.").format(
            gold=tally.gold, silver=tally.silver, bronze=tally.bronze, other=tally.other
        ),
    }
