"""How gunicorn serves the site; `manage.py up` and the Procfile both read this."""

from __future__ import annotations

import os

_everywhere = os.environ.get("TRACKHUB_ENV") == "production"
_host = os.environ.get("TRACKHUB_HOST") or ("0.0.0.0" if _everywhere else "127.0.0.1")  # noqa: S104  # a container's port
bind = f"{_host}:{os.environ.get('PORT') or 8000}"

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
timeout = 60
graceful_timeout = 10
loglevel = "warning"
control_socket_disable = True  # it would live in the home directory, which a service may not have
