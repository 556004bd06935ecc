"""The site: what is true of all apps, and nothing of one."""

from __future__ import annotations

from trackhub.celery import app as celery_app

__all__ = ["celery_app"]
