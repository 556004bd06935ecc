"""What is handed in about claims and marks: evidence, decisions, reports and their answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from records.domain.pictures import LARGEST, MEGABYTES
from records.models import Discipline, Evidence, MarkReport, Performance, RecordClaim
from records.models.performances import Facility
from records.queries.claims import ClaimPage
from records.sentences import say

ACCEPTED = ".jpg,.jpeg,.png,.gif,.webp,.pdf"


class ProofField(forms.FileField):
    """A picture or a PDF; how large it may be is said before it is read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.FileInput(attrs={"accept": ACCEPTED}),
            help_text=_(
                "A picture (JPEG, PNG, GIF, WebP) or a PDF of at most 10 MB. What is hidden in a picture goes: "
                "where, when and with which camera it was taken."
            ),
            **kwargs,
        )  # fmt: skip

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > LARGEST:
            raise forms.ValidationError(say("proof_too_large", {"limit": MEGABYTES}))
        return file


def pieces(file: UploadedFile[Any] | None) -> Iterable[bytes] | None:
    """The file as actions take it."""
    return file.chunks() if file else None


class EvidenceForm(forms.Form):
    """One line of the checklist: a note, a file or both."""

    kind = forms.ChoiceField(label=_("What it shows"))
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("What you have seen, and where the original is.")
    )
    file = ProofField(label=_("File"))

    def __init__(self, *args: Any, shown: ClaimPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = [one.kind for one in shown.checklist if not one.shown]
        kinds = [*first, *(kind for kind in Evidence.Kind.values if kind not in first)]
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(kind, Evidence.Kind(kind).label) for kind in kinds]


class DecisionForm(forms.Form):
    """One decision, for one list or for all in which the mark is claimed."""

    step = forms.CharField(max_length=10, widget=forms.HiddenInput)
    because = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("The athlete and the club's registrars read it.")
    )
    despite = forms.BooleanField(label=_("Ratify it all the same"), required=False)
    lists = forms.TypedMultipleChoiceField(
        label=_("For these lists"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, shown: ClaimPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claims = [one for one in shown.siblings if one.state == shown.claim.state]
        field = self.fields["lists"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101
        field.choices = [(one.pk, one.age_group or _("All ages")) for one in self.claims]
        field.initial = [one.pk for one in self.claims]
        if len(self.claims) == 1:
            del self.fields["lists"]
        if not shown.objections or shown.claim.state != RecordClaim.State.PENDING:
            del self.fields["despite"]

    @property
    def chosen(self) -> list[RecordClaim]:
        """The claims to decide: the page's own where only it is open."""
        wanted = self.cleaned_data.get("lists")
        return self.claims if wanted is None else [one for one in self.claims if one.pk in wanted]

    def clean_lists(self) -> list[int]:
        wanted: list[int] = self.cleaned_data["lists"]
        if not wanted:
            raise forms.ValidationError(_("Choose at least one list."))
        return wanted


class _Mark(forms.Form):
    """What a mark consists of, in the words of whoever says it."""

    discipline: forms.ModelChoiceField[Discipline] = forms.ModelChoiceField(
        label=_("Discipline"), queryset=None, to_field_name="code"
    )
    mark = forms.CharField(
        label=_("Mark"), max_length=60, widget=forms.TextInput(attrs={"placeholder": "10.52", "autocomplete": "off"})
    )
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    wind = forms.CharField(
        label=_("Wind"), max_length=10, required=False, help_text=_("As +1.4; empty where it wasn't read.")
    )
    competition = forms.CharField(label=_("Competition"), max_length=160, required=False)
    venue = forms.CharField(label=_("Place"), max_length=120, required=False)

    def __init__(self, *args: Any, disciplines: QuerySet[Discipline], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["discipline"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = disciplines


class ReportForm(_Mark):
    """An athlete's report: how the mark should read, and what there is to say."""

    text = forms.CharField(
        label=_("What you want to say"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    file = ProofField(label=_("Proof"))

    def __init__(self, *args: Any, wrong: Performance | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if wrong is not None:
            del self.fields["discipline"]

    @property
    def said(self) -> dict[str, Any]:
        """Without discipline and file, which go ways of their own."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("discipline", "file")}


class AcceptForm(_Mark):
    """The registrar's reading of a report, prefilled with the athlete's."""

    facility = forms.ChoiceField(
        label=_("Where"), required=False, choices=[("", _("as the discipline says")), *Facility.choices]
    )
    round = forms.CharField(label=_("Round"), max_length=40, required=False)
    place = forms.CharField(label=_("Place taken"), max_length=10, required=False)
    answer = forms.CharField(label=_("Answer to the athlete"), max_length=300, required=False)

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "answer"}


class DeclineForm(forms.Form):
    because = forms.CharField(
        label=_("Why not"), max_length=300, required=False, help_text=_("The athlete reads it, and gets it by mail.")
    )


def initial_of(performance: Performance) -> dict[str, Any]:
    """The fields of a mark as it stands."""
    names = ("date", "competition", "venue", "facility", "round", "place", "mark")
    wind = {"wind": performance.wind_text, "discipline": performance.discipline.code}
    return {name: getattr(performance, name) for name in names} | wind


def initial_of_report(report: MarkReport) -> dict[str, Any]:
    """The same as the athlete would have it, with what they weren't asked as it stands."""
    stands = initial_of(report.performance) if report.performance else {}
    names = ("mark", "date", "wind", "competition", "venue")
    code = report.discipline.code if report.discipline else ""
    return stands | {name: getattr(report, name) for name in names} | {"discipline": code}
