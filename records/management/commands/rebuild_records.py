"""Fold bests and records again from the performances."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from records.actions.folding import rebuild
from records.management.books import find_book
from records.models import Best, Record
from trackhub.clubs.actions.audit import record_deed


class Command(BaseCommand):
    help = "Rebuilds all bests and records, or the records of one book, from the performances."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--book", help="only this record book (slug)")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        book = find_book(options["book"]) if options["book"] else None
        started = perf_counter()
        with transaction.atomic():
            rebuild(book)
            record_deed("rebuild_records", target=book.slug if book else "all books", by=None, at=timezone.now())
        records = Record.objects.filter(book=book) if book else Record.objects.all()
        found = {"bests": Best.objects.count(), "records": records.count()}
        found["standing"] = records.filter(until=None).count()
        seconds = round(perf_counter() - started, 3)
        if options["json"]:
            self.stdout.write(json.dumps({**found, "seconds": seconds}, indent=2))
        else:
            self.stdout.write(
                f"{found['bests']} bests and {found['records']} record steps, {found['standing']} of them standing, "
                f"in {seconds} s."
            )
