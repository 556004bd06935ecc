"""`manage.py up`: the web server and the background worker as one command, for a laptop or a single service.

Both are children in process groups of their own: a Ctrl-C reaches them once, through us, and whatever a
child leaves behind when it dies (the embedded beat, a pool process) is ended with its group.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

STOPPING_SECONDS = 15.0
_LOOK_EVERY = 0.1
_STDERR = 2
_PR_SET_PDEATHSIG = 1


class Child:
    """A process of ours with all that it starts."""

    def __init__(self, name: str, command: list[str], *, keep_open: Iterable[int] = ()) -> None:
        self.name = name
        self._process = subprocess.Popen(  # noqa: S603  # our own command line
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env={**os.environ, "PYTHONWARNINGS": "ignore:::celery.platforms"},  # celery's lecture about root
            stdout=_STDERR,  # a server's chatter is not our answer: `demo --json` must stay JSON
            pass_fds=tuple(keep_open),
            start_new_session=True,
            preexec_fn=_die_with_parent(),
        )

    @property
    def code(self) -> int | None:
        """The exit code as a shell gives it, or None while the process runs."""
        code = self._process.poll()
        return 128 - code if code is not None and code < 0 else code

    def ask_to_stop(self) -> None:
        if self.code is None:
            self._process.terminate()

    def end(self) -> None:
        """Kill the whole group, and wait for the child itself."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux the kernel stops the child when we are killed without a chance to do so ourselves."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def worker_command(*more: str) -> list[str]:
    """Python's arguments for a worker that does one job at a time."""
    quiet = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")
    return ["-m", "celery", "-q", "-A", "trackhub", "worker", "-P", "prefork", "-c", "1", *quiet, *more]


def _no_hurry() -> bool:
    return False


def stop_all(children: Iterable[Child], *, in_a_hurry: Callable[[], bool] = _no_hurry) -> None:
    """Ask all to stop, wait, then end whoever is left. A job cut off here is taken up by the next worker."""
    children = list(children)
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + STOPPING_SECONDS
    while time.monotonic() < until and not in_a_hurry() and any(child.code is None for child in children):
        time.sleep(_LOOK_EVERY)
    for child in children:
        child.end()


class Command(BaseCommand):
    help = "Run the site: migrate, then the web server and the background worker until one of them stops."

    def add_arguments(self, parser: CommandParser) -> None:
        everywhere = "0.0.0.0" if settings.PRODUCTION else "127.0.0.1"  # noqa: S104  # a container's port
        parser.add_argument("--host", default=os.environ.get("TRACKHUB_HOST") or everywhere)
        parser.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000", help="0 takes a free one")
        parser.add_argument("--no-migrate", action="store_true", help="leave the tables as they are")

    def handle(self, *args: Any, **options: Any) -> None:
        door = _take_port(options["host"], options["port"])
        if not options["no_migrate"]:
            call_command("migrate", verbosity=0, interactive=False)
        if settings.PRODUCTION:
            call_command("collectstatic", verbosity=0, interactive=False)
        connections.close_all()
        code = self._run(door)
        if code:
            sys.exit(code)

    def _run(self, door: socket.socket) -> int:
        asked: list[int] = []

        def note(number: int, frame: FrameType | None) -> None:
            asked.append(number)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, note)
        children: list[Child] = []
        try:
            children.append(Child("background worker", worker_command("-B")))
            children.append(_web(door))
            host, port = door.getsockname()
            self.stdout.write(f"TrackHub runs at http://{host}:{port}/ – Ctrl-C stops it.")
            self.stdout.flush()
            door.close()
            return self._watch(children, asked)
        finally:
            stop_all(children, in_a_hurry=lambda: len(asked) > 1)

    def _watch(self, children: list[Child], asked: list[int]) -> int:
        """Wait until somebody asks us to stop (0) or a child is gone (its code, or 1 if it calls that success)."""
        while not asked:
            for child in children:
                if child.code is not None:
                    self.stderr.write(f"The {child.name} has stopped (exit code {child.code}); stopping the rest.")
                    return child.code or 1
            time.sleep(_LOOK_EVERY)
        self.stdout.write("Stopping, which takes some seconds; once more stops at once.")
        self.stdout.flush()
        return 0


def _take_port(host: str, port: int) -> socket.socket:
    """The socket that the web server will answer on. We take it first: a port in use is said before any work."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(128)
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else str(error)
        raise CommandError(
            f"Can't answer on port {port} of {host} ({reason}). Is TrackHub running already? "
            f"Another port: manage.py up --port {port + 1}, or make demo PORT={port + 1}"
        ) from None
    return door


def _web(door: socket.socket) -> Child:
    command = ["-m", "gunicorn", "-c", "gunicorn.conf.py", "--bind", f"fd://{door.fileno()}", "trackhub.wsgi"]
    return Child("web server", command, keep_open=[door.fileno()])
