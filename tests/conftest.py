"""The ground that all tests stand on: a temporary data folder, the cast, and what is skipped where.

Tests run on SQLite in memory unless DATABASE_URL names PostgreSQL. TRACKHUB_REQUIRE_ALL=1 turns every skip into a
failure, so that a green run on the build server has run everything; only reference data may be missing there.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Generator, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# pytest-django has read the settings before it comes to this file, so they are moved as well as the environment,
# which is for the programs that tests start. Each worker of xdist is a process, and so has a folder of its own.
VAR_DIR = Path(tempfile.mkdtemp(prefix="trackhub-tests-"))
os.environ["TRACKHUB_VAR"] = str(VAR_DIR)
settings.VAR_DIR = VAR_DIR
settings.QUEUE_DIR = VAR_DIR / "queue"
if not settings.REDIS_URL:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "data_folder_in": str(settings.QUEUE_DIR / "messages"),
        "data_folder_out": str(settings.QUEUE_DIR / "messages"),
        "control_folder": str(settings.QUEUE_DIR / "control"),
    }
    for folder in ("messages", "control"):
        (settings.QUEUE_DIR / folder).mkdir(parents=True)
# Hashing a password is slow on purpose; tests log in often.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Limits and repeated orders are kept in the cache; each test begins with an empty one (``_empty_cache``).
# No page is kept: tests change rows without a deed. tests/trackhub/clubs/test_pages.py has a place for them.
settings.CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

# The factories import models, which the lines above must precede.
from tests.factories import NOW, ClubFactory, MembershipFactory, UserFactory  # noqa: E402
from trackhub.clubs.models import Club, Role, User  # noqa: E402

REQUIRE_ALL = os.environ.get("TRACKHUB_REQUIRE_ALL") == "1"
# The data sets lie beside the checkout and not in it, so a build server may do without them.
NO_REFERENCE_DATA = "reference data is not here: set TRACKHUB_SHARED_DATA"

# A test that rolls each example back may use the database of its one function call.
_SHARED = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}
hypothesis_settings.register_profile("default", max_examples=20, **_SHARED)
hypothesis_settings.register_profile("ci", max_examples=150, print_blob=True, **_SHARED)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def chromium() -> str:
    """The path of Chromium, '' where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


def _missing() -> dict[str, str]:
    """By marker: what isn't here, and how to get it."""
    missing = {}
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        missing["postgresql"] = "PostgreSQL is not in use: set DATABASE_URL=postgres://… (apt install postgresql)"
    if not settings.REDIS_URL:
        missing["redis"] = "Redis is not in use: set REDIS_URL=redis://… (apt install redis-server)"
    if not chromium():
        missing["browser"] = "Chromium is not installed: apt install chromium"
    return missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = _missing()
    for item in items:
        for marker, reason in missing.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))
        if item.get_closest_marker("browser"):
            # A key pressed before a busy build server had run a page's script. The summary names what ran again.
            item.add_marker(pytest.mark.flaky(reruns=1))
        database = item.get_closest_marker("django_db")
        said = dict(database.kwargs) if database else {}
        if said.get("transaction") or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
            # Such a test empties every table; the reference data of migration 0002 must be there for the next.
            item.add_marker(
                pytest.mark.django_db(**said | {"transaction": True, "serialized_rollback": True}), append=False
            )


def _refuse_skip(report: Any, name: str) -> Any:
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        if str(reason).removeprefix("Skipped: ") == NO_REFERENCE_DATA:
            return report
        report.outcome = "failed"
        report.longrepr = f"{name} was skipped, and TRACKHUB_REQUIRE_ALL=1 wants every test to run. {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    return _refuse_skip((yield), item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    return _refuse_skip((yield), collector.nodeid)


def pytest_unconfigure() -> None:
    shutil.rmtree(VAR_DIR, ignore_errors=True)


@pytest.fixture
def today() -> date:
    return NOW.date()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def harbour(db: None) -> Club:
    """Alice's, Bob's and Dana's club."""
    return ClubFactory(name="Harbour AC", slug="harbour", country="GBR", town="Portsmouth")


@pytest.fixture
def other(db: None) -> Club:
    """Charlie's club."""
    return ClubFactory(name="Other Harriers", slug="other", country="GBR", town="Leeds")


@pytest.fixture
def alice(harbour: Club) -> User:
    """Chief registrar of harbour."""
    return _member("alice", harbour, Role.CHIEF_REGISTRAR)


@pytest.fixture
def bob(harbour: Club) -> User:
    """Registrar of harbour."""
    return _member("bob", harbour, Role.REGISTRAR)


@pytest.fixture
def charlie(other: Club) -> User:
    """Chief registrar of another club, without access to harbour."""
    return _member("charlie", other, Role.CHIEF_REGISTRAR)


@pytest.fixture
def dana(harbour: Club) -> User:
    """Athlete of harbour."""
    return _member("dana", harbour, Role.ATHLETE)


def _member(name: str, club: Club, role: str) -> User:
    user = UserFactory(email=f"{name}@example.org", name=name.capitalize())
    MembershipFactory(user=user, club=club, role=role)
    return user


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A page asked for in Portuguese leaves its language with the thread; the next test starts anew."""
    with translation.override("en"):
        yield


@pytest.fixture
def public_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads to one public address, so that webhooks may be added where there is no network."""
    ask, here = socket.getaddrinfo, ("127.0.0.1", "localhost", "::1")

    def resolve(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        return ask(host, port, *rest, **more) if host in here else [(2, 1, 6, "", ("8.8.8.8", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
