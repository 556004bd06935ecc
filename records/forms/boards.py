"""What a visitor narrows a page by: a board's filters, the name of an athlete."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from records.forms.selects import LongSelect
from records.models.disciplines import Sex
from records.models.performances import Facility
from records.queries.boards import OPEN, BoardFilters, Choices

SEXES = [("", _("All")), (Sex.WOMEN, _("Women")), (Sex.MEN, _("Men"))]


class BoardForm(forms.Form):
    """Filters of a record board; they live in the address."""

    discipline = forms.ChoiceField(label=_("Discipline"), required=False, widget=LongSelect)
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=[*SEXES, (Sex.MIXED, _("Mixed"))], widget=LongSelect
    )
    age_group = forms.ChoiceField(label=_("Age group"), required=False, widget=LongSelect)
    facility = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[("", _("Everywhere")), *((f.value, f.label) for f in Facility)],
        widget=LongSelect,
    )
    season = forms.IntegerField(
        label=_("Set in season"),
        required=False,
        validators=[MinValueValidator(1850), MaxValueValidator(2200)],
        widget=forms.NumberInput(attrs={"placeholder": _("any year"), "inputmode": "numeric"}),
    )
    on = forms.DateField(
        label=_("As they stood on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("discipline", [("", _("All")), *choices.disciplines])
        groups = [(code, code) for code in choices.age_groups]
        self._offer("age_group", [("", _("All")), (OPEN, _("All ages")), *groups])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """An address may ask for what the book has no list of: the answer is an empty board, not the whole one."""
        asked = str(self.data.get(name, ""))[:20]
        if "\0" not in asked and asked not in {code for code, _label in choices}:
            choices = [*choices, (asked, asked)]
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    @property
    def filters(self) -> BoardFilters:
        """What was asked, without the fields that can't be read."""
        self.is_valid()
        return BoardFilters(**{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def usual(self) -> list[forms.BoundField]:
        return [self[name] for name in ("discipline", "sex", "age_group")]

    @property
    def special(self) -> list[forms.BoundField]:
        """The filters that few need; a page shows them on demand, and where they are in use."""
        return [self[name] for name in ("facility", "season", "on")]

    @property
    def is_special(self) -> bool:
        return any(field.value() for field in self.special)

    @property
    def is_narrowed(self) -> bool:
        return self.filters != BoardFilters()


class AthleteSearch(forms.Form):
    """Who is looked for."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=SEXES, widget=LongSelect)
    club = forms.ChoiceField(label=_("Club"), required=False, widget=LongSelect)

    def __init__(self, *args: Any, clubs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["club"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("All")), *clubs]
