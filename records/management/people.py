"""How commands name a person."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from records.models import Athlete, ExternalId
from trackhub.clubs.models import User


def add_person(parser: ArgumentParser) -> None:
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--athlete", metavar="SOURCE:ID", help="by the id in a source, or th:NUMBER by our own")
    who.add_argument("--user", metavar="EMAIL", help="by the account's e-mail address")


def find_person(options: dict[str, Any]) -> tuple[User | None, Athlete | None]:
    """(account, athlete): with ``--user`` the account and its athlete, else the athlete alone."""
    if options["user"]:
        user = User.objects.filter(email__iexact=options["user"]).first()
        if user is None:
            raise CommandError(f"No account has the address {options['user']}.")
        return user, Athlete.objects.filter(account=user).first()
    source, _, value = options["athlete"].partition(":")
    if source == "th" and value.isdecimal():
        athlete = Athlete.objects.select_related("merged_into").filter(pk=int(value)).first()
    else:
        known = ExternalId.objects.select_related("athlete").filter(source=source, value=value).first()
        athlete = known.athlete if known else None
    if athlete is None:
        raise CommandError(f"No athlete is known as {options['athlete']}.")
    return None, athlete.merged_into or athlete
