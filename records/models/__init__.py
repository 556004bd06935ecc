"""Tables of records."""

from __future__ import annotations

from records.models.athletes import Athlete, ClubSpell, ExternalId
from records.models.books import LegacyRecord, Record, RecordBook, RecordPolicy
from records.models.claims import Evidence, MarkReport, ProofFile, RecordClaim
from records.models.disciplines import AgeGroup, AgeGroupScheme, Discipline
from records.models.honours import Award, Ceremony, CeremonyGuest, ClubMedal, Honour
from records.models.identity import AthleteAlias, AthleteMerge, NotTheSame
from records.models.imports import ColumnMapping, ImportBatch, ImportChunk, ImportEffect, ImportRow
from records.models.people import Consent, Guardianship
from records.models.performances import Best, Performance, RelayLeg
from records.models.standards import Standard, StandardSet
from records.models.videos import Video

__all__ = [
    "AgeGroup",
    "AgeGroupScheme",
    "Athlete",
    "AthleteAlias",
    "AthleteMerge",
    "Award",
    "Best",
    "Ceremony",
    "CeremonyGuest",
    "ClubMedal",
    "ClubSpell",
    "ColumnMapping",
    "Consent",
    "Discipline",
    "Evidence",
    "ExternalId",
    "Guardianship",
    "Honour",
    "ImportBatch",
    "ImportChunk",
    "ImportEffect",
    "ImportRow",
    "LegacyRecord",
    "MarkReport",
    "NotTheSame",
    "Performance",
    "ProofFile",
    "Record",
    "RecordBook",
    "RecordClaim",
    "RecordPolicy",
    "RelayLeg",
    "Standard",
    "StandardSet",
    "Video",
]
