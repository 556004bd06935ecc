"""Books that ratify, marks that were claimed, and pictures that show something."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from records.actions.claiming import submit_claims
from records.actions.reporting import report_missing
from records.models import Athlete, MarkReport, Performance, RecordBook, RecordClaim, RecordPolicy
from tests.factories import NOW, discipline
from trackhub.clubs.models import Club, User


def ratifying(club: Club, **options: Any) -> RecordBook:
    """The club's book with a policy that asks for ratification."""
    book = club.books.get()
    version = book.policies.count() + 1
    book.policy = RecordPolicy.objects.create(book=book, version=version, **{"ratification": True} | options)
    book.save()
    return book


def claimed(performance: Performance, by: User | None = None, age_group: str = "") -> RecordClaim:
    """The claim of ``performance`` in one list of its club's book; every list is claimed with it."""
    book = RecordBook.objects.get(club=performance.club)
    claims = submit_claims(book, performances=[performance.pk], by=by, at=NOW)
    return next(one for one in claims if one.age_group == age_group)


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(out, "PNG")
    return out.getvalue()


SAID: dict[str, Any] = {
    "mark": "10.52",
    "date": NOW.date().replace(month=6, day=1),
    "wind": "+1.1",
    "competition": "County",
    "venue": "Leeds",
    "text": "",
}


def reported(athlete: Athlete, by: User, **said: Any) -> MarkReport:
    """A missing 100 m."""
    return report_missing(athlete, discipline=discipline("100"), said=SAID | said, file=None, by=by, at=NOW)
