"""The shape of HTML input: asking for the weekly mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trackhub.clubs.models import Club
from trackhub.clubs.queries import clubs_called


class DigestForm(forms.Form):
    """Where the mail goes, and of which club it tells."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    club: forms.ModelChoiceField[Club] = forms.ModelChoiceField(
        label=_("News of"), queryset=None, required=False, to_field_name="slug", empty_label=_("all clubs")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["club"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # as declared above
        field.queryset = clubs_called("").order_by("name")
