"""The words of one line where there is no page around them: feeds, share images, the yearbook."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from records.domain.ages import group_of
from records.models.disciplines import Sex
from records.models.performances import Facility
from records.queries.figures import figures
from records.queries.lines import Line


def mark_words(line: Line) -> str:
    """'10.52 s (+1.4)', '7.12 m', '2:05.30'; in Spanish and Portuguese with a decimal comma."""
    unit = {"time": pgettext("unit", "s"), "points": pgettext("unit", "pts")}.get(line.measure, pgettext("unit", "m"))
    badges = [badge for badge in line.badges if badge in ("h", "w", "i")]
    mark, wind = figures(line.mark), figures(line.wind)
    said = [f"{mark} {unit}" if line.has_unit else mark, f"({wind})" if wind else "", *badges]
    return " ".join(filter(None, said))


def who_words(line: Line) -> str:
    """'Ana Silva', or 'Harbour AC: Ana Silva, Bea Costa'; withheld names stay withheld."""
    names = ", ".join(holder.name for holder in line.holders)
    if line.team and names:
        return f"{line.team}: {names}"
    return names or line.team or line.club or _("Relay team")


def day_words(line: Line) -> str:
    if line.day is None:
        return ""
    return date_format(line.day, {"year": "Y", "month": "YEAR_MONTH_FORMAT"}.get(line.precision, "SHORT_DATE_FORMAT"))


def where_words(line: Line) -> str:
    """'County Championships, Leeds (GBR)'."""
    where = ", ".join(filter(None, (line.competition, line.venue)))
    return f"{where} ({line.country})" if line.country else where


def class_words(sex: str, groups: Iterable[str] = (), facility: str = "", timing: str = "") -> str:
    """'Women, U20, All ages, indoors'."""
    said = [str(Sex(sex).label).capitalize() if sex in Sex.values else ""]
    said += [group_of(group, sex) or _("All ages") for group in groups]
    said += [str(Facility.INDOOR.label)] if facility == Facility.INDOOR else []
    said += [_("hand timed")] if timing else []
    return ", ".join(filter(None, said))


def is_named(line: Line) -> bool:
    """Nobody of those who achieved it has their name withheld. A line of an old book has no page to link."""
    return line.legacy or all(holder.url for holder in line.holders)
