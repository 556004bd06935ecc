"""Lists for programs: what a visitor may see, narrowed by whoever asks, as rows without objects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from records.models import Athlete, ClubSpell, Discipline, ImportBatch, Performance, Record, RecordBook, RelayLeg
from records.queries.imports import TASKS
from records.queries.lines import Visitor
from trackhub.clubs.models import Club, Job


def performances_seen_by(user: Visitor) -> QuerySet[Performance]:
    """Current versions, of teams and of athletes whom ``user`` may see."""
    return Performance.objects.visible_to(user).current()


def performance_seen_by(user: Visitor, pk: int) -> Performance | None:
    """One version, current or superseded."""
    seen = Performance.objects.visible_to(user).select_related("discipline", "athlete", "club", "best")
    return seen.filter(pk=pk).first()


def performances_among(ids: Sequence[int]) -> QuerySet[Performance]:
    """These performances, whoever asks; names that the visitor may not see are for the caller to leave out."""
    return Performance.objects.filter(pk__in=ids)


def legs_seen_by(user: Visitor, performance: Performance) -> list[Athlete]:
    """The runners of a relay whom ``user`` may see, in order."""
    legs = RelayLeg.objects.filter(performance=performance).order_by("number").values_list("athlete", flat=True)
    if not legs:
        return []
    seen = Athlete.objects.visible_to(user).in_bulk(list(legs))
    return [seen[pk] for pk in legs if pk in seen]


def bests_of(athlete: Athlete, *, season: int | None) -> QuerySet[Performance]:
    """The athlete's steps of personal bests, or of one season's bests, the latest of each list first."""
    step = Q(best__season__gt=0, season=season) if season else Q(best__career__gt=0)
    return Performance.objects.filter(step, athlete=athlete).order_by(
        "discipline__place_in_list", "discipline_id", "facility", "best_list", "-merit", "date"
    )


def clubs_of_athletes(athletes: Sequence[int], *, on: date) -> dict[int, list[str]]:
    """Today's clubs by athlete, first claims first."""
    found: dict[int, list[str]] = {pk: [] for pk in athletes}
    spells = ClubSpell.objects.on(on).filter(athlete__in=athletes).order_by("claim", "starts")
    for athlete, slug in spells.values_list("athlete", "club__slug"):
        if slug not in found[athlete]:
            found[athlete].append(slug)
    return found


def all_disciplines() -> QuerySet[Discipline]:
    return Discipline.objects.order_by("place_in_list", "code", "sex")


def discipline_called(code: str, sex: str) -> Discipline | None:
    """The discipline with this code, of this sex where the code has one for each."""
    found = Discipline.objects.filter(code__iexact=code).filter(Q(sex=sex) | Q(sex=""))
    return found.order_by("-sex").first()


def all_books() -> QuerySet[RecordBook]:
    return RecordBook.objects.select_related("club", "scheme", "policy").order_by("slug")


def all_records(on: date | None, *, history: bool) -> QuerySet[Record]:
    """Records of every book as they stood ``on`` a day, or today; with ``history`` every step up to then."""
    if not history:
        return Record.objects.all().on(on)
    return Record.objects.filter(set_on__lte=on) if on else Record.objects.all()


def club_called(slug: str) -> Club | None:
    return Club.objects.filter(slug=slug).first()


def imports_seen_by(user: Visitor) -> QuerySet[ImportBatch]:
    """Imports into clubs whose records ``user`` keeps."""
    return ImportBatch.objects.visible_to(user).select_related("club")  # type: ignore[arg-type]


def latest_jobs(batches: Sequence[ImportBatch]) -> dict[int, Job]:
    """The newest work on each import, by the import's id."""
    found = Job.objects.filter(task__in=TASKS, subject__in=[batch.pk for batch in batches]).order_by("pk")
    return {job.subject: job for job in found}


def club_of(athlete: Athlete, day: date) -> Club | None:
    """The club for which ``athlete`` runs on a day."""
    spell = ClubSpell.objects.on(day).filter(athlete=athlete).select_related("club").order_by("claim", "starts")
    return next((one.club for one in spell), None)
