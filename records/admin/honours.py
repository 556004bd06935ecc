"""Medals and ceremonies. The medal table is kept here and on its page; awards and ceremonies on theirs."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from records.admin.desks import ByName, Desk, ReadOnlyDesk
from records.models import Award, Ceremony, CeremonyGuest, ClubMedal, Honour


@admin.register(ClubMedal)
class ClubMedalAdmin(Desk):
    list_display = ("label", "position", "metal", "club")
    list_filter = ("metal",)
    list_select_related = ("club",)
    autocomplete_fields = ("club",)
    ordering = ("club", "position")


@admin.register(Award)
class AwardAdmin(ByName, ReadOnlyDesk):
    list_display = ("date", "position", "athlete", "discipline", "age_group", "competition", "team")
    list_select_related = ("athlete", "discipline")
    sortable_by = ()
    ordering = ("-pk",)


@admin.register(Ceremony)
class CeremonyAdmin(ReadOnlyDesk):
    list_display = ("title", "starts", "place", "club")
    list_select_related = ("club",)
    search_fields = ("title",)
    ordering = ("-starts",)


@admin.register(Honour)
class HonourAdmin(ReadOnlyDesk):
    list_display = ("ceremony", "what", "athlete")
    list_select_related = (
        "ceremony", "award__athlete", "award__discipline", "performance__athlete", "performance__discipline",
    )  # fmt: skip
    ordering = ("-pk",)

    @admin.display(description=_("what"))
    def what(self, honour: Honour) -> str:
        return str(honour)

    @admin.display(description=_("athlete"))
    def athlete(self, honour: Honour) -> str:
        of = honour.award or honour.performance
        return str(of.athlete or "") if of else ""


@admin.register(CeremonyGuest)
class CeremonyGuestAdmin(ReadOnlyDesk):
    list_display = ("name", "ceremony", "answer", "persons", "came")
    list_filter = ("answer",)
    list_select_related = ("ceremony",)
    search_fields = ("name",)
    ordering = ("-pk",)
