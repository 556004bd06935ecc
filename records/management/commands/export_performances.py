"""Export performances with what they count for."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records.domain.cells import guarded
from records.management.books import add_format, find_club
from records.models import Performance
from records.queries.exports import COLUMNS, export_rows


class Command(BaseCommand):
    help = "Exports current performances as CSV or JSON; columns: " + ", ".join(COLUMNS)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--club", default="", help="only this club's (slug)")
        parser.add_argument("--source", default="", help="only those imported from this source")
        parser.add_argument("--columns", default="", help="a comma-separated choice of columns")
        add_format(parser, "csv", "json")

    def handle(self, *args: Any, **options: Any) -> None:
        columns = [name.strip() for name in options["columns"].split(",") if name.strip()] or list(COLUMNS)
        unknown = [name for name in columns if name not in COLUMNS]
        if unknown:
            raise CommandError(f"There is no column {', '.join(unknown)}. Choose from: {', '.join(COLUMNS)}.")
        performances = Performance.objects.current()
        if options["club"]:
            performances = performances.filter(club=find_club(options["club"]))
        if options["source"]:
            performances = performances.filter(source=options["source"])
        rows = export_rows(performances, columns, source=options["source"])
        if options["format"] == "json":
            self._write_json(columns, rows)
            return
        # Rows end in CR LF: with LF alone a CR within a text stays unquoted, and a spreadsheet begins a row there.
        writer = csv.writer(self.stdout)
        writer.writerow(columns)
        writer.writerows([guarded(text) for text in row] for row in rows)

    def _write_json(self, columns: list[str], rows: Any) -> None:
        """One object a line inside the array, so that a long export never stands in memory whole."""
        separator = "[\n"
        for row in rows:
            found: dict[str, Any] = dict(zip(columns, row, strict=True))
            if "legal" in found:
                found["legal"] = found["legal"] == "yes"
            self.stdout.write(separator + json.dumps(found, ensure_ascii=False), ending="")
            separator = ",\n"
        self.stdout.write("[]" if separator == "[\n" else "\n]")
