"""What is told of an athlete, and links to videos."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from records.models.athletes import LONGEST_BIOGRAPHY
from records.models.videos import LONGEST_ADDRESS


class BiographyForm(forms.Form):
    biography = forms.CharField(
        label=_("Biography"),
        required=False,
        max_length=LONGEST_BIOGRAPHY,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "Whoever may see the athlete's page reads it there. Plain text of at most 2000 characters; an empty line "
            "begins a new paragraph. Empty, it is taken away."
        ),
    )


class VideoForm(forms.Form):
    address = forms.CharField(
        label=_("Address of a video"),
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=_("As the browser shows it: https://…"),
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        required=False,
        help_text=_("What it shows, such as the final from the stand."),
    )
