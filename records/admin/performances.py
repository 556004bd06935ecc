"""Marks and what follows from them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from records.admin.desks import ByName, ReadOnlyDesk, Show
from records.models import Best, Performance, RelayLeg, Video
from records.queries.desk import without_wind_reading
from records.queries.figures import figures
from records.queries.why import day_text


class PerformancesShown(Show):
    conditions = {"no_wind": (_("without a wind reading that is wanted"), without_wind_reading)}


@admin.register(Performance)
class PerformanceAdmin(ByName, ReadOnlyDesk):
    """A performance is never edited here: it is corrected or annulled, which makes a new version and folds."""

    list_display = ("day", "discipline", "said", "who", "club", "competition", "status", "source")
    list_filter = (PerformancesShown, "facility")
    list_select_related = ("discipline", "athlete", "club")
    sortable_by = ("day",)
    ordering = ("-pk",)

    @admin.display(description=_("date"), ordering="date")
    def day(self, performance: Performance) -> str:
        return day_text(performance.date, performance.date_precision)

    @admin.display(description=_("mark"))
    def said(self, performance: Performance) -> str:
        return figures(performance.mark)

    @admin.display(description=_("who"))
    def who(self, performance: Performance) -> str:
        return str(performance.athlete or performance.team)


@admin.register(RelayLeg)
class RelayLegAdmin(ByName, ReadOnlyDesk):
    list_display = ("performance", "number", "athlete")
    list_select_related = ("athlete", "performance__discipline")
    sortable_by = ()
    ordering = ("-pk",)


@admin.register(Best)
class BestAdmin(ByName, ReadOnlyDesk):
    athlete_path = "performance__athlete"
    list_display = ("performance", "athlete", "personal", "of_season")
    list_select_related = ("performance__discipline", "performance__athlete")
    sortable_by = ()
    ordering = ("-pk",)

    @admin.display(description="PB")
    def personal(self, best: Best) -> str:
        return best.pb

    @admin.display(description="SB")
    def of_season(self, best: Best) -> str:
        return best.sb

    @admin.display(description=_("athlete"))
    def athlete(self, best: Best) -> str:
        return str(best.performance.athlete or "")


@admin.register(Video)
class VideoAdmin(ByName, ReadOnlyDesk):
    """Added and removed on the performance's page."""

    athlete_path = "performance__athlete"
    list_display = ("performance", "athlete", "title", "host", "added", "added_by")
    list_select_related = ("performance__discipline", "performance__athlete", "added_by")
    sortable_by = ()
    ordering = ("-pk",)

    @admin.display(description=_("athlete"))
    def athlete(self, video: Video) -> str:
        return str(video.performance.athlete or video.performance.team)
