"""Pages that other sites, programs and screens fetch: nobody is logged in there, and caches may keep the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.templatetags.static import static
from django.utils import timezone, translation
from django.views.decorators.http import condition, require_safe

from trackhub.clubs.queries import site_version

SECONDS = 300
A_WEEK = 7 * 86_400


def open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """The view sees no cookie and no person, speaks the language of ``?lang=`` or of the browser, and answers 304
    while nothing on the site has changed."""
    answer = require_safe(condition(_etag, _last_modified)(view))

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.COOKIES = {}
        request.user = AnonymousUser()
        asked = request.GET.get("lang", "")
        language = asked if asked in dict(settings.LANGUAGES) else translation.get_language_from_request(request)
        with translation.override(language):
            response: HttpResponseBase = answer(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
        return response

    return seen


def _etag(request: HttpRequest, *rest: Any, **named: Any) -> str:
    """What the answer depends on besides its address; the sheet's name changes when the site is built anew."""
    return f'"{_version(request)}-{timezone.localdate()}-{translation.get_language()}-{hash_of_build()}"'


def hash_of_build() -> str:
    name = static("css/site.css").rsplit("/", 1)[1].split(".")
    return name[1] if len(name) > 2 else "0"


def _last_modified(request: HttpRequest, *rest: Any, **named: Any) -> datetime:
    """When this state of the site was first asked for, or the day began: the answer is no younger than that."""
    seen = cache.get_or_set(f"first-seen-{_version(request)}", timezone.now, A_WEEK)
    return max(seen or timezone.now(), timezone.make_aware(datetime.combine(_today(), time.min)))


def _version(request: HttpRequest) -> int:
    if not hasattr(request, "site_version"):
        request.site_version = site_version()  # type: ignore[attr-defined]
    number: int = request.site_version  # type: ignore[attr-defined]
    return number


def _today() -> date:
    return timezone.localdate()
