"""Certificates of ratified records, on paper."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path

import segno
from django.conf import settings

from trackhub.clubs.domain.colours import HOUSE

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "documents" / "certificate.typ"


def qr_code(address: str) -> bytes:
    """``address`` as an SVG, black on white."""
    image = io.BytesIO()
    segno.make(address, error="m", micro=False).save(image, kind="svg", omitsize=True, dark="#000", light="#fff")
    return image.getvalue()


def certificate_pdf(words: Mapping[str, str], *, colour: str, address: str, language: str) -> bytes:
    """One A4 page, landscape. ``words`` are what is printed, by the names that the template knows; they are data and
    never part of the template, so nothing that a person wrote can be run."""
    import typst  # noqa: PLC0415  # 80 MB, and seldom needed

    said = {**words, "colour": colour or HOUSE, "address": address, "language": language[:2]}
    said["qr"] = qr_code(address).decode()
    made = typst.compile(str(TEMPLATE), root=str(TEMPLATE.parent), sys_inputs={"data": json.dumps(said)})
    assert isinstance(made, bytes)  # noqa: S101  # one file of the one format
    return made
