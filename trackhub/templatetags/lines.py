"""How a line of a list is set: its mark, who achieved it and where. Loaded everywhere (settings: builtins).

In Python, because a template takes several times as long over a line and a board has two hundred of them. ``line`` is
a ``records.queries.lines.Line``.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from records.queries.figures import figures
from trackhub.templatetags.marks import age_group_name, badge, claim_state, day, days, in_each_language, unit

register = template.Library()


@in_each_language
def _metres_per_second() -> str:
    meaning = escape(_("metres per second of wind"))
    return f'<abbr class="unit" title="{meaning}">m/s</abbr>'


@in_each_language
def _from_old_book() -> str:
    meaning, words = escape(_("from an old record book")), escape(_("old book"))
    return f' <abbr class="badge badge-note" title="{meaning}">{words}</abbr>'


@in_each_language
def _new() -> str:
    return f' <span class="badge badge-new">{escape(_("new"))}</span>'


@register.simple_tag
def mark(line: Any) -> SafeString:
    """The mark with its unit, wind and badges."""
    figure = f"<b>{escape(figures(line.mark))}</b>"
    if line.url:
        figure = f'<a href="{escape(line.url)}">{figure}</a>'
    parts = [
        '<span class="mark">' if line.counts else '<span class="mark mark-none">',
        figure,
        unit(line.measure) if line.has_unit else "",
        "</span>",
    ]
    if line.wind:
        parts.append(f' <span class="wind">{escape(figures(line.wind))}{_metres_per_second()}</span>')
    parts += [f" {badge(code)}" for code in line.badges]
    if line.state:
        parts.append(f" {claim_state(line.state)}")
    return SafeString("".join(parts))


@register.simple_tag
def who(line: Any) -> SafeString:
    """Holders with their pages, the team before them; the club where nobody else is named."""
    said = ""
    if line.team:
        said = f'<span class="team">{escape(line.team)}{": " if line.holders else ""}</span>'
    said += ", ".join(
        f'<a href="{escape(one.url)}">{escape(one.name)}</a>' if one.url else f"<span>{escape(one.name)}</span>"
        for one in line.holders
    )
    if not said:
        said = escape(line.club or _("Relay team"))
    return SafeString(said + _from_old_book() if line.legacy else said)


@register.simple_tag
def where(line: Any) -> SafeString:
    """Competition, venue and country."""
    said = ", ".join(f"<span>{escape(name)}</span>" for name in (line.competition, line.venue) if name)
    if line.country:
        said += f' <span class="country">({escape(line.country)})</span>'
    if line.legacy and line.note:
        said += f"<span>{escape(line.note)}</span>"
    return SafeString(said)


@register.simple_tag
def best(line: Any) -> SafeString:
    """A best: the mark, its day and the venue."""
    venue = f" · {escape(line.venue)}" if line.venue else ""
    return SafeString(
        f'<span class="best">{mark(line)} <span class="sub">{day(line.day, line.precision)}{venue}</span></span>'
    )


@register.simple_tag
def feat_mark(feat: Any) -> SafeString:
    """The mark of a ``records.queries.progress.Feat`` with its wind and badges."""
    said = f'<span class="mark"><a href="{escape(feat.url)}"><b>{escape(figures(feat.mark))}</b></a></span>'
    if feat.wind_said:
        said += f' <span class="wind">{escape(figures(feat.wind_said))}</span>'
    return SafeString(said + "".join(f" {badge(code)}" for code in feat.badges))


@register.simple_tag
def outing_items(outings: Iterable[Any]) -> SafeString:
    """Competitions with what was achieved there, as items of a list."""
    said = []
    for one in outings:
        venue = f" · {escape(one.venue)}" if one.competition and one.venue else ""
        country = f" ({escape(one.country)})" if one.country else ""
        when = days(one.first, one.day, one.precision)
        said.append(
            f'<li><p><span class="strong">{escape(one.competition or one.venue)}</span> '
            f'<span class="sub">{when}{venue}{country}</span></p>\n  <p class="results">'
        )
        for feat in one.feats:
            place = (
                f' <span class="sub">{escape(_("place {place}").format(place=feat.place))}</span>' if feat.place else ""
            )
            said.append(f"<span>{escape(feat.name)} {feat_mark(feat)}{place}</span>")
        said.append("</p></li>")
    return SafeString("".join(said))


@register.simple_tag
def record_rows(rows: Iterable[Any]) -> SafeString:
    """The rows of one list of a board: whose record in which age groups, one row for each of several equal holders."""
    said = []
    for row in rows:
        sex = row.lines[0].sex
        named = ((one.url, age_group_name(one.code, sex)) for one in row.groups)
        groups = " ".join(f'<a href="{escape(url)}">{escape(name)}</a>' for url, name in named)
        span = f' rowspan="{len(row.lines)}"' if len(row.lines) > 1 else ""
        head = f'<tr><th scope="row" class="groups"{span}>{groups}</th>'
        for line in row.lines:
            said.append(
                f'{head}<td class="marks">{mark(line)}{_new() if row.recent else ""}</td>'
                f'<td><div class="facts"><span class="who">{who(line)}</span>'
                f'<span class="when">{day(line.day, line.precision)}</span>'
                f'<span class="where">{where(line)}</span></div></td></tr>\n'
            )
            head = '<tr class="shared">'
    return SafeString("".join(said))
