"""Import an old record book from a file."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from records.management.books import find_book
from records.management.importing import ImportCommand
from records.models import ImportBatch, RecordBook


class Command(ImportCommand):
    help = "Imports the lines of an old record book into a record book."
    kind = ImportBatch.Kind.RECORDS

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--book", required=True, help="the record book (slug)")

    def book(self, options: dict[str, Any]) -> RecordBook | None:
        return find_book(options["book"])
