"""What an address says besides its path."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

LAST_PAGE = 10_000


def page_number(request: HttpRequest) -> int:
    """``?page=``, the first where it says nothing sensible."""
    text = request.GET.get("page", "")
    return min(max(int(text), 1), LAST_PAGE) if text.isdecimal() and len(text) < 9 else 1


def text_said(request: HttpRequest, name: str, longest: int = 20) -> str:
    """What the address says as ``name``, without the NULs that PostgreSQL takes for a mistake."""
    return request.GET.get(name, "").replace("\0", "")[:longest].strip()


def plain_query(request: HttpRequest) -> str:
    """The address without the fields that were left empty."""
    said = request.GET.copy()
    for name in [name for name, value in said.items() if not value]:
        del said[name]
    return f"{request.path}?{said.urlencode()}" if said else request.path


def whole_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 9 else None


def day_said(request: HttpRequest, name: str = "on") -> date | None:
    """The day that the address says as ``name``, None where it says none that was or will be."""
    try:
        return date.fromisoformat(text_said(request, name))
    except ValueError:
        return None
