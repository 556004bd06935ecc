"""Imports: each has its page, where it is looked at, confirmed and taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from records.admin.desks import Desk, ReadOnlyDesk, Show
from records.models import ColumnMapping, ImportBatch, ImportRow
from records.queries.desk import waiting


class ImportsShown(Show):
    conditions = {"waiting": (_("being read, or to look at"), waiting)}


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyDesk):
    list_display = ("id", "filename", "kind", "state", "club", "source", "by", "received")
    list_filter = (ImportsShown, "kind", "state")
    list_select_related = ("club", "by")
    search_fields = ("filename", "source")
    ordering = ("-pk",)


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyDesk):
    list_display = ("batch", "number", "verdict", "written", "competition", "date")
    list_filter = ("verdict",)
    search_fields = ("batch",)
    search_help_text = _("The number of an import")
    sortable_by = ()
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRow]:
        return super().get_queryset(request).select_related("batch")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        asked = search_term.strip()
        if not asked:
            return queryset, False
        return queryset.filter(batch=int(asked)) if asked.isdecimal() and len(asked) < 10 else queryset.none(), False


@admin.register(ColumnMapping)
class ColumnMappingAdmin(Desk):
    """How columns were matched last time; forgotten by deleting it."""

    list_display = ("club", "kind", "source")
    list_filter = ("kind",)
    list_select_related = ("club",)
    search_fields = ("source",)
    autocomplete_fields = ("club",)
