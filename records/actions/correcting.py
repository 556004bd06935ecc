"""Entering, correcting, annulling and reinstating one performance, and merging two athletes.

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

from records.actions.folding import Fold, one_at_a_time
from records.actions.rejudging import flaws_now, rejudge_ages, rejudge_flaws
from records.domain.eligibility import Flaw, best_list
from records.domain.judging import date_fault, judge, round_order
from records.domain.marks import parse_mark
from records.models import Athlete, ClubSpell, Discipline, ExternalId, Performance, RelayLeg
from records.sentences import say
from records.signals import athletes_merged
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.models import Club, User


class PerformanceRefused(ValueError):
    """A performance that nobody can have achieved, in a sentence."""


class AlreadySuperseded(ValueError):
    """Somebody corrected this version first."""

    def __str__(self) -> str:
        return str(_("This performance has been corrected meanwhile. Open its newest version."))


class NotMergeable(ValueError):
    """Two athletes who can't be one."""


def enter_performance(
    athlete: Athlete, *, discipline: Discipline, mark: str, on: date, by: User | None, at: datetime, **said: Any
) -> Performance:
    """A performance entered by hand. ``said`` may give club, wind (tenths), facility, round, place, competition,
    venue, country, note, timing. Raises MarkRefused or PerformanceRefused."""
    performance = _judged(athlete, discipline, mark, on, said, at=at)
    with transaction.atomic():
        with Fold() as fold:
            performance.save()
            fold.touch(Performance.objects.filter(pk=performance.pk))
        record_deed("enter_performance", target=f"performance {performance.pk}", by=by, at=at, club=performance.club)
    return performance


def _judged(
    athlete: Athlete, discipline: Discipline, mark: str, on: date, said: Mapping[str, Any], *, at: datetime
) -> Performance:
    date_precision = said.get("date_precision", "day")
    fault = date_fault(
        on,
        today=at.date(),
        born=athlete.birth_date,
        birth_precision=athlete.birth_precision,
        precision=date_precision,
    )
    if fault:
        raise PerformanceRefused(say(fault, {"text": on, "born": athlete.born}))
    club: Club | None = said.get("club") or _club_on(athlete, on)
    specification = discipline.specification
    read = parse_mark(mark, specification, athlete.sex, said.get("timing", ""))
    judged = judge(
        read,
        specification,
        on=on,
        facility=said.get("facility", ""),
        wind=said.get("wind"),
        born=athlete.birth_date,
        birth_precision=athlete.birth_precision,
        season_start=club.season_start if club else 1,
    )
    words = {name: said.get(name, "") for name in ("round", "place", "competition", "venue", "country", "note")}
    day, dec31, aug31 = judged.ages
    return Performance(
        athlete=athlete,
        club=club,
        discipline=discipline,
        sex=athlete.sex,
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
        **words,
    )


def _club_on(athlete: Athlete, on: date) -> Club | None:
    spell = ClubSpell.objects.filter(athlete=athlete).on(on).select_related("club").order_by("claim", "starts").first()
    return spell.club if spell else None


