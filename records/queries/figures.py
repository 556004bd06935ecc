"""Figures with the decimal sign of the reader's language."""

from __future__ import annotations

from django.utils.formats import get_format


def figures(text: object) -> str:
    """A mark, wind or gap with the decimal sign of the reader's language: 10,52 and 1:45,32. Words stay."""
    said = str(text)
    return said.replace(".", get_format("DECIMAL_SEPARATOR")) if said.lstrip("+-−")[:1].isdigit() else said
