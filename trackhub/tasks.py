"""Work of the whole site by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from trackhub.clubs.actions.retention import tidy
from trackhub.retention import ALL_CLOCKS


@shared_task(name="trackhub.tidy")
def tidy_nightly() -> None:
    tidy(ALL_CLOCKS, at=timezone.now())
