"""One performance entered or corrected by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.actions.correcting import (
    PerformanceRefused,
    correct_performance,
    draft_correction,
    draft_performance,
    enter_performance,
)
from records.actions.performance_rows import LARGEST_FIELD
from records.domain.dates import DateRefused, parse_date
from records.domain.judging import parse_wind
from records.domain.marks import MarkRefused
from records.models import Athlete, Discipline, Performance
from records.models.performances import Facility
from records.queries.changes import ChangeFilters
from records.queries.performances import (
    TIMINGS,
    belonged,
    clubs_choosable,
    date_text,
    disciplines_for,
)
from records.sentences import say
from trackhub.clubs.models import Club, User

_WORDS = ("competition", "venue", "country", "round", "place", "note")


def facts_as_texts(one: Performance) -> dict[str, str]:
    """What the fields say of ``one``, as a form sends it."""
    return {
        "mark": one.written or one.mark,
        "discipline": one.discipline.code,
        "date": date_text(one.date, one.date_precision),
        "wind": one.wind_text,
        "timing": one.timing,
        "facility": one.facility,
        "field_size": "" if one.field_size is None else str(one.field_size),
        "club": one.club.slug if one.club else "",
        **{name: getattr(one, name) for name in _WORDS},
    }


class PerformanceForm(forms.Form):
    """The facts of a performance, as a registrar writes them."""

    mark = forms.CharField(label=_("Mark"), max_length=60, help_text=_("10.52, 10.5h, 7.12, 1:45.32, DNF, DQ TR16.8 …"))
    discipline: forms.ModelChoiceField[Discipline] = forms.ModelChoiceField(
        label=_("Discipline"), queryset=None, to_field_name="code"
    )
    date = forms.CharField(
        label=_("Date"), max_length=10, help_text=_("2026-05-31; 2026-05 or 2026 where no more is known.")
    )
    wind = forms.CharField(
        label=_("Wind"), max_length=12, required=False, help_text=_("In m/s: +1.4. Empty: nobody read it.")
    )
    competition = forms.CharField(label=_("Competition"), max_length=160, required=False)
    venue = forms.CharField(label=_("Venue"), max_length=120, required=False)
    country = forms.CharField(
        label=_("Country of the venue"), max_length=3, required=False, help_text=_("Three letters: GBR.")
    )
    facility = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[("", _("as usual")), *((one.value, one.label) for one in Facility)],
    )
    timing = forms.ChoiceField(
        label=_("Timing"), required=False, choices=[("", _("as the mark says")), *TIMINGS.items()]
    )
    round = forms.CharField(label=_("Round"), max_length=40, required=False, help_text=_("Empty: final."))
    place = forms.CharField(label=_("Place"), max_length=10, required=False)
    field_size = forms.IntegerField(label=_("How many competed"), required=False, min_value=1, max_value=LARGEST_FIELD)
    note = forms.CharField(label=_("Note"), max_length=200, required=False, help_text=_("Everybody can read it."))

    def __init__(self, *args: Any, athlete: Athlete | None, sex: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.athlete = athlete
        chosen = self.fields["discipline"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101
        chosen.queryset = disciplines_for(athlete, sex)

    @property
    def usual(self) -> list[forms.BoundField]:
        return [self[name] for name in ("discipline", "mark", "wind", "date", "competition", "venue")]

    @property
    def special(self) -> list[forms.BoundField]:
        """The facts that few results give; shown on demand, and where they say something."""
        return [self[name] for name in self.fields if name not in ("because", *(one.name for one in self.usual))]

    @property
    def is_special(self) -> bool:
        return any(one.errors or one.value() for one in self.special)

    def clean_date(self) -> tuple[dt.date, str]:
        try:
            return parse_date(self.cleaned_data["date"])
        except DateRefused as refusal:
            raise forms.ValidationError(say(refusal.code, refusal.values)) from None

    def clean_wind(self) -> int | None:
        try:
            return parse_wind(self.cleaned_data["wind"])
        except MarkRefused as refusal:
            raise forms.ValidationError(say(refusal.code, refusal.values)) from None

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def _said(self) -> dict[str, Any]:
        """What was said, as actions take it."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "because"}
        said["on"], said["date_precision"] = said.pop("date")
        return said

    def _refuse(self, refusal: MarkRefused | PerformanceRefused) -> None:
        if isinstance(refusal, MarkRefused):
            self.add_error("mark", say(refusal.code, refusal.values))
        else:
            self.add_error("date", str(refusal))


