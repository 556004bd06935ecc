"""Athletes changing clubs: the day on which one spell ends and the next begins, and the results since that day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from records.actions.folding import Fold, one_at_a_time
from records.actions.merging import performances_of
from records.domain.dates import season_of
from records.models import Athlete, ClubSpell, Performance
from records.queries.transfers import club_before, results_since, too_early
from trackhub.clubs.actions.audit import record_deed
from trackhub.clubs.actions.telling import tell
from trackhub.clubs.domain.kinds import Kind
from trackhub.clubs.models import Club, User


class TransferRefused(ValueError):
    """A transfer that can't be, in a sentence."""


def transfer_athlete(
    athlete: Athlete, *, to: Club | None, on: date, by: User | None, at: datetime, results: Collection[int] = ()
) -> int:
    """From ``on`` the athlete belongs to ``to`` with first claim, or to no club; the former spell ends the day before.

    Of the results since then that count for the former club, those of ``results`` (ids) count for ``to``: how many.
    The rest stay, as those for which somebody stated the club. Raises TransferRefused.
    """
    with transaction.atomic():
        one_at_a_time()
        athlete.refresh_from_db()
        old = club_before(athlete, on)
        _refuse(athlete, old, to, on)
        if by is not None and (refusal := too_early(athlete, old, on, by, at.date())):
            raise TransferRefused(refusal)
        with Fold() as fold:
            fold.touch(performances_of(athlete))
            _open_spells(athlete).filter(Q(starts=None) | Q(starts__lt=on), Q(ends=None) | Q(ends__gte=on)).update(
                ends=on - timedelta(days=1)
            )
            if to is not None:
                ClubSpell.objects.create(athlete=athlete, club=to, starts=on)
            moved = _point_results(athlete, old, to, on, results)
            fold.touch(performances_of(athlete))
        said = {"from": old and old.slug, "to": to and to.slug, "day": on.isoformat()}
        for club in {one.pk: one for one in (old, to) if one is not None}.values():
            payload = {"athlete": athlete.pk, **said, "performances": len(moved)}
            tell(Kind.ATHLETE_TRANSFERRED, club=club, payload=payload, at=at)
        record_deed(
            "transfer_athlete",
            target=f"athlete {athlete.pk}",
            by=by,
            at=at,
            club=to or old,
            after={**said, "performances": moved},
        )
    return len(moved)


def _open_spells(athlete: Athlete) -> QuerySet[ClubSpell]:
    return ClubSpell.objects.filter(athlete=athlete, claim=ClubSpell.Claim.FIRST)


def _refuse(athlete: Athlete, old: Club | None, to: Club | None, on: date) -> None:
    if athlete.erased or athlete.merged_into_id:
        raise TransferRefused(_("This athlete isn't kept any more."))
    if old == to:
        raise TransferRefused(
            _("{name} belongs to {club} on that day already.").format(name=athlete, club=to)
            if to
            else _("{name} belongs to no club on that day already.").format(name=athlete)
        )
    later = _open_spells(athlete).filter(starts__gte=on).select_related("club").order_by("starts").first()
    if later is not None and later.starts is not None:
        raise TransferRefused(
            _("{name} joined {club} on {day}: a transfer before or on that day can't be entered here.").format(
                name=athlete, club=later.club, day=date_format(later.starts, "SHORT_DATE_FORMAT")
            )
        )
    if to is not None and ClubSpell.objects.filter(athlete=athlete, club=to, starts=on).exists():
        raise TransferRefused(
            _("{name} has a spell in {club} from that day with second claim. End that first.").format(
                name=athlete, club=to
            )
        )


def _point_results(
    athlete: Athlete, old: Club | None, to: Club | None, on: date, results: Collection[int]
) -> list[int]:
    """Ids of the results that count for the new club now; the season is the new club's."""
    moving = [one for one in results_since(athlete, old, on) if one.pk in results]
    for one in moving:
        one.club = to
        one.season = season_of(one.day, to.season_start if to else 1)
    Performance.objects.bulk_update(moving, ["club", "season"], batch_size=500)
    return [one.pk for one in moving]
