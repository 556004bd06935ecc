"""Qualifying standards: the site administrator's for all clubs, and a chief registrar's for the own club."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext as _

from records.admin.desks import Desk, LineForms, Lines, ReadOnlyDesk
from records.forms.standards import StandardForm
from records.models import Standard, StandardSet
from records.queries.standards import age_groups_of


class StandardLines(LineForms):
    def clean(self) -> None:
        """An age group is one of the scheme that the same page names."""
        super().clean()
        named = [one for one in self.forms if getattr(one, "cleaned_data", {}).get("age_group")]
        known = age_groups_of(self.instance.scheme) if named else []
        for form in named:
            if (code := form.cleaned_data["age_group"]) not in known:
                sentence = _("The age-group scheme of this set has no group “{code}”. It has: {all}.")
                form.add_error("age_group", sentence.format(code=code, all=", ".join(known) or "–"))


class StandardInline(Lines):
    model = Standard
    form = StandardForm
    formset = StandardLines
    fields = ("discipline", "sex", "age_group", "a", "b")
    extra = 0
    autocomplete_fields = ("discipline",)
    ordering = ("discipline__place_in_list", "sex", "age_group")


@admin.register(StandardSet)
class StandardSetAdmin(Desk):
    """A championship with its standards, typed as on a result sheet."""

    list_display = ("name", "held_on", "starts", "ends", "club", "scheme")
    list_select_related = ("club", "scheme")
    search_fields = ("name",)
    autocomplete_fields = ("club", "scheme")
    inlines = (StandardInline,)
    ordering = ("-held_on", "name")


@admin.register(Standard)
class StandardAdmin(ReadOnlyDesk):
    """Written on the page of their set."""

    list_display = ("set", "discipline", "sex", "age_group", "a", "b")
    list_filter = ("sex",)
    list_select_related = ("set", "discipline")
    search_fields = ("set__name",)
    fields = ("set", "discipline", "sex", "age_group", "a", "b")
    readonly_fields = ("a", "b")
    sortable_by = ()
    ordering = ("-pk",)