def correct_performance(
    performance: Performance, *, by: User | None, at: datetime, because: str, **changes: Any
) -> Performance:
    """The new version of ``performance`` with ``changes`` (mark, on, discipline, wind, …); the old one stays.

    Raises AlreadySuperseded, MarkRefused or PerformanceRefused.
    """
    if performance.athlete is None:
        raise PerformanceRefused(str(_("A relay is corrected by handing its result in again.")))
    said = {name: getattr(performance, name) for name in (
        "club", "wind", "facility", "round", "place", "competition", "venue", "country", "note", "timing")}  # fmt: skip
    if "on" not in changes:
        said["date_precision"] = performance.date_precision
    if "mark" in changes:
        # How it was timed is read anew: 10.9h corrected to 10.85 is an automatic time.
        said.pop("timing")
    discipline = changes.pop("discipline", performance.discipline)
    mark, on = changes.pop("mark", performance.written), changes.pop("on", performance.date)
    new = _judged(performance.athlete, discipline, mark, on, said | changes, at=at)
    new.source, new.external_id = performance.source, performance.external_id
    with transaction.atomic():
        with Fold() as fold:
            claimed = Performance.objects.filter(pk=performance.pk, superseded_by=None).update(superseded_by=F("pk"))
            if not claimed:
                raise AlreadySuperseded
            old = Performance.objects.filter(pk=performance.pk)
            # Putting a venue right doesn't take a disqualification back.
            new.annulled_because = old.values_list("annulled_because", flat=True).get()
            new.flaws = int(flaws_now(new))
            new.best_list = int(best_list(Flaw(new.flaws)))
            new.save()
            old.update(superseded_by=new)
            rejudge_flaws(old)
            fold.touch(old | Performance.objects.filter(pk=new.pk))
        record_deed(
            "correct_performance",
            target=f"performance {performance.pk}",
            by=by,
            at=at,
            club=new.club,
            before={"mark": performance.mark, "date": performance.date},
            after={"performance": new.pk, "mark": new.mark, "date": new.date, "because": because},
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
            before, performance.annulled_because = performance.annulled_because, because[:200]
            flaws = flaws_now(performance)
            performance.flaws, performance.best_list = int(flaws), int(best_list(flaws))
            performance.save(update_fields=["annulled_because", "flaws", "best_list"])
            fold.touch(Performance.objects.filter(pk=performance.pk))
        record_deed(
            "annul_performance" if because else "reinstate_performance",
            target=f"performance {performance.pk}",
            by=by,
            at=at,
            club=performance.club,
            before={"annulled_because": before},
            after={"annulled_because": performance.annulled_because},
        )


def merge_athletes(survivor: Athlete, *, merged: Athlete, by: User | None, at: datetime) -> None:
    """Everything of ``merged`` becomes ``survivor``'s; ``merged`` stays as a pointer. Raises NotMergeable."""
    with transaction.atomic():
        one_at_a_time()
        # Somebody may have merged them, the other way round even, since the caller read them.
        survivor.refresh_from_db()
        merged.refresh_from_db()
        if survivor.pk == merged.pk or survivor.merged_into_id or merged.merged_into_id or survivor.sex != merged.sex:
            raise NotMergeable(str(_("These two athletes can't be one person.")))
        with Fold() as fold:
            moving = Performance.objects.filter(athlete=merged)
            fold.touch(moving)
            moving.update(athlete=survivor)
            RelayLeg.objects.filter(athlete=merged).update(athlete=survivor)
            _move_identity(survivor, merged)
            rejudge_ages(survivor)
            fold.touch(Performance.objects.filter(athlete=survivor))
        record_deed("merge_athletes", target=f"athlete {survivor.pk}", by=by, at=at, after={"merged": merged.pk})
        transaction.on_commit(lambda: athletes_merged.send(Athlete, survivor=survivor.pk, merged=merged.pk))


def _move_identity(survivor: Athlete, merged: Athlete) -> None:
    ExternalId.objects.filter(athlete=merged).update(athlete=survivor)
    known = set(survivor.spells.values_list("club_id", "starts"))
    for spell in merged.spells.all():
        if (spell.club_id, spell.starts) not in known:
            ClubSpell.objects.filter(pk=spell.pk).update(athlete=survivor)
    merged.spells.all().delete()
    if survivor.birth_precision != Athlete.BirthPrecision.DAY and merged.birth_date:
        survivor.birth_date, survivor.birth_precision = merged.birth_date, merged.birth_precision
        survivor.save(update_fields=["birth_date", "birth_precision"])
    Athlete.objects.filter(merged_into=merged).update(merged_into=survivor)
    merged.merged_into = survivor
    merged.save(update_fields=["merged_into"])
