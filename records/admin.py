"""The site administrator's desk for records. What the fold derives and what imports staged can only be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Max, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from records.actions.folding import Fold, rebuild
from records.actions.founding import open_book
from records.actions.rejudging import rejudge_ages
from records.models import (
    AgeGroup,
    AgeGroupScheme,
    Athlete,
    Best,
    ClubSpell,
    ColumnMapping,
    Discipline,
    ExternalId,
    ImportBatch,
    ImportRow,
    LegacyRecord,
    Performance,
    Record,
    RecordBook,
    RecordPolicy,
    RelayLeg,
)
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import Club, User

if TYPE_CHECKING:
    Desk = admin.ModelAdmin[Any]
    Lines = admin.TabularInline[Any, Any]
    Form = ModelForm[Any]
else:
    Desk, Lines, Form = admin.ModelAdmin, admin.TabularInline, ModelForm


class QuickDesk(Desk):
    """No count of a million rows to show a page of a hundred."""

    show_full_result_count = False


class FoldingDesk(QuickDesk):
    """For rows by which marks are judged: a change folds again what it touches, in the same transaction."""

    def fold_again(self, row: Any) -> None:
        raise NotImplementedError

    def save_related(self, request: HttpRequest, form: Form, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.fold_again(form.instance)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self.fold_again(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)


def _fold_athlete(athlete: Athlete) -> None:
    with transaction.atomic(), Fold() as fold:
        rejudge_ages(athlete)
        fold.touch(athlete.performances.all())


def _fold_books_of(scheme: AgeGroupScheme) -> None:
    for book in scheme.recordbook_set.all():
        rebuild(book)


class ReadOnlyDesk(QuickDesk):
    """For rows that the site writes itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Club)
