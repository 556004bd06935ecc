"""What each place is worth, and the places taken in one contest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.actions.medals import enter_awards
from records.domain.judging import date_fault
from records.domain.medals import LAST_PLACE, Worth
from records.domain.refusals import Refused
from records.models import Award, Discipline
from records.models.disciplines import Sex
from records.models.honours import Metal
from records.queries.medals import NO_MEDAL, MedalFilters, medal_table
from records.queries.placings import (
    Checked,
    Contest,
    Placing,
    age_groups_offered,
    athlete_meant,
    check_placings,
    disciplines_offered,
)
from records.sentences import say
from trackhub.clubs.models import Club, User

if TYPE_CHECKING:
    PlacingRows = forms.BaseFormSet["PlacingForm"]
else:
    PlacingRows = forms.BaseFormSet

Day = date

ROWS_AT_ONCE = 6
MOST_ROWS = 120


class MedalSearch(forms.Form):
    """What a visitor narrows the medals by; it lives in the address."""

    season = forms.TypedChoiceField(label=_("Season"), required=False, coerce=int, empty_value=None)
    metal = forms.ChoiceField(
        label=_("Medal"),
        required=False,
        choices=[("", _("All")), *((one.value, one.label) for one in Metal if one.value), (NO_MEDAL, _("no medal"))],
    )
    competition = forms.CharField(required=False, max_length=160, widget=forms.HiddenInput)
    by = forms.ChoiceField(required=False, choices=[("", ""), ("competition", ""), ("athlete", "")])

    def __init__(self, *args: Any, seasons: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["season"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("All")), *((year, str(year)) for year in seasons)]

    @property
    def filters(self) -> MedalFilters:
        """What was asked, without what can't be read."""
        self.is_valid()
        said = self.cleaned_data
        return MedalFilters(said.get("season"), said.get("metal", ""), said.get("competition", ""))

    @property
    def view(self) -> str:
        """'' for the list itself, 'competition' or 'athlete'."""
        self.is_valid()
        return str(self.cleaned_data.get("by", ""))


