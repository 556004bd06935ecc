"""Lighthouse, as a phone, on the demo under gunicorn: `python bench/lighthouse.py [--port 8103] [--rounds 3]`.

Needs node 18.16 or later with npm, and Chromium (Debian: apt install nodejs npm chromium). Prints for each page the
median scores of performance and accessibility and the compressed bytes of everything that a first visit loads; what
misses a target has an exclamation mark. The site runs as in production, behind what looks to it like a proxy that
speaks TLS.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "bench" / "lighthouse"
CLUB = "harbour-harriers"
TLS = {"X-Forwarded-Proto": "https"}
TARGETS = {"performance": 95, "accessibility": 100}
MOST_BYTES = 100_000


@contextmanager
def demo_site(port: int) -> Iterator[str]:
    """The demo's clubs in a scratch folder, served as in production."""
    with tempfile.TemporaryDirectory(prefix="trackhub-bench-") as folder:
        local = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        local |= {"TRACKHUB_VAR": folder}
        run([sys.executable, "manage.py", "demo"], local)
        production = local | {
            "PYTHONPATH": f"{ROOT / 'bench'}",
            "DJANGO_SETTINGS_MODULE": "production",
            "TRACKHUB_ENV": "production",
            "TRACKHUB_HOST": "127.0.0.1",
            "PORT": str(port),
            "SECRET_KEY": secrets.token_urlsafe(60),
            "ALLOWED_HOSTS": "localhost",
            "BEHIND_TLS_PROXY": "1",
            "DATABASE_URL": f"sqlite:///{folder}/trackhub.sqlite3",
        }
        run([sys.executable, "manage.py", "collectstatic", "--noinput"], production)
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "trackhub.wsgi"]
        server = subprocess.Popen(gunicorn, cwd=ROOT, env=production)
        try:
            address = f"http://localhost:{port}"
            wait_for(f"{address}/health")
            yield address
        finally:
            server.terminate()
            server.wait(30)


def run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command[1:])} failed:\n{done.stdout}{done.stderr}")


def fetch(address: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(address, headers=TLS), timeout=30) as answer:  # noqa: S310
        return str(answer.read().decode())


def wait_for(address: str) -> None:
    for _ in range(100):
        try:
            fetch(address)
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{address} doesn't answer.")


def pages(site: str) -> dict[str, str]:
    """The address of one page of each kind. The athlete is one of those who hold a record."""
    athlete = re.search(r'href="(/athletes/\d+-[^"]+/)"', fetch(f"{site}/clubs/{CLUB}/"))
    if athlete is None:
        sys.exit("The demo's board names no athlete.")
    return {
        "home": "/",
        "record board": f"/clubs/{CLUB}/",
        "athlete": athlete[1],
        "story of a record": f"/records/{CLUB}/100/M/",
        "rankings": "/rankings/",
        "style guide": "/styleguide/",
    }


def look_at(address: str) -> dict[str, Any]:
    """One report of Lighthouse, at its default: a mid-range phone on slow 4G."""
    command = [str(TOOLS / "node_modules" / ".bin" / "lighthouse"), address, "--quiet"]
    command += ["--output=json", "--output-path=stdout", f"--only-categories={','.join(TARGETS)}"]
    command += [f"--extra-headers={json.dumps(TLS)}", "--chrome-flags=--headless=new --no-sandbox"]
    chrome = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    for _ in range(3):  # on a busy machine Chromium's trace sometimes misses the beginning
        done = subprocess.run(command, env=os.environ | {"CHROME_PATH": chrome}, capture_output=True, text=True)
        if not done.returncode:
            report: dict[str, Any] = json.loads(done.stdout)
            return report
    sys.exit(f"Lighthouse failed at {address}:\n{done.stderr}")


def score(report: dict[str, Any], category: str) -> int:
    return round(100 * float(report["categories"][category]["score"]))


def weight(report: dict[str, Any]) -> int:
    """Bytes over the wire, headers and all."""
    return sum(int(item["transferSize"]) for item in report["audits"]["network-requests"]["details"]["items"])


def shortcomings(report: dict[str, Any]) -> list[str]:
    """What Lighthouse took points for, with its own words."""
    found = []
    for category in TARGETS:
        for reference in report["categories"][category]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                where = [one["node"]["snippet"] for one in audit.get("details", {}).get("items", []) if "node" in one]
                found.append(" ".join(filter(None, (audit["title"], audit.get("displayValue"), *where[:3]))))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8103)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    if not (TOOLS / "node_modules").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=TOOLS, check=True)
    print("| page | performance | accessibility | compressed | requests |\n|---|---|---|---|---|")
    with demo_site(asked.port) as site:
        for name, path in pages(site).items():
            reports = [look_at(f"{site}{path}") for _ in range(asked.rounds)]
            scores = {category: median(score(one, category) for one in reports) for category in TARGETS}
            requests = len(reports[0]["audits"]["network-requests"]["details"]["items"])
            marks = [f"{value:g}{'' if value >= TARGETS[category] else '!'}" for category, value in scores.items()]
            sent = weight(reports[0])
            marks.append(f"{sent / 1000:.1f} kB{'' if sent < MOST_BYTES else '!'}")
            print(f"| {name} | {' | '.join(marks)} | {requests} |", flush=True)
            for said in shortcomings(reports[0]):
                print(f"  {name}: {said}", file=sys.stderr)


if __name__ == "__main__":
    main()
