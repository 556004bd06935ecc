"""Throughput of public pages: `python bench/pages.py --postgresql URL [--redis URL] [--rows N] [--seconds N]`.

Two gunicorns of one worker under production's settings, one that keeps pages and one that doesn't, and wrk
(`apt install wrk`) with eight connections. "Hello" is a view behind the same middleware. Every round asks for all
addresses in turn; a ratio is the median of the rounds', each within its own round.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from api import Connection, analyse, free_port, request_bytes
from database import ROOT, scratch_database
from generate import write_athletes, write_performances
from run import import_file, say

HERE = Path(__file__).resolve().parent
CACHED, UNCACHED = 0.45, 0.10
MOST_QUERIES, MOST_BYTES = 8, 100_000
DEEP = 200
"""The page that stands for deep ones."""
AS_A_PROXY = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}


def environment(port: int, *, kept: bool) -> dict[str, str]:
    return {
        **os.environ,
        "TRACKHUB_ENV": "production",
        "SECRET_KEY": "only-for-benchmarks-" * 3,
        "ALLOWED_HOSTS": "localhost",
        "BEHIND_TLS_PROXY": "1",
        "TRACKHUB_HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "DJANGO_SETTINGS_MODULE": "production",
        "PYTHONPATH": f"{HERE}{os.pathsep}{ROOT}",
        "PAGES_KEPT": str(kept),
    }


@contextmanager
def served(*, kept: bool) -> Iterator[int]:
    """The port of a running gunicorn."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "trackhub.wsgi"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(port, kept=kept))
    try:
        for _attempt in range(300):
            try:
                Connection(port).ask(request_bytes("/health", **AS_A_PROXY))
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def fetched(port: int, path: str) -> tuple[int, dict[str, str], bytes]:
    return Connection(port).ask(request_bytes(path, **{name.replace("-", "_"): v for name, v in AS_A_PROXY.items()}))


def rate(port: int, path: str, seconds: float) -> float:
    """Answers per second over eight connections."""
    command = ["wrk", "-t1", "-c8", "--timeout", "30s", f"-d{seconds:g}s", f"http://127.0.0.1:{port}{path}"]
    for name, value in {"Host": "localhost", **AS_A_PROXY}.items():
        command += ["-H", f"{name}: {value}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{path} was refused:\n{said}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    return float(found[1]) if found else 0.0


def seconds_of(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def addresses() -> dict[str, str]:
    """A board of 100 to 200 rows, and the athlete with the most performances."""
    from django.db.models import Count

    from records.models import Athlete
    from trackhub.clubs.models import Club

    athlete = Athlete.objects.annotate(marks=Count("performances")).latest("marks")
    board = Club.objects.order_by("slug")[0].get_absolute_url() + "?facility=indoor"
    return {"board": board, "athlete": athlete.get_absolute_url()}


def measure_rates(paths: dict[str, str], seconds: float, rounds: int) -> None:
    with served(kept=True) as kept, served(kept=False) as made:
        cases = {"hello": (kept, "/hello/")}
        for name, path in paths.items():
            cases |= {f"{name}, kept": (kept, path), f"{name}, made anew": (made, path)}
        for port, path in cases.values():
            fetched(port, path)
        found = [{name: rate(port, path, seconds) for name, (port, path) in cases.items()} for _ in range(rounds)]
        for name in cases:
            say(name, f"{median(one[name] for one in found):,.0f}/s")
        for name in list(cases)[1:]:
            ratios = sorted(one[name] / one["hello"] for one in found)
            target = CACHED if name.endswith("kept") else UNCACHED
            spread = f"{ratios[0]:.3f} to {ratios[-1]:.3f}; target ≥ {target}"
            say(f"**{name} ÷ hello**", f"**{median(ratios):.3f}** ({spread})")
        for name, path in paths.items():
            measure_weight(kept, name, path)


def measure_weight(port: int, name: str, path: str) -> None:
    """The page alone, and with all that a first visit loads besides."""
    _status, headers, body = fetched(port, path)
    html = gzip.decompress(body).decode() if headers.get("content-encoding") == "gzip" else body.decode()
    parts = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"', html)))
    whole = len(body) + sum(len(fetched(port, part)[2]) for part in parts)
    rows = html.count('class="marks"')
    say(f"{name}: {rows} rows, page compressed", f"{len(body) / 1000:.1f} kB of {len(html.encode()) / 1000:.0f} kB")
    say(f"{name}: with {len(parts)} style sheets, scripts and signs", f"{whole / 1000:.1f} kB (target < 100)")


def measure_queries(paths: dict[str, str]) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    for name, path in paths.items():
        with CaptureQueriesContext(connection) as seen:
            Client(headers={"host": "localhost"}).get(path)
        say(f"{name}: queries", f"{len(seen)} (target ≤ {MOST_QUERIES})")


def measure_depth() -> None:
    """The seconds of a deep page against those of the first, the addresses found by going on from page to page."""
    from django.conf import settings
    from django.core.cache import caches
    from django.test import Client

    settings.CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    del caches["pages"]
    client = Client(headers={"host": "localhost"})
    lists = {"athletes": "/athletes/", "ranking, every mark": "/rankings/?discipline=100&sex=M&per=mark&season="}
    for name, first in lists.items():
        path, page = first, 1
        while page < DEEP:
            onward = re.search(r'rel="next" href="([^"]+)"', client.get(path).content.decode())
            if onward is None:
                break
            path, page = first.partition("?")[0] + onward[1].replace("&amp;", "&"), page + 1
        rounds = [[seconds_of(partial(client.get, one)) for one in (first, path)] for _ in range(25)]
        say(f"{name}: page 1", f"{median(one[0] for one in rounds) * 1000:.1f} ms")
        say(f"{name}: page {page}", f"{median(one[1] for one in rounds) * 1000:.1f} ms")
        say(f"**{name}: page {page} ÷ page 1**", f"**{median(one[1] / one[0] for one in rounds):.2f}**")


def fill(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_athletes(Path(folder) / "athletes.csv")
        import_file("athletes", Path(folder) / "athletes.csv", club_column="club", create_clubs=True)
        write_performances(Path(folder) / "performances.csv", rows=rows)
        import_file("performances", Path(folder) / "performances.csv")
    analyse()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgresql", required=True, metavar="URL", help="a server on which databases may be made")
    parser.add_argument("--filled", metavar="NAME", default="", help="a database that was filled before")
    parser.add_argument("--redis", required=True, metavar="URL", help="the shared cache")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed: apt install wrk")
    os.environ["REDIS_URL"] = options.redis
    with scratch_database(options.postgresql, filled=options.filled) as kind:
        if not options.filled:
            fill(options.rows)
        from django.core.cache import caches

        caches["pages"].clear()
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
            cwd=ROOT, env=environment(0, kept=True), check=True,
        )  # fmt: skip
        print(f"\n### Pages over {options.rows:,} performances, {kind}\n\n| what | figure |\n|---|---|")
        paths = addresses()
        measure_rates(paths, options.seconds, options.rounds)
        measure_queries(paths)
        measure_depth()


if __name__ == "__main__":
    main()
