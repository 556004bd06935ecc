"""What settings make for themselves on a machine that has nothing yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

# Whoever makes a secret takes a while over it, so that the others come in between.
SAY = """
import secrets, time
make = secrets.token_urlsafe
secrets.token_urlsafe = lambda size: (time.sleep(0.3), make(size))[1]
from trackhub import settings
print(settings.SECRET_KEY)
"""


def test_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    environment["TRACKHUB_VAR"] = str(tmp_path)
    started = [
        subprocess.Popen([sys.executable, "-c", SAY], cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE)
        for _ in range(8)
    ]
    said = {process.communicate(timeout=60)[0].strip() for process in started}
    (secret,) = said
    assert len(secret) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("secret")] == ["secret_key"]
