"""Receiving a file: kept as it came, in the database, so that any worker on any machine can read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction

from records.domain.columns import Choice
from records.domain.refusals import FileRefused
from records.models import ColumnMapping, ImportBatch, ImportChunk, RecordBook
from trackhub.clubs.models import Club, User

CHUNK_BYTES = 1024 * 1024


def receive_file(
    kind: str,
    *,
    content: Iterable[bytes],
    filename: str,
    source: str,
    by: User | None,
    at: datetime,
    club: Club | None = None,
    book: RecordBook | None = None,
    club_column: str = "",
    create_clubs: bool = False,
    date_order: str = "iso",
    mapping: Mapping[str, Any] | None = None,
    existing: str = ImportBatch.Existing.UPDATE,
) -> ImportBatch:
    """Keep the file and what was said about it. Raises FileRefused('too_large') before it fills the database.

    ``existing`` says what becomes of athletes who are there already; only athlete files ask.
    """
    limit = settings.IMPORT_MAX_BYTES
    digest = sha256()
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            kind=kind,
            club=club,
            book=book,
            club_column=club_column,
            create_clubs=create_clubs,
            source=source,
            filename=filename[:255],
            date_order=date_order,
            mapping=dict(mapping or {}),
            existing=existing,
            by=by,
            received=at,
        )
        for number, piece in enumerate(_pieces(content)):
            batch.size += len(piece)
            if batch.size > limit:
                raise FileRefused("too_large", limit=limit // (1024 * 1024))
            digest.update(piece)
            ImportChunk.objects.create(batch=batch, number=number, content=piece)
        batch.sha256 = digest.hexdigest()
        batch.save(update_fields=["size", "sha256"])
    return batch


def _pieces(content: Iterable[bytes]) -> Iterable[bytes]:
    """``content`` in pieces of at most CHUNK_BYTES."""
    for part in content:
        for start in range(0, len(part), CHUNK_BYTES):
            yield part[start : start + CHUNK_BYTES]


def remember_mapping(batch: ImportBatch, columns: Choice) -> None:
    """Next time the same club hands in a file from this source, its columns are read the same way."""
    ColumnMapping.objects.update_or_create(
        club=batch.club, kind=batch.kind, source=batch.source, defaults={"columns": columns.to_keep()}
    )
