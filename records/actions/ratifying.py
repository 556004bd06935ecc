"""Deciding claims: ratified, rejected, rescinded, retired, opened again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from records.actions.claiming import tell_claim
from records.actions.folding import Fold
from records.domain.claiming import PENDING, STEPS, Step
from records.models import Performance, RecordClaim
from records.queries.claims import is_step, objections_of
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import User

_FACTS = {
    "ratify": (Kind.RECORD_RATIFIED, True),
    "reject": (Kind.RECORD_REJECTED, False),
    "rescind": (Kind.RECORD_RESCINDED, True),
    "retire": (Kind.RECORD_RETIRED, True),
    "reopen": (Kind.CLAIM_REOPENED, False),
}
"""By step: what is told, and whether to everybody."""


class DecisionRefused(ValueError):
    """A decision that can't be taken, in a sentence. ``field`` is where the form went wrong, '' for nowhere."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class AlreadyDecided(DecisionRefused):
    """Somebody else has decided meanwhile."""


def decide_claims(
    claims: Sequence[RecordClaim],
    *,
    step: str,
    by: User | None,
    at: datetime,
    because: str = "",
    despite: bool = False,
) -> None:
    """Take one ``step`` (domain.claiming.STEPS) for ``claims``, all or none; the lists they change are folded again.

    Claims that are late, or short of evidence, are ratified only ``despite`` that and with a reason. Raises
    DecisionRefused, AlreadyDecided.
    """
    taken, because = STEPS[step], because.strip()
    if taken.says_why and not because:
        raise DecisionRefused(_("Give the reason: it is what the athlete reads."), "because")
    if step == "ratify":
        _check_ratifiable(claims, because, despite=despite)
    with transaction.atomic(), Fold() if taken.changes_list else nullcontext() as fold:
        for claim in claims:
            _take(claim, taken, because, by=by, at=at)
        if fold is not None:
            fold.touch(Performance.objects.filter(pk__in=[claim.performance_id for claim in claims]))


def _check_ratifiable(claims: Sequence[RecordClaim], because: str, *, despite: bool) -> None:
    waiting = set(RecordClaim.objects.filter(pk__in=[one.pk for one in claims], state=PENDING))
    for claim in claims:
        if claim not in waiting:
            raise AlreadyDecided(_not_open(claim))
        if not is_step(claim):
            raise DecisionRefused(
                _("This mark is no record of the list any more: it was corrected, annulled, or the rules have changed.")
            )
    against = objections_of(claims)
    if against and not despite:
        raise DecisionRefused(" ".join([*against, _("Tick the box to ratify all the same.")]), "despite")
    if against and not because:
        raise DecisionRefused(_("Say why it is ratified all the same."), "because")


def _take(claim: RecordClaim, step: Step, because: str, *, by: User | None, at: datetime) -> None:
    before = claim.state
    changed = {"state": step.after, "reason": because[:300], "decided": at, "decided_by": by}
    if not RecordClaim.objects.filter(pk=claim.pk, state=before, state__in=step.before).update(**changed):
        raise AlreadyDecided(_not_open(claim))
    claim.refresh_from_db(fields=list(changed))
    kind, public = _FACTS[step.name]
    tell_claim(kind, claim, at=at, public=public)
    record_deed(
        f"{step.name}_claim",
        target=f"recordclaim {claim.pk}",
        by=by,
        at=at,
        club=claim.book.club,
        before={"state": before},
        after={"state": step.after, "because": claim.reason},
    )


def _not_open(claim: RecordClaim) -> str:
    now = RecordClaim.objects.select_related("decided_by").get(pk=claim.pk)
    return _("This claim is {state} now ({who}), so nothing was changed. Look at it again.").format(
        state=now.get_state_display(), who=now.decided_by or now.opened_by or "–"
    )
