"""A club's season as a book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from trackhub.clubs.domain.colours import HOUSE, accents

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "documents" / "yearbook.typ"


def yearbook_pdf(said: Mapping[str, Any]) -> bytes:
    """A PDF of A4 pages. ``said`` is what records.queries.yearbook.printed makes: data, never part of the template."""
    import typst  # noqa: PLC0415  # 80 MB, and seldom needed

    colour = said["colour"] or HOUSE
    data = json.dumps({**said, "colour": colour, "ink": accents(colour).ink})
    made = typst.compile(str(TEMPLATE), root=str(TEMPLATE.parent), sys_inputs={"data": data})
    assert isinstance(made, bytes)  # noqa: S101  # one file of the one format
    return made
