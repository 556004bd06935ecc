"""How often one may ask: settings.API_LIMITS lists it."""

from __future__ import annotations

from time import time
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from trackhub.clubs.actions.limiting import count_against
from trackhub.clubs.models import ApiToken


class Limit(BaseThrottle):
    """The limit of the view's ``limit`` (an entry of API_LIMITS), by token, person, or anonymous address."""

    left: float = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        name = getattr(view, "limit", "read" if request.method in ("GET", "HEAD", "OPTIONS") else "write")
        self.left = seconds_to_wait(name, request)
        return not self.left

    def wait(self) -> float:
        return self.left


def seconds_to_wait(name: str, request: Request | HttpRequest) -> float:
    """Count the request against an entry of API_LIMITS, which pages and the API share. 0 while it is kept."""
    limits: dict[str, tuple[int, int]] = settings.API_LIMITS[name]
    who = _asker(request)
    limit = limits["anonymous" if who.startswith("address") else "known"]
    return count_against(limit, f"{name}:{who}", at=time())


def _asker(request: Request | HttpRequest) -> str:
    if isinstance(request, Request) and isinstance(request.auth, ApiToken):
        return f"token:{request.auth.pk}"
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{get_adapter().get_client_ip(getattr(request, '_request', request))}"
