"""Each test begins with every limit unused, on Redis too."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _limits_begin_anew(db: None) -> None:
    cache.clear()
