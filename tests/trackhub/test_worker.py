"""Imports that go wrong on the way: a killed worker, a message delivered twice, a queue that isn't there.

The workers are real processes on a SQLite file and the file-system queue, in a folder of their own.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from records.actions.applying import NotStaged, apply_import
from records.models import ImportBatch, ImportRow, Performance
from tests.factories import ClubFactory, staged
from tests.racing import at_once
from tests.trackhub.test_up import PATIENCE, environment
from trackhub.clubs.actions.jobs import queue_job
from trackhub.clubs.models import Job
from trackhub.demo.season import write_demo
from trackhub.management.commands.up import worker_command

STALE_SECONDS = 2
ROWS = 9_000

_SCRIPT = """
import sys
from pathlib import Path
import django
django.setup()
from django.utils import timezone
from records.actions.applying import NotStaged, apply_import
from records.actions.founding import found_club
from records.actions.receiving import receive_file
from records.actions.staging import stage_import
from records.models import ImportBatch
from trackhub.clubs.actions.jobs import queue_job, send
from trackhub.clubs.models import Job
from trackhub.demo.names import CLUBS
now = timezone.now()
"""

_PREPARE = """
for club in CLUBS:
    found_club(club.name, slug=club.slug, by=None, at=now)
folder = Path(sys.argv[1])
for kind, name, column in (
    ("athletes", "athletes", "club"), ("athletes", "transfers", "club"), ("performances", "performances", "")
):
    batch = receive_file(kind, content=[(folder / f"{name}.csv").read_bytes()], filename=f"{name}.csv",
                         source="demo", by=None, at=now, club_column=column)
    if kind == "athletes":
        stage_import(batch, today=timezone.localdate())
        apply_import(batch, by=None, at=now)
"""

_QUEUE = 'queue_job(sys.argv[1], subject=ImportBatch.objects.latest("pk").pk, by=None, club=None, at=now)'
_SEND_AGAIN = "send(Job.objects.latest('pk'))"

# Everything is imported; wait for the other process before the race.
_APPLY_AT_ONCE = """
batch = ImportBatch.objects.latest("pk")
print("ready", flush=True)
sys.stdin.readline()
try:
    apply_import(batch, by=None, at=now)
    print("applied")
except NotStaged:
    print("not staged")
"""


class Place:
    """A data folder with a site's data, and programs that work on it."""

    def __init__(self, var: Path) -> None:
        self.var = var

    @property
    def environment(self) -> dict[str, str]:
        more = {"JOB_STALE_SECONDS": str(STALE_SECONDS), "DJANGO_SETTINGS_MODULE": "trackhub.settings"}
        return environment(self.var, PYTHONPATH=str(settings.BASE_DIR), PYTHONWARNINGS="ignore", **more)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, *arguments], cwd=settings.BASE_DIR, env=self.environment, check=True, timeout=PATIENCE
        )

    def script(self, body: str, *arguments: str) -> None:
        self.run("-c", _SCRIPT + body, *arguments)

    @contextmanager
    def worker(self, name: str = "one") -> Iterator[Callable[[], None]]:
        """A worker; what is yielded kills it, with its pool process, without any warning."""
        process = self.start(*worker_command("-n", name))

        def kill() -> None:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

        try:
            yield kill
        finally:
            kill()

    def ask(self, question: str) -> object:
        with closing(sqlite3.connect(self.var / "trackhub.sqlite3", timeout=PATIENCE)) as database:
            (answer,) = database.execute(question).fetchone()
            return answer

    def wait_for(self, question: str, wanted: object) -> None:
        until = time.monotonic() + PATIENCE
        while (answer := self.ask(question)) != wanted:
            assert time.monotonic() < until, f"{question}: {answer}"
            time.sleep(0.02)

    @property
    def performances(self) -> int:
        number = self.ask("SELECT count(*) FROM records_performance")
        assert isinstance(number, int)
        return number


JOB = "SELECT state FROM clubs_job ORDER BY id DESC LIMIT 1"
BATCH = "SELECT state FROM records_importbatch ORDER BY id DESC LIMIT 1"
TWICE = "SELECT count(*) - count(DISTINCT external_id) FROM records_performance"
TOLD = """SELECT count(*) FROM records_importrow
          WHERE verdict = 'new' AND batch_id = (SELECT max(id) FROM records_importbatch)"""


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo's athletes and a file of performances that nobody has read yet."""
    var = tmp_path_factory.mktemp("received")
    write_demo(var / "demo", today=date.today())
    place = Place(var)
    place.run("manage.py", "migrate", "--verbosity", "0")
    place.script(_PREPARE, str(var / "demo"))
    return var


