"""The vocabulary of the event log is written down for those who receive it."""

from __future__ import annotations

import re
from pathlib import Path

from trackhub.clubs.domain.kinds import Kind

DOCS = Path(__file__).resolve().parents[4] / "docs" / "webhooks.md"


def test_receivers_can_read_about_every_kind_and_about_no_other() -> None:
    assert set(re.findall(r"^\| `([a-z_]+)` \|", DOCS.read_text(), re.MULTILINE)) == set(Kind)


def test_a_kind_fits_its_column() -> None:
    assert all(re.fullmatch(r"[a-z_]{3,60}", kind) for kind in Kind)
