"""Claiming the records that the fold has found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from records.models import Performance, RecordBook, RecordClaim
from records.queries.claims import candidate_records
from records.queries.lines import named_publicly
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import User


class NothingToClaim(ValueError):
    """None of what was chosen is a candidate, in a sentence."""

    def __str__(self) -> str:
        return _("None of these is waiting to be claimed any more. Somebody may have been faster: look at the claims.")


def submit_claims(book: RecordBook, *, performances: Iterable[int], by: User | None, at: datetime) -> list[RecordClaim]:
    """Claim every list of ``book`` in which one of ``performances`` stands and isn't claimed yet.

    What isn't a candidate any more is passed over. Raises NothingToClaim where nothing is left.
    """
    with transaction.atomic():
        # Two registrars at once would both find the same candidates.
        RecordBook.objects.select_for_update().get(pk=book.pk)
        found = candidate_records([book]).filter(performance__in=list(performances))
        lists = sorted(set(found.values_list("performance", "age_group")))
        if not lists:
            raise NothingToClaim
        claims = [
            RecordClaim.objects.create(book=book, performance_id=one, age_group=group, opened=at, opened_by=by)
            for one, group in lists
        ]
        for claim in claims:
            tell_claim(Kind.RECORD_CLAIMED, claim, at=at)
            record_deed("claim_record", target=f"recordclaim {claim.pk}", by=by, at=at, club=book.club)
    return claims


def tell_claim(kind: Kind, claim: RecordClaim, *, at: datetime, public: bool = False) -> None:
    """The fact for the event log. ``public`` only where the athlete is."""
    performance = Performance.objects.select_related("athlete", "discipline").get(pk=claim.performance_id)
    athlete = performance.athlete
    shown = athlete is None or named_publicly(athlete)
    payload = {
        "claim": claim.pk,
        "book": claim.book.slug,
        "performance": performance.pk,
        "athlete": performance.athlete_id,
        "discipline": performance.discipline.code,
        "age_group": claim.age_group,
    }
    tell(kind, club=claim.book.club, payload=payload, at=at, public=public and shown)
