"""What goes from one version of a performance to the next when it is corrected."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from records.models import Award, Honour, Performance, RecordClaim, Video

SEEN = (
    "athlete_id", "club_id", "discipline_id", "sex", "value", "date", "date_precision", "timing", "wind", "facility",
    "status", "field_size", "annulled_because",
)  # fmt: skip
"""What a decision about a record was made by."""


def hand_on(old: Performance, new: Performance) -> None:
    """Honours, awards and videos are of whatever the mark is now. Claims go along where nothing they were decided by
    has changed, such as a venue put right; otherwise the new version is a candidate like any other."""
    Honour.objects.filter(performance=old).update(performance=new)
    Award.objects.filter(performance=old).update(performance=new)
    Video.objects.filter(performance=old).update(performance=new)
    if all(getattr(old, name) == getattr(new, name) for name in SEEN):
        RecordClaim.objects.filter(performance=old).update(performance=new)


def hand_videos_on(old: QuerySet[Performance]) -> None:
    """The same for the versions of which an import brought the next."""
    successor = Performance.objects.filter(pk=OuterRef("performance")).values("superseded_by")
    Video.objects.filter(performance__in=old.filter(superseded_by__isnull=False)).update(
        performance=Subquery(successor)
    )


def hand_videos_back(going: QuerySet[Performance], standing_again: QuerySet[Performance]) -> None:
    """When an import is taken back: to the versions that stand again. The other videos go with their performances."""
    before = standing_again.filter(superseded_by=OuterRef("performance")).values("pk")
    videos = Video.objects.filter(performance__in=going.values("pk"))
    videos.filter(Exists(before)).update(performance=Subquery(before[:1]))
    videos.delete()
