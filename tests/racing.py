"""Doing several things at one moment, to see who wins."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

PATIENCE = 30
"""Seconds for all to line up."""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each of ``acts`` returned, or the exception it raised; each has a thread and a connection of its own."""
    line_up = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        line_up.wait(PATIENCE)
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
