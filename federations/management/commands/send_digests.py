"""Send the weekly mail now."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from federations.actions.sending import send_digests


class Command(BaseCommand):
    help = "Mails the last seven days to whoever subscribed and has not had this week's mail; beat does it on Mondays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        done = send_digests(at=timezone.now(), site=settings.SITE_ADDRESS)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
            return
        self.stdout.write(f"Sent: {done.sent}. Could not be mailed: {done.failed}. Nothing to say to: {done.quiet}.")
