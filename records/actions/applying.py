"""Applying a staged import: a handful of set-based statements in one transaction, then the fold.

Applications wait for each other (``one_at_a_time``), so two registrars who confirm the same file, or two
files that hold the same rows, create each row once: the second finds the first one's rows there already.
"""

from __future__ import annotations

from datetime import datetime
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from records.actions.athlete_making import apply_athletes, make_athletes, make_clubs
from records.actions.folding import Fold, one_at_a_time
from records.actions.medals import apply_medals
from records.actions.merging import follow_merges
from records.actions.staging import compare_with_performances, verdict_counts
from records.actions.steps import make_room
from records.actions.succeeding import hand_videos_on
from records.domain.eligibility import BestList, Flaw
from records.models import Athlete, ImportBatch, ImportRow, LegacyRecord, Performance, Record, RelayLeg
from records.models.athletes import seen_in_public
from records.models.performances import FACT_COLUMNS
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import User


class NotStaged(Exception):
    """The import isn't waiting to be applied: somebody applied it, took it back, or it was refused."""

    def __str__(self) -> str:
        return str(_("This import is not waiting to be applied."))


class Outdated(Exception):
    """Athletes whom the staged rows mean were removed since, by taking the import back that had made them."""

    def __str__(self) -> str:
        return str(
            _("Athletes whom this file means were removed since it was read. Open its columns and read it again.")
        )


def apply_import(batch: ImportBatch, *, by: User | None, at: datetime) -> dict[str, Any]:
    """Apply every row that wasn't refused; the result with its counts. Raises NotStaged or Outdated.

    All or nothing: a worker killed on the way leaves the batch staged and no row of it behind.
    """
    started = perf_counter()
    with transaction.atomic():
        one_at_a_time()
        with connection.cursor() as cursor:
            make_room(cursor)
        claimed = ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.STAGED).update(
            state=ImportBatch.State.APPLIED, applied=at
        )
        if not claimed:
            raise NotStaged
        batch.refresh_from_db()
        follow_merges(batch)
        _refuse_outdated(batch)
        left_out = _leave_doubtful_out(batch) if batch.clean_only else 0
        if batch.kind == ImportBatch.Kind.ATHLETES:
            made = apply_athletes(batch, by=by, at=at)
            result: dict[str, Any] = {**verdict_counts(batch), "clubs_created": made}
        elif batch.kind == ImportBatch.Kind.PERFORMANCES:
            clubs = make_clubs(batch, by=by, at=at) if batch.create_clubs else {}
            result = {**_apply_performances(batch, clubs), "clubs_created": len(clubs)}
        elif batch.kind == ImportBatch.Kind.MEDALS:
            result = apply_medals(batch, at=at)
        else:
            result = _apply_records(batch)
        batch.effects.all().delete()
        result["left_out"] = left_out
        result["seconds"] = round(perf_counter() - started, 3)
        batch.result = result
        batch.save(update_fields=["result"])
        _tell_applied(batch, at=at)
        record_deed("apply_import", target=f"import {batch.pk}", by=by, at=at, club=batch.club, after=result)
    return result


def _refuse_outdated(batch: ImportBatch) -> None:
    rows = ImportRow.objects.filter(batch=batch, verdict__in=("new", "changed"))
    people = Athlete.objects.filter(pk=OuterRef("athlete_id"))
    legs = {runner for data in rows.exclude(team="").values_list("data", flat=True) for runner in data.get("legs", ())}
    if rows.filter(~Exists(people), athlete__isnull=False).exists() or Athlete.objects.filter(
        pk__in=legs
    ).count() < len(legs):
        raise Outdated


def _leave_doubtful_out(batch: ImportBatch) -> int:
    """Refuse the rows that carry a doubt; how many."""
    doubtful = ImportRow.objects.filter(batch=batch, verdict__in=("new", "changed"), issues__isnull=False)
    return doubtful.update(verdict=ImportRow.Verdict.REFUSED)


def apply_once(batch: ImportBatch, *, by: User | None, at: datetime) -> dict[str, Any]:
    """The same for a message that may come twice, or again after a worker died behind the commit."""
    try:
        return apply_import(batch, by=by, at=at)
    except NotStaged:
        batch.refresh_from_db()
        if batch.state != ImportBatch.State.APPLIED:
            raise
        return dict(batch.result)


def _apply_performances(batch: ImportBatch, clubs: dict[str, int]) -> dict[str, Any]:
    for name, club in clubs.items():
        ImportRow.objects.filter(batch=batch, data__club_name=name).update(club=club)
    make_athletes(batch)
    ImportRow.objects.filter(batch=batch, verdict=ImportRow.Verdict.CHANGED).update(verdict=ImportRow.Verdict.NEW)
    compare_with_performances(batch)
    mine = Performance.objects.filter(batch=batch)
    with Fold() as fold:
        corrected = _supersede_changed(batch, fold)
        _insert_performances(batch)
        _point_to_successors(corrected)
        for start in range(0, len(corrected), 500):
            hand_videos_on(Performance.objects.filter(pk__in=corrected[start : start + 500]))
        _insert_legs(batch)
        fold.touch(mine)
    return {**verdict_counts(batch), **steps_set(batch), "fold_seconds": round(fold.seconds, 3)}


