"""API tokens: made, used, revoked. The key itself is shown once and never kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex, token_urlsafe

from django.db import transaction
from django.db.models import Q

from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import ApiToken, Club, Scope, User

KEY_START = "th_"
LONGEST = timedelta(days=366)
_NOTED_EVERY = timedelta(minutes=1)


def make_token(
    user: User, *, name: str, scope: Scope, club: Club | None, expires: datetime, at: datetime
) -> tuple[ApiToken, str]:
    """(token, key). The key is ``th_<prefix>_<secret>``: 256 random bits, so a plain digest of it is enough."""
    prefix = token_hex(6)
    key = f"{KEY_START}{prefix}_{token_urlsafe(32)}"
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            club=club,
            name=name,
            prefix=prefix,
            digest=_digest(key),
            scope=scope,
            created=at,
            expires=min(expires, at + LONGEST),
        )
        said = {"name": name, "scope": scope, "expires": token.expires}
        record_deed("make_token", target=f"token {prefix}", by=user, at=at, club=club, after=said)
    return token, key


def revoke_token(token: ApiToken, *, by: User, at: datetime) -> None:
    """End it now. Revoking twice changes nothing."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked=None).update(revoked=at):
            record_deed("revoke_token", target=f"token {token.prefix}", by=by, at=at, club=token.club)


def use_token(key: str, *, at: datetime) -> ApiToken | None:
    """The token that ``key`` opens, with its user bound to its club; None where it opens nothing. One query."""
    prefix = key.removeprefix(KEY_START).partition("_")[0]
    token = ApiToken.objects.standing(at).select_related("user").filter(prefix=prefix, user__is_active=True).first()
    if token is None or not compare_digest(token.digest, _digest(key)):
        return None
    # Noted once a minute: a busy program shouldn't write at every request.
    if token.last_used is None or at - token.last_used > _NOTED_EVERY:
        stale = Q(last_used=None) | Q(last_used__lt=at - _NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used=at)
    if token.club_id is not None:
        token.user.limited_to = token.club_id
        token.user.is_superuser = False
    return token


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()
