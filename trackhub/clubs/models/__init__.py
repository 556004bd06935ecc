"""Tables of the ground."""

from __future__ import annotations

from trackhub.clubs.models.access import ApiToken, Invitation, LoginFailure, OfficialLink, Scope
from trackhub.clubs.models.audit import AuditEntry, SiteVersion
from trackhub.clubs.models.clubs import Club, Membership, Role, ShownAs
from trackhub.clubs.models.events import Delivery, Event, Webhook
from trackhub.clubs.models.jobs import Job
from trackhub.clubs.models.users import User

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Club",
    "Delivery",
    "Event",
    "Invitation",
    "Job",
    "LoginFailure",
    "Membership",
    "OfficialLink",
    "Role",
    "Scope",
    "ShownAs",
    "SiteVersion",
    "User",
    "Webhook",
]
