"""Imports as their registrar sees them: which there are, how far they are, what is wrong with which row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, IntegerField, QuerySet, Value, When

from records.domain.columns import targets
from records.models import ImportBatch, ImportRow
from records.queries.issues import column_name, issues_of
from records.queries.lines import Page, Visitor, page_of
from records.sentences import refusal_text, say, target_name
from trackhub.clubs.models import Club, Job, User

TASKS = ("records.stage_import", "records.apply_import", "records.undo_import")


def imports_of(club: Club) -> QuerySet[ImportBatch]:
    """The club's imports, the newest first, with their uploaders."""
    return ImportBatch.objects.filter(club=club).select_related("by").order_by("-pk")


def import_known_to(user: Visitor, pk: int) -> ImportBatch | None:
    """The import, if ``user`` belongs to its club in whatever role; whether they may look is asked after this."""
    found = ImportBatch.objects.select_related("club", "book", "by").filter(pk=pk)
    if not user.is_superuser:
        if not isinstance(user, User):
            return None
        found = found.filter(club__in=user.club_ids)
    return found.first()


def latest_job(batch: ImportBatch) -> Job | None:
    """The newest work on the import, whoever asked for it."""
    return Job.objects.filter(task__in=TASKS, subject=batch.pk).order_by("-pk").first()


SILENT_AFTER = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Progress:
    """The newest work on an import. ``silent``: no sign of life for a while. ``behind``: it waits for another
    import, for changes of performances go one after the other."""

    job: Job
    silent: bool
    behind: bool


def progress_of(batch: ImportBatch, *, at: datetime) -> Progress | None:
    """How far the import is, None if nobody has asked for anything yet."""
    job = latest_job(batch)
    if job is None:
        return None
    behind = False
    if job.is_open and job.task != TASKS[0]:
        others = Job.objects.filter(task__in=TASKS[1:], state=Job.State.RUNNING, created__lt=job.created)
        behind = others.exclude(subject=batch.pk).exists()
    return Progress(job, job.is_open and job.heartbeat < at - SILENT_AFTER, behind)


def sources_of(club: Club) -> list[str]:
    """The sources that the club has imported from, the latest first."""
    found = ImportBatch.objects.filter(club=club).order_by("-pk").values_list("source", flat=True)
    return list(dict.fromkeys(found[:50]))


@dataclass(frozen=True, slots=True)
class RowIssue:
    """One thing to say about one row."""

    row: int
    column: str
    message: str
    verdict: str
    refused: bool


def issue_page(batch: ImportBatch, page: int, size: int = 50) -> Page[RowIssue]:
    """The rows with something to say, refused ones first, then in the file's order. One query."""
    names = batch.reading.get("columns", {})
    refused_first = Case(
        When(verdict=ImportRow.Verdict.REFUSED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = ImportRow.objects.filter(batch=batch, issues__isnull=False).order_by(refused_first, "number")
    found = page_of(rows.only("number", "verdict", "issues"), page, size)
    issues = [
        RowIssue(
            row.number,
            column_name(names, issue["target"]) or "",
            say(issue["code"], issue["values"]),
            row.get_verdict_display(),
            row.verdict == ImportRow.Verdict.REFUSED,
        )
        for row in found.items
        for issue in row.issues or ()
    ]
    return Page(issues, found.number, found.more)


def refused_lines(batch: ImportBatch) -> Iterator[list[str]]:
    """The refused rows as texts: row, column, what is wrong."""
    for issue in issues_of(batch):
        if issue["verdict"] == ImportRow.Verdict.REFUSED:
            yield [str(issue["row"] or ""), issue["column"] or "", issue["message"]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the file was read, in words; ``header`` are its columns as far as they are known."""

    encoding: str
    delimiter: str
    notes: list[str]
    columns: dict[str, str]
    ignored: list[str]
    header: list[str]
    targets: tuple[str, ...]
    said: list[tuple[str, str, bool]]
    """Each column that says something: what, and whether as last time."""


_DELIMITERS = {"\t": "tab", ",": ",", ";": ";", "|": "|"}


def reading_of(batch: ImportBatch) -> Reading:
    """From what staging noted; of a refused file only the header that its refusal quotes."""
    noted, refusal = batch.reading, batch.refusal or {}
    columns, ignored = noted.get("columns", {}), noted.get("ignored", [])
    header = [*dict.fromkeys([*columns.values(), *ignored])]
    if not header:
        quoted = str(refusal.get("values", {}).get("header", ""))
        header = [name for name in quoted.split(", ") if name]
    return Reading(
        noted.get("encoding", ""),
        _DELIMITERS.get(noted.get("delimiter", ""), noted.get("delimiter", "")),
        [say(code) for code in noted.get("notes", ())],
        columns,
        ignored,
        header,
        targets(batch.kind),
        [(name, target_name(target), name in noted.get("remembered", ())) for target, name in columns.items()],
    )


def refusal_of(batch: ImportBatch) -> str:
    """The sentence with which the whole file was refused, '' where it wasn't."""
    return refusal_text(batch.refusal)
