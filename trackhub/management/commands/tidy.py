"""Take away what has been kept long enough."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from trackhub.clubs.actions.retention import tidy, what_is_due
from trackhub.retention import ALL_CLOCKS


class Command(BaseCommand):
    help = "Takes away what is older than RETENTION_DAYS says; with --preview only tells what would go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--preview", action="store_true", help="change nothing")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        found = what_is_due(ALL_CLOCKS, at=at)
        gone = {} if options["preview"] else tidy(ALL_CLOCKS, at=at)
        if options["json"]:
            clocks = [asdict(due) for due in found]
            self.stdout.write(json.dumps({"clocks": clocks, "gone": gone}, cls=DjangoJSONEncoder, indent=2))
            return
        for due in found:
            oldest = f", the oldest of {due.oldest:%Y-%m-%d}" if due.oldest else ""
            self.stdout.write(f"{due.name}: {due.kept} kept for {due.days} days{oldest}; {due.going} run out")
        self.stdout.write(
            "Nothing was taken away." if options["preview"] else f"Taken away: {sum(gone.values())} rows."
        )
