"""Claims, their proofs, and what athletes report: looked at here, decided on pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from records.admin.desks import ByName, ReadOnlyDesk
from records.models import Evidence, MarkReport, ProofFile, RecordClaim


@admin.register(RecordClaim)
class RecordClaimAdmin(ByName, ReadOnlyDesk):
    athlete_path = "performance__athlete"
    list_display = ("performance", "athlete", "book", "age_group", "state", "opened", "decided", "reason")
    list_filter = ("state",)
    list_select_related = ("book", "performance__discipline", "performance__athlete")
    sortable_by = ()
    ordering = ("-pk",)

    @admin.display(description=_("athlete"))
    def athlete(self, claim: RecordClaim) -> str:
        return str(claim.performance.athlete or claim.performance.team)


@admin.register(Evidence)
class EvidenceAdmin(ByName, ReadOnlyDesk):
    athlete_path = "claim__performance__athlete"
    list_display = ("kind", "note", "file", "claim", "at")
    list_select_related = ("file", "claim__book", "claim__performance__discipline")
    sortable_by = ()
    ordering = ("-pk",)


@admin.register(ProofFile)
class ProofFileAdmin(ReadOnlyDesk):
    """That there is a file, never its content: it is served by its claim's page, to those who may."""

    list_display = ("name", "media_type", "size", "club", "by", "at")
    fields = ("name", "media_type", "size", "club", "at")
    list_select_related = ("club", "by")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("content")


@admin.register(MarkReport)
class MarkReportAdmin(ByName, ReadOnlyDesk):
    list_display = ("athlete", "kind", "discipline", "mark", "date", "state", "at", "answer")
    list_filter = ("state", "kind")
    list_select_related = ("athlete", "discipline")
    sortable_by = ()
    ordering = ("-pk",)
