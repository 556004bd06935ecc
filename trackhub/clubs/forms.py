"""Forms of the ground."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """Login by e-mail. One message for a wrong address and a wrong password: it never says which."""

    error_messages = {
        "invalid_login": _("This e-mail and password don't go together. Check both and try again."),
        "inactive": _("This e-mail and password don't go together. Check both and try again."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autofocus": True, "autocomplete": "email", "autocapitalize": "none", "maxlength": 254}
        )
        self.fields["username"].label = _("E-mail")
