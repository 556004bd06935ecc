"""What is settled before a page is asked: whether the session stands, the second factor, and the club."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from trackhub.clubs.actions.sessions import note_life
from trackhub.clubs.models import Club, User
from trackhub.clubs.queries import active_club, lacks_second_factor


class IdleMiddleware:
    """A session lives on by being used. Whoever comes back too late is told why they must log in again.

    How late is too late stands in the session itself (``note_life``), so phones are held to it as well.
    """

    MARK = "was_in"
    """A cookie that outlives the session: this browser was logged in a short while ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        marked = request.COOKIES.get(self.MARK) == "1"
        if not marked and not request.session.accessed:
            return response
        user = request.user
        if isinstance(user, User):
            if note_life(request.session, user, at=timezone.now()):
                secure = settings.SESSION_COOKIE_SECURE
                response.set_cookie(self.MARK, "1", max_age=86_400, secure=secure, httponly=True, samesite="Lax")
        elif marked and response.status_code == 302:
            if urlsplit(response["Location"]).path == reverse(settings.LOGIN_URL):
                messages.info(
                    request, _("You were logged out: nothing happened for a while, or it was done elsewhere.")
                )
            response.delete_cookie(self.MARK, samesite="Lax")
        return response


class SecondFactorMiddleware:
    """Whoever must have a second factor and has none may only set one up, or leave.

    The API asks for itself (``ApiView``), once it knows whether the session, a token or a phone is asking.
    """

    FREE = (
        "/accounts/", "/api/", "/language/", "/static/", "/health", "/ready", "/feeds/", "/embed/", "/cards/",
        "/digest/",
    )  # fmt: skip

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *rest: object) -> HttpResponse | None:
        if request.path.startswith(self.FREE) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if not lacks_second_factor(request.user):
            return None
        messages.warning(
            request, _("Your role asks for a second factor. Set one up first: an app for codes, or a passkey.")
        )
        return redirect("mfa_index")


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
