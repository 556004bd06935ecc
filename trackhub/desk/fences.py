"""What keeps a registrar at the desk within the own clubs: mixed into every desk and every inline (``opening``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ShowFacets
from django.core.exceptions import FieldDoesNotExist, SuspiciousOperation, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch

from records.queries.desk import hanging_on, lines_of
from trackhub.clubs.models import Club
from trackhub.clubs.rules import Visitor
from trackhub.desk.lists import ClubFilter, DeskList, Uncounted
from trackhub.desk.scope import (
    LINES,
    Deed,
    ForeignClub,
    clubs_with,
    is_id,
    keeps_few,
    line_of,
    note_foreign,
    of_athletes,
    own_rows,
)

if TYPE_CHECKING:
    Desk = admin.ModelAdmin[Any]
    Lines = admin.options.InlineModelAdmin[Any, Any]
    Choices = admin.options.BaseModelAdmin[Any]
    RowChoice = forms.ModelChoiceField[Any]
else:
    Desk = Lines = Choices = object
    RowChoice = forms.ModelChoiceField


class OwnChoice(RowChoice):
    """A choice among own rows. Another club's row, which no page offers, is refused outright and noted."""

    everybodys: QuerySet[Any]
    user: Visitor

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the form shows again: not what can't be a row, which the widget would look up."""
        return data if is_id(str(data)) else None

    def to_python(self, value: Any) -> Any:
        if value not in self.empty_values and not is_id(str(value)):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        try:
            return super().to_python(value)
        except ValidationError:
            if self.everybodys.filter(pk=value).exists():
                raise ForeignClub(self.user, f"{self.everybodys.model._meta.model_name} {value}") from None
            raise


class OwnChoices(Choices):
    """Foreign keys offer own rows alone, and none leads to a table that the visitor may not see."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        if request.user.is_superuser:
            return fields
        return [one for one in fields if not (isinstance(one, str) and self._leads_outside(one))]

    def _leads_outside(self, name: str) -> bool:
        try:
            related = self.opts.get_field(name).related_model
        except FieldDoesNotExist:
            return False
        if not isinstance(related, type):
            return False
        line = LINES.get(related._meta.label_lower)
        return line is None or not line.view

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        user = request.user
        if user.is_superuser:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        to_club = db_field.related_model is Club
        if to_club:  # of which a registrar has few
            kwargs["widget"] = forms.Select()
        field = super().formfield_for_foreignkey(db_field, request, form_class=OwnChoice, **kwargs)
        if isinstance(field, OwnChoice) and field.queryset is not None:
            field.user, field.everybodys = user, field.queryset
            field.queryset = own_rows(field.everybodys, user)
            if to_club:
                line = line_of(self.model)
                clubs = clubs_with(user, line.add or line.change)
                field.queryset, field.required = field.queryset.filter(pk__in=clubs), True
                if len(clubs) == 1:
                    field.empty_label = None
        return field


class NamedCells:
    """Mixed into each inline's form set: in a table only the head names the fields, which no screen reader connects."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)  # type: ignore[misc]
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", field.label)


