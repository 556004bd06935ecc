"""Selects of many options."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.safestring import SafeString


class LongSelect(forms.Select):
    """A select without a template: Django renders one for each option, which takes longer than reading a board."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        said = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return SafeString(f"<select{said}>{_options(self.choices, chosen)}</select>")


def _options(choices: Iterable[Any], chosen: set[str]) -> str:
    """``choices`` as fields have them: (value, label), or (heading, choices) for a group."""
    return "".join(
        f'<optgroup label="{escape(str(value))}">{_options(label, chosen)}</optgroup>'
        if isinstance(label, list | tuple)
        else f'<option value="{escape(str(value))}"{" selected" if str(value) in chosen else ""}>'
        f"{escape(str(label))}</option>"
        for value, label in choices
    )
