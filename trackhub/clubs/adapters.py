"""Where allauth asks the house: failed logins, locks, what a sign-up may be, and tokens for phones."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import clean_client_ip, is_headless_request
from allauth.core.internal.sessionkit import get_session_user
from allauth.headless.internal.sessionkit import lookup_session
from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from trackhub.clubs.actions.locking import LoginLocked, fail_attempt, forgive_failures, open_attempt, pass_attempt
from trackhub.clubs.actions.sessions import held_session, note_life, revoke_reused
from trackhub.clubs.models import LoginFailure, User

MISMATCH = _("This e-mail and password don't go together. Check both and try again.")
LOCKED = _(
    "This e-mail and password don't go together. Check both and try again, or wait: "
    "after too many failures nobody gets in for half an hour."
)
WRONG_CODE = _("This code isn't right, or it has run out.")
LOCKED_CODE = _("This code isn't right. Check it and try again, or wait: after too many failures nobody gets in.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts. What is said of a wrong pair never tells whether there is such an account."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": MISMATCH,
        "too_many_login_attempts": LOCKED,
        "incorrect_password": _("This is not your password."),
        "incorrect_code": WRONG_CODE,
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the trusted proxies saw (TRUSTED_PROXY_COUNT), else the one that is connected."""
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:  # fewer proxies on the way than are trusted, so none of their words counts
            address = clean_client_ip(request.META.get("REMOTE_ADDR", ""))
            if not address:
                raise PermissionDenied from None
            return str(address)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Every password comes through here, at login and when asked again. A lock costs as much time as a look."""
        try:
            self.attempt = begin(request, credentials.get("email") or "")
        except LoginLocked:
            make_password(credentials.get("password"))
            raise self.validation_error("too_many_login_attempts") from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            pass_attempt(self.attempt)
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        fail_attempt(self.attempt, email=credentials.get("email") or "")

    def login(self, request: HttpRequest, user: User) -> None:
        """Only now is a login complete, the second factor included."""
        super().login(request, user)
        request.session.pop("seen", None)
        if is_headless_request(request):  # of browsers IdleMiddleware takes care, once allauth is done
            note_life(request.session, user, at=timezone.now())
        forgive_failures(user.email, address=self.get_client_ip(request))


class MFAAdapter(DefaultMFAAdapter):
    """Second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}


class EMailLoginForm(LoginForm):
    """The login page's form, in the site's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")


def begin(request: HttpRequest, email: str) -> LoginFailure:
    """Count an attempt at the account ``email``. Raises LoginLocked."""
    address = AccountAdapter(request).get_client_ip(request)
    return open_attempt(email, address=address, at=timezone.now())


class Locking:
    """A code of the second factor is guessed as passwords are, and locks as they do."""

    user: User

    def clean_code(self) -> str:
        try:
            attempt = begin(context.request, self.user.email)
        except LoginLocked:
            adapter = AccountAdapter(context.request)
            adapter.error_messages = adapter.error_messages | {"too_many_login_attempts": LOCKED_CODE}
            raise adapter.validation_error("too_many_login_attempts") from None
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            fail_attempt(attempt, email=self.user.email)
            raise
        pass_attempt(attempt)
        return code


class CodeForm(Locking, AuthenticateForm):
    """The second factor at login."""


class ConfirmingCodeForm(Locking, ReauthenticateForm):
    """The second factor when asked again."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Google. An address that Google hasn't verified makes no account."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        try:
            return super().get_provider(request, provider, client_id)
        except SocialApp.DoesNotExist:
            if is_headless_request(request):
                raise
            raise Http404 from None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if not sociallogin.is_existing and not any(one.verified for one in sociallogin.email_addresses):
            raise ImmediateHttpResponse(render(request, "socialaccount/unverified.html", status=403))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.name = (data.get("name") or " ".join(part for part in parts if part))[:120]
        return user


class RotatingTokens(JWTTokenStrategy):
    """Sessions and JWTs for phones. A refresh token works once; the second time ends its whole session."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        session: SessionBase | None = super().lookup_session(session_token)
        user = get_session_user(session) if session else None
        if session and user and note_life(session, user, at=timezone.now()):
            session.save()
        return session

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        payload = internal.decode_token(refresh_token, "refresh")
        key = internal.session_key_from_sid(payload["sid"]) if payload else None
        if not payload or not key:
            return None
        with held_session(key):
            pair: tuple[str, str] | None = super().refresh_token(refresh_token)
            session = lookup_session(key)
            user = internal.validate_token_user(payload, session) if session else None
            if user is None or session is None:
                return None
            if pair is None:
                revoke_reused(key, user=user, at=timezone.now())
            elif note_life(session, user, at=timezone.now()):
                session.save()
        return pair
