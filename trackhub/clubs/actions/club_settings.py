"""A club's settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import Club, User

# Only what no list is folded by: the season's start and the age-group scheme would judge every mark anew.
FREE_SETTINGS = ("name", "short_name", "country", "town", "colour", "minors_shown_as", "second_factor_required")


def change_club(club: Club, *, by: User, at: datetime, said: Mapping[str, object]) -> Club:
    """Change what ``said`` names among the free settings; nothing is noted where nothing changes."""
    with transaction.atomic():
        kept = Club.objects.select_for_update().get(pk=club.pk)
        before = {name: getattr(kept, name) for name in FREE_SETTINGS if name in said}
        after = {name: said[name] for name, value in before.items() if said[name] != value}
        if after:
            for name, value in after.items():
                setattr(kept, name, value)
            kept.save(update_fields=list(after))
            was = {name: before[name] for name in after}
            record_deed("change_club", target=f"club {kept.slug}", by=by, at=at, club=kept, before=was, after=after)
    return kept
