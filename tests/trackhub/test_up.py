"""`manage.py up`, as a real process with real children, on a port that is free."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc, so it needs Linux")

PATIENCE = 40.0


def environment(var: Path, **more: str) -> dict[str, str]:
    """Ours, with the site's data in ``var``: SQLite and the file-system queue, whatever the tests run on."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "PORT")}
    return {**kept, "TRACKHUB_VAR": str(var), **more}


def parents() -> dict[int, int]:
    """The parent of every process that isn't a zombie."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue  # it ended while we looked
        if state != "Z":
            found[int(path.parent.name)] = int(parent)
    return found


def descendants(pid: int) -> set[int]:
    """Children of ``pid``, their children, and so on."""
    found, tree = {pid}, parents()
    while more := {child for child, parent in tree.items() if parent in found} - found:
        found |= more
    return found - {pid}


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def wait_until_gone(pids: set[int]) -> set[int]:
    """Whoever of ``pids`` is still there in the end."""
    until = time.monotonic() + PATIENCE
    while (left := pids & set(parents())) and time.monotonic() < until:
        time.sleep(0.1)
    return left


class Site:
    """A running `manage.py up` with its address and all the processes below it."""

    def __init__(self, var: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", "0"],
            cwd=settings.BASE_DIR,
            env=environment(var),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.family: set[int] = set()

    def wait(self) -> None:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                self.address = found.group()
                break
        else:
            raise AssertionError(said)
        with urllib.request.urlopen(f"{self.address}admin/login/", timeout=PATIENCE) as answer:  # noqa: S310  # our own
            assert answer.status == 200
        until = time.monotonic() + PATIENCE
        # web server and its two workers; background worker, its pool process and the beat
        while len(self.family) < 6 and time.monotonic() < until:
            time.sleep(0.1)
            self.family = descendants(self.process.pid)

    def child(self, program: str) -> int:
        tree = parents()
        (pid,) = (p for p in self.family if tree[p] == self.process.pid and program in command_of(p))
        return pid

    def ended(self) -> int:
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


@contextmanager
def site(var: Path) -> Iterator[Site]:
    running = Site(var)
    try:
        running.wait()
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()
        for pid in running.family & set(parents()):
            os.kill(pid, signal.SIGKILL)


def test_sigterm_stops_the_site_and_all_its_processes(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        running.process.send_signal(signal.SIGTERM)
        assert running.ended() == 0
        assert not wait_until_gone(running.family)


def test_when_the_worker_dies_the_rest_stops_and_its_exit_code_is_passed_on(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        os.kill(running.child("celery"), signal.SIGKILL)
        assert running.ended() == 128 + signal.SIGKILL
        assert not wait_until_gone(running.family)


def test_two_interrupts_stop_it_at_once(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        running.process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        started = time.monotonic()
        running.process.send_signal(signal.SIGINT)
        assert running.ended() == 0
        assert time.monotonic() - started < 3
        assert not wait_until_gone(running.family)


def test_killing_it_leaves_no_orphan(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        running.process.kill()
        running.process.wait()
        assert not wait_until_gone(running.family)


def test_a_port_in_use_gives_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "trackhub.sqlite3").exists()
