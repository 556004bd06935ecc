"""Taking an import back: what it made goes, unless a person has changed it since, and the rest is said."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records.actions.folding import Fold, one_at_a_time
from records.actions.medals import undo_medals
from records.actions.rejudging import rejudge_ages, rejudge_flaws
from records.actions.succeeding import hand_videos_back
from records.models import (
    Athlete,
    Award,
    Best,
    ClubSpell,
    ExternalId,
    ImportBatch,
    ImportRow,
    LegacyRecord,
    Performance,
    Record,
    RelayLeg,
)
from records.queries.kept import hangs_on, touched_performance, used_athlete
from records.queries.known import is_kept, spells_of
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import User


class NotApplied(Exception):
    """Only an applied import can be taken back."""

    def __str__(self) -> str:
        return str(_("This import is not applied, so there is nothing to take back."))


def undo_import(batch: ImportBatch, *, by: User | None, at: datetime) -> dict[str, Any]:
    """Take back what ``batch`` made; counts of what was removed and what was kept. Raises NotApplied."""
    with transaction.atomic():
        one_at_a_time()
        claimed = ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.APPLIED).update(
            state=ImportBatch.State.UNDONE
        )
        if not claimed:
            raise NotApplied
        batch.refresh_from_db()
        with Fold() as fold:
            result = _undo_performances(batch, fold) | _undo_legacy(batch, fold)
        result |= _undo_athletes(batch)
        if batch.kind == ImportBatch.Kind.MEDALS:
            result |= undo_medals(batch)
        batch.result = {**batch.result, "undo": result}
        batch.save(update_fields=["result"])
        tell(Kind.IMPORT_UNDONE, club=batch.club, payload={"import": batch.pk, "kind": batch.kind, **result}, at=at)
        record_deed("undo_import", target=f"import {batch.pk}", by=by, at=at, club=batch.club, after=result)
    return result


def undo_once(batch: ImportBatch, *, by: User | None, at: datetime) -> dict[str, Any]:
    """The same for a message that may come twice, or again after a worker died behind the commit."""
    try:
        return undo_import(batch, by=by, at=at)
    except NotApplied:
        batch.refresh_from_db()
        if batch.state != ImportBatch.State.UNDONE:
            raise
        return dict(batch.result["undo"])


def _undo_performances(batch: ImportBatch, fold: Fold) -> dict[str, int]:
    mine = Performance.objects.filter(batch=batch)
    kept = mine.filter(touched_performance()).count()
    going = mine.exclude(touched_performance())
    fold.touch(going)
    replaced = Performance.objects.filter(superseded_by__in=going.values("pk"))
    # What a since undone import had brought isn't brought back where it was kept only because this one replaced it.
    undone = replaced.filter(batch__state=ImportBatch.State.UNDONE).exclude(hangs_on(Performance))
    orphans = list(undone.values_list("pk", flat=True))
    restored = list(replaced.exclude(pk__in=orphans).values_list("pk", flat=True))
    hand_videos_back(going, replaced.exclude(pk__in=orphans))
    _clear_supersession(restored)
    removed = going.count()
    RelayLeg.objects.filter(performance__in=going.values("pk")).delete()
    # Derived rows of touched keys are rewritten by the fold; the rows themselves go without a look at each.
    going_ids = going.values("pk")
    Best.objects.filter(performance__in=going_ids).delete()
    Record.objects.filter(performance__in=going_ids).delete()
    Award.objects.filter(performance__in=going_ids).update(performance=None)
    going._raw_delete(going.db)
    Performance.objects.filter(pk__in=orphans).delete()
    _restore(restored, fold)
    return {"performances_removed": removed, "performances_restored": len(restored), "performances_kept": kept}


def _clear_supersession(ids: list[int]) -> None:
    """Old versions point at themselves while both stand, or the id would be there twice."""
    for start in range(0, len(ids), 500):
        Performance.objects.filter(pk__in=ids[start : start + 500]).update(superseded_by=F("pk"))


def _restore(ids: list[int], fold: Fold) -> None:
    for start in range(0, len(ids), 500):
        back = Performance.objects.filter(pk__in=ids[start : start + 500])
        back.update(superseded_by=None)
        rejudge_flaws(back)
        fold.touch(back)


def _undo_legacy(batch: ImportBatch, fold: Fold) -> dict[str, int]:
    legacy = LegacyRecord.objects.filter(batch=batch)
    fold.touch_legacy(legacy)
    _with_records, by_model = legacy.delete()
    return {"old_records_removed": by_model.get("records.LegacyRecord", 0)}


def _undo_athletes(batch: ImportBatch) -> dict[str, int]:
    changes = _undo_changes(batch)
    mine = Athlete.objects.filter(batch=batch)
    kept = mine.filter(used_athlete()).count()
    going = list(mine.exclude(used_athlete()).values_list("pk", flat=True))
    for start in range(0, len(going), 500):
        block = going[start : start + 500]
        ExternalId.objects.filter(athlete__in=block).delete()
        ClubSpell.objects.filter(athlete__in=block).delete()
        Athlete.objects.filter(pk__in=block).delete()
    return {"athletes_removed": len(going), "athletes_kept": kept, **changes}


def _undo_changes(batch: ImportBatch) -> dict[str, int]:
    """Give athletes whom the file changed their former facts, ids and clubs back; what changed since stays.

    Where the rows are no longer kept, nobody knows what the facts were: those are said to be lost.
    """
    restored = kept = lost = 0
    if batch.kind == ImportBatch.Kind.ATHLETES and not ImportRow.objects.filter(batch=batch).exists():
        lost = int(batch.result.get("changed", 0))
    rows = ImportRow.objects.filter(batch=batch, verdict=ImportRow.Verdict.CHANGED, athlete__isnull=False)
    today = timezone.localdate()
    with Fold() as fold:
        for athlete_id, data in rows.values_list("athlete_id", "data"):
            athlete = Athlete.objects.filter(pk=athlete_id).first()
            if athlete is None or "changes" not in data:
                lost += "changes" in data
                continue
            fold.touch(Performance.objects.filter(athlete=athlete))
            if not is_kept(spells_of(athlete_id), batch.club_id, today):
                kept += bool(data.get("before"))  # another club's by now
                continue
            given_back = _undo_facts(athlete, data)
            restored += given_back
            kept += bool(data.get("before")) and not given_back
            _undo_spell(data)
            if data.get("added_id"):
                mine = ExternalId.objects.filter(athlete=athlete_id, source=batch.source)
                mine.filter(value=data["changes"]["external_id"]).delete()
    return {"athletes_restored": restored, "facts_kept": kept, "facts_lost": lost}


def _undo_facts(athlete: Athlete, data: dict[str, Any]) -> bool:
    before, changes = data.get("before"), data["changes"]
    if not before or any(_text(athlete, name) != changes[name] for name in before):
        return False
    for name, value in before.items():
        setattr(athlete, name, date.fromisoformat(value) if name == "birth_date" and value else value)
    athlete.save()
    if "birth_date" in before:
        rejudge_ages(athlete)
    return True


def _undo_spell(data: dict[str, Any]) -> None:
    if not data.get("added_spell"):
        return
    ClubSpell.objects.filter(pk=data["added_spell"]).delete()
    if data["club_from"]:
        day_before = date.fromisoformat(data["club_from"]) - timedelta(days=1)
        ClubSpell.objects.filter(pk__in=data.get("closed_spells", ()), ends=day_before).update(ends=None)


def _text(athlete: Athlete, name: str) -> object:
    value = getattr(athlete, name)
    return value.isoformat() if isinstance(value, date) else value