@pytest.fixture(scope="module")
def read(received: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with the performances read and judged."""
    var = tmp_path_factory.mktemp("read") / "var"
    shutil.copytree(received, var)
    Place(var).script('stage_import(ImportBatch.objects.latest("pk"), today=timezone.localdate())')
    return var


def copied(var: Path, to: Path) -> Place:
    shutil.copytree(var, to / "var")
    return Place(to / "var")


@pytest.mark.parametrize("after", [0.0, 0.4])
def test_a_worker_killed_while_it_reads_starts_again(received: Path, tmp_path: Path, after: float) -> None:
    place = copied(received, tmp_path)
    place.script(_QUEUE, "records.stage_import")
    with place.worker() as kill:
        place.wait_for(JOB, Job.State.RUNNING)
        time.sleep(after)
        kill()
    assert place.ask(BATCH) in (ImportBatch.State.RECEIVED, ImportBatch.State.STAGED)
    assert place.performances == 0
    time.sleep(STALE_SECONDS)
    with place.worker():
        place.wait_for(JOB, Job.State.DONE)
    assert place.ask(BATCH) == ImportBatch.State.STAGED
    assert place.ask("SELECT count(*) - count(DISTINCT number) FROM records_importrow WHERE batch_id = 3") == 0
    assert place.ask(TOLD) > ROWS  # type: ignore[operator]


@pytest.mark.parametrize("after", [0.0, 0.3, 0.7])
def test_a_worker_killed_while_it_applies_leaves_nothing_or_all(read: Path, tmp_path: Path, after: float) -> None:
    place = copied(read, tmp_path)
    told = place.ask(TOLD)
    place.script(_QUEUE, "records.apply_import")
    with place.worker() as kill:
        place.wait_for(JOB, Job.State.RUNNING)
        time.sleep(after)
        kill()
    state, found = place.ask(BATCH), place.performances
    assert (state, found) in ((ImportBatch.State.STAGED, 0), (ImportBatch.State.APPLIED, told))
    time.sleep(STALE_SECONDS)
    with place.worker():
        place.wait_for("SELECT state IN ('done', 'failed') FROM clubs_job", 1)
    # A worker killed between the import's end and the job's leaves a job that finds nothing to do.
    assert place.ask(JOB) == Job.State.DONE or state == ImportBatch.State.APPLIED
    assert place.ask(BATCH) == ImportBatch.State.APPLIED
    assert place.performances == told
    assert place.ask(TWICE) == 0


def test_two_workers_and_a_message_delivered_twice(read: Path, tmp_path: Path) -> None:
    place = copied(read, tmp_path)
    place.script(_QUEUE, "records.apply_import")
    place.script(_SEND_AGAIN)
    with place.worker("one"), place.worker("two"):
        place.wait_for(JOB, Job.State.DONE)
    assert place.performances == place.ask(TOLD)
    assert place.ask("SELECT attempts FROM clubs_job") == 1


def test_two_processes_that_apply_the_same_import_at_once(read: Path, tmp_path: Path) -> None:
    place = copied(read, tmp_path)
    racers = [place.start("-c", _SCRIPT + _APPLY_AT_ONCE) for _ in range(2)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    said = []
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        said.append(racer.communicate(timeout=PATIENCE)[0].strip())
    assert sorted(said) == ["applied", "not staged"]
    assert place.performances == place.ask(TOLD)
    assert place.ask(TWICE) == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_connections_that_apply_the_same_import_at_once(now: datetime) -> None:
    ClubFactory(name="Harbour AC", slug="harbour")
    lines = [f"P{n},Sam,Runner,M,1998-03-14,harbour,100,11.{n:02},2026-06-01" for n in range(99)]
    header = "performance_id,given_name,family_name,sex,birth_date,club,discipline,mark,date"
    batch = staged(ImportBatch.Kind.PERFORMANCES, "\n".join([header, *lines]))
    mine, theirs = (ImportBatch.objects.get(pk=batch.pk) for _ in range(2))
    said = at_once(lambda: apply_import(mine, by=None, at=now), lambda: apply_import(theirs, by=None, at=now))
    assert sum(isinstance(one, NotStaged) for one in said) == 1
    assert Performance.objects.count() == ImportRow.objects.filter(batch=batch, verdict="new").count() == 99


def test_a_job_waits_where_the_folder_of_the_queue_is_gone(received: Path, tmp_path: Path) -> None:
    place = copied(received, tmp_path)
    place.script("import shutil\nfrom django.conf import settings\nshutil.rmtree(settings.QUEUE_DIR)\n" + _QUEUE, "x")
    assert place.ask(JOB) == Job.State.QUEUED


def test_a_job_waits_where_redis_is_gone(received: Path, tmp_path: Path) -> None:
    place = copied(received, tmp_path)
    place.script(
        "from celery import current_app\ncurrent_app.conf.broker_url = 'redis://127.0.0.1:1/0'\n"
        "current_app.conf.broker_transport_options = {}\n" + _QUEUE,
        "x",
    )
    assert place.ask(JOB) == Job.State.QUEUED


@pytest.mark.django_db
def test_a_job_is_queued_once_while_it_is_open(now: datetime) -> None:
    first = queue_job("records.stage_import", subject=1, by=None, club=None, at=now)
    assert queue_job("records.stage_import", subject=1, by=None, club=None, at=now) == first
    Job.objects.update(state=Job.State.DONE)
    assert queue_job("records.stage_import", subject=1, by=None, club=None, at=now) != first
