"""Print an athlete's bests."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from records.management.books import add_format, iso_day, print_rows
from records.models import ExternalId
from records.queries.standing import best_line, season_start_of, standing_bests

_SHOWN = ("discipline", "facility", "list", "mark", "wind", "date", "season_best", "competition", "venue")


class Command(BaseCommand):
    help = "Prints an athlete's personal bests and season bests, today or as they stood on a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--athlete", required=True, metavar="SOURCE:ID")
        parser.add_argument("--on", type=iso_day, help="as they stood at the end of this day (YYYY-MM-DD)")
        add_format(parser, "table", "csv", "json")

    def handle(self, *args: Any, **options: Any) -> None:
        source, colon, value = options["athlete"].partition(":")
        if not colon:
            raise CommandError(f"--athlete {source}: write SOURCE:ID, as in --athlete powerof10:12345.")
        known = ExternalId.objects.filter(source=source, value=value).select_related("athlete").first()
        if known is None:
            raise CommandError(f"No athlete has the id {value} in source {source}.")
        on = options["on"] or timezone.localdate()
        bests = standing_bests(known.athlete, on=on, season_start=season_start_of(known.athlete, on))
        print_rows(self.stdout, [best_line(best) for best in bests], options["format"], _SHOWN)
