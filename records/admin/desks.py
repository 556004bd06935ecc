"""What desks of records have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from records.queries.desk import called

if TYPE_CHECKING:
    Desk = admin.ModelAdmin[Any]
    Lines = admin.TabularInline[Any, Any]
    Form = ModelForm[Any]
    LineForms = BaseInlineFormSet[Any, Any, Any]
else:
    Desk, Lines, Form, LineForms = admin.ModelAdmin, admin.TabularInline, ModelForm, BaseInlineFormSet


class FoldingDesk(Desk):
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


class ReadOnlyDesk(Desk):
    """For rows that the site writes itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ByName(Desk):
    """Searched by the athlete's name: every word, whatever the accents and the order. The names stand in a table of
    their own, which is small beside that of the marks."""

    athlete_path = "athlete"
    search_fields = ("pk",)  # what is searched, get_search_results says
    search_help_text = _("Words of an athlete's name")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return self.of_athletes(request, queryset, called(search_term)), False

    def of_athletes(self, request: HttpRequest, rows: QuerySet[Any], named: Any) -> QuerySet[Any]:
        return rows.filter(**{f"{self.athlete_path}__in": named})


class Show(admin.SimpleListFilter):
    """A list narrowed by one of ``conditions``: {code: (what it shows, query)}. The dashboard counts by the same."""

    title = _("to look at")
    parameter_name = "show"
    conditions: dict[str, tuple[str | Promise, Callable[[QuerySet[Any]], QuerySet[Any]]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, str(what)) for code, (what, _query) in self.conditions.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return self.conditions[chosen][1](queryset) if chosen in self.conditions else queryset
