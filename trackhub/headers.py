"""Security headers that neither Django nor django-csp sets."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_NEVER_USED = ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
PERMISSIONS_POLICY = ", ".join(f"{name}=()" for name in _NEVER_USED)
CONFIDENTIAL = ("/accounts/", "/api/v1/auth/", "/invitations/", "/desk/", "/digest/")
"""Of pages below these not even the browser keeps a copy."""

FOR_OTHER_SITES = ("/embed/", "/cards/", "/feeds/", "/news/feed/", "/static/embed/")
"""What lies below these is made to be loaded by other sites, and is the same for everybody."""


class SecurityHeadersMiddleware:
    """Cross-Origin-Resource-Policy, Permissions-Policy and Cache-Control on every answer that doesn't bring its own.

    Every page says who is logged in, so no cache that people share may keep one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        reach = "cross-origin" if request.path.startswith(FOR_OTHER_SITES) else "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", reach)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        kept = "private, no-store" if request.path.startswith(CONFIDENTIAL) else "private, no-cache"
        response.headers.setdefault("Cache-Control", kept)
        return response
