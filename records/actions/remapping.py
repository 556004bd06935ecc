"""Saying more about a file after it was read, its columns or its people: it goes back to the start of the line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from records.actions.applying import NotStaged
from records.domain.columns import Choice
from records.models import AthleteAlias, ImportBatch
from records.queries.doubts import doubts_in
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import User


class NoCandidate(ValueError):
    """Somebody was named whom the file can't mean."""

    def __str__(self) -> str:
        return str(_("This athlete isn't one of those whom the file may mean. Look at the list again."))


def choose_columns(batch: ImportBatch, columns: Mapping[str, str], left_out: Sequence[str] = ()) -> None:
    """Have ``batch`` read again with ``columns`` ({target: column}) and nothing made of those ``left_out``.

    Raises NotStaged once it was applied. The caller queues the staging; until then the rows of the first reading stay.
    """
    _read_again(batch, mapping=Choice(columns, left_out).to_keep())


def _read_again(batch: ImportBatch, **said: Any) -> None:
    waiting = (ImportBatch.State.RECEIVED, ImportBatch.State.STAGED, ImportBatch.State.REFUSED)
    chosen = ImportBatch.objects.filter(pk=batch.pk, state__in=waiting).update(
        state=ImportBatch.State.RECEIVED, refusal=None, **said
    )
    if not chosen:
        raise NotStaged
    batch.refresh_from_db()


def settle_people(
    batch: ImportBatch, people: Mapping[str, int | None], undecided: Collection[str] = (), *, by: User, at: datetime
) -> None:
    """Have ``batch`` read again knowing who is who: by athlete key the athlete who is meant, or None for a new one.

    ``undecided`` keys are in doubt again. Whom a source calls what is remembered for its next file (AthleteAlias).
    Raises NoCandidate for a key or athlete that the file leaves no doubt about, NotStaged once it was applied. The
    caller queues the staging.
    """
    doubts = {one.key: one for one in doubts_in(batch, people)}
    news = {key: athlete for key, athlete in people.items() if (key, athlete) not in batch.people.items()}
    for key, athlete in news.items():
        if key not in doubts or (athlete is not None and athlete not in doubts[key].candidates):
            raise NoCandidate
    with transaction.atomic():
        kept = {key: athlete for key, athlete in batch.people.items() if key not in undecided}
        _read_again(batch, people={**kept, **news})
        for key, athlete in news.items():
            if athlete is not None:
                AthleteAlias.objects.get_or_create(
                    athlete_id=athlete, source=batch.source, name_key=doubts[key].name_key
                )
        record_deed(
            "settle_people", target=f"import {batch.pk}", by=by, at=at, club=batch.club,
            after={"same": sorted({one for one in news.values() if one}), "others": list(news.values()).count(None)},
        )  # fmt: skip