class MedalTableForm(forms.Form):
    """The club's table: a label and a metal for each place from 1 to 12."""

    def __init__(self, *args: Any, club: Club, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = [(f"label_{one.position}", f"metal_{one.position}") for one in medal_table(club)]
        for worth, (label, metal) in zip(medal_table(club), self.places, strict=True):
            self.fields[label] = forms.CharField(
                label=_("Label of place {place}").format(place=worth.position),
                max_length=40,
                required=False,
                initial=worth.label,
            )
            self.fields[metal] = forms.ChoiceField(
                label=_("Medal of place {place}").format(place=worth.position),
                choices=Metal.choices,
                required=False,
                initial=worth.metal,
            )

    @property
    def rows(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        return [(place, self[label], self[metal]) for place, (label, metal) in enumerate(self.places, start=1)]

    @property
    def worths(self) -> list[Worth]:
        said = self.cleaned_data
        return [
            Worth(place, said[label].strip(), said[metal]) for place, (label, metal) in enumerate(self.places, start=1)
        ]


def _called(discipline: Discipline) -> str:
    return f"{discipline.name}, {discipline.get_sex_display()}" if discipline.sex else discipline.name


class ContestForm(forms.Form):
    """What all rows of an entry have in common, written once."""

    competition = forms.CharField(
        label=_("Competition"), max_length=160, widget=forms.TextInput(attrs={"list": "competitions"})
    )
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    discipline: forms.ModelChoiceField[Discipline] = forms.ModelChoiceField(label=_("Discipline"), queryset=None)

    def __init__(self, *args: Any, today: Day, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field = self.fields["discipline"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = disciplines_offered()
        # Women's and men's shot are two disciplines of one name.
        field.choices = [("", field.empty_label or ""), *((one.pk, _called(one)) for one in field.queryset)]

    def clean_date(self) -> Day:
        on: Day = self.cleaned_data["date"]
        if fault := date_fault(on, today=self.today, born=None, birth_precision="unknown"):
            raise forms.ValidationError(say(fault, {"text": on}))
        return on


class PlacingForm(forms.Form):
    """One row: who, which place. The athlete is written as a name and found among the club's."""

    athlete = forms.CharField(
        label=_("Athlete"), max_length=190, widget=forms.TextInput(attrs={"list": "athletes", "autocomplete": "off"})
    )
    age_group = forms.CharField(
        label=_("Age group"), max_length=20, required=False, widget=forms.TextInput(attrs={"list": "age_groups"})
    )
    position = forms.IntegerField(
        label=_("Place"),
        min_value=1,
        max_value=LAST_PLACE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    team = forms.CharField(label=_("Team"), max_length=80, required=False)

    def __init__(self, *args: Any, club: Club, today: date, on: date | None, groups: Mapping[str, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.club, self.today, self.on, self.groups = club, today, on, groups

    def clean_athlete(self) -> object:
        try:
            who = athlete_meant(self.club, self.cleaned_data["athlete"])
        except Refused as refusal:
            raise forms.ValidationError(say(refusal.code, refusal.values)) from None
        if self.on and (
            fault := date_fault(self.on, today=self.today, born=who.birth_date, birth_precision=who.birth_precision)
        ):
            raise forms.ValidationError(say(fault, {"text": self.on, "born": who.born[:4]}))
        return who

    def clean_age_group(self) -> str:
        """A group of the club's scheme as the scheme writes it; any other as it was typed."""
        said: str = self.cleaned_data["age_group"]
        return self.groups.get(said.lower(), said)


class _Placings(PlacingRows):
    def clean(self) -> None:
        if not any(self.errors) and not any(form.has_changed() for form in self.forms):
            raise forms.ValidationError(_("Fill in at least one row."))


_PlacingRows = forms.formset_factory(
    PlacingForm, formset=_Placings, extra=ROWS_AT_ONCE, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)


class MedalEntry:
    """The whole page: a contest and its rows. ``sent`` is what came with the request, None for the empty page."""

    def __init__(self, club: Club, sent: Mapping[str, Any] | None, *, today: date) -> None:
        self.club, self.today = club, today
        self.contest_form = ContestForm(sent, today=today)
        on = self.contest_form.cleaned_data.get("date") if sent is not None and self.contest_form.is_valid() else None
        self.age_groups = age_groups_offered(club)
        groups = {code.lower(): code for code in self.age_groups}
        self.rows = _PlacingRows(
            sent, prefix="rows", form_kwargs={"club": club, "today": today, "on": on, "groups": groups}
        )

    def is_valid(self) -> bool:
        return self.contest_form.is_valid() & self.rows.is_valid()

    @property
    def contest(self) -> Contest:
        return Contest(**self.contest_form.cleaned_data)

    @property
    def placings(self) -> list[Placing]:
        return [Placing(**form.cleaned_data) for form in self.rows if form.cleaned_data]

    @property
    def checked(self) -> list[Checked]:
        return check_placings(self.club, self.contest, self.placings)

    @property
    def mixes_sexes(self) -> bool:
        """Women and men share the places of a contest that isn't mixed: likely two contests in one."""
        if self.contest.discipline.sex == Sex.MIXED:
            return False
        return len({one.athlete.sex for one in self.placings}) > 1

    def enter(self, *, by: User | None, at: datetime) -> list[Award]:
        """Once valid. Raises AwardRefused."""
        return enter_awards(self.club, self.contest, self.placings, by=by, at=at)


def with_more_rows(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The same input with some empty rows below."""
    name = "rows-TOTAL_FORMS"
    said = str(sent.get(name, ""))
    rows = int(said) if said.isdecimal() and len(said) < 5 else 0
    return {**{key: sent[key] for key in sent}, name: str(min(rows + ROWS_AT_ONCE, MOST_ROWS))}
