"""Jobs: queued once, claimed once, reported on, and taken up again when their worker is gone."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.app import app_or_default
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from trackhub.clubs.actions.jobs import (
    MOST_ATTEMPTS,
    Progress,
    close_job,
    queue_job,
    report,
    run_job,
    send,
    take_up_stalled_jobs,
)
from trackhub.clubs.models import Club, Job, User

pytestmark = pytest.mark.django_db

TASK = "tests.nobody_runs_this"


@pytest.fixture(autouse=True)
def mail(tmp_path: Path) -> Iterator[Path]:
    """A queue in a folder of the test's own, whatever broker the site uses."""
    before = app_or_default()
    broker_with(str(tmp_path)).set_current()
    yield tmp_path
    before.set_current()


def broker_with(folder: str) -> Celery:
    app = Celery("tests", broker="filesystem://", set_as_current=False)
    names = ("data_folder_in", "data_folder_out", "control_folder")
    app.conf.update(broker_transport_options=dict.fromkeys(names, folder), task_publish_retry=False)
    return app


def sent(folder: Path) -> list[tuple[str, list[int]]]:
    """(task, arguments) of every message in the queue."""
    found = []
    for path in sorted(folder.glob("*.celery.msg")):
        message = json.loads(path.read_text())
        found.append((message["headers"]["task"], json.loads(b64decode(message["body"]))[0]))
    return found


def queued(at: datetime, subject: int = 1, **fields: Any) -> Job:
    return queue_job(TASK, subject=subject, by=fields.get("by"), club=fields.get("club"), at=at)


def silent(at: datetime) -> datetime:
    return at - timedelta(seconds=settings.JOB_STALE_SECONDS + 1)


def test_a_job_is_queued_when_the_transaction_commits(
    alice: User, harbour: Club, now: datetime, mail: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        job = queued(now, by=alice, club=harbour)
        assert sent(mail) == []
    assert sent(mail) == [(TASK, [job.pk])]
    assert (job.state, job.by, job.club, job.heartbeat, job.attempts) == ("queued", alice, harbour, now, 0)


def test_while_a_job_is_open_it_is_the_one(
    now: datetime, mail: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = queued(now)
        assert queued(now) == job
        assert queued(now, subject=2) != job
        Job.objects.filter(pk=job.pk).update(state="running")
        assert queued(now) == job
        Job.objects.filter(pk=job.pk).update(state="done")
        assert queued(now) != job
    assert len(sent(mail)) == 3


def test_a_lost_broker_delays_the_job_and_loses_nothing(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    job = queued(now)
    broker_with("/dev/null/nowhere").set_current()
    send(job)
    assert f"job {job.pk} waits for the sweep" in caplog.text
    assert Job.objects.get().state == "queued"


def test_the_work_is_done_and_its_message_kept(now: datetime) -> None:
    job = queued(now, subject=7)
    seen: list[tuple[int, str, int]] = []

    def work(job: Job, progress: Progress) -> str:
        progress(3, 10)
        running = Job.objects.get()
        seen.append((job.subject, running.state, running.percent))
        return "m" * 600

    run_job(job.pk, work)
    job.refresh_from_db()
    assert seen == [(7, "running", 30)]
    assert (job.state, job.message, job.attempts, job.done, job.total) == ("done", "m" * 500, 1, 3, 10)
    assert not job.is_open


@pytest.mark.parametrize(("error", "message"), [(ValueError("no such row"), "no such row"), (KeyError, "KeyError")])
def test_work_that_fails_says_why_and_fails_the_task(
    now: datetime, error: Exception | type[Exception], message: str
) -> None:
    job = queued(now)

    def work(job: Job, progress: Progress) -> str:
        raise error

    with pytest.raises((ValueError, KeyError)):
        run_job(job.pk, work)
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", message)


def never(job: Job, progress: Progress) -> str:
    raise AssertionError("the work was done a second time")


@pytest.mark.parametrize("state", ["done", "failed"])
def test_a_message_delivered_twice_is_done_once(now: datetime, state: str) -> None:
    job = queued(now)
    close_job(job, state, "over")
    run_job(job.pk, never)
    job.refresh_from_db()
    assert (job.state, job.message, job.attempts) == (state, "over", 0)


def test_a_job_that_another_worker_has_is_left_to_it() -> None:
    job = queued(timezone.now())
    Job.objects.update(state="running")
    run_job(job.pk, never)
    assert Job.objects.get().attempts == 0


def test_a_job_whose_worker_is_gone_is_claimed_again() -> None:
    job = queued(silent(timezone.now()))
    Job.objects.update(state="running", attempts=1, message="half")
    run_job(job.pk, lambda job, progress: "whole")
    job.refresh_from_db()
    assert (job.state, job.message, job.attempts) == ("done", "whole", 2)


def test_a_job_interrupted_again_and_again_is_given_up() -> None:
    job = queued(timezone.now())
    Job.objects.update(attempts=MOST_ATTEMPTS)
    run_job(job.pk, never)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "operator" in job.message


def test_a_job_that_is_not_there_is_nobody_s() -> None:
    run_job(4711, never)
    assert not Job.objects.exists()


def test_a_report_is_a_sign_of_life(now: datetime) -> None:
    job = queued(now - timedelta(days=1))
    report(job, 1, 2)
    job.refresh_from_db()
    assert (job.percent, timezone.now() - job.heartbeat < timedelta(seconds=30)) == (50, True)


def test_silent_jobs_are_queued_again_and_others_are_not(now: datetime, mail: Path) -> None:
    waiting, running, alive, done = (queued(silent(now), subject=n) for n in range(4))
    Job.objects.filter(pk=running.pk).update(state="running")
    Job.objects.filter(pk=alive.pk).update(heartbeat=now)
    Job.objects.filter(pk=done.pk).update(state="done")
    assert take_up_stalled_jobs(at=now) == 2
    assert sorted(sent(mail)) == sorted([(TASK, [waiting.pk]), (TASK, [running.pk])])
    assert set(Job.objects.filter(state="queued", heartbeat=now).values_list("pk", flat=True)) == {
        waiting.pk, running.pk, alive.pk
    }  # fmt: skip
    assert take_up_stalled_jobs(at=now) == 0
