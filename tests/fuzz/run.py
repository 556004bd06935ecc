"""``python -m tests.fuzz.run [--cases 20000] [--seed 0] [--database URL]``: the long fuzz of the whole API.

Runs in process on a database of its own, a new SQLite file in a temporary folder unless ``--database`` names an empty
one; ends with 1 where an answer was not as described. docs/security.md keeps the figures.
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
import tempfile
import time
from pathlib import Path

import django

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--cases", type=int, default=20_000, help="at least so many requests, over all roles")
parser.add_argument("--seed", type=int, default=0, help="another number makes other requests")
parser.add_argument("--database", default="", help="an empty database, such as postgres://postgres@127.0.0.1/fuzz")
parser.add_argument("--only", default="", help="one role instead of all")
asked = parser.parse_args()

folder = tempfile.TemporaryDirectory(prefix="trackhub-fuzz-")
os.environ |= {
    "TRACKHUB_VAR": folder.name,
    "DATABASE_URL": asked.database or f"sqlite:///{Path(folder.name) / 'fuzz.sqlite3'}",
    "DJANGO_SETTINGS_MODULE": "trackhub.settings",
    "EMAIL_URL": "memorymail://",
}
os.environ.pop("REDIS_URL", None)
django.setup()

# Models are imported from here on.
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from tests.fuzz.cases import description, fuzz  # noqa: E402
from tests.fuzz.world import make_world  # noqa: E402


def main() -> int:
    logging.disable()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    # A webhook's host is looked up when it is added; nobody outside is asked.
    socket.getaddrinfo = lambda host, port, *rest, **more: [(2, 1, 6, "", ("8.8.8.8", port))]  # type: ignore[assignment]
    call_command("migrate", verbosity=0)
    world = make_world()
    roles = [asked.only] if asked.only else list(world.people)
    began = time.monotonic()
    operations = len(list(description().get_all_operations()))
    report = fuzz(world, roles, -(-asked.cases // (len(roles) * operations)), asked.seed)
    for role in roles:
        sys.stdout.write(f"{role:16} {report.cases[role]:6} requests\n")
    sys.stdout.write(f"{'all':16} {sum(report.cases.values()):6} in {time.monotonic() - began:.0f} s\n")
    sys.stdout.write("answers: " + ", ".join(f"{n} × {s}" for s, n in sorted(report.statuses.items())) + "\n")
    sys.stdout.write(f"{len(report.failures)} kinds of failure\n")
    for kind, about in report.failures.items():
        sys.stdout.write(f"\n── {kind}\n{about}\n")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
