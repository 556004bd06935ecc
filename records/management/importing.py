"""What the import commands have in common: their options, the run from file to fold, and the report."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from records.actions.applying import apply_import
from records.actions.receiving import CHUNK_BYTES, receive_file
from records.actions.staging import stage_import
from records.domain.refusals import FileRefused
from records.management.books import find_club
from records.models import ImportBatch, RecordBook
from records.queries.issues import issues_of
from records.sentences import refusal_text, say

_COUNTS = ("rows", "created", "changed", "duplicates", "refused", "warnings")
_STEPS = ("personal_bests", "season_bests", "records")
_SHOWN_ISSUES = 20
_LONGEST_SOURCE = 40  # as much as ImportBatch.source holds


class ImportCommand(BaseCommand):
    """Imports a file of one ``kind`` from the command line, by the same actions as the worker."""

    kind: ImportBatch.Kind

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV, TSV or XLSX file")
        parser.add_argument("--source", default="file", help="whose ids the file uses; the same source next time")
        parser.add_argument("--club", help="the club (slug) that every row belongs to")
        parser.add_argument("--club-column", default="", metavar="NAME", help="the column that names the club")
        parser.add_argument("--create-clubs", action="store_true", help="found clubs that are not there yet")
        parser.add_argument(
            "--map", action="append", default=[], metavar="TARGET=COLUMN", help="read TARGET from COLUMN"
        )
        parser.add_argument("--dates", choices=("iso", "dmy", "mdy"), default="iso", help="the order in dates")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and keep nothing")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run = options["dry_run"]
        if dry_run:
            # The real thing, taken back: so the counts can't differ from those of the run that follows.
            with transaction.atomic():
                report, refused = self._run(options)
                transaction.set_rollback(True)
            if not refused:
                report["state"] = ImportBatch.State.STAGED
        else:
            report, refused = self._run(options)
        if options["json"] or not refused:
            self._print(report, as_json=options["json"], dry_run=dry_run)
        if refused:
            raise CommandError(refused)

    def _run(self, options: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """Read, judge and apply the file: the report, and why the file was refused. A refused file isn't kept."""
        started = perf_counter()
        batch = self._received(options)
        stage_import(batch, today=timezone.localdate())
        if batch.state == ImportBatch.State.STAGED:
            apply_import(batch, by=None, at=timezone.now())
            batch.refresh_from_db()
        report, refused = self._report(batch, perf_counter() - started), refusal_text(batch.refusal)
        if refused:
            batch.delete()
        return report, refused

    def _received(self, options: dict[str, Any]) -> ImportBatch:
        if len(options["source"]) > _LONGEST_SOURCE:
            raise CommandError(f"--source: a source's name has at most {_LONGEST_SOURCE} characters.")
        mapping = dict(pair.split("=", 1) if "=" in pair else (pair, "") for pair in options["map"])
        for target, column in mapping.items():
            if not column:
                raise CommandError(f"--map {target}: write TARGET=COLUMN, as in --map birth_date=Geboren.")
        try:
            return receive_file(
                self.kind,
                content=_content(options["file"]),
                filename=options["file"].name,
                source=options["source"],
                by=None,
                at=timezone.now(),
                club=find_club(options["club"]) if options["club"] else None,
                book=self.book(options),
                club_column=options["club_column"],
                create_clubs=options["create_clubs"],
                date_order=options["dates"],
                mapping=mapping,
                existing=options.get("existing", ImportBatch.Existing.UPDATE),
            )
        except FileRefused as refusal:
            raise CommandError(say(refusal.code, refusal.values)) from refusal

    def book(self, options: dict[str, Any]) -> RecordBook | None:
        return None

    def _report(self, batch: ImportBatch, seconds: float) -> dict[str, Any]:
        result = {**dict.fromkeys((*_COUNTS, *_STEPS), 0), **batch.result}
        return {
            "batch": batch.pk,
            "state": batch.state,
            **{name: result[name] for name in (*_COUNTS, *_STEPS)},
            "clubs_created": result.get("clubs_created", 0),
            "seconds": round(seconds, 3),
            "encoding": batch.reading.get("encoding", ""),
            "columns": batch.reading.get("columns", {}),
            "notes": [say(code) for code in batch.reading.get("notes", [])],
            "issues": [{key: issue[key] for key in ("row", "column", "code", "message")} for issue in issues_of(batch)],
        }

    def _print(self, report: dict[str, Any], *, as_json: bool, dry_run: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        for note in report["notes"]:
            self.stdout.write(note)
        for issue in report["issues"][:_SHOWN_ISSUES]:
            where = f"row {issue['row']}" + (f", {issue['column']}" if issue["column"] else "")
            self.stdout.write(f"  {where}: {issue['message']}")
        if len(report["issues"]) > _SHOWN_ISSUES:
            self.stdout.write(f"  … and {len(report['issues']) - _SHOWN_ISSUES} more; --json lists them all.")
        would = "would be " if dry_run else ""
        self.stdout.write(
            f"Import {report['batch']} ({report['state']}): {report['rows']} rows; {report['created']} {would}created, "
            f"{report['changed']} changed, {report['duplicates']} there already, {report['refused']} refused. "
            f"{report['personal_bests']} personal bests, {report['season_bests']} season bests, "
            f"{report['records']} record steps, in {report['seconds']} s."
        )


def _content(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK_BYTES):
                yield piece
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
