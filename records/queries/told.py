"""What an entry of the audit trail tells, in words: of which thing, and each fact before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.models import (
    Athlete,
    Award,
    Ceremony,
    ImportBatch,
    MarkReport,
    Performance,
    RecordBook,
    RecordClaim,
    RecordPolicy,
)
from records.queries.performances import FACTS, fact_text
from records.queries.why import mark_text
from trackhub.clubs.models import AuditEntry, Club, User

_LABELS: dict[str, str | Promise] = {
    **FACTS,
    "because": gettext_lazy("why"),
    "performance": gettext_lazy("new version"),
    "rows": gettext_lazy("rows"),
    "created": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "duplicates": gettext_lazy("there already"),
    "refused": gettext_lazy("refused"),
    "guardian": gettext_lazy("guardian's account"),
    "merged": gettext_lazy("merged athlete"),
    "public": gettext_lazy("announced to everybody"),
    "biography": gettext_lazy("biography"),
    "video": gettext_lazy("video at"),
    "account": gettext_lazy("account"),
    "warnings": gettext_lazy("warnings"),
    "doubtful": gettext_lazy("doubtful"),
    "left_out": gettext_lazy("left out"),
    "clubs_created": gettext_lazy("clubs founded"),
    "athletes": gettext_lazy("new athletes"),
    "personal_bests": gettext_lazy("personal bests"),
    "season_bests": gettext_lazy("season's bests"),
    "records": gettext_lazy("records"),
    "performances_removed": gettext_lazy("performances removed"),
    "performances_restored": gettext_lazy("performances restored"),
    "performances_kept": gettext_lazy("performances kept"),
    "athletes_removed": gettext_lazy("athletes removed"),
    "athletes_kept": gettext_lazy("athletes kept"),
    "athletes_restored": gettext_lazy("athletes restored"),
    "facts_kept": gettext_lazy("facts kept"),
    "facts_lost": gettext_lazy("facts lost"),
    "old_records_removed": gettext_lazy("old records removed"),
    "awards_removed": gettext_lazy("medals removed"),
    "honours": gettext_lazy("what is honoured"),
    "awards": gettext_lazy("medals"),
    "asked_by": gettext_lazy("asked for by"),
    "files": gettext_lazy("files"),
    "same": gettext_lazy("taken for somebody known"),
    "others": gettext_lazy("taken for somebody new"),
    "guest": gettext_lazy("guest"),
    "other": gettext_lazy("the other athlete"),
    "performances": gettext_lazy("performances"),
    "file": gettext_lazy("file"),
}


_PLACES = {name: place for place, name in enumerate(FACTS)}
_NO_FACTS = ("seconds", "fold_seconds")
_ITEMS = ("honours", "awards", "same")
"""Told as a list of ids, of which the number says more."""
_ACCOUNTS = ("account", "guardian")
_KINDS: dict[str, type[Model]] = {
    "athlete": Athlete,
    "award": Award,
    "ceremony": Ceremony,
    "club": Club,
    "import": ImportBatch,
    "markreport": MarkReport,
    "performance": Performance,
    "recordbook": RecordPolicy,
    "recordclaim": RecordClaim,
}
"""By the kind of an entry's target the table whose columns its facts are called after."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One fact before and after; '' where there was none."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        if not self.before:
            return f"{self.label}: {self.after}"
        return f"{self.label}: {self.before} → {self.after or '–'}"


def _performance_called(one: Performance) -> tuple[str, str]:
    return f"{mark_text(one)}, {one.discipline}, {one.athlete or one.team}", reverse("performance", args=[one.pk])


def _claim_called(one: RecordClaim) -> tuple[str, str]:
    return _performance_called(one.performance)[0], one.get_absolute_url()


def _import_called(one: ImportBatch) -> tuple[str, str]:
    return _("import of {file}").format(file=one.filename), one.get_absolute_url()


