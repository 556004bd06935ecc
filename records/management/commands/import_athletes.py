"""Import athletes from a file."""

from __future__ import annotations

from argparse import ArgumentParser

from records.management.importing import ImportCommand
from records.models import ImportBatch


class Command(ImportCommand):
    help = "Imports a file of athletes: reads, judges, applies, and folds bests and records."
    kind = ImportBatch.Kind.ATHLETES

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--existing", choices=ImportBatch.Existing.values, default="update",
            help="athletes who are there already: update what the file says otherwise, skip them, or create others",
        )  # fmt: skip
