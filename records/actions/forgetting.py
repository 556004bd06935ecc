"""What claims, reports and imports hold of a person who is erased."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from records.actions.proving import drop_unused
from records.domain.names import name_key
from records.models import Evidence, ImportBatch, MarkReport, RecordClaim
from trackhub.clubs.actions.redacting import blank_entries, change_texts
from trackhub.clubs.models import AuditEntry


def forget_claims(people: Iterable[int], own: Callable[[str], str]) -> None:
    """Of the athletes ``people``: their reports go, and every file that was shown for their marks, since nobody can
    read what a picture says. That a claim was made, decided and why stays, without the name. ``own`` takes it out
    of a text. The caller holds the transaction."""
    ids = list(people)
    reports = MarkReport.objects.filter(athlete__in=ids)
    files: set[int | None] = set(reports.values_list("file", flat=True))
    blank_entries(
        AuditEntry.objects.filter(target__in=[f"markreport {pk}" for pk in reports.values_list("pk", flat=True)])
    )
    reports.delete()
    for one in Evidence.objects.filter(claim__performance__athlete__in=ids):
        files.add(one.file_id)
        note = own(one.note)[:300] or "–"
        Evidence.objects.filter(pk=one.pk).update(file=None, note=note)
    drop_unused(pk for pk in files if pk is not None)
    for claim in RecordClaim.objects.filter(performance__athlete__in=ids):
        RecordClaim.objects.filter(pk=claim.pk).update(reason=own(claim.reason)[:300])
        for entry in AuditEntry.objects.filter(target=f"recordclaim {claim.pk}"):
            AuditEntry.objects.filter(pk=entry.pk).update(
                before=change_texts(entry.before, own), after=change_texts(entry.after, own)
            )


def forget_decisions(people: Collection[int], names: Iterable[tuple[str, str]], ids: Collection[str]) -> None:
    """Whom a registrar said that a row of a file means, where it is about the athletes ``people``, called ``names``
    and known by ``ids``. The caller holds the transaction."""
    starts = tuple(f"{name_key(given, family)}|" for given, family in names)
    keys = {f"id:{value}"[:200] for value in ids}
    for batch in ImportBatch.objects.exclude(people={}).only("people"):
        kept = {
            key: athlete
            for key, athlete in batch.people.items()
            if athlete not in people and key not in keys and not key.startswith(starts)
        }
        if kept != batch.people:
            ImportBatch.objects.filter(pk=batch.pk).update(people=kept)
