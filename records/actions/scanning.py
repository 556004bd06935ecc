"""Handing an uploaded file to the virus scanner that the operator names, before anything of it is read."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from shlex import split

from django.conf import settings

from records.domain.refusals import FileRefused

LONGEST_SECONDS = 120


def scan_file(pieces: Iterable[bytes]) -> None:
    """Give the file to settings.UPLOAD_SCAN_COMMAND on its standard input; without one nothing is scanned.

    Exit code 0 lets it pass, 1 is a finding, as clamdscan says it. A scanner that fails lets nothing pass. Raises
    FileRefused with 'infected' or 'not_scanned'.
    """
    if not settings.UPLOAD_SCAN_COMMAND:
        return
    content = b"".join(pieces)
    try:
        done = subprocess.run(  # noqa: S603  # the operator's own command; the file comes on standard input
            split(settings.UPLOAD_SCAN_COMMAND),
            input=content,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise FileRefused("not_scanned") from failure
    if done.returncode:
        raise FileRefused("infected" if done.returncode == 1 else "not_scanned")
