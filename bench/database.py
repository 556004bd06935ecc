"""A scratch database for one benchmark: made, migrated and dropped around it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def scratch_database(server: str, *, filled: str = "") -> Iterator[str]:
    """Set Django up on a new database and yield its kind. ``server`` is '' for SQLite, or a PostgreSQL URL, with which
    ``filled`` names a database that is there already and stays."""
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="trackhub-bench-") as folder:
        os.environ["TRACKHUB_VAR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "trackhub.settings"
        if not server:
            os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
            yield from _migrated("SQLite")
            return
        with _named(server, filled) if filled else _postgresql(server) as url:
            os.environ["DATABASE_URL"] = url
            yield from _migrated("PostgreSQL")


@contextmanager
def _named(server: str, name: str) -> Iterator[str]:
    yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


@contextmanager
def _postgresql(server: str) -> Iterator[str]:
    import psycopg

    name = f"trackhub_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _migrated(kind: str) -> Iterator[str]:
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    yield kind
    connection.close()
