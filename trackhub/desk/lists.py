"""Lists that a million rows don't slow down: pages without a COUNT, and every filter that is at work in sight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import NotRelationField, get_fields_from_path
from django.contrib.admin.views.main import IGNORED_PARAMS, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import InvalidPage, Page, PageNotAnInteger, Paginator
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trackhub.clubs.models import Club
from trackhub.desk.scope import ForeignClub, is_id, rows_of

if TYPE_CHECKING:
    AnyPage = Page[Any]
    AnyPaginator = Paginator[Any]
else:
    AnyPage, AnyPaginator = Page, Paginator

LAST_PAGE = 40
"""Each page reads and leaves what lies before it, so nobody leafs to the end of a million rows."""
COUNTED_TO = 500


class UncountedPage(AnyPage):
    more: bool = False

    def has_next(self) -> bool:
        return self.more


class Uncounted(AnyPaginator):
    """Reads one row more than the page has, and so knows whether another follows. ``count`` still counts, on demand."""

    def validate_number(self, number: Any) -> int:
        try:
            found = int(number)
        except (TypeError, ValueError) as error:
            raise PageNotAnInteger(_("That page number is not an integer")) from error
        return min(max(found, 1), LAST_PAGE)

    def page(self, number: Any) -> UncountedPage:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = self._rows(start)
        page = UncountedPage(rows[: self.per_page], number, self)
        page.more = len(rows) > self.per_page
        return page

    def _rows(self, start: int) -> list[Any]:
        """Of the rows before a far page only the ids are read: what is shown beside a row comes from other tables."""
        rows, asked = self.object_list, slice(start, start + self.per_page + 1)
        if not start or not isinstance(rows, QuerySet):
            return list(rows[asked])
        ids = list(rows.values_list("pk", flat=True)[asked])
        found = rows.in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter at work, and the address of the list without it."""

    what: str
    without: str


class DeskList(ChangeList):
    """A change list that never counts its table. ``total`` is the number of rows where it costs nothing to know, or
    where filters make it worth asking; ``beyond`` says that there are more than could be counted.

    What is narrowed is gathered first, in no order: in order the database would read a large table until it has met
    enough of a few rows.
    """

    model_admin: Any

    def __init__(self, *said: Any, **more: Any) -> None:
        super().__init__(*said, **more)
        if not self.is_popup:
            self.title = str(capfirst(self.opts.verbose_name_plural))

    def get_results(self, request: HttpRequest) -> None:
        try:
            self._find(request)
        except (DataError, OverflowError, ValueError) as error:  # a number that no column holds
            raise IncorrectLookupParameters from error

    def _find(self, request: HttpRequest) -> None:
        narrowed = bool(self.query or self.get_filters_params()) or self.model_admin.keeps_few(request)
        gathered = list(self.queryset.order_by().values_list("pk", flat=True)[: COUNTED_TO + 1]) if narrowed else None
        self.beyond = gathered is not None and len(gathered) > COUNTED_TO
        rows = self.queryset if gathered is None or self.beyond else self._numbered(gathered, request)
        self.paginator = self.model_admin.get_paginator(request, rows, self.list_per_page)
        try:
            page = self.paginator.page(self.page_num)
        except InvalidPage as error:
            raise IncorrectLookupParameters from error
        shown = list(page.object_list)
        self.page_num = page.number
        self.result_list, self.result_count = shown, len(shown)
        self.first = (page.number - 1) * self.list_per_page + 1
        self.last = self.first + len(shown) - 1
        self.has_next = page.has_next() and page.number < LAST_PAGE
        self.at_the_limit = page.has_next() and page.number >= LAST_PAGE
        self.total = None if gathered is None else min(len(gathered), COUNTED_TO)
        if gathered is None and not page.has_next() and (shown or page.number == 1):
            self.total = self.last
        self.show_full_result_count, self.full_result_count = False, None
        self.show_admin_actions = bool(shown)
        self.can_show_all = self.multi_page = False

    def _numbered(self, found: list[Any], request: HttpRequest) -> QuerySet[Any]:
        """By their ids alone: with the filters beside them the database would expect fewer rows than there are."""
        rows = self.apply_select_related(self.model_admin.rows_numbered(request, found))
        return rows.order_by(*self.queryset.query.order_by)

    @property
    def next_page(self) -> str:
        return str(self.get_query_string({PAGE_VAR: self.page_num + 1}))

    @property
    def previous_page(self) -> str:
        return str(self.get_query_string({PAGE_VAR: self.page_num - 1})) if self.page_num > 1 else ""

    @property
    def chips(self) -> list[Chip]:
        """Everything that narrows the list, whether a filter of the page says so or the address alone."""
        found, said = [], set(IGNORED_PARAMS)
        if self.query:
            found.append(Chip(f"“{self.query}”", self.get_query_string({SEARCH_VAR: None})))
        for spec in self.filter_specs:
            names = [name for name in spec.expected_parameters() if name in self.filter_params]
            said |= set(names)
            if names:
                chosen = next((one["display"] for one in spec.choices(self) if one["selected"]), "")
                found.append(Chip(f"{capfirst(spec.title)}: {chosen}", self._without(*names)))
        for name, values in self.filter_params.items():
            if name not in said:
                found.append(Chip(f"{self._name_of(name)}: {', '.join(values)}", self._without(name)))
        return found

    def _without(self, *names: str) -> str:
        return str(self.get_query_string(dict.fromkeys(names)))

    def _name_of(self, lookup: str) -> str:
        path, _sep, how = lookup.rpartition("__")
        try:
            field = get_fields_from_path(self.model, path if how in ("exact", "in", "isnull") else lookup)[-1]
        except (FieldDoesNotExist, NotRelationField):
            return lookup
        return str(capfirst(getattr(field, "verbose_name", lookup)))


class ClubFilter(admin.SimpleListFilter):
    """One of the registrar's clubs. A club of others is refused, whoever wrote the address."""

    title = gettext_lazy("club")
    parameter_name = "club"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        asked = self.value() or ""
        if asked and not is_id(asked):
            raise IncorrectLookupParameters
        clubs = model_admin.admin_site.get_model_admin(Club).get_queryset(request).order_by("name")
        if request.user.is_superuser:  # who has hundreds, and comes here by a link
            clubs = clubs.filter(pk=asked or None)
        self.own = {str(pk): name for pk, name in clubs.values_list("pk", "name")}
        return list(self.own.items())

    def has_output(self) -> bool:
        return bool(self.value()) or len(self.own) > 1

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.value()
        if not asked:
            return queryset
        if asked not in self.own:
            raise ForeignClub(request.user, f"club {asked}")
        return rows_of(queryset, [int(asked)])
