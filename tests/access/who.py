"""The kinds of visitor of the access tables, and the usual lines of answers in their order."""

from __future__ import annotations

VISITORS = (
    "anonymous",
    "charlie",
    "chief_registrar",
    "registrar",
    "official",
    "starter",
    "coach",
    "athlete",
    "viewer",
    "superuser",
)

LOGIN = 302
"""An anonymous visitor is led to the login."""


def everybody(status: int) -> tuple[int, ...]:
    return (status,) * len(VISITORS)


def registrars(status: int) -> tuple[int, ...]:
    """Those who keep the club's records get ``status``, its other people 403, others' people 404."""
    return (LOGIN, 404, status, status, 403, 403, 403, 403, 403, status)


def chiefs(status: int) -> tuple[int, ...]:
    """The same for the chief registrar alone."""
    return (LOGIN, 404, status, 403, 403, 403, 403, 403, 403, status)


def officials(status: int) -> tuple[int, ...]:
    """The same for those who run competitions."""
    return (LOGIN, 404, status, status, status, 403, 403, 403, 403, status)


def own(status: int) -> tuple[int, ...]:
    """Everybody who has logged in, for themselves."""
    return (LOGIN, *(status,) * 9)


PUBLIC = everybody(200)
GUESTS = (200, *(302,) * 9)
HIDDEN_ATHLETE = (404, 404, 200, 200, 200, 200, 200, 200, 200, 200)
ADMIN = (302, 200, 200, 200, *(302,) * 5, 200)
"""The desk opens to whoever keeps some club's records, and shows each their own."""
