"""Filters that refuse what they can't read, where django-filter would look away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters

_MEANT = {"true": True, "1": True, "false": False, "0": False, "": None}


class _YesOrNoField(forms.NullBooleanField):
    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]  # as NullBooleanField does
        try:
            return _MEANT[str(value or "").lower()]
        except KeyError:
            raise ValidationError(_("Say true or false.")) from None


class YesOrNo(filters.BooleanFilter):  # type: ignore[misc]
    field_class = _YesOrNoField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The usual widget takes whatever it doesn't know for nothing.
        super().__init__(*args, widget=forms.TextInput, **kwargs)
