"""A select without a template says what Django's says."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.utils.translation import gettext_lazy as _

from records.forms.selects import LongSelect

CHOICES = [("", _("All")), ("a&b", "<A>"), ("Jumps", [("HJ", "High"), ("LJ", "Long")]), (7, "seven")]


def form_with(widget: type[forms.Select], **said: str) -> forms.Form:
    field = forms.ChoiceField(choices=CHOICES, required=False, widget=widget(attrs={"class": "wide"}), help_text="Help")
    return type("Choose", (forms.Form,), {"what": field})(said or None)


def parts(form: forms.Form) -> list[str]:
    """Tags and texts, each tag with its attributes in order."""
    tags = re.findall(r"<[^>]+>|[^<>\s][^<>]*", str(form["what"]))
    return [
        " ".join([tag.split()[0].strip("<>"), *sorted(re.findall(r'[\w-]+="[^"]*"|selected', tag))]) for tag in tags
    ]


@pytest.mark.parametrize("said", ["", "a&b", "LJ", "7", "nobody"])
def test_the_same_as_djangos(said: str) -> None:
    assert parts(form_with(LongSelect, what=said)) == parts(form_with(forms.Select, what=said))


def test_nothing_said_chooses_the_first() -> None:
    assert '<option value="" selected>All</option>' in str(form_with(LongSelect)["what"])


def test_what_was_said_is_never_markup() -> None:
    assert "<A>" not in str(form_with(LongSelect)["what"])
