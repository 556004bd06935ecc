"""Athletes, their spells, ids and names, and who speaks for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from records.actions.consenting import end_name_consents, note_paper_consents
from records.actions.folding import Fold
from records.actions.rejudging import rejudge_ages
from records.admin.desks import ByName, Desk, FoldingDesk, Form, LineForms, Lines, ReadOnlyDesk, Show
from records.domain.names import name_key, split_full_name
from records.models import (
    Athlete,
    AthleteAlias,
    AthleteMerge,
    ClubSpell,
    Consent,
    ExternalId,
    Guardianship,
    NotTheSame,
)
from records.models.disciplines import Sex
from records.queries.desk import unnamed_minors, without_birth_date
from records.queries.transfers import claim_reached
from records.queries.why import day_text
from trackhub.clubs.models import User


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def fold_athlete(athlete: Athlete) -> None:
    with transaction.atomic(), Fold() as fold:
        rejudge_ages(athlete)
        fold.touch(athlete.performances.all())


class ExternalIdInline(Lines):
    model = ExternalId
    extra = 0


class AliasForm(Form):
    def clean_name_key(self) -> str:
        """A name as a file would write it, kept as names are compared."""
        return name_key(*split_full_name(self.cleaned_data["name_key"]))


class AliasInline(Lines):
    model = AthleteAlias
    form = AliasForm
    extra = 0


class SpellForm(Form):
    """A first claim may not reach into the spell of another club: what has ended isn't opened again behind it."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.instance.pk and self._is_shorter(said):
            return said
        athlete, first = said.get("athlete"), said.get("claim") == ClubSpell.Claim.FIRST
        if self.has_changed() and first and athlete is not None and athlete.pk:
            starts, ends = said.get("starts"), said.get("ends")
            own: Any = self.fields["club"]
            reached = claim_reached(athlete, starts, ends, but=own.queryset)
            if reached is not None:
                raise ValidationError(
                    _("At that time the athlete belongs to {club}. Enter a transfer on the athlete's page.").format(
                        club=reached.club
                    )
                )
        return said

    def _is_shorter(self, said: dict[str, Any]) -> bool:
        """Whether a spell keeps within the days that it had: an end that was forgotten is always entered."""
        old = {name: self.initial.get(name) for name in ("starts", "ends", "claim")}
        begins = (said.get("starts") or date.min) >= (old["starts"] or date.min)
        ends = (said.get("ends") or date.max) <= (old["ends"] or date.max)
        return begins and ends and said.get("claim") == old["claim"]


class SpellLines(LineForms):
    """``kept_by_a_club``: a registrar's athlete stays in the registrar's club, or would be out of reach."""

    kept_by_a_club = False

    def clean(self) -> None:
        super().clean()
        there = [one for one in self.forms if one.has_changed() or one.instance.pk]
        standing = [one for one in there if one not in self.deleted_forms]
        if self.kept_by_a_club and not standing and not any(self.errors):
            raise ValidationError(
                _("An athlete belongs to a club: leave one spell here. Who has left gets a last day instead.")
            )


