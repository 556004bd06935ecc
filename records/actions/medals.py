"""Medals: the club's table, places entered by hand and by file, and taking them away again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from records.actions.staging import verdict_counts
from records.domain.judging import date_fault
from records.domain.medals import Worth
from records.models import Award, ClubMedal, ImportBatch, ImportRow, Performance, RelayLeg
from records.queries.medals import medal_table
from records.queries.placings import Contest, Placing, check_placings
from records.sentences import say
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import Club, User


class AwardRefused(ValueError):
    """Why an award can't be entered or taken away, in a sentence."""


def set_medal_table(club: Club, worths: Iterable[Worth], *, by: User | None, at: datetime) -> None:
    """What each place is worth from now on, for the medals won before as well."""
    with transaction.atomic():
        before = _table_text(medal_table(club))
        ClubMedal.objects.filter(club=club).delete()
        ClubMedal.objects.bulk_create(
            ClubMedal(club=club, position=one.position, label=one.label, metal=one.metal) for one in worths
        )
        after = _table_text(medal_table(club))
        record_deed("set_medal_table", target=f"club {club.pk}", by=by, at=at, club=club, before=before, after=after)


def _table_text(table: Iterable[Worth]) -> dict[str, object]:
    return {str(one.position): f"{one.label} {one.metal}".strip() for one in table if one.label or one.metal}


def enter_awards(
    club: Club, contest: Contest, placings: Sequence[Placing], *, by: User | None, at: datetime
) -> list[Award]:
    """Keep the places that ``club``'s athletes took in one contest; those kept already are left out, and ties are
    as good as any. Raises AwardRefused for what nobody can have won."""
    for one in placings:
        check_placing(one, contest, today=at.date())
    with transaction.atomic():
        new = [checked.placing for checked in check_placings(club, contest, placings) if checked.is_new]
        before = list(Award.objects.filter(club=club, date=contest.date).values_list("pk", flat=True))
        # Two registrars with the same sheet: who comes second adds nothing.
        Award.objects.bulk_create([_award(club, contest, one) for one in new], ignore_conflicts=True)
        entered = Award.objects.filter(
            club=club, discipline=contest.discipline, competition=contest.competition, date=contest.date,
            athlete__in=[one.athlete for one in new], batch=None,
        ).exclude(pk__in=before)  # fmt: skip
        link_performances(entered)
        awards = list(entered.order_by("pk"))
        if awards:
            _tell_entered(awards, club=club, at=at)
            after = {"discipline": contest.discipline.code, "awards": [award.pk for award in awards]}
            record_deed("enter_awards", target=f"award {awards[0].pk}", by=by, at=at, club=club, after=after)
    return awards


def check_placing(one: Placing, contest: Contest, *, today: date) -> None:
    """Raises AwardRefused where nobody can have won it: erased, before the birth, in the future."""
    who = one.athlete
    if who.erased:
        raise AwardRefused(say("erased_athlete"))
    born, precision = who.birth_date, who.birth_precision
    if fault := date_fault(contest.date, today=today, born=born, birth_precision=precision):
        raise AwardRefused(f"{who}: {say(fault, {'text': contest.date, 'born': who.born[:4]})}")


def _award(club: Club, contest: Contest, one: Placing) -> Award:
    return Award(
        club=club,
        athlete=one.athlete,
        position=one.position,
        discipline=contest.discipline,
        age_group=one.age_group,
        competition=contest.competition,
        date=contest.date,
        team=one.team,
    )


def _tell_entered(awards: Sequence[Award], *, club: Club, at: datetime) -> None:
    tell(
        Kind.AWARDS_ENTERED,
        club=club,
        at=at,
        payload={"awards": [one.pk for one in awards[:100]], "count": len(awards)},
    )


def link_performances(awards: QuerySet[Award]) -> None:
    """Point ``awards`` at the performance of that athlete, discipline and day, where there is exactly one that stands:
    the athlete's own, else the relay's that they ran in."""
    standing = Performance.objects.current().filter(
        discipline=OuterRef("discipline"), date=OuterRef("date"), date_precision="day",
        status="valid", annulled_because="",
    ).order_by()  # fmt: skip
    relays = RelayLeg.objects.filter(athlete=OuterRef(OuterRef("athlete"))).values("performance")
    for found in (standing.filter(athlete=OuterRef("athlete")), standing.filter(pk__in=relays)):
        single = found.values("discipline").annotate(how_many=Count("pk"), one=Min("pk")).filter(how_many=1)
        awards.filter(performance=None).update(performance=Subquery(single.values("one")))


def remove_award(award: Award, *, by: User | None, at: datetime) -> None:
    """Take an award away that was entered by mistake. Raises AwardRefused where it was honoured, or is gone."""
    with transaction.atomic():
        gone, _by_model = Award.objects.filter(pk=award.pk, honour=None).delete()
        if not gone:
            raise AwardRefused(
                _("This medal is part of a ceremony, or was removed just now. Take it off the ceremony first.")
            )
        before = {"athlete": award.athlete_id, "place": award.position, "date": award.date}
        tell(Kind.AWARD_REMOVED, club=award.club, at=at, payload={"award": award.pk, "athlete": award.athlete_id})
        record_deed("remove_award", target=f"award {award.pk}", by=by, at=at, club=award.club, before=before)


def apply_medals(batch: ImportBatch, *, at: datetime) -> dict[str, Any]:
    """Make the awards of a staged file; counts by verdict. Called within the transaction of apply_import."""
    rows = ImportRow.objects.filter(batch=batch, verdict=ImportRow.Verdict.NEW)
    said = list(rows.order_by("number").values_list("pk", "athlete", "data"))
    made = (Award(club=batch.club, batch=batch, athlete_id=athlete, **data) for _pk, athlete, data in said)
    Award.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    mine = Award.objects.filter(batch=batch)
    there = {_key(*key) for key in mine.values_list("athlete", "discipline", "age_group", "competition", "date")}
    late = [
        pk
        for pk, athlete, data in said
        if _key(athlete, *(data[name] for name in ("discipline_id", "age_group", "competition", "date"))) not in there
    ]
    for start in range(0, len(late), 500):
        ImportRow.objects.filter(pk__in=late[start : start + 500]).update(verdict=ImportRow.Verdict.DUPLICATE)
    link_performances(mine)
    if batch.club and there:
        _tell_entered(list(mine.order_by("pk")), club=batch.club, at=at)
    return verdict_counts(batch)


def _key(*parts: object) -> tuple[str, ...]:
    return tuple(map(str, parts))


def undo_medals(batch: ImportBatch) -> dict[str, int]:
    """Take the awards of a file away; those honoured since stay. Called within the transaction of undo_import."""
    _all, by_model = Award.objects.filter(batch=batch, honour=None).delete()
    return {
        "awards_removed": by_model.get("records.Award", 0),
        "awards_kept": Award.objects.filter(batch=batch).count(),
    }
