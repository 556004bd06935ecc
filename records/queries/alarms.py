"""The circuit breaker: how much of a club's rows an import, or taking it back, would change or remove."""

from __future__ import annotations

from dataclasses import dataclass

from records.models import Athlete, ImportBatch, ImportRow, Performance
from trackhub.clubs.models import Club

FEWEST_ROWS = 20
"""Fewer rows than these raise no alarm, whatever their share."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """``touched`` of ``total`` rows: at least the share from which the club wants to be asked twice."""

    touched: int
    total: int
    athletes: bool

    @property
    def percent(self) -> int:
        """To the nearest whole one; only all of them are 100, and some are never 0."""
        if self.touched >= self.total:
            return 100
        return min(99, max(1, (self.touched * 200 + self.total) // (self.total * 2)))


def alarm_of(batch: ImportBatch) -> Alarm | None:
    """The one of what may be done next with the import."""
    if batch.state == ImportBatch.State.STAGED:
        return import_alarm(batch)
    return undo_alarm(batch) if batch.state == ImportBatch.State.APPLIED else None


def import_alarm(batch: ImportBatch) -> Alarm | None:
    """For a staged import: its changed rows among what the club has."""
    changed = ImportRow.objects.filter(batch=batch, verdict=ImportRow.Verdict.CHANGED, athlete_key="").count()
    return _alarm(batch, changed)


def undo_alarm(batch: ImportBatch) -> Alarm | None:
    """For an applied import: what it made or changed among what the club has."""
    if batch.kind == ImportBatch.Kind.ATHLETES:
        touched = Athlete.objects.filter(batch=batch).count() + int(batch.result.get("changed", 0))
    else:
        touched = Performance.objects.current().filter(batch=batch).count()
    return _alarm(batch, touched)


def _alarm(batch: ImportBatch, touched: int) -> Alarm | None:
    if touched < FEWEST_ROWS or batch.kind not in (ImportBatch.Kind.ATHLETES, ImportBatch.Kind.PERFORMANCES):
        return None
    athletes = batch.kind == ImportBatch.Kind.ATHLETES
    alarm = Alarm(touched, _athletes(batch.club) if athletes else _performances(batch.club), athletes)
    share = batch.club.import_alarm_percent if batch.club else Club._meta.get_field("import_alarm_percent").default
    return alarm if touched * 100 > share * alarm.total else None


def _performances(club: Club | None) -> int:
    rows = Performance.objects.current()
    return (rows.filter(club=club) if club else rows).count()


def _athletes(club: Club | None) -> int:
    rows = Athlete.objects.filter(merged_into=None)
    return (rows.filter(spells__club=club).distinct() if club else rows).count()
