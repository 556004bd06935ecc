"""Pages by cursor: the thousandth costs what the first does, and nobody counts."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param


class Cursor(CursorPagination):
    """20 a page, at most 100; ``next`` and ``previous`` are whole addresses. Views set ``ordering``, which ends with
    a column that no two rows share.

    A cursor holds every column of the order, of the row where the page ends. DRF's own holds the first alone and
    skips as many equal rows as were seen, at most a thousand: a championship has more on one day.
    """

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering: str | tuple[str, ...] = "-id"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        size = self.get_page_size(request) or 20
        self.address = request.build_absolute_uri()
        self.order = (self.ordering,) if isinstance(self.ordering, str) else self.ordering
        backwards, seen = self._asked(request, queryset.model)
        order = _reversed(self.order) if backwards else self.order
        found = queryset.filter(_after(order, seen)) if seen else queryset
        rows: list[Any] = list(found.order_by(*order)[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        self.next = self._cursor("n", rows[-1]) if rows and (more or backwards) else None
        self.before = self._cursor("p", rows[0]) if rows and (more if backwards else seen) else None
        return rows

    def get_next_link(self) -> str | None:
        return self.next

    def get_previous_link(self) -> str | None:
        return self.before

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        def address(example: str | None) -> dict[str, Any]:
            return {"type": ["string", "null"], "format": "uri", "example": example}

        here = "https://trackhub.example/api/v1/athletes/?cursor=bnw0Mg=="
        names = {"next": address(here), "previous": address(None), "results": schema}
        return {"type": "object", "required": list(names), "properties": names}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        said = (
            ("cursor", {"type": "string"}, "As the addresses of ``next`` and ``previous`` hold it."),
            ("page_size", size, "Items on a page."),
        )
        return [{"name": n, "in": "query", "required": False, "description": d, "schema": s} for n, s, d in said]

    def _cursor(self, way: str, row: Any) -> str:
        names = [name.lstrip("-") for name in self.order]
        values = [row[name] if isinstance(row, dict) else getattr(row, name) for name in names]
        cursor = urlsafe_b64encode("|".join([way, *map(str, values)]).encode()).decode()
        return replace_query_param(self.address, self.cursor_query_param, cursor)

    def _asked(self, request: Request, model: type[Model]) -> tuple[bool, list[Any]]:
        """(whether the page is one further back, the row after which it begins); no row for the first page."""
        cursor = request.query_params.get(self.cursor_query_param)
        if cursor is None:
            return False, []
        try:
            way, *texts = urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").split("|")
            columns: list[Field[Any, Any]] = [model._meta.get_field(name.lstrip("-")) for name in self.order]  # type: ignore[misc]
            seen = [column.to_python(text) for column, text in zip(columns, texts, strict=True)]
            if any(isinstance(value, datetime) and is_naive(value) for value in seen):
                raise ValueError("a cursor of ours names the time zone")
        except (ValueError, ValidationError):
            raise NotFound(_("There is no such page. Begin again with the first.")) from None
        return way == "p", seen


def _after(order: Sequence[str], seen: Sequence[Any]) -> Q:
    """Rows behind ``seen``. The first condition says nothing new, but it is the one that an index answers."""
    beyond = Q()
    for name, value in reversed(list(zip(order, seen, strict=True))):
        column, way = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        further = Q(**{f"{column}__{way}": value})
        beyond = further | Q(**{column: value}) & beyond if beyond else further
    first = order[0].lstrip("-")
    return Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": seen[0]}) & beyond


def _reversed(order: Sequence[str]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)
