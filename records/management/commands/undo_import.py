"""Take an import back."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from records.actions.undoing import NotApplied, undo_import
from records.models import ImportBatch


class Command(BaseCommand):
    help = "Takes back what an import made, except what a person has changed since; says what was kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", type=int, help="the number of the import")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        batch = ImportBatch.objects.filter(pk=options["batch"]).first()
        if batch is None:
            raise CommandError(f"There is no import {options['batch']}.")
        try:
            result = undo_import(batch, by=None, at=timezone.now())
        except NotApplied as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"batch": batch.pk, "state": "undone", **result}, indent=2))
            return
        self.stdout.write(f"Import {batch.pk} is taken back:")
        for name, count in result.items():
            self.stdout.write(f"  {name.replace('_', ' ')}: {count}")
