"""What the description of the API shows of the ground. Those of requests are sent by a test, as they stand."""

from __future__ import annotations

CLUB = {
    "slug": "harbour",
    "name": "Harbour AC",
    "short_name": "Harbour",
    "country": "GBR",
    "town": "Portsmouth",
    "colour": "#0b5c8a",
    "season_start": 1,
}
CHANGED_SETTINGS = {"town": "Southsea", "second_factor_required": False}
SETTINGS = CLUB | {"minors_shown_as": "initials", "second_factor_required": True}
NEW_LINK = {"place": "Long jump, pit A", "day": "2099-06-14"}
LINK = {
    "id": 8,
    **NEW_LINK,
    "address": "https://trackhub.example/desk/8:k3…/",
    "by": "Alice",
    "created": "2026-11-20T09:00:00Z",
    "revoked": None,
}
MEMBERSHIP = {"club": "harbour", "role": "chief_registrar", "starts": "2024-01-01", "ends": None}
ME = {
    "email": "alice@example.org",
    "name": "Alice",
    "is_site_administrator": False,
    "memberships": [MEMBERSHIP],
}
NAME = {"name": "Alice Marsh"}

NEW_TOKEN = {"name": "results screen", "scope": "read", "club": "harbour", "days": 90}
TOKEN = {
    "id": 5,
    "name": "results screen",
    "prefix": "4f9a1c22d07b",
    "scope": "read",
    "club": "harbour",
    "created": "2026-11-20T09:00:00Z",
    "expires": "2027-02-18T09:00:00Z",
    "last_used": None,
    "revoked": None,
}
MADE_TOKEN = TOKEN | {"key": "th_4f9a1c22d07b_…"}

TERMS = {"role": "coach", "starts": None, "ends": "2027-12-31"}
MEMBER = {"id": 12, "name": "Dana", "email": "dana@example.org", **TERMS}
NEW_INVITATION = {"email": "erin@example.org", "role": "registrar"}
INVITATION = {
    "id": 3,
    "email": "erin@example.org",
    "role": "registrar",
    "starts": None,
    "ends": None,
    "created": "2026-11-20T09:00:00Z",
    "expires": "2026-12-04T09:00:00Z",
}

OFFER = {**INVITATION, "club": "harbour"}

EVENT = {
    "id": 1204,
    "kind": "performance_corrected",
    "at": "2026-11-20T09:00:00Z",
    "club": "harbour",
    "payload": {"performance": 9001, "athlete": 700_042, "discipline": "100", "replaces": 8999},
}
NEW_WEBHOOK = {"url": "https://club.example.org/trackhub", "kinds": ["import_applied", "records_set"]}
CHANGED_WEBHOOK = {"active": False}
WEBHOOK = {"id": 2, **NEW_WEBHOOK, "active": True, "created": "2026-11-20T09:00:00Z", "key": "whsec_…"}
DELIVERY = {
    "id": 4711,
    "event": 1204,
    "kind": "import_applied",
    "state": "waiting",
    "attempts": 1,
    "due": "2026-11-20T09:00:10Z",
    "status": 503,
    "answer": "Service unavailable",
    "delivered": None,
}