class ClubSpellInline(Lines):
    model = ClubSpell
    form = SpellForm
    formset = SpellLines
    extra = 0
    autocomplete_fields = ("club",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        return type(made.__name__, (made,), {"kept_by_a_club": not request.user.is_superuser})

    def get_min_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int | None:
        """A new athlete's first spell is asked for."""
        return 1 if obj is None and not request.user.is_superuser else 0


class GuardianshipInline(Lines):
    model = Guardianship
    extra = 0
    autocomplete_fields = ("guardian",)
    fields = ("guardian", "created")


class WomenOrMen(admin.ChoicesFieldListFilter):
    """An athlete is one or the other; mixed are teams alone."""

    def choices(self, changelist: Any) -> Any:
        return (one for one in super().choices(changelist) if one["display"] != Sex.MIXED.label)


class AthletesShown(Show):
    conditions = {
        "no_birth_date": (gettext_lazy("without a birth date"), without_birth_date),
        "unnamed_minors": (gettext_lazy("under 18, name not shown to the public"), unnamed_minors),
    }


@admin.register(Athlete)
class AthleteAdmin(ByName, FoldingDesk):
    """Birth dates and spells decide age groups and claims. Two athletes are merged by an action, not here."""

    athlete_path = "pk"
    list_display = ("name", "sex", "born", "country", "visibility", "merged_into")
    list_filter = (AthletesShown, ("sex", WomenOrMen), "visibility")
    list_select_related = ("merged_into",)
    sortable_by = ("name",)
    autocomplete_fields = ("account",)
    readonly_fields = ("merged_into",)
    inlines = (ExternalIdInline, AliasInline, ClubSpellInline, GuardianshipInline)
    ordering = ("name_key",)
    actions = ("note_consents", "end_consents")

    @admin.action(description=gettext_lazy("The full name may be shown: agreed to on paper"), permissions=["change"])
    def note_consents(self, request: HttpRequest, chosen: QuerySet[Athlete]) -> None:
        noted = note_paper_consents(chosen, by=_person(request), at=timezone.now())
        sentence = ngettext("{n} consent on paper was noted.", "{n} consents on paper were noted.", noted)
        self.message_user(request, sentence.format(n=noted))

    @admin.action(description=gettext_lazy("The full name may be shown no longer"), permissions=["change"])
    def end_consents(self, request: HttpRequest, chosen: QuerySet[Athlete]) -> None:
        ended = end_name_consents(chosen, by=_person(request), at=timezone.now())
        sentence = ngettext("{n} consent was ended.", "{n} consents were ended.", ended)
        self.message_user(request, sentence.format(n=ended))

    @admin.display(description=gettext_lazy("name"), ordering="name_key")
    def name(self, athlete: Athlete) -> str:
        return ", ".join(filter(None, (athlete.family_name, athlete.given_name)))

    @admin.display(description=gettext_lazy("born"))
    def born(self, athlete: Athlete) -> str:
        return day_text(athlete.birth_date, athlete.birth_precision)

    def has_change_permission(self, request: HttpRequest, obj: Athlete | None = None) -> bool:
        """Who was erased gets no new name."""
        return super().has_change_permission(request, obj) and not (obj and obj.erased)

    def get_readonly_fields(self, request: HttpRequest, obj: Athlete | None = None) -> tuple[str, ...]:
        """Marks were judged by the athlete's sex, so it stays once there are some."""
        judged = obj is not None and obj.performances.exists()
        return ("merged_into", "sex") if judged else ("merged_into",)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "sex":
            kwargs["choices"] = [("", "---------"), *(one for one in Sex.choices if one[0] != Sex.MIXED)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def fold_again(self, row: Athlete) -> None:
        if row.pk:
            fold_athlete(row)


@admin.register(ClubSpell)
class ClubSpellAdmin(ByName, FoldingDesk):
    form = SpellForm
    list_display = ("athlete", "club", "claim", "starts", "ends")
    list_filter = ("claim",)
    list_select_related = ("athlete", "club")
    sortable_by = ()
    autocomplete_fields = ("athlete", "club")
    ordering = ("-pk",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A registrar takes a spell away on the athlete's page, which sees to it that one is left."""
        return super().has_delete_permission(request, obj) and request.user.is_superuser

    def fold_again(self, row: ClubSpell) -> None:
        fold_athlete(row.athlete)


@admin.register(ExternalId)
class ExternalIdAdmin(Desk):
    list_display = ("source", "value", "athlete")
    list_select_related = ("athlete",)
    sortable_by = ()
    search_fields = ("value",)
    search_help_text = gettext_lazy("The whole id")
    autocomplete_fields = ("athlete",)
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(value=search_term.strip()) if search_term.strip() else queryset, False


@admin.register(AthleteAlias)
class AthleteAliasAdmin(ByName):
    form = AliasForm
    list_display = ("name_key", "source", "athlete")
    list_select_related = ("athlete",)
    sortable_by = ()
    autocomplete_fields = ("athlete",)
    ordering = ("-pk",)


@admin.register(AthleteMerge)
class AthleteMergeAdmin(ByName, ReadOnlyDesk):
    """Merged and taken back by actions, which move everything else with it."""

    athlete_path = "survivor"
    list_display = ("survivor", "merged", "at", "by", "undone")
    list_select_related = ("survivor", "merged", "by")
    fields = ("survivor", "merged", "at", "undone")
    sortable_by = ()
    ordering = ("-pk",)


@admin.register(NotTheSame)
class NotTheSameAdmin(ByName):
    """Said on the page that compares two athletes; taken back here."""

    athlete_path = "one"
    list_display = ("pair", "by", "at")
    list_select_related = ("one", "other", "by")
    fields = ("one", "other", "at")
    sortable_by = ()
    ordering = ("-pk",)

    @admin.display(description=gettext_lazy("two persons"))
    def pair(self, said: NotTheSame) -> str:
        return f"{said.one} – {said.other}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Guardianship)
class GuardianshipAdmin(ByName):
    list_display = ("athlete", "guardian", "created")
    list_select_related = ("athlete", "guardian")
    autocomplete_fields = ("athlete", "guardian")


@admin.register(Consent)
class ConsentAdmin(ByName, ReadOnlyDesk):
    """Given and withdrawn by the athlete or a guardian alone."""

    list_display = ("athlete", "purpose", "version", "given", "withdrawn", "by")
    list_filter = ("purpose",)
    list_select_related = ("athlete", "by")
    sortable_by = ()
    ordering = ("-pk",)
