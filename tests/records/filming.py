"""Videos of performances, made as people make them."""

from __future__ import annotations

from records.actions.profiles import add_video
from records.models import Performance, Video
from tests.factories import NOW, UserFactory
from trackhub.clubs.models import User

ADDRESS = "https://video.example.org/watch?v=1"


def filmed(one: Performance, by: User | None = None, *, address: str = ADDRESS, title: str = "") -> Video:
    return add_video(one, address=address, title=title, by=by or UserFactory(), at=NOW)
