"""Share images: what a link to a record, an athlete or a club looks like where people paste it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from trackhub.clubs.domain.colours import HOUSE

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "documents" / "card.typ"
SIZE = (1200, 630)
"""In pixels, as Open Graph asks for."""


@dataclass(frozen=True, slots=True)
class Card:
    """The words of an image. ``mark`` is set large; ``rows`` are pairs of what stands left and right."""

    club: str
    colour: str
    title: str
    kicker: str = ""
    mark: str = ""
    foot: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    language: str = "en"

    @property
    def digest(self) -> str:
        """Of all that is drawn, the template too: the same digest is the same image."""
        said = json.dumps(asdict(self)).encode() + TEMPLATE.read_bytes()
        return sha256(said).hexdigest()[:32]


def card_png(card: Card) -> bytes:
    """A PNG of SIZE. The words are data and never part of the template."""
    import typst  # noqa: PLC0415  # 80 MB, and seldom needed

    said = {**asdict(card), "colour": card.colour or HOUSE}
    made = typst.compile(
        str(TEMPLATE), root=str(TEMPLATE.parent), format="png", ppi=72, sys_inputs={"data": json.dumps(said)}
    )
    assert isinstance(made, bytes)  # noqa: S101  # one page of the one format
    return made
