"""The page of what pages are made of: tokens read from the sheet itself, and every part with sample rows in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from records.queries.lines import Holder, Line, Page
from trackhub.clubs.domain.colours import DARK, HOUSE, LIGHT, Accents, accents, contrast
from trackhub.clubs.pages import public_page
from trackhub.templatetags.marks import BADGES, CLAIM_STATES

SHEET = settings.BASE_DIR / "static" / "css" / "tokens.css"
TEXT = ("ink", "soft", "accent", "good", "bad")
"""Tokens that letters are set in; the others are grounds, lines and the club's."""

CLUBS = (HOUSE, "#0a3d62", "#00843d", "#808080", "#ffd400", "#ffffff", "#000000")
"""Colours that clubs may choose, the hard ones among them."""

_SAID = re.compile(r"--([\w-]+): ([^;]+);")


@dataclass(frozen=True, slots=True)
class Token:
    """A colour by day and by night. The ratios are the lower ones on paper and on raised ground; None: no letters."""

    name: str
    light: str
    dark: str
    ratio: float | None
    ratio_dark: float | None


@dataclass(frozen=True, slots=True)
class ClubAccents:
    """A club's colour and what follows from it, with the lowest ratio of each ink."""

    colour: str
    made: Accents
    ratio: float
    ratio_dark: float


class SampleForm(forms.Form):
    """A field of each kind, one of them filled in wrongly."""

    name = forms.CharField(label=_("Name"), help_text=_("As it is on the licence."))
    day = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    sex = forms.ChoiceField(label=_("Sex"), choices=[("F", _("Women")), ("M", _("Men"))])
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("a", _("athletes")), ("p", _("performances"))], widget=forms.RadioSelect
    )


class SampleFilters(forms.Form):
    sex = forms.ChoiceField(
        label=_("Sex"), choices=[("", _("All")), ("F", _("Women")), ("M", _("Men"))], required=False
    )
    season = forms.ChoiceField(label=_("Season"), choices=[("", _("All")), ("2026", "2026")], required=False)


@public_page
def styleguide(request: HttpRequest) -> HttpResponse:
    light, dark, sizes = tokens()
    form = SampleForm({"name": "", "day": "2026-06-14", "sex": "F", "kind": "p"}, auto_id="sample_%s")
    context = {
        "colours": [_token(name, light, dark) for name in dark if name in light],
        "clubs": [_club(colour) for colour in CLUBS],
        "sizes": sizes,
        "badges": BADGES,
        "states": CLAIM_STATES,
        "lines": SAMPLES,
        "form": form,
        "filters": SampleFilters(auto_id="filter_%s"),
        "page": Page([], 2, more=True),
    }
    return render(request, "styleguide.html", context)


def tokens() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The sheet's colours by day and by night, and its sizes, each by name; what refers to another is followed."""
    day, night = SHEET.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    said = dict(_SAID.findall(day))
    by_night = said | dict(_SAID.findall(night))
    light = {name: _followed(name, said) for name in said}
    dark = {name: _followed(name, by_night) for name in dict(_SAID.findall(night))}
    sizes = {name: value for name, value in light.items() if value[0].isdigit() and name != "onward"}
    return light, {name: value for name, value in dark.items() if value.startswith("#")}, sizes


def _followed(name: str, said: dict[str, str]) -> str:
    value = said[name]
    return _followed(value[6:-1], said) if value.startswith("var(--") else value


def _token(name: str, light: dict[str, str], dark: dict[str, str]) -> Token:
    if name not in TEXT:
        return Token(name, light[name], dark[name], None, None)
    by_day, by_night = _lowest(light[name], LIGHT), _lowest(dark[name], DARK)
    return Token(name, light[name], dark[name], by_day, by_night)


def _club(colour: str) -> ClubAccents:
    made = accents(colour)
    by_day, by_night = _lowest(made.ink, (*LIGHT, made.wash)), _lowest(made.ink_dark, (*DARK, made.wash_dark))
    return ClubAccents(colour, made, by_day, by_night)


def _lowest(ink: str, grounds: tuple[str, ...]) -> float:
    return min(contrast(ink, ground) for ground in grounds)


def _sample(mark: str, measure: str, *badges: str, wind: str = "", counts: bool = True, state: str = "") -> Line:
    return Line(
        discipline="100 m",
        sex="F",
        measure=measure,
        mark=mark,
        counts=counts,
        wind=wind,
        badges=badges,
        holders=(Holder("Ana Río", ""), Holder("Bea Sol", "")) if measure == "points" else (Holder("Ana Río", ""),),
        team="",
        club="Harbour Harriers",
        club_url="",
        day=date(2026, 6, 14),
        precision="day",
        competition="Harbour Open",
        venue="Portwyn",
        country="GBR",
        round="",
        place="",
        note="",
        state=state,
    )


SAMPLES = (
    _sample("11.43", "time", "PB", wind="+1.8"),
    _sample("11.5", "time", "h"),
    _sample("6.21", "distance", "nwi"),
    _sample("6.40", "distance", "w", wind="+3.1"),
    _sample("1.78", "height", "i", "SB", "=", state="pending"),
    _sample("5412", "points", "=PB"),
    _sample("DNF", "time", counts=False),
)
