"""What a search of records shows by the API; the roof adds news and answers."""

from __future__ import annotations

from typing import Any

from records.api import serializers as shape
from records.api import shapes
from records.api.lists import athletes_shaped, book_shaped
from records.queries import search
from records.queries.lines import Visitor


def found_in_records(text: str, user: Visitor) -> dict[str, Any]:
    """Ten of each kind at most."""
    records = search.records_named(text).items
    return {
        "athletes": athletes_shaped(search.athletes_named(text, user).items),
        "clubs": [
            {"slug": one.slug, "name": one.name, "town": one.town, "country": one.country}
            for one in search.clubs_named(text).items
        ],
        "disciplines": [shape.DisciplineShape(one).data for one in search.disciplines_named(text).items],
        "books": [book_shaped(one) for one in search.books_named(text).items],
        "records": shapes.records(search.rows_of(records, shapes.RECORD_COLUMNS), user),
        "competitions": [
            {"name": one.name, "first": one.first, "last": one.last} for one in search.competitions_named(text).items
        ],
    }
