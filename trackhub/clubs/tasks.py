"""Tasks of the ground."""

from __future__ import annotations

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from trackhub.clubs.actions.delivering import deliver_due
from trackhub.clubs.actions.jobs import take_up_stalled_jobs
from trackhub.clubs.actions.locking import tell_of_lock


@shared_task(name="clubs.take_up_stalled_jobs")
def sweep() -> None:
    take_up_stalled_jobs(at=timezone.now())


@shared_task(name="clubs.deliver_events")
def deliver() -> None:
    deliver_due(now=timezone.now)


@shared_task(name="clubs.tell_of_lock")
def tell_owner(owner: int, address: str) -> None:
    tell_of_lock(owner, address=address)


@worker_ready.connect
def sweep_at_start(**kwargs: object) -> None:
    """A worker that comes back looks for what the killed one left."""
    take_up_stalled_jobs(at=timezone.now())
