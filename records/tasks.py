"""Import work for the worker: load, call one action, say how it went."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from records.actions.applying import apply_once
from records.actions.impact import preview_import
from records.actions.undoing import undo_once
from records.models import ImportBatch
from records.sentences import refusal_text, verdict_counts_text
from trackhub.clubs.actions.jobs import Progress, run_job
from trackhub.clubs.models import Job


def _stage(job: Job, progress: Progress) -> str:
    batch = ImportBatch.objects.get(pk=job.subject)
    preview_import(batch, today=timezone.localdate(), progress=progress)
    return refusal_text(batch.refusal) if batch.refusal else verdict_counts_text(batch.result)


def _apply(job: Job, progress: Progress) -> str:
    progress(0, 1)
    batch = ImportBatch.objects.get(pk=job.subject)
    return verdict_counts_text(apply_once(batch, by=job.by, at=timezone.now()))


def _undo(job: Job, progress: Progress) -> str:
    progress(0, 1)
    batch = ImportBatch.objects.get(pk=job.subject)
    return ", ".join(f"{name}: {n}" for name, n in undo_once(batch, by=job.by, at=timezone.now()).items())


@shared_task(name="records.stage_import")
def stage(job_id: int) -> None:
    run_job(job_id, _stage)


@shared_task(name="records.apply_import")
def apply(job_id: int) -> None:
    run_job(job_id, _apply)


@shared_task(name="records.undo_import")
def undo(job_id: int) -> None:
    run_job(job_id, _undo)
