"""Settings for benchmarks of pages: production's, with ``hello``; PAGES_KEPT=no keeps no page."""

from __future__ import annotations

from trackhub.settings import *  # noqa: F403
from trackhub.settings import CACHES, VAR_DIR, env

ROOT_URLCONF = "hello"
STATIC_ROOT = VAR_DIR / "static"
if not env.bool("PAGES_KEPT", True):
    CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
