"""Erase who an athlete is; with --user the account goes as well."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from records.actions.erasing import AlreadyErased, Erasure, erase_athlete
from records.management.people import add_person, find_person
from records.models import Athlete
from trackhub.clubs.actions.accounts import LastChiefRegistrar, delete_account
from trackhub.clubs.models import User


class Command(BaseCommand):
    help = "Erases who an athlete is: marks and records stay under a name made by chance. With --user the account goes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_person(parser)
        parser.add_argument("--yes", action="store_true", help="don't ask")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        user, athlete = find_person(options)
        if not options["yes"] and input(f"Erase {athlete or user} for good? [y/N] ").strip().lower() != "y":
            raise CommandError("Nothing was erased.")
        try:
            done = self._erase(user, athlete)
        except (AlreadyErased, LastChiefRegistrar) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            said = asdict(done) if done else {}
            self.stdout.write(json.dumps({**said, "account_deleted": user is not None}, indent=2))
            return
        if done:
            self.stdout.write(f"The marks stay under {done.name}; {done.rows} rows and {done.files} files were erased.")
            for row in done.doubtful:
                self.stdout.write(f"  may mean somebody else, so it stays: {row}")
        if user:
            self.stdout.write("The account is deleted.")

    @transaction.atomic
    def _erase(self, user: User | None, athlete: Athlete | None) -> Erasure | None:
        at = timezone.now()
        done = erase_athlete(athlete, by=None, at=at, asked_by="site") if athlete else None
        if user:
            delete_account(user, at=at)
        return done
