"""Tables of records."""

from __future__ import annotations

from records.models.athletes import Athlete, ClubSpell, ExternalId
from records.models.books import LegacyRecord, Record, RecordBook, RecordPolicy
from records.models.disciplines import AgeGroup, AgeGroupScheme, Discipline
from records.models.imports import ColumnMapping, ImportBatch, ImportChunk, ImportRow
from records.models.performances import Best, Performance, RelayLeg

__all__ = [
    "AgeGroup",
    "AgeGroupScheme",
    "Athlete",
    "Best",
    "ClubSpell",
    "ColumnMapping",
    "Discipline",
    "ExternalId",
    "ImportBatch",
    "ImportChunk",
    "ImportRow",
    "LegacyRecord",
    "Performance",
    "Record",
    "RecordBook",
    "RecordPolicy",
    "RelayLeg",
]
