"""Import work for the worker: load, call one action, say how it went."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from records.actions.applying import apply_once
from records.actions.staging import stage_import
from records.actions.undoing import undo_import
from records.models import ImportBatch
from records.sentences import refusal_text, verdict_counts_text
from trackhub.clubs.actions.jobs import Progress, run_job


def _stage(batch_id: int, progress: Progress) -> str:
    batch = ImportBatch.objects.get(pk=batch_id)
    stage_import(batch, today=timezone.localdate(), progress=progress)
    return refusal_text(batch.refusal) if batch.refusal else verdict_counts_text(batch.result)


def _apply(batch_id: int, progress: Progress) -> str:
    batch = ImportBatch.objects.get(pk=batch_id)
    progress(0, 1)
    return verdict_counts_text(apply_once(batch, by=batch.by, at=timezone.now()))


def _undo(batch_id: int, progress: Progress) -> str:
    batch = ImportBatch.objects.get(pk=batch_id)
    progress(0, 1)
    return ", ".join(f"{name}: {n}" for name, n in undo_import(batch, by=batch.by, at=timezone.now()).items())


@shared_task(name="records.stage_import")
def stage(job_id: int) -> None:
    run_job(job_id, _stage)


@shared_task(name="records.apply_import")
def apply(job_id: int) -> None:
    run_job(job_id, _apply)


@shared_task(name="records.undo_import")
def undo(job_id: int) -> None:
    run_job(job_id, _undo)
