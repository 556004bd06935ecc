"""Every refusal of the API in one shape: ``{"error": CODE, "message": sentence, "details": {…}}``."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from trackhub.clubs.rules import RightMissing

logger = logging.getLogger("trackhub.api")


class Conflict(exceptions.APIException):
    """What was asked doesn't fit the state things are in."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class Unprocessable(exceptions.APIException):
    """Understood, and not possible: a sentence says why."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "not_possible"


class SecondFactorMissing(exceptions.PermissionDenied):
    default_detail = gettext_lazy(
        "Your role asks for a second factor. Set one up first: an app for codes, or a passkey."
    )
    default_code = "second_factor_required"


class NotConfirmed(exceptions.PermissionDenied):
    default_detail = gettext_lazy(
        "This can't be taken back. Confirm first that it is you: give your password or second factor once more."
    )
    default_code = "confirmation_required"


class Answered(Exception):
    """The answer is known before the view runs: unchanged since, or given before to the same key."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def envelope(code: str, message: str, details: Any = None) -> dict[str, Any]:
    return {"error": code, "message": message, "details": details or {}}


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's own handling, put into the envelope. None lets a bug through to the site's own page for that."""
    if isinstance(error, Answered):
        return error.response
    if isinstance(error, RightMissing):
        missing = {"permission": error.permission, "roles": error.roles}
        return Response(envelope("right_missing", str(error), missing), status.HTTP_403_FORBIDDEN)
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("There is nothing here, or nothing that you may see."))
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, SuspiciousOperation):  # longer, or in more parts, than is read at all
        error = exceptions.ParseError(_("This can't be read: it is too long or has too many parts."))
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    if isinstance(error, exceptions.ValidationError):
        response.status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
        details = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        response.data = envelope("invalid", _("Some of this can't be taken as it is."), details)
        return response
    code = error.get_codes()
    response.data = envelope(code if isinstance(code, str) else error.default_code, str(error.detail))
    if "Retry-After" in response.headers:
        response.data["details"] = {"retry_after_seconds": int(response.headers["Retry-After"])}
    return response
