"""Asking for an import to be applied, or taken back: the word of a registrar, which the worker then carries out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from records.actions.applying import NotStaged
from records.actions.undoing import NotApplied
from records.models import ImportBatch
from records.queries.alarms import Alarm, import_alarm, undo_alarm
from trackhub.clubs.actions.jobs import queue_job
from trackhub.clubs.models import Job, User


class NeedsSecondWord(Exception):
    """So much of what the club has would change that it is asked for a second time."""

    def __init__(self, alarm: Alarm, *, undo: bool) -> None:
        super().__init__(alarm)
        self.alarm = alarm
        self.undo = undo

    def __str__(self) -> str:
        if self.undo:
            text = _("Taking it back would remove or change {touched} of {total} {what} ({percent} %).")
        else:
            text = _("The file would change {touched} of {total} {what} ({percent} %).")
        what = _("athletes of the club") if self.alarm.athletes else _("performances of the club")
        said = {"touched": self.alarm.touched, "total": self.alarm.total, "percent": self.alarm.percent}
        return str(text).format(what=what, **said)


class UnderWay(Exception):
    """Somebody asked for the same first."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.job = job

    def __str__(self) -> str:
        if self.job.by is None:
            return str(_("This is under way already."))
        return str(_("{who} asked for this first; it is under way.")).format(who=self.job.by)


def confirm_import(batch: ImportBatch, *, by: User, at: datetime, clean_only: bool = False, sure: bool = False) -> Job:
    """Have ``batch`` applied: all rows that weren't refused, or those without a doubt only.

    Raises NotStaged, NeedsSecondWord unless ``sure``, or UnderWay where somebody confirmed it first.
    """
    if batch.state != ImportBatch.State.STAGED:
        raise NotStaged
    alarm = None if sure else import_alarm(batch)
    if alarm:
        raise NeedsSecondWord(alarm, undo=False)
    with transaction.atomic():
        job = _asked("records.apply_import", batch, by=by, at=at)
        if job.heartbeat == at:
            waiting = ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.STAGED)
            if not waiting.update(clean_only=clean_only):
                raise NotStaged
        elif not ImportBatch.objects.filter(pk=batch.pk, clean_only=clean_only).exists():
            raise UnderWay(job)
    return job


def take_back(batch: ImportBatch, *, by: User, at: datetime, sure: bool = False) -> Job:
    """Have ``batch`` taken back. Raises NotApplied, NeedsSecondWord unless ``sure``, or UnderWay."""
    if batch.state != ImportBatch.State.APPLIED:
        raise NotApplied
    alarm = None if sure else undo_alarm(batch)
    if alarm:
        raise NeedsSecondWord(alarm, undo=True)
    return _asked("records.undo_import", batch, by=by, at=at)


def _asked(task: str, batch: ImportBatch, *, by: User, at: datetime) -> Job:
    """The job, made by this word or by an earlier one of the same person."""
    job = queue_job(task, subject=batch.pk, by=by, club=batch.club, at=at)
    if job.by_id != by.pk:
        raise UnderWay(job)
    return job
