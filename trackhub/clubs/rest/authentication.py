"""Who asks: an API token or a JWT in the Authorization header, a phone's session, or the browser's."""

from __future__ import annotations

from copy import copy

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.headless.tokens.strategies.jwt.internal import get_token_session, validate_access_token
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from trackhub.clubs.actions.tokens import KEY_START, use_token
from trackhub.clubs.models import User


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer …`` with an API token of ours, or an access token from logging in."""

    def authenticate(self, request: Request) -> tuple[User, object] | None:
        scheme, _blank, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        if key.startswith(KEY_START):
            token = use_token(key, at=timezone.now())
            found: tuple[User, object] | None = (token.user, token) if token else None
        else:
            found = validate_access_token(key)
        if found is None or not found[0].is_active:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked. Log in or make a new one."))
        return found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def person(request: Request) -> User:
    """Whoever asks, who must have logged in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def is_confirmed(request: Request) -> bool:
    """Whether the password or second factor was given once more within the last minutes, as pages ask for by
    ``reauthentication_required``. The browser's session knows, or the one behind what a phone sent."""
    asked, session = copy(request._request), request.auth
    if isinstance(session, dict):  # of an access token
        session = get_token_session(session)
    if isinstance(session, SessionBase):
        asked.session = session
    asked.user = person(request)
    return bool(did_recently_reauthenticate(asked))
