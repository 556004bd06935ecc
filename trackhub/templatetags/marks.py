"""How marks, winds, days and badges are set in templates. Loaded everywhere (settings: builtins)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from django import template
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from records.domain.ages import group_of
from records.queries.figures import figures
from trackhub.clubs.models import Membership, User

register = template.Library()
register.filter(figures)

P = ParamSpec("P")
T = TypeVar("T")


def in_each_language(make: Callable[P, T]) -> Callable[P, T]:
    """``make`` is asked once for the same in one language: pages say the same unit and badge hundreds of times."""

    @lru_cache(maxsize=10_000)
    def made(language: str, *args: Any) -> Any:
        return make(*args)  # type: ignore[call-arg]

    @wraps(make)
    def said(*args: P.args, **_none: P.kwargs) -> T:
        found: T = made(get_language() or "", *args)
        return found

    return said


UNITS = {
    "time": (pgettext_lazy("unit", "s"), _("seconds")),
    "distance": (pgettext_lazy("unit", "m"), _("metres")),
    "height": (pgettext_lazy("unit", "m"), _("metres")),
    "points": (pgettext_lazy("unit", "pts"), _("points")),
}

BADGES = {
    "PB": _("personal best"),
    "=PB": _("equals the personal best"),
    "SB": _("season's best"),
    "=SB": _("equals the season's best"),
    "w": _("wind-aided: over +2.0 m/s"),
    "nwi": _("no wind reading"),
    "h": _("hand timed"),
    "i": _("indoors"),
    "=": _("equals the record"),
}

CLAIM_STATES = {
    "candidate": (_("candidate"), _("The best mark, which nobody has claimed as a record yet")),
    "pending": (_("pending"), _("Claimed as a record and waiting to be ratified")),
    "ratified": (_("ratified"), _("The club has ratified this record")),
    "rejected": (_("rejected"), _("The club has not taken this mark as a record")),
    "rescinded": (_("rescinded"), _("Ratified once and taken back since")),
    "retired": (_("retired"), _("Ratified, and no longer hunted")),
}

SEXES = {"M": _("Men"), "F": _("Women"), "X": _("Mixed")}
SEX_OF_PERSON = {"M": _("male"), "F": _("female")}
FACILITIES = {"outdoor": _("outdoors"), "indoor": _("indoors"), "road": _("road")}


@register.simple_tag
@in_each_language
def unit(measure: str) -> SafeString:
    """The unit's sign, spelled out for whoever points at it."""
    sign, name = UNITS[measure]
    return format_html('<abbr class="unit" title="{}">{}</abbr>', name, sign)


@register.simple_tag
@in_each_language
def badge(code: str) -> SafeString:
    """A quiet badge: PB, SB, =, w, h, i."""
    if code not in BADGES:
        return SafeString("")
    kind = {"=": "eq", "PB": "pb", "=PB": "pb", "SB": "sb", "=SB": "sb"}.get(code, "note")
    return format_html(
        '<abbr class="badge badge-{}" title="{}">{}</abbr>', kind, BADGES[code], code.upper() if code == "nwi" else code
    )


@register.simple_tag
@in_each_language
def claim_state(code: str) -> SafeString:
    """A quiet badge for what became of a record's claim; '' for a record that isn't ratified at all."""
    if code not in CLAIM_STATES:
        return SafeString("")
    word, meaning = CLAIM_STATES[code]
    return format_html('<abbr class="badge badge-claim-{}" title="{}">{}</abbr>', code, meaning, word)


@register.simple_tag
@in_each_language
def day(on: date | None, precision: str = "day") -> SafeString:
    """A date as far as it is known: 14 Aug 2016, Aug 2016 or 2016."""
    if on is None:
        return SafeString("")
    written = {"year": "Y", "month": "YEAR_MONTH_FORMAT"}.get(precision, "SHORT_DATE_FORMAT")
    machine = {"year": "%Y", "month": "%Y-%m"}.get(precision, "%Y-%m-%d")
    return format_html('<time datetime="{}">{}</time>', on.strftime(machine), date_format(on, written))


@register.simple_tag
def days(first: date | None, last: date | None, precision: str = "day") -> SafeString:
    """The days of a competition: 12–21 Aug 2016, 30 Jul 2016 – 2 Aug 2016, or the one day."""
    if first is None or last is None or first == last or precision != "day":
        return SafeString(day(last, precision))
    if (first.year, first.month) == (last.year, last.month):
        return format_html(
            '<time datetime="{}">{}–{}</time>', first.isoformat(), first.day, date_format(last, "SHORT_DATE_FORMAT")
        )
    return format_html("{} – {}", day(first), day(last))


@register.filter
def sex_class(code: str) -> str:
    """Women, Men, Mixed."""
    return str(SEXES.get(code, code))


@register.filter
def sex_of_person(code: str) -> str:
    return str(SEX_OF_PERSON.get(code, code))


@register.filter
def facility_name(code: str) -> str:
    """'indoors'; '' where it goes without saying."""
    return str(FACILITIES[code]) if code == "indoor" else ""


@register.filter
def age_group_name(code: str, sex: str = "") -> str:
    return group_of(code, sex) or str(_("All ages"))


@register.filter
def list_name(key: object) -> str:
    """What sets one list of a discipline apart: 'U20, indoors, hand timed'."""
    parts = [
        age_group_name(getattr(key, "age_group", ""), getattr(key, "sex", "")),
        facility_name(getattr(key, "facility", "")),
    ]
    if getattr(key, "timing", ""):
        parts.append(str(BADGES["h"]))
    return ", ".join(filter(None, parts))


@register.simple_tag
def clubs_of(user: User | AnonymousUser) -> list[Membership]:
    """Today's memberships, for the club switcher."""
    return user.active_memberships if isinstance(user, User) else []


@register.inclusion_tag("parts/sheets.html", takes_context=True)
def sheets(context: template.Context, route: str, *arguments: object) -> dict[str, str]:
    """Links to the list of this page as CSV and XLSX, filtered as the address filters it."""
    asked = context["request"].GET.copy()
    for name in ("page", "before", "after"):
        asked.pop(name, None)
    query = f"?{asked.urlencode()}" if asked else ""
    return {kind: reverse(route, args=[*arguments, kind]) + query for kind in ("csv", "xlsx")}
