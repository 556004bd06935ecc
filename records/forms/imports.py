"""A file handed in, and which of its columns says what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from records.actions.receiving import receive_file
from records.domain.columns import Choice, targets
from records.domain.refusals import FileRefused
from records.domain.tabular import read_table
from records.models import ImportBatch, RecordBook
from records.queries.doubts import Candidate, Comparison
from records.queries.originals import guessed_columns
from records.sentences import say, target_name
from trackhub.clubs.models import Club, User

DATE_ORDERS = [
    ("iso", _("2026-05-31 (year first)")),
    ("dmy", _("31/05/2026 (day first)")),
    ("mdy", _("05/31/2026 (month first)")),
]
_HEAD = 4096


class UploadForm(forms.Form):
    """A file handed in for a club."""

    kind = forms.ChoiceField(
        label=_("What is in the file?"), choices=ImportBatch.Kind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, TSV or XLSX with a header row. Nothing is changed before you have seen and confirmed it."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    source = forms.SlugField(
        label=_("Source"),
        max_length=40,
        help_text=_("Which system the ids in the file come from. Always write it the same way."),
        widget=forms.TextInput(attrs={"list": "sources", "autocapitalize": "none"}),
    )
    date_order = forms.ChoiceField(label=_("Dates that aren't 2026-05-31 are written"), choices=DATE_ORDERS)
    existing = forms.ChoiceField(
        label=_("Athletes who are there already"),
        choices=ImportBatch.Existing.choices,
        required=False,
        help_text=_("Only for a file of athletes."),
    )
    book: forms.ModelChoiceField[RecordBook] = forms.ModelChoiceField(
        label=_("Record book"), queryset=None, required=False, help_text=_("Only for an old record book.")
    )

    def __init__(self, *args: Any, club: Club, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.club = club
        book = self.fields["book"]
        assert isinstance(book, forms.ModelChoiceField)  # noqa: S101
        book.queryset = club.books.order_by("pk")
        kept = list(book.queryset[:2])
        self.only_book = kept[0] if len(kept) == 1 else None
        if self.only_book:
            del self.fields["book"]

    def clean_file(self) -> UploadedFile[Any]:
        """What is plainly no table, or empty, is told at once and beside the field; the worker reads the rest."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        head = file.read(_HEAD)
        file.seek(0)
        if head.startswith(b"PK"):
            return file
        try:
            read_table(lambda: iter([head]), "")
        except FileRefused as refusal:
            whole = len(head) < _HEAD
            if refusal.code in ("wrong_type", "old_excel") or (whole and refusal.code == "empty_file"):
                raise forms.ValidationError(say(refusal.code, refusal.values)) from None
        return file

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") != ImportBatch.Kind.ATHLETES or not said.get("existing"):
            said["existing"] = ImportBatch.Existing.UPDATE
        if said.get("kind") != ImportBatch.Kind.RECORDS:
            said["book"] = None
        elif self.only_book:
            said["book"] = self.only_book
        elif not said.get("book"):
            self.add_error("book", _("Say into which book the old records go."))
        return said

    def receive(self, *, by: User | None, at: datetime) -> ImportBatch:
        """Take the file in, once the form is valid. Raises FileRefused."""
        said = dict(self.cleaned_data)
        kind, file = said.pop("kind"), said.pop("file")
        return receive_file(kind, content=file.chunks(), filename=file.name, by=by, at=at, club=self.club, **said)


LEAVE_OUT = "-"
"""What the form says of a column of which nothing is made."""


class MappingForm(forms.Form):
    """What each column of the file says, where the guess was wrong: one field per column, the guess for an empty one.

    ``shown`` are the columns with what they say in the first rows.
    """

    def __init__(self, *args: Any, batch: ImportBatch, shown: Sequence[tuple[str, list[str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = Choice.kept(batch.mapping)
        guessed = guessed_columns(batch, [name for name, _cells in shown])
        self.names = {f"column_{at}": name for at, (name, _cells) in enumerate(shown) if name}
        self.first_rows = {f"column_{at}": cells for at, (_name, cells) in enumerate(shown)}
        said = {name: target for target, name in chosen.says.items()} | dict.fromkeys(chosen.left_out, LEAVE_OUT)
        more = [(LEAVE_OUT, _("leave this column out")), *((one, target_name(one)) for one in targets(batch.kind))]
        for field, name in self.names.items():
            target, as_before = guessed.get(name, ("", False))
            automatic = _automatic(target, as_before=as_before)
            self.fields[field] = forms.ChoiceField(
                label=name, required=False, choices=[("", automatic), *more], initial=said.get(name, "")
            )

    @property
    def rows(self) -> Iterator[tuple[forms.BoundField, list[str]]]:
        """Each field with what its column says in the first rows."""
        return ((self[field], self.first_rows[field]) for field in self.fields)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        taken: dict[str, str] = {}
        for field, target in list(said.items()):
            if target in taken:
                text = _("The column “{column}” says this already. Choose one of the two.")
                self.add_error(field, text.format(column=self.names[taken[target]]))
            elif target and target != LEAVE_OUT:
                taken[target] = field
        return said

    @property
    def columns(self) -> dict[str, str]:
        """{target: column} as chosen."""
        said = self.cleaned_data.items()
        return {target: self.names[field] for field, target in said if target and target != LEAVE_OUT}

    @property
    def left_out(self) -> list[str]:
        return [self.names[field] for field, target in self.cleaned_data.items() if target == LEAVE_OUT]


def _automatic(target: str, *, as_before: bool) -> str:
    """What the empty choice stands for."""
    if not target:
        return str(_("nothing, as last time") if as_before else _("nothing"))
    text = _("as last time: {target}") if as_before else _("as found: {target}")
    return str(text).format(target=target_name(target))


OTHER, UNDECIDED = "other", ""


class PeopleForm(forms.Form):
    """Who is who: for each doubt one of the candidates, somebody else, or nothing yet."""

    def __init__(self, *args: Any, comparisons: Sequence[Comparison], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys: dict[str, str] = {}
        self.comparisons = {f"person_{one.doubt.row}": one for one in comparisons}
        for field, one in self.comparisons.items():
            self.keys[field] = one.doubt.key
            same = _("the same person as {candidate}")
            choices = [
                *((str(other.pk), same.format(candidate=_called(other))) for other in one.candidates),
                (OTHER, _("somebody else, who isn't here yet")),
                (UNDECIDED, _("not decided yet")),
            ]
            self.fields[field] = forms.ChoiceField(
                label=one.doubt.name, required=False, choices=choices, widget=forms.RadioSelect, initial=UNDECIDED
            )

    @property
    def rows(self) -> Iterator[tuple[forms.BoundField, Comparison]]:
        return ((self[field], one) for field, one in self.comparisons.items())

    @property
    def people(self) -> dict[str, int | None]:
        """By athlete key whom the registrar named, None for somebody else."""
        said = ((self.keys[field], value) for field, value in self.cleaned_data.items() if value)
        return {key: None if value == OTHER else int(value) for key, value in said}


def _called(one: Candidate) -> str:
    return f"{one.name}, {one.said}" if one.name else one.said