class ClubLines(OwnChoices, Lines):
    """Mixed into each inline."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return own_rows(super().get_queryset(request), request.user)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        return type(made.__name__, (NamedCells, made), {})


class ClubDesk(OwnChoices, Desk):
    """Mixed into each desk. What a desk refuses itself stays refused."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = Uncounted
    athlete_path: str
    """Of desks that are searched by an athlete's name."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskList]:
        return DeskList

    def get_ordering(self, request: HttpRequest) -> Any:
        return super().get_ordering(request) or ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return own_rows(super().get_queryset(request), request.user)

    def rows_numbered(self, request: HttpRequest, found: list[Any]) -> QuerySet[Any]:
        """The rows with these ids, which were found among own ones."""
        return super().get_queryset(request).filter(pk__in=found)

    def of_athletes(self, request: HttpRequest, rows: QuerySet[Any], named: Any) -> QuerySet[Any]:
        return of_athletes(rows, self.athlete_path, named, request.user)

    def keeps_few(self, request: HttpRequest) -> bool:
        """Whether the list holds so few rows of the table that they are better gathered than met in order."""
        return keeps_few(self.model, request.user)

    def get_list_filter(self, request: HttpRequest) -> Any:
        line = line_of(self.model)
        scoped = line.club or line.athlete
        return (*((ClubFilter,) if scoped and self.model is not Club else ()), *super().get_list_filter(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """As Django has it, another club's row isn't there; that somebody asked for it is noted."""
        found = super().get_object(request, object_id, from_field)
        if found is None and not request.user.is_superuser:
            field: Any = self.opts.pk if from_field is None else self.opts.get_field(from_field)
            try:
                there = super().get_queryset(request).filter(**{field.name: field.to_python(object_id)}).exists()
            except (ValidationError, ValueError):
                there = False
            if there:
                note_foreign(request.user, f"{self.opts.model_name} {object_id}")
        return found

    # Whether somebody may at all, in some club, is asked of the roles; whether this row is in such a club, here.
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and self._own(request, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._own(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._own(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def _own(self, request: HttpRequest, deed: Deed, obj: Any) -> bool:
        if request.user.is_superuser or not isinstance(obj, Model) or obj.pk is None:
            return True
        return own_rows(super().get_queryset(request), request.user, deed).filter(pk=obj.pk).exists()

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """A filter that names another club's row is refused outright; the list would only be empty. Patterns are a
        language of the database's own, with errors of its own."""
        if lookup.endswith("regex"):
            return False
        if request is not None and not request.user.is_superuser:
            self._refuse_foreign(lookup, str(value), request)
        return super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def _refuse_foreign(self, lookup: str, value: str, request: HttpRequest) -> None:
        model, named = self.model, None
        for part in lookup.split("__"):
            try:
                field: Any = model._meta.get_field(part)
            except FieldDoesNotExist:
                break
            if not field.is_relation:
                named = named if field.primary_key else None
                break
            model = named = field.related_model
        ids = {int(one) for one in value.split(",") if is_id(one)}
        if named is None or not ids or lookup.endswith("__isnull"):
            return
        own = None
        if self.admin_site.is_registered(named):
            own = self.admin_site.get_model_admin(named).get_queryset(request).filter(pk__in=ids)
        if own is None or own.count() < len(ids):
            raise ForeignClub(request.user, f"{named._meta.model_name} {value}")

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *said: Any, **more: Any) -> Any:
        """What changes rows gets those that one may change; the list holds others, to be read."""
        if not all(is_id(one) for one in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise SuspiciousOperation(f"a row of {self.opts.model_name} that can't be")
        named = [getattr(self, name, None) for name in request.POST.getlist("action")]
        changes = any("change" in getattr(one, "allowed_permissions", ()) for one in named)
        rows = own_rows(queryset, request.user, "change") if changes else queryset
        return super().response_action(request, rows, *said, **more)

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """What the address fills in; a reference that can't be one is left out."""
        said: dict[str, Any] = super().get_changeform_initial_data(request)
        names = {field.name for field in self.opts.get_fields() if field.is_relation}
        return {name: value for name, value in said.items() if name not in names or is_id(str(value))}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Within the transaction of the whole page: what comes out must be a row that one may write."""
        super().save_related(request, form, formsets, change)
        if not self._own(request, "change" if change else "add", form.instance):
            raise ForeignClub(request.user, f"{self.opts.model_name} {form.instance.pk}")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A registrar deletes a row with its lines on the same page, and only while nothing else hangs on it."""
        if request.user.is_superuser:
            return super().get_deleted_objects(objs, request)
        lines = {inline.model for inline in self.inlines}
        if foreign := [one for one in lines if self._holds_foreign(one, objs, request.user)]:
            return [], {}, set(), [str(one._meta.verbose_name_plural) for one in foreign]
        if hanging := hanging_on(list(objs), but=lines):
            return [], {}, set(), [f"{number} {name}" for name, number in hanging]
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, lacking - {model._meta.verbose_name for model in lines}, protected

    def _holds_foreign(self, line: type[Model], objs: Any, user: Visitor) -> bool:
        """Whether a row of a line on the same page is another club's, and would go along."""
        rows = lines_of(line, list(objs))
        return rows.count() > own_rows(rows, user, "delete").count()

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The row's own page. Django's shortcut would tell any row's address to whoever counts ids."""
        if obj is None or not hasattr(obj, "get_absolute_url"):
            return None
        try:
            return str(obj.get_absolute_url())
        except NoReverseMatch:
            return None
