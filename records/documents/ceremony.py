"""The certificates of a ceremony, in one file to be printed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from trackhub.clubs.domain.colours import HOUSE

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "documents" / "ceremony_certificates.typ"


def ceremony_certificates(words: Mapping[str, str], certificates: Sequence[Mapping[str, str]], *, colour: str) -> bytes:
    """A PDF with a landscape A4 page for each of ``certificates`` (name, what, how, where). ``words`` stand on all of
    them: language, title, club, heading, occasion, place, signature. All are data and never part of the template."""
    import typst  # noqa: PLC0415  # 80 MB, and seldom needed

    said: dict[str, Any] = {**words, "certificates": list(certificates), "colour": colour or HOUSE}
    made = typst.compile(str(TEMPLATE), root=str(TEMPLATE.parent), sys_inputs={"data": json.dumps(said)})
    assert isinstance(made, bytes)  # noqa: S101  # one file of the one format
    return made
