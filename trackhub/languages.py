"""The language of a page: the address's (``?lang=es``), else the one chosen at the foot, else the browser's."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

PARAMETER = "lang"


def language_in_address(request: HttpRequest) -> str:
    """One of the site's languages, '' if the address names none. It holds for this address and is never remembered."""
    asked = request.GET.get(PARAMETER, "")
    return asked if asked in dict(settings.LANGUAGES) else ""


class LanguageMiddleware(LocaleMiddleware):
    """Django's, to which the address says more than a cookie or the browser: a link leads to the same page for all."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if language := language_in_address(request):
            translation.activate(language)
            request.LANGUAGE_CODE = language
