"""Tables of the ground."""

from __future__ import annotations

from trackhub.clubs.models.audit import AuditEntry
from trackhub.clubs.models.clubs import Club, Membership, Role
from trackhub.clubs.models.jobs import Job
from trackhub.clubs.models.users import User

__all__ = ["AuditEntry", "Club", "Job", "Membership", "Role", "User"]
