"""The shape of what people send: a board's filters, a file to import, its columns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from records.domain.refusals import FileRefused
from records.domain.tabular import read_table
from records.models import ImportBatch, RecordBook
from records.models.disciplines import Sex
from records.models.performances import Facility
from records.queries.boards import OPEN, BoardFilters, Choices
from records.queries.imports import Reading
from records.sentences import say
from trackhub.clubs.models import Club

DATE_ORDERS = [
    ("iso", _("2026-05-31 (year first)")),
    ("dmy", _("31/05/2026 (day first)")),
    ("mdy", _("05/31/2026 (month first)")),
]
_HEAD = 4096
SEXES = [("", _("All")), (Sex.WOMEN, _("Women")), (Sex.MEN, _("Men"))]


class BoardForm(forms.Form):
    """Filters of a record board; they live in the address."""

    discipline = forms.ChoiceField(label=_("Discipline"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=[*SEXES, (Sex.MIXED, _("Mixed"))])
    age_group = forms.ChoiceField(label=_("Age group"), required=False)
    facility = forms.ChoiceField(
        label=_("Where"), required=False, choices=[("", _("Everywhere")), *((f.value, f.label) for f in Facility)]
    )
    season = forms.IntegerField(
        label=_("Set in season"),
        required=False,
        validators=[MinValueValidator(1850), MaxValueValidator(2200)],
        widget=forms.NumberInput(attrs={"placeholder": _("any year"), "inputmode": "numeric"}),
    )
    on = forms.DateField(
        label=_("As they stood on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("discipline", [("", _("All")), *choices.disciplines])
        groups = [(code, code) for code in choices.age_groups]
        self._offer("age_group", [("", _("All")), (OPEN, _("All ages")), *groups])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """An address may ask for what the book has no list of: the answer is an empty board, not the whole one."""
        asked = str(self.data.get(name, ""))[:20]
        if "\0" not in asked and asked not in {code for code, _label in choices}:
            choices = [*choices, (asked, asked)]
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    @property
    def filters(self) -> BoardFilters:
        """What was asked, without the fields that can't be read."""
        self.is_valid()
        return BoardFilters(**{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def usual(self) -> list[forms.BoundField]:
        return [self[name] for name in ("discipline", "sex", "age_group")]

    @property
    def special(self) -> list[forms.BoundField]:
        """The filters that few need; a page shows them on demand, and where they are in use."""
        return [self[name] for name in ("facility", "season", "on")]

    @property
    def is_special(self) -> bool:
        return any(field.value() for field in self.special)

    @property
    def is_narrowed(self) -> bool:
        return self.filters != BoardFilters()


class AthleteSearch(forms.Form):
    """Who is looked for."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=SEXES)
    club = forms.ChoiceField(label=_("Club"), required=False)

    def __init__(self, *args: Any, clubs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["club"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("All")), *clubs]


class UploadForm(forms.Form):
    """A file handed in for a club."""

    kind = forms.ChoiceField(
        label=_("What is in the file?"), choices=ImportBatch.Kind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX with a header row. Nothing is changed before you have seen and confirmed it."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    source = forms.SlugField(
        label=_("Source"),
        max_length=40,
        help_text=_("Which system the ids in the file come from. Always write it the same way."),
        widget=forms.TextInput(attrs={"list": "sources", "autocapitalize": "none"}),
    )
    date_order = forms.ChoiceField(label=_("Dates that aren't 2026-05-31 are written"), choices=DATE_ORDERS)
    book: forms.ModelChoiceField[RecordBook] = forms.ModelChoiceField(
        label=_("Record book"), queryset=None, required=False, help_text=_("Only for an old record book.")
    )

    def __init__(self, *args: Any, club: Club, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        if said.get("kind") != ImportBatch.Kind.RECORDS:
            said["book"] = None
        elif self.only_book:
            said["book"] = self.only_book
        elif not said.get("book"):
            self.add_error("book", _("Say into which book the old records go."))
        return said


class MappingForm(forms.Form):
    """Which column says what, where the guess was wrong: one field per target, the guess for an empty one."""

    def __init__(self, *args: Any, reading: Reading, chosen: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for target in reading.targets:
            guess = reading.columns.get(target)
            automatic = _("as found: {column}").format(column=guess) if guess else _("not in the file")
            choices = [("", automatic), *((name, name) for name in reading.header)]
            self.fields[f"column_{target}"] = forms.ChoiceField(
                label=target.replace("_", " "), required=False, choices=choices, initial=chosen.get(target, "")
            )

    @property
    def columns(self) -> dict[str, str]:
        """{target: column} as chosen."""
        return {name.removeprefix("column_"): column for name, column in self.cleaned_data.items() if column}
