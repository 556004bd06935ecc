"""Answers that hold files open until they are closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections


@contextmanager
def closing(response: Any) -> Iterator[Any]:
    """Close ``response`` after the block without ending the test's own connection, as Django's client does it."""
    try:
        yield response
    finally:
        request_finished.disconnect(close_old_connections)
        response.close()
        request_finished.connect(close_old_connections)
