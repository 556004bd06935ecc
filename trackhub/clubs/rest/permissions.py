"""What the kind of login allows, before any role is asked for."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from trackhub.clubs.models import ApiToken, Scope


class WithinScope(BasePermission):
    """A token made for reading only reads."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        return request.method in SAFE_METHODS or not isinstance(token, ApiToken) or token.scope == Scope.WRITE


class WithoutApiToken(BasePermission):
    """For a person's own keys and roles: a program's token can't make itself another."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.is_authenticated and not isinstance(request.auth, ApiToken)
