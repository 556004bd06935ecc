"""What a visitor narrows standards by, and how a registrar types them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.domain.marks import MarkRefused
from records.domain.standards import read_standard
from records.models import Discipline, Standard
from records.models.disciplines import Sex
from records.sentences import say

if TYPE_CHECKING:
    StandardModelForm = forms.ModelForm[Standard]
else:
    StandardModelForm = forms.ModelForm


class StandardFilter(forms.Form):
    """Filters of a set of standards; they live in the address."""

    discipline = forms.ChoiceField(label=gettext_lazy("Discipline"), required=False)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), required=False)
    club = forms.ChoiceField(label=gettext_lazy("Club"), required=False)

    def __init__(
        self,
        said: Mapping[str, str],
        *,
        disciplines: list[tuple[str, str]],
        sexes: list[str],
        clubs: list[tuple[str, str]],
    ) -> None:
        super().__init__(said)
        classes = [(sex, str(Sex(sex).label).capitalize()) for sex in sexes]
        for name, offered in (("discipline", disciplines), ("sex", classes), ("club", clubs)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            # An address may ask for what isn't offered: the answer is an empty list, not another one.
            asked = {said[name]: said[name]} if said[name] else {}
            field.choices = [("", _("All")), *(asked | dict(offered)).items()]


class StandardForm(StandardModelForm):
    """One standard as a registrar types it: marks as on a result sheet, A and B."""

    a = forms.CharField(label=gettext_lazy("A standard"), required=False, max_length=20)
    b = forms.CharField(label=gettext_lazy("B standard"), required=False, max_length=20)

    class Meta:
        model = Standard
        fields = ("discipline", "sex", "age_group")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.update(a=self.instance.a, b=self.instance.b)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        discipline: Discipline | None = said.get("discipline")
        if discipline is None or "sex" not in said:
            return said
        if discipline.sex not in ("", said["sex"]):
            self.add_error("sex", _("This discipline is not for this class: choose the one with the same name."))
            return said
        values = {name: self._value(name, discipline, said["sex"]) for name in ("a", "b")}
        if values == {"a": None, "b": None} and not self.errors:
            self.add_error("a", _("Give the A standard, the B standard or both."))
        one = self.instance
        one.a_value, one.b_value = values["a"], values["b"]
        a, b = (Standard.merit_of(discipline, value) for value in values.values())
        if a is not None and b is not None and a < b:
            self.add_error("b", _("The B standard is harder than the A standard. Have they changed places?"))
        return said

    def _value(self, name: str, discipline: Discipline, sex: str) -> int | None:
        text = self.cleaned_data.get(name, "")
        if not text:
            return None
        try:
            return read_standard(text, discipline.specification, sex)
        except MarkRefused as refusal:
            self.add_error(name, say(refusal.code, refusal.values))
            return None
