"""Long work with its progress: a row that outlives the worker that runs it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trackhub.clubs.models.clubs import Club
from trackhub.clubs.models.users import User


class JobQuerySet(models.QuerySet["Job"]):
    def stalled(self, at: datetime) -> Self:
        """Jobs whose worker, or whose message, was lost: no sign of life for JOB_STALE_SECONDS."""
        silent_since = at - timedelta(seconds=settings.JOB_STALE_SECONDS)
        return self.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING), heartbeat__lt=silent_since)

    def visible_to(self, user: User) -> Self:
        return self if user.is_superuser else self.filter(by=user)


class Job(models.Model):
    """One run of one task. ``task`` is the Celery task's name, ``subject`` the id of the row it works on."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    task = models.CharField(_("task"), max_length=80)
    subject = models.BigIntegerField(_("subject"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    heartbeat = models.DateTimeField(_("last sign of life"))
    message = models.CharField(_("message"), max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("who"))
    club = models.ForeignKey(Club, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("club"))
    created = models.DateTimeField(_("asked for"), auto_now_add=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "subject"],
                condition=Q(state__in=["queued", "running"]),
                name="one_open_job_per_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.subject}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