def _supersede_changed(batch: ImportBatch, fold: Fold) -> list[int]:
    """Clear the way for new versions: the old ones point at themselves until their successors are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.id FROM records_importrow r JOIN records_performance p
               ON p.source = r.source AND p.external_id = r.external_id
                   AND p.superseded_by_id IS NULL AND p.external_id > ''
               WHERE r.batch_id = %s AND r.verdict = 'changed'""",
            [batch.pk],
        )
        old = [pk for (pk,) in cursor.fetchall()]
    for start in range(0, len(old), 500):
        superseded = Performance.objects.filter(pk__in=old[start : start + 500])
        fold.touch(superseded)
        superseded.update(superseded_by=F("pk"), flaws=F("flaws").bitor(int(Flaw.SUPERSEDED)), best_list=BestList.NONE)
    return old


def _point_to_successors(old: list[int]) -> None:
    with connection.cursor() as cursor:
        for pk in old:
            cursor.execute(
                """UPDATE records_performance SET superseded_by_id =
                       (SELECT n.id FROM records_performance n
                        WHERE n.source = records_performance.source
                          AND n.external_id = records_performance.external_id
                          AND n.superseded_by_id IS NULL AND n.external_id > '')
                   WHERE id = %s""",
                [pk],
            )


def _insert_performances(batch: ImportBatch) -> None:
    columns = ", ".join(f'"{column}"' for column in (*FACT_COLUMNS, "athlete_id", "club_id", "discipline_id"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO records_performance ({columns}, batch_id, annulled_because)
                SELECT {columns}, batch_id, '' FROM records_importrow
                WHERE batch_id = %s AND verdict IN ('new', 'changed')
                ORDER BY number""",
            [batch.pk],
        )


def _insert_legs(batch: ImportBatch) -> None:
    rows = ImportRow.objects.filter(batch=batch, verdict__in=("new", "changed"), athlete=None, athlete_key="")
    relays = dict(Performance.objects.filter(batch=batch, athlete=None).values_list("external_id", "pk"))
    RelayLeg.objects.bulk_create(
        RelayLeg(performance_id=relays[external_id], number=number, athlete_id=runner)
        for external_id, data in rows.values_list("external_id", "data")
        for number, runner in enumerate(data.get("legs", ()), start=1)
    )


def _apply_records(batch: ImportBatch) -> dict[str, Any]:
    rows = ImportRow.objects.filter(batch=batch, verdict=ImportRow.Verdict.NEW)
    known = set(LegacyRecord.objects.filter(book=batch.book, source=batch.source).values_list("external_id", flat=True))
    made: dict[str, LegacyRecord] = {}
    there_already = []
    for number, data in rows.order_by("number").values_list("number", "data"):
        if data["external_id"] in known or data["external_id"] in made:
            there_already.append(number)
        else:
            made[data["external_id"]] = LegacyRecord(book=batch.book, batch=batch, source=batch.source, **data)
    rows.filter(number__in=there_already).update(verdict=ImportRow.Verdict.DUPLICATE)
    with Fold() as fold:
        LegacyRecord.objects.bulk_create(made.values(), batch_size=500)
        fold.touch_legacy(LegacyRecord.objects.filter(batch=batch))
    return {**verdict_counts(batch), **steps_set(batch)}


MOST_IDS_TOLD = 100


def _tell_applied(batch: ImportBatch, *, at: datetime) -> None:
    """What was applied, to the club; which public performances are now records, to everybody."""
    counts = {name: count for name, count in batch.result.items() if isinstance(count, int)}
    tell(Kind.IMPORT_APPLIED, club=batch.club, payload={"import": batch.pk, "kind": batch.kind, **counts}, at=at)
    standing = Record.objects.on(None).filter(performance__batch=batch).order_by()
    public = Q(performance__athlete=None) | seen_in_public(at.date(), "performance__athlete__")
    ids = _fetched_by_hashing(standing.filter(public).values_list("performance", flat=True))
    if ids:
        payload = {"performances": ids[:MOST_IDS_TOLD], "more": len(ids) > MOST_IDS_TOLD}
        tell(Kind.RECORDS_SET, club=batch.club, payload=payload, at=at, public=True)


def _fetched_by_hashing(ids: QuerySet[Record, int]) -> list[int]:
    """``ids`` in order, each once. PostgreSQL's counts are of before the import: by them it would look every row up
    for every other, which takes minutes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_nestloop TO off")
        found = sorted(set(ids))
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_nestloop TO on")
    return found


def steps_set(batch: ImportBatch) -> dict[str, int]:
    """How many bests and record steps the batch's performances made on their day."""
    counts = Performance.objects.filter(batch=batch).aggregate(
        personal_bests=Count("pk", filter=Q(best__career=1)), season_bests=Count("pk", filter=Q(best__season=1))
    )
    records = Record.objects.filter(Q(performance__batch=batch) | Q(legacy__batch=batch))
    return {**counts, "records": records.count()}
