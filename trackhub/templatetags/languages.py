"""Where a page stands in each language, for search engines and for the form at the foot."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.http import HttpRequest

from trackhub.headers import CONFIDENTIAL
from trackhub.languages import PARAMETER, language_in_address

register = template.Library()


@register.inclusion_tag("parts/alternates.html", takes_context=True)
def alternates(context: template.Context) -> dict[str, object]:
    """The page's own address without what says nothing, and its address in every language; x-default asks the browser.

    A page that is one person's alone has none.
    """
    request: HttpRequest = context["request"]
    if request.path.startswith(CONFIDENTIAL):
        return {}
    spoken = [code for code, _name in settings.LANGUAGES]
    return {
        "canonical": _absolute(request, language_in_address(request)),
        "alternates": {code: _absolute(request, code) for code in spoken} | {"x-default": _absolute(request, "")},
    }


@register.simple_tag(takes_context=True)
def address_language(context: template.Context) -> str:
    """The language that the address names; '' if it names none."""
    return language_in_address(context["request"])


@register.simple_tag(takes_context=True)
def address_without_language(context: template.Context) -> str:
    """Where to come back to once another language is chosen: the address must not go on naming the old one."""
    request: HttpRequest = context["request"]
    asked = request.GET.copy()
    asked.pop(PARAMETER, None)
    return f"{request.path}?{asked.urlencode()}" if asked else request.path


def _absolute(request: HttpRequest, language: str) -> str:
    asked = request.GET.copy()
    asked.pop(PARAMETER, None)
    for name in [name for name in asked if not any(asked.getlist(name))]:
        del asked[name]
    if language:
        asked[PARAMETER] = language
    query = asked.urlencode()
    return request.build_absolute_uri(f"{request.path}?{query}" if query else request.path)
