"""The club that a request is about."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from trackhub.clubs.models import Club
from trackhub.clubs.queries import active_club


class ClubContextMiddleware:
    """``request.club``: the club in the address, else the session's, else the only one the visitor belongs to.

    Convenience for forms and lists, never the security: what a person may see is decided by ``visible_to``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def find() -> Club | None:
            match = request.resolver_match
            in_address = match.kwargs.get("slug") if match else None
            return active_club(request.user, in_address, request.session.get("club"))

        request.club = SimpleLazyObject(find)  # type: ignore[attr-defined]
        return self.get_response(request)
