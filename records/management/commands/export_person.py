"""Everything that the site holds about one person, as a zip."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from records.actions.exporting import export_person
from records.management.people import add_person, find_person
from records.queries.personal import Subject


class Command(BaseCommand):
    help = "Writes everything that the site holds about one person to a zip file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_person(parser)
        parser.add_argument("--out", required=True, type=Path, help="the zip file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        user, athlete = find_person(options)
        at, out = timezone.now(), options["out"]
        try:
            out.touch(mode=0o600)
            with export_person(Subject(user, athlete), by=None, at=at) as zipped, out.open("wb") as target:
                shutil.copyfileobj(zipped, target)
        except OSError as error:
            raise CommandError(f"{out} can't be written: {error.strerror}.") from error
        self.stdout.write(f"{out}: {out.stat().st_size} bytes")
