"""What the tests of accounts share: logging in by the page and by the phone's door, and a phone that shows codes."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.http import HttpResponse
from django.test import Client

from tests.factories import PASSWORD
from trackhub.clubs.models import User

LOGIN = "/accounts/login/"
PHONE = "/api/v1/auth/app/v1/"


def log_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> HttpResponse:
    """``extra``: more fields of the form, or headers such as REMOTE_ADDR."""
    headers = {name: extra.pop(name) for name in list(extra) if name.isupper()}
    return client.post(LOGIN, {"login": email, "password": password, **extra}, **headers)


def phone(client: Client, path: str, data: dict[str, Any], **headers: Any) -> HttpResponse:
    return client.post(PHONE + path, data, content_type="application/json", **headers)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def give_totp(user: User) -> str:
    """Set up an app for codes; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    assert Authenticator.objects.filter(user=user).count() == 2
    return secret


def code_of(secret: str, ahead: int = 0) -> str:
    """What the app shows now, or ``ahead`` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))
