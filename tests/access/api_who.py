"""The usual lines of the API's answers, in the order of the kinds of visitor."""

from __future__ import annotations

from tests.access.who import everybody

NOBODY = 401
"""An anonymous visitor is told to log in."""

PUBLIC = everybody(200)
HIDDEN = (404, 404, *(200,) * 8)
MEMBERS = (NOBODY, 404, *(200,) * 8)


def own(status: int) -> tuple[int, ...]:
    """Everybody who has logged in, for themselves."""
    return (NOBODY, *(status,) * 9)


def registrars(status: int) -> tuple[int, ...]:
    """Those who keep the club's records get ``status``, its other people 403, others' people 404."""
    return (NOBODY, 404, status, status, 403, 403, 403, 403, 403, status)


def chief(status: int) -> tuple[int, ...]:
    """The same for what only the chief registrar may."""
    return (NOBODY, 404, status, 403, 403, 403, 403, 403, 403, status)


def officials(status: int) -> tuple[int, ...]:
    """The same for what those may who run competitions."""
    return (NOBODY, 404, status, status, status, 403, 403, 403, 403, status)


def exporters(status: int) -> tuple[int, ...]:
    """The same for those who may take the club's lists along."""
    return (NOBODY, 404, status, status, 403, 403, status, 403, 403, status)
