"""Import athletes from a file."""

from __future__ import annotations

from records.management.importing import ImportCommand
from records.models import ImportBatch


class Command(ImportCommand):
    help = "Imports a file of athletes: reads, judges, applies, and folds bests and records."
    kind = ImportBatch.Kind.ATHLETES
