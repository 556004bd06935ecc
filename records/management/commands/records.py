"""Print the records of a book."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from records.management.books import add_format, find_book, iso_day, print_rows
from records.queries.standing import age_group_order, record_line, standing_records

_SHOWN = ("discipline", "sex", "age_group", "facility", "mark", "wind", "athlete", "club", "date", "until")


class Command(BaseCommand):
    help = "Prints the records of a book, as they stand or as they stood on a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--book", required=True, help="the club's slug, or “world” for the whole site")
        parser.add_argument("--on", type=iso_day, help="as it stood at the end of this day (YYYY-MM-DD)")
        parser.add_argument("--discipline", default="", metavar="CODE")
        parser.add_argument("--sex", default="", choices=("M", "F", "X"))
        parser.add_argument("--age-group", metavar="CODE", help="one age group; an empty word for marks at all ages")
        parser.add_argument("--history", action="store_true", help="every step of the succession")
        add_format(parser, "table", "csv", "json")

    def handle(self, *args: Any, **options: Any) -> None:
        book = find_book(options["book"])
        found = standing_records(
            book,
            on=options["on"],
            discipline=options["discipline"],
            sex=options["sex"],
            age_group=options["age_group"],
            history=options["history"],
        )
        order = age_group_order(book)
        records = sorted(
            found,
            key=lambda record: (
                record.discipline.place_in_list, record.discipline.code, record.sex,
                order.get(record.age_group, 999), record.facility, record.timing,
            ),
        )  # fmt: skip
        shown = _SHOWN if options["history"] or options["on"] else _SHOWN[:-1]
        print_rows(self.stdout, [record_line(record) for record in records], options["format"], shown)
