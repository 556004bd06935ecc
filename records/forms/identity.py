"""What a registrar says of two athletes who may be one, and of an athlete who changes clubs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.models import Athlete, Performance
from records.queries.transfers import club_before, clubs_to_join, keeps, results_since, too_early
from trackhub.clubs.models import Club, User

FURTHEST_AHEAD = timedelta(days=366)


class VerdictForm(forms.Form):
    """One person or two; if one, who stays: the first of the address or the other."""

    do = forms.ChoiceField(
        choices=[("merge", _("They are one person")), ("two", _("They are two persons"))],
        error_messages={"required": _("Say whether they are one person or two.")},
    )
    stays = forms.ChoiceField(choices=[("one", ""), ("other", "")], required=False)


class TransferForm(forms.Form):
    """Where to and from which day; after a look, which results go along."""

    to = forms.ChoiceField(label=_("Joins"), required=False)
    day = forms.DateField(
        label=_("First day in the new club"),
        help_text=_("The spell in the former club ends the day before."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    results = forms.MultipleChoiceField(required=False)
    seen = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    do = forms.CharField(required=False, max_length=10)

    def __init__(self, *args: Any, athlete: Athlete, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.athlete, self.user, self.today = athlete, user, today
        self.clubs = clubs_to_join(user)
        self.former: Club | None = club_before(athlete, today)
        self._offer("to", {"": _("no club of yours: leaves the present club"), **self._names()})
        self.offered: list[Performance] = []
        if self.is_bound:
            self._look()
        self._offer("results", {str(one.pk): str(one) for one in self.offered})

    def _names(self) -> Mapping[str, object]:
        return {slug: club.name for slug, club in self.clubs.items()}

    def _offer(self, name: str, choices: Mapping[str, object]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = list(choices.items())

    def _look(self) -> None:
        """The results since the day that may go along: those of a club that ``user`` keeps."""
        try:
            day = self.fields["day"].clean(self.data.get("day"))
        except forms.ValidationError:
            return
        self.former = club_before(self.athlete, day)
        if keeps(self.user, self.former):
            self.offered = results_since(self.athlete, self.former, day)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day.year < 1900 or day > self.today + FURTHEST_AHEAD:
            raise forms.ValidationError(_("Give a day from 1900 until a year from today."))
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "to" in said and not said["to"] and not keeps(self.user, self.former):
            self.add_error("to", _("Only {club} itself can say that somebody leaves it.").format(club=self.former))
        elif "day" in said and (refusal := too_early(self.athlete, self.former, said["day"], self.user, self.today)):
            self.add_error("day", refusal)
        return said

    @property
    def key(self) -> str:
        """What the look was taken at: a look at something else doesn't count."""
        return f"{self.data.get('day', '')}|{self.data.get('to', '')}"[:100]

    @property
    def is_decided(self) -> bool:
        """Whether the results were looked at for this day and club, and the transfer is meant."""
        return bool(self.cleaned_data["do"] == "transfer" and self.cleaned_data["seen"] == self.key)

    @property
    def chosen(self) -> set[str]:
        """Ids of the results that are ticked; all at the first look."""
        if self.data.get("seen") != self.key:
            return {str(one.pk) for one in self.offered}
        return set(self.data.getlist("results"))  # type: ignore[attr-defined]  # a form is bound to a QueryDict
