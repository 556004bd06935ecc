"""Jobs: queue one, claim it, report on it, take it up again when its worker was killed.

A message on the queue only says "look at job N": the row is the truth. A task may therefore be delivered
twice, or never; claiming is a compare-and-set, and the sweep queues again whatever has gone silent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from trackhub.clubs.models import Club, Job, User

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3

Progress = Callable[[int, int], None]
"""Called with (done, total) as the work goes on."""


def queue_job(task: str, *, subject: int, by: User | None, club: Club | None, at: datetime) -> Job:
    """Queue ``task`` for row ``subject``, once: while such a job is open, that one is returned."""
    try:
        with transaction.atomic():
            job = Job.objects.create(task=task, subject=subject, by=by, club=club, heartbeat=at)
    except IntegrityError:
        return Job.objects.get(task=task, subject=subject, state__in=(Job.State.QUEUED, Job.State.RUNNING))
    transaction.on_commit(lambda: send(job))
    return job


def send(job: Job) -> None:
    """Put the message on the queue. A lost broker only delays the job: the sweep sends it again."""
    try:
        current_app.send_task(job.task, args=[job.pk])
    except (OSError, OperationalError) as error:
        logger.warning("job %s waits for the sweep: the queue can't be reached (%s)", job.pk, error)


def run_job(job_id: int, work: Callable[[Job, Progress], str]) -> None:
    """Claim job ``job_id``, do ``work(job, progress)`` and keep its last message; nothing if another has it."""
    now = timezone.now()
    silent = Q(heartbeat__lt=now - timedelta(seconds=settings.JOB_STALE_SECONDS))
    free = Q(state=Job.State.QUEUED) | (Q(state=Job.State.RUNNING) & silent)
    claimed = Job.objects.filter(free, pk=job_id).update(
        state=Job.State.RUNNING, heartbeat=now, attempts=F("attempts") + 1, message=""
    )
    if not claimed:
        return
    job = Job.objects.get(pk=job_id)
    if job.attempts > MOST_ATTEMPTS:
        close_job(job, Job.State.FAILED, "The work was interrupted again and again; please tell the operator.")
        return
    try:
        message = work(job, lambda done, total: report(job, done, total))
    except Exception as error:
        close_job(job, Job.State.FAILED, str(error) or type(error).__name__)
        raise
    close_job(job, Job.State.DONE, message)


def report(job: Job, done: int, total: int) -> None:
    """Say how far the job is; also its sign of life."""
    Job.objects.filter(pk=job.pk).update(done=done, total=total, heartbeat=timezone.now())


def close_job(job: Job, state: str, message: str) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, message=message[:500], heartbeat=timezone.now())


def take_up_stalled_jobs(*, at: datetime) -> int:
    """Queue again every job that has gone silent; the number of them."""
    taken = 0
    for job in Job.objects.stalled(at):
        taken += Job.objects.filter(pk=job.pk, heartbeat=job.heartbeat).update(state=Job.State.QUEUED, heartbeat=at)
        send(job)
    return taken
