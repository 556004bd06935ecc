"""Entering, correcting, annulling and reinstating one performance.

Each is one transaction that folds the keys it touches. A performance is never edited: a correction is a new
version that supersedes the old, and both stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from records.actions.folding import Fold
from records.actions.rejudging import flaws_now, rejudge_flaws
from records.actions.succeeding import hand_on
from records.domain.eligibility import Flaw, best_list
from records.domain.judging import date_fault, judge, round_order
from records.domain.marks import AUTO, HAND, parse_mark
from records.models import Athlete, Discipline, Performance, RelayLeg
from records.queries.performances import differences
from records.queries.voices import club_of
from records.sentences import say
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import Club, User


class PerformanceRefused(ValueError):
    """A performance that nobody can have achieved, in a sentence."""


class AlreadySuperseded(ValueError):
    """Somebody corrected this version first."""

    def __str__(self) -> str:
        return str(_("This performance has been corrected meanwhile. Open its newest version."))


def enter_performance(
    athlete: Athlete, *, discipline: Discipline, mark: str, on: date, by: User | None, at: datetime, **said: Any
) -> Performance:
    """A performance entered by hand. ``said`` may give club, wind (tenths), facility, round, place, competition,
    venue, country, note, timing, field_size, date_precision. Raises MarkRefused or PerformanceRefused."""
    performance = draft_performance(athlete, discipline=discipline, mark=mark, on=on, at=at, **said)
    with transaction.atomic():
        with Fold() as fold:
            performance.save()
            fold.touch(Performance.objects.filter(pk=performance.pk))
        _tell(Kind.PERFORMANCE_ENTERED, performance, at=at)
        record_deed("enter_performance", target=f"performance {performance.pk}", by=by, at=at, club=performance.club)
    return performance


def draft_performance(
    athlete: Athlete, *, discipline: Discipline, mark: str, on: date, at: datetime, **said: Any
) -> Performance:
    """The performance as ``enter_performance`` would store it; nothing is written. Raises the same."""
    if athlete.erased:
        raise PerformanceRefused(say("erased_athlete"))
    return _judged(athlete, athlete.sex, discipline, mark, on, said, at=at)


def _tell(kind: Kind, performance: Performance, *, at: datetime, **more: int) -> None:
    which = {
        "performance": performance.pk,
        "athlete": performance.athlete_id,
        "discipline": performance.discipline.code,
    }
    tell(kind, club=performance.club, payload={**which, **more}, at=at)


def _judged(
    athlete: Athlete | None,
    sex: str,
    discipline: Discipline,
    mark: str,
    on: date,
    said: Mapping[str, Any],
    *,
    at: datetime,
) -> Performance:
    """``athlete`` is None for a relay team, of ``sex``."""
    born, born_to = (athlete.birth_date, athlete.birth_precision) if athlete else (None, "unknown")
    date_precision = said.get("date_precision", "day")
    fault = date_fault(on, today=at.date(), born=born, birth_precision=born_to, precision=date_precision)
    if fault:
        raise PerformanceRefused(say(fault, {"text": on, "born": athlete.born if athlete else ""}))
    club: Club | None = said.get("club") or (club_of(athlete, on=on) if athlete else None)
    specification = discipline.specification
    read = parse_mark(mark, specification, sex, said.get("timing", ""))
    judged = judge(
        read,
        specification,
        on=on,
        facility=said.get("facility", ""),
        wind=said.get("wind"),
        born=born,
        birth_precision=born_to,
        season_start=club.season_start if club else 1,
    )
    words = {name: said.get(name, "") for name in ("round", "place", "competition", "venue", "country", "note")}
    day, dec31, aug31 = judged.ages
    return Performance(
        athlete=athlete,
        club=club,
        discipline=discipline,
        sex=sex,
        date=on,
        date_precision=date_precision,
        seq=round_order(words["round"]),
        value=judged.value,
        merit=judged.merit,
        decimals=judged.decimals,
        written=mark[:60],
        timing=judged.timing,
        wind=judged.wind,
        facility=judged.facility,
        season=judged.season,
        status=judged.status,
        reason=judged.reason,
        flags=("A" if read.altitude else "") + ("+" if read.split else ""),
        flaws=int(judged.flaws),
        best_list=int(judged.best_list),
        age_day=day,
        age_dec31=dec31,
        age_aug31=aug31,
        field_size=said.get("field_size"),
        **words,
    )


_KEPT = (
    "club", "wind", "facility", "round", "place", "competition", "venue", "country", "note", "timing", "field_size",
)  # fmt: skip


def draft_correction(performance: Performance, *, at: datetime, **changes: Any) -> Performance:
    """The version that ``correct_performance`` would store; nothing is written. Raises MarkRefused or
    PerformanceRefused."""
    said = {name: getattr(performance, name) for name in _KEPT}
    if "on" not in changes:
        said["date_precision"] = performance.date_precision
    if "mark" in changes and performance.timing in (AUTO, HAND):
        # How it was timed is read anew: 10.9h corrected to 10.85 is an automatic time.
        said.pop("timing")
    discipline = changes.pop("discipline", performance.discipline)
    # What was written beside the mark says nothing any more once the wind is put right.
    as_it_is = _plain_mark(performance) if "wind" in changes or "timing" in changes else performance.written
    mark, on = changes.pop("mark", as_it_is or _plain_mark(performance)), changes.pop("on", performance.date)
    new = _judged(performance.athlete, performance.sex, discipline, mark, on, said | changes, at=at)
    new.source, new.external_id, new.team = performance.source, performance.external_id, performance.team
    if performance.athlete is not None and performance.athlete.erased:
        # Nobody knows the birth date any more; the ages that were judged by it stay.
        for name in ("age_day", "age_dec31", "age_aug31"):
            setattr(new, name, getattr(performance, name))
    # Putting a venue right doesn't take a disqualification back.
    new.annulled_because = performance.annulled_because
    new.flaws = int(flaws_now(new))
    new.best_list = int(best_list(Flaw(new.flaws)))
    return new


def _plain_mark(performance: Performance) -> str:
    """The canonical mark with the signs that no other column keeps."""
    if performance.value is None:
        return performance.mark
    unwatched = performance.mark.removesuffix("h")
    return unwatched + ("c" if performance.flaws & Flaw.CONVERTED else "") + performance.flags


def correct_performance(
    performance: Performance, *, by: User | None, at: datetime, because: str, **changes: Any
) -> Performance:
    """The new version of ``performance`` with ``changes`` (mark, on, discipline, wind, …); the old one stays.

    Raises AlreadySuperseded, MarkRefused or PerformanceRefused.
    """
    with transaction.atomic():
        with Fold() as fold:
            claimed = Performance.objects.filter(pk=performance.pk, superseded_by=None).update(superseded_by=F("pk"))
            if not claimed:
                raise AlreadySuperseded
            old = Performance.objects.filter(pk=performance.pk)
            # As it is now: somebody may have annulled it since the caller read it.
            before = old.select_related("athlete", "discipline", "club").get()
            new = draft_correction(before, at=at, **changes)
            new.save()
            RelayLeg.objects.bulk_create(
                RelayLeg(performance=new, number=leg.number, athlete_id=leg.athlete_id) for leg in before.legs.all()
            )
            old.update(superseded_by=new)
            rejudge_flaws(old)
            hand_on(before, new)
            fold.touch(old | Performance.objects.filter(pk=new.pk))
        _tell(Kind.PERFORMANCE_CORRECTED, new, at=at, replaces=performance.pk)
        changed = differences(before, new)
        record_deed(
            "correct_performance",
            target=f"performance {performance.pk}",
            by=by,
            at=at,
            club=new.club,
            before={name: was for name, (was, _is) in changed.items()},
            after={"performance": new.pk, **{name: now for name, (_was, now) in changed.items()}, "because": because},
        )
    return new


def annul_performance(performance: Performance, *, by: User | None, at: datetime, because: str) -> None:
    """The performance stays readable but counts nowhere, because of a disqualification or an error."""
    _set_annulled(performance, because or str(_("annulled")), by=by, at=at)


def reinstate_performance(performance: Performance, *, by: User | None, at: datetime) -> None:
    """Take an annulment back."""
    _set_annulled(performance, "", by=by, at=at)


def _set_annulled(performance: Performance, because: str, *, by: User | None, at: datetime) -> None:
    with transaction.atomic():
        with Fold() as fold:
            performance.refresh_from_db()
            if performance.superseded_by_id is not None:
                raise AlreadySuperseded
            before, performance.annulled_because = performance.annulled_because, because[:200]
            flaws = flaws_now(performance)
            performance.flaws, performance.best_list = int(flaws), int(best_list(flaws))
            performance.save(update_fields=["annulled_because", "flaws", "best_list"])
            fold.touch(Performance.objects.filter(pk=performance.pk))
        _tell(Kind.PERFORMANCE_ANNULLED if because else Kind.PERFORMANCE_REINSTATED, performance, at=at)
        record_deed(
            "annul_performance" if because else "reinstate_performance",
            target=f"performance {performance.pk}",
            by=by,
            at=at,
            club=performance.club,
            before={"annulled_because": before},
            after={"annulled_because": performance.annulled_because},
        )
