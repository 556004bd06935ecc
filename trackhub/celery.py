"""The Celery application: Redis when REDIS_URL is set, the file system otherwise."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trackhub.settings")

app = Celery("trackhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
