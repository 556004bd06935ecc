"""Videos of performances, for those who may see everybody in them by name."""

from __future__ import annotations

from records.models import Athlete, Performance, Video
from records.queries.lines import Faces


def videos_of(one: Performance, faces: Faces) -> list[Video] | None:
    """In the order in which they were added; None where a name is withheld."""
    return list(one.videos.order_by("pk")) if faces.are_named(one) else None


def people_behind(one: Performance) -> list[Athlete]:
    """Whose performance it is: of a relay those who ran it."""
    return [one.athlete] if one.athlete else [leg.athlete for leg in one.legs.select_related("athlete")]
