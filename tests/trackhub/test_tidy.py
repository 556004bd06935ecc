"""`manage.py tidy`, and the night's task."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import call_command

from trackhub.celery import app
from trackhub.clubs.models import AuditEntry, LoginFailure
from trackhub.tasks import tidy_nightly

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _old() -> None:
    LoginFailure.objects.create(account="d", address="192.0.2.1", at=LONG_AGO)


def tidy(*args: str) -> str:
    out = io.StringIO()
    call_command("tidy", *args, stdout=out)
    return out.getvalue()


def test_the_preview_changes_nothing() -> None:
    text = tidy("--preview")
    assert "login_failures: 1 kept for 30 days, the oldest of 2020-01-01; 1 run out" in text
    assert "Nothing was taken away." in text
    assert LoginFailure.objects.count() == 1


def test_tidy_takes_it_away() -> None:
    assert "Taken away: 1 rows." in tidy()
    assert not LoginFailure.objects.exists()


def test_json() -> None:
    said = json.loads(tidy("--json"))
    clocks = {one["name"]: one for one in said["clocks"]}
    assert clocks["login_failures"]["going"] == said["gone"]["login_failures"] == 1
    assert set(clocks) == set(settings.RETENTION_DAYS)


def test_every_night() -> None:
    assert settings.CELERY_BEAT_SCHEDULE["tidy"]["task"] == tidy_nightly.name
    assert tidy_nightly.name in app.tasks
    tidy_nightly()
    assert not LoginFailure.objects.exists()
    assert AuditEntry.objects.get(action="tidy").after["login_failures"] == 1
