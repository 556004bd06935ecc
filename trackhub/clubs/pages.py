"""Pages that are the same for everybody who isn't logged in: made once, and kept until the next deed."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from time import time
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from trackhub.clubs.queries import site_version

SECONDS = 300
"""No copy is older: a day begins, and a ceremony too, without a deed."""
ASKED_BY = ("HX-Request", "HX-History-Restore-Request", "HX-Target")
"""Headers that pages look at besides the language: the parts that htmx fetches differ from whole pages."""
_META = tuple(f"HTTP_{name.upper().replace('-', '_')}" for name in ASKED_BY)


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A copy of the page answers visitors without a session while the site stands still (``SiteVersion``), at the cost
    of one query; their browsers are told 304. Everybody else is answered by the view.

    Each process keeps its own copies, under a name that says of which version: none has to hear of a deed. The version
    is read before the page is made, so a deed in between leaves a newer page under an older name, for which nobody
    asks again.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET" or not _is_anybody(request):
            return view(request, *args, **kwargs)
        name = sha256(f"{_state_of_the_site()}|{_address(request)}".encode()).hexdigest()[:32]
        if f'W/"{name}"' in request.META.get("HTTP_IF_NONE_MATCH", ""):
            return _named(HttpResponseNotModified(), name)
        kept = caches["pages"].get(name)
        if kept is None:
            made = view(request, *args, **kwargs)
            if not _is_everybodys(request, made):
                return made
            kept = dict(made.headers), gzip.compress(made.content, 4, mtime=0)
            caches["pages"].set(name, kept, SECONDS)
        return _named(_copy(request, *kept), name)

    return answer


def _is_anybody(request: HttpRequest) -> bool:
    """Whether the request brings nothing that could name a person or hold a message for one."""
    return not {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name} & request.COOKIES.keys()


def _is_everybodys(request: HttpRequest, made: HttpResponse) -> bool:
    """Whether the answer may be shown to others: a whole page, without a cookie and without a token against forgery."""
    whole = made.status_code == 200 and not made.streaming and not made.has_header("Cache-Control")
    return whole and not made.cookies and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")


def _address(request: HttpRequest) -> str:
    asked = (request.META.get(name, "") for name in _META)
    return "|".join((request.build_absolute_uri(), get_language() or "", *asked))


def _state_of_the_site() -> str:
    """What every page depends on: the deeds so far, the time of day in steps, and the build's static files."""
    build = getattr(staticfiles_storage, "manifest_hash", "")
    return f"{site_version()}|{int(time()) // SECONDS}|{build}"


def _copy(request: HttpRequest, headers: dict[str, str], packed: bytes) -> HttpResponse:
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        return HttpResponse(packed, headers=headers | {"Content-Encoding": "gzip"})
    return HttpResponse(gzip.decompress(packed), headers=headers)


def _named(response: HttpResponse, name: str) -> HttpResponse:
    response["ETag"] = f'W/"{name}"'
    patch_vary_headers(response, ["Accept-Encoding", "Accept-Language", "Cookie", *ASKED_BY])
    return response
