"""A club's record board on paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from trackhub.clubs.domain.colours import HOUSE, accents

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "documents" / "board.typ"


def board_document(printed: Mapping[str, Any], *, colour: str) -> bytes:
    """An A4 PDF of ``printed`` (records.queries.printed), which is data and never part of the template."""
    import typst  # noqa: PLC0415  # 80 MB, and seldom needed

    said = {**printed, "colour": accents(colour or HOUSE).ink}
    made = typst.compile(str(TEMPLATE), root=str(TEMPLATE.parent), sys_inputs={"data": json.dumps(said)})
    assert isinstance(made, bytes)  # noqa: S101  # one file of the one format
    return made
