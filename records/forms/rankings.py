"""What a visitor narrows a ranking by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from records.forms.selects import LongSelect
from records.models.disciplines import Sex
from records.models.performances import Facility
from records.queries.rankings import Asked, Choices
from records.sentences import family_name

FIRST_SHOWN = {"discipline": "100", "sex": Sex.WOMEN.value}
"""What a ranking is of before anybody chose."""


class RankingForm(forms.Form):
    """Filters of a ranking; they live in the address. Without a discipline and a sex it is of FIRST_SHOWN."""

    discipline = forms.ChoiceField(label=_("Discipline"), required=False, widget=LongSelect)
    sex = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[(Sex.WOMEN, _("Women")), (Sex.MEN, _("Men")), (Sex.MIXED, _("Mixed"))],
    )
    season = forms.IntegerField(
        label=_("Season"),
        required=False,
        validators=[MinValueValidator(1850), MaxValueValidator(2200)],
        widget=forms.NumberInput(attrs={"placeholder": _("all-time"), "inputmode": "numeric"}),
    )
    age_group = forms.ChoiceField(label=_("Age group"), required=False, widget=LongSelect)
    marks = forms.ChoiceField(
        label=_("Marks"),
        required=False,
        choices=[("", _("Legal")), ("wind", _("Legal and wind-aided")), ("hand", _("Hand times"))],
    )
    per = forms.ChoiceField(
        label=_("Per athlete"), required=False, choices=[("", _("The best mark")), ("mark", _("Every mark"))]
    )
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("", _("By mark")), ("grade", _("Age-graded, 35 and older"))]
    )
    facility = forms.ChoiceField(
        label=_("Where"), required=False, choices=[("", _("Everywhere")), *((f.value, f.label) for f in Facility)]
    )
    club = forms.ChoiceField(label=_("Club"), required=False, widget=LongSelect)
    country = forms.CharField(
        label=_("Country"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs={"placeholder": _("as in ESP"), "autocapitalize": "characters", "size": 5}),
    )
    on = forms.DateField(
        label=_("As it stood on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, said: QueryDict, *, choices: Choices, clubs: list[tuple[str, str]]) -> None:
        data = said.dict()
        for name, usual in FIRST_SHOWN.items():
            data[name] = data.get(name) or usual
        super().__init__(data)
        self._offer("discipline", [(family_name(one), of) for one, of in choices.disciplines.items()])
        self._offer("age_group", [("", _("All")), *choices.age_groups.items()])
        self._offer("club", [("", _("All")), *clubs])

    def _offer(self, name: str, choices: list[Any]) -> None:
        """An address may ask for what isn't offered: the answer is an empty list, not another one."""
        asked = str(self.data.get(name, ""))[:40]
        flat = {
            code for value, label in choices for code, _name in (label if isinstance(label, list) else [(value, 0)])
        }
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices if "\0" in asked or asked in flat else [*choices, (asked, asked)]

    def _said(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)

    @property
    def code(self) -> str:
        """The discipline's; '' where the address names none that could be one."""
        return self._said("discipline") or ""

    @property
    def asked(self) -> Asked:
        """What was asked, without the fields that can't be read."""
        on: date | None = self._said("on")
        return Asked(
            sex=self._said("sex") or FIRST_SHOWN["sex"],
            season=self._said("season"),
            facility=self._said("facility") or "",
            club=self._said("club") or "",
            country=(self._said("country") or "").upper(),
            age_group=self._said("age_group") or "",
            marks=self._said("marks") or "legal",
            every_mark=self._said("per") == "mark",
            on=on,
        )

    @property
    def by_grade(self) -> bool:
        return bool(self._said("order") == "grade")

    @property
    def usual(self) -> list[forms.BoundField]:
        return [self[name] for name in ("discipline", "sex", "season", "age_group")]

    @property
    def special(self) -> list[forms.BoundField]:
        """The filters that few need; a page shows them on demand, and where they are in use."""
        return [self[name] for name in ("marks", "per", "order", "facility", "club", "country", "on")]

    @property
    def is_special(self) -> bool:
        return any(field.value() for field in self.special)
