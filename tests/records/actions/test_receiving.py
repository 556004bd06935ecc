"""Receiving a file: kept as it came, or not at all."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from django.db import transaction

from records.actions.receiving import CHUNK_BYTES, receive_file, remember_mapping
from records.domain.columns import Choice
from records.domain.refusals import FileRefused
from records.models import ColumnMapping, ImportBatch, ImportChunk
from tests.factories import received
from trackhub.clubs.models import Club, User

pytestmark = pytest.mark.django_db


def test_the_file_is_kept_with_what_was_said_about_it(alice: User, harbour: Club, now: datetime) -> None:
    batch = receive_file(
        "performances",
        content=[b"event,mark\n", b"100,10.80\n"],
        filename="a" * 300 + ".csv",
        source="power of 10",
        by=alice,
        at=now,
        club=harbour,
        date_order="dmy",
        mapping={"discipline": "event"},
    )
    batch.refresh_from_db()
    assert b"".join(batch.content()) == b"event,mark\n100,10.80\n"
    assert (batch.size, batch.sha256) == (21, sha256(b"event,mark\n100,10.80\n").hexdigest())
    assert (batch.state, batch.club, batch.by, batch.received) == ("received", harbour, alice, now)
    assert (batch.source, batch.date_order, batch.mapping) == ("power of 10", "dmy", {"discipline": "event"})
    assert len(batch.filename) == 255


def test_a_long_file_is_kept_in_chunks() -> None:
    content = bytes(range(256)) * (CHUNK_BYTES // 256) + b"the end"
    batch = received("performances", content)
    assert [len(bytes(chunk.content)) for chunk in batch.chunks.order_by("number")] == [CHUNK_BYTES, 7]
    assert b"".join(batch.content()) == content


def test_a_file_beyond_the_limit_leaves_nothing(settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 3 * 1024 * 1024
    received("performances", b"x" * settings.IMPORT_MAX_BYTES).delete()
    with pytest.raises(FileRefused) as refused, transaction.atomic():
        received("performances", b"x" * (settings.IMPORT_MAX_BYTES + 1))
    assert (refused.value.code, refused.value.values) == ("too_large", {"limit": 3})
    assert not ImportBatch.objects.exists()
    assert not ImportChunk.objects.exists()


def test_an_empty_file_is_received_too() -> None:
    batch = received("athletes", b"")
    assert (batch.size, list(batch.content())) == (0, [])


def test_the_last_mapping_of_a_club_and_source_is_remembered(harbour: Club) -> None:
    batch = received("athletes", b"", club=harbour, source="uka")
    remember_mapping(batch, Choice({"sex": "M/F"}))
    remember_mapping(batch, Choice({"sex": "Gender?"}, ["shoes"]))
    kept = ColumnMapping.objects.get(club=harbour, kind="athletes", source="uka").columns
    assert kept == {"sex": "Gender?", "left out": ["shoes"]}
    assert Choice.kept(kept) == Choice({"sex": "Gender?"}, ["shoes"])
