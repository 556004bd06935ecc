"""Judging performances again when what they were judged by has changed."""

from __future__ import annotations

from django.db.models import QuerySet

from records.domain.ages import ages
from records.domain.eligibility import Flaw, best_list, flaws_of
from records.models import Athlete, Performance


def rejudge_ages(athlete: Athlete) -> None:
    """Ages of all the athlete's performances after the birth date changed. The caller folds.

    The ages of an erased athlete outlive the birth date: by them the records of age groups stay.
    """
    if athlete.erased:
        return
    performances = list(Performance.objects.filter(athlete=athlete).only("date"))
    for performance in performances:
        found = ages(athlete.birth_date, athlete.birth_precision, performance.day)
        performance.age_day, performance.age_dec31, performance.age_aug31 = found
    Performance.objects.bulk_update(performances, ["age_day", "age_dec31", "age_aug31"], batch_size=500)


def rejudge_flaws(performances: QuerySet[Performance]) -> None:
    """Flaws of ``performances`` after they were annulled, reinstated, superseded or restored. The caller folds."""
    rows = list(performances.select_related("discipline"))
    for row in rows:
        flaws = flaws_now(row)
        row.flaws, row.best_list = int(flaws), int(best_list(flaws))
    Performance.objects.bulk_update(rows, ["flaws", "best_list"], batch_size=500)


def flaws_now(performance: Performance) -> Flaw:
    """What stands against ``performance`` as it is stored, with its discipline loaded.

    A claimed wind (``w`` without a reading) and a conversion are in no column of their own, so they stay.
    """
    known = Flaw(performance.flaws)
    flaws = flaws_of(
        performance.discipline.specification,
        valid=performance.value is not None,
        timing=performance.timing,
        wind=performance.wind,
        windy=performance.wind is None and bool(known & Flaw.WIND_OVER),
        facility=performance.facility,
        converted=bool(known & Flaw.CONVERTED),
    )
    if performance.annulled_because:
        flaws |= Flaw.ANNULLED
    if performance.superseded_by_id is not None:
        flaws |= Flaw.SUPERSEDED
    return flaws