class ClubAdmin(QuickDesk):
    """Clubs. A new one gets its record book with it."""

    list_display = ("name", "slug", "town", "country", "age_group_scheme", "season_start")
    list_filter = ("country",)
    search_fields = ("name", "short_name", "slug", "town")
    prepopulated_fields = {"slug": ("name",)}
    ordering = ("name",)

    def save_model(self, request: HttpRequest, obj: Club, form: Form, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if change:
                return
            open_book(obj)
            by = request.user if isinstance(request.user, User) else None
            target, at = f"club {obj.slug}", timezone.now()
            record_deed("found_club", target=target, by=by, at=at, club=obj, after={"name": obj.name})


class ExternalIdInline(Lines):
    model = ExternalId
    extra = 0


class ClubSpellInline(Lines):
    model = ClubSpell
    extra = 0
    autocomplete_fields = ("club",)


@admin.register(Athlete)
class AthleteAdmin(FoldingDesk):
    """Birth dates and spells decide age groups and claims. Two athletes are merged by an action, not here."""

    list_display = ("family_name", "given_name", "sex", "born", "country", "visibility", "merged_into")
    list_filter = ("sex", "visibility")
    list_select_related = ("merged_into",)
    search_fields = ("name_key", "native_name")
    readonly_fields = ("merged_into",)
    inlines = (ExternalIdInline, ClubSpellInline)
    ordering = ("name_key",)

    def get_readonly_fields(self, request: HttpRequest, obj: Athlete | None = None) -> tuple[str, ...]:
        """Marks were judged by the athlete's sex, so it stays once there are some."""
        judged = obj is not None and obj.performances.exists()
        return ("merged_into", "sex") if judged else ("merged_into",)

    def fold_again(self, row: Athlete) -> None:
        if row.pk:
            _fold_athlete(row)


@admin.register(ExternalId)
class ExternalIdAdmin(QuickDesk):
    list_display = ("source", "value", "athlete")
    list_select_related = ("athlete",)
    search_fields = ("value",)
    autocomplete_fields = ("athlete",)


@admin.register(ClubSpell)
class ClubSpellAdmin(FoldingDesk):
    list_display = ("athlete", "club", "claim", "starts", "ends")
    list_filter = ("claim",)
    list_select_related = ("athlete", "club")
    search_fields = ("athlete__name_key", "club__name")
    autocomplete_fields = ("athlete", "club")

    def fold_again(self, row: ClubSpell) -> None:
        _fold_athlete(row.athlete)


@admin.register(Discipline)
class DisciplineAdmin(QuickDesk):
    list_display = ("name", "code", "sex", "family", "measure")
    list_filter = ("family", "measure")
    search_fields = ("name", "code")
    ordering = ("place_in_list", "code")


class AgeGroupInline(Lines):
    model = AgeGroup
    extra = 0
    ordering = ("place_in_list",)


@admin.register(AgeGroupScheme)
class AgeGroupSchemeAdmin(FoldingDesk):
    list_display = ("name", "code", "club")
    list_select_related = ("club",)
    search_fields = ("name", "code")
    autocomplete_fields = ("club",)
    inlines = (AgeGroupInline,)

    def fold_again(self, row: AgeGroupScheme) -> None:
        if row.pk:
            _fold_books_of(row)


@admin.register(AgeGroup)
class AgeGroupAdmin(FoldingDesk):
    list_display = ("code", "scheme", "kind", "lower_age", "upper_age", "valid_from", "valid_until")
    list_filter = ("scheme", "kind")
    list_select_related = ("scheme",)
    search_fields = ("code",)
    ordering = ("scheme", "place_in_list")

    def fold_again(self, row: AgeGroup) -> None:
        _fold_books_of(row.scheme)


@admin.register(Performance)
class PerformanceAdmin(ReadOnlyDesk):
    """A performance is never edited here: it is corrected or annulled, which makes a new version and folds."""

    list_display = ("date", "discipline", "mark", "athlete", "team", "club", "competition", "status", "source")
    list_filter = ("status", "facility")
    list_select_related = ("discipline", "athlete", "club")
    search_fields = ("athlete__name_key", "team", "competition", "external_id")
    ordering = ("-pk",)


@admin.register(RelayLeg)
class RelayLegAdmin(ReadOnlyDesk):
    list_display = ("performance_id", "number", "athlete")
    list_select_related = ("athlete",)
    search_fields = ("athlete__name_key",)
    ordering = ("-pk",)


@admin.register(Best)
class BestAdmin(ReadOnlyDesk):
    list_display = ("performance", "athlete", "pb", "sb")
    list_select_related = ("performance__discipline", "performance__athlete")
    search_fields = ("performance__athlete__name_key",)
    ordering = ("-pk",)

    @admin.display(description="athlete")
    def athlete(self, best: Best) -> str:
        return str(best.performance.athlete or "")


@admin.register(RecordBook)
class RecordBookAdmin(QuickDesk):
    list_display = ("name", "slug", "club", "scheme", "policy")
    list_select_related = ("club", "scheme", "policy__book")
    search_fields = ("name", "slug")
    autocomplete_fields = ("club", "scheme")
    readonly_fields = ("policy",)

    def save_model(self, request: HttpRequest, obj: RecordBook, form: Form, change: bool) -> None:
        """A new book gets its first policy; a book whose scheme changed is folded again."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if obj.policy is None:
                obj.policy = RecordPolicy(book=obj)
                obj.policy.save()
                obj.save(update_fields=["policy"])
            if not change or {"scheme", "club"} & set(form.changed_data):
                rebuild(obj)


@admin.register(RecordPolicy)
class RecordPolicyAdmin(QuickDesk):
    """Policies are only ever added: the new version comes into force and the book is folded again by it."""

    list_display = ("book", "version", "wind", "hand", "ties", "facilities", "inheritance", "claims")
    list_select_related = ("book",)
    search_fields = ("book__name", "book__slug")
    autocomplete_fields = ("book",)
    fields = ("book", "wind", "hand", "ties", "facilities", "inheritance", "claims")
    ordering = ("book", "-version")

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RecordPolicy, form: Form, change: bool) -> None:
        with transaction.atomic():
            book = obj.book
            before = book.policies.aggregate(newest=Max("version"))["newest"] or 0
            obj.version = before + 1
            super().save_model(request, obj, form, change)
            book.policy = obj
            book.save(update_fields=["policy"])
            rebuild(book)
            by = request.user if isinstance(request.user, User) else None
            record_deed(
                "change_policy",
                target=f"book {book.slug}",
                by=by,
                at=timezone.now(),
                club=book.club,
                before={"version": before},
                after={name: getattr(obj, name) for name in ("version", *self.fields[1:])},
            )


@admin.register(LegacyRecord)
class LegacyRecordAdmin(ReadOnlyDesk):
    """Lines of old books come and go with their import."""

    list_display = ("holder", "mark", "discipline", "sex", "age_group", "book", "date")
    list_filter = ("sex",)
    list_select_related = ("discipline", "book")
    search_fields = ("holder", "book__name")
    ordering = ("-pk",)


@admin.register(Record)
class RecordAdmin(ReadOnlyDesk):
    list_display = ("book", "discipline", "sex", "age_group", "facility", "mark", "set_on", "until", "equal")
    list_filter = ("sex",)
    list_select_related = ("book", "discipline", "performance__discipline", "legacy__discipline")
    search_fields = ("book__name", "book__slug", "discipline__name")
    ordering = ("-pk",)


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyDesk):
    list_display = ("pk", "filename", "kind", "state", "club", "source", "by", "received")
    list_filter = ("kind", "state")
    list_select_related = ("club", "by")
    search_fields = ("filename", "source", "club__name")
    ordering = ("-pk",)


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyDesk):
    list_display = ("batch_id", "number", "verdict", "written", "competition", "date")
    list_filter = ("verdict",)
    search_fields = ("batch__filename",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRow]:
        return super().get_queryset(request).select_related("batch")


@admin.register(ColumnMapping)
class ColumnMappingAdmin(QuickDesk):
    list_display = ("club", "kind", "source")
    list_filter = ("kind",)
    list_select_related = ("club",)
    search_fields = ("club__name", "source")
    autocomplete_fields = ("club",)
