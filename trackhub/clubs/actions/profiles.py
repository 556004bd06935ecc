"""What people say of themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import User


def rename_person(user: User, *, name: str, by: User, at: datetime) -> None:
    """The name by which the people of the same clubs know ``user``.

    The audit entry holds no name: it outlives the account.
    """
    with transaction.atomic():
        user.name = name
        user.save(update_fields=["name"])
        record_deed("rename_person", target=f"user {user.pk}", by=by, at=at)