class EntryForm(PerformanceForm):
    """A performance of ``athlete`` for ``club``, which begins with what was entered ``last``."""

    def __init__(self, *args: Any, club: Club, athlete: Athlete, last: Performance | None, **kwargs: Any) -> None:
        initial = {}
        if last is not None:
            told = facts_as_texts(last)
            initial = {name: told[name] for name in ("date", "discipline", "competition", "venue", "country")}
            initial["facility"] = last.facility if last.facility == Facility.INDOOR else ""
        super().__init__(*args, athlete=athlete, sex=athlete.sex, initial=initial, **kwargs)
        self.club = club

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        assert self.athlete is not None  # noqa: S101
        if said.get("date") and not belonged(self.athlete, self.club, on=said["date"][0]):
            sentence = _("%(name)s was not in %(club)s on that day. Put the membership right first.")
            self.add_error("date", sentence % {"name": self.athlete, "club": self.club.name})
        return said

    def draft(self, *, at: dt.datetime) -> Performance | None:
        """What would be stored; None where it is refused, which the form says then."""
        assert self.athlete is not None  # noqa: S101
        try:
            return draft_performance(self.athlete, at=at, club=self.club, **self._said())
        except (MarkRefused, PerformanceRefused) as refusal:
            self._refuse(refusal)
            return None

    def enter(self, *, by: User, at: dt.datetime) -> Performance:
        """After ``draft`` has found nothing wrong."""
        assert self.athlete is not None  # noqa: S101
        return enter_performance(self.athlete, by=by, at=at, club=self.club, **self._said())


class CorrectionForm(PerformanceForm):
    """What is put right about ``performance``, and why."""

    club: forms.ModelChoiceField[Club] = forms.ModelChoiceField(
        label=_("Counts for the club"), queryset=None, required=False, empty_label=_("no club"), to_field_name="slug"
    )
    because = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Kept with both versions, for the club's own people.")
    )

    def __init__(self, *args: Any, performance: Performance, by: User, **kwargs: Any) -> None:
        self.performance = performance
        self.before = facts_as_texts(performance)
        super().__init__(*args, athlete=performance.athlete, sex=performance.sex, initial=self.before, **kwargs)
        chosen = self.fields["club"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101
        chosen.queryset = clubs_choosable(by, performance)

    def onto(self, newest: Performance, *, by: User) -> CorrectionForm:
        """What was sent, for a version that somebody made meanwhile: only the facts that were changed here differ
        from it."""
        told = facts_as_texts(newest)
        sent = {name: self.data.get(name, "") for name in self.fields}
        kept = {name: told[name] if name in told and text == self.before[name] else text for name, text in sent.items()}
        return CorrectionForm(kept, performance=newest, by=by)

    def changes(self) -> dict[str, Any]:
        """The facts that differ from the version that is corrected."""
        said, old = self._said(), self.performance
        told = {"mark": old.written or old.mark, "on": old.date}
        changed = {name: value for name, value in said.items() if value != told.get(name, getattr(old, name, None))}
        if "on" in changed or "date_precision" in changed:
            changed |= {"on": said["on"], "date_precision": said["date_precision"]}
        return changed

    def draft(self, *, at: dt.datetime) -> Performance | None:
        """The version that would be stored; None where it is refused, which the form says then."""
        changes = self.changes()
        if not changes:
            self.add_error(None, _("Nothing is different from the version that stands. Change what is wrong."))
            return None
        try:
            return draft_correction(self.performance, at=at, **changes)
        except (MarkRefused, PerformanceRefused) as refusal:
            self._refuse(refusal)
            return None

    def correct(self, *, by: User, at: dt.datetime) -> Performance:
        """After ``draft`` has found nothing wrong. Raises AlreadySuperseded."""
        because = self.cleaned_data["because"]
        return correct_performance(self.performance, by=by, at=at, because=because, **self.changes())


class AnnulmentForm(forms.Form):
    """Why a performance counts no longer."""

    because = forms.CharField(label=_("Why"), max_length=200, help_text=_("Everybody can read it beside the mark."))


class ChangeSearch(forms.Form):
    """Filters of the log of changes; they live in the address."""

    what = forms.ChoiceField(label=_("What"), required=False)
    who = forms.ChoiceField(label=_("Who"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    target = forms.CharField(
        label=_("Object"), max_length=120, required=False, widget=forms.TextInput(attrs={"placeholder": "athlete 12"})
    )

    def __init__(self, *args: Any, actors: list[tuple[int, str]], deeds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("what", deeds), ("who", [(str(pk), text) for pk, text in actors])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = [("", _("All")), *choices]

    @property
    def filters(self) -> ChangeFilters:
        """What was asked, without the fields that can't be read."""
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return ChangeFilters(**said | ({"who": int(said["who"])} if "who" in said else {}))
