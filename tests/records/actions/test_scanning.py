"""The operator's scanner stands before the reader."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from records.actions.scanning import scan_file
from records.domain.refusals import FileRefused
from tests.factories import ClubFactory, staged

FINDS_EICAR = f"{sys.executable} -c 'import sys; sys.exit(b\"EICAR\" in sys.stdin.buffer.read())'"


def refused_as(pieces: list[bytes]) -> str:
    try:
        scan_file(pieces)
    except FileRefused as refusal:
        return refusal.code
    return ""


def test_without_a_scanner_nothing_is_asked(settings: Any) -> None:
    settings.UPLOAD_SCAN_COMMAND = ""
    assert refused_as([b"EICAR"]) == ""


@pytest.mark.parametrize(
    ("command", "content", "code"),
    [
        (FINDS_EICAR, b"name,sex\n", ""),
        (FINDS_EICAR, b"EI", ""),
        (FINDS_EICAR, b"...EICAR...", "infected"),
        (f"{sys.executable} -c 'raise SystemExit(2)'", b"", "not_scanned"),
        ("/no/such/scanner --now", b"", "not_scanned"),
    ],
)
def test_only_what_the_scanner_passes_is_read(settings: Any, command: str, content: bytes, code: str) -> None:
    settings.UPLOAD_SCAN_COMMAND = command
    assert refused_as([content[:3], content[3:]]) == code


@pytest.mark.django_db
def test_an_import_with_a_finding_is_refused_whole(settings: Any) -> None:
    settings.UPLOAD_SCAN_COMMAND = FINDS_EICAR
    batch = staged("athletes", "family name,sex\nEICAR,M\n", club=ClubFactory())
    assert (batch.state, (batch.refusal or {})["code"], batch.rows.count()) == ("refused", "infected", 0)
