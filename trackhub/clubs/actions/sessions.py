"""Sessions: how long they live without a sign of life, and how they end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import User
from trackhub.clubs.queries import holds_office

NOTED_EVERY = 60
"""Seconds. A session that is in use is written at most so often."""


def idle_seconds(user: User) -> int:
    """How long a session of ``user`` may stand idle."""
    return int(settings.STAFF_IDLE_MINUTES * 60 if holds_office(user) else settings.MEMBER_IDLE_DAYS * 86_400)


def note_life(session: SessionBase, user: User, *, at: datetime) -> bool:
    """Let the idle limit run anew; False where that was done less than a minute ago. The caller saves the session."""
    now = int(at.timestamp())
    if now - session.get("seen", 0) < NOTED_EVERY:
        return False
    session["seen"] = now
    session.set_expiry(idle_seconds(user))
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=at)
    return True


@contextmanager
def held_session(key: str) -> Iterator[None]:
    """Whoever else holds the session ``key`` waits until the block is done, and then sees what it did."""
    with transaction.atomic():
        list(Session.objects.select_for_update().filter(pk=key).values_list("pk"))
        yield


def end_session(key: str) -> None:
    """End one session and every token that came from it."""
    import_module(settings.SESSION_ENGINE).SessionStore().delete(key)
    UserSession.objects.filter(session_key=key).delete()


def end_sessions(user: User) -> None:
    for key in list(UserSession.objects.filter(user=user).values_list("session_key", flat=True)):
        end_session(key)


def revoke_reused(key: str, *, user: User, at: datetime) -> None:
    """A refresh token came a second time: one of the two who have it is a thief, so both are out."""
    with transaction.atomic():
        end_session(key)
        record_deed("reuse_refresh_token", target=f"user {user.pk}", by=None, at=at)
