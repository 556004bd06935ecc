"""A record board, and the certificates of a ceremony, in the words that stand on paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from records.models import Ceremony, RecordBook
from records.models.disciplines import Sex
from records.models.performances import Facility
from records.queries.boards import BoardFilters, BoardList, BoardRow, record_board
from records.queries.ceremonies import Feat
from records.queries.lines import Line, Visitor

MOST_LISTS = 2_000


def board_printed(book: RecordBook, user: Visitor, filters: BoardFilters, *, today: date) -> dict[str, Any]:
    """The board as ``filters`` narrow it, for records.documents.board: texts alone, in the reader's language."""
    lists = record_board(book, user, filters, today=today, page=1, size=MOST_LISTS).items
    sexes = {code: str(label).capitalize() for code, label in Sex.choices}
    return {
        "language": (get_language() or "en")[:2],
        "club": book.club.name if book.club else str(book),
        "title": str(book),
        "day": date_format(filters.on or today, "SHORT_DATE_FORMAT"),
        "empty": _("No record fits these filters."),
        "page": _("Page"),
        "parts": [
            {"sex": sexes[sex], "lists": [_list(one) for one in lists if one.sex == sex]}
            for sex in dict.fromkeys(one.sex for one in lists)
        ],
    }


def _list(one: BoardList) -> dict[str, Any]:
    apart = [str(Facility.INDOOR.label)] if one.facility == Facility.INDOOR else []
    apart += [_("hand timed")] if one.timing else []
    return {
        "name": one.discipline,
        "apart": ", ".join(apart),
        "rows": [cells for row in one.rows for cells in _rows(row)],
    }


def _rows(row: BoardRow) -> list[list[str]]:
    groups = ", ".join(group.code or _("All ages") for group in row.groups)
    return [[groups, _mark(line), _who(line), _where(line)] for line in row.lines]


def _mark(line: Line) -> str:
    unit = {"time": "s", "points": ""}.get(line.measure, "m") if line.has_unit else ""
    wind = f"({line.wind})" if line.wind else ""
    badges = " ".join(code for code in line.badges if code in ("h", "w", "i", "="))
    return " ".join(filter(None, (f"{line.mark} {unit}".strip(), wind, badges)))


def _who(line: Line) -> str:
    holders = ", ".join(holder.name for holder in line.holders)
    return ": ".join(filter(None, (line.team, holders))) or line.club


def _where(line: Line) -> str:
    written = {"year": "Y", "month": "YEAR_MONTH_FORMAT"}.get(line.precision, "SHORT_DATE_FORMAT")
    return ", ".join(
        filter(None, (date_format(line.day, written) if line.day else "", line.venue, line.note if line.legacy else ""))
    )


def honours_printed(
    ceremony: Ceremony, pages: Iterable[tuple[str, Feat]]
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What stands on all certificates of a ceremony, and on each of its ``pages`` (name, feat), for
    records.documents.ceremony."""
    day = date_format(timezone.localtime(ceremony.starts), "j F Y")
    words = {
        "language": (get_language() or "en")[:2],
        "title": ceremony.title,
        "club": ceremony.club.name,
        "heading": _("Certificate of honour"),
        "occasion": ceremony.title,
        "place": f"{ceremony.place}, {day}",
        "signature": _("For the club"),
    }
    return words, [_honour(*page) for page in pages]


def _honour(name: str, feat: Feat) -> dict[str, str]:
    what = ", ".join(filter(None, (feat.discipline, feat.age_group)))
    how = " · ".join(filter(None, (feat.worth, feat.mark, feat.record)))
    where = ", ".join(filter(None, (feat.team, feat.competition, date_format(feat.day, "j F Y"))))
    return {"name": name, "what": what, "how": how, "where": where}
