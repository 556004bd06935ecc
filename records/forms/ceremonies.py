"""A ceremony, its guests, and what a guest answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.actions.ceremonies import MOST_PERSONS
from records.models import Athlete, Ceremony, CeremonyGuest
from records.queries.ceremonies import honoured_athletes

if TYPE_CHECKING:
    CeremonyShape = forms.ModelForm[Ceremony]
else:
    CeremonyShape = forms.ModelForm


class CeremonyForm(CeremonyShape):
    """When, where and what; the club stands in the address."""

    class Meta:
        model = Ceremony
        fields = ("title", "starts", "place", "text", "public")
        widgets = {
            "starts": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "text": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "text": _("Stands in the invitation and the programme: who speaks, what to wear, how to come."),
            "public": _("Title, hour and place stand in the club's calendar, which anybody may subscribe to."),
        }


class GuestForm(forms.Form):
    """Somebody to invite. Whoever brings no address is asked by word of mouth."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    family_of: forms.ModelChoiceField[Athlete] = forms.ModelChoiceField(
        label=_("Family of"), queryset=None, required=False, empty_label=_("nobody in particular")
    )

    def __init__(self, *args: Any, ceremony: Ceremony, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["family_of"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = honoured_athletes(ceremony)


class AnswerForm(forms.Form):
    """A guest's answer."""

    answer = forms.ChoiceField(
        label=_("Do you come?"),
        choices=[(CeremonyGuest.Answer.YES, _("Yes, I come")), (CeremonyGuest.Answer.NO, _("No, I can't"))],
        widget=forms.RadioSelect,
    )
    persons = forms.IntegerField(
        label=_("How many of you, yourself included?"), min_value=1, max_value=MOST_PERSONS, initial=1, required=False
    )

    def clean_persons(self) -> int:
        return self.cleaned_data["persons"] or 1
