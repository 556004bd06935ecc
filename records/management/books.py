"""Finding a club or a record book, and printing rows, for commands."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import CommandError, OutputWrapper

from records.domain.cells import guarded
from records.models import RecordBook
from trackhub.clubs.models import Club


def find_club(slug: str) -> Club:
    club = Club.objects.filter(slug=slug).first()
    if club is None:
        raise CommandError(f"There is no club “{slug}”.")
    return club


def find_book(slug: str) -> RecordBook:
    book = RecordBook.objects.select_related("policy", "scheme", "club").filter(slug=slug).first()
    if book is None:
        raise CommandError(f"There is no record book “{slug}”. A club's book bears its slug; “world” is the site's.")
    return book


def add_format(parser: ArgumentParser, *choices: str) -> None:
    """--format with ``choices``, and --json as its short form."""
    parser.add_argument("--format", choices=choices, default=choices[0])
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="same as --format json")


def iso_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a day. Write it as 2026-05-31.") from None


def print_rows(out: OutputWrapper, rows: Sequence[dict[str, Any]], form: str, shown: Sequence[str]) -> None:
    """Print ``rows`` as JSON with all their keys, as CSV with all their keys, or as a table of ``shown``."""
    if form == "json":
        out.write(json.dumps(rows, ensure_ascii=False, indent=2))
    elif form == "csv":
        names = list(rows[0]) if rows else list(shown)
        # Rows end in CR LF: with LF alone a CR within a text stays unquoted, and a spreadsheet begins a row there.
        writer = csv.writer(out)
        writer.writerow(names)
        writer.writerows([guarded(_text(row[name])) for name in names] for row in rows)
    else:
        _print_table(out, rows, shown)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _print_table(out: OutputWrapper, rows: Sequence[dict[str, Any]], shown: Sequence[str]) -> None:
    if not rows:
        out.write("Nothing found.")
        return
    cells = [[name.replace("_", " ") for name in shown], *([_text(row[name]) for name in shown] for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(shown))]
    for line in cells:
        out.write("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
