"""Pages of the ground."""

from __future__ import annotations

from trackhub.clubs.views.accounts import account, close_account, confirm_by_code, enter_code
from trackhub.clubs.views.clubs import club_colours, club_settings, switch_club
from trackhub.clubs.views.links import desk, official_link, official_link_qr, official_links, revoke_link
from trackhub.clubs.views.members import (
    end_member,
    invitation,
    member,
    members,
    resend_invitation,
    withdraw_invitation,
)
from trackhub.clubs.views.tokens import revoke_token, tokens

__all__ = [
    "account",
    "close_account",
    "club_colours",
    "club_settings",
    "confirm_by_code",
    "desk",
    "end_member",
    "enter_code",
    "invitation",
    "member",
    "members",
    "official_link",
    "official_link_qr",
    "official_links",
    "resend_invitation",
    "revoke_link",
    "revoke_token",
    "switch_club",
    "tokens",
    "withdraw_invitation",
]
