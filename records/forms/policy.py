"""The rules of a record book, chosen in a form."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from records.domain.rulebooks import MOST, RULEBOOKS
from records.models import Evidence, RecordPolicy
from records.models.books import OPTIONS
from records.queries.policies import wind_disciplines

if TYPE_CHECKING:
    PolicyShape = forms.ModelForm[RecordPolicy]
else:
    PolicyShape = forms.ModelForm

TEMPLATES = {
    "wa": _("World Athletics rules"),
    "uk": _("UK club"),
    "any": _("Anything goes"),
}
"""What the form can be filled with, by the names in RULEBOOKS."""


class SecondsField(forms.DecimalField):
    """Seconds for people, milliseconds for the rules."""

    def __init__(self, **said: Any) -> None:
        super().__init__(min_value=0, max_value=1, max_digits=4, decimal_places=3, **said)

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 1000:.2f}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        return None if said is None else int(said * 1000)


class PolicyForm(PolicyShape):
    """Every option, why, and the version that was seen: nobody saves over what somebody else has changed."""

    any_wind = forms.MultipleChoiceField(
        label=_("Disciplines in which any wind counts"), required=False, widget=forms.CheckboxSelectMultiple
    )
    hand_short_ms = SecondsField(
        label=_("Seconds added to hand times under 400 m"), help_text=_("Only where hand times are converted.")
    )
    hand_400_ms = SecondsField(
        label=_("Seconds added to hand times at 400 m"), help_text=_("Only where hand times are converted.")
    )
    evidence = forms.MultipleChoiceField(
        label=_("Evidence that a claim needs"),
        required=False,
        choices=Evidence.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("Why this change?"),
        max_length=200,
        help_text=_("Members read it beside the version: “Decided at the general meeting of 3 March”."),
    )
    seen = forms.IntegerField(
        min_value=0,
        max_value=32767,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("This form doesn't say which version of the rules you saw. Open it anew."),
        ),
    )

    class Meta:
        model = RecordPolicy
        fields = (*OPTIONS, "note")
        labels = {
            "wind": _("Wind readings"),
            "wind_from_age": _("The wind counts from this age on"),
            "hand": _("Hand times"),
            "ties": _("Equal marks"),
            "facilities": _("Indoors and outdoors"),
            "inheritance": _("Age groups in which a mark counts"),
            "claims": _("Whose marks count"),
            "minimum_field": _("Fewest competitors"),
            "ratification": _("Records are ratified by the chief registrar"),
            "claim_days": _("Days to claim a record"),
        }
        help_texts = {
            "minimum_field": _("0: however few. Marks whose results don't say how many competed are taken."),
            "claim_days": _("After the performance. Empty: at any time."),
        }
        widgets = dict.fromkeys(("wind", "hand", "ties", "facilities", "inheritance", "claims"), forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        disciplines = self.fields["any_wind"]
        assert isinstance(disciplines, forms.MultipleChoiceField)  # noqa: S101
        disciplines.choices = wind_disciplines()
        for name in ("wind_from_age", "minimum_field", "claim_days"):
            field = self.fields[name]
            field.validators.append(MaxValueValidator(MOST[name]))
            field.widget.attrs["max"] = MOST[name]

    def see(self, version: int) -> None:
        """Whoever sends the form again has been told of ``version``."""
        assert isinstance(self.data, QueryDict)  # noqa: S101  # whoever is overtaken has sent the form
        said = self.data.copy()
        said["seen"] = str(version)
        self.data = said

    @property
    def options(self) -> dict[str, Any]:
        """What was chosen, with the reason and the version seen, once the form is valid."""
        return {name: self.cleaned_data[name] for name in (*OPTIONS, "note", "seen")}


def filled(policy: RecordPolicy | None, template: str, older: RecordPolicy | None) -> dict[str, Any]:
    """What the form starts from: a template's rules, an older version's, or those in force."""
    said: dict[str, Any] = {"seen": policy.version if policy else 0}
    if template in RULEBOOKS:
        return said | RULEBOOKS[template] | {"note": TEMPLATES[template]}
    if older is not None:
        return said | older.options | {"note": _("As in version {n}").format(n=older.version)}
    return said | (policy.options if policy else {})
