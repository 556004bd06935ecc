"""Throughput of the API: `python bench/api.py [--postgresql URL] [--redis URL] [--rows N] [--seconds N]`.

One gunicorn worker of four threads against eight connections that ask as fast as they are answered; ratios of one
run. "Hello" goes through the same stack: middleware, authentication, limits, negotiation, JSON.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from database import ROOT, scratch_database
from generate import write_athletes, write_performances
from run import import_file, say

CONNECTIONS = 8
LIST = "/api/v1/performances/?page_size=50"


def request_bytes(path: str, **headers: str) -> bytes:
    said = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{said}\r\n".encode()


class Connection:
    """One keep-alive connection that reads no more of an answer than it must."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.file = self.socket.makefile("rb")

    def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """(status, headers, body)."""
        self.socket.sendall(request)
        status = int(self.file.readline().split()[1])
        headers: dict[str, str] = {}
        while (line := self.file.readline()) != b"\r\n":
            name, _colon, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, self.file.read(int(headers.get("content-length", 0)))


def rate(port: int, request: bytes, expected: int, seconds: float) -> float:
    """Answers per second over all connections."""
    counts = [0] * CONNECTIONS
    until = time.perf_counter() + seconds

    def keep_asking(number: int) -> None:
        connection = Connection(port)
        while time.perf_counter() < until:
            status, _headers, body = connection.ask(request)
            if status != expected:
                raise SystemExit(f"The answer was {status}: {body[:300]!r}")
            counts[number] += 1

    threads = [threading.Thread(target=keep_asking, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def make_key() -> str:
    from datetime import timedelta

    from django.utils import timezone

    from trackhub.clubs.actions.tokens import make_token
    from trackhub.clubs.models import Club, Membership, Scope, User

    user, now = User.objects.create_user("bench@example.org"), timezone.now()
    Membership.objects.create(user=user, club=Club.objects.order_by("pk")[0], role="registrar")
    return make_token(user, name="bench", scope=Scope.READ, club=None, expires=now + timedelta(days=1), at=now)[1]


def analyse() -> None:
    """What autovacuum does within a minute of a large import."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def serve(port: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PORT": str(port), "WEB_CONCURRENCY": "1", "API_LIMIT_FACTOR": "1000000"}
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "trackhub.wsgi"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    for _attempt in range(100):
        try:
            Connection(port).ask(request_bytes("/health"))
        except OSError:
            time.sleep(0.1)
        else:
            return server
    server.kill()
    raise SystemExit("The server didn't start.")


def measure(port: int, key: str, seconds: float) -> None:
    bearer = {"Authorization": f"Bearer {key}"}
    etag = Connection(port).ask(request_bytes(LIST))[1]["etag"]
    cases = {
        "hello": (request_bytes("/api/v1/"), 200),
        "50 performances": (request_bytes(LIST), 200),
        "50 performances, unchanged": (request_bytes(LIST, If_None_Match=etag), 304),
        "hello, with a token": (request_bytes("/api/v1/", **bearer), 200),
        "50 performances, with a token": (request_bytes(LIST, **bearer), 200),
    }
    rounds = [{name: rate(port, asked, code, seconds) for name, (asked, code) in cases.items()} for _ in range(3)]
    rates = {name: sorted(one[name] for one in rounds)[1] for name in cases}
    for name, found in rates.items():
        say(name, f"{found:,.0f}/s")
    for name, target in (("50 performances", 0.15), ("50 performances, unchanged", 0.5)):
        ratio = sorted(one[name] / one["hello"] for one in rounds)[1]
        say(f"**{name} ÷ hello**", f"**{ratio:.2f}** (target ≥ {target})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", default="", metavar="URL", help="a server on which databases may be made")
    parser.add_argument("--redis", default="", metavar="URL", help="the shared cache; a folder without it")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    if options.redis:
        os.environ["REDIS_URL"] = options.redis
    with tempfile.TemporaryDirectory() as folder, scratch_database(options.postgresql) as kind:
        write_athletes(Path(folder) / "athletes.csv")
        import_file("athletes", Path(folder) / "athletes.csv", club_column="club", create_clubs=True)
        write_performances(Path(folder) / "performances.csv", rows=options.rows)
        import_file("performances", Path(folder) / "performances.csv")
        print(f"\n### API over {options.rows:,} performances, {kind}\n\n| what | figure |\n|---|---|")
        analyse()
        port, key = free_port(), make_key()
        server = serve(port)
        try:
            measure(port, key, options.seconds)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
