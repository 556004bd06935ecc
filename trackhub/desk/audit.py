"""What every desk of the admin does: its writes, and its looks at private rows, are in the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from trackhub.clubs.actions.audit import note_reading, record_deed
from trackhub.clubs.models import Club, User

if TYPE_CHECKING:
    Desk = admin.ModelAdmin[Any]
else:
    Desk = admin.ModelAdmin

Said = dict[str, Any]
SECRET = {"password", "data", "digest", "secret", "key", "token", "token_secret", "session_key", "content"}
PRIVATE = {
    "user", "athlete", "externalid", "athletealias", "athletemerge", "guardianship", "consent", "importrow",
    "markreport", "prooffile", "ceremonyguest", "emailaddress", "usersession",
    "digestsubscription",
}  # fmt: skip
"""Models whose rows are a person's own: looking at one is noted, and deleting one leaves no copy in the trail."""


class AuditedDesk(Desk):
    """Mixed into each desk."""

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().change_view(request, object_id, *args, **kwargs)
        if self.opts.model_name in PRIVATE and request.method == "GET" and answer.status_code == 200:
            note_reading(f"{self.opts.model_name} {object_id}", by=request.user, at=timezone.now())
        return answer

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Called once a save, after the row itself and with its lines."""
        going = [one.instance for formset in formsets for one in formset.deleted_forms if one.instance.pk]
        gone = [(row, row.pk, _row(row)) for row in going]
        super().save_related(request, form, formsets, change)
        before, after = _changes(form)
        if not change or after:
            self._record(request, "change" if change else "add", form.instance, before if change else {}, after)
        for formset in formsets:
            new = {id(one) for one in formset.new_objects}
            for line in formset.forms:
                if id(line.instance) in new:
                    self._record(request, "add", line.instance, {}, _changes(line)[1])
                elif line.instance.pk and line.has_changed():
                    self._record(request, "change", line.instance, *_changes(line))
        for row, pk, said in gone:
            self._record(request, "delete", row, said, {}, pk=pk)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        before, pk = _row(obj), obj.pk
        super().delete_model(request, obj)
        self._record(request, "delete", obj, before, {}, pk=pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """One by one, so that each is in the trail."""
        with transaction.atomic():
            for row in queryset:
                self.delete_model(request, row)

    def _record(self, request: HttpRequest, verb: str, row: Model, before: Said, after: Said, pk: Any = None) -> None:
        name = row._meta.model_name
        user = request.user
        itself = verb == "delete" and isinstance(row, User) and user.pk == pk  # gone by now
        record_deed(
            f"admin_{verb}_{name}"[:60],
            target=f"{name} {row.pk or pk}",
            by=user if isinstance(user, User) and not itself else None,
            at=timezone.now(),
            club=(_club_of(row) if row.pk else None) or _keepers_club(request),
            before=before,
            after=after,
        )


def _changes(form: Any) -> tuple[Said, Said]:
    """(before, after) of the fields that the form changed, without secrets."""
    names = [name for name in form.changed_data if name not in SECRET and name in form.cleaned_data]
    return (
        {name: _plain(form.initial.get(name)) for name in names},
        {name: _plain(form.cleaned_data[name]) for name in names},
    )


def _row(row: Model) -> Said:
    """What is lost with ``row``; of a private one the ids alone."""
    said = {one.name: _plain(one.value_from_object(row)) for one in row._meta.concrete_fields if one.name not in SECRET}
    private = row._meta.model_name in PRIVATE
    return {name: value for name, value in said.items() if not private or isinstance(value, int)}


def _plain(value: Any) -> Any:
    """``value`` as JSON takes it: rows by their ids, files and others as text."""
    if isinstance(value, Model):
        return value.pk
    if value is None or isinstance(value, bool | int | float | str | dict | list):
        return value
    return str(value)


def _club_of(row: Model) -> Club | None:
    club = row if isinstance(row, Club) else getattr(row, "club", None)
    return club if isinstance(club, Club) else None


def _keepers_club(request: HttpRequest) -> Club | None:
    """The club for which a registrar sits here, where the row doesn't name one; a superuser sits for none."""
    club: Club | None = None if request.user.is_superuser else getattr(request, "club", None)
    return club or None
