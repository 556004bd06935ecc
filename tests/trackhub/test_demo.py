"""`manage.py demo`: brought in by a real worker, into a folder of its own."""

from __future__ import annotations

import io
import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.factories import ClubFactory
from tests.trackhub.test_up import PATIENCE, descendants, environment, wait_until_gone
from trackhub.clubs.models import Club, User

LONG = 120.0


def manage(var: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment(var),
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def demo(var: Path, *arguments: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(manage(var, "demo", "--json", *arguments))
    return report


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def loaded(var: Path) -> dict[str, Any]:
    """The demo, loaded by --reset over a club that somebody founded before."""
    manage(var, "migrate", "--verbosity", "0")
    with closing(sqlite3.connect(var / "trackhub.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO clubs_club (slug, name, short_name, country, town, colour, age_group_scheme, season_start,"
            " second_factor_required, import_alarm_percent, minors_shown_as)"
            " VALUES ('mine', 'Mine', '', '', '', '', 'wa', 1, 0, 25, 'full')"
        )
    return demo(var, "--reset")


def test_it_says_what_it_imported(loaded: dict[str, Any]) -> None:
    by_file = {done["file"]: done for done in loaded["imports"]}
    assert loaded["loaded"] is True
    assert by_file["athletes.csv"]["created"] == 180
    performances = by_file["performances.csv"]
    assert performances["rows"] == performances["created"] + performances["duplicates"] + performances["refused"]
    assert performances["created"] == loaded["totals"]["performances"]
    assert performances["personal_bests"] > 1000
    assert performances["season_bests"] > performances["personal_bests"]
    assert performances["records"] > 1000
    assert all(by_file[f"old-records-{slug}.csv"]["created"] == 25 for slug in ("rio-claro", "monte-azul"))


def test_it_says_why_rows_were_refused(loaded: dict[str, Any]) -> None:
    (performances,) = (done for done in loaded["imports"] if done["file"] == "performances.csv")
    refusals = performances["refusals"]
    assert len(refusals) == performances["refused"] == 5
    assert "Write it in full." in " ".join(refusal["message"] for refusal in refusals)
    assert all(refusal["row"] > 1 for refusal in refusals)


def test_reset_starts_over(loaded: dict[str, Any]) -> None:
    assert loaded["totals"]["clubs"] == 3


def test_every_role_of_every_club_can_log_in(loaded: dict[str, Any]) -> None:
    emails = [login["email"] for login in loaded["logins"]]
    assert len(emails) == len(set(emails)) == 1 + 3 * 7
    assert {"admin@trackhub.example", "chief@harbour-harriers.example", "athlete@monte-azul.example"} <= {*emails}


def test_the_second_run_only_says_so(loaded: dict[str, Any], var: Path) -> None:
    again = demo(var)
    assert again["loaded"] is False
    assert again["totals"] == loaded["totals"]
    assert again["logins"] == loaded["logins"]
    assert "is here already" in manage(var, "demo")


def test_the_file_for_the_readers_own_import_sets_records(loaded: dict[str, Any], var: Path) -> None:
    new_results = str(var / "demo" / "new-results.csv")
    options = ("--club", "harbour-harriers", "--source", "mine", "--dry-run", "--json")
    preview = json.loads(manage(var, "import_performances", new_results, *options))
    assert (preview["created"], preview["refused"]) == (3, 1)
    assert preview["records"] >= 3


def test_an_interrupted_demo_goes_on_where_it_stopped(loaded: dict[str, Any], tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "demo", "--json"]
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        _wait_for_jobs(tmp_path / "trackhub.sqlite3", 5)  # the performances are being read
        family = descendants(process.pid)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert not wait_until_gone(family)
    resumed = demo(tmp_path)
    assert resumed["loaded"] is True
    assert resumed["totals"] == loaded["totals"]


def _wait_for_jobs(path: Path, number: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with closing(sqlite3.connect(path)) as database:
                if database.execute("SELECT count(*) FROM clubs_job").fetchone()[0] >= number:
                    return
        except sqlite3.OperationalError:
            pass  # no tables yet
        time.sleep(0.02)
    raise AssertionError(f"fewer than {number} jobs")


@pytest.mark.django_db
def test_clubs_of_somebody_else_are_left_alone() -> None:
    ClubFactory(name="Mine")
    said = io.StringIO()
    call_command("demo", stdout=said)
    assert "left alone" in said.getvalue()
    assert Club.objects.count() == 1
    assert not User.objects.exists()


def test_production_has_no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PRODUCTION", True)
    with pytest.raises(CommandError, match="does not run in production"):
        call_command("demo")
