"""Clubs with their record books, the books' policies, and the rules of the sport that books follow."""

from __future__ import annotations

from django.contrib import admin
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from records.actions.folding import rebuild
from records.actions.founding import open_book
from records.admin.desks import Desk, FoldingDesk, Form, Lines, ReadOnlyDesk, Show
from records.models import (
    AgeGroup,
    AgeGroupScheme,
    Discipline,
    LegacyRecord,
    Record,
    RecordBook,
    RecordPolicy,
)
from records.queries.desk import set_lately
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import Club, User


@admin.register(Club)
class ClubAdmin(Desk):
    """Clubs. A new one gets its record book with it."""

    list_display = ("name", "slug", "town", "country", "age_group_scheme", "season_start")
    list_filter = ()
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


def _fold_books_of(scheme: AgeGroupScheme) -> None:
    for book in scheme.recordbook_set.all():
        rebuild(book)


@admin.register(Discipline)
class DisciplineAdmin(Desk):
    list_display = ("name", "code", "sex", "family", "measure")
    list_filter = ("measure",)
    search_fields = ("english_name", "code")
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
    list_filter = ("kind",)
    list_select_related = ("scheme",)
    search_fields = ("code", "scheme__name")
    autocomplete_fields = ("scheme",)
    ordering = ("scheme", "place_in_list")

    def fold_again(self, row: AgeGroup) -> None:
        _fold_books_of(row.scheme)


@admin.register(RecordBook)
class RecordBookAdmin(Desk):
    list_display = ("name", "slug", "club", "scheme", "policy", "rules")
    list_select_related = ("club", "scheme", "policy__book")
    search_fields = ("name", "slug")
    autocomplete_fields = ("club", "scheme")
    readonly_fields = ("policy", "rules")

    @admin.display(description=_("its rules"))
    def rules(self, book: RecordBook) -> str:
        """The page that shows what a change of the rules would do, before it is made."""
        try:
            address = reverse("policy", args=[book.club.slug, book.slug]) if book.club else ""
        except NoReverseMatch:
            return ""
        return format_html('<a href="{}">{}</a>', address, _("look at and change")) if address else ""

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
class RecordPolicyAdmin(Desk):
    """Policies are only ever added: the new version comes into force and the book is folded again by it. Clubs have a
    page for it that shows the effect first; here the site's own books get theirs."""

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
    search_fields = ("holder",)
    sortable_by = ()
    ordering = ("-pk",)


class RecordsShown(Show):
    title = _("when")
    conditions = {"lately": (_("set in the last 30 days"), lambda rows: set_lately(rows, timezone.localdate()))}


@admin.register(Record)
class RecordAdmin(ReadOnlyDesk):
    list_display = ("book", "discipline", "sex", "age_group", "facility", "mark", "holder", "set_on", "until", "equal")
    list_filter = (RecordsShown, "sex")
    list_select_related = (
        "book", "discipline", "performance__discipline", "performance__athlete", "legacy__discipline",
    )  # fmt: skip
    search_fields = ("book__slug", "discipline__english_name")
    search_help_text = _("A discipline or a book")
    sortable_by = ()
    ordering = ("-pk",)

    @admin.display(description=_("holder"))
    def holder(self, record: Record) -> str:
        if record.performance:
            return str(record.performance.athlete or record.performance.team)
        return record.legacy.holder if record.legacy else ""
