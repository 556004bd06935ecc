"""What athletes tell of themselves, and where performances can be watched."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from records.actions.correcting import AlreadySuperseded
from records.domain.links import is_outgoing_link
from records.models import Athlete, Performance, Video
from records.models.athletes import LONGEST_BIOGRAPHY
from records.models.videos import LONGEST_ADDRESS
from records.queries.videos import people_behind
from records.queries.voices import club_of
from records.sentences import say
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import User

MOST_VIDEOS = 5


class ProfileRefused(ValueError):
    """Why something can't be told, in a sentence; ``field`` names what is wrong, '' for all of it."""

    def __init__(self, sentence: object, field: str = "") -> None:
        super().__init__(str(sentence))
        self.field = field


def write_biography(athlete: Athlete, text: str, *, by: User, at: datetime) -> None:
    """``text`` takes the place of what stood there; '' takes it away. Raises ProfileRefused."""
    told = "\n".join(text.splitlines()).strip()
    if len(told) > LONGEST_BIOGRAPHY:
        raise ProfileRefused(_("At most {n} characters.").format(n=LONGEST_BIOGRAPHY), "biography")
    with transaction.atomic():
        before = Athlete.objects.select_for_update().get(pk=athlete.pk)
        if before.erased:
            raise ProfileRefused(say("erased_athlete"))
        if before.biography != told:
            Athlete.objects.filter(pk=athlete.pk).update(biography=told)
            record_deed(
                "write_biography",
                target=f"athlete {athlete.pk}",
                by=by,
                at=at,
                club=club_of(athlete, on=at.date()),
                before={"biography": before.biography},
                after={"biography": told},
            )
    athlete.biography = told


def add_video(performance: Performance, *, address: str, title: str, by: User, at: datetime) -> Video:
    """A link beside the performance. One that is there already is returned. Raises ProfileRefused and
    AlreadySuperseded."""
    address = address.strip()
    if len(address) > LONGEST_ADDRESS or not is_outgoing_link(address):
        sentence = _("Copy the whole address from the browser; it begins with https:// and has at most {n} characters.")
        raise ProfileRefused(sentence.format(n=LONGEST_ADDRESS), "address")
    with transaction.atomic():
        one = Performance.objects.select_for_update().get(pk=performance.pk)
        if one.superseded_by_id is not None:
            raise AlreadySuperseded
        if any(athlete.erased for athlete in people_behind(one)):
            raise ProfileRefused(say("erased_athlete"))
        there = list(one.videos.order_by("pk"))
        found = next((video for video in there if video.address == address), None)
        if found is not None:
            return found
        if len(there) >= MOST_VIDEOS:
            raise ProfileRefused(_("A performance has at most {n} videos. Remove one first.").format(n=MOST_VIDEOS))
        video = Video.objects.create(performance=one, address=address, title=title.strip(), added_by=by, added=at)
        _note("add_video", video, one, by=by, at=at, after={"video": video.host})
    return video


def remove_video(video: Video, *, by: User, at: datetime) -> None:
    """Take the link away; twice does no harm."""
    with transaction.atomic():
        gone, _by_model = Video.objects.filter(pk=video.pk).delete()
        if gone:
            _note("remove_video", video, video.performance, by=by, at=at, before={"video": video.host})


def _note(deed: str, video: Video, one: Performance, *, by: User, at: datetime, **said: dict[str, object]) -> None:
    record_deed(deed, target=f"performance {one.pk}", by=by, at=at, club=one.club, **said)
