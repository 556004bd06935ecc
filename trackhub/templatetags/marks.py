"""How marks, winds, days and badges are set in templates. Loaded everywhere (settings: builtins)."""

from __future__ import annotations

from datetime import date

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trackhub.clubs.models import Membership, User
from trackhub.clubs.queries import memberships_of

register = template.Library()

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

SEXES = {"M": _("Men"), "F": _("Women"), "X": _("Mixed")}
SEX_OF_PERSON = {"M": _("male"), "F": _("female")}
FACILITIES = {"outdoor": _("outdoors"), "indoor": _("indoors"), "road": _("road")}


@register.simple_tag
def unit(measure: str) -> SafeString:
    """The unit's sign, spelled out for whoever points at it."""
    sign, name = UNITS[measure]
    return format_html('<abbr class="unit" title="{}">{}</abbr>', name, sign)


@register.simple_tag
def badge(code: str) -> SafeString:
    """A quiet badge: PB, SB, =, w, h, i."""
    if code not in BADGES:
        return SafeString("")
    kind = {"=": "eq", "PB": "pb", "=PB": "pb", "SB": "sb", "=SB": "sb"}.get(code, "note")
    return format_html(
        '<abbr class="badge badge-{}" title="{}">{}</abbr>', kind, BADGES[code], code.upper() if code == "nwi" else code
    )


@register.simple_tag
def day(on: date | None, precision: str = "day") -> SafeString:
    """A date as far as it is known: 14 Aug 2016, Aug 2016 or 2016."""
    if on is None:
        return SafeString("")
    written = {"year": "Y", "month": "M Y"}.get(precision, "j M Y")
    machine = {"year": "%Y", "month": "%Y-%m"}.get(precision, "%Y-%m-%d")
    return format_html('<time datetime="{}">{}</time>', on.strftime(machine), date_format(on, written))


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
def age_group_name(code: str) -> str:
    return code or str(_("All ages"))


@register.filter
def list_name(key: object) -> str:
    """What sets one list of a discipline apart: 'U20, indoors, hand timed'."""
    parts = [age_group_name(getattr(key, "age_group", "")), facility_name(getattr(key, "facility", ""))]
    if getattr(key, "timing", ""):
        parts.append(str(BADGES["h"]))
    return ", ".join(filter(None, parts))


@register.simple_tag
def clubs_of(user: User | AnonymousUser) -> list[Membership]:
    """Today's memberships, for the club switcher."""
    return memberships_of(user) if isinstance(user, User) else []