def _called_itself(one: Any) -> tuple[str, str]:
    return str(one), one.get_absolute_url() if hasattr(one, "get_absolute_url") else ""


_CALLED: dict[str, tuple[type[Model], tuple[str, ...], Callable[[Any], tuple[str, str]]]] = {
    "athlete": (Athlete, (), _called_itself),
    "award": (Award, ("athlete", "discipline"), _called_itself),
    "ceremony": (Ceremony, ("club",), _called_itself),
    "import": (ImportBatch, (), _import_called),
    "markreport": (MarkReport, ("athlete",), _called_itself),
    "performance": (Performance, ("athlete", "discipline"), _performance_called),
    "recordbook": (RecordBook, (), lambda one: (one.name, "")),
    "recordclaim": (RecordClaim, ("performance__athlete", "performance__discipline"), _claim_called),
}


def things_called(targets: Iterable[str]) -> dict[str, tuple[str, str]]:
    """By target what it is called and where its page is. A query for each kind."""
    ids: dict[str, list[int]] = defaultdict(list)
    for target in set(targets):
        kind, _space, text = target.partition(" ")
        if kind in _CALLED and text.isdecimal():
            ids[kind].append(int(text))
    found: dict[str, tuple[str, str]] = {}
    for kind, numbers in ids.items():
        model, beside, called = _CALLED[kind]
        rows = model._default_manager.select_related(*beside).in_bulk(numbers)
        found |= {f"{kind} {pk}": called(one) for pk, one in rows.items()}
    return found


def accounts_in(entries: Sequence[AuditEntry]) -> dict[int, str]:
    """By id the people whom entries name as somebody's account or guardian."""
    said = [facts or {} for entry in entries for facts in (entry.before, entry.after)]
    ids = {facts[name] for facts in said for name in _ACCOUNTS if isinstance(facts.get(name), int)}
    return {pk: str(user) for pk, user in User.objects.in_bulk(ids).items()} if ids else {}


def facts_of(entry: AuditEntry, accounts: Mapping[int, str]) -> list[FieldChange]:
    before, after = entry.before or {}, entry.after or {}
    kind = entry.target.partition(" ")[0]
    # A database may keep the facts of an entry in another order than they were told.
    names = sorted({*after, *before}, key=lambda name: (_PLACES.get(name, len(_PLACES)), name))
    names = [name for name in names if name not in _NO_FACTS and not (name not in before and _is_nothing(after[name]))]
    told = [
        FieldChange(_label(kind, name), *(_said(kind, name, facts.get(name), accounts) for facts in (before, after)))
        for name in names
    ]
    return [one for one in told if one.before or one.after]


def _is_nothing(value: Any) -> bool:
    """A count of nothing says nothing."""
    return value == 0 and not isinstance(value, bool)


def _column(kind: str, name: str) -> Field[Any, Any] | None:
    try:
        found = _KINDS[kind]._meta.get_field(name)
    except (KeyError, FieldDoesNotExist):
        return None
    return found if isinstance(found, Field) else None


def _label(kind: str, name: str) -> str:
    if name in _LABELS:
        return str(_LABELS[name])
    column = _column(kind, name)
    return str(column.verbose_name) if column else name.replace("_", " ")


def _said(kind: str, name: str, value: Any, accounts: Mapping[int, str]) -> str:
    """A value of an entry as a person reads it."""
    if name in _ACCOUNTS and isinstance(value, int):
        return accounts.get(value, f"no. {value}")
    if name in _ITEMS and isinstance(value, list):
        return str(len(value))
    column = _column(kind, name)
    if column and value and isinstance(value, str):
        value = str(dict(column.flatchoices).get(value, value))
    return _text(name, value)


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(key, one)}" for key, one in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(_text("", one) for one in value)
    return _moment(str(value)) or fact_text(name, str(value))


def _moment(text: str) -> str:
    """An instant of ISO 8601 in the reader's words and zone, '' for anything else."""
    if "T" not in text:
        return ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at.tzinfo else ""
